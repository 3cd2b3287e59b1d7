//! Microsoft Graph.

use anyhow::Result;
use bridge_core::time::Instant;
use serde_json::{Value, json};

use super::cloud::{Cloud, Event, Events, Word, calendar_id};
use crate::sandbox::graph::{Calendar, Graph, Order};
use crate::sim::edits::Field;
use crate::sim::plan::Setting;
use crate::sim::world::{CALENDARS, USER};

pub(super) fn make(setting: &Setting) -> Cloud<Graph> {
    let word = Word::new();
    let mut graph = Graph::new(USER, word.door());
    graph.manners.page = setting.page;
    for name in CALENDARS {
        graph.add_calendar(&calendar_id(name), name, true);
    }
    Cloud::new(graph, word)
}

fn event(value: &Value, ours: Option<&str>) -> Option<Event> {
    let text = |name: &str| {
        value
            .pointer(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Some(Event {
        id: text("/id")?,
        series: text("/seriesMasterId"),
        uid: ours.map(str::to_owned).or_else(|| text("/iCalUId"))?,
        title: text("/subject"),
        place: text("/location/displayName"),
        text: text("/body/content"),
        is_strange: value.get("allowNewTimeProposals") == Some(&json!(false)),
    })
}

impl Events for Graph {
    type Calendar = Calendar;

    /// Of what is gone Graph says the id alone. What was made here since the last token is known by its id only as long as
    /// the program runs.
    const NEEDS_A_DAY: bool = true;

    fn latest(&self) -> u64 {
        Self::latest(self)
    }

    fn calm(&mut self) {
        self.trouble.end();
    }

    fn forget(&mut self, calendar: &str) {
        self.reset_tokens(calendar);
    }

    fn shuffle(&mut self) {
        // Pages of another size.
        self.manners.page = if self.manners.page == 2 { 50 } else { 2 };
    }

    fn rename(&mut self, calendar: &str, title: &str) {
        self.rename_calendar(calendar, title);
    }

    fn take_away(&mut self, calendar: &str) -> Option<Calendar> {
        self.delete_calendar(calendar)
    }

    fn restore(&mut self, calendar: &str, back: Calendar) {
        self.restore_calendar(calendar, back);
    }

    fn known(&self, calendar: &str) -> Vec<Event> {
        let there = self.calendar(calendar).into_iter();
        let all = there.flat_map(|there| {
            let of = |id| event(&there.event(id)?, there.extended(id, "pharmadocUid"));
            there.ids().filter_map(of)
        });
        all.collect()
    }

    fn put(&mut self, calendar: &str, id: &str, object: &str, now: Instant) -> Result<()> {
        self.put_text(calendar, id, object, now)
    }

    fn change(&mut self, calendar: &str, id: &str, members: &Value, now: Instant) -> Result<()> {
        let order = Order::Edit {
            calendar: calendar.to_owned(),
            event: id.to_owned(),
            fields: members.clone(),
        };
        self.obey(order, now).map(drop)
    }

    fn delete(&mut self, calendar: &str, id: &str, _now: Instant) -> Result<()> {
        self.delete_event(calendar, id)
    }

    fn members(field: Field, mark: &str) -> Value {
        match field {
            Field::Title | Field::MovedTitle => json!({"subject": mark}),
            Field::Place => json!({"location": {"displayName": mark}}),
            Field::Text => json!({"body": {"contentType": "text", "content": mark}}),
        }
    }

    fn strange() -> Value {
        json!({"allowNewTimeProposals": false})
    }
}
