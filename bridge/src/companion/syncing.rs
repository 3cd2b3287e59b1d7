//! The sync as this program runs it: the engine's loop, and what it tells passed on to the listeners.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use super::Effects;
use super::eagerness::Eagerness;
use super::listeners::{Listeners, Tag};
use super::system;
use crate::accounts::{AccountId, Accounts, Health, OpenProviders};
use crate::ids::Ids;
use crate::nudge::Ear;
use crate::pharmadoc::{Nudges, Pharmadoc, Waker};
use crate::store::Changed;
use crate::sync::problem::RATE_LIMITED;
use crate::sync::{Engine, Input, News, Pace, runner};

/// The accounts of which a round is under way.
pub(super) type InRound = Arc<Mutex<BTreeSet<AccountId>>>;

/// The sync while it runs.
pub(super) struct Syncing {
    running: runner::Running,
    providers: Arc<OpenProviders>,
    in_round: InRound,
    waker: Waker,
    eagerness: Eagerness,
    listening: Vec<JoinHandle<()>>,
}

impl Syncing {
    /// Starts it on the present runtime; the first round begins at once.
    pub(super) fn start(
        accounts: &Accounts,
        pharmadoc: Option<Pharmadoc>,
        effects: &Effects,
        listeners: &Listeners,
    ) -> Self {
        let providers = Arc::new(OpenProviders::new(accounts.clone()));
        let engine = Engine::new(
            accounts.store.clone(),
            Arc::clone(&effects.ids),
            Pace::default(),
        );
        let running = runner::start(
            engine,
            &accounts.store,
            Arc::clone(&providers) as Arc<dyn runner::Providers>,
            Arc::clone(&effects.clock),
        );
        // What cannot be read now is not shown as under way.
        let health = accounts.health().unwrap_or_default();
        let in_round = Arc::new(Mutex::new(in_order(&health).collect()));
        let waker = Waker::default();
        let from_platform = pharmadoc.map(|pharmadoc| {
            let providers = Arc::clone(&providers) as Arc<dyn runner::Providers>;
            Nudges::new(pharmadoc, providers, running.inputs(), waker.clone()).run()
        });
        let nudged = Nudged {
            waker: waker.clone(),
            accounts: accounts.clone(),
            ids: Arc::clone(&effects.ids),
            providers: Arc::clone(&providers),
            inputs: running.inputs(),
            listeners: listeners.clone(),
        };
        let news = pass_on(running.news(), Arc::clone(&in_round), listeners.clone());
        let changes = tell_changes(accounts.store.subscribe(), listeners.clone());
        let eagerness = Eagerness::new(Pace::default(), running.inputs());
        let system = system::listen(running.inputs(), eagerness.clone());
        let clock = Arc::clone(&effects.clock);
        let looking = eagerness.clone().look_ahead(accounts.store.clone(), clock);
        Self {
            running,
            providers,
            in_round,
            waker,
            eagerness,
            listening: [
                tokio::spawn(news),
                tokio::spawn(changes),
                tokio::spawn(nudged.hear()),
                tokio::spawn(system),
                tokio::spawn(looking),
            ]
            .into_iter()
            .chain(from_platform.map(tokio::spawn))
            .collect(),
        }
    }

    /// Begins a round of this account, or of all.
    pub(super) fn sync_now(&self, account: Option<AccountId>, health: &[Health]) {
        let waits = |one: &&Health| {
            let trouble = one.trouble.as_ref();
            trouble.is_some_and(|wrong| wrong.code == RATE_LIMITED)
        };
        let begun = health.iter().filter(|one| !waits(one));
        let begun = begun.map(|one| one.account.id);
        let begun = begun.filter(|id| account.is_none_or(|account| account == *id));
        lock(&self.in_round).extend(begun);
        self.tell(Input::SyncNow {
            account,
            full: false,
        });
    }

    /// Something about the accounts was changed: a password, a choice, the accounts themselves. Rounds begin at once.
    pub(super) fn accounts_changed(&self, health: &[Health]) {
        self.providers.forget();
        lock(&self.in_round).extend(in_order(health));
        self.tell(Input::AccountsChanged);
        self.waker.wake();
    }

    /// Whether the window is open.
    pub(super) fn window_is(&self, open: bool) {
        self.eagerness
            .learn(|situation| situation.window_open = open);
    }

    pub(super) fn tell(&self, input: Input) {
        self.running.tell(input);
    }

    pub(super) fn is_syncing(&self, account: AccountId) -> bool {
        lock(&self.in_round).contains(&account)
    }

    pub(super) async fn stop(self) {
        for task in &self.listening {
            task.abort();
        }
        self.running.stop().await;
    }
}

/// The accounts that begin a round without being asked: nothing keeps them waiting.
fn in_order(health: &[Health]) -> impl Iterator<Item = AccountId> {
    let in_order = health.iter().filter(|one| one.trouble.is_none());
    in_order.map(|one| one.account.id)
}

fn lock(in_round: &InRound) -> MutexGuard<'_, BTreeSet<AccountId>> {
    in_round.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the engine tells becomes what faces should ask for anew.
async fn pass_on(mut news: Receiver<News>, in_round: InRound, listeners: Listeners) {
    loop {
        let tag = match news.recv().await {
            Ok(News::Account(_)) => Tag::Accounts,
            Ok(News::RoundEnded(account)) => {
                lock(&in_round).remove(&account);
                Tag::Accounts
            }
            Ok(News::NeedsALook(_)) => {
                listeners.tell(Tag::Accounts);
                Tag::Conflicts
            }
            // Some were missed: everything may have changed.
            Err(RecvError::Lagged(_)) => {
                lock(&in_round).clear();
                listeners.tell(Tag::Conflicts);
                Tag::Accounts
            }
            Err(RecvError::Closed) => return,
        };
        listeners.tell(tag);
    }
}

/// A change of any calendar changes the agenda; a burst of them is told once.
async fn tell_changes(mut changes: Receiver<Changed>, listeners: Listeners) {
    while !matches!(changes.recv().await, Err(RecvError::Closed)) {
        changes = changes.resubscribe();
        listeners.tell(Tag::Agenda);
    }
}

/// Another process of ours changed something: the command line beside us.
struct Nudged {
    accounts: Accounts,
    ids: Arc<dyn Ids>,
    providers: Arc<OpenProviders>,
    inputs: UnboundedSender<Input>,
    listeners: Listeners,
    waker: Waker,
}

impl Nudged {
    async fn hear(self) {
        let ear = match Ear::open(&self.accounts.store, self.ids.as_ref()).await {
            Ok(ear) => ear,
            Err(error) => {
                tracing::warn!(%error, "changes of the command line are seen with the next poll only");
                return;
            }
        };
        while ear.heard().await.is_ok() {
            self.providers.forget();
            // When the loop has ended, nobody needs to know.
            drop(self.inputs.send(Input::AccountsChanged));
            self.waker.wake();
            for tag in [Tag::Accounts, Tag::Feed, Tag::Agenda, Tag::Conflicts] {
                self.listeners.tell(tag);
            }
        }
    }
}
