//! calendar-query (RFC 4791 section 7.8): which objects pass a filter.
//!
//! A time range is answered by the index of the store; an object is opened only when the filter asks for more than the
//! index knows, or when its data are wanted. The cost follows the hits and not the size of the calendar.

use bridge_core::{
    dav::{CalendarQuery, CompFilter, CompTest, Filter, QueryZone, headers::Depth},
    ical::{CalendarObject, ComponentKind},
    ids::ObjectName,
    query,
    recur::Allowance,
    time::TimeRange,
    tz::Zone,
};
use chrono::TimeDelta;

use super::objects::Objects;
use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection::{self, Collection},
        members::{self, Entry},
        request::Request,
        resource::Resource,
        setting::{self, NotSet},
    },
    store::{
        ReadTx, StoreError,
        objects::{Body, Certainty},
    },
};

/// How far a floating time moves at most when it is read in another zone.
const ANY_ZONE: TimeDelta = TimeDelta::hours(27);

/// Answers with a multi-status. A missing `Depth` asks for the members, as every client means it.
pub(super) fn answer(request: &Request<'_>, query: &CalendarQuery) -> Result<Answer, Refusal> {
    let depth = request.depth()?.unwrap_or(Depth::One);
    request.feed.store.read(|tx| {
        let collection = super::calendar(tx, request)?;
        let plan = Plan::new(query, &collection)?;
        let mut objects = Objects::new(request, &collection, &query.request)?;
        let needs_octets = objects.needs_octets();
        let consider = |entry: Entry| {
            if plan.passes(&entry, objects.allowance()) && objects.has_room() {
                objects.add(&entry.member, entry.octets.as_deref());
            }
        };
        match (request.resource, depth) {
            (Resource::Object(_, _, name), _) => one(tx, &collection, name).map(consider)?,
            (_, Depth::Zero) => {}
            (_, Depth::One | Depth::Infinity) => {
                plan.each_candidate(tx, &collection, needs_octets, consider)?;
            }
        }
        Ok(answer::multi_status(objects.finish()))
    })
}

fn one(tx: &ReadTx<'_>, collection: &Collection, name: &ObjectName) -> Result<Entry, Refusal> {
    let (member, octets) = members::get(tx, collection, name)?.ok_or_else(Refusal::not_found)?;
    Ok(Entry {
        member,
        octets: Some(octets),
        certainty: Certainty::Candidate,
    })
}

/// How a filter is answered.
struct Plan<'a> {
    filter: &'a Filter,
    zone: Zone,
    /// The kind of component that must be there, and the range it must touch, if the filter says so.
    kind: Option<ComponentKind>,
    range: Option<TimeRange>,
    /// Whether kind and range are all that the filter asks.
    rest: Rest,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Something,
}

impl<'a> Plan<'a> {
    fn new(query: &'a CalendarQuery, collection: &Collection) -> Result<Self, Refusal> {
        let default = collection.zone();
        let zone = match &query.zone {
            None => default.clone(),
            Some(zone) => zone_of(zone)?,
        };
        let (kind, range, rest) = essence(&query.filter);
        let (range, rest) = if zone == default {
            (range, rest)
        } else {
            (range.map(widened), Rest::Something)
        };
        Ok(Self {
            filter: &query.filter,
            zone,
            kind,
            range,
            rest,
        })
    }

    /// Hands everything that may pass to `consider`.
    fn each_candidate(
        &self,
        tx: &ReadTx<'_>,
        collection: &Collection,
        needs_octets: bool,
        mut consider: impl FnMut(Entry),
    ) -> Result<(), StoreError> {
        let body = match (self.rest, needs_octets) {
            (Rest::Nothing, false) => Body::Skip,
            (Rest::Something, _) | (_, true) => Body::Read,
        };
        if let Some(range) = self.range {
            let found = members::in_range(tx, collection, range, self.kind, body)?;
            found.into_iter().for_each(consider);
            return Ok(());
        }
        members::each(tx, collection, body, |entry| {
            if self.kind.is_none_or(|kind| entry.member.kind == kind) {
                consider(entry);
            }
        })
    }

    /// Whether the object passes; opened only when what is known about it does not say.
    fn passes(&self, entry: &Entry, allowance: &mut Allowance) -> bool {
        let settled = match self.range {
            Some(_) => entry.certainty == Certainty::Exact,
            None => true,
        };
        if settled && self.rest == Rest::Nothing {
            return true;
        }
        entry.octets.as_deref().is_some_and(|octets| {
            let object = CalendarObject::read(octets);
            query::matches(self.filter, &object, &self.zone, allowance)
        })
    }
}

/// What of a filter the index can answer.
fn essence(filter: &Filter) -> (Option<ComponentKind>, Option<TimeRange>, Rest) {
    let nothing_known = (None, None, Rest::Something);
    let CompTest::Matches {
        time_range: None,
        props,
        comps,
    } = &filter.calendar.test
    else {
        return nothing_known;
    };
    let [component, others @ ..] = comps.as_slice() else {
        let rest = if props.is_empty() {
            Rest::Nothing
        } else {
            Rest::Something
        };
        return (None, None, rest);
    };
    let (kind, range, rest) = of_component(component);
    let rest = if props.is_empty() && others.is_empty() {
        rest
    } else {
        Rest::Something
    };
    (kind, range, rest)
}

fn of_component(component: &CompFilter) -> (Option<ComponentKind>, Option<TimeRange>, Rest) {
    let kind = match ComponentKind::from_name(&component.name) {
        ComponentKind::Timezone | ComponentKind::Other => return (None, None, Rest::Something),
        kind => kind,
    };
    match &component.test {
        CompTest::IsNotDefined => (None, None, Rest::Something),
        CompTest::Matches {
            time_range,
            props,
            comps,
        } => {
            let more = !props.is_empty() || !comps.is_empty();
            let rest = if more { Rest::Something } else { Rest::Nothing };
            (Some(kind), *time_range, rest)
        }
    }
}

fn widened(range: TimeRange) -> TimeRange {
    TimeRange {
        start: range
            .start
            .and_then(|start| start.checked_sub_signed(ANY_ZONE)),
        end: range.end.and_then(|end| end.checked_add_signed(ANY_ZONE)),
    }
}

/// The zone that the query brings with it.
fn zone_of(zone: &QueryZone) -> Result<Zone, Refusal> {
    let zone = match zone {
        QueryZone::Definition(text) => setting::zone_of_object(text),
        QueryZone::Id(name) => setting::zone_of_name(name),
    };
    Ok(collection::zone(&zone.map_err(NotSet::into_refusal)?))
}
