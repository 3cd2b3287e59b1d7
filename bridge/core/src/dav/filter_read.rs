//! Reading `CALDAV:filter` (RFC 4791 section 9.7). What does not follow its grammar breaks `valid-filter`; an
//! element of somebody else's namespace is a test that cannot be made here: `supported-filter`. Ignoring it, as
//! unknown XML is ignored elsewhere, would return the wrong objects.

use chrono::NaiveDateTime;

use super::element::Element;
use super::error::DavError;
use super::filter::{
    Collation, CompFilter, CompTest, Filter, Match, ParamFilter, ParamTest, PropFilter, PropTest,
    TextMatch, ValueTest,
};
use super::name::CALDAV;
use super::precondition::Precondition;
use crate::time::{Instant, TimeRange};

const INVALID: DavError = DavError::Precondition(Precondition::ValidFilter);

/// The filter of a calendar-query.
pub(super) fn filter_of(root: &Element) -> Result<Filter, DavError> {
    let filter = root.child(CALDAV, "filter").ok_or(INVALID)?;
    let mut comps = parts(filter, &["comp-filter"])?;
    let (Some(calendar), None) = (comps.next(), comps.next()) else {
        return Err(INVALID);
    };
    let calendar = comp_filter(calendar)?;
    if calendar.name == "VCALENDAR" {
        Ok(Filter { calendar })
    } else {
        Err(INVALID)
    }
}

/// A time-range with one end open at most, in UTC, and not backwards (section 9.9).
pub(super) fn time_range(element: &Element) -> Result<TimeRange, DavError> {
    let instant = |name| {
        element
            .attribute(name)
            .map(|text| utc(text).ok_or(INVALID))
            .transpose()
    };
    let (start, end) = (instant("start")?, instant("end")?);
    match (start, end) {
        (None, None) => Err(INVALID),
        (Some(start), Some(end)) if end <= start => Err(INVALID),
        _ => Ok(TimeRange { start, end }),
    }
}

/// `20250131T235959Z`, the only form section 9.9 knows.
fn utc(text: &str) -> Option<Instant> {
    let is_shaped = text.len() == 16
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped {
        return None;
    }
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
        .ok()
        .map(|naive| naive.and_utc())
}

fn comp_filter(element: &Element) -> Result<CompFilter, DavError> {
    let name = name_of(element)?;
    let mut time = None;
    let mut props = Vec::new();
    let mut comps = Vec::new();
    for part in parts(
        element,
        &["is-not-defined", "time-range", "prop-filter", "comp-filter"],
    )? {
        match part.name.local() {
            "is-not-defined" => {
                let test = CompTest::IsNotDefined;
                return alone(element).map(|()| CompFilter { name, test });
            }
            "time-range" => set_once(&mut time, time_range(part)?)?,
            "prop-filter" => props.push(prop_filter(part)?),
            _ => comps.push(comp_filter(part)?),
        }
    }
    let test = CompTest::Matches {
        time_range: time,
        props,
        comps,
    };
    Ok(CompFilter { name, test })
}

fn prop_filter(element: &Element) -> Result<PropFilter, DavError> {
    let name = name_of(element)?;
    let mut value = None;
    let mut params = Vec::new();
    for part in parts(
        element,
        &["is-not-defined", "time-range", "text-match", "param-filter"],
    )? {
        match part.name.local() {
            "is-not-defined" => {
                let test = PropTest::IsNotDefined;
                return alone(element).map(|()| PropFilter { name, test });
            }
            "time-range" => set_once(&mut value, ValueTest::TimeRange(time_range(part)?))?,
            "text-match" => set_once(&mut value, ValueTest::Text(text_match(part)?))?,
            _ => params.push(param_filter(part)?),
        }
    }
    let test = PropTest::Matches { value, params };
    Ok(PropFilter { name, test })
}

fn param_filter(element: &Element) -> Result<ParamFilter, DavError> {
    let name = name_of(element)?;
    let mut parts = parts(element, &["is-not-defined", "text-match"])?;
    let test = match (parts.next(), parts.next()) {
        (None, _) => ParamTest::IsDefined,
        (Some(part), None) if part.name.local() == "is-not-defined" => ParamTest::IsNotDefined,
        (Some(part), None) => ParamTest::Text(text_match(part)?),
        (Some(_), Some(_)) => return Err(INVALID),
    };
    Ok(ParamFilter { name, test })
}

fn text_match(element: &Element) -> Result<TextMatch, DavError> {
    let collation = match element.attribute("collation") {
        None => Collation::default(),
        Some(id) => Collation::from_id(id).ok_or(Precondition::SupportedCollation)?,
    };
    let wanted = match element.attribute("negate-condition") {
        None | Some("no") => Match::Contains,
        Some("yes") => Match::ContainsNot,
        Some(_) => return Err(INVALID),
    };
    Ok(TextMatch::new(&element.text(), collation, wanted))
}

fn name_of(element: &Element) -> Result<String, DavError> {
    match element.attribute("name") {
        Some(name) if !name.is_empty() => Ok(name.to_ascii_uppercase()),
        _ => Err(INVALID),
    }
}

/// The elements inside, when each is one of `allowed`.
fn parts<'e>(
    element: &'e Element,
    allowed: &[&str],
) -> Result<impl Iterator<Item = &'e Element> + use<'e>, DavError> {
    for part in element.elements() {
        if part.name.ns() != CALDAV {
            return Err(Precondition::SupportedFilter.into());
        }
        if !allowed.contains(&part.name.local()) {
            return Err(INVALID);
        }
    }
    Ok(element.elements())
}

/// `is-not-defined` stands alone (sections 9.7.1 to 9.7.3).
fn alone(element: &Element) -> Result<(), DavError> {
    if element.elements().count() == 1 {
        Ok(())
    } else {
        Err(INVALID)
    }
}

fn set_once<T>(slot: &mut Option<T>, value: T) -> Result<(), DavError> {
    if slot.replace(value).is_some() {
        Err(INVALID)
    } else {
        Ok(())
    }
}
