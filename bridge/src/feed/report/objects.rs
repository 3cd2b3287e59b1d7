//! The answer of every report that lists objects: which properties, and the data in the form that was asked for.

use bridge_core::{
    dav::{CalendarData, MultiStatus, Precondition, PropertyRequest},
    ical::CalendarObject,
    ids::{Href, SyncToken},
    query,
    recur::Limits,
    tz::Zone,
};

use crate::feed::{
    answer::Refusal,
    collection::Collection,
    members::Member,
    props::Selection,
    request::Request,
    subject::{Place, Scene, Subject},
};

/// A multi-status about objects of one calendar, under construction.
pub(super) struct Objects<'a> {
    answer: MultiStatus,
    wanted: Selection,
    data: Option<&'a CalendarData>,
    scene: Scene<'a>,
    collection: &'a Collection,
    zone: Zone,
}

impl<'a> Objects<'a> {
    /// Begins an answer.
    pub(super) fn new(
        request: &Request<'a>,
        collection: &'a Collection,
        wanted: &'a PropertyRequest,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            answer: MultiStatus::new(request.verbosity()?),
            wanted: Selection::new(&wanted.props),
            data: wanted.data.as_ref(),
            scene: request.scene(),
            zone: collection.zone(),
            collection,
        })
    }

    /// Whether objects must be opened to be added.
    pub(super) fn needs_octets(&self) -> bool {
        self.data.is_some()
    }

    /// Adds an object.
    pub(super) fn add(&mut self, member: &Member, octets: Option<&[u8]>) {
        let subject = Subject {
            scene: &self.scene,
            place: Place::Object(self.collection, member),
        };
        let shaped = match (self.data, octets) {
            (Some(data), Some(octets)) if !data.is_verbatim() => {
                let object = CalendarObject::read(octets);
                Some(query::calendar_data(data, &object, &self.zone, Limits::default()).octets)
            }
            (Some(_) | None, _) => None,
        };
        let data = shaped.as_deref().or(octets);
        self.wanted.respond(&mut self.answer, &subject, data);
    }

    /// Adds the news that there is nothing at an address.
    pub(super) fn missing(&mut self, href: &Href) {
        self.answer.status(href, 404);
    }

    /// Adds the news that the answer was cut short (RFC 6578 section 3.6, RFC 4791 section 7.8).
    pub(super) fn truncated(&mut self) {
        let why = Precondition::NumberOfMatchesWithinLimits;
        self.answer.failure(&self.collection.href, &why);
    }

    /// Adds the token of a sync-collection.
    pub(super) fn token(&mut self, token: &SyncToken) {
        self.answer.sync_token(token);
    }

    /// The finished document.
    pub(super) fn finish(self) -> Vec<u8> {
        self.answer.finish()
    }
}
