//! What people write: events whose fields hold marks, each used once, so that it can be told whose words were kept.

use std::collections::BTreeMap;

use bridge_core::time::Instant;

/// A field of an object: the title, place or text of the event, or the title of its moved occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Title,
    Place,
    Text,
    MovedTitle,
}

impl Field {
    pub(super) fn number(number: u8) -> Self {
        match number % 4 {
            0 => Self::Title,
            1 => Self::Place,
            2 => Self::Text,
            _ => Self::MovedTitle,
        }
    }

    fn property(self) -> &'static str {
        match self {
            Self::Title | Self::MovedTitle => "SUMMARY:",
            Self::Place => "LOCATION:",
            Self::Text => "DESCRIPTION:",
        }
    }

    fn at(line: &str, moved: bool) -> Option<(Self, &str)> {
        let fields = if moved {
            &[Self::MovedTitle][..]
        } else {
            &[Self::Title, Self::Place, Self::Text]
        };
        fields
            .iter()
            .find_map(|field| Some((*field, line.strip_prefix(field.property())?)))
    }
}

/// The marks in an object.
pub(super) type Marks = BTreeMap<Field, String>;

/// Lines that no edit touches (rule D4): unknown properties, an alarm, people and their answers.
const KEPT: [&str; 6] = [
    "X-CLINIC-ROOM;X-WING=\"B:2\":12",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:keller@klinik.example",
    "BEGIN:VALARM",
    "TRIGGER:-PT5M",
    "ACTION:DISPLAY",
    "END:VALARM",
];

/// The UID of the object of this number.
pub(super) fn uid(slot: u16) -> String {
    format!("s{slot}@sim.example")
}

/// The number of the object with this UID.
pub(super) fn slot_of(uid: &str) -> Option<u16> {
    uid.strip_suffix("@sim.example")?
        .strip_prefix('s')?
        .parse()
        .ok()
}

/// A new object: a weekly series with one moved occurrence.
pub(super) fn object(slot: u16, marks: [&str; 4], at: Instant) -> Vec<u8> {
    let [title, place, text, moved] = marks;
    let (uid, stamp) = (uid(slot), stamp(at));
    let day = 1 + slot % 28;
    let kept = KEPT.join("\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sim//Sim//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\n\
         LAST-MODIFIED:{stamp}\r\nDTSTART:202612{day:02}T090000Z\r\nDTEND:202612{day:02}T093000Z\r\n\
         RRULE:FREQ=WEEKLY;COUNT=9\r\nSUMMARY:{title}\r\nLOCATION:{place}\r\nDESCRIPTION:{text}\r\n{kept}\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nRECURRENCE-ID:202612{day:02}T090000Z\r\n\
         DTSTART:202612{day:02}T140000Z\r\nDTEND:202612{day:02}T143000Z\r\nSUMMARY:{moved}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into_bytes()
}

/// The object with another mark in one field.
pub(super) fn edit(octets: &[u8], field: Field, mark: &str, at: Instant) -> Vec<u8> {
    let stamp = stamp(at);
    let mut out = String::with_capacity(octets.len() + 16);
    let mut in_alarm = false;
    for (line, moved) in lines(octets) {
        let field_at = if is_of_alarm(&line, &mut in_alarm) {
            None
        } else {
            Field::at(&line, moved)
        };
        let edited = match field_at {
            Some((found, _)) if found == field => format!("{}{mark}", field.property()),
            _ if line.starts_with("LAST-MODIFIED:") && moved == (field == Field::MovedTitle) => {
                format!("LAST-MODIFIED:{stamp}")
            }
            _ => line,
        };
        out.push_str(&edited);
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// The marks in an object.
pub(super) fn marks(octets: &[u8]) -> Marks {
    let mut in_alarm = false;
    lines(octets)
        .iter()
        .filter(|(line, _)| !is_of_alarm(line, &mut in_alarm))
        .filter_map(|(line, moved)| {
            let (field, mark) = Field::at(line, *moved)?;
            Some((field, mark.to_owned()))
        })
        .collect()
}

/// Whether a line is one of an alarm, which has words of its own.
fn is_of_alarm(line: &str, in_alarm: &mut bool) -> bool {
    *in_alarm |= line == "BEGIN:VALARM";
    let is_inside = *in_alarm;
    *in_alarm &= line != "END:VALARM";
    is_inside
}

/// A line that should be there and is not.
pub(super) fn missing_line(octets: &[u8]) -> Option<&'static str> {
    let there = lines(octets);
    KEPT.into_iter()
        .find(|kept| !there.iter().any(|(line, _)| line == kept))
}

/// The lines, unfolded, each with whether it belongs to the moved occurrence.
fn lines(octets: &[u8]) -> Vec<(String, bool)> {
    let text = String::from_utf8_lossy(octets)
        .replace("\r\n", "\n")
        .replace("\n ", "");
    let mut lines: Vec<(String, bool)> = Vec::new();
    let mut start = 0;
    for line in text.lines() {
        if line == "BEGIN:VEVENT" {
            start = lines.len();
        }
        lines.push((line.to_owned(), false));
        if line.starts_with("RECURRENCE-ID") {
            for (_, moved) in lines.iter_mut().skip(start) {
                *moved = true;
            }
        } else if let Some(at) = lines.len().checked_sub(2) {
            let before = lines
                .get(at)
                .is_some_and(|(before, moved)| *moved && before != "END:VEVENT");
            if let Some((_, moved)) = lines.last_mut() {
                *moved |= before;
            }
        }
    }
    lines
}

fn stamp(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}
