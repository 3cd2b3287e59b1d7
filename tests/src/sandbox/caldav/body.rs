//! What may be stored, read without the code under test.
//!
//! Strict, as iCloud is: whatever RFC 5545 demands of a component must be there, each `TZID` needs its `VTIMEZONE`, each
//! event an end. Lenient: one object with one UID of the right kind.

use std::collections::BTreeSet;

use bridge_core::dav::Name;
use http::StatusCode;

/// Why an object is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No iCalendar text.
    Malformed,
    /// Not one object with one UID.
    NotOneObject,
    /// A kind that the calendar does not take.
    WrongKind,
    /// Something that RFC 5545 demands is missing.
    Incomplete,
}

impl Fault {
    pub(super) fn bare_status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotOneObject | Self::WrongKind | Self::Incomplete => StatusCode::FORBIDDEN,
        }
    }

    pub(super) fn precondition(self) -> Name {
        Name::caldav(match self {
            Self::Malformed => "valid-calendar-data",
            Self::NotOneObject | Self::Incomplete => "valid-calendar-object-resource",
            Self::WrongKind => "supported-calendar-component",
        })
    }
}

/// One content line, unfolded.
struct Line {
    name: String,
    tzid: Option<String>,
    value: String,
}

/// A component directly inside `VCALENDAR`.
struct Component {
    kind: String,
    lines: Vec<Line>,
}

impl Component {
    fn value(&self, name: &str) -> Option<&str> {
        let line = self.lines.iter().find(|line| line.name == name)?;
        Some(line.value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }
}

struct Calendar {
    own: Component,
    components: Vec<Component>,
}

/// Checks an object and gives its UID.
pub(super) fn check(octets: &[u8], kind: &str, strict: bool) -> Result<String, Fault> {
    let calendar = read(octets).ok_or(Fault::Malformed)?;
    let subjects: Vec<&Component> = subjects(&calendar).collect();
    let first = subjects.first().ok_or(Fault::NotOneObject)?;
    if calendar.own.has("METHOD") || subjects.iter().any(|one| one.kind != first.kind) {
        return Err(Fault::NotOneObject);
    }
    if first.kind != kind {
        return Err(Fault::WrongKind);
    }
    let uid = first.value("UID").ok_or(Fault::NotOneObject)?;
    if subjects.iter().any(|one| one.value("UID") != Some(uid)) {
        return Err(Fault::NotOneObject);
    }
    if strict && !is_complete(&calendar, &subjects) {
        return Err(Fault::Incomplete);
    }
    Ok(uid.to_owned())
}

/// The UID of an object that is stored already.
pub(super) fn uid(octets: &[u8]) -> Option<String> {
    let calendar = read(octets)?;
    let first = subjects(&calendar).next()?;
    first.value("UID").map(str::to_owned)
}

fn subjects(calendar: &Calendar) -> impl Iterator<Item = &Component> {
    let parts = calendar.components.iter();
    parts.filter(|component| component.kind != "VTIMEZONE")
}

fn is_complete(calendar: &Calendar, subjects: &[&Component]) -> bool {
    let zones: BTreeSet<&str> = calendar
        .components
        .iter()
        .filter(|component| component.kind == "VTIMEZONE")
        .filter_map(|zone| zone.value("TZID"))
        .collect();
    let lines = subjects.iter().flat_map(|component| &component.lines);
    let mut named = lines.filter_map(|line| line.tzid.as_deref());
    let has_end = |one: &Component| {
        one.kind != "VEVENT" || (one.has("DTSTART") && (one.has("DTEND") || one.has("DURATION")))
    };
    calendar.own.value("VERSION") == Some("2.0")
        && calendar.own.has("PRODID")
        && named.all(|zone| zones.contains(zone))
        && subjects
            .iter()
            .all(|one| one.has("DTSTAMP") && has_end(one))
}

fn read(octets: &[u8]) -> Option<Calendar> {
    let text = std::str::from_utf8(octets).ok()?;
    if text
        .chars()
        .any(|letter| letter.is_control() && !"\r\n\t".contains(letter))
    {
        return None;
    }
    let mut lines = unfolded(text).into_iter();
    let first = lines.next()?;
    (first.name == "BEGIN" && first.value.eq_ignore_ascii_case("VCALENDAR")).then_some(())?;
    let mut calendar = Calendar {
        own: component("VCALENDAR"),
        components: Vec::new(),
    };
    let mut open = vec!["VCALENDAR".to_owned()];
    for line in lines {
        let value = line.value.to_ascii_uppercase();
        match line.name.as_str() {
            _ if open.is_empty() => return None,
            "BEGIN" => {
                if open.len() == 1 {
                    calendar.components.push(component(&value));
                }
                open.push(value);
            }
            "END" => (open.pop()? == value).then_some(())?,
            _ if open.len() == 1 => calendar.own.lines.push(line),
            _ if open.len() == 2 => calendar.components.last_mut()?.lines.push(line),
            _ => {}
        }
    }
    open.is_empty().then_some(calendar)
}

fn component(kind: &str) -> Component {
    Component {
        kind: kind.to_owned(),
        lines: Vec::new(),
    }
}

/// RFC 5545 section 3.1.
fn unfolded(text: &str) -> Vec<Line> {
    let text = text
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .replace("\n\t", "");
    text.lines()
        .filter(|line| !line.is_empty())
        .map(line)
        .collect()
}

fn line(text: &str) -> Line {
    let (mut quoted, mut colon) = (false, text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                colon = at;
                break;
            }
            _ => {}
        }
    }
    let (head, value) = text.split_at(colon);
    let mut parts = head.split(';');
    Line {
        name: parts.next().unwrap_or_default().to_ascii_uppercase(),
        tzid: parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("TZID"))
            .map(|(_, zone)| zone.trim_matches('"').to_owned()),
        value: value.trim_start_matches(':').to_owned(),
    }
}
