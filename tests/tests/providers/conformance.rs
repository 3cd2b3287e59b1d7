//! What every provider promises, as questions to one over an empty calendar. Whoever implements
//! `bridge::provider::CalendarProvider` passes all of them.

use anyhow::{Context as _, Result, ensure};
use bridge::provider::{
    CalendarProvider, ChangePage, ErrorKind, Extent, Found, Next, RemoteCalendar, Write, id_for,
};
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId, SyncToken};
use companion_tests::clients::text::{calendar, event, has_line};

/// Somebody else at work in the same calendar, past the provider.
pub(crate) trait Adversary {
    /// Stores an object, whatever is there.
    fn put(&self, id: &RemoteId, octets: &[u8]) -> Result<()>;

    /// Removes an object.
    fn delete(&self, id: &RemoteId) -> Result<()>;

    /// An id in the spelling of others, which nobody here would choose.
    fn foreign(&self, calendar: &RemoteId) -> RemoteId {
        RemoteId::new(format!("{calendar}a%20b%40c~.ics"))
    }
}

/// What servers do differently, each of them within its rights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// Whether it notices that two objects have the same UID.
    pub(crate) checks_uids: bool,
    /// Whether the mark of a calendar's version changes at once.
    pub(crate) marks_at_once: bool,
    /// What comes back of an object.
    pub(crate) keeps: Keeps,
}

/// What comes back of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Every octet.
    Octets,
    /// Every property, in a spelling of the server's own.
    Properties,
    /// What has a form there, and nothing that nobody there understands.
    Known,
}

/// A provider with an empty calendar, and somebody else in it.
pub(crate) struct Stage<'a> {
    pub(crate) provider: &'a dyn CalendarProvider,
    pub(crate) adversary: &'a dyn Adversary,
    pub(crate) calendar: RemoteId,
    pub(crate) manners: Manners,
}

/// Asks everything.
///
/// # Errors
/// Names the promise that is not kept.
pub(crate) async fn conforms(stage: &Stage<'_>) -> Result<()> {
    stage
        .lists_the_calendar()
        .await
        .context("listing calendars")?;
    stage.tells_changes().await.context("changes")?;
    stage.reads_objects().await.context("reading")?;
    stage.creates_once().await.context("creating")?;
    stage.names_keep_their_spelling().await.context("names")?;
    stage.updates_what_was_seen().await.context("updating")?;
    stage.deletes_what_was_seen().await.context("deleting")?;
    stage.lists_many().await.context("many objects")?;
    stage
        .misses_what_is_not_there()
        .await
        .context("what is not there")
}

fn round(uid: &str, title: &str) -> Vec<u8> {
    event(
        uid,
        "20261125T100000Z",
        title,
        &["X-CLINIC-ROOM;X-WING=B:12"],
    )
    .into_bytes()
}

fn lines(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

impl Stage<'_> {
    fn id(&self, name: &str) -> RemoteId {
        id_for(&self.calendar, &ObjectName::new(name))
    }

    async fn listed(&self) -> Result<RemoteCalendar> {
        let mut all = self.provider.list_calendars().await?.into_iter();
        all.find(|one| one.id == self.calendar)
            .with_context(|| format!("{} is not listed", self.calendar))
    }

    /// Every page of what changed, as one.
    async fn all_changes(&self, since: Option<&SyncToken>) -> Result<ChangePage> {
        let mut page = self.provider.changes(&self.calendar, since).await?;
        for _ in 0..1000 {
            let Next::Page(token) = &page.next else {
                return Ok(page);
            };
            let more = self.provider.changes(&self.calendar, Some(token)).await?;
            ensure!(
                more.extent == page.extent,
                "pages of {:?} and {:?}",
                page.extent,
                more.extent
            );
            page.present.extend(more.present);
            page.removed.extend(more.removed);
            page.next = more.next;
        }
        anyhow::bail!("the pages do not end")
    }

    async fn read(&self, id: &RemoteId) -> Result<Option<(RemoteEtag, String)>> {
        let mut got = self
            .provider
            .get(&self.calendar, std::slice::from_ref(id))
            .await?;
        ensure!(got.len() == 1, "one was asked for, {} came", got.len());
        match got.remove(0).found {
            Found::Object { etag, octets } => Ok(Some((etag, lines(&octets)))),
            Found::Nothing => Ok(None),
            Found::Refused => anyhow::bail!("{id} is refused"),
        }
    }

    async fn existing(&self, id: &RemoteId) -> Result<(RemoteEtag, String)> {
        self.read(id)
            .await?
            .with_context(|| format!("{id} is not there"))
    }

    async fn lists_the_calendar(&self) -> Result<()> {
        let before = self.listed().await?;
        ensure!(before.write == Write::Allowed, "it should be writable");
        ensure!(
            self.listed().await?.version == before.version,
            "the mark changed, nothing else did"
        );
        self.adversary
            .put(&self.id("mark.ics"), &round("mark", "Mark"))?;
        let after = self.listed().await?.version;
        ensure!(
            !self.manners.marks_at_once || before.version.is_none() || after != before.version,
            "something changed, the mark did not"
        );
        self.adversary.delete(&self.id("mark.ics"))
    }

    async fn tells_changes(&self) -> Result<()> {
        let (kept, edited, removed) = (
            self.id("kept.ics"),
            self.id("edited.ics"),
            self.id("removed.ics"),
        );
        for (id, uid) in [(&kept, "kept"), (&edited, "edited"), (&removed, "removed")] {
            self.adversary.put(id, &round(uid, "Before"))?;
        }
        let first = self.all_changes(None).await?;
        ensure!(first.extent == Extent::Complete, "everything was asked for");
        let mut ids: Vec<_> = first.present.iter().map(|(id, _)| id.clone()).collect();
        ids.sort();
        ensure!(
            ids == [edited.clone(), kept.clone(), removed.clone()],
            "listed: {ids:?}"
        );

        let added = self.id("added.ics");
        self.adversary.put(&edited, &round("edited", "After"))?;
        self.adversary.delete(&removed)?;
        self.adversary.put(&added, &round("added", "New"))?;
        let Next::Done(token) = &first.next else {
            anyhow::bail!("the last page is not the last");
        };
        let second = self.all_changes(token.as_ref()).await?;
        let present: Vec<_> = second.present.iter().map(|(id, _)| id).collect();
        ensure!(
            present.contains(&&edited) && present.contains(&&added),
            "told: {present:?}"
        );
        match second.extent {
            Extent::Delta => {
                ensure!(
                    second.removed == [removed.clone()],
                    "removed: {:?}",
                    second.removed
                );
                ensure!(!present.contains(&&kept), "told what did not change");
            }
            Extent::Complete => ensure!(!present.contains(&&removed) && present.contains(&&kept)),
        }
        let etag_of = |page: &ChangePage| {
            let found = page.present.iter().find(|(id, _)| *id == edited);
            found.map(|(_, etag)| etag.clone())
        };
        ensure!(
            etag_of(&first) != etag_of(&second),
            "the same version of another text"
        );
        ensure!(
            etag_of(&second) == Some(self.existing(&edited).await?.0),
            "two versions of one text"
        );
        self.forgotten_token().await
    }

    /// A token that the server does not know leads to everything, at once or after saying so.
    async fn forgotten_token(&self) -> Result<()> {
        let unknown = SyncToken::new("http://nobody.example/ns/sync/0");
        match self.provider.changes(&self.calendar, Some(&unknown)).await {
            Ok(page) => ensure!(page.extent == Extent::Complete, "a delta since nowhere"),
            Err(error) => ensure!(error.kind == ErrorKind::TokenExpired, "{error}"),
        }
        Ok(())
    }

    async fn reads_objects(&self) -> Result<()> {
        let ids = [
            self.id("kept.ics"),
            self.id("nothing.ics"),
            self.id("added.ics"),
        ];
        let got = self.provider.get(&self.calendar, &ids).await?;
        let mut found = got.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        found.sort();
        let mut asked = ids.to_vec();
        asked.sort();
        ensure!(found == asked, "asked for {asked:?}, got {found:?}");
        for one in got {
            match one.found {
                Found::Object { etag, octets } => {
                    let text = lines(&octets);
                    let is_kept = has_line(&text, "X-CLINIC-ROOM;X-WING=B:12");
                    ensure!(is_kept == (self.manners.keeps != Keeps::Known), "{text}");
                    ensure!(
                        self.existing(&one.id).await? == (etag, text),
                        "another text alone"
                    );
                }
                Found::Nothing => ensure!(one.id == ids[1]),
                Found::Refused => anyhow::bail!("{} is refused", one.id),
            }
        }
        Ok(())
    }

    async fn creates_once(&self) -> Result<()> {
        let id = self.id("visit.ics");
        let visit = round("visit", "Visit");
        let stored = self.provider.create(&self.calendar, &id, &visit).await?;
        let (etag, text) = self.existing(&id).await?;
        ensure!(has_line(&text, "SUMMARY:Visit"), "{text}");
        if let Some(told) = stored.etag {
            ensure!(told == etag, "told {told}, read {etag}");
        }
        if self.manners.keeps == Keeps::Octets {
            ensure!(text.as_bytes() == visit, "other octets: {text}");
        }
        let again = self
            .provider
            .create(&self.calendar, &id, &round("visit", "Second"))
            .await;
        let why = again.err().context("created twice")?;
        ensure!(why.kind == ErrorKind::PreconditionFailed, "{why}");
        ensure!(
            self.existing(&id).await? == (etag, text),
            "the second one had an effect"
        );
        let other = self.id("other-name.ics");
        let twin = self.provider.create(&self.calendar, &other, &visit).await;
        if self.manners.checks_uids {
            let why = twin.err().context("two objects with one UID")?;
            ensure!(why.kind == ErrorKind::UidTaken, "{why}");
            ensure!(self.read(&other).await?.is_none(), "refused and stored");
        }
        Ok(())
    }

    async fn names_keep_their_spelling(&self) -> Result<()> {
        for (number, name) in ["a@b c.ics", "(1)+é,=&.ics", "50%.ics", "CAPITAL~_-.ics"]
            .into_iter()
            .enumerate()
        {
            let id = self.id(name);
            let uid = format!("name-{number}");
            self.provider
                .create(&self.calendar, &id, &round(&uid, name))
                .await
                .context(name)?;
            let page = self.all_changes(None).await?;
            ensure!(
                page.present.iter().any(|(listed, _)| *listed == id),
                "{name} is listed otherwise"
            );
            ensure!(self.read(&id).await?.is_some(), "{name} is not found");
        }
        let theirs = self.adversary.foreign(&self.calendar);
        self.adversary.put(&theirs, &round("theirs", "Theirs"))?;
        let page = self.all_changes(None).await?;
        let is_listed = page.present.iter().any(|(listed, _)| *listed == theirs);
        ensure!(is_listed, "{:?}", page.present);
        ensure!(self.read(&theirs).await?.is_some(), "{theirs} is not found");
        Ok(())
    }

    async fn updates_what_was_seen(&self) -> Result<()> {
        let id = self.id("update.ics");
        self.provider
            .create(&self.calendar, &id, &round("update", "One"))
            .await?;
        let (first, _) = self.existing(&id).await?;
        self.provider
            .update(&self.calendar, &id, &round("update", "Two"), &first)
            .await?;
        let (second, text) = self.existing(&id).await?;
        ensure!(first != second && has_line(&text, "SUMMARY:Two"), "{text}");

        self.adversary.put(&id, &round("update", "Theirs"))?;
        let late = self
            .provider
            .update(&self.calendar, &id, &round("update", "Mine"), &second)
            .await;
        let why = late
            .err()
            .context("somebody else's change was overwritten")?;
        ensure!(why.kind == ErrorKind::PreconditionFailed, "{why}");
        let (third, text) = self.existing(&id).await?;
        ensure!(has_line(&text, "SUMMARY:Theirs"), "{text}");

        self.adversary.delete(&id)?;
        let gone = self
            .provider
            .update(&self.calendar, &id, &round("update", "Mine"), &third)
            .await;
        let why = gone.err().context("what was gone was updated")?;
        let kinds = [
            ErrorKind::PreconditionFailed,
            ErrorKind::NotFound,
            ErrorKind::Gone,
        ];
        ensure!(kinds.contains(&why.kind), "{why}");
        ensure!(self.read(&id).await?.is_none(), "it came back");
        Ok(())
    }

    async fn deletes_what_was_seen(&self) -> Result<()> {
        let id = self.id("delete.ics");
        self.provider
            .create(&self.calendar, &id, &round("delete", "One"))
            .await?;
        let (first, _) = self.existing(&id).await?;
        self.adversary.put(&id, &round("delete", "Theirs"))?;
        let late = self.provider.delete(&self.calendar, &id, &first).await;
        let why = late.err().context("somebody else's change was deleted")?;
        ensure!(why.kind == ErrorKind::PreconditionFailed, "{why}");
        let (second, _) = self.existing(&id).await?;
        self.provider.delete(&self.calendar, &id, &second).await?;
        ensure!(self.read(&id).await?.is_none(), "deleted and there");
        let again = self.provider.delete(&self.calendar, &id, &second).await;
        let why = again.err().context("deleted twice")?;
        let kinds = [
            ErrorKind::PreconditionFailed,
            ErrorKind::NotFound,
            ErrorKind::Gone,
        ];
        ensure!(kinds.contains(&why.kind), "{why}");
        Ok(())
    }

    /// More than one batch, series with an exception among them.
    async fn lists_many(&self) -> Result<()> {
        let mut wanted = Vec::new();
        for number in 0..60 {
            let (name, uid) = (format!("many-{number}.ics"), format!("many-{number}"));
            let id = self.id(&name);
            self.adversary.put(&id, series(&uid).as_bytes())?;
            wanted.push(id);
        }
        let page = self.all_changes(None).await?;
        let is_listed = |id: &&RemoteId| page.present.iter().any(|(listed, _)| listed == *id);
        ensure!(
            wanted.iter().filter(is_listed).count() == wanted.len(),
            "some are missing"
        );
        for batch in wanted.chunks(bridge::provider::BATCH) {
            for one in self.provider.get(&self.calendar, batch).await? {
                let Found::Object { octets, .. } = one.found else {
                    anyhow::bail!("{} is {:?}", one.id, one.found);
                };
                let text = lines(&octets);
                ensure!(text.matches("BEGIN:VEVENT").count() == 2, "{text}");
            }
        }
        Ok(())
    }

    async fn misses_what_is_not_there(&self) -> Result<()> {
        let nowhere = RemoteId::new(format!(
            "{}-nowhere/",
            self.calendar.as_str().trim_end_matches('/')
        ));
        let why = self
            .provider
            .changes(&nowhere, None)
            .await
            .err()
            .context("changes of no calendar")?;
        let kinds = [ErrorKind::NotFound, ErrorKind::Gone];
        ensure!(kinds.contains(&why.kind), "{why}");
        let id = id_for(&nowhere, &ObjectName::new("a.ics"));
        let got = self.provider.get(&nowhere, &[id]).await;
        ensure!(
            got.is_err(),
            "objects of no calendar are nothing, as if they were deleted: {got:?}"
        );
        Ok(())
    }
}

/// A series with an exception.
pub(crate) fn series(uid: &str) -> String {
    let uid = format!("UID:{uid}");
    calendar(&[
        "BEGIN:VEVENT",
        &uid,
        "DTSTAMP:20260101T080000Z",
        "DTSTART:20261125T100000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=5",
        "SUMMARY:Round",
        "END:VEVENT",
        "BEGIN:VEVENT",
        &uid,
        "DTSTAMP:20260101T080000Z",
        "RECURRENCE-ID:20261126T100000Z",
        "DTSTART:20261126T110000Z",
        "DURATION:PT1H",
        "SUMMARY:Later round",
        "END:VEVENT",
    ])
}
