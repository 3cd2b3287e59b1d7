//! Whole iCalendar files: taken apart into objects for a calendar, and put together out of them.
//!
//! A calendar holds one object per UID (RFC 4791 section 4.1); a file holds whatever somebody exported. Components
//! are copied octet by octet in both directions; what is made anew is the `VCALENDAR` around them. A file that
//! is one object already stays as it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::ical::{
    CalendarObject, Component, ComponentId, ComponentKind, LineEnd, NewProperty, PRODID,
};
use crate::ids::{ObjectName, Uid};

/// One object out of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// The UID of all its components; made from the content where the file has none.
    pub uid: Uid,
    /// The object, ready to be checked and stored.
    pub octets: Vec<u8>,
    /// The line of the file where its first component begins, from 1.
    pub line: usize,
    /// What is odd about it.
    pub oddity: Option<Oddity>,
}

/// What is odd about a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// It had no UID and got one that follows from its content, so that importing it again finds it.
    #[error("it has no UID; it got one")]
    NoUid,
    /// The file ends in the middle of it.
    #[error("it is cut off: the file is damaged there")]
    CutOff,
}

/// The octets as UTF-8, without a byte order mark: a file that is no UTF-8 is read as Latin-1.
pub fn to_utf8(octets: &[u8]) -> Cow<'_, [u8]> {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    if std::str::from_utf8(octets).is_ok() {
        return Cow::Borrowed(octets);
    }
    let text: String = octets.iter().map(|octet| char::from(*octet)).collect();
    Cow::Owned(text.into_bytes())
}

/// Takes a file apart, in the order in which the objects begin.
pub fn split(octets: &[u8]) -> Vec<Part> {
    let file = CalendarObject::read(octets);
    let groups = groups(&file);
    let is_object = groups.len() == 1
        && file.calendars().count() == 1
        && file.roots().count() == 1
        && file.calendar_property("METHOD").is_none();
    let zones = Zones::of(&file);
    let parts = groups.iter().filter_map(|group| {
        let mut part = part(&file, &zones, group)?;
        if is_object && part.oddity.is_none() && file.calendars().all(|root| root.is_closed()) {
            octets.clone_into(&mut part.octets);
        }
        Some(part)
    });
    parts.collect()
}

/// The components of each object; those without a UID stand alone.
fn groups<'o>(file: &'o CalendarObject<'_>) -> Vec<Vec<Component<'o>>> {
    let mut groups: Vec<Vec<Component<'o>>> = Vec::new();
    let mut known: BTreeMap<Uid, usize> = BTreeMap::new();
    let all_but_zones = file
        .components()
        .filter(|component| component.kind() != ComponentKind::Timezone);
    for component in all_but_zones {
        let uid = component.uid();
        let group = uid
            .as_ref()
            .and_then(|uid| known.get(uid))
            .and_then(|at| groups.get_mut(*at));
        if let Some(group) = group {
            group.push(component);
        } else {
            known.extend(uid.map(|uid| (uid, groups.len())));
            groups.push(vec![component]);
        }
    }
    groups
}

/// The time zones of a file, each with the `VCALENDAR` it stands in: files that were glued together may bring
/// several of one name.
struct Zones<'o>(Vec<(String, Option<ComponentId>, Component<'o>)>);

impl<'o> Zones<'o> {
    fn of(file: &'o CalendarObject<'_>) -> Self {
        let zones = file
            .components()
            .filter(|component| component.kind() == ComponentKind::Timezone);
        let named = zones.filter_map(|zone| {
            let tzid = zone.property("TZID")?.text().trim().to_owned();
            Some((tzid, zone.parent().map(|parent| parent.id()), zone))
        });
        Self(named.collect())
    }

    fn find(&self, tzid: &str, near: Option<ComponentId>) -> Option<&Component<'o>> {
        let named = || self.0.iter().filter(|(name, ..)| name == tzid);
        let nearest = named().find(|(_, parent, _)| *parent == near);
        nearest.or_else(|| named().next()).map(|(.., zone)| zone)
    }
}

fn part(file: &CalendarObject<'_>, zones: &Zones<'_>, group: &[Component<'_>]) -> Option<Part> {
    let first = group.first()?;
    let end = file.line_end();
    let mut octets = head(file, end);
    let near = first.parent().map(|parent| parent.id());
    for tzid in group.iter().fold(Vec::new(), tzids) {
        if let Some(zone) = zones.find(&tzid, near) {
            copy(zone.octets(), end, &mut octets);
        }
    }
    let mut oddity = None;
    let uid = first.uid().unwrap_or_else(|| {
        oddity = Some(Oddity::NoUid);
        uid_of(first.octets())
    });
    for component in group {
        if oddity == Some(Oddity::NoUid) {
            copy_with_uid(component.octets(), &uid, end, &mut octets);
        } else {
            copy(component.octets(), end, &mut octets);
        }
    }
    octets.extend_from_slice(b"END:VCALENDAR");
    octets.extend_from_slice(end.octets());
    if !group.iter().all(is_whole) {
        oddity = Some(Oddity::CutOff);
    }
    Some(Part {
        uid,
        octets,
        line: first.line(),
        oddity,
    })
}

fn is_whole(component: &Component<'_>) -> bool {
    component.is_closed() && component.children().all(|child| is_whole(&child))
}

fn head(file: &CalendarObject<'_>, end: LineEnd) -> Vec<u8> {
    let mut octets = b"BEGIN:VCALENDAR".to_vec();
    octets.extend_from_slice(end.octets());
    NewProperty::raw("VERSION", "2.0").write(end, &mut octets);
    match file.calendar_property("PRODID") {
        Some(prodid) => NewProperty::copy(&prodid).write(end, &mut octets),
        None => NewProperty::raw("PRODID", PRODID).write(end, &mut octets),
    }
    if let Some(scale) = file.calendar_property("CALSCALE") {
        NewProperty::copy(&scale).write(end, &mut octets);
    }
    octets
}

/// The zones that a component and those inside it name, each once.
fn tzids(mut found: Vec<String>, component: &Component<'_>) -> Vec<String> {
    for property in component.properties() {
        let tzid = property.param("TZID").map(|tzid| tzid.trim().to_owned());
        found.extend(tzid.filter(|tzid| !found.contains(tzid)));
    }
    component
        .children()
        .fold(found, |found, child| tzids(found, &child))
}

fn copy(component: &[u8], end: LineEnd, octets: &mut Vec<u8>) {
    octets.extend_from_slice(component);
    if !component.ends_with(b"\n") {
        octets.extend_from_slice(end.octets());
    }
}

/// Copies a component with a UID behind its first line.
fn copy_with_uid(component: &[u8], uid: &Uid, end: LineEnd, octets: &mut Vec<u8>) {
    let first = component
        .iter()
        .position(|octet| *octet == b'\n')
        .map_or(component.len(), |at| at + 1);
    let (begin, rest) = component.split_at(first);
    copy(begin, end, octets);
    NewProperty::text("UID", uid.as_str()).write(end, octets);
    copy(rest, end, octets);
}

fn uid_of(octets: &[u8]) -> Uid {
    Uid::new(format!("{}@imported", hash(octets)))
}

fn hash(octets: &[u8]) -> String {
    let mut text = String::with_capacity(32);
    for octet in Sha256::digest(octets).iter().take(16) {
        // Writing into a String cannot fail.
        _ = write!(text, "{octet:02x}");
    }
    text
}

/// The name under which an object with this UID is stored when nobody chose one: the UID itself where a URL takes it.
pub fn object_name(uid: &Uid) -> ObjectName {
    let uid = uid.as_str();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    if !uid.is_empty() && uid.len() <= 120 && !uid.starts_with('.') && uid.bytes().all(plain) {
        ObjectName::new(format!("{uid}.ics"))
    } else {
        ObjectName::new(format!("{}.ics", hash(uid.as_bytes())))
    }
}

/// A file that is being put together out of objects.
#[derive(Clone)]
pub struct Stream {
    octets: Vec<u8>,
    zones: HashSet<Vec<u8>>,
}

impl Stream {
    /// Begins a file of a calendar that people call `name`.
    pub fn new(name: &str) -> Self {
        let mut octets = b"BEGIN:VCALENDAR\r\n".to_vec();
        NewProperty::raw("VERSION", "2.0").write(LineEnd::CrLf, &mut octets);
        NewProperty::raw("PRODID", PRODID).write(LineEnd::CrLf, &mut octets);
        for property in ["NAME", "X-WR-CALNAME"] {
            NewProperty::text(property, name).write(LineEnd::CrLf, &mut octets);
        }
        Self {
            octets,
            zones: HashSet::new(),
        }
    }

    /// Adds everything in an object. A time zone that others brought along already is left out.
    pub fn add(&mut self, object: &[u8]) {
        for component in CalendarObject::read(object).components() {
            let octets = component.octets();
            let is_zone = component.kind() == ComponentKind::Timezone;
            if !is_zone || self.zones.insert(octets.to_vec()) {
                copy(octets, LineEnd::CrLf, &mut self.octets);
            }
        }
    }

    /// The finished file.
    pub fn finish(mut self) -> Vec<u8> {
        self.octets.extend_from_slice(b"END:VCALENDAR\r\n");
        self.octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ical::{ComponentSet, Limits, check_storable};

    const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Praxis\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
        TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\n{lines}DTSTAMP:20260101T000000Z\r\nEND:VEVENT\r\n")
    }

    fn calendar(body: &str) -> Vec<u8> {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n")
            .into_bytes()
    }

    fn uids(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|part| part.uid.as_str()).collect()
    }

    #[test]
    fn a_series_and_its_overrides_stay_together_with_the_zones_they_use() {
        let series = event("UID:a\r\nDTSTART;TZID=Praxis:20260105T090000\r\nRRULE:FREQ=DAILY\r\n");
        let other = event("UID:b\r\nDTSTART:20260105T090000Z\r\n");
        let moved = event(
            "UID:a\r\nRECURRENCE-ID;TZID=Praxis:20260106T090000\r\nDTSTART:20260106T100000Z\r\n",
        );
        let parts = split(&calendar(&format!(
            "METHOD:PUBLISH\r\n{ZONE}{series}{other}{moved}"
        )));
        assert_eq!(uids(&parts), ["a", "b"]);
        for part in &parts {
            assert!(check_storable(&part.octets, ComponentSet::ALL, Limits::default()).is_ok());
        }
        let [a, b] = &parts[..] else { panic!() };
        let a = String::from_utf8(a.octets.clone()).unwrap();
        assert!(a.contains(ZONE) && a.contains(&series) && a.contains(&moved));
        assert!(
            !String::from_utf8(b.octets.clone())
                .unwrap()
                .contains("VTIMEZONE")
        );
    }

    #[test]
    fn a_file_that_is_one_object_keeps_every_octet() {
        let file = calendar(&format!(
            "X-WR-CALNAME:Mine\r\n{}",
            event("UID:a\r\nX-Y:1\r\n")
        ));
        let parts = split(&file);
        assert_eq!(parts[0].octets, file);
        assert_eq!(parts[0].oddity, None);
    }

    #[test]
    fn what_has_no_uid_gets_the_same_one_each_time() {
        let file = calendar(&format!(
            "{}{}",
            event("SUMMARY:x\r\n"),
            event("SUMMARY:y\r\n")
        ));
        let (once, again) = (split(&file), split(&file));
        assert_eq!(uids(&once), uids(&again));
        assert_ne!(once[0].uid, once[1].uid);
        assert_eq!(once[0].oddity, Some(Oddity::NoUid));
        assert!(check_storable(&once[0].octets, ComponentSet::ALL, Limits::default()).is_ok());
    }

    #[test]
    fn a_torn_end_spoils_the_last_object_alone() {
        let mut file = calendar(&format!("{}{}", event("UID:a\r\n"), event("UID:b\r\n")));
        file.truncate(file.len() - 30);
        let parts = split(&file);
        assert_eq!(uids(&parts), ["a", "b"]);
        assert_eq!(
            [parts[0].oddity, parts[1].oddity],
            [None, Some(Oddity::CutOff)]
        );
    }

    #[test]
    fn split_and_stream_are_inverse() {
        let zoned = event("UID:a\r\nDTSTART;TZID=Praxis:20260105T090000\r\n");
        let second = event("UID:c\r\nDTSTART;TZID=Praxis:20260105T090000\r\n");
        let parts = split(&calendar(&format!("{ZONE}{zoned}{second}")));
        let mut stream = Stream::new("Mine");
        for part in &parts {
            stream.add(&part.octets);
        }
        let file = stream.finish();
        let text = String::from_utf8(file.clone()).unwrap();
        assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
        let again = split(&file);
        assert_eq!(uids(&again), uids(&parts));
    }

    #[test]
    fn latin_1_becomes_utf_8_and_utf_8_stays() {
        assert_eq!(
            to_utf8(b"\xef\xbb\xbfM\xc3\xbcller").as_ref(),
            "Müller".as_bytes()
        );
        assert_eq!(to_utf8(b"M\xfcller").as_ref(), "Müller".as_bytes());
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(object_name(&Uid::new("a-1@b.c")).as_str(), "a-1@b.c.ics");
        for odd in ["", "a/b", "..", "ü", "a b"] {
            assert_eq!(object_name(&Uid::new(odd)).as_str().len(), 36, "{odd}");
        }
    }
}
