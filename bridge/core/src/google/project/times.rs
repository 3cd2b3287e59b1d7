//! `start` and `end`. A time is an offset and a zone at Google; the instant counts, and the zone it is written in.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

use super::{Event, Group, Say, Show};
use crate::{
    google::wire::EventTime,
    projection::{
        CalendarContext, Fields, Inexpressible, Moment, Original, Reason, Times, TroubleKind,
        times_of,
    },
    tz::Zone,
};

pub(super) const GROUP: Group = Group {
    properties: &["DTSTART", "DTEND", "DURATION"],
    members: &["start", "end"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    if let Some(original) = &event.original_start_time {
        // In the form of the series, which is what readers compare it with.
        let series = show.main.and_then(|main| main.start.as_ref());
        let original = moment(original, series, show.ctx);
        write("RECURRENCE-ID", original, "originalStartTime", show);
    }
    if let Some(start) = &event.start {
        write("DTSTART", moment(start, None, show.ctx), "start", show);
    }
    if let Some(end) = &event.end {
        write("DTEND", moment(end, None, show.ctx), "end", show);
    }
}

fn write(name: &str, read: (Option<Moment>, bool), member: &'static str, show: &mut Show<'_>) {
    let (moment, zone_is_known) = read;
    match moment {
        Some(moment) => show.out.moment(name, &moment),
        None => show.trouble(member, TroubleKind::Unreadable),
    }
    if !zone_is_known {
        show.trouble("timeZone", TroubleKind::UnknownZone);
    }
}

/// The moment a Google time means, and whether its zone is known; an unknown one is shown in UTC. Written in the zone of
/// `like` where that is given.
pub(super) fn moment(
    time: &EventTime,
    like: Option<&EventTime>,
    ctx: &CalendarContext,
) -> (Option<Moment>, bool) {
    if let Some(date) = &time.date {
        return (date.parse::<NaiveDate>().ok().map(Moment::Day), true);
    }
    let name = like
        .and_then(|like| like.time_zone.as_ref())
        .or(time.time_zone.as_ref());
    let named = name.map(|name| Zone::named(name));
    let is_known = !matches!(named, Some(None));
    let zone = named.map_or_else(|| ctx.zone.clone(), |named| named.unwrap_or(Zone::Utc));
    let Some(text) = &time.date_time else {
        return (None, is_known);
    };
    let local = match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(zone.local(at.to_utc())),
        Err(_) => text.parse::<NaiveDateTime>().ok(),
    };
    (local.map(|local| Moment::At { local, zone }), is_known)
}

fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let times = times_of(say.event, say.zones, &say.ctx.zone)?;
    let recurs = ["RRULE", "RDATE"]
        .iter()
        .any(|name| say.event.property(name).is_some());
    let has_name = |moment: &Moment| {
        !matches!(
            moment,
            Moment::At {
                zone: Zone::Custom(_),
                ..
            }
        )
    };
    if recurs && !has_name(&times.start) {
        return Err(Inexpressible::new("DTSTART", Reason::ZoneWithoutName));
    }
    set(&times, say.ctx, &mut say.fields);
    Ok(())
}

fn set(times: &Times, ctx: &CalendarContext, fields: &mut Fields) {
    fields.insert("start".to_owned(), spelt(&times.start, ctx));
    fields.insert("end".to_owned(), spelt(&times.end, ctx));
}

/// A moment in Google's spelling: the offset says the instant, the zone what goes on from there.
fn spelt(moment: &Moment, ctx: &CalendarContext) -> Value {
    let Moment::At { local, zone } = moment else {
        return json!({ "date": moment.instant().format("%Y-%m-%d").to_string() });
    };
    let at = zone.instant(*local);
    let zone = match zone {
        Zone::Custom(_) | Zone::Floating => &ctx.zone,
        Zone::Utc | Zone::Iana(_) => zone,
    };
    let local = zone.local(at);
    let offset = local.signed_duration_since(at.naive_utc());
    let time = local.format("%Y-%m-%dT%H:%M:%S");
    let name = zone.tzid().unwrap_or("UTC");
    json!({ "dateTime": format!("{time}{}", offset_text(offset)), "timeZone": name })
}

fn offset_text(offset: TimeDelta) -> String {
    let minutes = offset.num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    match minutes.abs() {
        0 => "Z".to_owned(),
        minutes => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

/// Gives what a series says the times of one of its occurrences.
pub(super) fn move_to(
    series: &Times,
    original: Original,
    ctx: &CalendarContext,
    fields: &mut Fields,
) {
    let moved = match (&series.start, &series.end, original) {
        (Moment::Day(start), Moment::Day(end), Original::On(day)) => Times {
            start: Moment::Day(day),
            end: Moment::Day(day + (*end - *start)),
        },
        (Moment::At { zone, .. }, Moment::At { zone: end_zone, .. }, Original::At(at)) => {
            let length = series.end.instant() - series.start.instant();
            Times {
                start: Moment::At {
                    local: zone.local(at),
                    zone: zone.clone(),
                },
                end: Moment::At {
                    local: end_zone.local(at + length),
                    zone: end_zone.clone(),
                },
            }
        }
        _ => return,
    };
    set(&moved, ctx, fields);
}
