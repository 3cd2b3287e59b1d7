//! Answers calendar-query (RFC 4791 sections 7.8 and 9): which objects match a filter, and what of them is returned.
//!
//! The filter and the wish for data come typed from [`crate::dav`]; objects come as they are stored. A time range means
//! the instances of a component, overrides applied, and the properties that go with an instance are those of the
//! component that supplies it.

use std::cell::RefCell;

use crate::{
    dav::{CalendarData, Filter},
    ical::{CalendarObject, plain},
    recur::{Limits, budget::Budget},
    time::Instant,
    tz::Zone,
};

mod alarm;
mod filter;
mod instance;
mod render;
mod select;
mod takes_place;
pub(crate) mod timerange;

/// Whether an object passes a filter; `default_zone` is the zone of its calendar or of the query.
pub fn matches(
    filter: &Filter,
    object: &CalendarObject<'_>,
    default_zone: &Zone,
    limits: Limits,
) -> bool {
    filter::Test {
        object,
        default_zone,
        limits,
        budget: RefCell::new(Budget::new(limits.steps)),
    }
    .calendar(&filter.calendar)
}

/// An object as a report returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The calendar text.
    pub octets: Vec<u8>,
    /// Where a limit cut an expansion: instances that start from here on may be missing.
    pub truncated: Option<Instant>,
}

/// What `CALDAV:calendar-data` asks for of an object (RFC 4791 section 9.6). The octets are those of the object where XML
/// can carry them; a line that is no UTF-8 as it stands is written anew.
pub fn calendar_data(
    wish: &CalendarData,
    object: &CalendarObject<'_>,
    default_zone: &Zone,
    limits: Limits,
) -> Rendered {
    if wish.is_verbatim() {
        return Rendered {
            octets: plain(object.to_bytes()),
            truncated: None,
        };
    }
    let mut rendered = render::Renderer::new(wish, object, default_zone, limits).run();
    rendered.octets = plain(rendered.octets);
    rendered
}
