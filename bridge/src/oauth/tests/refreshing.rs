//! Staying signed in: one refresh at a time, nothing lost.

use std::sync::Arc;

use bridge_core::time::Instant;
use chrono::TimeDelta;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::authority::{Fault, Server, google, microsoft};
use crate::clock::ManualClock;
use crate::ids::{OsIds, SeededIds};
use crate::oauth::{Authority, Keeper, Signer, Tokens};
use crate::provider::{Bearer as _, ErrorKind};
use crate::secrets::{MasterKey, Sensitive};
use crate::store::Store;
use crate::store::accounts::{self, AccountId, NewAccount};
use crate::store::refreshes;

/// An installation with an account that signed in a moment ago.
struct Installed {
    server: Arc<Server>,
    authority: Authority,
    clock: ManualClock,
    key: MasterKey,
    folder: TempDir,
}

impl Installed {
    async fn new(rotates: bool) -> Self {
        let authority = if rotates { microsoft() } else { google() };
        let installed = Self {
            server: Server::new(rotates),
            authority,
            clock: ManualClock::at(Instant::from_timestamp(1_800_000_000, 0).unwrap()),
            key: MasterKey::generate(&SeededIds::new(1)).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        let account = NewAccount {
            name: "a".into(),
            provider: "google".into(),
            preset: "google".into(),
            address: "https://a.example".into(),
            user: "doctor".into(),
            found: None,
        };
        let now = installed.clock_now();
        let store = installed.store();
        store
            .write(move |tx| accounts::add(tx, &account, now))
            .unwrap();
        let page = "https://a.example/auth?response_type=code&code_challenge_method=S256&state=s\
                    &code_challenge=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU&redirect_uri=http://x/&scope=c";
        installed.server.agree(&page.parse().unwrap());
        let tokens = Tokens {
            access: Sensitive::new("access-0".to_owned()),
            refresh: Sensitive::new(installed.first_refresh_token().await),
            since: installed.clock_now(),
            life: TimeDelta::hours(1),
            granted: None,
        };
        installed.process().keep(&tokens).await.unwrap();
        installed
    }

    /// A refresh token that the server knows.
    async fn first_refresh_token(&self) -> String {
        use crate::http::Http as _;
        let form = "grant_type=authorization_code&client_id=us&code=code/0&code_verifier=&redirect_uri=http://x/";
        let request = http::Request::post("https://a.example/token");
        let request = request.body(form.as_bytes().to_vec()).unwrap();
        let answer = self.server.send(request).await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        answer["refresh_token"].as_str().unwrap().to_owned()
    }

    /// How many refreshes succeeded lately, of how many.
    fn refreshed(&self) -> (u32, u32) {
        let now = self.clock_now();
        let recent = self
            .store()
            .read(|tx| refreshes::recent(tx, AccountId::of_number(1), now));
        let recent = recent.unwrap();
        (recent.succeeded, recent.tried)
    }

    fn clock_now(&self) -> Instant {
        crate::clock::Clock::now(&self.clock)
    }

    fn store(&self) -> Store {
        let path = self.folder.path().join("c.db");
        Store::open(&path, &self.key.database_key()).unwrap()
    }

    /// What another process has: a database connection and a lock of its own.
    fn process(&self) -> Arc<Keeper> {
        let signer = Signer {
            store: self.store(),
            key: self.key.sealing_key(),
            ids: Arc::new(OsIds),
            clock: Arc::new(self.clock.clone()),
            http: Arc::clone(&self.server) as Arc<_>,
            folder: self.folder.path().join("locks"),
        };
        Arc::new(Keeper::new(
            signer,
            self.authority.clone(),
            AccountId::of_number(1),
        ))
    }
}

/// All of them ask at once; what they got.
async fn at_once(keepers: &[Arc<Keeper>], refused: Option<&Sensitive<String>>) -> Vec<String> {
    let mut asking = JoinSet::new();
    for keeper in keepers {
        let (keeper, refused) = (Arc::clone(keeper), refused.cloned());
        asking.spawn(async move {
            match refused {
                Some(refused) => keeper.instead_of(&refused).await,
                None => keeper.token().await,
            }
        });
    }
    let answers = asking.join_all().await.into_iter();
    answers
        .map(|token| token.unwrap().expose().clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refused_requests_cause_one_refresh() {
    let installed = Installed::new(true).await;
    let keeper = installed.process();
    let refused = keeper.token().await.unwrap();
    let fresh = at_once(&vec![keeper; 50], Some(&refused)).await;
    assert_eq!(fresh, vec!["access-2".to_owned(); 50]);
    assert_eq!(installed.server.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_refresh_once_and_none_spends_a_token_twice() {
    let installed = Installed::new(true).await;
    let processes: Vec<_> = (0..4).map(|_| installed.process()).collect();
    let all: Vec<_> = processes.iter().cycle().take(40).cloned().collect();
    for round in 2..6 {
        installed.clock.advance(TimeDelta::minutes(50));
        let fresh = at_once(&all, None).await;
        assert_eq!(fresh, vec![format!("access-{round}"); 40]);
    }
    assert_eq!(installed.server.refreshes(), 4);
}

#[tokio::test]
async fn a_provider_that_does_not_rotate_keeps_its_refresh_token() {
    let installed = Installed::new(false).await;
    let keeper = installed.process();
    for round in 2..4 {
        installed.clock.advance(TimeDelta::hours(2));
        let token = keeper.token().await.unwrap();
        assert_eq!(*token.expose(), format!("access-{round}"));
    }
}

#[tokio::test]
async fn failures_on_the_way_lose_nothing() {
    let installed = Installed::new(false).await;
    installed.clock.advance(TimeDelta::hours(2));
    let page = r#"<html lang="en">Log in to the Wi-Fi</html>"#;
    for (fault, kind) in [
        (Fault::Offline, ErrorKind::Offline),
        (Fault::Lost, ErrorKind::Interrupted),
        (Fault::Torn, ErrorKind::UnreadableAnswer),
        (Fault::Says(200, page), ErrorKind::UnreadableAnswer),
        (Fault::Says(503, ""), ErrorKind::Unavailable),
    ] {
        installed.server.fault(fault);
        // Each time as after a start.
        let failed = installed.process().token().await.unwrap_err();
        assert_eq!(failed.kind, kind);
    }
    assert!(installed.process().token().await.is_ok());
    // Without a network nothing was tried.
    assert_eq!(installed.refreshed(), (1, 5));
}

#[tokio::test]
async fn refreshes_of_the_last_thirty_days_are_counted() {
    let installed = Installed::new(true).await;
    for _ in 0..3 {
        installed.clock.advance(TimeDelta::days(15));
        installed.process().token().await.unwrap();
    }
    assert_eq!(installed.refreshed(), (2, 2));
    installed.clock.advance(TimeDelta::days(30));
    assert_eq!(installed.refreshed(), (0, 0));
}

#[tokio::test]
async fn a_new_refresh_token_is_durable_before_the_access_token_is_used() {
    let installed = Installed::new(true).await;
    installed.clock.advance(TimeDelta::hours(2));
    let used = installed.process().token().await.unwrap();
    // The process ends right after its first request; the next one starts with what is kept.
    installed.clock.advance(TimeDelta::hours(2));
    let next = installed.process().token().await.unwrap();
    assert_eq!(
        (used.expose().as_str(), next.expose().as_str()),
        ("access-2", "access-3")
    );
}

#[tokio::test]
async fn a_withdrawn_permission_is_for_the_doctor_and_signing_in_again_mends_it() {
    let installed = Installed::new(false).await;
    let keeper = installed.process();
    installed.server.withdraw();
    installed.clock.advance(TimeDelta::hours(2));
    for _ in 0..2 {
        let failed = keeper.token().await.unwrap_err();
        assert_eq!(failed.kind, ErrorKind::ConsentRevoked);
        assert!(!failed.detail.contains("of the doctor"), "{failed}");
    }
    let again = Tokens {
        access: Sensitive::new("again".to_owned()),
        refresh: Sensitive::new("r".to_owned()),
        since: installed.clock_now(),
        life: TimeDelta::hours(1),
        granted: None,
    };
    keeper.keep(&again).await.unwrap();
    assert_eq!(keeper.token().await.unwrap().expose(), "again");
}

#[tokio::test]
async fn a_clock_that_is_off_by_hours_causes_no_storm() {
    let installed = Installed::new(false).await;
    let keeper = installed.process();
    installed.clock.advance(TimeDelta::hours(-5));
    for _ in 0..5 {
        assert_eq!(keeper.token().await.unwrap().expose(), "access-0");
    }
    // The provider says what the clock cannot.
    let refused = keeper.token().await.unwrap();
    keeper.instead_of(&refused).await.unwrap();
    installed.clock.advance(TimeDelta::hours(9));
    for _ in 0..5 {
        keeper.token().await.unwrap();
    }
    assert_eq!(installed.server.refreshes(), 2);
}

#[tokio::test]
async fn disconnecting_revokes_where_that_can_be_done() {
    let installed = Installed::new(false).await;
    installed.process().revoke().await.unwrap();
    assert_eq!(installed.server.revoked(), ["refresh-1"]);
    installed
        .server
        .fault(Fault::Says(400, r#"{"error":"invalid_token"}"#));
    installed.process().revoke().await.unwrap();
    installed
        .server
        .fault(Fault::Says(400, r#"{"error":"invalid_client"}"#));
    installed.process().revoke().await.unwrap_err();
    let installed = Installed::new(true).await;
    installed.process().revoke().await.unwrap();
    assert!(installed.server.revoked().is_empty());
}

#[tokio::test]
async fn an_account_without_tokens_asks_the_doctor_to_sign_in() {
    let installed = Installed::new(false).await;
    let path = installed.folder.path().join("other.db");
    let signer = Signer {
        store: Store::open(&path, &installed.key.database_key()).unwrap(),
        key: installed.key.sealing_key(),
        ids: Arc::new(OsIds),
        clock: Arc::new(installed.clock.clone()),
        http: Arc::clone(&installed.server) as Arc<_>,
        folder: installed.folder.path().join("locks"),
    };
    let keeper = Keeper::new(signer, google(), AccountId::of_number(1));
    let failed = keeper.token().await.unwrap_err();
    assert_eq!(failed.kind, ErrorKind::ConsentRevoked);
}
