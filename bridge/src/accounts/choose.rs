//! Which calendars of an account have a copy here, and which of them take the doctor's time.

use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;

use super::remove::{Unsent, check_unsent};
use super::{Accounts, AccountsError, Collection, CollectionId};
use crate::slug::{numbered, slug};
use crate::store::calendars::Access;
use crate::store::{ReadTx, StoreError, WriteTx, calendars, collections, color};
use crate::zone::local_zone;

/// The longest name in an address that is made from a calendar's name.
const LONGEST: usize = 40;

impl Accounts {
    /// Makes the copy of a calendar here; the next round fills it.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when there is no such calendar.
    pub fn choose(&self, id: CollectionId) -> Result<(), AccountsError> {
        let now = self.clock.now();
        self.store.write(move |tx| {
            let collection = collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
            choose_one(tx, &collection, now)
        })
    }

    /// Removes the copy of a calendar here; the provider keeps everything.
    ///
    /// # Errors
    /// [`AccountsError::Unsent`] when changes made here would be lost and nobody agreed to that.
    pub fn unchoose(&self, id: CollectionId, unsent: Unsent) -> Result<(), AccountsError> {
        self.store.write(move |tx| {
            let collection = collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
            check_unsent(tx, &[collection.id], unsent)?;
            Ok(collections::drop_copy(tx, &collection)?)
        })
    }

    /// Says whether the events of a calendar take the doctor's time.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when there is no such calendar.
    pub fn set_busy(&self, id: CollectionId, busy: bool) -> Result<(), AccountsError> {
        self.store.write(move |tx| {
            collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
            Ok(collections::set_busy(tx, id, busy)?)
        })
    }

    /// Says whether visits are written into a calendar.
    ///
    /// # Errors
    /// [`AccountsError::ForReading`] when we may not change it, [`AccountsError::Gone`] when there is no copy.
    pub fn set_visits(&self, id: CollectionId, visits: bool) -> Result<(), AccountsError> {
        self.store.write(move |tx| {
            let collection = collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
            if visits && collection.calendar.is_none() {
                return Err(AccountsError::Gone);
            }
            if visits && collection.access == Access::ReadOnly {
                return Err(AccountsError::ForReading(collection.display_name));
            }
            Ok(collections::set_visits(tx, id, visits)?)
        })
    }

    /// The calendar of this account that people call so, or that the feed's addresses name so.
    ///
    /// # Errors
    /// [`AccountsError::NoSuchCalendar`] names those there are.
    pub fn calendar_named(
        &self,
        account: &super::Account,
        name: &str,
    ) -> Result<Collection, AccountsError> {
        self.store.read(|tx| {
            let all = collections::of_account(tx, account.id)?;
            for collection in &all {
                let copy = match collection.calendar {
                    Some(calendar) => calendars::get(tx, calendar)?,
                    None => None,
                };
                let is_called = |one: &str| one.to_lowercase() == name.to_lowercase();
                let is_copy = copy.is_some_and(|copy| {
                    copy.name.as_str() == name || is_called(&copy.display_name)
                });
                if is_copy || is_called(&collection.display_name) {
                    return Ok(collection.clone());
                }
            }
            let offered: Vec<_> = all.iter().map(|one| one.display_name.as_str()).collect();
            Err(AccountsError::NoSuchCalendar {
                name: name.to_owned(),
                offered: offered.join(", "),
            })
        })
    }
}

/// Makes the copy under a free name, in the colour that it has at the provider.
pub(super) fn choose_one(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    now: Instant,
) -> Result<(), AccountsError> {
    if collection.calendar.is_some() {
        return Ok(());
    }
    let name = free_name(tx, &collection.display_name)?;
    let copy = collections::choose(tx, collection, name, now)?;
    // Floating and all-day times are those of where the doctor is.
    calendars::set_zone(tx, copy, &local_zone(), now)?;
    if let Some(rgb) = &collection.color {
        color::set(tx, copy, rgb)?;
    }
    Ok(())
}

/// A name for the feed's addresses: what the calendar is called, numbered when that is taken.
fn free_name(tx: &ReadTx<'_>, display_name: &str) -> Result<CalendarName, StoreError> {
    let plain = slug(display_name, LONGEST, "calendar");
    for name in numbered(&plain) {
        let name = CalendarName::new(name);
        if calendars::find(tx, &name)?.is_none() {
            return Ok(name);
        }
    }
    Ok(CalendarName::new(plain))
}
