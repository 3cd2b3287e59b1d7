//! What RFC 4791 section 5.2 and 7.5, RFC 7809 section 5 and RFC 6638 section 9.1 say about calendars.
//!
//! `calendar-description`, `calendar-color`, `calendar-order` and the default alarms are not here: the server has no
//! use for them and keeps what clients set as it was set.

use bridge_core::{
    dav::{Collation, Name, XmlWriter},
    ical::{ComponentKind, ComponentSet},
};

use super::{Live, Value};
use crate::feed::{
    setting::{self, CALENDAR_TIMEZONE, CALENDAR_TIMEZONE_ID},
    subject::{Place, Subject},
};

pub(super) const TABLE: &[Live] = &[
    Live::named(
        Name::caldav("supported-calendar-component-set"),
        supported_calendar_component_set,
    ),
    Live::named(
        Name::caldav("supported-calendar-component-sets"),
        supported_calendar_component_sets,
    ),
    Live::named(
        Name::caldav("supported-calendar-data"),
        supported_calendar_data,
    ),
    Live::named(
        Name::caldav("supported-collation-set"),
        supported_collation_set,
    ),
    Live::named(Name::caldav("max-resource-size"), max_resource_size),
    Live::named(CALENDAR_TIMEZONE, calendar_timezone),
    Live::named(CALENDAR_TIMEZONE_ID, calendar_timezone_id),
    Live::named(
        Name::caldav("schedule-calendar-transp"),
        schedule_calendar_transp,
    ),
];

fn components(xml: &mut XmlWriter, components: ComponentSet) {
    for component in components.iter() {
        xml.empty_with(&Name::caldav("comp"), &[("name", component.name())]);
    }
}

fn supported_calendar_component_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    Some(Value::xml(|xml| components(xml, calendar.row.components)))
}

/// What a new calendar may be made for: macOS asks before it makes one for reminders.
fn supported_calendar_component_sets<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    const SETS: [&[ComponentKind]; 3] = [
        &[ComponentKind::Event],
        &[ComponentKind::Todo],
        &[ComponentKind::Event, ComponentKind::Todo],
    ];
    matches!(subject.place, Place::Home(_)).then(|| {
        Value::xml(|xml| {
            for set in SETS {
                xml.tag(&Name::caldav("supported-calendar-component-set"), |xml| {
                    components(xml, set.iter().copied().collect());
                });
            }
        })
    })
}

fn supported_calendar_data<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    subject.calendar()?;
    Some(Value::xml(|xml| {
        let iso = [("content-type", "text/calendar"), ("version", "2.0")];
        xml.empty_with(&Name::caldav("calendar-data"), &iso);
    }))
}

fn supported_collation_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    subject.calendar()?;
    Some(Value::xml(|xml| {
        for collation in Collation::ALL {
            xml.text_tag(&Name::caldav("supported-collation"), collation.id());
        }
    }))
}

fn max_resource_size<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    subject.calendar()?;
    Some(Value::text(subject.scene.object_bytes.to_string()))
}

/// As it was set, or written out where only the name of the zone was.
fn calendar_timezone<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    let zone = &calendar.row.zone;
    if let Some(own) = calendar.note(&CALENDAR_TIMEZONE) {
        return Some(Value::text(own.text()));
    }
    if let Some(own) = calendar.note(&CALENDAR_TIMEZONE_ID) {
        return setting::object_of_name(&own.text()).map(Value::text);
    }
    if let Some(octets) = zone.object.as_deref() {
        return Some(Value::xml(|xml| xml.octets(octets)));
    }
    setting::object_of_name(zone.tzid.as_deref()?).map(Value::text)
}

/// As it was set, or the name of the zone that was set, where it has one.
fn calendar_timezone_id<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    if let Some(own) = calendar.note(&CALENDAR_TIMEZONE_ID) {
        return Some(Value::text(own.text()));
    }
    if let Some(own) = calendar.note(&CALENDAR_TIMEZONE) {
        let zone = setting::zone_of_object(&own.text()).ok()?;
        return zone.tzid.map(Value::text);
    }
    Some(Value::text(calendar.row.zone.tzid.as_deref()?))
}

/// Whether the calendar counts for free and busy times: yes, until a client says otherwise.
fn schedule_calendar_transp<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    let set = calendar.note(&Name::caldav("schedule-calendar-transp"));
    Some(Value::xml(move |xml| match set {
        Some(set) => xml.children(set),
        None => xml.empty(&Name::caldav("opaque")),
    }))
}
