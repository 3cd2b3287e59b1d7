//! What it means when a client sets a property of a calendar: with PROPPATCH, or while making one.

use bridge_core::{
    dav::{Element, Name, Precondition, Response, component_set},
    ical::{CalendarObject, ComponentKind, ComponentSet},
    time::Span,
    tz::{Zone, zone_object},
};
use chrono::{TimeZone, Utc};

use super::{answer::Refusal, dead, props};
use crate::store::calendars::CalendarZone;

const DISPLAYNAME: Name = Name::dav("displayname");
pub(super) const CALENDAR_TIMEZONE: Name = Name::caldav("calendar-timezone");
pub(super) const CALENDAR_TIMEZONE_ID: Name = Name::caldav("calendar-timezone-id");
const COMPONENT_SET: Name = Name::caldav("supported-calendar-component-set");

/// Live properties that are nevertheless kept as they were set.
const KEPT: [Name; 1] = [Name::caldav("schedule-calendar-transp")];

/// A property of a calendar, understood.
#[derive(Clone)]
pub(super) enum Setting {
    /// What people call it.
    DisplayName(String),
    /// The zone of its floating and all-day times.
    Zone(CalendarZone),
    /// What may be stored in it; fixed once it is made.
    Components(ComponentSet),
    /// Something that the server only keeps.
    Dead(Element),
}

/// Why a property is not set: a status, and the precondition that explains it.
pub(super) struct NotSet {
    pub(super) status: u16,
    pub(super) why: Option<Precondition>,
}

impl NotSet {
    /// The refusal of a request that depended on it.
    pub(super) fn into_refusal(self) -> Refusal {
        self.why
            .unwrap_or(Precondition::InitializeCalendarCollection)
            .into()
    }
}

/// Tells what became of each property: when one cannot be set, the others are not set because of it (RFC 4918
/// section 9.2.1).
pub(super) fn tell<'n, T: 'n>(
    response: &mut Response<'_>,
    verdicts: impl Iterator<Item = (&'n Name, &'n Result<T, NotSet>)> + Clone,
) {
    let refused = verdicts.clone().any(|(_, verdict)| verdict.is_err());
    for (name, verdict) in verdicts {
        match verdict {
            Err(NotSet { status, why }) => response.refused(name, *status, why.clone()),
            Ok(_) if refused => response.refused(name, 424, None),
            Ok(_) => response.found_empty(name),
        }
    }
}

impl From<Precondition> for NotSet {
    fn from(why: Precondition) -> Self {
        Self {
            status: why.status(),
            why: Some(why),
        }
    }
}

/// Reads what a client sets.
///
/// # Errors
/// [`NotSet`] for what the server computes, for what is too large, and for a zone that is none.
pub(super) fn read(element: &Element) -> Result<Setting, NotSet> {
    let name = &element.name;
    if *name == DISPLAYNAME {
        return Ok(Setting::DisplayName(element.text().trim().to_owned()));
    }
    if *name == CALENDAR_TIMEZONE {
        return zone_of_object(&element.text()).map(Setting::Zone);
    }
    if *name == CALENDAR_TIMEZONE_ID {
        return zone_of_name(element.text().trim()).map(Setting::Zone);
    }
    if *name == COMPONENT_SET {
        return components(element).map(Setting::Components);
    }
    note(element).map(Setting::Dead)
}

/// Reads what a client sets only for itself: kept as it is, whatever it means.
///
/// # Errors
/// [`NotSet`] for what the server computes and for what is too large.
pub(super) fn note(element: &Element) -> Result<Element, NotSet> {
    if is_protected(&element.name) && !is_personal(&element.name) {
        return Err(Precondition::CannotModifyProtectedProperty.into());
    }
    if element.to_xml().len() > dead::LONGEST {
        return Err(NotSet {
            status: 507,
            why: None,
        });
    }
    Ok(element.clone())
}

/// Whether the server computes the property and nobody can set it.
pub(super) fn is_protected(name: &Name) -> bool {
    props::live(name).is_some() && !KEPT.contains(name) || *name == props::CALENDAR_DATA
}

/// Whether a reader may see another value of the property than everybody else.
pub(super) fn is_personal(name: &Name) -> bool {
    [DISPLAYNAME, CALENDAR_TIMEZONE, CALENDAR_TIMEZONE_ID].contains(name)
}

/// What the calendar is left with when a client removes the property; nothing for those that are only kept.
pub(super) fn without(name: &Name, calendar: &str) -> Option<Setting> {
    if *name == DISPLAYNAME {
        Some(Setting::DisplayName(calendar.to_owned()))
    } else if *name == CALENDAR_TIMEZONE || *name == CALENDAR_TIMEZONE_ID {
        Some(Setting::Zone(CalendarZone::default()))
    } else {
        None
    }
}

/// The property that says the same in other words: each of them is read from the one that was set last.
pub(super) fn twin(name: &Name) -> Option<Name> {
    if *name == CALENDAR_TIMEZONE {
        Some(CALENDAR_TIMEZONE_ID)
    } else if *name == CALENDAR_TIMEZONE_ID {
        Some(CALENDAR_TIMEZONE)
    } else {
        None
    }
}

/// The zone as `calendar-timezone` says it, where only its name is known.
pub(super) fn object_of_name(name: &str) -> Option<String> {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single();
    let span = Span {
        start: year(2020)?,
        end: year(2050)?,
    };
    Zone::named(name.trim()).map(|zone| zone_object(&zone, span))
}

/// `calendar-timezone`: an iCalendar object with exactly one `VTIMEZONE` (RFC 4791 section 5.2.2).
pub(super) fn zone_of_object(text: &str) -> Result<CalendarZone, NotSet> {
    let octets = text.trim_start().as_bytes();
    let object = CalendarObject::read(octets);
    let mut zones = object
        .components()
        .filter(|component| component.kind() == ComponentKind::Timezone);
    let (Some(zone), None) = (zones.next(), zones.next()) else {
        return Err(Precondition::ValidCalendarData.into());
    };
    let tzid = zone
        .property("TZID")
        .ok_or(Precondition::ValidCalendarData)?;
    Ok(CalendarZone {
        tzid: Zone::named(&tzid.text()).map(|zone| name_of(&zone)),
        object: Some(octets.to_vec()),
    })
}

/// `calendar-timezone-id`: a name of the IANA database (RFC 7809 section 5.2).
pub(super) fn zone_of_name(name: &str) -> Result<CalendarZone, NotSet> {
    let zone = Zone::named(name).ok_or(Precondition::ValidTimezone)?;
    Ok(CalendarZone {
        tzid: Some(name_of(&zone)),
        object: None,
    })
}

fn name_of(zone: &Zone) -> String {
    zone.tzid().unwrap_or("UTC").to_owned()
}

fn components(element: &Element) -> Result<ComponentSet, NotSet> {
    let names = component_set(element);
    let names = names.iter().filter(|name| *name != "VTIMEZONE");
    let kinds: Option<Vec<ComponentKind>> = names
        .map(|name| match ComponentKind::from_name(name) {
            ComponentKind::Other => None,
            kind => Some(kind),
        })
        .collect();
    match kinds {
        Some(kinds) if !kinds.is_empty() => Ok(kinds.into_iter().collect()),
        Some(_) | None => Err(Precondition::SupportedCalendarComponent.into()),
    }
}
