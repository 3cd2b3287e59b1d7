//! GET, PUT and DELETE of one object, with the conditions of RFC 9110 section 13.

use bridge_core::dav::Name;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};

use super::answer::Refusal;
use super::behaviour::{EtagOnWrite, Rewriting, Strictness};
use super::calendar::Calendar;
use super::resource::Resource;
use super::{CalDav, answer, body, rewrite};

impl CalDav {
    pub(super) fn read(&self, request: &Request<Bytes>, resource: &Resource) -> Response<Bytes> {
        let Resource::Object(segment, name) = resource else {
            // iCloud answers a browser at the front with 400.
            return answer::status(match resource {
                Resource::Nothing => StatusCode::NOT_FOUND,
                _ => StatusCode::BAD_REQUEST,
            });
        };
        let found = self
            .calendars
            .get(segment)
            .and_then(|calendar| calendar.object(name));
        let Some(stored) = found else {
            return answer::status(StatusCode::NOT_FOUND);
        };
        let etag = self.etag(stored);
        let mut headers = vec![(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
        headers.extend(etag.as_deref().map(|etag| (header::ETAG, etag)));
        let octets = match request.method().as_str() {
            "HEAD" => Bytes::new(),
            _ => Bytes::from(stored.octets.clone()),
        };
        answer::with(StatusCode::OK, &headers, octets)
    }

    pub(super) fn put(
        &mut self,
        request: &Request<Bytes>,
        resource: &Resource,
        now: Instant,
    ) -> Response<Bytes> {
        let Resource::Object(segment, name) = resource else {
            return answer::status(StatusCode::METHOD_NOT_ALLOWED);
        };
        if let Err(refusal) = self.check_put(request, segment, name) {
            return *refusal;
        }
        let octets = match self.behaviour.rewriting {
            Rewriting::None => request.body().to_vec(),
            Rewriting::Stamped => rewrite::stamped(request.body(), now),
        };
        let revision = self.next_revision();
        let Some(calendar) = self.calendars.get_mut(segment) else {
            return answer::status(StatusCode::CONFLICT);
        };
        let status = match calendar.object(name) {
            Some(_) => StatusCode::NO_CONTENT,
            None => StatusCode::CREATED,
        };
        calendar.set(name, octets, revision, now);
        self.stored(segment, name, status)
    }

    fn stored(&self, segment: &str, name: &str, status: StatusCode) -> Response<Bytes> {
        let stored = self
            .calendars
            .get(segment)
            .and_then(|calendar| calendar.object(name));
        let etag = stored
            .filter(|_| self.behaviour.etag_on_write == EtagOnWrite::Given)
            .and_then(|stored| self.etag(stored));
        let headers: Vec<_> = etag
            .as_deref()
            .map(|etag| (header::ETAG, etag))
            .into_iter()
            .collect();
        answer::with(status, &headers, "")
    }

    fn check_put(
        &self,
        request: &Request<Bytes>,
        segment: &str,
        name: &str,
    ) -> Result<(), Refusal> {
        let calendar = self
            .calendars
            .get(segment)
            .ok_or_else(|| Box::new(answer::status(StatusCode::CONFLICT)))?;
        if !calendar.role.is_writable() {
            return Err(Box::new(answer::precondition(
                403,
                Name::dav("need-privileges"),
            )));
        }
        self.check_conditions(request.headers(), calendar, name)?;
        if request.body().len() > self.behaviour.largest {
            return Err(Box::new(answer::status(StatusCode::PAYLOAD_TOO_LARGE)));
        }
        let kind = calendar.role.component().unwrap_or_default();
        let strict = self.behaviour.strictness == Strictness::Strict;
        let uid = body::check(request.body(), kind, strict).map_err(|fault| {
            Box::new(if strict {
                answer::status(fault.bare_status())
            } else {
                answer::precondition(403, fault.precondition())
            })
        })?;
        self.check_uid(calendar, name, &uid)
    }

    /// RFC 4791 section 5.3.2.1: one object for each UID, and an object keeps its own.
    fn check_uid(&self, calendar: &Calendar, name: &str, uid: &str) -> Result<(), Refusal> {
        let taken = calendar.objects().any(|(other, stored)| {
            let same = body::uid(&stored.octets).as_deref() == Some(uid);
            same != (other == name) && (same || other == name)
        });
        if taken {
            let refusal = self.behaviour.uid_conflict;
            let broken = Name::caldav("no-uid-conflict");
            return Err(Box::new(answer::precondition(refusal, broken)));
        }
        Ok(())
    }

    pub(super) fn delete(
        &mut self,
        request: &Request<Bytes>,
        resource: &Resource,
        now: Instant,
    ) -> Response<Bytes> {
        let Resource::Object(segment, name) = resource else {
            return answer::status(StatusCode::FORBIDDEN);
        };
        let Some(calendar) = self.calendars.get(segment) else {
            return answer::status(StatusCode::NOT_FOUND);
        };
        if !calendar.role.is_writable() {
            return answer::precondition(403, Name::dav("need-privileges"));
        }
        if calendar.object(name).is_none() {
            return answer::status(StatusCode::NOT_FOUND);
        }
        if let Err(refusal) = self.check_conditions(request.headers(), calendar, name) {
            return *refusal;
        }
        let revision = self.next_revision();
        if let Some(calendar) = self.calendars.get_mut(segment) {
            calendar.remove(name, revision, now);
        }
        answer::status(StatusCode::NO_CONTENT)
    }

    fn check_conditions(
        &self,
        headers: &HeaderMap,
        calendar: &Calendar,
        name: &str,
    ) -> Result<(), Refusal> {
        let there = calendar.object(name);
        let etag = there.and_then(|stored| self.etag(stored));
        let matches = |wanted: &str| {
            there.is_some() && list(wanted).any(|tag| tag == "*" || etag.as_deref() == Some(tag))
        };
        let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let holds = value(header::IF_MATCH).is_none_or(matches);
        let clashes = value(header::IF_NONE_MATCH).is_some_and(matches);
        if holds && !clashes {
            Ok(())
        } else {
            Err(Box::new(answer::status(StatusCode::PRECONDITION_FAILED)))
        }
    }
}

/// The entity tags of a condition. None of ours has a comma in it.
fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}
