//! Graph's events as calendar text and back, through the public API.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail like the tests themselves"
)]

mod odd;
mod people;
mod series;
mod shown;
mod written;

use bridge_core::{
    graph,
    ical::CalendarObject,
    projection::{Access, Act, CalendarContext, Inexpressible, Plan, Reason, Source},
    recur::{self, expand},
    time::TimeRange,
    tz::Zone,
};
use serde_json::Value;

const SERIES: &str = include_str!("../corpora/graph/series.json");
const INVITATION: &str = include_str!("../corpora/graph/invitation.json");
const CONGRESS: &str = include_str!("../corpora/graph/congress.json");
const MONTHLY: &str = include_str!("../corpora/graph/monthly.json");
const INVENTORY: &str = include_str!("../corpora/graph/inventory.json");
const ODD: &str = include_str!("../corpora/graph/odd.json");
const ALL: [&str; 6] = [SERIES, INVITATION, CONGRESS, MONTHLY, INVENTORY, ODD];

fn ctx() -> CalendarContext {
    CalendarContext {
        zone: Zone::named("Europe/Vienna").unwrap(),
        own_addresses: vec!["doctor@praxis.example".to_owned()],
        default_alarms: Vec::new(),
        access: Access::Write,
    }
}

fn source(event: &str) -> Source {
    graph::source(event).unwrap()
}

fn with(event: &str, change: impl FnOnce(&mut Value)) -> Source {
    let mut event: Value = serde_json::from_str(event).unwrap();
    change(&mut event);
    source(&event.to_string())
}

fn text(source: &Source) -> String {
    String::from_utf8(graph::project(source, &ctx()).octets.unwrap()).unwrap()
}

fn plan(source: &Source, wanted: &str) -> Result<Plan, Inexpressible> {
    graph::plan(
        Some(source),
        Some(text(source).as_bytes()),
        wanted.as_bytes(),
        &ctx(),
    )
}

fn edited(source: &Source, from: &str, to: &str) -> Result<Plan, Inexpressible> {
    let said = text(source);
    let wanted = said.replacen(from, to, 1);
    assert_ne!(said, wanted, "{from} is not in {said}");
    plan(source, &wanted)
}

fn patch(plan: &Plan) -> Value {
    let [write] = &plan.writes[..] else {
        panic!("{plan:?}")
    };
    match &write.act {
        Act::Patch(fields) => Value::Object(fields.clone()),
        act => panic!("{act:?}"),
    }
}

fn refusal(plan: Result<Plan, Inexpressible>) -> (String, Reason) {
    let error = plan.unwrap_err();
    (error.property, error.reason)
}

fn kept(plan: &Plan) -> Vec<&str> {
    plan.kept_here
        .iter()
        .map(|kept| kept.property.as_str())
        .collect()
}

fn starts(text: &str) -> Vec<String> {
    let object = CalendarObject::read(text.as_bytes());
    let range = TimeRange::ALL;
    let limits = recur::Limits {
        instances: 50,
        ..recur::Limits::default()
    };
    let found = expand(&object, range, &ctx().zone, limits);
    found
        .occurrences
        .iter()
        .map(|one| one.local_start.format("%Y-%m-%d %H:%M").to_string())
        .collect()
}
