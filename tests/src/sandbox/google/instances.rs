//! The occurrences of a series one by one.

use bridge_core::time::TimeRange;
use chrono::TimeDelta;
use serde_json::Value;

use super::Google;
use super::answer::{Refusal, refusal};
use super::calendar::Stored;
use super::list::{events, put};
use super::occurrence::{self, Start};
use super::request::Asked;

/// So much of a series that does not end is told when nobody says how much.
const FAR: TimeDelta = TimeDelta::days(366);

impl Google {
    pub(super) fn instances(
        &self,
        calendar: &str,
        series: &str,
        asked: &Asked,
    ) -> Result<Value, Refusal> {
        let there = self.calendar_of(calendar)?;
        let found = there
            .events
            .get(series)
            .filter(|event| !event.is_cancelled());
        let event = found.ok_or_else(|| refusal(404, "notFound"))?;
        let hidden = |one: &Value| one["status"] == "cancelled" && !asked.has("showDeleted");
        let starts = starts(event, asked)?.into_iter();
        let all = starts.filter_map(|start| self.get(calendar, &start.id(series)).ok());
        let all: Vec<Value> = all.filter(|one| !hidden(one)).collect();

        let most = asked.param("maxResults").and_then(|text| text.parse().ok());
        let most: usize = most.unwrap_or(250).min(2500).min(self.manners.page);
        let begin: usize = match asked.param("pageToken") {
            None => 0,
            Some(page) => page.parse().map_err(|_| refusal(400, "invalid"))?,
        };
        let page: Vec<Value> = all.iter().skip(begin).take(most).cloned().collect();
        let mut answer = events(there, &page);
        if begin + most < all.len() {
            put(&mut answer, "nextPageToken", &(begin + most).to_string());
        }
        Ok(answer)
    }
}

/// The starts by the rule that are asked for: one, those in a window, or all.
fn starts(event: &Stored, asked: &Asked) -> Result<Vec<Start>, Refusal> {
    let read = |name| match asked.param(name) {
        None => Ok(None),
        Some(text) => Start::asked(text)
            .map(Some)
            .ok_or_else(|| refusal(400, "invalid")),
    };
    if let Some(start) = read("originalStart")? {
        let is_one = occurrence::has(event, start);
        return Ok(is_one.then_some(start).into_iter().collect());
    }
    let first = event.fields.get("start").and_then(Start::of);
    let first = first.ok_or_else(|| refusal(400, "invalid"))?;
    let from = read("timeMin")?.unwrap_or(first).instant();
    let until = read("timeMax")?.map_or(from + FAR, Start::instant);
    Ok(occurrence::starts(event, TimeRange::new(from, until)))
}
