//! Whether what is sent and answered has the shape that the service declares.

use serde_json::Value;

use super::Graph;
use super::request::{Asked, What};
use crate::schema::{Nulls, graph_calendar};

impl Graph {
    /// Checks the event in a request.
    pub(super) fn check_sent(&mut self, asked: &Asked) {
        if let (What::Subscribe, Ok(fields)) = (&asked.what, asked.fields()) {
            let wanted = Value::Object(fields);
            let faults = graph_calendar().faults("subscription", &wanted, Nulls::Refused);
            self.violations.extend(faults);
        }
        if let (What::Create(_) | What::Patch(_), Ok(fields)) = (&asked.what, asked.fields()) {
            let event = Value::Object(fields);
            let faults = graph_calendar().faults("event", &event, Nulls::Clear);
            self.violations.extend(faults);
        }
    }

    /// Checks an answer: one of a kind, or a list of them.
    pub(super) fn check_said(&mut self, asked: &Asked, answer: &Value) {
        let kind = match &asked.what {
            What::Calendars => "calendar",
            What::Delta(_) | What::Events(_) | What::Instances(_) => "event",
            What::Get(..) | What::Create(_) | What::Patch(_) => {
                self.check_one("event", answer);
                return;
            }
            What::Subscribe => {
                self.check_one("subscription", answer);
                return;
            }
            What::Batch
            | What::Delete(_)
            | What::Cancel(_)
            | What::Respond(..)
            | What::Unsubscribe(_) => return,
        };
        let all = answer.get("value").and_then(Value::as_array);
        for one in all.into_iter().flatten() {
            self.check_one(kind, one);
        }
    }

    fn check_one(&mut self, kind: &str, value: &Value) {
        let faults = graph_calendar().faults(kind, value, Nulls::Refused);
        self.violations.extend(faults);
    }
}
