//! The reminder: Graph knows one, in minutes before the start. Any other alarm stays in the text here, and so does what a
//! client notes in one.

use super::{Event, Group, Say, Show};
use crate::{
    ical::Component,
    projection::{Alarm, AlarmKind, Inexpressible},
};

pub(super) const GROUP: Group = Group {
    says: &[("VALARM", &["isReminderOn", "reminderMinutesBeforeStart"])],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let minutes = event.reminder_minutes_before_start;
    let Some(minutes) = minutes.filter(|minutes| event.is_reminder_on && *minutes >= 0) else {
        return;
    };
    show.out.begin("VALARM");
    show.out.raw("ACTION", "DISPLAY");
    show.out.text("DESCRIPTION", "Reminder");
    show.out.raw("TRIGGER", &format!("-PT{minutes}M"));
    show.out.end("VALARM");
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let reminder = reminder(say.event);
    say.set("isReminderOn", reminder.is_some());
    if let Some(alarm) = reminder {
        say.set("reminderMinutesBeforeStart", alarm.minutes);
    }
    Ok(())
}

/// The alarm that Graph has.
fn reminder(event: &Component<'_>) -> Option<Alarm> {
    let mut alarms = event.children().filter_map(|child| Alarm::read(&child));
    alarms.find(|alarm| alarm.kind == AlarmKind::Display)
}

/// Whether an event has alarms that stay here.
pub(super) fn has_more(event: &Component<'_>) -> bool {
    let alarms = event.children().filter(|child| child.is("VALARM")).count();
    alarms > usize::from(reminder(event).is_some())
}
