//! Google.

use anyhow::Result;
use bridge_core::time::Instant;
use serde_json::{Value, json};

use super::cloud::{Cloud, Event, Events, Word, calendar_id};
use crate::sandbox::cloud::Calendars as _;
use crate::sandbox::google::{Access, Calendar, Google, Order};
use crate::sim::edits::Field;
use crate::sim::plan::Setting;
use crate::sim::world::{CALENDARS, USER};

pub(super) fn make(setting: &Setting) -> Cloud<Google> {
    let word = Word::new();
    let mut google = Google::new(USER, word.door());
    google.manners.page = setting.page;
    for name in CALENDARS {
        google.add_calendar(&calendar_id(name), name, Access::Owner);
    }
    Cloud::new(google, word)
}

fn event(value: &Value) -> Option<Event> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let ours = value.pointer("/extendedProperties/private/pharmadocUid");
    let ours = ours.and_then(Value::as_str).map(str::to_owned);
    Some(Event {
        id: text("id")?,
        series: text("recurringEventId"),
        uid: ours.or_else(|| text("iCalUID"))?,
        title: text("summary"),
        place: text("location"),
        text: text("description"),
        is_strange: value.get("guestsCanInviteOthers") == Some(&json!(false)),
    })
}

impl Events for Google {
    type Calendar = Calendar;

    const NEEDS_A_DAY: bool = false;

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
        self.manners.backwards = !self.manners.backwards;
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
        self.events(calendar).iter().filter_map(event).collect()
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

    fn delete(&mut self, calendar: &str, id: &str, now: Instant) -> Result<()> {
        self.delete_event(calendar, id, now)
    }

    fn members(field: Field, mark: &str) -> Value {
        match field {
            Field::Title | Field::MovedTitle => json!({"summary": mark}),
            Field::Place => json!({"location": mark}),
            Field::Text => json!({"description": mark}),
        }
    }

    fn strange() -> Value {
        json!({"guestsCanInviteOthers": false})
    }
}
