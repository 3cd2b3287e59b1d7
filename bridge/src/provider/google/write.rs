//! What is done to an object: the writes that the core plans, one after the other, each with the version it is about.
//!
//! Google writes one event at a time, so an object of several can be left half written. Then the failure says that nobody
//! knows, the engine looks, and what is missing is written with the next round.

use std::collections::BTreeMap;

use bridge_core::google;
use bridge_core::google::requests::{self, Asked};
use bridge_core::ical::CalendarObject;
use bridge_core::ids::{RemoteEtag, RemoteId};
use bridge_core::projection::{
    Act, CalendarContext, Fields, Kept, Notify, Original, Source, Target, Write,
};
use serde_json::json;

use super::objects::{event_now, source};
use super::provider::Google;
use crate::provider::writing::{Begun, refused, uid_taken};
use crate::provider::{ErrorKind, ProviderError, Stored};

type Made = BTreeMap<RemoteId, RemoteEtag>;

/// Where is written.
pub(super) struct Place<'a> {
    account: &'a Google,
    calendar: &'a RemoteId,
    event: RemoteId,
    context: CalendarContext,
}

impl<'a> Place<'a> {
    pub(super) async fn of(
        account: &'a Google,
        calendar: &'a RemoteId,
        id: &RemoteId,
    ) -> Result<Self, ProviderError> {
        let event = requests::event_id(calendar, id).ok_or_else(|| {
            ProviderError::new(ErrorKind::InvalidRequest, "no event can have this id")
        })?;
        // What was listed before is not what is there afterwards.
        account.larder.forget(calendar, &event);
        Ok(Self {
            context: account.context(calendar).await?,
            account,
            calendar,
            event,
        })
    }

    pub(super) async fn create(&self, octets: &[u8]) -> Result<Stored, ProviderError> {
        let plan = google::plan(None, None, octets, &self.context).map_err(|why| refused(&why))?;
        let kept_here = plan.kept_here;
        let mut writes = plan.writes.into_iter();
        let Some(Write {
            act: Act::Insert(fields),
            notify,
            ..
        }) = writes.next()
        else {
            let detail = "there is no event in it";
            return Err(ProviderError::new(ErrorKind::InvalidRequest, detail));
        };
        self.check_uid(octets).await?;
        let root = &self.account.session.root;
        let request = requests::insert(root, self.calendar, &self.event, &fields, notify);
        match self.account.session.ask(Asked::Write, request).await {
            Ok(_) => self.carry_out(writes, Begun::Yes).await?,
            Err(error) if error.kind == ErrorKind::PreconditionFailed => {
                self.revive(fields, notify, error).await?;
                // Its exceptions may have come back with it, and others not.
                if let Some(now) = self.now().await? {
                    self.make(&now, octets, Begun::Yes).await?;
                }
            }
            Err(error) => return Err(error),
        }
        Ok(Stored {
            etag: None,
            kept_here,
        })
    }

    /// Google makes a second event of a UID under another id, which another device or an invitation may have brought.
    async fn check_uid(&self, octets: &[u8]) -> Result<(), ProviderError> {
        let Some(uid) = CalendarObject::read(octets).uid() else {
            return Ok(());
        };
        let session = &self.account.session;
        for request in requests::same_uid(&session.root, self.calendar, &uid) {
            let body = session.ask(Asked::Read, request).await?;
            let page = requests::parse_page(&body, &requests::Place::START);
            let page = page.map_err(|why| session.unreadable(why))?;
            let other = |item: &requests::Item| {
                !item.is_cancelled && !item.part.id.as_str().starts_with(self.event.as_str())
            };
            if page.items.iter().any(other) {
                return Err(uid_taken());
            }
        }
        Ok(())
    }

    /// An id stays taken after its event is gone: then that event becomes the new one.
    async fn revive(
        &self,
        mut fields: Fields,
        notify: Notify,
        taken: ProviderError,
    ) -> Result<(), ProviderError> {
        let now = event_now(self.account, self.calendar, &self.event).await?;
        let Some(gone) = now.filter(|now| now.is_cancelled) else {
            return Err(taken);
        };
        fields.entry("status").or_insert(json!("confirmed"));
        let root = &self.account.session.root;
        let etag = &gone.part.etag;
        let request = requests::replace(root, self.calendar, &self.event, etag, &fields, notify);
        self.account.session.ask(Asked::Write, request).await?;
        Ok(())
    }

    pub(super) async fn update(
        &self,
        octets: &[u8],
        if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        let now = self.still(if_match).await?;
        let kept_here = self.make(&now, octets, Begun::No).await?;
        Ok(Stored {
            etag: None,
            kept_here,
        })
    }

    pub(super) async fn delete(&self, if_match: &RemoteEtag) -> Result<(), ProviderError> {
        let now = self.still(if_match).await?;
        let plan = google::remove(&now);
        self.carry_out(plan.writes.into_iter(), Begun::No).await
    }

    async fn now(&self) -> Result<Option<Source>, ProviderError> {
        source(self.account, self.calendar, &self.event).await
    }

    /// The object, if it is still this version.
    async fn still(&self, if_match: &RemoteEtag) -> Result<Source, ProviderError> {
        let now = self
            .now()
            .await?
            .ok_or_else(|| ProviderError::new(ErrorKind::NotFound, "the event is gone"))?;
        if now.version() == *if_match {
            return Ok(now);
        }
        let detail = "the event is another version by now";
        Err(ProviderError::new(ErrorKind::PreconditionFailed, detail))
    }

    /// Makes `octets` of what is there, and says what of it has no form.
    async fn make(
        &self,
        now: &Source,
        octets: &[u8],
        begun: Begun,
    ) -> Result<Vec<Kept>, ProviderError> {
        let plan =
            google::plan(Some(now), None, octets, &self.context).map_err(|why| refused(&why))?;
        self.carry_out(plan.writes.into_iter(), begun).await?;
        Ok(plan.kept_here)
    }

    async fn carry_out(
        &self,
        writes: impl Iterator<Item = Write> + Send,
        mut begun: Begun,
    ) -> Result<(), ProviderError> {
        // The versions that our own writes made: a plan may come back to a part.
        let mut made = Made::new();
        for write in writes {
            let written = self.write(write, &mut made).await;
            written.map_err(|error| begun.told(error))?;
            begun = Begun::Yes;
        }
        Ok(())
    }

    async fn write(&self, write: Write, made: &mut Made) -> Result<(), ProviderError> {
        let Write {
            target,
            act,
            notify,
        } = write;
        let (id, etag, is_cancelled) = match target {
            Target::Part { id, if_match } => {
                let etag = made.get(&id).cloned().unwrap_or(if_match);
                (id, etag, false)
            }
            Target::Instance(original) => match self.instance(original).await? {
                Some(found) => found,
                None => return Ok(()),
            },
            Target::New => {
                let detail = "a second new event in one object";
                return Err(ProviderError::new(ErrorKind::InvalidRequest, detail));
            }
        };
        let (root, calendar) = (&self.account.session.root, self.calendar);
        let request = match act {
            Act::Insert(mut fields) | Act::Patch(mut fields) | Act::Respond { mut fields, .. } => {
                if is_cancelled {
                    fields.entry("status").or_insert(json!("confirmed"));
                }
                requests::patch(root, calendar, &id, &etag, &fields, notify)
            }
            Act::Delete | Act::Cancel if is_cancelled => return Ok(()),
            Act::Delete | Act::Cancel => requests::delete(root, calendar, &id, &etag, notify),
        };
        let body = self.account.session.ask(Asked::Write, request).await?;
        // A deletion is answered with nothing.
        if let Ok(item) = requests::parse_get(&body) {
            made.insert(id, item.part.etag);
        }
        Ok(())
    }

    /// The id of an occurrence, its version, and whether it is cancelled.
    async fn instance(
        &self,
        original: Original,
    ) -> Result<Option<(RemoteId, RemoteEtag, bool)>, ProviderError> {
        let session = &self.account.session;
        let request = requests::instances(&session.root, self.calendar, &self.event, original);
        let body = session.ask(Asked::Read, request).await?;
        let found = requests::parse_instances(&body).map_err(|why| session.unreadable(why))?;
        Ok(found.map(|item| (item.part.id, item.part.etag, item.is_cancelled)))
    }
}
