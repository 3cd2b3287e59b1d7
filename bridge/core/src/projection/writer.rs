//! Calendar text that is made of a source: the same calls, the same octets.

use std::{fmt::Write as _, sync::Arc};

use chrono::{Datelike as _, TimeZone as _, Utc};

use super::times::Moment;
use crate::{
    ical::{LineEnd, NewProperty, PRODID},
    recur::value,
    time::{Instant, Span},
    tz::{Zone, vtimezone},
};

/// For how many years from the earliest event on a zone is written down exactly; it goes on with its last rule.
const ZONE_YEARS: i32 = 5;

/// An object under construction: components first, zones are put before them at the end.
#[derive(Default)]
pub struct ObjectWriter {
    body: Vec<u8>,
    zones: Vec<(Zone, Instant)>,
}

impl ObjectWriter {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a component.
    pub fn begin(&mut self, name: &str) {
        self.raw("BEGIN", name);
    }

    /// Ends a component.
    pub fn end(&mut self, name: &str) {
        self.raw("END", name);
    }

    /// Writes a line whose value is in the spelling of the wire.
    pub fn raw(&mut self, name: &str, value: &str) {
        self.line(&NewProperty::raw(name, value));
    }

    /// Writes a line whose value is text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.line(&NewProperty::text(name, value));
    }

    /// Writes a line.
    pub fn line(&mut self, property: &NewProperty) {
        property.write(LineEnd::CrLf, &mut self.body);
    }

    /// Writes a content line that a provider keeps as such.
    pub fn verbatim(&mut self, line: &str) {
        NewProperty::write_line(line, LineEnd::CrLf, &mut self.body);
    }

    /// Writes a day or a time; the zone of a time will be part of the object.
    pub fn moment(&mut self, name: &str, moment: &Moment) {
        let property = match moment {
            Moment::Day(day) => {
                NewProperty::raw(name, &value::date_text((*day).into())).param("VALUE", "DATE")
            }
            Moment::At { local, zone } => match zone.tzid() {
                Some(tzid) => {
                    let property = NewProperty::raw(name, &value::local_text(*local));
                    let property = property.param("TZID", tzid);
                    self.uses(zone, zone.instant(*local));
                    property
                }
                None => NewProperty::raw(name, &value::utc_text(moment.instant())),
            },
        };
        self.line(&property);
    }

    /// Notes that a time at `instant` was written in a zone.
    pub fn uses(&mut self, zone: &Zone, instant: Instant) {
        match self.zones.iter_mut().find(|(known, _)| known == zone) {
            Some((_, earliest)) => *earliest = (*earliest).min(instant),
            None => self.zones.push((zone.clone(), instant)),
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The object: zones, then components.
    pub fn finish(self) -> Vec<u8> {
        let mut head = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\n");
        for (zone, earliest) in &self.zones {
            // Writing into a String cannot fail.
            _ = write!(head, "{}", written(zone, *earliest));
        }
        let mut octets = head.into_bytes();
        octets.extend_from_slice(&self.body);
        octets.extend_from_slice(b"END:VCALENDAR\r\n");
        octets
    }
}

fn written(zone: &Zone, earliest: Instant) -> Arc<str> {
    let new_year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single();
    let first = earliest.year();
    let span = Span {
        start: new_year(first).unwrap_or(earliest),
        end: new_year(first.saturating_add(ZONE_YEARS)).unwrap_or(earliest),
    };
    vtimezone(zone, span).unwrap_or_default()
}
