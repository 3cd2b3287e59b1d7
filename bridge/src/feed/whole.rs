//! A whole calendar as one iCalendar stream: what a subscription and a GET of a collection return.
//!
//! The components are copied octet by octet out of their objects; a time zone that several objects bring along is
//! written once, as long as they agree on what it is.

use std::collections::HashSet;

use bridge_core::ical::{CalendarObject, ComponentKind, LineEnd, NewProperty};

/// A stream under construction.
pub(super) struct Whole {
    out: Vec<u8>,
    zones: HashSet<Vec<u8>>,
}

impl Whole {
    /// Begins a calendar that people call `name`.
    pub(super) fn new(name: &str) -> Self {
        let mut out = Vec::new();
        out.extend_from_slice(
            b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//PharmaDOC//Companion//EN\r\n",
        );
        for property in ["NAME", "X-WR-CALNAME"] {
            NewProperty::text(property, name).write(LineEnd::CrLf, &mut out);
        }
        Self {
            out,
            zones: HashSet::new(),
        }
    }

    /// Adds everything in an object.
    pub(super) fn add(&mut self, octets: &[u8]) {
        let object = CalendarObject::read(octets);
        for component in object.components() {
            let octets = component.octets();
            if component.kind() == ComponentKind::Timezone && !self.zones.insert(octets.to_vec()) {
                continue;
            }
            self.out.extend_from_slice(octets);
            if !octets.ends_with(b"\n") {
                self.out.extend_from_slice(b"\r\n");
            }
        }
    }

    /// The finished stream.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"END:VCALENDAR\r\n");
        self.out
    }
}
