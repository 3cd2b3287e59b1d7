//! Signing in, with a real browser's requests on the real loopback.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use url::Url;

use super::authority::{Fault, Server, google, microsoft};
use crate::clock::SystemClock;
use crate::http::{Http as _, HttpClient};
use crate::ids::OsIds;
use crate::oauth::{Asked, Authority, Granted, Purpose, SignIn, SignInError};
use crate::provider::ErrorKind;

/// Signs in; `browse` does what the doctor does with the page.
async fn sign_in<F>(
    server: &Arc<Server>,
    authority: Authority,
    browse: impl FnOnce(Url) -> F,
) -> Result<Granted, SignInError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let sign_in = SignIn {
        authority: &authority,
        http: server.as_ref(),
        ids: &OsIds,
        clock: &SystemClock,
        patience: Duration::from_mins(1),
    };
    let open = |page: &Url| drop(tokio::spawn(browse(page.clone())));
    sign_in.run(&writing(), open).await
}

/// Opens an address as a browser does; its page.
async fn get(address: Url) -> (u16, String) {
    let client = HttpClient::new(None).unwrap();
    let request = Request::get(address.as_str()).body(Vec::new()).unwrap();
    let answer = client.send(request).await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let page = String::from_utf8(answer.body().clone()).unwrap();
    (answer.status().as_u16(), page)
}

fn redirect(page: &Url) -> Url {
    let (_, address) = page
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap();
    Url::parse(&address).unwrap()
}

fn writing() -> Asked {
    Asked {
        purposes: BTreeSet::from([Purpose::Read, Purpose::Write]),
        hint: Some("doctor@practice.example".to_owned()),
    }
}

#[tokio::test]
async fn the_doctor_agrees_and_is_signed_in() {
    for authority in [google(), microsoft()] {
        let server = Server::new(true);
        let at_provider = Arc::clone(&server);
        let granted = sign_in(&server, authority, |page| async move {
            let asked: BTreeMap<_, _> = page.query_pairs().into_owned().collect();
            assert_eq!(asked["login_hint"], "doctor@practice.example");
            assert!(asked["state"].len() >= 43, "too easy to guess");
            let (status, said) = get(at_provider.agree(&page)).await;
            assert_eq!(status, 200);
            assert!(
                said.contains("go back") && !said.contains("code/0"),
                "{said}"
            );
        });
        let granted = granted.await.unwrap();
        assert_eq!(granted.tokens.access.expose(), "access-1");
        assert_eq!(granted.tokens.refresh.expose(), "refresh-1");
        assert_eq!(granted.missing, BTreeSet::new());
        let person = granted.person.unwrap();
        assert_eq!(person.address.as_deref(), Some("doctor@practice.example"));
    }
}

#[tokio::test]
async fn each_provider_is_asked_in_its_own_way() {
    let asked = |authority: Authority| async move {
        let server = Server::new(true);
        let at_provider = Arc::clone(&server);
        let (said, hears) = tokio::sync::oneshot::channel();
        let signed_in = sign_in(&server, authority, |page| async move {
            get(at_provider.agree(&page)).await;
            said.send(page).unwrap();
        });
        signed_in.await.unwrap();
        hears.await.unwrap()
    };
    let page = asked(google()).await;
    let query = page.query().unwrap();
    assert!(
        query.contains("access_type=offline") && query.contains("prompt=consent"),
        "{query}"
    );
    assert_eq!(redirect(&page).host_str(), Some("127.0.0.1"));
    let page = asked(microsoft()).await;
    assert_eq!(page.path(), "/common/oauth2/v2.0/authorize");
    assert!(page.query().unwrap().contains("offline_access"));
    assert_eq!(redirect(&page).host_str(), Some("localhost"));
}

#[tokio::test]
async fn a_permission_that_was_unticked_is_named() {
    let server = Server::new(false);
    server.grants_only("openid https://www.googleapis.com/auth/calendar.calendarlist.readonly");
    let at_provider = Arc::clone(&server);
    let granted = sign_in(&server, google(), |page| async move {
        get(at_provider.agree(&page)).await;
    });
    let missing = granted.await.unwrap().missing;
    let events = "https://www.googleapis.com/auth/calendar.events".to_owned();
    assert_eq!(missing, BTreeSet::from([events]));
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_told_on_the_page_and_to_us() {
    for (error, page_says, code) in [
        ("access_denied", "did not give the permission", None),
        ("server_error", "did not work", Some("server_error")),
    ] {
        let server = Server::new(false);
        let refused = sign_in(&server, google(), |page| async move {
            let state = page
                .query_pairs()
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            let mut back = redirect(&page);
            back.query_pairs_mut()
                .append_pair("error", error)
                .append_pair("state", &state);
            let (_, said) = get(back).await;
            assert!(said.contains(page_says), "{said}");
        });
        match (refused.await.unwrap_err(), code) {
            (SignInError::Denied, None) => {}
            (SignInError::Refused(name), Some(code)) => assert_eq!(name, code),
            (other, _) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn strangers_on_the_port_do_not_disturb_and_it_closes_afterwards() {
    let server = Server::new(false);
    let at_provider = Arc::clone(&server);
    let (said, hears) = tokio::sync::oneshot::channel();
    let granted = sign_in(&server, google(), |page| async move {
        let port = redirect(&page);
        let mut mute = TcpStream::connect(("127.0.0.1", port.port().unwrap()))
            .await
            .unwrap();
        mute.write_all(b"\x16\x03\x01\0\0not HTTP at all")
            .await
            .unwrap();
        for stranger in [
            "favicon.ico",
            "?code=mine&state=guessed",
            "?error=access_denied",
        ] {
            let (status, said) = get(port.join(stranger).unwrap()).await;
            assert_eq!((status, said.as_str()), (404, ""));
        }
        get(at_provider.agree(&page)).await;
        said.send(port).unwrap();
    });
    granted.await.unwrap();
    let port = hears.await.unwrap();
    let again = TcpStream::connect(("127.0.0.1", port.port().unwrap())).await;
    assert!(again.is_err(), "the port is still open");
}

#[tokio::test]
async fn a_browser_that_never_comes_back_is_not_waited_for_for_ever() {
    let server = Server::new(false);
    let sign_in = SignIn {
        authority: &google(),
        http: server.as_ref(),
        ids: &OsIds,
        clock: &SystemClock,
        patience: Duration::from_millis(1),
    };
    let nobody = sign_in.run(&writing(), |_| ()).await.unwrap_err();
    assert!(matches!(nobody, SignInError::TimedOut), "{nobody:?}");
}

#[tokio::test]
async fn a_code_that_does_not_become_tokens_says_why_without_telling_about_people() {
    for (fault, kind) in [
        (Fault::Offline, ErrorKind::Offline),
        (Fault::Lost, ErrorKind::Interrupted),
        (Fault::Torn, ErrorKind::UnreadableAnswer),
        (
            Fault::Says(200, "<html>Log in to the Wi-Fi</html>"),
            ErrorKind::UnreadableAnswer,
        ),
        (Fault::Says(503, "later"), ErrorKind::Unavailable),
        (Fault::Says(429, "later"), ErrorKind::RateLimited),
        (
            Fault::Says(
                400,
                r#"{"error":"invalid_grant","error_description":"Dr. Who"}"#,
            ),
            ErrorKind::ConsentRevoked,
        ),
        (
            Fault::Says(
                400,
                r#"{"error":"interaction_required","error_codes":[50076]}"#,
            ),
            ErrorKind::ConsentRevoked,
        ),
        (
            Fault::Says(401, r#"{"error":"invalid_client"}"#),
            ErrorKind::InvalidRequest,
        ),
        (
            Fault::Says(
                200,
                r#"{"access_token":"a","token_type":"Bearer","expires_in":1}"#,
            ),
            ErrorKind::UnreadableAnswer,
        ),
    ] {
        let server = Server::new(false);
        server.fault(fault.clone());
        let at_provider = Arc::clone(&server);
        let failed = sign_in(&server, google(), |page| async move {
            get(at_provider.agree(&page)).await;
        });
        let SignInError::Provider(error) = failed.await.unwrap_err() else {
            panic!("{fault:?}");
        };
        assert_eq!(error.kind, kind, "{fault:?}");
        assert!(!error.detail.contains("Who"), "{error}");
    }
}
