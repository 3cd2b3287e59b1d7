//! Versions that lost: what they are, and putting one back.

use bridge_core::merge::Side;
use bridge_core::sync::LostKind;
use bridge_core::time::Instant;

use super::again::{draft, unrestorable};
use super::{Accounts, AccountsError, ConflictId};
use crate::agenda::{Headline, headline};
use crate::store::calendars::{self, Calendar};
use crate::store::conflicts::{self, Conflict};
use crate::store::objects::{self, Conditions, Place, Refusal};
use crate::store::{ReadTx, StoreError, WriteTx};

/// A version that lost, with what people need to recognise it.
#[derive(Clone, Debug)]
pub struct ConflictView {
    /// Its row.
    pub id: ConflictId,
    /// What happened.
    pub kind: LostKind,
    /// What people call the calendar.
    pub calendar: String,
    /// What the entry is called and when it is.
    pub headline: Headline,
    /// Whose version was kept.
    pub winner: Side,
    /// The names of the fields that differed.
    pub fields: Vec<String>,
    /// When it happened.
    pub at: Instant,
    /// When it was put back.
    pub restored: Option<Instant>,
    /// The version that lost, as text; none when a deletion lost.
    pub text: Option<String>,
}

impl Accounts {
    /// Every version that lost, the latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn conflicts(&self) -> Result<Vec<ConflictView>, StoreError> {
        self.store.read(|tx| {
            conflicts::list(tx)?
                .into_iter()
                .map(|conflict| view(tx, conflict))
                .collect()
        })
    }

    /// How many groups of held deletions, and versions that lost and were not put back, wait for a look.
    ///
    /// # Errors
    /// Those of the database.
    pub fn waiting_decisions(&self) -> Result<usize, StoreError> {
        let conflicts = self.store.read::<_, StoreError>(conflicts::list)?;
        let open = conflicts.iter().filter(|one| one.restored.is_none());
        Ok(open.count() + self.held()?.len())
    }

    /// Puts a version back that lost. It counts as an edit made now, and is sent like one.
    ///
    /// # Errors
    /// [`AccountsError::NothingToRestore`] and [`AccountsError::Unrestorable`].
    pub fn restore(&self, id: ConflictId) -> Result<(), AccountsError> {
        let now = self.clock.now();
        self.store.write(move |tx| {
            let conflict = conflicts::get(tx, id)?.ok_or(AccountsError::NothingToRestore)?;
            let calendar = calendars::get(tx, conflict.calendar)?;
            let calendar = calendar.ok_or(AccountsError::NothingToRestore)?;
            put_back(tx, &conflict, &calendar, now)?;
            Ok(conflicts::restored(tx, id, now)?)
        })
    }
}

/// What lost is put back: a version, or a deletion.
fn put_back(
    tx: &mut WriteTx<'_>,
    conflict: &Conflict,
    calendar: &Calendar,
    now: Instant,
) -> Result<(), AccountsError> {
    let known = objects::name_of_uid(tx, calendar.id, &conflict.uid)?;
    let place = Place {
        calendar: calendar.id,
        name: known.unwrap_or_else(|| conflict.name.clone()),
    };
    let anything = Conditions::default();
    let done = match &conflict.lost.version {
        Some(version) => {
            let draft = draft(version.reveal(), calendar, now)?;
            objects::put(tx, &place, &draft, &anything, now).map(drop)
        }
        None => match objects::delete(tx, &place, &anything, now) {
            Ok(_) | Err(Refusal::NotFound) => Ok(()),
            Err(refusal) => Err(refusal),
        },
    };
    done.map_err(unrestorable)
}

fn view(tx: &ReadTx<'_>, conflict: Conflict) -> Result<ConflictView, StoreError> {
    let calendar = calendars::get(tx, conflict.calendar)?;
    let zone = calendar.as_ref().map(|calendar| calendar.zone.zone());
    let lost = conflict
        .lost
        .version
        .as_ref()
        .map(|version| version.reveal().clone());
    let here = match &lost {
        Some(_) => None,
        None => objects::get(tx, conflict.calendar, &conflict.name)?.map(|object| object.octets),
    };
    let octets = lost.as_deref().or(here.as_deref()).unwrap_or_default();
    Ok(ConflictView {
        id: conflict.id,
        kind: conflict.lost.kind,
        calendar: calendar
            .map(|calendar| calendar.display_name)
            .unwrap_or_default(),
        headline: headline(octets, &zone.unwrap_or(bridge_core::tz::Zone::Utc)),
        winner: conflict.lost.winner,
        fields: conflict.lost.fields,
        at: conflict.at,
        restored: conflict.restored,
        text: lost.map(|octets| String::from_utf8_lossy(&octets).into_owned()),
    })
}
