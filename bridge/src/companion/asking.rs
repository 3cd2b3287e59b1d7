//! What a face asks about accounts, the agenda and decisions.

use bridge_core::time::TimeRange;
use chrono::{Days, NaiveDate};

use super::Companion;
use super::account::{self, AccountEntry, AccountRequest, CalendarChange, PresetEntry};
use super::agenda::{Agenda, AgendaRange};
use super::decisions::{Decisions, DeletionsDecision, Side, StillGone};
use super::listeners::Tag;
use super::problem::{Problem, ProblemCode, sentence};
use super::syncing::Syncing;
use crate::accounts::{AccountId, Accounts, AccountsError, CollectionId, ConflictId, Unsent};
use crate::agenda::{agenda, midnight};
use crate::secrets::Sensitive;
use crate::sync::Input;
use crate::zone::local_zone;

/// The most days of an agenda.
const LONGEST_AGENDA: u32 = 62;

impl Companion {
    /// The kinds of accounts that can be added.
    ///
    /// # Errors
    /// When the companion does not run.
    pub fn presets(&self) -> Result<Vec<PresetEntry>, Problem> {
        let state = self.state();
        Ok(account::presets(&state.running()?.accounts.presets))
    }

    /// Signs in, and keeps the account with all its calendars when that works. Takes as long as the server does.
    ///
    /// # Errors
    /// [`ProblemCode::Address`] and [`ProblemCode::Password`] say which field is wrong.
    pub fn add_account(&self, request: AccountRequest) -> Result<AccountEntry, Problem> {
        let accounts = self.accounts()?;
        let added = self.handle.block_on(accounts.add(&request.into()))?;
        self.accounts_changed()?;
        self.entry(added.id)
    }

    /// Signs in with a new password; what waits to be sent is kept and goes on.
    ///
    /// # Errors
    /// [`ProblemCode::Password`] when this one is refused too; the old one is kept then.
    pub fn reconnect_account(&self, id: i64, password: String) -> Result<AccountEntry, Problem> {
        let (accounts, id) = (self.accounts()?, AccountId::of_number(id));
        let password = Sensitive::new(password);
        self.handle.block_on(accounts.reconnect(id, password))?;
        self.accounts_changed()?;
        self.entry(id)
    }

    /// Removes the account, its password or permission and the copies of its calendars. Nothing is deleted at the
    /// provider; changes that wait to be sent are lost, so a face asks first. Tells what the doctor should know when
    /// the provider keeps the permission.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn remove_account(&self, id: i64) -> Result<Option<String>, Problem> {
        let (accounts, id) = (self.accounts()?, AccountId::of_number(id));
        accounts.account(id)?;
        let withdrawn = self.handle.block_on(accounts.withdraw(id));
        accounts.remove(id, Unsent::Lose)?;
        self.accounts_changed()?;
        Ok(withdrawn.err().map(|error| sentence(&error.to_string())))
    }

    /// Begins a round of this account, or of all; what comes of it is told to the listeners.
    ///
    /// # Errors
    /// When the companion does not run.
    pub fn sync_now(&self, account: Option<i64>) -> Result<(), Problem> {
        let health = self.accounts()?.health()?;
        let account = account.map(AccountId::of_number);
        if let Some(syncing) = &self.state().running()?.syncing {
            syncing.sync_now(account, &health);
        }
        self.listeners.tell(Tag::Accounts);
        Ok(())
    }

    /// Makes or removes the copy of a calendar. With the copy its unsent changes go, so a face asks first.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn choose_calendar(&self, id: i64, chosen: bool) -> Result<(), Problem> {
        let (accounts, id) = (self.accounts()?, CollectionId::of_number(id));
        if chosen {
            accounts.choose(id)?;
        } else {
            accounts.unchoose(id, Unsent::Lose)?;
        }
        self.accounts_changed()
    }

    /// Changes what the doctor wants otherwise about a calendar.
    ///
    /// # Errors
    /// When there is no such calendar, or it cannot be so.
    pub fn change_calendar(&self, id: i64, change: CalendarChange) -> Result<(), Problem> {
        let (accounts, id) = (self.accounts()?, CollectionId::of_number(id));
        match change {
            CalendarChange::Busy(busy) => accounts.set_busy(id, busy),
            CalendarChange::Visits(visits) => accounts.set_visits(id, visits),
            CalendarChange::Name(name) => accounts.rename_calendar(id, &name),
            CalendarChange::Color(rgb) => accounts.color_calendar(id, &rgb),
            CalendarChange::Move(to) => accounts.move_calendar(id, to),
        }?;
        for tag in [Tag::Accounts, Tag::Feed, Tag::Agenda] {
            self.listeners.tell(tag);
        }
        Ok(())
    }

    /// What waits for a look of the doctor.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decisions(&self) -> Result<Decisions, Problem> {
        let accounts = self.accounts()?;
        let conflicts = accounts.conflicts()?;
        let deletions = accounts.held()?;
        Ok(Decisions {
            conflicts: conflicts.into_iter().map(Into::into).collect(),
            deletions: deletions.into_iter().map(Into::into).collect(),
        })
    }

    /// Puts the version back that lost in this conflict; it is sent to the provider like any other edit.
    ///
    /// # Errors
    /// When there is no such version any more.
    pub fn restore(&self, conflict: i64) -> Result<(), Problem> {
        self.accounts()?.restore(ConflictId::of_number(conflict))?;
        self.listeners.tell(Tag::Conflicts);
        Ok(())
    }

    /// Decides about the deletions of a calendar that were held; what cannot be put back is told and stays held.
    ///
    /// # Errors
    /// When none are held.
    pub fn decide_deletions(
        &self,
        collection: i64,
        deleted: Side,
        decision: DeletionsDecision,
    ) -> Result<Vec<StillGone>, Problem> {
        let id = CollectionId::of_number(collection);
        let still_gone = self
            .accounts()?
            .decide(id, deleted.into(), decision.into())?;
        self.listeners.tell(Tag::Conflicts);
        self.accounts_changed()?;
        Ok(still_gone.into_iter().map(Into::into).collect())
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
        let entries = state
            .running()?
            .opened
            .store
            .read(|tx| agenda(tx, days, &zone))?;
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

    /// Says whether the window is open: while somebody looks, the engine looks more often.
    pub fn window_is(&self, open: bool) {
        self.with_syncing(|syncing| syncing.window_is(open));
    }

    /// Says that the computer woke up or has a network again.
    pub fn awake(&self) {
        self.tell(Input::Awake);
    }

    /// Says that the computer goes to sleep or has no network any more.
    pub fn asleep(&self) {
        self.tell(Input::Asleep);
    }

    fn tell(&self, input: Input) {
        self.with_syncing(|syncing| syncing.tell(input));
    }

    /// Nobody hears it while nothing is synced.
    fn with_syncing(&self, tell: impl FnOnce(&Syncing)) {
        if let Ok(running) = self.state().running()
            && let Some(syncing) = &running.syncing
        {
            tell(syncing);
        }
    }

    /// The accounts, to be asked without holding anybody else up.
    pub(super) fn accounts(&self) -> Result<Accounts, Problem> {
        Ok(self.state().running()?.accounts.clone())
    }

    pub(super) fn accounts_changed(&self) -> Result<(), Problem> {
        let health = self.accounts()?.health()?;
        if let Some(syncing) = &self.state().running()?.syncing {
            syncing.accounts_changed(&health);
        }
        for tag in [Tag::Accounts, Tag::Feed, Tag::Agenda] {
            self.listeners.tell(tag);
        }
        Ok(())
    }

    /// The account as faces show it.
    pub(super) fn entry(&self, id: AccountId) -> Result<AccountEntry, Problem> {
        let all = self.overview()?.accounts;
        let entry = all.into_iter().find(|entry| entry.id == id.number());
        entry.ok_or_else(|| AccountsError::Gone.into())
    }
}

fn wrong_range() -> Problem {
    let said =
        format!("an agenda begins on a day like 2026-12-24 and has 1 to {LONGEST_AGENDA} days");
    Problem::new(ProblemCode::Internal, &said)
}
