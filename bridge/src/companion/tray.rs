//! How everything is, in one sign and one line, and what the tray shows beside it: today's entries and everybody's
//! health, handed to the projection of the core. The window's header and the tray say the same.

use std::time::Duration;

use bridge_core::time::{Instant, TimeRange};
use bridge_core::tray::{
    self, Account, AccountState as State, Event, Feed, Health, Moment, TrayState,
};
use bridge_core::tz::Zone;
use chrono::Days;
use serde::Serialize;

use super::Companion;
use super::account::{AccountEntry, AccountState};
use super::overview::FeedState;
use super::problem::Problem;
use crate::agenda::{self, midnight};
use crate::zone::local_zone;

/// What the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayView {
    /// How everything is.
    pub standing: Standing,
    /// What takes place now and later today, a line each.
    pub coming: Vec<String>,
}

/// How everything is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Standing {
    /// In one sign.
    pub sign: Sign,
    /// In one line.
    pub words: String,
}

/// How everything is, in one sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Sign {
    /// All is well, or mends itself.
    Fine,
    /// Something waits for the doctor.
    NeedsYou,
    /// Changes are on their way.
    Syncing,
}

impl From<tray::Sign> for Sign {
    fn from(sign: tray::Sign) -> Self {
        match sign {
            tray::Sign::Fine => Self::Fine,
            tray::Sign::NeedsYou => Self::NeedsYou,
            tray::Sign::Syncing => Self::Syncing,
        }
    }
}

impl From<TrayState> for TrayView {
    fn from(state: TrayState) -> Self {
        Self {
            standing: Standing {
                sign: state.sign.into(),
                words: state.status,
            },
            coming: state.coming,
        }
    }
}

impl TrayView {
    /// As long as the companion is being started.
    pub fn starting() -> Self {
        TrayState::starting().into()
    }
}

impl Standing {
    /// That of a feed, its accounts and the number of things that wait for a decision.
    pub(super) fn of(feed: &FeedState, accounts: &[AccountEntry], decisions: u32) -> Self {
        let (sign, words) = tray::status(&health(feed, accounts, decisions));
        Self {
            sign: sign.into(),
            words,
        }
    }
}

impl Companion {
    /// What the tray shows now, and for how long that is true if nothing happens. What cannot be read is said in it.
    pub fn tray(&self) -> (TrayView, Duration) {
        let zone = local_zone().zone();
        let now = self.effects.clock.now();
        let (today, midnight) = today(&zone, now);
        let events = self.events(today, &zone).unwrap_or_default();
        let health = self.overview().map_or_else(
            |_| stopped(),
            |now| health(&now.feed, &now.accounts, now.waiting_decisions),
        );
        let (state, until) = tray::project(&events, &health, Moment { now, midnight });
        let good_for = (until - now).to_std().unwrap_or(Duration::ZERO);
        (state.into(), good_for)
    }

    fn events(&self, range: TimeRange, zone: &Zone) -> Result<Vec<Event>, Problem> {
        let state = self.state();
        let store = &state.running()?.opened.store;
        let entries = store.read(|tx| agenda::agenda(tx, range, zone))?;
        Ok(entries.into_iter().map(event).collect())
    }
}

/// The rest of today, and its end.
fn today(zone: &Zone, now: Instant) -> (TimeRange, Instant) {
    let day = zone.local(now).date();
    let end = midnight(zone, day.checked_add_days(Days::new(1)).unwrap_or(day));
    (TimeRange::new(now.min(end), end), end)
}

fn event(entry: agenda::Entry) -> Event {
    Event {
        span: entry.span,
        local: entry.local,
        all_day: entry.all_day,
        title: entry.title,
    }
}

/// Of a companion whose database cannot be read.
fn stopped() -> Health {
    Health {
        feed: Feed::Stopped,
        ..Health::default()
    }
}

fn health(feed: &FeedState, accounts: &[AccountEntry], decisions: u32) -> Health {
    Health {
        feed: match feed {
            FeedState::Serving { .. } => Feed::Serving,
            FeedState::Stopped { .. } => Feed::Stopped,
        },
        accounts: accounts.iter().map(account).collect(),
        decisions: usize::try_from(decisions).unwrap_or(usize::MAX),
    }
}

fn account(entry: &AccountEntry) -> Account {
    let said = || {
        let message = entry
            .problem
            .as_ref()
            .map(|problem| problem.message.clone());
        message.unwrap_or_default()
    };
    Account {
        name: entry.name.clone(),
        state: match entry.state {
            AccountState::Ok => State::Fine,
            AccountState::Syncing => State::Syncing,
            AccountState::Retrying => State::Retrying(said()),
            AccountState::NeedsYou => State::NeedsYou(said()),
        },
    }
}
