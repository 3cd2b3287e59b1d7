//! The door for what a client wants to store (RFC 4791 sections 4.1 and 5.3.2.1).
//!
//! Strict in structure: one whole `VCALENDAR`, one UID, one kind of component, at most one master, no `METHOD`.
//! Liberal in values: an odd rule, an unknown zone or a broken line is stored as it is, with a problem noted, because
//! a refused object is an edit lost.

use memchr::memchr_iter;

use super::{
    component::Component,
    kind::{ComponentKind, ComponentSet},
    object::CalendarObject,
    problem::ProblemKind,
    summary::Summary,
};

/// How large a stored object may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets in all.
    pub octets: usize,
    /// Physical lines in all; 75 octets in each of them make the largest object.
    pub lines: usize,
    /// Components in all, those inside others included.
    pub components: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            octets: 10 * 1024 * 1024,
            lines: 200_000,
            components: 1_000,
        }
    }
}

/// The precondition of RFC 4791 section 5.3.2.1 that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precondition {
    /// `CALDAV:supported-calendar-data`: another format than iCalendar 2.0.
    SupportedCalendarData,
    /// `CALDAV:valid-calendar-data`: not well-formed.
    ValidCalendarData,
    /// `CALDAV:valid-calendar-object-resource`: well-formed, but not one object of a calendar.
    ValidCalendarObjectResource,
    /// `CALDAV:supported-calendar-component`: a kind that this calendar does not take.
    SupportedCalendarComponent,
    /// `CALDAV:max-resource-size`: too large.
    MaxResourceSize,
}

impl Precondition {
    /// The local name of its XML element in the CalDAV name space.
    pub fn element(self) -> &'static str {
        match self {
            Self::SupportedCalendarData => "supported-calendar-data",
            Self::ValidCalendarData => "valid-calendar-data",
            Self::ValidCalendarObjectResource => "valid-calendar-object-resource",
            Self::SupportedCalendarComponent => "supported-calendar-component",
            Self::MaxResourceSize => "max-resource-size",
        }
    }
}

/// Why an object is not stored: what is wrong and what to do, without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Larger than allowed.
    #[error(
        "the object is larger than {limit} octets; store large attachments elsewhere and link them"
    )]
    TooLarge {
        /// The octets allowed.
        limit: usize,
    },
    /// More lines than allowed.
    #[error("the object has more than {limit} lines; split it")]
    TooManyLines {
        /// The lines allowed.
        limit: usize,
    },
    /// More components than allowed.
    #[error("the object has more than {limit} components; split the series")]
    TooManyComponents {
        /// The components allowed.
        limit: usize,
    },
    /// Octets that are not UTF-8.
    #[error("line {line} is not UTF-8; send the object in UTF-8")]
    NotUtf8 {
        /// The first such line.
        line: usize,
    },
    /// A control character, which XML answers could not carry.
    #[error("line {line} holds a control character; remove it")]
    ControlCharacter {
        /// The first such line.
        line: usize,
    },
    /// No `VCALENDAR` at all.
    #[error("there is no VCALENDAR; send the object from BEGIN:VCALENDAR to END:VCALENDAR")]
    NoCalendar,
    /// `VERSION` other than 2.0.
    #[error("only iCalendar version 2.0 is stored; export the object in that version")]
    OtherVersion,
    /// More than one `VCALENDAR`.
    #[error("there are several VCALENDARs; send each object in a request of its own")]
    SeveralCalendars,
    /// A component without its `END`: the upload was torn, or the writer is broken.
    #[error("the component that begins in line {line} never ends; send the whole object again")]
    MissingEnd {
        /// The line of its `BEGIN`.
        line: usize,
    },
    /// An `END` without its `BEGIN`.
    #[error("line {line} ends a component that was never begun; remove it")]
    StrayEnd {
        /// The line of the `END`.
        line: usize,
    },
    /// Something outside `VCALENDAR`.
    #[error("line {line} stands outside VCALENDAR; move it inside")]
    OutsideCalendar {
        /// The first such line.
        line: usize,
    },
    /// Components nested too deep.
    #[error("the components from line {line} on are nested too deep; flatten them")]
    TooDeep {
        /// The first such line.
        line: usize,
    },
    /// A `METHOD`: a message, not an object.
    #[error("an object with METHOD is a message, not an entry of a calendar; remove METHOD")]
    Method,
    /// No component besides time zones.
    #[error("there is no event or task in it; add one")]
    NoComponent,
    /// Several kinds of components.
    #[error("events and tasks cannot share an object; send each kind in an object of its own")]
    SeveralKinds,
    /// A kind this calendar does not take.
    #[error("this calendar takes only {accepted}; choose another calendar")]
    KindNotAccepted {
        /// What it takes.
        accepted: ComponentSet,
    },
    /// A component without UID.
    #[error("the component that begins in line {line} has no UID; give it one")]
    NoUid {
        /// The line of its `BEGIN`.
        line: usize,
    },
    /// Components with different UIDs.
    #[error("the components have different UIDs; send each UID in an object of its own")]
    SeveralUids,
    /// Two components without `RECURRENCE-ID`.
    #[error("two components have no RECURRENCE-ID; give every changed occurrence one")]
    SeveralMasters,
}

impl Refusal {
    /// The precondition to name in the answer.
    pub fn precondition(&self) -> Precondition {
        match self {
            Self::TooLarge { .. } | Self::TooManyLines { .. } => Precondition::MaxResourceSize,
            Self::OtherVersion => Precondition::SupportedCalendarData,
            Self::TooManyComponents { .. }
            | Self::NotUtf8 { .. }
            | Self::ControlCharacter { .. }
            | Self::NoCalendar
            | Self::MissingEnd { .. }
            | Self::StrayEnd { .. }
            | Self::OutsideCalendar { .. }
            | Self::TooDeep { .. } => Precondition::ValidCalendarData,
            Self::SeveralCalendars
            | Self::Method
            | Self::NoComponent
            | Self::SeveralKinds
            | Self::NoUid { .. }
            | Self::SeveralUids
            | Self::SeveralMasters => Precondition::ValidCalendarObjectResource,
            Self::KindNotAccepted { .. } => Precondition::SupportedCalendarComponent,
        }
    }
}

/// Says whether a client may store these octets, and sums them up if so.
///
/// # Errors
/// The first [`Refusal`] met; size first, then form, then content.
pub fn check_storable(
    octets: &[u8],
    accepted: ComponentSet,
    limits: Limits,
) -> Result<Summary, Refusal> {
    read_storable(octets, accepted, limits).map(|(_, summary)| summary)
}

/// The same, with the object that was read for it.
///
/// # Errors
/// As [`check_storable`].
pub fn read_storable(
    octets: &[u8],
    accepted: ComponentSet,
    limits: Limits,
) -> Result<(CalendarObject<'_>, Summary), Refusal> {
    if octets.len() > limits.octets {
        return Err(Refusal::TooLarge {
            limit: limits.octets,
        });
    }
    if memchr_iter(b'\n', octets).count() > limits.lines {
        return Err(Refusal::TooManyLines {
            limit: limits.lines,
        });
    }
    let object = CalendarObject::read(octets);
    check_form(&object)?;
    if object.nodes.len() > limits.components.saturating_add(1) {
        return Err(Refusal::TooManyComponents {
            limit: limits.components,
        });
    }
    check_calendar(&object)?;
    check_kind(&object, accepted)?;
    check_identity(&object)?;
    let summary = Summary::of(&object).ok_or(Refusal::NoComponent)?;
    Ok((object, summary))
}

/// Well-formed octets and a closed structure.
fn check_form(object: &CalendarObject<'_>) -> Result<(), Refusal> {
    if object.calendars().next().is_none() {
        return Err(Refusal::NoCalendar);
    }
    let refusals = object.problems().iter().filter_map(|problem| {
        let line = problem.line;
        match problem.kind {
            ProblemKind::Empty => Some(Refusal::NoCalendar),
            ProblemKind::NotUtf8 => Some(Refusal::NotUtf8 { line }),
            ProblemKind::ControlCharacter => Some(Refusal::ControlCharacter { line }),
            ProblemKind::MissingEnd => Some(Refusal::MissingEnd { line }),
            ProblemKind::StrayEnd => Some(Refusal::StrayEnd { line }),
            ProblemKind::OutsideCalendar => Some(Refusal::OutsideCalendar { line }),
            ProblemKind::TooDeep => Some(Refusal::TooDeep { line }),
            ProblemKind::ByteOrderMark
            | ProblemKind::BareLineFeed
            | ProblemKind::FoldInCharacter
            | ProblemKind::NoColon
            | ProblemKind::BadName => None,
        }
    });
    refusals.into_iter().next().map_or(Ok(()), Err)
}

/// One calendar of the right version that is no message.
fn check_calendar(object: &CalendarObject<'_>) -> Result<(), Refusal> {
    if object.calendars().nth(1).is_some() {
        return Err(Refusal::SeveralCalendars);
    }
    let version = object.calendar_property("VERSION");
    if version.is_some_and(|version| version.value().trim() != "2.0") {
        return Err(Refusal::OtherVersion);
    }
    if object.calendar_property("METHOD").is_some() {
        return Err(Refusal::Method);
    }
    Ok(())
}

/// One kind of component, and one that is accepted.
fn check_kind(object: &CalendarObject<'_>, accepted: ComponentSet) -> Result<(), Refusal> {
    let first = object.subjects().next().ok_or(Refusal::NoComponent)?;
    let name = first.name();
    if object.subjects().any(|component| !component.is(&name)) {
        return Err(Refusal::SeveralKinds);
    }
    if first.kind() == ComponentKind::Other || !accepted.contains(first.kind()) {
        return Err(Refusal::KindNotAccepted { accepted });
    }
    Ok(())
}

/// One UID, and at most one component that is no override.
fn check_identity(object: &CalendarObject<'_>) -> Result<(), Refusal> {
    let no_uid = |component: &Component<'_>| component.uid().is_none();
    if let Some(component) = object.subjects().find(no_uid) {
        return Err(Refusal::NoUid {
            line: component.line(),
        });
    }
    let uid = object.uid();
    if object.subjects().any(|component| component.uid() != uid) {
        return Err(Refusal::SeveralUids);
    }
    let is_master = |component: &Component<'_>| component.property("RECURRENCE-ID").is_none();
    if object.subjects().filter(is_master).nth(1).is_some() {
        return Err(Refusal::SeveralMasters);
    }
    Ok(())
}
