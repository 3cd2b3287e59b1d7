//! Reading `CALDAV:calendar-data` of a request (RFC 4791 section 9.6).

use super::calendar_data::{
    CalendarData, CompSelection, Comps, PropSelection, Props, Recurrence, Value,
};
use super::element::Element;
use super::error::DavError;
use super::filter_read::time_range;
use super::name::CALDAV;
use super::precondition::Precondition;
use crate::time::Span;

/// Reads the element; only iCalendar 2.0 is offered.
pub(super) fn calendar_data(element: &Element) -> Result<CalendarData, DavError> {
    let media = element.attribute("content-type").unwrap_or("text/calendar");
    let version = element.attribute("version").unwrap_or("2.0");
    if !media.eq_ignore_ascii_case("text/calendar") || version != "2.0" {
        return Err(Precondition::SupportedCalendarData.into());
    }
    Ok(CalendarData {
        selection: element.child(CALDAV, "comp").map(selection).transpose()?,
        recurrence: recurrence(element)?,
        limit_freebusy: element
            .child(CALDAV, "limit-freebusy-set")
            .map(span)
            .transpose()?,
    })
}

fn recurrence(element: &Element) -> Result<Recurrence, DavError> {
    let expand = element.child(CALDAV, "expand").map(span).transpose()?;
    let limit = element
        .child(CALDAV, "limit-recurrence-set")
        .map(span)
        .transpose()?;
    match (expand, limit) {
        (None, None) => Ok(Recurrence::AsStored),
        (Some(range), None) => Ok(Recurrence::Expand(range)),
        (None, Some(range)) => Ok(Recurrence::LimitSet(range)),
        (Some(_), Some(_)) => Err(DavError::malformed(
            "calendar-data",
            "expand and limit-recurrence-set exclude each other",
        )),
    }
}

/// Here both ends are needed (sections 9.6.5 to 9.6.7).
fn span(element: &Element) -> Result<Span, DavError> {
    match time_range(element).map(|range| (range.start, range.end)) {
        Ok((Some(start), Some(end))) => Ok(Span { start, end }),
        _ => Err(DavError::malformed(
            "calendar-data",
            "start and end must be given in UTC, in order",
        )),
    }
}

fn selection(comp: &Element) -> Result<CompSelection, DavError> {
    // An empty `comp` asks for the whole component: so the example of section 7.8.1 answers it.
    let whole = comp.elements().next().is_none();
    Ok(CompSelection {
        name: name_of(comp)?,
        props: if whole { Props::All } else { props(comp)? },
        comps: if whole { Comps::All } else { comps(comp)? },
    })
}

fn props(comp: &Element) -> Result<Props, DavError> {
    if comp.child(CALDAV, "allprop").is_some() {
        return Ok(Props::All);
    }
    children(comp, "prop")
        .map(|prop| {
            let value = match prop.attribute("novalue") {
                Some("yes") => Value::Omitted,
                _ => Value::Full,
            };
            name_of(prop).map(|name| PropSelection { name, value })
        })
        .collect::<Result<_, _>>()
        .map(Props::Some)
}

fn comps(comp: &Element) -> Result<Comps, DavError> {
    if comp.child(CALDAV, "allcomp").is_some() {
        return Ok(Comps::All);
    }
    children(comp, "comp")
        .map(selection)
        .collect::<Result<_, _>>()
        .map(Comps::Some)
}

fn children<'e>(parent: &'e Element, local: &'e str) -> impl Iterator<Item = &'e Element> {
    parent
        .elements()
        .filter(move |child| child.name.is(CALDAV, local))
}

fn name_of(element: &Element) -> Result<String, DavError> {
    element
        .attribute("name")
        .filter(|name| !name.is_empty())
        .map(str::to_ascii_uppercase)
        .ok_or(DavError::malformed(
            "calendar-data",
            "comp and prop need a name",
        ))
}
