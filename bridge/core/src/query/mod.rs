//! Answers calendar-query (RFC 4791 sections 7.8 and 9): which objects match a filter, and what of them is returned.
//!
//! The filter and the wish for data come typed from [`crate::dav`]; objects come as they are stored. A time range means
//! the instances of a component, overrides applied, and the properties that go with an instance are those of the
//! component that supplies it.

use std::cell::RefCell;

use crate::{
    dav::{CalendarData, Filter},
    ical::{CalendarObject, plain},
    recur::{Allowance, budget::Budget},
    tz::Zone,
};

mod alarm;
mod filter;
mod instance;
mod render;
mod select;
mod takes_place;
pub(crate) mod timerange;

/// Whether an object passes a filter; `default_zone` is the zone of its calendar or of the query. Where the allowance
/// does not suffice to find out, it does not.
pub fn matches(
    filter: &Filter,
    object: &CalendarObject<'_>,
    default_zone: &Zone,
    allowance: &mut Allowance,
) -> bool {
    let limits = allowance.limits();
    let test = filter::Test {
        object,
        default_zone,
        most: limits.instances,
        budget: RefCell::new(Budget::new(limits.steps)),
    };
    let passes = test.calendar(&filter.calendar);
    allowance.take_steps(&test.budget.into_inner());
    passes
}

/// What `CALDAV:calendar-data` asks for of an object (RFC 4791 section 9.6). The octets are those of the object where XML
/// can carry them; a line that is no UTF-8 as it stands is written anew. What the allowance does not suffice for is left
/// out, the latest first.
pub fn calendar_data(
    wish: &CalendarData,
    object: &CalendarObject<'_>,
    default_zone: &Zone,
    allowance: &mut Allowance,
) -> Vec<u8> {
    if wish.is_verbatim() {
        return plain(object.to_bytes());
    }
    plain(render::Renderer::new(wish, object, default_zone, allowance).run())
}
