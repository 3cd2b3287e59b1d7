//! The running companion, as its faces see it: one engine, two faces (the window and `pharmadoc-bridge`).
//!
//! A [`Companion`] opens the installation, serves the feed and answers what a face may ask. It starts even when it
//! cannot serve: then it says why and what to do ([`FeedState::Stopped`]), and can be told to try again.
//!
//! The command line's `run` and `serve` are this too.
//!
//! Every method blocks and is meant for a thread that may; the asynchronous part of the engine runs on a runtime
//! of its own in here. Not here: windows, arguments, printing.

mod account;
mod agenda;
mod asking;
mod connecting;
mod decisions;
mod eagerness;
mod interrupt;
mod listeners;
mod overview;
mod problem;
mod serving;
mod syncing;
mod system;
#[cfg(test)]
mod tests;
mod tray;
#[cfg(test)]
mod types;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_core::ids::Login;
use tokio::runtime::{Builder, Handle, Runtime};

pub use self::account::{
    AccountCalendar, AccountEntry, AccountRequest, AccountState, CalendarChange, PresetEntry,
    Trouble,
};
pub use self::agenda::{Agenda, AgendaEntry, AgendaRange};
use self::connecting::Connecting;
pub use self::decisions::{
    ConflictEntry, ConflictKind, Decisions, DeletionsDecision, HeldDeletions, Side, StillGone,
};
pub use self::interrupt::Interrupt;
use self::listeners::Listeners;
pub use self::listeners::Tag;
pub use self::overview::{
    Access, CalendarEntry, CalendarKind, FeedState, KeyPlace, LoginEntry, LoginRequest, NewLogin,
    Overview, View,
};
pub use self::problem::{Problem, ProblemCode};
use self::serving::{Serving, Start};
use self::syncing::Syncing;
pub use self::tray::{Sign, Standing, TrayView};
pub use crate::accounts::Direction;
use crate::accounts::{Accounts, Surroundings};
use crate::browser::{Browser, SystemBrowser};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Loopback};
use crate::feed::Limits;
use crate::ids::{Ids, OsIds};
use crate::log;
use crate::logins;
use crate::open::{self, Opened};
use crate::paths::Paths;
use crate::pharmadoc::Pharmadoc;
use crate::secrets::{self, Backend, KeyChoice, Keychain, Sensitive, SystemKeychain};
use crate::store::StoreError;

/// What the person who starts the companion may say.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything lies.
    pub paths: Paths,
    /// Where the key is.
    pub key: KeyChoice,
    /// Where to serve, when not as last time.
    pub listen: Listen,
    /// What to do.
    pub duty: Duty,
    /// A file with addresses to use in place of the providers' own.
    pub endpoints: Option<PathBuf>,
}

impl Options {
    /// Everything, as last time, in these folders.
    pub fn new(paths: Paths) -> Self {
        Self {
            paths,
            key: KeyChoice::default(),
            listen: Listen::default(),
            duty: Duty::default(),
            endpoints: None,
        }
    }
}

/// What a companion does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duty {
    /// Everything: the accounts are synced, the feed is served over http and https.
    #[default]
    Run,
    /// The feed alone; https only when its address is given.
    Serve,
}

/// Addresses that win over the configuration and over the ports of last time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listen {
    /// For http.
    pub http: Option<Loopback>,
    /// For https.
    pub https: Option<Loopback>,
}

/// The outside world.
#[derive(Clone)]
pub struct Effects {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub ids: Arc<dyn Ids>,
    /// Where the key may be kept.
    pub keychain: Arc<dyn Keychain + Send + Sync>,
    /// Where the doctor signs in to some accounts.
    pub browser: Arc<dyn Browser + Send + Sync>,
}

impl Effects {
    /// Those of this computer.
    pub fn real() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(OsIds),
            keychain: Arc::new(SystemKeychain),
            browser: Arc::new(SystemBrowser),
        }
    }
}

/// Whatever waits (sockets, timers) shares one thread: a second would be woken for every answer and find nothing to do.
const WAITING_THREADS: usize = 1;
/// Threads for what may block: as many as the feed has workers, one for the sync engine, one for what comes up now and
/// then. A thread keeps the memory it once needed, so there are no more than are of use.
fn working_threads() -> usize {
    Limits::default().workers + 2
}

/// What still runs after the farewell would only delay the end; every answered write is durable already.
const LAST_WORK: Duration = Duration::from_millis(200);

/// The companion. Dropping it ends it at once; [`Companion::stop`] lets open requests finish.
pub struct Companion {
    options: Options,
    effects: Effects,
    handle: Handle,
    /// There until the end.
    runtime: Option<Runtime>,
    state: Mutex<State>,
    listeners: Listeners,
    connecting: Connecting,
}

enum State {
    Running(Box<Running>),
    Stopped(Problem),
}

struct Running {
    opened: Opened,
    accounts: Accounts,
    serving: Serving,
    /// Not for who only serves.
    syncing: Option<Syncing>,
}

impl Companion {
    /// Makes a companion and starts it; whether it serves is seen in its overview.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn start(options: Options, effects: Effects) -> Result<Self, Problem> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(WAITING_THREADS)
            .max_blocking_threads(working_threads())
            .thread_name("companion")
            .enable_all()
            .build()
            .map_err(|error| Problem::new(ProblemCode::Internal, &error))?;
        let not_yet = Problem::new(ProblemCode::Internal, &"the companion has not been started");
        let companion = Self {
            options,
            effects,
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            state: Mutex::new(State::Stopped(not_yet)),
            listeners: Listeners::default(),
            connecting: Connecting::default(),
        };
        companion.try_to_serve();
        Ok(companion)
    }

    /// Makes a companion that serves.
    ///
    /// # Errors
    /// When it does not, with the reason that [`Companion::start`] leaves in the overview.
    pub fn start_or_fail(options: Options, effects: Effects) -> Result<Self, Problem> {
        let companion = Self::start(options, effects)?;
        let stopped = match &*companion.state() {
            State::Running(_) => None,
            State::Stopped(problem) => Some(problem.clone()),
        };
        match stopped {
            None => Ok(companion),
            Some(problem) => Err(problem),
        }
    }

    /// Tries once more to serve, when it does not.
    ///
    /// # Errors
    /// When the database cannot be read; that it does not serve is no error but stands in the overview.
    pub fn restart(&self) -> Result<Overview, Problem> {
        self.try_to_serve();
        self.overview()
    }

    fn try_to_serve(&self) {
        let mut state = self.state();
        if matches!(*state, State::Running(_)) {
            return;
        }
        *state = match self.serve() {
            Ok(running) => State::Running(Box::new(running)),
            Err(problem) => State::Stopped(problem),
        };
    }

    fn serve(&self) -> Result<Running, Problem> {
        let Options { paths, key, .. } = &self.options;
        let config = Config::read(paths.config_file())?;
        log::to_stderr(config.log.level);
        let keychain: &dyn Keychain = self.effects.keychain.as_ref();
        let opened = open::open(paths, key, keychain, self.effects.ids.as_ref())?;
        for warning in &opened.warnings {
            tracing::warn!("{warning}");
        }
        let around = Surroundings {
            clock: Arc::clone(&self.effects.clock),
            ids: Arc::clone(&self.effects.ids),
            config_folder: paths.config_folder(),
            data_folder: paths.data_dir(),
            endpoints: self.options.endpoints.as_deref(),
        };
        let accounts = Accounts::over(&opened.store, &opened.sealing_key, &around)?;
        let start = Start {
            opened: &opened,
            config: &config,
            listen: &self.options.listen,
            duty: self.options.duty,
            effects: &self.effects,
            data_dir: paths.data_dir(),
        };
        let serving = self.handle.block_on(Serving::start(&start))?;
        let syncing = (self.options.duty == Duty::Run).then(|| {
            let _within = self.handle.enter();
            let pharmadoc = Pharmadoc::over(&accounts, &config);
            Syncing::start(&accounts, pharmadoc, &self.effects, &self.listeners)
        });
        Ok(Running {
            opened,
            accounts,
            serving,
            syncing,
        })
    }

    /// Everything a face shows.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn overview(&self) -> Result<Overview, Problem> {
        let (feed, shown) = match &*self.state() {
            State::Stopped(problem) => {
                let problem = problem.clone();
                (FeedState::Stopped { problem }, Shown::default())
            }
            State::Running(running) => {
                let serving = &running.serving;
                let (http, https) = (Some(serving.http.clone()), serving.https.clone());
                (FeedState::Serving { http, https }, shown(running)?)
            }
        };
        Ok(Overview {
            standing: Standing::of(&feed, &shown.accounts, shown.waiting_decisions),
            feed,
            logins: shown.logins,
            calendars: shown.calendars,
            accounts: shown.accounts,
            waiting_decisions: shown.waiting_decisions,
            connecting: self.connecting.address(),
            folder: self.options.paths.data_dir().display().to_string(),
            key_place: self.key_place(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Connects an app: makes a login and tells its password, this once.
    ///
    /// # Errors
    /// When the name will not do, or nothing can be written.
    pub fn add_login(&self, request: &LoginRequest) -> Result<NewLogin, Problem> {
        let state = self.state();
        let Running {
            opened, serving, ..
        } = state.running()?;
        let now = self.effects.clock.now();
        let new = logins::NewLogin {
            login: None,
            label: request.label.clone(),
            view: request.view.into(),
            access: request.access.into(),
        };
        let made = logins::add(&opened.store, self.effects.ids.as_ref(), &new, now)?;
        let subscription = format!("{}ics/{}.ics", serving.http, made.ics_token);
        drop(state);
        self.listeners.tell(Tag::Feed);
        Ok(NewLogin {
            login: made.login.as_str().to_owned(),
            label: made.label,
            password: made.password.expose().clone(),
            subscription: Some(subscription),
        })
    }

    /// Lets this user name in with this password, chosen by whoever starts us.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn allow_login(&self, login: &Login, password: &Sensitive<String>) -> Result<(), Problem> {
        let state = self.state();
        let opened = &state.running()?.opened;
        let (ids, now) = (self.effects.ids.as_ref(), self.effects.clock.now());
        Ok(logins::allow(&opened.store, ids, login, password, now)?)
    }

    /// Ends the access of an app, on open connections too.
    ///
    /// # Errors
    /// When there is no such login, or nothing can be written.
    pub fn revoke_login(&self, login: &str) -> Result<(), Problem> {
        let state = self.state();
        let opened = &state.running()?.opened;
        let (gone, now) = (Login::new(login), self.effects.clock.now());
        if !logins::revoke(&opened.store, gone, now)? {
            let said = "this app is no longer connected; the list shows those that are";
            return Err(Problem::new(ProblemCode::Login, &said));
        }
        drop(state);
        self.listeners.tell(Tag::Feed);
        Ok(())
    }

    /// Lets open requests finish and closes the ports and the database.
    pub fn stop(&self) {
        self.connecting.cancel();
        let gone = Problem::new(ProblemCode::Internal, &"the companion has been stopped");
        let last = std::mem::replace(&mut *self.state(), State::Stopped(gone));
        if let State::Running(running) = last {
            self.handle.block_on(async {
                running.serving.stop().await;
                if let Some(syncing) = running.syncing {
                    syncing.stop().await;
                }
            });
        }
    }

    /// Listens for being told to end (Ctrl-C, a polite kill).
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn interrupt(&self) -> Result<Interrupt, Problem> {
        let listening = Interrupt::listen(self.handle.clone());
        listening.map_err(|error| Problem::new(ProblemCode::Internal, &error))
    }

    fn key_place(&self) -> KeyPlace {
        match secrets::backend(&self.options.paths) {
            Some(Backend::Keychain) => KeyPlace::Keychain,
            Some(Backend::KeyFile) => KeyPlace::File,
            Some(Backend::Passphrase) => KeyPlace::Passphrase,
            None => KeyPlace::Unknown,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an overview shows of the database.
#[derive(Default)]
struct Shown {
    logins: Vec<LoginEntry>,
    calendars: Vec<CalendarEntry>,
    accounts: Vec<AccountEntry>,
    waiting_decisions: u32,
}

fn shown(running: &Running) -> Result<Shown, Problem> {
    let (logins, calendars) = running
        .opened
        .store
        .read::<_, StoreError>(|tx| Ok((overview::logins(tx)?, overview::calendars(tx)?)))?;
    let is_syncing = |id| {
        let syncing = running.syncing.as_ref();
        syncing.is_some_and(|syncing| syncing.is_syncing(id))
    };
    let accounts = running.accounts.health()?.into_iter().map(|health| {
        let id = health.account.id;
        account::account(health, is_syncing(id))
    });
    let waiting = running.accounts.waiting_decisions()?;
    Ok(Shown {
        logins,
        calendars,
        accounts: accounts.collect(),
        waiting_decisions: u32::try_from(waiting).unwrap_or(u32::MAX),
    })
}

impl Drop for Companion {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_WORK);
        }
    }
}

impl State {
    fn running(&self) -> Result<&Running, Problem> {
        match self {
            Self::Running(running) => Ok(running),
            Self::Stopped(problem) => Err(problem.clone()),
        }
    }
}

impl std::fmt::Debug for Companion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Companion")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
