//! The sandbox's server in each of its manners.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use bridge::provider::caldav::{CalDav as Provider, PlainHttp, SignIn, SignInError, discover};
use bridge::provider::{CalendarProvider as _, GENERIC, Presets};
use bridge::secrets::Sensitive;
use companion_tests::sandbox::caldav::{
    Account, Behaviour, CalDav, EtagForm, Hosts, HrefForm, Role, Scheme,
};

use crate::conformance::{Keeps, Manners, Stage, conforms};
use crate::memory::{InMemory, NoDns};

const USER: &str = "anna@icloud.example";
const PASSWORD: &str = "abcd-efgh-ijkl-mnop";

fn server(behaviour: Behaviour, scheme: Scheme) -> Arc<InMemory> {
    let hosts = Hosts::new(
        "https://caldav.icloud.example",
        "https://p07-caldav.icloud.example",
    );
    let account = Account {
        scheme,
        ..Account::new("81234", USER, PASSWORD)
    };
    let mut server = CalDav::new(hosts, account, behaviour);
    server.add_calendar("ward", "Ward 7", Role::Own);
    Arc::new(InMemory::new(server))
}

async fn sign_in(server: &Arc<InMemory>, password: &str) -> Result<Provider> {
    let presets = Presets::read(std::path::Path::new(""))?;
    let password = Sensitive::new(password.to_owned());
    let sign_in = SignIn {
        preset: presets.get(GENERIC).context("no generic preset")?,
        address: Some("caldav.icloud.example"),
        user: USER,
        password: &password,
        plain_http: PlainHttp::Refused,
    };
    let found = discover(server.clone(), &NoDns, &sign_in).await?;
    let json = serde_json::to_string(&found)?;
    let found = serde_json::from_str(&json)?;
    Ok(Provider::open(server.clone(), found, USER, &password))
}

async fn conforms_over(behaviour: Behaviour, scheme: Scheme, manners: Manners) -> Result<()> {
    let server = server(behaviour, scheme);
    let provider = sign_in(&server, PASSWORD).await?;
    let listed = provider.list_calendars().await?;
    let [ward] = listed.as_slice() else {
        anyhow::bail!("one calendar, inbox and outbox are none: {listed:?}");
    };
    let stage = Stage {
        provider: &provider,
        adversary: server.as_ref(),
        calendar: ward.id.clone(),
        manners,
    };
    conforms(&stage).await
}

const EXACT: Manners = Manners {
    checks_uids: true,
    marks_at_once: true,
    keeps: Keeps::Octets,
};

#[tokio::test]
async fn as_icloud() -> Result<()> {
    conforms_over(Behaviour::icloud(), Scheme::Basic, EXACT).await
}

#[tokio::test]
async fn in_small_pages_with_digest_and_absolute_hrefs() -> Result<()> {
    let behaviour = Behaviour {
        page: 7,
        hrefs: HrefForm::Absolute,
        ..Behaviour::icloud()
    };
    conforms_over(behaviour, Scheme::Digest, EXACT).await
}

#[tokio::test]
async fn as_nextcloud() -> Result<()> {
    conforms_over(Behaviour::nextcloud(), Scheme::Basic, EXACT).await
}

#[tokio::test]
async fn as_yahoo_whose_mark_comes_late() -> Result<()> {
    let manners = Manners {
        marks_at_once: false,
        ..EXACT
    };
    conforms_over(Behaviour::yahoo(), Scheme::Basic, manners).await
}

#[tokio::test]
async fn as_a_small_server_without_marks() -> Result<()> {
    conforms_over(Behaviour::bare(), Scheme::Basic, EXACT).await
}

#[tokio::test]
async fn as_a_server_that_rewrites() -> Result<()> {
    let manners = Manners {
        keeps: Keeps::Properties,
        ..EXACT
    };
    conforms_over(Behaviour::rewriting(), Scheme::Basic, manners).await
}

#[tokio::test]
async fn with_weak_and_with_bare_versions() -> Result<()> {
    for etags in [EtagForm::Weak, EtagForm::Bare] {
        let behaviour = Behaviour {
            etags,
            ..Behaviour::icloud()
        };
        conforms_over(behaviour, Scheme::Basic, EXACT)
            .await
            .with_context(|| format!("{etags:?}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_home_that_moves_is_found_again() -> Result<()> {
    let server = server(Behaviour::icloud(), Scheme::Basic);
    let provider = sign_in(&server, PASSWORD).await?;
    let before = provider.list_calendars().await?;
    server.with(|server, _| {
        server.move_home(Hosts::new(
            "https://caldav.icloud.example",
            "https://p99-caldav.icloud.example",
        ));
    });
    assert_eq!(provider.list_calendars().await?, before);
    let home = provider.found().homes.remove(0);
    assert_eq!(home.host_str(), Some("p99-caldav.icloud.example"));
    assert!(provider.changes(&before[0].id, None).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_said_to_be_one() {
    let server = server(Behaviour::icloud(), Scheme::Basic);
    let refused = sign_in(&server, "the password of the account").await.err();
    assert_eq!(
        refused.and_then(|error| error.downcast::<SignInError>().ok()),
        Some(SignInError::WrongPassword {
            host: "p07-caldav.icloud.example".to_owned()
        })
    );
}
