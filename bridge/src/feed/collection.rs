//! A calendar as the one who asks sees it: the row, the rights, the address, and the properties set on it.

use bridge_core::{
    dav::{Element, Name, Precondition, Privilege, path::encode_segment},
    ids::{CalendarName, Etag, Href, ObjectName, SyncToken},
    tz::{Zone, read_vtimezone},
};

use super::{
    answer::Refusal,
    dead,
    resource::Resource,
    session::{Rights, Session},
};
use crate::store::{
    ReadTx, StoreError, SyncPoint,
    calendars::{self, Calendar, CalendarKind, CalendarZone},
    clients::View,
    meta,
};

/// A calendar in the home of a session.
pub(super) struct Collection {
    pub(super) row: Calendar,
    pub(super) rights: Rights,
    pub(super) href: Href,
    /// What clients set on it and the server only keeps; empty unless asked for.
    pub(super) notes: Vec<Element>,
    pub(super) disclosure: Disclosure,
    /// What marks this very database: part of every token.
    epoch: String,
    /// What hashed UIDs are salted with; only read where UIDs are hashed.
    salt: String,
}

/// How much of an object is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disclosure {
    /// All of it.
    Whole,
    /// Only when, and of events only.
    BusyOnly,
}

impl Collection {
    /// Reads what clients set on it, for those who want to know.
    pub(super) fn with_notes(
        mut self,
        tx: &ReadTx<'_>,
        session: &Session,
    ) -> Result<Self, StoreError> {
        self.notes = dead::of_calendar(tx, session, self.row.id)?;
        Ok(self)
    }

    /// The address of a member.
    pub(super) fn member_href(&self, name: &ObjectName) -> Href {
        Href::new(format!("{}{}", self.href, encode_segment(name.as_str())))
    }

    /// What clients set under that name and the server only keeps.
    pub(super) fn note(&self, name: &Name) -> Option<&Element> {
        self.notes.iter().find(|dead| dead.name == *name)
    }

    /// What older clients compare to see whether anything changed.
    pub(super) fn ctag(&self) -> String {
        format!("{}-{}", self.epoch, self.row.seq)
    }

    /// The etag of the calendar as one stream: the ctag names the state of the whole.
    pub(super) fn etag(&self) -> Etag {
        Etag::new(self.ctag())
    }

    /// The token for the present state.
    pub(super) fn sync_token(&self) -> SyncToken {
        self.token_at(SyncPoint::at(self.row.seq))
    }

    /// The token for a client that has got as far as `point`: a URI that names database, calendar and point.
    pub(super) fn token_at(&self, point: SyncPoint) -> SyncToken {
        SyncToken::new(format!("{}{point}", self.token_prefix()))
    }

    /// What a token of this calendar says; nothing for one that was never given out by it.
    pub(super) fn read_token(&self, token: &SyncToken) -> Option<SyncPoint> {
        token
            .as_str()
            .strip_prefix(&self.token_prefix())?
            .parse()
            .ok()
    }

    fn token_prefix(&self) -> String {
        format!("urn:pharmadoc:sync:{}:{}:", self.epoch, self.row.id)
    }

    /// The zone of its floating and all-day times.
    pub(super) fn zone(&self) -> Zone {
        zone(&self.row.zone)
    }

    /// A secret of this installation that keeps hashed UIDs from being guessed.
    pub(super) fn salt(&self) -> &[u8] {
        self.salt.as_bytes()
    }

    /// Refuses whoever may not change it (RFC 3744 section 7.1.1).
    pub(super) fn require_write(&self, at: &Href, privilege: Privilege) -> Result<(), Refusal> {
        match self.rights {
            Rights::Write => Ok(()),
            Rights::Read => Err(Precondition::NeedPrivileges(vec![(at.clone(), privilege)]).into()),
        }
    }
}

/// Every calendar the session sees, in a stable order.
pub(super) fn visible(tx: &ReadTx<'_>, session: &Session) -> Result<Vec<Collection>, StoreError> {
    let epoch = meta::epoch(tx)?;
    calendars::list(tx)?
        .into_iter()
        .filter(|row| session.sees(row))
        .map(|row| collection(tx, session, row, epoch.clone())?.with_notes(tx, session))
        .collect()
}

/// The calendar of that name, if the session sees it.
pub(super) fn find(
    tx: &ReadTx<'_>,
    session: &Session,
    name: &CalendarName,
) -> Result<Option<Collection>, StoreError> {
    match calendars::find(tx, name)?.filter(|row| session.sees(row)) {
        Some(row) => collection(tx, session, row, meta::epoch(tx)?).map(Some),
        None => Ok(None),
    }
}

fn collection(
    tx: &ReadTx<'_>,
    session: &Session,
    mut row: Calendar,
    epoch: String,
) -> Result<Collection, StoreError> {
    if row.kind == CalendarKind::Everything {
        row.seq = meta::head(tx)?;
    }
    let disclosure = match session.view {
        View::All | View::PharmaDoc => Disclosure::Whole,
        View::Busy => Disclosure::BusyOnly,
    };
    Ok(Collection {
        rights: session.rights(&row),
        href: Resource::Calendar(session.login.clone(), row.name.clone()).href(),
        notes: Vec::new(),
        disclosure,
        epoch,
        salt: match disclosure {
            Disclosure::Whole => String::new(),
            Disclosure::BusyOnly => meta::salt(tx)?,
        },
        row,
    })
}

/// The zone that a calendar's settings mean.
pub(super) fn zone(zone: &CalendarZone) -> Zone {
    let named = zone.tzid.as_deref().and_then(Zone::named);
    named
        .or_else(|| read_vtimezone(zone.object.as_deref()?))
        .unwrap_or(Zone::Utc)
}
