//! `recurrence` and the occurrences that do not take place. Graph names the latter by their day, and knows no way to bring
//! one back.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Event, Group, Say, Show, times};
use crate::{
    graph::{recurrence::Recurrence, zone},
    ical::Component,
    projection::{
        CalendarContext, Inexpressible, Moment, Original, Reason, TroubleKind, single_moment,
        times_of,
    },
    tz::Zones,
};

/// The properties that make a series; where none of them changed, neither did the series.
pub(super) const LINES: [&str; 4] = ["RRULE", "EXRULE", "RDATE", "DTSTART"];

pub(super) const GROUP: Group = Group {
    says: &[("RRULE", &["recurrence"])],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let (Some(said), Some(start)) = (&event.recurrence, times::start(event, show.ctx)) else {
        return;
    };
    let Some(recurrence) = Recurrence::read(said) else {
        show.trouble("recurrence", TroubleKind::UnknownValue);
        return;
    };
    let own = match &start {
        Moment::At { zone, .. } => zone.clone(),
        Moment::Day(_) => show.ctx.zone.clone(),
    };
    let range = said.range.as_ref();
    let named = range.and_then(|range| range.recurrence_time_zone.as_deref());
    let zone = named.and_then(|name| zone::find(name, &show.ctx.zone));
    let rule = recurrence.rule(&start, &zone.unwrap_or(own));
    show.out.raw("RRULE", &rule);
    for day in cancelled(event, show.cancelled) {
        show.out.moment("EXDATE", &on(&start, day));
    }
}

/// The days of the occurrences that do not take place. An occurrence is called by the id of its series and its day.
fn cancelled(event: &Event, found: &[String]) -> BTreeSet<NaiveDate> {
    let named = event.cancelled_occurrences.iter().chain(found);
    let day = |name: &String| name.rsplit('.').next()?.parse().ok();
    named.filter_map(day).collect()
}

fn on(start: &Moment, day: NaiveDate) -> Moment {
    match start {
        Moment::Day(_) => Moment::Day(day),
        Moment::At { local, zone } => Moment::At {
            local: day.and_time(local.time()),
            zone: zone.clone(),
        },
    }
}

/// The occurrences that do not take place, by their starts.
pub(super) fn cancelled_originals(
    event: &Event,
    found: &[String],
    ctx: &CalendarContext,
) -> BTreeSet<Original> {
    let Some(start) = times::start(event, ctx) else {
        return BTreeSet::new();
    };
    let days = cancelled(event, found).into_iter();
    days.map(|day| on(&start, day).original()).collect()
}

/// The exceptions of a component; what cannot be read is none.
pub(super) fn exceptions(
    event: &Component<'_>,
    zones: &mut Zones<'_>,
    ctx: &CalendarContext,
) -> BTreeSet<Original> {
    let mut originals = BTreeSet::new();
    for line in event.all("EXDATE") {
        let tzid = line.param("TZID");
        for text in line.value().split(',') {
            let moment = single_moment(text.trim(), tzid.as_deref(), zones, &ctx.zone);
            originals.extend(moment.ok().as_ref().map(Moment::original));
        }
    }
    originals
}

fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    if !say.with_series {
        return Ok(());
    }
    for name in ["RDATE", "EXRULE"] {
        if say.event.property(name).is_some() {
            return Err(Inexpressible::new(name, Reason::Rule));
        }
    }
    let mut rules = say.event.all("RRULE");
    let Some(rule) = rules.next() else {
        say.set("recurrence", serde_json::Value::Null);
        return Ok(());
    };
    let refused = || Inexpressible::new("RRULE", Reason::Rule);
    if rules.next().is_some() {
        return Err(refused());
    }
    let start = times_of(say.event, say.zones, &say.ctx.zone)?.start;
    let (day, zone) = match &start {
        Moment::Day(day) => (*day, &say.ctx.zone),
        Moment::At { local, zone } => (local.date(), zone),
    };
    let unnamed = || Inexpressible::new("DTSTART", Reason::ZoneWithoutName);
    let name = zone::name(zone).ok_or_else(unnamed)?;
    let recurrence = Recurrence::of_rule(&rule.value(), &start).ok_or_else(refused)?;
    say.set("recurrence", recurrence.to_json(day, name));
    Ok(())
}
