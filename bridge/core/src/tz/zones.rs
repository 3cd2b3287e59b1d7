//! Finds the zone behind a `TZID` of one calendar object.
//!
//! In this order: an IANA name (prefixes stripped), the `X-LIC-LOCATION` of the `VTIMEZONE`, a Windows name, the
//! `VTIMEZONE` by its own rules, a display name or an offset (a guess), the default zone (a guess).
//!
//! A `VTIMEZONE` that carries an IANA name but other rules loses against the database: such copies grow old when a
//! country changes its mind, some programs write only the rules of one year, and every client that knows the name shows
//! the database's time. "Customized Time Zone" and display names are no names of zones, so they reach the rules first.

use std::{cell::OnceCell, sync::Arc};

use crate::{
    ical::{CalendarObject, Component, ComponentKind},
    recur::{
        rule::Rule,
        value::{self, Written},
    },
};

use super::{CustomZone, Zone, custom::Observance, names};

/// More zones than this in one object are not looked for: the default stands in.
const MOST_ZONES: usize = 200;

/// Whether a zone is what the object says or the best that could be made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The object names or defines this zone.
    Known,
    /// Read from a name that other rules may hide behind.
    Guess,
    /// Nothing could be made of it: the default zone stands in.
    Default,
}

/// The zones of one calendar object.
#[derive(Clone)]
pub struct Zones<'o> {
    object: &'o CalendarObject<'o>,
    default: Zone,
    found: Vec<(String, Zone, Certainty)>,
    /// The zones the object defines, by their `TZID`; listed when first needed.
    definitions: OnceCell<Vec<(String, Component<'o>)>>,
}

impl<'o> Zones<'o> {
    /// The zones of an object; `default` is the zone of its calendar, used for floating times and unknown names.
    pub fn new(object: &'o CalendarObject<'_>, default: &Zone) -> Self {
        Self {
            object,
            default: default.clone(),
            found: Vec::new(),
            definitions: OnceCell::new(),
        }
    }

    /// The zone of the calendar.
    pub fn default_zone(&self) -> &Zone {
        &self.default
    }

    /// The zone behind a `TZID`, and how sure that is.
    pub fn find(&mut self, tzid: &str) -> (Zone, Certainty) {
        if let Some((_, zone, certainty)) = self.found.iter().find(|(name, ..)| name == tzid) {
            return (zone.clone(), *certainty);
        }
        let (zone, certainty) = if self.found.len() < MOST_ZONES {
            self.resolve(tzid)
        } else {
            return (self.default.clone(), Certainty::Default);
        };
        self.found.push((tzid.to_owned(), zone.clone(), certainty));
        (zone, certainty)
    }

    fn resolve(&self, tzid: &str) -> (Zone, Certainty) {
        if let Some(zone) = names::iana(tzid) {
            return (zone.into(), Certainty::Known);
        }
        let definition = self.definition(tzid);
        let location = definition
            .as_ref()
            .and_then(|zone| zone.property("X-LIC-LOCATION"));
        let named = location.and_then(|location| names::iana(&location.value()));
        if let Some(zone) = named.or_else(|| names::windows(tzid)) {
            return (zone.into(), Certainty::Known);
        }
        if let Some(zone) = definition.and_then(|zone| defined(tzid, &zone)) {
            return (zone, Certainty::Known);
        }
        if let Some(zone) = names::displayed(tzid) {
            return (zone.into(), Certainty::Guess);
        }
        match names::offset(tzid) {
            Some(offset) => {
                let zone = CustomZone::fixed(tzid, offset);
                (Zone::Custom(Arc::new(zone)), Certainty::Guess)
            }
            None => (self.default.clone(), Certainty::Default),
        }
    }

    /// The `VTIMEZONE` with this `TZID`.
    fn definition(&self, tzid: &str) -> Option<Component<'o>> {
        let definitions = self.definitions.get_or_init(|| definitions(self.object));
        let mut named = definitions.iter();
        let (_, definition) = named.find(|(name, _)| name.eq_ignore_ascii_case(tzid.trim()))?;
        Some(*definition)
    }
}

fn definitions<'o>(object: &'o CalendarObject<'o>) -> Vec<(String, Component<'o>)> {
    object
        .components()
        .filter(|component| component.kind() == ComponentKind::Timezone)
        .filter_map(|zone| Some((zone.property("TZID")?.text().trim().to_owned(), zone)))
        .take(MOST_ZONES)
        .collect()
}

/// The zone a `VTIMEZONE` text defines, as clients give it in `CALDAV:calendar-timezone`: by its name if that is one,
/// else by its rules. `None` when there is no usable `VTIMEZONE` in it.
pub fn read_vtimezone(octets: &[u8]) -> Option<Zone> {
    let object = CalendarObject::read(octets);
    let definition = object
        .components()
        .find(|component| component.kind() == ComponentKind::Timezone)?;
    let tzid = definition.property("TZID")?.text().into_owned();
    let mut zones = Zones::new(&object, &Zone::Utc);
    let (zone, certainty) = zones.find(&tzid);
    (certainty != Certainty::Default).then_some(zone)
}

fn defined(tzid: &str, definition: &Component<'_>) -> Option<Zone> {
    let observances: Vec<_> = definition
        .children()
        .filter_map(|part| observance(&part))
        .collect();
    let zone = CustomZone::from_observances(tzid, &observances)?;
    Some(Zone::Custom(Arc::new(zone)))
}

/// Reads a `STANDARD` or `DAYLIGHT` part; `None` when an offset or the start is missing.
fn observance(part: &Component<'_>) -> Option<Observance> {
    if !part.is("STANDARD") && !part.is("DAYLIGHT") {
        return None;
    }
    let to = value::utc_offset(&part.property("TZOFFSETTO")?.value())?;
    let from = part.property("TZOFFSETFROM");
    let from = from
        .and_then(|from| value::utc_offset(&from.value()))
        .unwrap_or(to);
    let local = |written| match written {
        Written::Date(day) => day * super::civil::DAY,
        Written::Local(local) => local,
        Written::Utc(utc) => utc + from,
    };
    let rules = part.all("RRULE");
    let dates = part.all("RDATE");
    Some(Observance {
        from,
        to,
        start: local(value::date_or_time(&part.property("DTSTART")?.value())?),
        rules: rules
            .filter_map(|rule| Rule::read(&rule.value()).ok())
            .map(|(rule, _)| rule)
            .collect(),
        dates: dates
            .flat_map(|list| {
                let list = list.value();
                list.split(',')
                    .filter_map(value::date_or_time)
                    .map(local)
                    .collect::<Vec<_>>()
            })
            .collect(),
    })
}
