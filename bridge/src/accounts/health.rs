//! How the accounts are: the age of their data, what waits, and what is wrong with the fix.

use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;

use super::trouble::{HELD_DELETIONS, Words, words};
use super::{Account, Accounts, Collection, is_in_browser};
use crate::provider::{Preset, Presets};
use crate::store::outbox::State as Sending;
use crate::store::refreshes::{self, Refreshes};
use crate::store::{
    ReadTx, StoreError, accounts, bases, calendars, collections, color, held_deletions, order,
    outbox, set_aside,
};

/// How an account is.
#[derive(Clone, Debug)]
pub struct Health {
    /// The account.
    pub account: Account,
    /// What people call its provider.
    pub provider: String,
    /// How it is.
    pub state: State,
    /// When the oldest of its copies was last known to be current; none as long as one was never filled.
    pub checked: Option<Instant>,
    /// When it is tried again.
    pub retry_at: Option<Instant>,
    /// What is wrong with the account as a whole.
    pub trouble: Option<Trouble>,
    /// How often its tokens were refreshed lately; none where it signs in with a password.
    pub refreshes: Option<Refreshes>,
    /// What it offers.
    pub calendars: Vec<CalendarHealth>,
}

/// How an account is. Whether a round is under way is known only where it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is wrong.
    Ok,
    /// Something does not work and is tried again by itself.
    Retrying,
    /// Only the doctor can mend it.
    NeedsDoctor,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The engine's code.
    pub code: String,
    /// In words, with the fix.
    pub words: Words,
    /// Since when.
    pub since: Instant,
}

/// How a calendar of an account is.
#[derive(Clone, Debug)]
pub struct CalendarHealth {
    /// The calendar.
    pub collection: Collection,
    /// The name of the copy in the feed's addresses.
    pub name: Option<CalendarName>,
    /// What it is called here: by the doctor, or else by its provider.
    pub display_name: String,
    /// Its colour here.
    pub color: Option<String>,
    /// Its place among the others, where it was given one.
    pub place: Option<u32>,
    /// Changes made here that wait to be sent.
    pub waiting: usize,
    /// Deletions, here or there, that wait for the doctor.
    pub held: usize,
    /// Entries that cannot be taken over, and changes that cannot be sent.
    pub set_aside: usize,
    /// Entries with something that has no form at the provider and is kept here alone.
    pub kept_here: usize,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
}

impl Health {
    /// Changes made here that wait to be sent.
    pub fn waiting(&self) -> usize {
        self.calendars.iter().map(|one| one.waiting).sum()
    }

    /// Entries with something that has no form at the provider and is kept here alone.
    pub fn kept_here(&self) -> usize {
        self.calendars.iter().map(|one| one.kept_here).sum()
    }

    /// What to tell first: what is wrong with the account, or with the first calendar that has something.
    pub fn first_trouble(&self) -> Option<&Trouble> {
        let of_calendars = || self.calendars.iter().find_map(|one| one.trouble.as_ref());
        self.trouble.as_ref().or_else(of_calendars)
    }
}

impl Accounts {
    /// How every account is.
    ///
    /// # Errors
    /// Those of the database.
    pub fn health(&self) -> Result<Vec<Health>, StoreError> {
        let now = self.clock.now();
        self.store.read(|tx| of_all(tx, &self.presets, now))
    }
}

fn of_all(tx: &ReadTx<'_>, presets: &Presets, now: Instant) -> Result<Vec<Health>, StoreError> {
    accounts::list(tx)?
        .into_iter()
        .map(|account| of_account(tx, account, presets, now))
        .collect()
}

fn of_account(
    tx: &ReadTx<'_>,
    account: Account,
    presets: &Presets,
    now: Instant,
) -> Result<Health, StoreError> {
    let preset = presets.get(&account.preset);
    let mut calendars: Vec<_> = collections::of_account(tx, account.id)?
        .into_iter()
        .map(|collection| of_calendar(tx, collection, preset))
        .collect::<Result<_, StoreError>>()?;
    calendars.sort_by_key(|one| (one.place.is_none(), one.place));
    let trouble = account.trouble.as_ref().map(|wrong| Trouble {
        words: words(&wrong.problem, preset),
        code: wrong.problem.clone(),
        since: wrong.since,
    });
    let needs_doctor = account
        .trouble
        .as_ref()
        .is_some_and(|wrong| wrong.needs_user)
        || calendars.iter().any(needs_doctor);
    let is_troubled = trouble.is_some() || calendars.iter().any(|one| one.trouble.is_some());
    let state = match (needs_doctor, is_troubled) {
        (true, _) => State::NeedsDoctor,
        (false, true) => State::Retrying,
        (false, false) => State::Ok,
    };
    Ok(Health {
        provider: preset.map_or_else(|| account.preset.clone(), |preset| preset.title.clone()),
        state,
        checked: oldest(&calendars),
        retry_at: account.retry_at,
        refreshes: is_in_browser(&account)
            .then(|| refreshes::recent(tx, account.id, now))
            .transpose()?,
        trouble,
        calendars,
        account,
    })
}

fn needs_doctor(calendar: &CalendarHealth) -> bool {
    calendar
        .trouble
        .as_ref()
        .is_some_and(|wrong| wrong.words.needs_doctor)
}

/// The age of an account's data is that of its oldest copy: a copy that was never filled has none.
fn oldest(calendars: &[CalendarHealth]) -> Option<Instant> {
    let chosen = calendars
        .iter()
        .filter(|one| one.collection.calendar.is_some());
    let ages: Option<Vec<Instant>> = chosen.map(|one| one.collection.checked).collect();
    ages?.into_iter().min()
}

fn of_calendar(
    tx: &ReadTx<'_>,
    collection: Collection,
    preset: Option<&Preset>,
) -> Result<CalendarHealth, StoreError> {
    let id = collection.id;
    let copy = match collection.calendar {
        Some(copy) => calendars::get(tx, copy)?,
        None => None,
    };
    let (color, place) = match &copy {
        Some(copy) => (color::of(tx, copy.id)?, order::of(tx, copy.id)?),
        None => (None, None),
    };
    let named = copy
        .as_ref()
        .map_or(&collection.display_name, |copy| &copy.display_name);
    let count = |state| outbox::count(tx, id, state);
    let held_there = held_deletions::list(tx, id)?;
    let held = count(Sending::Held)? + held_there.len();
    let given_up = outbox::list(tx, id)?
        .into_iter()
        .find(|intent| match intent.state {
            Sending::SetAside | Sending::Conflict => true,
            Sending::Waiting | Sending::Held => false,
        });
    let not_taken = set_aside::list(tx, id)?;
    let trouble = |code: &str, since| Trouble {
        code: code.to_owned(),
        words: words(code, preset),
        since,
    };
    // The first that there is: what concerns the whole calendar before what concerns single entries.
    let wrong = collection
        .problem
        .as_ref()
        .map(|(code, since)| trouble(code, *since))
        .or_else(|| {
            let since = held_there.iter().map(|one| one.since).min();
            (held > 0).then(|| trouble(HELD_DELETIONS, since.unwrap_or_default()))
        })
        .or_else(|| {
            let intent = given_up.as_ref()?;
            Some(trouble(
                intent.problem.as_deref().unwrap_or("refused"),
                intent.noted,
            ))
        })
        .or_else(|| {
            let entry = not_taken.first()?;
            Some(trouble(entry.reason.as_str(), entry.since))
        });
    Ok(CalendarHealth {
        display_name: named.clone(),
        color: color.or_else(|| collection.color.clone()),
        place,
        name: copy.map(|copy| copy.name),
        waiting: count(Sending::Waiting)?,
        held,
        set_aside: not_taken.len() + count(Sending::SetAside)? + count(Sending::Conflict)?,
        kept_here: bases::kept_here(tx, id)?,
        trouble: wrong,
        collection,
    })
}
