//! How a calendar of an account looks here: its name, its colour, its place among the others. The provider learns
//! nothing of it; the calendar apps do, because it is what they set themselves.

use serde::Deserialize;

use super::{Accounts, AccountsError, Collection, CollectionId};
use crate::store::{CalendarId, ReadTx, StoreError, WriteTx, calendars, collections, color, order};

/// The longest name.
const LONGEST: usize = 200;

/// Where to a calendar is moved among those of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Direction {
    /// Before the one that was before it.
    Up,
    /// Behind the one that was behind it.
    Down,
}

impl Accounts {
    /// Gives the copy of a calendar this name; without any, the provider's own again.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when there is no copy.
    pub fn rename_calendar(&self, id: CollectionId, name: &str) -> Result<(), AccountsError> {
        let name: String = name.trim().chars().take(LONGEST).collect();
        self.store.write(move |tx| {
            let (collection, copy) = copied(tx, id)?;
            let name = Some(name).filter(|name| !name.is_empty());
            calendars::rename(tx, copy, &name.unwrap_or(collection.display_name))?;
            Ok(())
        })
    }

    /// Gives the copy of a calendar this colour, `#rrggbb`.
    ///
    /// # Errors
    /// [`AccountsError::NoColor`], and [`AccountsError::Gone`] when there is no copy.
    pub fn color_calendar(&self, id: CollectionId, rgb: &str) -> Result<(), AccountsError> {
        let digits = rgb.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(AccountsError::NoColor(rgb.to_owned()));
        }
        let rgb = rgb.to_ascii_lowercase();
        self.store.write(move |tx| {
            let (_, copy) = copied(tx, id)?;
            color::set(tx, copy, &rgb)?;
            Ok(calendars::touch(tx, copy)?)
        })
    }

    /// Moves the copy of a calendar by one place among those of its account; at the end nothing happens.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when there is no copy.
    pub fn move_calendar(&self, id: CollectionId, to: Direction) -> Result<(), AccountsError> {
        self.store.write(move |tx| {
            let (collection, copy) = copied(tx, id)?;
            let mut all: Vec<CalendarId> = order::list(tx)?.iter().map(|row| row.id).collect();
            let of_account = copies(tx, &collection)?;
            let among: Vec<usize> = (0..all.len())
                .filter(|at| all.get(*at).is_some_and(|one| of_account.contains(one)))
                .collect();
            let at = among.iter().position(|at| all.get(*at) == Some(&copy));
            let other = at.and_then(|at| match to {
                Direction::Up => at.checked_sub(1),
                Direction::Down => Some(at + 1),
            });
            if let (Some(at), Some(other)) = (at, other)
                && let (Some(one), Some(two)) = (among.get(at), among.get(other))
            {
                all.swap(*one, *two);
                for (place, calendar) in (1..).zip(all) {
                    order::set(tx, calendar, place)?;
                }
            }
            Ok(())
        })
    }
}

/// A calendar and its copy here.
fn copied(
    tx: &mut WriteTx<'_>,
    id: CollectionId,
) -> Result<(Collection, CalendarId), AccountsError> {
    let collection = collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
    let copy = collection.calendar.ok_or(AccountsError::Gone)?;
    Ok((collection, copy))
}

/// The copies of the calendars of the same account.
fn copies(tx: &ReadTx<'_>, of: &Collection) -> Result<Vec<CalendarId>, StoreError> {
    let all = collections::of_account(tx, of.account)?;
    Ok(all.iter().filter_map(|one| one.calendar).collect())
}
