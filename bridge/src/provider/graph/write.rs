//! What is done to an object: the writes that the core plans, one after the other, each with the version it is about.
//!
//! Graph writes one event at a time, so an object of several can be left half written. Then the failure says that nobody
//! knows, the engine looks, and what is missing is written with the next round.

use std::collections::BTreeMap;

use bridge_core::graph;
use bridge_core::graph::requests::{self, Asked, name_of, transaction};
use bridge_core::ical::CalendarObject;
use bridge_core::ids::{RemoteEtag, RemoteId};
use bridge_core::projection::{Act, CalendarContext, Kept, Original, Source, Target, Write};

use super::objects::object;
use super::provider::Graph;
use crate::provider::writing::{Begun, refused, uid_taken};
use crate::provider::{ErrorKind, ProviderError, Stored};

/// The versions that our own writes made: a plan may come back to a part.
type Made = BTreeMap<RemoteId, RemoteEtag>;

/// Where is written.
pub(super) struct Place<'a> {
    account: &'a Graph,
    calendar: &'a RemoteId,
    id: &'a RemoteId,
    name: String,
    context: CalendarContext,
}

impl<'a> Place<'a> {
    pub(super) async fn of(
        account: &'a Graph,
        calendar: &'a RemoteId,
        id: &'a RemoteId,
    ) -> Result<Self, ProviderError> {
        let name = name_of(calendar, id).ok_or_else(|| {
            ProviderError::new(ErrorKind::InvalidRequest, "no event can have this id")
        })?;
        // What was listed before is not what is there afterwards.
        account.larder.forget(calendar, id);
        Ok(Self {
            context: account.context(calendar).await?,
            account,
            calendar,
            id,
            name,
        })
    }

    pub(super) async fn create(&self, octets: &[u8]) -> Result<Stored, ProviderError> {
        let plan = graph::plan(None, None, octets, &self.context).map_err(|why| refused(&why))?;
        let kept_here = plan.kept_here;
        let mut writes = plan.writes.into_iter();
        let Some(Write {
            act: Act::Insert(fields),
            ..
        }) = writes.next()
        else {
            let detail = "there is no event in it";
            return Err(ProviderError::new(ErrorKind::InvalidRequest, detail));
        };
        // Graph makes one event of one transaction, and another text is another transaction.
        if self.now().await?.is_some() {
            let detail = "there is an event of this name";
            return Err(ProviderError::new(ErrorKind::PreconditionFailed, detail));
        }
        self.check_uid(octets).await?;
        let session = &self.account.session;
        let transaction = transaction(self.id, octets);
        let request = requests::create(
            &session.root,
            self.calendar,
            &fields,
            &self.name,
            &transaction,
        );
        let body = session.ask(Asked::Write, request).await?;
        let (event, _) =
            requests::parse_written(&body).map_err(|why| session.unreadable(why).unknown())?;
        self.account.names.learn(self.calendar, &event, &self.name);
        self.carry_out(&event, writes, Begun::Yes).await?;
        Ok(written(kept_here))
    }

    pub(super) async fn update(
        &self,
        octets: &[u8],
        if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        let (event, now) = self.still(if_match).await?;
        let plan = graph::plan(Some(&now), None, octets, &self.context);
        let plan = plan.map_err(|why| refused(&why))?;
        self.carry_out(&event, plan.writes.into_iter(), Begun::No)
            .await?;
        Ok(written(plan.kept_here))
    }

    pub(super) async fn delete(&self, if_match: &RemoteEtag) -> Result<(), ProviderError> {
        let (event, now) = self.still(if_match).await?;
        let writes = graph::remove(&now).writes.into_iter();
        self.carry_out(&event, writes, Begun::No).await
    }

    /// Graph makes a second event of a UID without a word, which another device or an invitation may have brought.
    async fn check_uid(&self, octets: &[u8]) -> Result<(), ProviderError> {
        let Some(uid) = CalendarObject::read(octets).uid() else {
            return Ok(());
        };
        let session = &self.account.session;
        for request in requests::same_uid(&session.root, self.calendar, &uid) {
            let body = session.ask(Asked::Read, request).await?;
            let found = requests::parse_found(&body).map_err(|why| session.unreadable(why))?;
            if found.is_some() {
                return Err(uid_taken());
            }
        }
        Ok(())
    }

    async fn now(&self) -> Result<Option<(RemoteId, Source)>, ProviderError> {
        object(self.account, self.calendar, &self.name).await
    }

    /// The object and its event, if it is still this version.
    async fn still(&self, if_match: &RemoteEtag) -> Result<(RemoteId, Source), ProviderError> {
        let (event, now) = self
            .now()
            .await?
            .ok_or_else(|| ProviderError::new(ErrorKind::NotFound, "the event is gone"))?;
        if now.version() == *if_match {
            return Ok((event, now));
        }
        let detail = "the event is another version by now";
        Err(ProviderError::new(ErrorKind::PreconditionFailed, detail))
    }

    async fn carry_out(
        &self,
        event: &RemoteId,
        writes: impl Iterator<Item = Write> + Send,
        mut begun: Begun,
    ) -> Result<(), ProviderError> {
        let mut made = Made::new();
        for write in writes {
            let written = self.write(event, write, &mut made).await;
            written.map_err(|error| begun.told(error))?;
            begun = Begun::Yes;
        }
        Ok(())
    }

    async fn write(
        &self,
        event: &RemoteId,
        write: Write,
        made: &mut Made,
    ) -> Result<(), ProviderError> {
        let (id, etag) = match write.target {
            Target::Part { id, if_match } => {
                let etag = made.get(&id).cloned().unwrap_or(if_match);
                (id, etag)
            }
            Target::Instance(original) => match self.instance(event, original).await? {
                Some(found) => found,
                None => return Ok(()),
            },
            Target::New => {
                let detail = "a second new event in one object";
                return Err(ProviderError::new(ErrorKind::InvalidRequest, detail));
            }
        };
        let session = &self.account.session;
        let request = requests::act(&session.root, &id, &etag, &write.act);
        let Some(request) = request.transpose() else {
            return Ok(());
        };
        let body = session.ask(Asked::Write, request).await?;
        // A deletion and an answer are answered with nothing.
        if let Ok((id, etag)) = requests::parse_written(&body) {
            made.insert(id, etag);
        }
        Ok(())
    }

    /// The id of an occurrence and its version.
    async fn instance(
        &self,
        event: &RemoteId,
        original: Original,
    ) -> Result<Option<(RemoteId, RemoteEtag)>, ProviderError> {
        let session = &self.account.session;
        let request = requests::instances(&session.root, event, original);
        let body = session.ask(Asked::Read, request).await?;
        requests::parse_instances(&body, original).map_err(|why| session.unreadable(why))
    }
}

/// What Graph made of it is read afterwards.
fn written(kept_here: Vec<Kept>) -> Stored {
    Stored {
        etag: None,
        kept_here,
    }
}
