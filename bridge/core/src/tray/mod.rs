//! What the tray shows: the state of everything in one sign and one line, and what comes next today.
//!
//! A projection: values in, value out. The shell draws it and asks again when something changed or when the
//! lines are no longer true. Not here: menus, icons, the words of the fixed menu items.

mod lines;
#[cfg(test)]
mod tests;

use chrono::NaiveDateTime;

use crate::time::{Instant, Span};

/// Something that takes place today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// From when to when.
    pub span: Span,
    /// The same as the clock on the wall says.
    pub local: (NaiveDateTime, NaiveDateTime),
    /// Whether it lasts whole days.
    pub all_day: bool,
    /// Its title.
    pub title: String,
}

/// How everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether calendar apps reach the feed.
    pub feed: Feed,
    /// Each account, in the order in which it is shown.
    pub accounts: Vec<Account>,
    /// How many things wait for a decision of the doctor.
    pub decisions: usize,
}

/// Whether calendar apps reach the feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Feed {
    /// They do.
    #[default]
    Serving,
    /// They do not.
    Stopped,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What the doctor calls it.
    pub name: String,
    /// How it is.
    pub state: AccountState,
}

/// How an account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Nothing is wrong.
    Fine,
    /// A round is under way.
    Syncing,
    /// Something does not work and is tried again by itself: what, in words.
    Retrying(String),
    /// Only the doctor can mend it: what happened, in words.
    NeedsYou(String),
}

/// What is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub now: Instant,
    /// When today ends.
    pub midnight: Instant,
}

/// What the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayState {
    /// Which of the icons.
    pub sign: Sign,
    /// One line on how everything is.
    pub status: String,
    /// What takes place now and later today, a line each.
    pub coming: Vec<String>,
}

impl TrayState {
    /// As long as nothing is known yet.
    pub fn starting() -> Self {
        Self {
            sign: Sign::Syncing,
            status: "Starting…".to_owned(),
            coming: Vec::new(),
        }
    }
}

/// The icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// All is well, or mends itself.
    Fine,
    /// Something waits for the doctor.
    NeedsYou,
    /// Changes are on their way.
    Syncing,
}

/// Projects events of today and the health of everything onto the tray; beside it, when the lines will no longer be
/// true even if nothing happens.
pub fn project(events: &[Event], health: &Health, moment: Moment) -> (TrayState, Instant) {
    let (sign, status) = status(health);
    let (coming, changes_at) = lines::coming(events, moment);
    let state = TrayState {
        sign,
        status,
        coming,
    };
    (state, changes_at)
}

/// How everything is. The worst comes first: what waits for the doctor, then what is under way, then what mends itself.
pub fn status(health: &Health) -> (Sign, String) {
    let needing: Vec<String> = health.accounts.iter().filter_map(needs_you).collect();
    let retrying = health.accounts.iter().find_map(retries);
    let syncs = |account: &Account| account.state == AccountState::Syncing;
    match (needing.as_slice(), health.decisions) {
        _ if health.feed == Feed::Stopped => {
            (Sign::NeedsYou, "Calendar apps cannot connect".to_owned())
        }
        ([one], _) => (Sign::NeedsYou, one.clone()),
        ([_, _, ..], _) => (
            Sign::NeedsYou,
            format!("{} accounts need you", needing.len()),
        ),
        ([], 1) => (Sign::NeedsYou, "One decision waits for you".to_owned()),
        ([], 2..) => (
            Sign::NeedsYou,
            format!("{} decisions wait for you", health.decisions),
        ),
        ([], 0) if health.accounts.iter().any(syncs) => (Sign::Syncing, "Syncing…".to_owned()),
        ([], 0) => (
            Sign::Fine,
            retrying.unwrap_or_else(|| at_rest(health).to_owned()),
        ),
    }
}

fn at_rest(health: &Health) -> &'static str {
    if health.accounts.is_empty() {
        "No account yet"
    } else {
        "Up to date"
    }
}

fn needs_you(account: &Account) -> Option<String> {
    match &account.state {
        AccountState::NeedsYou(what) => Some(said(account, what)),
        AccountState::Fine | AccountState::Syncing | AccountState::Retrying(_) => None,
    }
}

fn retries(account: &Account) -> Option<String> {
    match &account.state {
        AccountState::Retrying(what) => Some(said(account, what)),
        AccountState::Fine | AccountState::Syncing | AccountState::NeedsYou(_) => None,
    }
}

/// The words of an account; a full stop is for sentences in a row.
fn said(account: &Account, what: &str) -> String {
    let text = format!("{}: {}", account.name, what.trim_end_matches('.'));
    lines::one_line(&text, lines::LONGEST_STATUS)
}
