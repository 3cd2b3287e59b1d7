use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::{TimeDelta, TimeZone as _, Utc};
use http::{Request, StatusCode};

use super::*;

const FRONT: &str = "https://caldav.icloud.example";
const HOME: &str = "https://p07-caldav.icloud.example";
/// `anna@icloud.example` with `app-word`.
const BASIC: &str = "Basic YW5uYUBpY2xvdWQuZXhhbXBsZTphcHAtd29yZA==";
const WORK: &str = "/42/calendars/work/";

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 26, 8, 0, 0).unwrap()
}

fn server(behaviour: Behaviour) -> CalDav {
    let account = Account::new("42", "anna@icloud.example", "app-word");
    let mut server = CalDav::new(Hosts::new(FRONT, HOME), account, behaviour);
    server.add_calendar("work", "Work", Role::Own);
    server
}

/// Status, and the body as text.
fn ask(
    server: &mut CalDav,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String) {
    ask_at(server, now(), method, url, headers, body)
}

fn ask_at(
    server: &mut CalDav,
    at: Instant,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String) {
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", BASIC);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    let answer = server.handle(&request, at);
    let location = answer.headers().get("location");
    let body = location.map_or_else(
        || String::from_utf8(answer.body().to_vec()).unwrap(),
        |location| location.to_str().unwrap().to_owned(),
    );
    (answer.status().as_u16(), body)
}

fn work(name: &str) -> String {
    format!("{HOME}{WORK}{name}")
}

fn event(uid: &str, more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261126T080000Z\r\nDTSTART:20261126T090000Z\r\nDURATION:PT1H\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn sync(token: &str) -> String {
    format!(
        "<sync-collection xmlns='DAV:'><sync-token>{token}</sync-token><sync-level>1</sync-level>\
         <prop><getetag/></prop></sync-collection>"
    )
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before)
        .unwrap()
        .1
        .split_once(after)
        .unwrap()
        .0
}

#[test]
fn the_front_leads_to_the_home_on_another_host() {
    let server = &mut server(Behaviour {
        front: Front::Redirects,
        ..Behaviour::icloud()
    });
    let known = format!("{FRONT}/.well-known/caldav");
    assert_eq!(
        ask(server, "PROPFIND", &known, &[], ""),
        (301, format!("{HOME}/"))
    );
    assert_eq!(ask(server, "GET", &format!("{FRONT}/"), &[], "").0, 400);
    assert_eq!(
        ask(server, "GET", "https://elsewhere.example/", &[], "").0,
        421
    );
    let set = "<propfind xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><C:calendar-home-set/></prop></propfind>";
    let principal = format!("{FRONT}/42/principal/");
    let (status, body) = ask(server, "PROPFIND", &principal, &[("depth", "0")], set);
    assert_eq!(status, 207);
    assert!(
        body.contains(&format!("<href xmlns='DAV:'>{HOME}/42/calendars/</href>")),
        "{body}"
    );
    assert_eq!(
        ask(server, "PROPFIND", &format!("{FRONT}{WORK}"), &[], ""),
        (301, work(""))
    );
    assert_eq!(
        ask(server, "PROPFIND", &work(""), &[], set).0,
        403,
        "depth infinity"
    );
}

#[test]
fn only_the_app_password_opens() {
    let server = &mut server(Behaviour::icloud());
    assert_eq!(
        ask(server, "PROPFIND", &work(""), &[("depth", "0")], "").0,
        207
    );
    server.account.app_password = None;
    assert_eq!(
        ask(server, "PROPFIND", &work(""), &[("depth", "0")], "").0,
        401
    );
    server.account.app_password = Some("another".to_owned());
    assert_eq!(
        ask(server, "PROPFIND", &work(""), &[("depth", "0")], "").0,
        401
    );
}

#[test]
fn conditions_decide_about_a_write() {
    let server = &mut server(Behaviour::icloud());
    let (a, first) = (work("a.ics"), event("a", ""));
    assert_eq!(
        ask(server, "PUT", &a, &[("if-match", "\"x\"")], &first).0,
        412
    );
    assert_eq!(
        ask(server, "PUT", &a, &[("if-none-match", "*")], &first).0,
        201
    );
    assert_eq!(
        ask(server, "PUT", &a, &[("if-none-match", "*")], &first).0,
        412
    );
    let etag = server
        .etag(server.calendar("work").unwrap().object("a.ics").unwrap())
        .unwrap();
    let longer = event("a", "SUMMARY:Longer\r\n");
    assert_eq!(
        ask(server, "PUT", &a, &[("if-match", &etag)], &longer).0,
        204
    );
    assert_eq!(
        ask(server, "PUT", &a, &[("if-match", &etag)], &first).0,
        412
    );
    assert_eq!(ask(server, "DELETE", &a, &[("if-match", &etag)], "").0, 412);
    assert_eq!(ask(server, "GET", &a, &[], ""), (200, longer));
    assert_eq!(ask(server, "DELETE", &a, &[], "").0, 204);
    assert_eq!(ask(server, "DELETE", &a, &[], "").0, 404);
}

#[test]
fn icloud_takes_only_what_the_standard_allows() {
    let server = &mut server(Behaviour::icloud());
    let mut put = |body: &str| {
        ask(
            server,
            "PUT",
            &work("b.ics"),
            &[("if-none-match", "*")],
            body,
        )
        .0
    };
    assert_eq!(put("hello"), 400);
    assert_eq!(put(&event("b", "").replace("END:VCALENDAR\r\n", "")), 400);
    for missing in [
        "DTSTAMP:20261126T080000Z\r\n",
        "DURATION:PT1H\r\n",
        "PRODID:-//T//T//EN\r\n",
        "UID:b\r\n",
    ] {
        assert_eq!(put(&event("b", "").replace(missing, "")), 403, "{missing}");
    }
    let zoned = event("b", "").replace(
        "DTSTART:20261126T090000Z",
        "DTSTART;TZID=Europe/Berlin:20261126T090000",
    );
    assert_eq!(put(&zoned), 403, "a zone without its definition");
    assert_eq!(put(&event("b", "").replace("VEVENT", "VTODO")), 403);
    assert_eq!(put(&event("b", "")), 201);
    let (status, body) = ask(
        server,
        "PUT",
        &work("c.ics"),
        &[("if-none-match", "*")],
        &event("b", ""),
    );
    assert_eq!(status, 403);
    assert!(body.contains("no-uid-conflict"), "{body}");
    let etag = server
        .etag(server.calendar("work").unwrap().object("b.ics").unwrap())
        .unwrap();
    assert_eq!(
        ask(
            server,
            "PUT",
            &work("b.ics"),
            &[("if-match", &etag)],
            &event("d", "")
        )
        .0,
        403
    );
}

#[test]
fn a_token_names_what_changed_page_by_page_and_dies_with_its_series() {
    let server = &mut server(Behaviour {
        page: 2,
        ..Behaviour::icloud()
    });
    for name in ["a", "b", "c"] {
        server
            .put_as_other(
                "work",
                &format!("{name}.ics"),
                event(name, "").into_bytes(),
                now(),
            )
            .unwrap();
    }
    let mut page =
        |token: &str| ask(server, "REPORT", &work(""), &[("depth", "0")], &sync(token)).1;
    let first = page("");
    assert!(
        first.contains("a.ics") && first.contains("b.ics") && !first.contains("c.ics"),
        "{first}"
    );
    assert!(first.contains("507"), "{first}");
    let second = page(between(&first, "<sync-token>", "<"));
    assert!(
        second.contains("c.ics") && !second.contains("a.ics") && !second.contains("507"),
        "{second}"
    );
    let token = between(&second, "<sync-token>", "<").to_owned();
    server.delete_as_other("work", "b.ics", now()).unwrap();
    let third = ask(
        server,
        "REPORT",
        &work(""),
        &[("depth", "0")],
        &sync(&token),
    )
    .1;
    assert!(
        third.contains("b.ics</href><status>HTTP/1.1 404"),
        "{third}"
    );
    assert!(!third.contains("c.ics"), "{third}");
    server.reset_tokens("work").unwrap();
    let (status, body) = ask(
        server,
        "REPORT",
        &work(""),
        &[("depth", "0")],
        &sync(&token),
    );
    assert_eq!(status, 403);
    assert!(body.contains("valid-sync-token"), "{body}");
    assert_eq!(
        ask(
            server,
            "REPORT",
            &work(""),
            &[("depth", "0")],
            &sync("made up")
        )
        .0,
        403
    );
}

#[test]
fn one_missing_object_does_not_fail_a_multiget() {
    let server = &mut server(Behaviour {
        hrefs: HrefForm::SmallLetters,
        ..Behaviour::icloud()
    });
    server
        .put_as_other(
            "work",
            "ä@b.ics",
            event("a", "SUMMARY:]]>\r\n").into_bytes(),
            now(),
        )
        .unwrap();
    let body = format!(
        "<C:calendar-multiget xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/><C:calendar-data/></prop>\
         <href>{WORK}%C3%A4@b.ics</href><href>{WORK}none.ics</href><href>/43/calendars/work/%C3%A4%40b.ics</href></C:calendar-multiget>"
    );
    let (status, answer) = ask(server, "REPORT", &work(""), &[], &body);
    assert_eq!(status, 207);
    assert!(answer.contains("%c3%a4%40b.ics"), "{answer}");
    assert!(answer.contains("<![CDATA[BEGIN:VCALENDAR\r\n"), "{answer}");
    assert_eq!(answer.matches("404 Not Found").count(), 2, "{answer}");
}

#[test]
fn a_late_ctag_shows_old_news() {
    let late = Behaviour {
        ctag: Ctag::Late(TimeDelta::minutes(10)),
        ..Behaviour::icloud()
    };
    let server = &mut server(late);
    let ask_ctag = |server: &mut CalDav, at| {
        let body = "<propfind xmlns='DAV:'><prop><getctag xmlns='http://calendarserver.org/ns/'/></prop></propfind>";
        let (_, answer) = ask_at(server, at, "PROPFIND", &work(""), &[("depth", "0")], body);
        between(&answer, "@S=", "<").to_owned()
    };
    let before = ask_ctag(server, now());
    server
        .put_as_other("work", "a.ics", event("a", "").into_bytes(), now())
        .unwrap();
    assert_eq!(ask_ctag(server, now() + TimeDelta::minutes(9)), before);
    assert_ne!(ask_ctag(server, now() + TimeDelta::minutes(10)), before);
}

#[test]
fn a_server_may_store_its_own_words() {
    let server = &mut server(Behaviour {
        base: "",
        ..Behaviour::rewriting()
    });
    let sent = event("a", "X-KEEP:this\r\n");
    assert_eq!(ask(server, "PUT", &work("a.ics"), &[], &sent).0, 201);
    let (_, stored) = ask(server, "GET", &work("a.ics"), &[], "");
    assert_ne!(stored, sent);
    assert!(
        stored.contains("X-KEEP:this\r\n") && stored.contains("LAST-MODIFIED:20261126T080000Z"),
        "{stored}"
    );
}

#[test]
fn trouble_comes_and_goes() {
    let server = &mut server(Behaviour {
        per_minute: Some(1),
        ..Behaviour::icloud()
    });
    server.trouble.throttle(now() + TimeDelta::seconds(30));
    let mut status = |seconds| {
        ask_at(
            server,
            now() + TimeDelta::seconds(seconds),
            "OPTIONS",
            &work(""),
            &[],
            "",
        )
        .0
    };
    assert_eq!(
        (status(29), status(30), status(31), status(91)),
        (429, 200, 429, 200)
    );
    server.trouble.fail(1, 503);
    let refused = StatusCode::SERVICE_UNAVAILABLE.as_u16();
    let later = now() + TimeDelta::minutes(9);
    assert_eq!(
        ask_at(server, later, "OPTIONS", &work(""), &[], "").0,
        refused
    );
    assert_eq!(ask_at(server, later, "OPTIONS", &work(""), &[], "").0, 200);
}

/// The example of RFC 7616 section 3.9.1 has another realm; this one was worked out with Python's hashlib.
#[test]
fn digest_proves_the_password_without_showing_it() {
    let server = &mut server(Behaviour::icloud());
    server.account.scheme = Scheme::Digest;
    let shown = |response: &str| {
        format!(
            "Digest username=\"anna@icloud.example\", realm=\"MMCalDav\", nonce=\"c2FuZGJveA\", uri=\"{WORK}\", \
             algorithm=SHA-256, response=\"{response}\", qop=auth, nc=00000001, cnonce=\"0a4f113b\""
        )
    };
    let mut status = |authorization: &str| {
        let request = Request::builder()
            .method("PROPFIND")
            .uri(work(""))
            .header("depth", "0");
        let request = request
            .header("authorization", authorization)
            .body(Bytes::new())
            .unwrap();
        server.handle(&request, now()).status().as_u16()
    };
    assert_eq!(status(&shown(DIGEST)), 207);
    assert_eq!(status(&shown(&DIGEST.replace('1', "2"))), 401);
    assert_eq!(status(BASIC), 401);
}

const DIGEST: &str = "0b51c959b2f7311f66aa5328c70e76d48c29b888f7c72d7e9dd842cf96df9f39";
