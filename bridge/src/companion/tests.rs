//! The companion as a face uses it: it serves, makes logins, says why it cannot, and gets over it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::*;

fn options(folder: &std::path::Path) -> Options {
    Options {
        key: KeyChoice::File(folder.join("key")),
        ..Options::new(Paths::under(folder))
    }
}

fn serving(overview: &Overview) -> (String, String) {
    match &overview.feed {
        FeedState::Serving { http, https } => (http.clone().unwrap(), https.clone().unwrap()),
        FeedState::Stopped { problem } => panic!("{problem}"),
    }
}

/// The status of a PROPFIND on the beginning of the feed.
fn status(address: &str, login: Option<(&str, &str)>) -> u16 {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let sign_in = login.map(|(name, password)| {
        format!(
            "Authorization: Basic {}\r\n",
            BASE64.encode(format!("{name}:{password}"))
        )
    });
    let request = format!(
        "PROPFIND /dav/ HTTP/1.1\r\nHost: {host}\r\nDepth: 0\r\n{}Connection: close\r\n\r\n",
        sign_in.unwrap_or_default()
    );
    let mut socket = TcpStream::connect(host).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn thunderbird() -> LoginRequest {
    LoginRequest {
        label: "Thunderbird".into(),
        view: View::All,
        access: Access::ReadWrite,
    }
}

#[test]
fn it_serves_makes_logins_and_ends_their_access() {
    let folder = tempfile::tempdir().unwrap();
    let companion = Companion::start(options(folder.path()), Effects::real()).unwrap();
    let (http, _) = serving(&companion.overview().unwrap());
    assert_eq!(status(&http, None), 401);

    let made = companion.add_login(&thunderbird()).unwrap();
    assert_eq!(made.login, "thunderbird");
    assert!(made.subscription.unwrap().starts_with(&http));
    assert_eq!(status(&http, Some((&made.login, &made.password))), 207);
    assert_eq!(status(&http, Some((&made.login, "guess"))), 401);

    let again = companion.add_login(&thunderbird()).unwrap();
    assert_eq!(again.login, "thunderbird-2");
    let logins = companion.overview().unwrap().logins;
    assert_eq!(logins.len(), 2);
    assert!(logins[0].last_used.is_some());

    companion.revoke_login(&made.login).unwrap();
    assert_eq!(status(&http, Some((&made.login, &made.password))), 401);
    let problem = companion.revoke_login(&made.login).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Login);
    assert_eq!(companion.overview().unwrap().logins.len(), 1);
}

#[test]
fn the_ports_are_chosen_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = Companion::start(options(folder.path()), Effects::real()).unwrap();
    let addresses = serving(&first.overview().unwrap());
    first.stop();
    let second = Companion::start(options(folder.path()), Effects::real()).unwrap();
    assert_eq!(serving(&second.overview().unwrap()), addresses);
}

#[test]
fn a_taken_port_is_named_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap();
    let mut options = options(folder.path());
    options.listen.http = Some(taken.to_string().parse().unwrap());
    let companion = Companion::start(options, Effects::real()).unwrap();
    let FeedState::Stopped { problem } = companion.overview().unwrap().feed else {
        panic!("the port is taken");
    };
    assert_eq!(problem.code, ProblemCode::Port);
    assert!(
        problem.message.contains(&taken.port().to_string()),
        "{problem}"
    );
    assert_eq!(companion.add_login(&thunderbird()), Err(problem));

    drop(other);
    let (http, _) = serving(&companion.restart().unwrap());
    assert_eq!(status(&http, None), 401);
}

#[test]
fn a_wrong_key_says_so_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = Companion::start(options(folder.path()), Effects::real()).unwrap();
    first.add_login(&thunderbird()).unwrap();
    first.stop();
    std::fs::write(folder.path().join("other"), "0".repeat(64)).unwrap();
    let mut wrong = options(folder.path());
    wrong.key = KeyChoice::File(folder.path().join("other"));
    let companion = Companion::start(wrong, Effects::real()).unwrap();
    let overview = companion.overview().unwrap();
    assert!(matches!(
        &overview.feed,
        FeedState::Stopped { problem } if problem.code == ProblemCode::Keychain
    ));
    let again = Companion::start(options(folder.path()), Effects::real()).unwrap();
    assert_eq!(again.overview().unwrap().logins.len(), 1);
}
