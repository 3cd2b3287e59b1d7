//! Signing in: where the search goes, where the password goes, and what is said when it fails.

use std::sync::Arc;

use url::Url;

use super::script::{Records, Script, answer, multistatus, page, response};
use crate::dns::Place;
use crate::http::{HttpError, HttpFailure};
use crate::provider::caldav::{Found, PlainHttp, SignIn, SignInError, discover};
use crate::provider::{GENERIC, Preset, Presets};
use crate::secrets::Sensitive;

fn preset(name: &str) -> Preset {
    let presets = Presets::read(std::path::Path::new("/nowhere")).unwrap();
    presets.get(name).unwrap().clone()
}

async fn sign_in(
    script: &Arc<Script>,
    records: &Records,
    (preset_name, address, user): (&str, Option<&str>, &str),
) -> Result<Found, SignInError> {
    let sign_in = SignIn {
        preset: &preset(preset_name),
        address,
        user,
        password: &Sensitive::new("secret".to_owned()),
        plain_http: PlainHttp::Refused,
    };
    discover(script.clone(), records, &sign_in).await
}

async fn generic(script: &Arc<Script>, address: &str) -> Result<Found, SignInError> {
    sign_in(
        script,
        &Records::default(),
        (GENERIC, Some(address), "jane"),
    )
    .await
}

fn principal() -> String {
    response(
        "/",
        "<D:current-user-principal><D:href>/p/jane/</D:href></D:current-user-principal>",
    )
}

fn home(href: &str) -> String {
    let inside = format!("<C:calendar-home-set><D:href>{href}</D:href></C:calendar-home-set>");
    response("/p/jane/", &inside)
}

fn calendars() -> String {
    let calendar = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
    [response("/cal/", ""), response("/cal/ward/", calendar)].concat()
}

fn failing(failure: HttpFailure) -> Result<http::Response<Vec<u8>>, HttpError> {
    Err(HttpError::new(failure, "as told"))
}

#[tokio::test]
async fn the_way_of_icloud_over_three_hosts() {
    let script = Script::new([
        answer(301, &[("Location", "https://caldav.icloud.com/dav/")], ""),
        multistatus(&principal()),
        multistatus(&home("https://p07-caldav.icloud.com:443/8/calendars/")),
        multistatus(&calendars()),
    ]);
    let account = ("icloud", None, "jane@me.com");
    let found = sign_in(&script, &Records::default(), account)
        .await
        .unwrap();
    assert_eq!(
        found.homes,
        [Url::parse("https://p07-caldav.icloud.com/8/calendars/").unwrap()]
    );
    assert_eq!(
        script.asked(),
        [
            "PROPFIND https://caldav.icloud.com/.well-known/caldav",
            "PROPFIND https://caldav.icloud.com/dav/",
            "PROPFIND https://caldav.icloud.com/p/jane/",
            "PROPFIND https://p07-caldav.icloud.com/8/calendars/",
        ]
    );
    assert!(
        script
            .sent("authorization")
            .iter()
            .all(|value| value.starts_with("Basic "))
    );
}

#[tokio::test]
async fn a_mail_address_leads_over_the_records_of_its_domain() {
    let records = Records {
        services: vec![Place {
            host: "dav.clinic.example".to_owned(),
            port: 8443,
        }],
        texts: vec!["path=/caldav/".to_owned()],
    };
    let script = Script::new([multistatus(&home("/cal/")), multistatus(&calendars())]);
    sign_in(&script, &records, (GENERIC, None, "jane@clinic.example"))
        .await
        .unwrap();
    assert_eq!(
        script.asked(),
        [
            "PROPFIND https://dav.clinic.example:8443/caldav/",
            "PROPFIND https://dav.clinic.example:8443/cal/",
        ]
    );
}

#[tokio::test]
async fn records_of_another_domain_get_no_password() {
    let records = Records {
        services: vec![Place {
            host: "dav.evil.test".to_owned(),
            port: 443,
        }],
        texts: Vec::new(),
    };
    let script = Script::new([]);
    let refused = sign_in(&script, &records, (GENERIC, None, "jane@clinic.example")).await;
    assert!(
        matches!(refused, Err(SignInError::Elsewhere { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_redirect_to_another_owner_is_followed_without_the_password() {
    let script = Script::new([
        answer(302, &[("Location", "https://dav.evil.test/")], ""),
        answer(401, &[], ""),
    ]);
    let refused = generic(&script, "https://clinic.example/").await;
    assert!(
        matches!(refused, Err(SignInError::Elsewhere { .. })),
        "{refused:?}"
    );
    assert_eq!(script.sent("authorization")[1], "");
}

#[tokio::test]
async fn a_redirect_without_tls_is_not_taken_at_its_word() {
    let script = Script::new([
        answer(
            301,
            &[("Location", "http://cloud.clinic.example/remote.php/dav/")],
            "",
        ),
        multistatus(&home("/cal/")),
        multistatus(&calendars()),
    ]);
    let found = generic(&script, "cloud.clinic.example").await.unwrap();
    assert_eq!(
        script.asked()[1],
        "PROPFIND https://cloud.clinic.example/remote.php/dav/"
    );
    assert_eq!(found.homes[0].scheme(), "https");
}

#[tokio::test]
async fn a_nextcloud_without_a_well_known_address_is_found() {
    let script = Script::new([
        page(404),
        page(405),
        multistatus(&home("/remote.php/dav/calendars/jane/")),
        multistatus(&calendars()),
    ]);
    let account = ("nextcloud", Some("cloud.clinic.example"), "jane");
    sign_in(&script, &Records::default(), account)
        .await
        .unwrap();
    assert_eq!(
        script.asked()[2],
        "PROPFIND https://cloud.clinic.example/remote.php/dav/"
    );
}

#[tokio::test]
async fn several_homes_and_the_address_of_a_calendar() {
    let two = response(
        "/p/jane/",
        "<C:calendar-home-set><D:href>/cal/</D:href><D:href>/shared/</D:href></C:calendar-home-set>\
         <C:calendar-user-address-set><D:href>mailto:jane@clinic.example</D:href></C:calendar-user-address-set>",
    );
    let script = Script::new([multistatus(&two), multistatus(&calendars())]);
    let found = generic(&script, "https://dav.example/dav/").await.unwrap();
    assert_eq!(found.homes.len(), 2);
    assert_eq!(found.addresses, ["mailto:jane@clinic.example"]);

    let calendar = response(
        "/cal/ward/",
        "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>",
    );
    let script = Script::new([multistatus(&calendar), multistatus(&calendars())]);
    let found = generic(&script, "https://dav.example/cal/ward/")
        .await
        .unwrap();
    assert_eq!(found.homes[0].as_str(), "https://dav.example/cal/");
}

#[tokio::test]
async fn each_mistake_has_its_own_message() {
    let circles = || answer(302, &[("Location", "/again")], "");
    let own = answer(401, &[("Server", "PharmaDOC-Companion")], "");
    let empty = multistatus(&response("/cal/", ""));
    for (answers, part) in [
        (vec![failing(HttpFailure::NoAddress)], "There is no server"),
        (vec![failing(HttpFailure::Unreachable)], "does not answer"),
        (vec![failing(HttpFailure::TimedOut)], "does not answer"),
        (vec![failing(HttpFailure::Untrusted)], "certificate"),
        (
            vec![answer(401, &[], "")],
            "does not accept this user name and password",
        ),
        (vec![own], "own calendar feed"),
        (vec![multistatus(&home("/cal/")), empty], "no calendars"),
        (
            (0..9).map(|_| page(404)).collect(),
            "404 Not Found with a web page",
        ),
        (
            (0..9).map(|_| page(200)).collect(),
            "200 OK with a web page",
        ),
        (
            (0..9).map(|_| multistatus("")).collect(),
            "names no calendars",
        ),
        ((0..80).map(|_| circles()).collect(), "round in circles"),
        (
            (0..9).map(|_| answer(503, &[], "")).collect(),
            "Try again later",
        ),
    ] {
        let script = Script::new(answers);
        let message = generic(&script, "dav.example")
            .await
            .unwrap_err()
            .to_string();
        assert!(message.contains(part), "{message}");
        assert!(
            !message.contains("secret") && message.len() < 300,
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_ordinary_password_at_a_provider_with_app_passwords() {
    let script = Script::new([answer(401, &[], "")]);
    let account = ("icloud", None, "jane@icloud.com");
    let refused = sign_in(&script, &Records::default(), account)
        .await
        .unwrap_err();
    assert!(matches!(refused, SignInError::NeedsAppPassword { .. }));
    assert!(
        refused.to_string().contains("https://account.apple.com/"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_was_typed_wrong_is_said_before_anything_is_sent() {
    for (address, part) in [
        ("ftp://dav.example/", "is not an address"),
        ("https://jane:secret@dav.example/", "is not an address"),
        ("https://", "is not an address"),
        ("two words", "is not an address"),
        ("http://dav.example/", "is not encrypted"),
    ] {
        let message = generic(&Script::new([]), address)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            message.contains(part) && !message.contains("secret"),
            "{message}"
        );
    }
    let missing = sign_in(
        &Script::new([]),
        &Records::default(),
        (GENERIC, None, "jane"),
    )
    .await;
    assert_eq!(missing, Err(SignInError::NoAddress));
}

#[tokio::test]
async fn digest_is_answered_and_kept() {
    let challenge = "Digest realm=\"cal\", qop=\"auth\", nonce=\"n1\", algorithm=MD5";
    let script = Script::new([
        answer(401, &[("WWW-Authenticate", challenge)], ""),
        multistatus(&home("/cal/")),
        multistatus(&calendars()),
    ]);
    generic(&script, "http://127.0.0.1:5232/dav/")
        .await
        .unwrap();
    let sent = script.sent("authorization");
    assert!(sent[0].starts_with("Basic "), "{sent:?}");
    assert!(
        sent[1].starts_with("Digest ") && sent[1].contains("nc=00000001"),
        "{sent:?}"
    );
    assert!(sent[2].contains("nc=00000002"), "{sent:?}");

    let script = Script::new([
        answer(401, &[("WWW-Authenticate", challenge)], ""),
        answer(401, &[("WWW-Authenticate", challenge)], ""),
    ]);
    let refused = generic(&script, "http://127.0.0.1:5232/dav/").await;
    assert!(
        matches!(refused, Err(SignInError::WrongPassword { .. })),
        "{refused:?}"
    );
}
