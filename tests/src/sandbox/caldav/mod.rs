//! A CalDAV server that behaves like iCloud, or like others where it is told to (RFC 4918, 4791, 6578, 6764).
//!
//! One account with a home of several calendars. The address people type is only the front: the home lies on another
//! host, as iCloud's partitions do. Every answer says exactly what a strict reading of the standards allows, in the style
//! of iCloud (default name spaces on each element, calendar data as CDATA); [`Behaviour`] bends that.

mod answer;
mod behaviour;
mod body;
mod calendar;
mod find;
mod hosts;
mod others;
mod properties;
mod report;
mod resource;
mod rewrite;
mod sign_in;
#[cfg(test)]
mod tests;
mod trouble;
mod write;
mod xml;

use std::collections::BTreeMap;

use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

pub use behaviour::{
    Behaviour, Ctag, DataForm, Delta, EtagForm, EtagOnWrite, Front, HrefForm, Rewriting, Strictness,
};
pub use calendar::{Calendar, Role, Stored};
pub use hosts::{Host, Hosts};
pub use others::NoSuchThing;
pub use rewrite::stamped as rewritten;
pub use sign_in::{Account, Scheme};
pub use trouble::{Lie, Trouble};

use resource::Resource;

/// The server.
#[derive(Clone, Debug)]
pub struct CalDav {
    /// How it differs from iCloud.
    pub behaviour: Behaviour,
    /// What goes wrong at the moment.
    pub trouble: Trouble,
    /// Who may sign in.
    pub account: Account,
    hosts: Hosts,
    calendars: BTreeMap<String, Calendar>,
    /// Numbers everything that changes: etags never repeat.
    revision: u64,
}

impl CalDav {
    /// A server without calendars, besides those that every home has (inbox, outbox, notifications).
    pub fn new(hosts: Hosts, account: Account, behaviour: Behaviour) -> Self {
        let mut server = Self {
            behaviour,
            trouble: Trouble::default(),
            account,
            hosts,
            calendars: BTreeMap::new(),
            revision: 0,
        };
        for role in [Role::Inbox, Role::Outbox, Role::Notifications] {
            server.add_calendar(role.segment(), role.segment(), role);
        }
        server
    }

    /// Answers a request whose URI is absolute. `now` is the server's clock.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        let host = self.hosts.of(request.uri());
        let Some(host) = host else {
            return answer::status(StatusCode::MISDIRECTED_REQUEST);
        };
        let Ok(resource) = Resource::of(self, request.uri()) else {
            return answer::status(StatusCode::BAD_REQUEST);
        };
        if let Some(refusal) = self.trouble.meet(now) {
            return refusal;
        }
        if let Some(elsewhere) = self.redirect(&host, &resource, request) {
            return answer::redirect(&elsewhere);
        }
        if let Err(refusal) = self.admit(request, now) {
            return *refusal;
        }
        self.dispatch(request, &host, &resource, now)
    }

    fn dispatch(
        &mut self,
        request: &Request<Bytes>,
        host: &Host,
        resource: &Resource,
        now: Instant,
    ) -> Response<Bytes> {
        match request.method().as_str() {
            "OPTIONS" => answer::options(),
            "PROPFIND" => self.propfind(request, host, resource, now),
            "REPORT" => self.report(request, host, resource, now),
            "GET" | "HEAD" => self.read(request, resource),
            "PUT" => self.put(request, resource, now),
            "DELETE" => self.delete(request, resource, now),
            _ => answer::status(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    /// Where a request belongs that came to the wrong place: the well-known address, and a home asked for at the front.
    fn redirect(
        &self,
        host: &Host,
        resource: &Resource,
        request: &Request<Bytes>,
    ) -> Option<String> {
        let home = self.hosts.home_beside(host);
        match resource {
            Resource::WellKnown => Some(format!("{home}{}/", self.behaviour.base)),
            Resource::Home | Resource::Collection(_) | Resource::Object(..)
                if self.behaviour.front == Front::Redirects && home != host.origin =>
            {
                Some(format!("{home}{}", request.uri().path()))
            }
            _ => None,
        }
    }

    /// The home moves to another host; the old one is not known any more.
    pub fn move_home(&mut self, hosts: Hosts) {
        self.hosts = hosts;
    }

    fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }
}
