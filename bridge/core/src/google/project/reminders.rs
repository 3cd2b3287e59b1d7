//! Reminders: Google knows minutes before the start, on the screen or by mail, at most five. Any other alarm stays in the
//! text here, and so does what a client notes in one.

use serde_json::{Value, json};

use super::{Event, Group, Say, Show};
use crate::projection::{Alarm, AlarmKind, Inexpressible, TroubleKind};

/// The most reminders of one event.
const MOST: usize = 5;
/// The longest time before the start: four weeks.
const LONGEST: u32 = 40_320;

pub(super) const GROUP: Group = Group {
    properties: &["VALARM"],
    members: &["reminders"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let Some(reminders) = &event.reminders else {
        return;
    };
    if reminders.use_default {
        for alarm in show.ctx.default_alarms.clone() {
            write(alarm, true, show);
        }
        return;
    }
    for reminder in &reminders.overrides {
        let kind = match reminder.method.as_str() {
            "popup" => AlarmKind::Display,
            "email" => AlarmKind::Email,
            _ => {
                show.trouble("reminders.overrides.method", TroubleKind::UnknownValue);
                continue;
            }
        };
        let minutes = reminder.minutes;
        write(Alarm { minutes, kind }, false, show);
    }
}

fn write(alarm: Alarm, is_default: bool, show: &mut Show<'_>) {
    let own = show.ctx.own_addresses.first();
    let out = &mut *show.out;
    out.begin("VALARM");
    match alarm.kind {
        AlarmKind::Display => out.raw("ACTION", "DISPLAY"),
        AlarmKind::Email => {
            out.raw("ACTION", "EMAIL");
            out.text("SUMMARY", "Reminder");
            if let Some(own) = own {
                out.raw("ATTENDEE", &format!("mailto:{own}"));
            }
        }
    }
    out.text("DESCRIPTION", "Reminder");
    out.raw("TRIGGER", &format!("-PT{}M", alarm.minutes));
    if is_default {
        out.raw("X-GOOGLE-DEFAULT", "TRUE");
    }
    out.end("VALARM");
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let mut alarms: Vec<_> = say
        .event
        .children()
        .filter_map(|child| Alarm::read(&child))
        .filter(|alarm| alarm.minutes <= LONGEST)
        .take(MOST)
        .collect();
    alarms.sort_unstable();
    alarms.dedup();
    let mut default = say.ctx.default_alarms.clone();
    default.sort_unstable();
    default.dedup();
    if alarms == default && !default.is_empty() {
        say.set("reminders", json!({ "useDefault": true }));
        return Ok(());
    }
    let overrides: Vec<Value> = alarms
        .iter()
        .map(|alarm| json!({ "method": method(alarm.kind), "minutes": alarm.minutes }))
        .collect();
    say.set(
        "reminders",
        json!({ "useDefault": false, "overrides": overrides }),
    );
    Ok(())
}

fn method(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::Display => "popup",
        AlarmKind::Email => "email",
    }
}
