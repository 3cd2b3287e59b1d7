//! What a face asks about accounts, the agenda and decisions.

use bridge_core::time::TimeRange;
use chrono::{Days, NaiveDate};

use super::Companion;
use super::account::{AccountEntry, AccountRequest, PresetEntry};
use super::agenda::{Agenda, AgendaRange};
use super::decisions::{Decisions, DeletionsDecision, Side};
use super::listeners::Tag;
use super::problem::{Problem, ProblemCode};
use crate::agenda::{agenda, midnight};
use crate::sync::Pace;
use crate::zone::local_zone;

/// The most days of an agenda.
const LONGEST_AGENDA: u32 = 62;

impl Companion {
    /// The kinds of accounts that can be added.
    ///
    /// # Errors
    /// When the providers' configuration is wrong.
    pub fn presets(&self) -> Result<Vec<PresetEntry>, Problem> {
        Err(Problem::unexpected())
    }

    /// Signs in, and keeps the account with all its calendars when that works. Takes as long as the server does.
    ///
    /// # Errors
    /// [`ProblemCode::Address`] and [`ProblemCode::Password`] say which field is wrong.
    pub fn add_account(&self, _request: AccountRequest) -> Result<AccountEntry, Problem> {
        Err(Problem::unexpected())
    }

    /// Signs in with a new password; what waits to be sent is kept and goes on.
    ///
    /// # Errors
    /// [`ProblemCode::Password`] when this one is refused too; the old one is kept then.
    pub fn reconnect_account(&self, _id: i64, _password: String) -> Result<AccountEntry, Problem> {
        Err(Problem::unexpected())
    }

    /// Removes the account, its password and the copies of its calendars. Nothing is deleted at the provider;
    /// changes that wait to be sent are lost, so a face asks first.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn remove_account(&self, _id: i64) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// Begins a round of this account, or of all; what comes of it is told to the listeners.
    ///
    /// # Errors
    /// When the companion does not run.
    pub fn sync_now(&self, _account: Option<i64>) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// Makes or removes the copy of a calendar. With the copy its unsent changes go, so a face asks first.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn choose_calendar(&self, _id: i64, _chosen: bool) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// Says whether the events of a calendar take the doctor's time.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn set_busy(&self, _id: i64, _busy: bool) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// What waits for a look of the doctor.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decisions(&self) -> Result<Decisions, Problem> {
        Err(Problem::unexpected())
    }

    /// Puts the version back that lost in this conflict; it is sent to the provider like any other edit.
    ///
    /// # Errors
    /// When there is no such version any more.
    pub fn restore(&self, _conflict: i64) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// Decides about the deletions of a calendar that were held.
    ///
    /// # Errors
    /// When none are held.
    pub fn decide_deletions(
        &self,
        _collection: i64,
        _deleted: Side,
        _decision: DeletionsDecision,
    ) -> Result<(), Problem> {
        Err(Problem::unexpected())
    }

    /// What takes place on these days, in the zone of this computer.
    ///
    /// # Errors
    /// When the range is none, or the database cannot be read.
    pub fn agenda(&self, range: &AgendaRange) -> Result<Agenda, Problem> {
        let local = local_zone();
        let zone = local.zone();
        let today = zone.local(self.effects.clock.now()).date();
        let first = match &range.from {
            None => today,
            Some(day) => day.parse::<NaiveDate>().map_err(|_| wrong_range())?,
        };
        let after = first.checked_add_days(Days::new(range.days.into()));
        let after = after
            .filter(|_| (1..=LONGEST_AGENDA).contains(&range.days))
            .ok_or_else(wrong_range)?;
        let days = TimeRange::new(midnight(&zone, first), midnight(&zone, after));
        let state = self.state();
        let (opened, _) = state.running()?;
        let entries = opened.store.read(|tx| agenda(tx, days, &zone))?;
        Ok(Agenda {
            from: first.to_string(),
            time_zone: local.tzid,
            entries: entries.into_iter().map(Into::into).collect(),
        })
    }

    /// Calls `listener` whenever something changed, with what to ask for anew; from a thread of the engine, so it
    /// must not block.
    pub fn on_change(&self, listener: impl Fn(Tag) + Send + Sync + 'static) {
        self.listeners.add(listener);
    }

    /// Says how eagerly to look for changes: while a window is seen, more often.
    pub fn set_pace(&self, _pace: Pace) {}

    /// Says that the computer woke up or has a network again.
    pub fn awake(&self) {}

    /// Says that the computer goes to sleep or has no network any more.
    pub fn asleep(&self) {}
}

fn wrong_range() -> Problem {
    let said =
        format!("an agenda begins on a day like 2026-12-24 and has 1 to {LONGEST_AGENDA} days");
    Problem::new(ProblemCode::Internal, &said)
}
