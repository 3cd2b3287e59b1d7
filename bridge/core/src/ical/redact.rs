//! The busy-only copy of an object: when, never what.
//!
//! Built anew from a list of what may be shown, so that a property nobody thought of cannot slip through. Values are
//! copied only when they have the form of a time, a rule or a known word; parameters only `TZID`, `VALUE` and `RANGE`.
//! The UID is hashed with a salt, so that it links the copies of one view but says nothing (the UIDs of some
//! programs contain names or addresses).

use sha2::{Digest, Sha256};

use super::{
    component::Component,
    kind::ComponentKind,
    object::CalendarObject,
    property::Property,
    text::hexadecimal,
    write::{LineEnd, NewProperty},
};

/// What the title of every event becomes.
const TITLE: &str = "Busy";

/// Times and rules that events keep.
const TIMES: [&str; 8] = [
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RECURRENCE-ID",
    "RRULE",
    "RDATE",
    "EXDATE",
];

/// What an observance of a time zone keeps.
const OBSERVANCE: [&str; 5] = ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"];

/// The words of a recurrence rule; `T` and `Z` stand in the time of `UNTIL`.
const RULE_WORDS: [&str; 30] = [
    "FREQ",
    "SECONDLY",
    "MINUTELY",
    "HOURLY",
    "DAILY",
    "WEEKLY",
    "MONTHLY",
    "YEARLY",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYSECOND",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
    "MO",
    "TU",
    "WE",
    "TH",
    "FR",
    "SA",
    "SU",
    "T",
    "Z",
];

/// Words that events keep, and their values.
const WORDS: [(&str, &[&str]); 2] = [
    ("STATUS", &["CONFIRMED", "TENTATIVE", "CANCELLED"]),
    ("TRANSP", &["OPAQUE", "TRANSPARENT"]),
];

/// The object with nothing but its times: events with a title of `Busy`, and the zones they use. Components of other
/// kinds are left out.
pub fn busy_only(object: &CalendarObject<'_>, salt: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(object.octets().len() / 2);
    out.extend_from_slice(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//PharmaDOC//Companion//EN\r\n",
    );
    for component in object.components() {
        match component.kind() {
            ComponentKind::Timezone => zone(&component, &mut out),
            ComponentKind::Event => event(&component, salt, &mut out),
            ComponentKind::Todo
            | ComponentKind::Journal
            | ComponentKind::FreeBusy
            | ComponentKind::Availability
            | ComponentKind::Other => {}
        }
    }
    out.extend_from_slice(b"END:VCALENDAR\r\n");
    out
}

fn event(event: &Component<'_>, salt: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"BEGIN:VEVENT\r\n");
    let uid = event.uid();
    let uid = uid.as_ref().map_or("", |uid| uid.as_str());
    NewProperty::raw("UID", &hashed(uid, salt)).write(LineEnd::CrLf, out);
    for property in event.properties() {
        if TIMES.iter().any(|name| property.is(name)) {
            time(&property, out);
        }
        for (name, words) in WORDS {
            word(&property, name, words, out);
        }
    }
    NewProperty::raw("SUMMARY", TITLE).write(LineEnd::CrLf, out);
    out.extend_from_slice(b"END:VEVENT\r\n");
}

fn zone(zone: &Component<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"BEGIN:VTIMEZONE\r\n");
    if let Some(id) = zone.property("TZID") {
        NewProperty::raw("TZID", &id.value()).write(LineEnd::CrLf, out);
    }
    for observance in zone.children() {
        let Some(name) = ["STANDARD", "DAYLIGHT"]
            .into_iter()
            .find(|name| observance.is(name))
        else {
            continue;
        };
        NewProperty::raw("BEGIN", name).write(LineEnd::CrLf, out);
        for property in observance.properties() {
            if OBSERVANCE.iter().any(|name| property.is(name)) {
                time(&property, out);
            }
        }
        NewProperty::raw("END", name).write(LineEnd::CrLf, out);
    }
    out.extend_from_slice(b"END:VTIMEZONE\r\n");
}

/// Copies a property that holds times or a rule, if its value has the form of one.
fn time(property: &Property<'_>, out: &mut Vec<u8>) {
    let value = property.value().trim().to_ascii_uppercase();
    let plausible = if property.is("RRULE") {
        is_rule(&value)
    } else {
        is_time(&value)
    };
    if !plausible {
        return;
    }
    let mut new = NewProperty::raw(&property.name().to_ascii_uppercase(), &value);
    for (name, words) in [
        ("VALUE", &["DATE", "DATE-TIME", "PERIOD"][..]),
        ("RANGE", &["THISANDFUTURE"]),
    ] {
        let given = property.param(name).map(|value| value.to_ascii_uppercase());
        if let Some(given) = given.filter(|given| words.contains(&given.as_str())) {
            new = new.param(name, &given);
        }
    }
    if let Some(zone) = property.param("TZID") {
        new = new.param("TZID", &zone);
    }
    new.write(LineEnd::CrLf, out);
}

/// Copies a property with one of a few known values.
fn word(property: &Property<'_>, name: &str, words: &[&str], out: &mut Vec<u8>) {
    let value = property.value().trim().to_ascii_uppercase();
    if property.is(name) && words.contains(&value.as_str()) {
        NewProperty::raw(name, &value).write(LineEnd::CrLf, out);
    }
}

/// Whether a value has nothing but what dates, times, durations, periods and offsets are made of.
fn is_time(value: &str) -> bool {
    let part = |octet: u8| octet.is_ascii_digit() || b"PTZWDHMS+-,/".contains(&octet);
    value.bytes().all(part)
}

/// Whether a value has nothing but what recurrence rules are made of.
fn is_rule(value: &str) -> bool {
    let mut words = value.split(|char: char| !char.is_ascii_alphabetic());
    let part = |octet: u8| octet.is_ascii_alphanumeric() || b",;=+-".contains(&octet);
    value.bytes().all(part) && words.all(|word| word.is_empty() || RULE_WORDS.contains(&word))
}

/// The first 16 octets of the salted hash of a UID.
fn hashed(uid: &str, salt: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(u64::try_from(salt.len()).unwrap_or(u64::MAX).to_be_bytes())
        .chain_update(salt)
        .chain_update(uid.as_bytes())
        .finalize();
    hexadecimal(digest.iter().take(16))
}
