//! `start`, `end` and `isAllDay`. Graph says a time in the zone it was asked for and names the zone it was made in beside
//! it; it is shown in the latter, because a series goes on from there. A day is a day, whatever zone says its midnight.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::{Event, Group, Say, Show, identity};
use crate::{
    graph::{wire::DateTimeTimeZone, zone},
    projection::{
        CalendarContext, Fields, Inexpressible, Moment, Original, Times, TroubleKind, times_of,
    },
    tz::Zone,
};

pub(super) const GROUP: Group = Group {
    says: &[
        ("DTSTART", &["start", "isAllDay"]),
        ("DTEND", &["end", "isAllDay"]),
        ("DURATION", &["end", "isAllDay"]),
    ],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let ctx = show.ctx;
    if let Some(series) = show.series
        && let Some(original) = original(event, Some(series), ctx)
    {
        show.out.moment("RECURRENCE-ID", &original);
    }
    let start_zone = event.original_start_time_zone.as_deref();
    let end_zone = event.original_end_time_zone.as_deref().or(start_zone);
    for (name, member, said, made_in) in [
        ("DTSTART", "start", &event.start, start_zone),
        ("DTEND", "end", &event.end, end_zone),
    ] {
        let Some(said) = said else { continue };
        let (moment, is_known) = read(said, made_in, event.is_all_day, ctx);
        match moment {
            Some(moment) => show.out.moment(name, &moment),
            None => show.trouble(member, TroubleKind::Unreadable),
        }
        if !is_known {
            show.trouble("originalStartTimeZone", TroubleKind::UnknownZone);
        }
    }
}

/// The moment that is said, in the zone it was made in, and whether that zone is known; where it is not, that of the
/// calendar stands in.
fn read(
    said: &DateTimeTimeZone,
    made_in: Option<&str>,
    is_all_day: bool,
    ctx: &CalendarContext,
) -> (Option<Moment>, bool) {
    let (zone, is_known) = made_in_zone(said, made_in, ctx);
    let Some((local, spoken)) = zone::local(said, &ctx.zone) else {
        return (None, is_known);
    };
    let spoken = spoken.unwrap_or_else(|| ctx.zone.clone());
    if is_all_day && local.time() == NaiveTime::MIN {
        return (Some(Moment::Day(local.date())), true);
    }
    let local = if spoken == zone {
        local
    } else {
        zone.local(spoken.instant(local))
    };
    let moment = if is_all_day {
        Moment::Day(nearest_day(local))
    } else {
        Moment::At { local, zone }
    };
    (Some(moment), is_known)
}

fn made_in_zone(
    said: &DateTimeTimeZone,
    made_in: Option<&str>,
    ctx: &CalendarContext,
) -> (Zone, bool) {
    let named = made_in.filter(|name| !name.is_empty());
    let Some(name) = named.or(said.time_zone.as_deref()) else {
        return (ctx.zone.clone(), true);
    };
    match zone::find(name, &ctx.zone) {
        Some(zone) => (zone, true),
        None => (ctx.zone.clone(), false),
    }
}

/// The day whose midnight is nearest: a midnight that was said in another zone than it was meant in.
fn nearest_day(local: chrono::NaiveDateTime) -> NaiveDate {
    let half = TimeDelta::hours(12);
    local.checked_add_signed(half).unwrap_or(local).date()
}

/// The start of a series or single event.
pub(super) fn start(event: &Event, ctx: &CalendarContext) -> Option<Moment> {
    let made_in = event.original_start_time_zone.as_deref();
    read(event.start.as_ref()?, made_in, event.is_all_day, ctx).0
}

/// The start that an exception has by the rule of its series, in the form of the series: Graph says an instant.
pub(super) fn original(
    event: &Event,
    main: Option<&Event>,
    ctx: &CalendarContext,
) -> Option<Moment> {
    let at = identity::instant(event.original_start.as_deref()?)?;
    let series = main.unwrap_or(event);
    match start(series, ctx)? {
        Moment::Day(_) if at.time() == NaiveTime::MIN => Some(Moment::Day(at.date_naive())),
        Moment::Day(_) => {
            let said = series.start.as_ref()?;
            let made_in = series.original_start_time_zone.as_deref();
            let (zone, _) = made_in_zone(said, made_in, ctx);
            Some(Moment::Day(nearest_day(zone.local(at))))
        }
        Moment::At { zone, .. } => Some(Moment::At {
            local: zone.local(at),
            zone,
        }),
    }
}

fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let times = times_of(say.event, say.zones, &say.ctx.zone)?;
    set(&times, say.ctx, &mut say.fields);
    Ok(())
}

fn set(times: &Times, ctx: &CalendarContext, fields: &mut Fields) {
    fields.insert("start".to_owned(), spelt(&times.start, ctx));
    fields.insert("end".to_owned(), spelt(&times.end, ctx));
    let is_all_day = matches!(times.start, Moment::Day(_));
    fields.insert("isAllDay".to_owned(), json!(is_all_day));
}

/// A moment in Graph's spelling. Days are midnights of one zone; times keep theirs where Graph has a name for it.
fn spelt(moment: &Moment, ctx: &CalendarContext) -> Value {
    let (local, zone) = match moment {
        Moment::Day(day) => ((*day).into(), writable(&ctx.zone, ctx)),
        Moment::At { local, zone } => {
            let written = writable(zone, ctx);
            let local = if *written == *zone {
                *local
            } else {
                written.local(zone.instant(*local))
            };
            (local, written)
        }
    };
    let name = zone::name(zone).unwrap_or("UTC");
    json!({ "dateTime": zone::spelt(local), "timeZone": name })
}

/// The zone to write a time in: its own, that of the calendar, or none at all.
fn writable<'z>(zone: &'z Zone, ctx: &'z CalendarContext) -> &'z Zone {
    let candidates = [zone, &ctx.zone];
    let named = candidates
        .into_iter()
        .find(|zone| zone::name(zone).is_some());
    named.unwrap_or(&Zone::Utc)
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
