//! The companion as the window uses it: the same account, without the command line between.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bridge::companion::{
    AccountEntry, AccountRequest, AccountState, AgendaRange, Companion, DeletionsDecision, Effects,
    Options, ProblemCode, Side, Tag,
};
use bridge::paths::Paths;
use bridge::secrets::KeyChoice;
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::{CALDAV_LOGIN, Scenario};
use companion_tests::stage::{Stage, events};

/// Generous, for a loaded machine: it is spent only when a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Window {
    pub(crate) companion: Companion,
    news: Receiver<Tag>,
}

impl Window {
    pub(crate) fn open(stage: &Stage) -> Result<Self> {
        Self::open_over(stage, Effects::real())
    }

    pub(crate) fn open_over(stage: &Stage, effects: Effects) -> Result<Self> {
        let options = Options {
            key: KeyChoice::File(stage.home.key_file()),
            endpoints: Some(stage.endpoints()),
            ..Options::new(Paths::under(&stage.home.data_dir()))
        };
        let companion = Companion::start_or_fail(options, effects)?;
        let (tell, news) = channel();
        companion.on_change(move |tag| {
            tell.send(tag).ok();
        });
        Ok(Self { companion, news })
    }

    fn request(password: &str) -> AccountRequest {
        AccountRequest {
            preset: "icloud".into(),
            address: None,
            user: CALDAV_LOGIN.0.into(),
            password: password.into(),
            name: None,
        }
    }

    pub(crate) fn account(&self) -> Result<AccountEntry> {
        let mut all = self.companion.overview()?.accounts;
        all.pop().context("no account")
    }

    /// Asks again at each news until the account is as wanted.
    pub(crate) fn until(&self, wanted: impl Fn(&AccountEntry) -> bool) -> Result<AccountEntry> {
        loop {
            let account = self.account()?;
            if wanted(&account) {
                return Ok(account);
            }
            if self.news.recv_timeout(PATIENCE).is_err() {
                bail!("no news, and the account is {account:?}");
            }
        }
    }
}

#[test]
fn an_account_is_added_fetched_and_removed() -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let window = Window::open(&stage)?;
    let presets = window.companion.presets()?;
    let icloud = presets.iter().find(|preset| preset.id == "icloud");
    ensure!(icloud.is_some_and(|one| !one.needs_address && one.help.is_some()));
    ensure!(
        presets
            .first()
            .is_some_and(|first| first.id == "google" && first.in_browser && !first.needs_address)
    );
    ensure!(
        presets
            .last()
            .is_some_and(|last| last.id == "generic" && last.needs_address)
    );

    let refused = window.companion.add_account(Window::request("guess"));
    ensure!(refused.is_err_and(|problem| problem.code == ProblemCode::Password));
    let added = window
        .companion
        .add_account(Window::request(CALDAV_LOGIN.1))?;
    ensure!(added.provider == "iCloud" && added.checked_at.is_none());
    let fetched = window.until(|one| one.checked_at.is_some() && one.state == AccountState::Ok)?;
    ensure!(fetched.calendars.iter().filter(|one| one.chosen).count() == 5);
    let agenda = window.companion.agenda(&AgendaRange {
        from: None,
        days: 14,
    })?;
    let visit = agenda
        .entries
        .iter()
        .find(|entry| entry.calendar == "Praxis");
    ensure!(
        visit.is_some_and(|visit| visit.color.is_some()),
        "{agenda:?}"
    );

    stage.sandbox.with_caldav(|server, _| -> Result<()> {
        "#123456FF".clone_into(&mut server.calendar_mut("praxis")?.color);
        Ok(())
    })?;
    window.companion.sync_now(Some(added.id))?;
    window.until(|one| {
        one.calendars
            .iter()
            .any(|one| one.color.as_deref() == Some("#123456"))
    })?;
    let calendars = window.companion.overview()?.calendars;
    let copy = calendars.iter().find(|one| one.name == "praxis");
    ensure!(
        copy.is_some_and(|copy| copy.color.as_deref() == Some("#123456")),
        "{copy:?}"
    );

    window.companion.remove_account(added.id)?;
    ensure!(window.companion.overview()?.accounts.is_empty());
    let agenda = window.companion.agenda(&AgendaRange {
        from: None,
        days: 14,
    })?;
    ensure!(agenda.entries.is_empty());
    Ok(())
}

#[test]
fn held_deletions_wait_are_counted_and_decided() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 20)))?;
    for name in stage.remote_names("praxis") {
        let calendar = "praxis".to_owned();
        stage.order(Order::Delete { calendar, name })?;
    }
    let window = Window::open(&stage)?;
    window.companion.sync_now(None)?;
    let held = window.until(|one| one.state == AccountState::NeedsYou)?;
    let trouble = held.calendars.iter().find_map(|one| one.problem.as_ref());
    ensure!(
        trouble.is_some_and(|wrong| wrong.code == "held-deletions"),
        "{held:?}"
    );
    ensure!(window.companion.overview()?.waiting_decisions == 1);
    let decisions = window.companion.decisions()?;
    let deletions = decisions.deletions.first().context("none held")?;
    ensure!(deletions.count == 20 && deletions.deleted == Side::Provider);
    window.companion.decide_deletions(
        deletions.collection,
        deletions.deleted,
        DeletionsDecision::Restore,
    )?;
    window.until(|one| one.state == AccountState::Ok && one.waiting == 0)?;
    ensure!(stage.remote_names("praxis").len() == 20);
    ensure!(window.companion.decisions()?.deletions.is_empty());
    Ok(())
}

#[test]
fn a_revoked_password_waits_for_the_doctor_and_a_new_one_goes_on() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 1)))?;
    stage.order(Order::Revoke)?;
    let window = Window::open(&stage)?;
    window.companion.sync_now(None)?;
    let refused = window.until(|one| one.problem.is_some())?;
    let trouble = refused.problem.context("no problem")?;
    ensure!(trouble.code == "password-refused" && trouble.fix.contains("https://"));
    let guess = window
        .companion
        .reconnect_account(refused.id, "guess".into());
    ensure!(guess.is_err_and(|problem| problem.code == ProblemCode::Password));
    let password = "quick-brown-fox".to_owned();
    stage.order(Order::NewPassword {
        password: password.clone(),
    })?;
    window.companion.reconnect_account(refused.id, password)?;
    window.until(|one| one.problem.is_none() && one.state == AccountState::Ok)?;
    Ok(())
}
