//! Events as calendar text and back, one file per group of properties.
//!
//! Each group knows both directions: `show` writes the lines of an event, `say` gives the members that a component would
//! have at Graph. A change is found by letting the agreed and the wanted text say and comparing the two, so no rule
//! lives twice, and what no group says is never written. What Graph says and no group shows stays in the source.

mod identity;
mod marks;
mod meeting;
mod people;
mod plan;
mod reminder;
mod series;
mod source;
mod text;
mod times;

use super::wire::Event;
use crate::{
    ical::Component,
    projection::{
        CalendarContext, Fields, Inexpressible, ObjectWriter, Projected, Role, Source, Trouble,
        TroubleKind,
    },
    tz::Zones,
};

pub(super) use identity::{NAME_ID, OWN_IDS, UID_ID, own_name, set_name};
pub use plan::{plan, remove};
pub(super) use source::etag;
pub use source::{object_key, part, source};

/// A group of properties.
struct Group {
    /// The properties it shows, in upper case, each with the members that say it.
    says: &'static [(&'static str, &'static [&'static str])],
    show: fn(&Event, &mut Show<'_>),
    say: fn(&mut Say<'_, '_>) -> Result<(), Inexpressible>,
}

/// The groups in the order in which their lines are written; what has components inside comes last.
const GROUPS: [&Group; 8] = [
    &identity::GROUP,
    &times::GROUP,
    &series::GROUP,
    &text::GROUP,
    &marks::GROUP,
    &people::GROUP,
    &meeting::GROUP,
    &reminder::GROUP,
];

/// What an event is shown in.
struct Show<'a> {
    ctx: &'a CalendarContext,
    /// The series that the event is an occurrence of; the event itself where that may not be seen.
    series: Option<&'a Event>,
    /// The days of occurrences that do not take place, beside those the event names itself.
    cancelled: &'a [String],
    uid: &'a str,
    out: &'a mut ObjectWriter,
    problems: &'a mut Vec<Trouble>,
}

impl Show<'_> {
    fn trouble(&mut self, member: &'static str, kind: TroubleKind) {
        let trouble = Trouble { member, kind };
        if !self.problems.contains(&trouble) {
            self.problems.push(trouble);
        }
    }
}

/// What a component says at Graph.
struct Say<'a, 'z> {
    event: &'a Component<'a>,
    zones: &'a mut Zones<'z>,
    ctx: &'a CalendarContext,
    /// Whether anything that makes the series changed; if not, its rule need not have a form at Graph.
    with_series: bool,
    /// Whether the exact state of the owner is what was edited, and not whether the event takes up time.
    prefers_exact: bool,
    fields: Fields,
}

impl Say<'_, '_> {
    fn set(&mut self, member: &str, value: impl Into<serde_json::Value>) {
        self.fields.insert(member.to_owned(), value.into());
    }

    /// The text of a property; empty without one.
    fn text(&self, property: &str) -> String {
        let property = self.event.property(property);
        property.map_or_else(String::new, |one| one.text().into_owned())
    }

    /// The value of a property that is one word, in upper case.
    fn word(&self, property: &str) -> Option<String> {
        let property = self.event.property(property)?;
        Some(property.value().trim().to_ascii_uppercase())
    }
}

/// A source as calendar text: the same source, the same octets.
pub fn project(source: &Source, ctx: &CalendarContext) -> Projected {
    let mut problems = Vec::new();
    let mut read = |role| -> Vec<Event> {
        let events = source.of(role).map(|part| part.body.read::<Event>());
        let (good, bad): (Vec<_>, Vec<_>) = events.partition(Result::is_ok);
        if !bad.is_empty() {
            problems.push(Trouble {
                member: "event",
                kind: TroubleKind::Unreadable,
            });
        }
        good.into_iter().flatten().collect()
    };
    let (mains, exceptions) = (read(Role::Main), read(Role::Exception));
    let cancelled = source::cancelled(source);
    let main = mains.first();
    let uid = main.or(exceptions.first()).map(identity::uid);
    let uid = uid.unwrap_or_default();
    let mut out = ObjectWriter::new();
    for (event, is_main) in mains
        .iter()
        .map(|event| (event, true))
        .chain(exceptions.iter().map(|event| (event, false)))
    {
        let mut show = Show {
            ctx,
            series: (!is_main).then(|| main.unwrap_or(event)),
            cancelled: if is_main { &cancelled } else { &[] },
            uid: &uid,
            out: &mut out,
            problems: &mut problems,
        };
        let is_placed = is_main || times::original(event, main, ctx).is_some();
        if event.start.is_none() || !is_placed {
            let member = if is_placed { "start" } else { "originalStart" };
            show.trouble(member, TroubleKind::Unreadable);
            continue;
        }
        show.out.begin("VEVENT");
        for group in GROUPS {
            (group.show)(event, &mut show);
        }
        show.out.end("VEVENT");
    }
    Projected {
        octets: (!out.is_empty()).then(|| out.finish()),
        problems,
    }
}
