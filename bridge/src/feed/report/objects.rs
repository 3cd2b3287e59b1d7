//! The answer of every report that lists objects: which properties, and the data in the form that was asked for.

use bridge_core::{
    dav::{CalendarData, MultiStatus, Precondition, PropertyRequest},
    ical::CalendarObject,
    ids::{Href, SyncToken},
    query,
    recur::Allowance,
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
    allowance: Allowance,
    token: Option<SyncToken>,
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
            allowance: Allowance::default(),
            token: None,
        })
    }

    /// Whether objects must be opened to be added.
    pub(super) fn needs_octets(&self) -> bool {
        self.data.is_some()
    }

    /// What working out recurrences may still cost.
    pub(super) fn allowance(&mut self) -> &mut Allowance {
        &mut self.allowance
    }

    /// Whether another object can be added as it is wanted. If not, the answer is cut short.
    pub(super) fn has_room(&mut self) -> bool {
        let shapes = self.data.is_some_and(|data| !data.is_verbatim());
        let has_room = !shapes || !self.allowance.is_used_up();
        if !has_room {
            self.allowance.note_cut();
        }
        has_room
    }

    /// Adds an object, or the news that there is no room for it.
    pub(super) fn add(&mut self, member: &Member, octets: Option<&[u8]>) {
        if !self.has_room() {
            let href = self.collection.member_href(&member.name);
            let why = Precondition::NumberOfMatchesWithinLimits;
            self.answer.failure(&href, &why);
            return;
        }
        let subject = Subject {
            scene: &self.scene,
            place: Place::Object(self.collection, member),
        };
        let shaped = match (self.data, octets) {
            (Some(data), Some(octets)) if !data.is_verbatim() => {
                let object = CalendarObject::read(octets);
                let allowance = &mut self.allowance;
                Some(query::calendar_data(data, &object, &self.zone, allowance))
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

    /// Ends the answer with the token of a sync-collection.
    pub(super) fn token(&mut self, token: SyncToken) {
        self.token = Some(token);
    }

    /// The finished document. Where working out recurrences went beyond the allowance it says so.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.allowance.is_cut() {
            self.truncated();
        }
        if let Some(token) = &self.token {
            self.answer.sync_token(token);
        }
        self.answer.finish()
    }
}
