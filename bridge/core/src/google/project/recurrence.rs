//! `recurrence` and the cancelled occurrences. Rules and dates go through as text. Google keeps an occurrence that was
//! taken away as a cancelled event of its own and not in the text of the series; here both are `EXDATE`.

use std::collections::BTreeSet;

use super::{Event, Group, Say, Show, times};
use crate::{
    ical::{CalendarObject, Component, NewProperty, Property},
    projection::{
        CalendarContext, Inexpressible, Moment, ObjectWriter, Original, TroubleKind, single_moment,
    },
    tz::{Zone, Zones},
};

/// Occurrences that a series leaves out.
pub(super) type Exceptions = BTreeSet<Original>;

/// The properties whose lines Google takes.
const LINES: [&str; 4] = ["RRULE", "EXRULE", "RDATE", "EXDATE"];

pub(super) const GROUP: Group = Group {
    properties: &LINES,
    members: &["recurrence"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    for line in &event.recurrence {
        let name = line.split([':', ';']).next().unwrap_or_default();
        if LINES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            show.out.verbatim(line);
        } else {
            show.trouble("recurrence", TroubleKind::UnknownValue);
        }
    }
    if show.cancelled.is_empty() {
        return;
    }
    let written = in_text(&event.recurrence, show.ctx);
    let moments = show.cancelled.iter().filter_map(|gone| {
        let original = gone.original_start_time.as_ref()?;
        times::moment(original, event.start.as_ref(), show.ctx).0
    });
    let gone: std::collections::BTreeMap<_, _> = moments
        .map(|moment| (moment.original(), moment))
        .filter(|(original, _)| !written.contains(original))
        .collect();
    for moment in gone.values() {
        show.out.moment("EXDATE", moment);
    }
}

/// The exceptions in the text of a series as Google has it.
pub(super) fn in_text(recurrence: &[String], ctx: &CalendarContext) -> Exceptions {
    if !recurrence.iter().any(|line| line.starts_with("EXDATE")) {
        return Exceptions::new();
    }
    let mut out = ObjectWriter::new();
    out.begin("VEVENT");
    for line in recurrence {
        out.verbatim(line);
    }
    out.end("VEVENT");
    let octets = out.finish();
    let object = CalendarObject::read(&octets);
    let mut zones = Zones::new(&object, &ctx.zone);
    let event = object.subjects().next();
    event.map_or_else(Exceptions::new, |event| of(&event, &mut zones, ctx))
}

/// The exceptions of a component; what cannot be read is none.
pub(super) fn of(
    event: &Component<'_>,
    zones: &mut Zones<'_>,
    ctx: &CalendarContext,
) -> Exceptions {
    event
        .all("EXDATE")
        .flat_map(|line| {
            let times = originals(&line, zones, ctx);
            times.into_iter().filter_map(|(_, original)| original)
        })
        .collect()
}

fn originals(
    line: &Property<'_>,
    zones: &mut Zones<'_>,
    ctx: &CalendarContext,
) -> Vec<(String, Option<Original>)> {
    let tzid = line.param("TZID");
    let value = line.value();
    let read = |text: &str| {
        let moment = single_moment(text, tzid.as_deref(), zones, &ctx.zone).ok();
        (
            text.trim().to_owned(),
            moment.as_ref().map(Moment::original),
        )
    };
    value.split(',').map(read).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let mut lines = Vec::new();
    for property in say.event.properties() {
        if !LINES.iter().any(|name| property.is(name)) {
            continue;
        }
        let mut value = property.value().trim().to_owned();
        if let Some(exceptions) = say.exceptions.filter(|_| property.is("EXDATE")) {
            let kept: Vec<_> = originals(&property, say.zones, say.ctx)
                .into_iter()
                .filter(|(_, original)| original.is_some_and(|one| exceptions.contains(&one)))
                .map(|(text, _)| text)
                .collect();
            value = kept.join(",");
        }
        if !value.is_empty() {
            lines.push(line(&property, &value, say.zones));
        }
    }
    if !lines.is_empty() {
        say.set("recurrence", lines);
    }
    Ok(())
}

/// A line for Google: without the parameters that programs add, and with the zone's own name.
fn line(property: &Property<'_>, value: &str, zones: &mut Zones<'_>) -> String {
    let mut line = NewProperty::raw(&property.name().to_ascii_uppercase(), value);
    if let Some(kind) = property.param("VALUE") {
        line = line.param("VALUE", &kind);
    }
    if let Some(tzid) = property.param("TZID") {
        let (zone, _) = zones.find(&tzid);
        line = match &zone {
            Zone::Iana(name) => line.param("TZID", name.name()),
            Zone::Utc | Zone::Floating | Zone::Custom(_) => line.param("TZID", &tzid),
        };
    }
    line.logical()
}
