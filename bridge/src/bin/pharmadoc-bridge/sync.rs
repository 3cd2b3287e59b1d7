//! `sync`: one round, until nothing is under way any more.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge::accounts::{AccountId, Accounts, Health, OpenProviders, State};
use bridge::sync::problem::RATE_LIMITED;
use bridge::sync::{Engine, Input, News, Pace, runner};
use indicatif::ProgressBar;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::{Common, Sync};
use crate::health;
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};
use crate::progress;

/// Syncs, and fails when an account did.
pub(crate) fn sync(common: &Common, sync: &Sync) -> Result<(), Failure> {
    let installation = Installation::open(common, Database::Needed)?;
    bridge::log::to_stderr(installation.config.log.level);
    let accounts = installation.accounts(common)?;
    let asked = match &sync.account {
        Some(name) => Some(accounts.named(name)?.id),
        None => None,
    };
    let wanted: BTreeSet<AccountId> = accounts
        .health()?
        .iter()
        .map(|one| one.account.id)
        .filter(|id| asked.is_none_or(|asked| asked == *id))
        .collect();
    if wanted.is_empty() {
        return Err(Failure::new(
            "no account is connected: pharmadoc-bridge account add caldav ADDRESS --user USER",
        ));
    }
    let input = Input::SyncNow {
        account: asked,
        full: sync.full,
    };
    crate::wait::until(round(&accounts, input, wanted.clone()))??;
    report(&accounts, &wanted)
}

/// Runs the engine until the rounds of these accounts have ended.
async fn round(
    accounts: &Accounts,
    input: Input,
    mut wanted: BTreeSet<AccountId>,
) -> Result<(), Failure> {
    let store = &accounts.store;
    let engine = Engine::new(store.clone(), Arc::clone(&accounts.ids), Pace::default());
    let providers = Arc::new(OpenProviders::new(accounts.clone()));
    let running = runner::start(engine, store, providers, Arc::clone(&accounts.clock));
    let mut news = running.news();
    running.tell(input);
    let (begun, bar) = (accounts.clock.now(), progress::bar(1, "syncing"));
    // Whoever was asked to wait is not asked again before.
    for account in accounts.health()? {
        if account
            .trouble
            .is_some_and(|wrong| wrong.code == RATE_LIMITED)
        {
            wanted.remove(&account.account.id);
        }
    }
    while !wanted.is_empty() {
        if let Some(ended) = heard(&mut news).await {
            wanted.remove(&ended);
        }
        show(&bar, &accounts.health()?, begun);
    }
    bar.finish_and_clear();
    running.stop().await;
    Ok(())
}

/// The next news; the account whose round ended, if that is what happened.
async fn heard(news: &mut Receiver<News>) -> Option<AccountId> {
    match news.recv().await {
        Ok(News::RoundEnded(account)) => Some(account),
        Ok(News::Account(_) | News::NeedsALook(_)) | Err(RecvError::Lagged(_)) => None,
        // The loop has ended; its last words are in the log.
        Err(RecvError::Closed) => std::future::pending().await,
    }
}

/// How many of the copies are current by now.
fn show(bar: &ProgressBar, all: &[Health], begun: bridge_core::time::Instant) {
    let copies = all.iter().flat_map(|account| &account.calendars);
    let copies: Vec<_> = copies
        .map(|one| &one.collection)
        .filter(|collection| collection.calendar.is_some())
        .collect();
    let current = copies
        .iter()
        .filter(|collection| collection.checked.is_some_and(|at| at >= begun));
    bar.set_length(u64::try_from(copies.len()).unwrap_or(u64::MAX));
    bar.set_position(u64::try_from(current.count()).unwrap_or(0));
}

fn report(accounts: &Accounts, wanted: &BTreeSet<AccountId>) -> Result<(), Failure> {
    let now = accounts.clock.now();
    let mut troubled = Vec::new();
    for account in accounts.health()? {
        if !wanted.contains(&account.account.id) {
            continue;
        }
        for line in health::lines(&account, now) {
            output::line(line)?;
        }
        if account.state != State::Ok {
            troubled.push(account);
        }
    }
    match troubled
        .iter()
        .find_map(|account| Some((account, account.first_trouble()?)))
    {
        None => Ok(()),
        Some((account, trouble)) => Err(Failure::new(format_args!(
            "{}: {} {}",
            account.account.name, trouble.words.message, trouble.words.fix
        ))),
    }
}
