//! free-busy-query (RFC 4791 section 7.10): when there is no time, without a word about why.

use bridge_core::{
    busy,
    ical::CalendarObject,
    ids::Uid,
    recur::Allowance,
    time::{Span, TimeRange},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        members,
        request::Request,
    },
    store::objects::Body,
};

const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");

/// Answers with a `VFREEBUSY`.
pub(super) fn answer(request: &Request<'_>, range: TimeRange) -> Result<Answer, Refusal> {
    let (Some(start), Some(end)) = (range.start, range.end) else {
        return Err(Refusal::text(
            StatusCode::BAD_REQUEST,
            "A free-busy-query needs both ends of its time-range.",
        ));
    };
    let span = Span { start, end };
    request.feed.store.read(|tx| {
        let collection = super::calendar(tx, request)?;
        let entries = members::in_range(tx, &collection, range, None, Body::Read)?;
        let objects: Vec<CalendarObject<'_>> = entries
            .iter()
            .filter_map(|entry| entry.octets.as_deref())
            .map(CalendarObject::read)
            .collect();
        let allowance = &mut Allowance::default();
        let busy = busy::free_busy(&objects, range, &collection.zone(), allowance);
        let header = busy::Header {
            uid: Uid::new(format!("free-busy-{}", collection.ctag())),
            stamp: request.now,
            range: span,
        };
        let text = busy::to_vfreebusy(&busy.intervals, &header);
        Ok(answer::with_body(
            StatusCode::OK,
            CALENDAR,
            Bytes::from(text),
        ))
    })
}
