//! Accounts that are signed in to in the browser, as the window connects, mends and removes them.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use bridge::browser::Browser;
use bridge::companion::{
    AccountEntry, AccountState, AgendaRange, Companion, Effects, Problem, ProblemCode,
};
use companion_tests::browser::{Decision, sign_in};
use companion_tests::sandbox::listen::Scenario;
use companion_tests::service::Service;
use companion_tests::stage::Stage;
use url::Url;

use crate::facade::{PATIENCE, Window};

/// A browser that hands its pages to whoever plays the person.
struct Handing(Mutex<Sender<Url>>);

impl Browser for Handing {
    fn open(&self, address: &Url) -> io::Result<()> {
        let pages = self.0.lock().map_err(|_| io::ErrorKind::Other)?;
        pages.send(address.clone()).map_err(io::Error::other)
    }
}

struct Desk {
    stage: Stage,
    window: Window,
    pages: Receiver<Url>,
}

type Ended = Result<AccountEntry, Problem>;

impl Desk {
    fn open() -> Result<Self> {
        let stage = Stage::new(Scenario::ClinicWeek)?;
        let (hand, pages) = channel();
        let effects = Effects {
            browser: Arc::new(Handing(Mutex::new(hand))),
            ..Effects::real()
        };
        let window = Window::open_over(&stage, effects)?;
        Ok(Self {
            stage,
            window,
            pages,
        })
    }

    /// Does `meanwhile` with the page that `signing_in` opens.
    fn with_page(
        &self,
        signing_in: impl FnOnce(&Companion) -> Ended + Send,
        meanwhile: impl FnOnce(&Url) -> Result<()>,
    ) -> Result<Ended> {
        let companion = &self.window.companion;
        thread::scope(|scope| {
            let ended = scope.spawn(|| signing_in(companion));
            let page = self.pages.recv_timeout(PATIENCE);
            let done = page.context("no page").and_then(|page| meanwhile(&page));
            if done.is_err() {
                companion.cancel_connecting();
            }
            done?;
            ended.join().ok().context("it panicked")
        })
    }

    /// Signs in on that page.
    fn with_decision(
        &self,
        service: Service,
        signing_in: impl FnOnce(&Companion) -> Ended + Send,
        decision: Decision,
    ) -> Result<Ended> {
        let password = service.said(&self.stage, "password")?;
        self.with_page(signing_in, |page| {
            sign_in(service.line(&self.stage)?, page, password, decision).map(drop)
        })
    }

    fn connected(&self, service: Service) -> Result<AccountEntry> {
        let ended = self.with_decision(service, connect(service), Decision::Allow)?;
        let account = ended?;
        ensure!(account.in_browser && account.provider == service.title());
        self.window.until(is_well)
    }
}

fn connect(service: Service) -> impl FnOnce(&Companion) -> Ended + Send {
    move |companion| companion.connect_account(service.preset().to_owned(), None)
}

fn is_well(account: &AccountEntry) -> bool {
    account.state == AccountState::Ok && account.checked_at.is_some()
}

fn failed(ended: &Ended, code: ProblemCode) -> Result<()> {
    ensure!(
        ended.as_ref().is_err_and(|problem| problem.code == code),
        "{ended:?}"
    );
    Ok(())
}

#[test]
fn google_is_connected_read_and_removed_and_its_permission_given_back() -> Result<()> {
    let desk = Desk::open()?;
    let account = desk.connected(Service::Google)?;
    let companion = &desk.window.companion;
    let agenda = companion.agenda(&AgendaRange {
        from: None,
        days: 14,
    })?;
    ensure!(!agenda.entries.is_empty());

    let again = desk.with_decision(Service::Google, connect(Service::Google), Decision::Allow)?;
    failed(&again, ProblemCode::AlreadyConnected)?;

    let note = companion.remove_account(account.id)?;
    ensure!(note.is_none(), "{note:?}");
    ensure!(!Service::Google.is_granted(&desk.stage.sandbox));
    ensure!(companion.overview()?.accounts.is_empty());
    Ok(())
}

#[test]
fn who_removes_outlook_hears_where_the_permission_is_taken_away() -> Result<()> {
    let desk = Desk::open()?;
    let account = desk.connected(Service::Microsoft)?;
    let companion = &desk.window.companion;
    let note = companion.remove_account(account.id)?.context("no note")?;
    ensure!(note.contains("myapps.microsoft.com"), "{note}");
    ensure!(companion.overview()?.accounts.is_empty());
    let gone = companion.remove_account(account.id);
    ensure!(gone.is_err(), "{gone:?}");
    Ok(())
}

#[test]
fn a_no_and_a_cancelled_sign_in_leave_nothing_behind() -> Result<()> {
    let desk = Desk::open()?;
    let companion = &desk.window.companion;
    let denied = desk.with_decision(Service::Google, connect(Service::Google), Decision::Deny)?;
    failed(&denied, ProblemCode::Denied)?;

    let cancelled = desk.with_page(connect(Service::Google), |page| {
        let shown = companion.overview()?.connecting;
        ensure!(shown.as_deref() == Some(page.as_str()), "{shown:?}");
        companion.cancel_connecting();
        Ok(())
    })?;
    failed(&cancelled, ProblemCode::Cancelled)?;
    let overview = companion.overview()?;
    ensure!(overview.accounts.is_empty() && overview.connecting.is_none());
    Ok(())
}

#[test]
fn a_second_sign_in_takes_the_place_of_the_first() -> Result<()> {
    let desk = Desk::open()?;
    let first = desk.with_page(connect(Service::Microsoft), |_| {
        desk.connected(Service::Google).map(drop)
    })?;
    failed(&first, ProblemCode::Cancelled)
}

#[test]
fn a_withdrawn_permission_is_given_again() -> Result<()> {
    let desk = Desk::open()?;
    let account = desk.connected(Service::Google)?;
    let companion = &desk.window.companion;
    Service::Google.withdraw(&desk.stage.sandbox);
    companion.sync_now(None)?;
    let ill = desk.window.until(|one| one.problem.is_some())?;
    ensure!(ill.state == AccountState::NeedsYou, "{ill:?}");
    ensure!(
        ill.problem
            .is_some_and(|problem| problem.code == "permission-withdrawn")
    );

    let again = |companion: &Companion| companion.reconnect_in_browser(account.id);
    let denied = desk.with_decision(Service::Google, again, Decision::Deny)?;
    failed(&denied, ProblemCode::Denied)?;
    let mended = desk.with_decision(Service::Google, again, Decision::Allow)?;
    ensure!(mended?.id == account.id);
    desk.window
        .until(|one| is_well(one) && one.problem.is_none())?;
    Ok(())
}
