//! The busy-only copy of an object: when, never what.
//!
//! Built anew from a list of what may be shown, so that a property nobody thought of cannot slip through. Values are
//! copied only when they have the form of a time, a rule or a known word; parameters only `TZID`, `VALUE` and `RANGE`,
//! and a zone that has no IANA name gets a neutral one.
//! The UID is hashed with a salt, so that it links the copies of one view but says nothing (the UIDs of some
//! programs contain names or addresses).

use sha2::{Digest, Sha256};

use crate::tz::{Zone, Zones};

use super::{
    PRODID,
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

/// Parameters that times keep, and their values; `TZID` comes besides.
const PARAMS: [(&str, &[&str]); 2] = [
    ("VALUE", &["DATE", "DATE-TIME", "PERIOD"]),
    ("RANGE", &["THISANDFUTURE"]),
];

/// Words that events keep, and their values.
const WORDS: [(&str, &[&str]); 2] = [
    ("STATUS", &["CONFIRMED", "TENTATIVE", "CANCELLED"]),
    ("TRANSP", &["OPAQUE", "TRANSPARENT"]),
];

/// The object with nothing but its times: events with a title of `Busy`, and the zones they use. Components of other
/// kinds are left out.
pub fn busy_only(object: &CalendarObject<'_>, salt: &[u8]) -> Vec<u8> {
    let mut copy = Copy {
        zones: Zones::new(object, &Zone::Floating),
        salt,
        out: Vec::with_capacity(object.octets().len() / 2),
    };
    copy.line("BEGIN", "VCALENDAR");
    copy.line("VERSION", "2.0");
    copy.line("PRODID", PRODID);
    for component in object.components() {
        match component.kind() {
            ComponentKind::Timezone => copy.zone(&component),
            ComponentKind::Event => copy.event(&component),
            ComponentKind::Todo
            | ComponentKind::Journal
            | ComponentKind::FreeBusy
            | ComponentKind::Availability
            | ComponentKind::Other => {}
        }
    }
    copy.line("END", "VCALENDAR");
    copy.out
}

/// A copy under construction.
struct Copy<'o> {
    zones: Zones<'o>,
    salt: &'o [u8],
    out: Vec<u8>,
}

impl Copy<'_> {
    fn line(&mut self, name: &str, value: &str) {
        NewProperty::raw(name, value).write(LineEnd::CrLf, &mut self.out);
    }

    fn event(&mut self, event: &Component<'_>) {
        self.line("BEGIN", "VEVENT");
        let uid = event.uid();
        let uid = uid.as_ref().map_or("", |uid| uid.as_str());
        self.line("UID", &hashed(uid, self.salt));
        for property in event.properties() {
            if TIMES.iter().any(|name| property.is(name)) {
                self.time(&property);
            }
            for (name, words) in WORDS {
                self.word(&property, name, words);
            }
        }
        self.line("SUMMARY", TITLE);
        self.line("END", "VEVENT");
    }

    fn zone(&mut self, zone: &Component<'_>) {
        self.line("BEGIN", "VTIMEZONE");
        if let Some(id) = zone.property("TZID") {
            let name = self.zone_name(&id.text());
            self.line("TZID", &name);
        }
        for observance in zone.children() {
            let kinds = ["STANDARD", "DAYLIGHT"];
            let Some(name) = kinds.into_iter().find(|name| observance.is(name)) else {
                continue;
            };
            self.line("BEGIN", name);
            for property in observance.properties() {
                if OBSERVANCE.iter().any(|name| property.is(name)) {
                    self.time(&property);
                }
            }
            self.line("END", name);
        }
        self.line("END", "VTIMEZONE");
    }

    /// What a zone is called in the copy: its IANA name, or a hash of whatever somebody called it.
    fn zone_name(&mut self, tzid: &str) -> String {
        match self.zones.find(tzid) {
            (Zone::Iana(zone), _) => zone.name().to_owned(),
            (Zone::Utc | Zone::Floating | Zone::Custom(_), _) => {
                format!("Zone-{}", hashed(tzid, self.salt))
            }
        }
    }

    /// Copies a property that holds times or a rule, if its value has the form of one.
    fn time(&mut self, property: &Property<'_>) {
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
        for (name, words) in PARAMS {
            let given = property.param(name).map(|value| value.to_ascii_uppercase());
            if let Some(given) = given.filter(|given| words.contains(&given.as_str())) {
                new = new.param(name, &given);
            }
        }
        if let Some(zone) = property.param("TZID") {
            new = new.param("TZID", &self.zone_name(&zone));
        }
        new.write(LineEnd::CrLf, &mut self.out);
    }

    /// Copies a property with one of a few known values.
    fn word(&mut self, property: &Property<'_>, name: &str, words: &[&str]) {
        let value = property.value().trim().to_ascii_uppercase();
        if property.is(name) && words.contains(&value.as_str()) {
            self.line(name, &value);
        }
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
