//! `calendarView/delta`: what is in a window, and what changed there since.

use bridge_core::time::Instant;
use chrono::DateTime;
use serde_json::{Value, json};

use super::Graph;
use super::answer::{Refusal, put, refusal};
use super::calendar::Calendar;
use super::request::Asked;
use super::series::occurrences;

/// Where in a round somebody is.
#[derive(Clone, Copy, Debug)]
struct Round {
    generation: u64,
    /// What was known before the round.
    since: u64,
    /// What is known after it.
    reached: u64,
    from: Instant,
    until: Instant,
    /// How many entries were told.
    told: usize,
    pages: usize,
}

impl Round {
    fn spelt(&self) -> String {
        let (from, until) = (self.from.timestamp(), self.until.timestamp());
        let numbers = [self.generation, self.since, self.reached];
        let numbers = numbers.map(|number| number.to_string()).join("-");
        format!("{numbers}-{from}-{until}-{}-{}", self.told, self.pages)
    }

    fn read(text: &str) -> Option<Self> {
        let numbers: Result<Vec<i64>, _> = text.split('-').map(str::parse).collect();
        let [generation, since, reached, from, until, told, pages] = numbers.ok()?[..] else {
            return None;
        };
        Some(Self {
            generation: generation.try_into().ok()?,
            since: since.try_into().ok()?,
            reached: reached.try_into().ok()?,
            from: DateTime::from_timestamp(from, 0)?,
            until: DateTime::from_timestamp(until, 0)?,
            told: told.try_into().ok()?,
            pages: pages.try_into().ok()?,
        })
    }
}

impl Graph {
    pub(super) fn delta(&self, calendar: &str, asked: &Asked) -> Result<Value, Refusal> {
        let there = self.calendar_of(calendar)?;
        let round = self.round(there, asked)?;
        let all = entries(there, &round);
        let most = asked.page().unwrap_or(50).min(self.manners.page);
        let days = (round.until - round.from).num_days();
        let is_endless = self.manners.endless_over.is_some_and(|over| days > over);
        let begin = if is_endless { 0 } else { round.told };
        let page: Vec<_> = all.iter().skip(begin).take(most).cloned().collect();
        let next = Round {
            told: begin + page.len(),
            pages: round.pages + 1,
            ..round
        };
        let mut answer = json!({"value": page});
        let (name, token) = if is_endless || next.told < all.len() {
            ("@odata.nextLink", format!("$skiptoken={}", next.spelt()))
        } else {
            let next = Round {
                since: round.reached,
                told: 0,
                pages: 0,
                ..round
            };
            ("@odata.deltaLink", format!("$deltatoken={}", next.spelt()))
        };
        let root = format!("{}/me/calendars/{calendar}/calendarView/delta", asked.root);
        put(&mut answer, name, format!("{root}?{token}"));
        Ok(answer)
    }

    fn round(&self, there: &Calendar, asked: &Asked) -> Result<Round, Refusal> {
        let invalid = || refusal(400, "InvalidDeltaToken");
        let (delta, skip) = (asked.param("$deltatoken"), asked.param("$skiptoken"));
        if let Some(token) = delta.or(skip) {
            let round = Round::read(token).ok_or_else(invalid)?;
            if round.generation != there.generation {
                return Err(refusal(410, "SyncStateNotFound"));
            }
            let reached = if delta.is_some() {
                self.revision
            } else {
                round.reached
            };
            return Ok(Round { reached, ..round });
        }
        let time = |name| {
            let text = asked.param(name)?;
            Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
        };
        let (Some(from), Some(until)) = (time("startDateTime"), time("endDateTime")) else {
            return Err(refusal(400, "ErrorInvalidRequest"));
        };
        if (until - from).num_days() > 1825 {
            return Err(refusal(400, "ErrorCalendarViewRangeTooBig"));
        }
        Ok(Round {
            generation: there.generation,
            since: 0,
            reached: self.revision,
            from,
            until,
            told: 0,
            pages: 0,
        })
    }
}

/// What a round says, the occurrences before their series.
fn entries(calendar: &Calendar, round: &Round) -> Vec<Value> {
    let mut entries = Vec::new();
    let removed = |id: &str, reason: &str| json!({"id": id, "@removed": {"reason": reason}});
    for (id, event) in &calendar.events {
        if event.revision <= round.since {
            continue;
        }
        let occurrences = if event.is_series() {
            occurrences(calendar, id, round.from, round.until)
        } else {
            Vec::new()
        };
        let is_within = if event.is_series() {
            !occurrences.is_empty()
        } else {
            event.is_within(round.from, round.until)
        };
        entries.extend(occurrences.iter().filter_map(|one| one.shown(event)));
        if is_within {
            entries.push(event.shown(id));
        } else if round.since > 0 {
            entries.push(removed(id, "changed"));
        }
    }
    if round.since > 0 {
        let gone = calendar.gone.iter().filter(|(_, at)| **at > round.since);
        entries.extend(gone.map(|(id, _)| removed(id, "deleted")));
    }
    entries
}
