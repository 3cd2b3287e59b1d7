//! REPORT: `calendar-multiget`, `calendar-query` (RFC 4791 section 7) and `sync-collection` (RFC 6578).

use bridge_core::dav::{
    CalendarMultiget, CalendarQuery, CompTest, Element, Name, PropFind, Report, SyncCollection,
    parse_report,
};
use bridge_core::ical::CalendarObject;
use bridge_core::ids::SyncToken;
use bridge_core::recur::Allowance;
use bridge_core::time::Instant;
use bridge_core::{query, tz::Zone};
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::behaviour::Delta;
use super::calendar::Calendar;
use super::find::{Depth, depth};
use super::hosts::Host;
use super::properties::token;
use super::resource::Resource;
use super::{CalDav, answer, xml};

impl CalDav {
    pub(super) fn report(
        &mut self,
        request: &Request<Bytes>,
        host: &Host,
        resource: &Resource,
        now: Instant,
    ) -> Response<Bytes> {
        if !self.exists(resource) {
            return answer::status(StatusCode::NOT_FOUND);
        }
        let Ok(report) = parse_report(request.body()) else {
            return answer::status(StatusCode::BAD_REQUEST);
        };
        let unsupported = || answer::precondition(403, Name::dav("supported-report"));
        let Resource::Collection(segment) = resource else {
            return unsupported();
        };
        match report {
            Report::CalendarMultiget(wanted) => self.multiget(&wanted, host, segment, now),
            Report::CalendarQuery(wanted) => self.query(&wanted, host, segment, now),
            Report::SyncCollection(wanted) if self.behaviour.delta == Delta::Yes => {
                if depth(request) == Some(Depth::Infinity) {
                    return answer::status(StatusCode::BAD_REQUEST);
                }
                self.sync_collection(&wanted, host, segment, now)
            }
            _ => unsupported(),
        }
    }

    fn multiget(
        &self,
        wanted: &CalendarMultiget,
        host: &Host,
        segment: &str,
        now: Instant,
    ) -> Response<Bytes> {
        let responses = wanted.hrefs.iter().map(|href| {
            let named = Resource::named(self, href.as_str());
            match named {
                Ok(object @ Resource::Object(..)) if self.is_in(&object, segment) => {
                    self.response(&object, &wanted.request.props, host, now)
                }
                _ => gone(href.as_str()),
            }
        });
        multistatus(responses, None)
    }

    fn is_in(&self, object: &Resource, segment: &str) -> bool {
        matches!(object, Resource::Object(of, _) if of == segment) && self.exists(object)
    }

    fn query(
        &self,
        wanted: &CalendarQuery,
        host: &Host,
        segment: &str,
        now: Instant,
    ) -> Response<Bytes> {
        let names_component = match &wanted.filter.calendar.test {
            CompTest::Matches { comps, .. } => !comps.is_empty(),
            CompTest::IsNotDefined => false,
        };
        let blind = self.behaviour.query_needs_component && !names_component;
        let calendar = self.calendars.get(segment).filter(|_| !blind);
        let objects = calendar.into_iter().flat_map(Calendar::objects);
        let mut allowance = Allowance::default();
        let passing = objects.filter(|(_, stored)| {
            let object = CalendarObject::read(&stored.octets);
            query::matches(&wanted.filter, &object, &Zone::Utc, &mut allowance)
        });
        let responses = passing.map(|(name, _)| {
            let object = Resource::Object(segment.to_owned(), name.to_owned());
            self.response(&object, &wanted.request.props, host, now)
        });
        multistatus(responses, None)
    }

    /// RFC 6578 section 3: what changed since a token, page by page.
    fn sync_collection(
        &mut self,
        wanted: &SyncCollection,
        host: &Host,
        segment: &str,
        now: Instant,
    ) -> Response<Bytes> {
        let lie = self.trouble.take_lie();
        let Some(calendar) = self.calendars.get(segment) else {
            return answer::status(StatusCode::NOT_FOUND);
        };
        let shown = wanted.token.as_ref().map(SyncToken::as_str);
        let since = shown.and_then(|shown| seen(shown, calendar.series, calendar.latest));
        if shown.is_some() && since.is_none() {
            let refusal = self.behaviour.token_refusal;
            return answer::precondition(refusal, Name::dav("valid-sync-token"));
        }
        let changes = calendar.changes(since);
        let page = wanted.limit.unwrap_or(usize::MAX).min(self.behaviour.page);
        let cut = changes.len() > page;
        let shown = changes.get(..page).unwrap_or(&changes);
        let mut responses: Vec<Element> = shown
            .iter()
            .map(|(_, name)| self.change(segment, name, &wanted.request.props, host, now))
            .collect();
        if let Some(lie) = lie {
            responses = lie.told(responses);
        }
        let mut reached = calendar.latest;
        if cut {
            reached = shown.last().map_or(reached, |(revision, _)| *revision);
            responses.push(self.cut(segment, host));
        }
        multistatus(responses, Some(token(calendar, reached)))
    }

    fn change(
        &self,
        segment: &str,
        name: &str,
        props: &PropFind,
        host: &Host,
        now: Instant,
    ) -> Element {
        let object = Resource::Object(segment.to_owned(), name.to_owned());
        if self.exists(&object) {
            self.response(&object, props, host, now)
        } else {
            gone(&object.href(self, host))
        }
    }

    /// There is more (RFC 6578 section 3.6).
    fn cut(&self, segment: &str, host: &Host) -> Element {
        let collection = Resource::Collection(segment.to_owned());
        let limits = Element::new(Name::dav("number-of-matches-within-limits"));
        let parts = [
            xml::href(&collection.href(self, host)),
            xml::status(507),
            xml::within(Name::dav("error"), [limits]),
        ];
        xml::within(Name::dav("response"), parts)
    }
}

/// What a token of this series says was seen.
fn seen(shown: &str, series: u64, latest: u64) -> Option<u64> {
    let reached = shown.strip_prefix(&format!("FT=-@RU={series}@S="))?;
    reached.parse().ok().filter(|reached| *reached <= latest)
}

fn gone(href: &str) -> Element {
    xml::within(Name::dav("response"), [xml::href(href), xml::status(404)])
}

fn multistatus(
    responses: impl IntoIterator<Item = Element>,
    token: Option<String>,
) -> Response<Bytes> {
    let token = token.map(|token| Element::with_text(Name::dav("sync-token"), token));
    let children = responses.into_iter().chain(token);
    let root = xml::within(Name::dav("multistatus"), children);
    answer::document(StatusCode::MULTI_STATUS, &root)
}
