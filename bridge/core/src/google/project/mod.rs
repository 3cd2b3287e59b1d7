//! Events as calendar text and back, one file per group of properties.
//!
//! Each group knows both directions: `show` writes the lines of an event, `say` gives the members that a component would
//! have at Google. A change is found by letting the agreed and the wanted text say and comparing the two, so no rule
//! lives twice, and what no group says is never written. What Google says and no group shows stays in the source.

mod conference;
mod extended;
mod identity;
mod kinds;
mod marks;
mod people;
mod plan;
mod recurrence;
mod reminders;
mod text;
mod times;

use super::wire::{Event, Head};
use crate::{
    ical::Component,
    ids::{RemoteEtag, RemoteId},
    projection::{
        Access, BadSource, Body, CalendarContext, Fields, Inexpressible, ObjectWriter, Part,
        Projected, Role, Source, Trouble, TroubleKind,
    },
    tz::Zones,
};

pub(in crate::google) use identity::UID_KEY;
pub use plan::{plan, remove};

/// A group of properties.
struct Group {
    /// The properties it shows, in upper case.
    properties: &'static [&'static str],
    /// The members it says.
    members: &'static [&'static str],
    show: fn(&Event, &mut Show<'_>),
    say: fn(&mut Say<'_, '_>) -> Result<(), Inexpressible>,
}

/// The groups in the order in which their lines are written; what has components inside comes last.
const GROUPS: [&Group; 9] = [
    &identity::GROUP,
    &times::GROUP,
    &recurrence::GROUP,
    &text::GROUP,
    &marks::GROUP,
    &people::GROUP,
    &conference::GROUP,
    &extended::GROUP,
    &reminders::GROUP,
];

/// What an event is shown in.
struct Show<'a> {
    ctx: &'a CalendarContext,
    /// The series, when the event is an occurrence of one that may be seen.
    main: Option<&'a Event>,
    /// Occurrences of the event that do not take place.
    cancelled: &'a [Event],
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

/// What a component says at Google.
struct Say<'a, 'z> {
    event: &'a Component<'a>,
    zones: &'a mut Zones<'z>,
    ctx: &'a CalendarContext,
    /// The exceptions of a series that are written into its text; none for "all".
    exceptions: Option<&'a recurrence::Exceptions>,
    fields: Fields,
}

impl Say<'_, '_> {
    fn set(&mut self, member: &str, value: impl Into<serde_json::Value>) {
        self.fields.insert(member.to_owned(), value.into());
    }

    /// The text of a property, if it has one that is not empty.
    fn text(&self, property: &str) -> Option<String> {
        let text = self.event.property(property)?.text().into_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// The members that an event would have at Google.
fn say(
    event: &Component<'_>,
    zones: &mut Zones<'_>,
    ctx: &CalendarContext,
    exceptions: Option<&recurrence::Exceptions>,
) -> Result<Fields, Inexpressible> {
    let id = event.recurrence_id();
    let mut say = Say {
        event,
        zones,
        ctx,
        exceptions,
        fields: Fields::new(),
    };
    for group in GROUPS {
        (group.say)(&mut say).map_err(|error| error.at(id.clone()))?;
    }
    Ok(say.fields)
}

/// The part that an event of an answer is.
///
/// # Errors
/// [`BadSource`] when it is no event, or has no id.
pub fn part(body: Body) -> Result<Part, BadSource> {
    let head: Head = body.read()?;
    if head.id.is_empty() {
        return Err(BadSource);
    }
    let is_cancelled = head.status.as_deref() == Some("cancelled");
    let role = match (&head.recurring_event_id, is_cancelled) {
        (None, _) => Role::Main,
        (Some(_), false) => Role::Exception,
        (Some(_), true) => Role::Cancelled,
    };
    Ok(Part {
        id: RemoteId::new(head.id),
        etag: RemoteEtag::new(head.etag),
        role,
        body,
    })
}

/// The object that an event belongs to: the id of its series, its own otherwise.
///
/// # Errors
/// [`BadSource`] when it is no event.
pub fn object_key(body: &Body) -> Result<RemoteId, BadSource> {
    let head: Head = body.read()?;
    Ok(RemoteId::new(head.recurring_event_id.unwrap_or(head.id)))
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
    let mains = read(Role::Main);
    let exceptions = read(Role::Exception);
    let cancelled = read(Role::Cancelled);
    let main = mains.first();
    let uid = main
        .or(exceptions.first())
        .map(identity::uid)
        .unwrap_or_default();
    let mut out = ObjectWriter::new();
    let is_gone = main.is_some_and(|main| main.status.as_deref() == Some("cancelled"));
    for event in mains.iter().chain(&exceptions).filter(|_| !is_gone) {
        let mut show = Show {
            ctx,
            main: main.filter(|_| event.recurring_event_id.is_some()),
            cancelled: if event.recurring_event_id.is_none() {
                &cancelled
            } else {
                &[]
            },
            uid: &uid,
            out: &mut out,
            problems: &mut problems,
        };
        if event.start.is_none() {
            show.trouble("start", TroubleKind::Unreadable);
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

/// Whether nothing but the times of a calendar may be seen.
fn is_free_busy(ctx: &CalendarContext) -> bool {
    ctx.access == Access::FreeBusy
}
