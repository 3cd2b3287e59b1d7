//! What real servers send, and what must never be made of it.

use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use chrono::TimeDelta;

use super::script::{Script, account, answer, multistatus, page, response};
use crate::http::{HttpError, HttpFailure};
use crate::provider::{
    CalendarProvider as _, ChangePage, ErrorKind, Extent, Fetched, Found, Next, RetryAfter, Write,
};

const EVENT: &str =
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR\n";

fn ward() -> RemoteId {
    RemoteId::new("/cal/ward/")
}

fn id(name: &str) -> RemoteId {
    RemoteId::new(format!("/cal/ward/{name}"))
}

fn etag(value: &str) -> RemoteEtag {
    RemoteEtag::new(value)
}

fn item(name: &str, etag: &str) -> String {
    response(
        &format!("/cal/ward/{name}"),
        &format!("<D:getetag>{etag}</D:getetag>"),
    )
}

fn gone(name: &str) -> String {
    format!(
        "<D:response><D:href>/cal/ward/{name}</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
    )
}

fn token(value: &str) -> String {
    format!("<D:sync-token>{value}</D:sync-token>")
}

type Answers = Vec<Result<http::Response<Vec<u8>>, HttpError>>;

async fn changes(since: Option<&str>, answers: Answers) -> Result<ChangePage, ErrorKind> {
    let since = since.map(SyncToken::new);
    let script = Script::new(answers);
    let page = account(&script).changes(&ward(), since.as_ref()).await;
    page.map_err(|error| error.kind)
}

async fn get(names: &[&str], answers: Answers) -> Result<Vec<Fetched>, ErrorKind> {
    let ids: Vec<_> = names.iter().map(|name| id(name)).collect();
    let got = account(&Script::new(answers)).get(&ward(), &ids).await;
    got.map_err(|error| error.kind)
}

fn founds(fetched: Vec<Fetched>) -> Vec<Found> {
    fetched.into_iter().map(|one| one.found).collect()
}

#[tokio::test]
async fn calendars_with_all_their_oddities() {
    let calendar = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
    let inside = [
        response("/cal/", "<D:resourcetype><D:collection/></D:resourcetype>"),
        response(
            "https://internal:8443/cal/b%c3%a4/",
            &format!(
                "{calendar}<D:displayname> Bä </D:displayname><A:calendar-color>#FF8800cc</A:calendar-color>\
                      <CS:getctag>7</CS:getctag><D:current-user-privilege-set><D:privilege><D:read/></D:privilege>\
                      </D:current-user-privilege-set>"
            ),
        ),
        response(
            "/cal/ward",
            &format!(
                "{calendar}<D:sync-token>t1</D:sync-token><CS:getctag>8</CS:getctag>\
                      <C:supported-calendar-component-set><C:comp name=\"VTODO\"/></C:supported-calendar-component-set>\
                      <D:current-user-privilege-set><D:privilege><D:write-content/></D:privilege>\
                      </D:current-user-privilege-set>"
            ),
        ),
        response(
            "/cal/holidays/",
            "<D:resourcetype><D:collection/><C:calendar/><CS:subscribed/></D:resourcetype>",
        ),
        response(
            "/cal/inbox/",
            "<D:resourcetype><D:collection/><C:schedule-inbox/></D:resourcetype>",
        ),
        response(
            "/cal/old/",
            "<D:resourcetype><D:collection/><C:calendar/><X:deleted-calendar xmlns:X=\"http://nextcloud.com/ns\"/>\
             </D:resourcetype>",
        ),
        response(
            "/cal/journal/",
            &format!(
                "{calendar}<C:supported-calendar-component-set><C:comp name=\"VJOURNAL\"/>\
                      </C:supported-calendar-component-set>"
            ),
        ),
        response("/cal/ward/", calendar),
    ];
    let script = Script::new([multistatus(&inside.concat())]);
    let found = account(&script).list_calendars().await.unwrap();
    let seen: Vec<_> = found
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.display_name.as_str(),
                one.write,
                one.version.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("/cal/b%C3%A4/", "Bä", Write::Denied, Some("7")),
            ("/cal/holidays/", "holidays", Write::Denied, None),
            ("/cal/ward/", "ward", Write::Allowed, Some("t1")),
        ]
    );
    assert_eq!(found[0].color.as_deref(), Some("#ff8800"));
    assert_eq!(found[2].components.to_string(), "VTODO");
    assert_eq!(script.asked(), ["PROPFIND https://dav.example/cal/"]);
}

#[tokio::test]
async fn an_answer_that_is_none_is_never_an_empty_list() {
    let torn = "<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>/cal/</D:href>";
    for odd in [
        page(200),
        answer(200, &[], ""),
        answer(207, &[], ""),
        answer(207, &[], torn),
        answer(207, &[], "{\"error\":1}"),
        multistatus(""),
        answer(204, &[], ""),
    ] {
        let listed = account(&Script::new([odd.clone()])).list_calendars().await;
        assert_eq!(
            listed.unwrap_err().kind,
            ErrorKind::UnreadableAnswer,
            "{odd:?}"
        );
    }
    for (status, kind) in [
        (401, ErrorKind::Unauthenticated),
        (403, ErrorKind::Forbidden),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Unavailable),
        (503, ErrorKind::Unavailable),
    ] {
        let listed = account(&Script::new([page(status)])).list_calendars().await;
        assert_eq!(listed.unwrap_err().kind, kind, "{status}");
    }
}

#[tokio::test]
async fn a_listing_that_is_none_is_never_an_empty_calendar() {
    let unsupported = || answer(501, &[], "");
    for odd in [
        page(200),
        answer(207, &[], ""),
        multistatus(""),
        // Another folder: a proxy that rewrites paths.
        multistatus(&response("/other/", "")),
        multistatus(&response("/other/a.ics", "<D:getetag>\"1\"</D:getetag>")),
    ] {
        let listed = changes(None, vec![unsupported(), odd]).await;
        assert_eq!(listed, Err(ErrorKind::UnreadableAnswer));
    }
    let empty = multistatus(&response("/cal/ward/", ""));
    let listed = changes(None, vec![unsupported(), empty]).await.unwrap();
    assert_eq!((listed.present.len(), listed.extent), (0, Extent::Complete));
    assert_eq!(
        changes(None, vec![unsupported(), answer(404, &[], "")]).await,
        Err(ErrorKind::NotFound)
    );
}

#[tokio::test]
async fn changes_in_any_order_twice_and_without_versions() {
    let inside = [
        gone("gone.ics"),
        item("b.ics", "&quot;2&quot;"),
        gone("doubt.ics"),
        item("doubt.ics", "\"3\""),
        item("b.ics", "\"2\""),
        item("a%2eics", "W/\"1\""),
        response("/cal/ward/none.ics", ""),
        "<D:response><D:href>/cal/ward/closed.ics</D:href><D:status>HTTP/1.1 403 Forbidden</D:status></D:response>"
            .to_owned(),
        response("/cal/ward/sub/", ""),
        response("/cal/ward/sub/x.ics", "<D:getetag>\"4\"</D:getetag>"),
        token("t2"),
    ];
    let page = changes(Some("t1"), vec![multistatus(&inside.concat())])
        .await
        .unwrap();
    assert_eq!(
        page,
        ChangePage {
            present: vec![
                (id("a.ics"), etag("W/\"1\"")),
                (id("b.ics"), etag("\"2\"")),
                (id("closed.ics"), etag("")),
                (id("doubt.ics"), etag("")),
                (id("none.ics"), etag("")),
            ],
            removed: vec![id("gone.ics")],
            extent: Extent::Delta,
            next: Next::Done(Some(SyncToken::new("t2"))),
        }
    );
}

#[tokio::test]
async fn pages_of_everything_are_parts_of_one_listing() {
    let cut = "<D:response><D:href>/cal/ward</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>";
    let script = Script::new([
        multistatus(&[item("a.ics", "\"1\""), cut.to_owned(), token("t1")].concat()),
        multistatus(&[item("b.ics", "\"2\""), token("t2")].concat()),
    ]);
    let account = account(&script);
    let first = account.changes(&ward(), None).await.unwrap();
    let Next::Page(next) = first.next else {
        panic!("{:?}", first.next)
    };
    let second = account.changes(&ward(), Some(&next)).await.unwrap();
    assert_eq!(
        (first.extent, second.extent),
        (Extent::Complete, Extent::Complete)
    );
    assert_eq!(second.next, Next::Done(Some(SyncToken::new("t2"))));
}

#[tokio::test]
async fn a_server_that_stops_without_having_begun_is_listed_instead() {
    let cut = "<D:response><D:href>/cal/ward/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>";
    let stuck = multistatus(&[cut.to_owned(), token("t1")].concat());
    let all = multistatus(&[response("/cal/ward/", ""), item("a.ics", "\"1\"")].concat());
    let page = changes(Some("t1"), vec![stuck, all]).await.unwrap();
    assert_eq!(
        (page.extent, page.next),
        (Extent::Complete, Next::Done(None))
    );
}

#[tokio::test]
async fn an_unknown_token_is_told_apart_from_everything_else() {
    let body = "<D:error xmlns:D=\"DAV:\"><D:valid-sync-token/></D:error>";
    for status in [400, 403, 409, 410, 412] {
        for body in [body, ""] {
            let told = changes(Some("old"), vec![answer(status, &[], body)]).await;
            assert_eq!(told, Err(ErrorKind::TokenExpired), "{status} {body}");
        }
    }
    // A server that stumbles over it: everything is listed.
    let all = || multistatus(&[response("/cal/ward/", ""), item("a.ics", "\"1\"")].concat());
    let page = changes(Some("old"), vec![answer(500, &[], ""), all()])
        .await
        .unwrap();
    assert_eq!(page.extent, Extent::Complete);
    // No token in the answer: there is no going on from there.
    let page = changes(
        Some("old"),
        vec![multistatus(&item("a.ics", "\"1\"")), all()],
    )
    .await
    .unwrap();
    assert_eq!(
        (page.extent, page.next),
        (Extent::Complete, Next::Done(None))
    );
    assert_eq!(
        changes(Some("old"), vec![answer(401, &[], "")]).await,
        Err(ErrorKind::Unauthenticated)
    );
    assert_eq!(
        changes(Some("old"), vec![answer(503, &[], "")]).await,
        Err(ErrorKind::Unavailable)
    );
}

#[tokio::test]
async fn one_object_that_is_missing_does_not_spoil_the_others() {
    let data = |name: &str| {
        response(
            &format!("/cal/ward/{name}"),
            &format!(
                "<D:getetag>\"1\"</D:getetag><C:calendar-data>\n  {EVENT}  </C:calendar-data>"
            ),
        )
    };
    let inside = [
        data("b.ics"),
        gone("c.ics"),
        data("a.ics"),
        data("stranger.ics"),
    ]
    .concat();
    let alone = answer(200, &[("ETag", "\"1\"")], &EVENT.replace('\n', "\r\n"));
    let got = get(
        &["a.ics", "b.ics", "c.ics", "d.ics"],
        vec![multistatus(&inside), alone],
    )
    .await
    .unwrap();
    let found = founds(got);
    let Found::Object { octets, .. } = &found[0] else {
        panic!("{found:?}")
    };
    assert_eq!(*octets, EVENT.replace('\n', "\r\n").into_bytes());
    assert!(found[0] == found[1] && found[2] == Found::Nothing && found[3] == found[0]);
}

#[tokio::test]
async fn a_batch_that_fails_is_read_one_by_one() {
    let whole = || answer(200, &[("ETag", "\"1\"")], EVENT);
    let spoilt = "<D:multistatus xmlns:D=\"DAV:\"><D:response>\u{1}</D:response></D:multistatus>";
    for failure in [
        answer(207, &[], spoilt),
        answer(404, &[], ""),
        answer(403, &[], ""),
        answer(500, &[], ""),
        answer(501, &[], ""),
        Err(HttpError::new(HttpFailure::TooLarge, "")),
    ] {
        let answers = vec![failure, whole(), answer(404, &[], ""), answer(500, &[], "")];
        let found = founds(get(&["a.ics", "b.ics", "c.ics"], answers).await.unwrap());
        assert!(matches!(found[0], Found::Object { .. }));
        assert_eq!(found[1..], [Found::Nothing, Found::Refused]);
    }
    for (failure, kind) in [
        (page(200), ErrorKind::UnreadableAnswer),
        (answer(401, &[], ""), ErrorKind::Unauthenticated),
        (answer(429, &[], ""), ErrorKind::RateLimited),
        (answer(503, &[], ""), ErrorKind::Unavailable),
        (
            Err(HttpError::new(HttpFailure::Broken, "")),
            ErrorKind::Interrupted,
        ),
    ] {
        assert_eq!(get(&["a.ics", "b.ics"], vec![failure]).await, Err(kind));
    }
}

#[tokio::test]
async fn nothing_is_gone_because_its_calendar_could_not_be_read() {
    let there = || multistatus(&response("/cal/ward/", ""));
    let lost = || answer(404, &[], "");
    assert_eq!(
        founds(get(&["a.ics"], vec![lost(), there()]).await.unwrap()),
        [Found::Nothing]
    );
    assert_eq!(
        get(&["a.ics"], vec![lost(), lost()]).await,
        Err(ErrorKind::NotFound)
    );
    let failing = || answer(500, &[], "");
    assert_eq!(
        founds(get(&["a.ics"], vec![failing(), there()]).await.unwrap()),
        [Found::Refused]
    );
    assert_eq!(
        get(&["a.ics"], vec![failing(), failing()]).await,
        Err(ErrorKind::Unavailable)
    );
}

#[tokio::test]
async fn what_is_no_object_is_refused_and_a_web_page_is_no_answer() {
    for odd in ["", "sorry", "BEGIN:VCARD\r\nEND:VCARD\r\n"] {
        let found = founds(
            get(&["a.ics"], vec![answer(200, &[("ETag", "\"1\"")], odd)])
                .await
                .unwrap(),
        );
        assert_eq!(found, [Found::Refused], "{odd}");
    }
    assert_eq!(
        get(&["a.ics"], vec![page(200)]).await,
        Err(ErrorKind::UnreadableAnswer)
    );
    let huge = Err(HttpError::new(HttpFailure::TooLarge, ""));
    assert_eq!(
        founds(get(&["a.ics"], vec![huge]).await.unwrap()),
        [Found::Refused]
    );
}

#[tokio::test]
async fn text_and_version_are_from_one_answer() {
    let newer = EVENT.replace("UID:a", "UID:b");
    let report = response(
        "/cal/ward/a.ics",
        &format!("<D:getetag>\"2\"</D:getetag><C:calendar-data>{newer}</C:calendar-data>"),
    );
    let answers = vec![answer(200, &[], EVENT), multistatus(&report)];
    let found = founds(get(&["a.ics"], answers).await.unwrap());
    let octets = newer.replace('\n', "\r\n").into_bytes();
    assert_eq!(
        found,
        [Found::Object {
            etag: etag("\"2\""),
            octets
        }]
    );
}

#[tokio::test]
async fn the_time_to_wait_is_read_in_both_spellings() {
    let date = "Wed, 21 Oct 2026 07:28:00 GMT";
    let at = chrono::DateTime::parse_from_rfc2822(date).unwrap().to_utc();
    for (value, expected) in [
        ("120", Some(RetryAfter::Delay(TimeDelta::seconds(120)))),
        (date, Some(RetryAfter::At(at))),
        ("soon", None),
        ("-1", None),
    ] {
        let script = Script::new([answer(503, &[("Retry-After", value)], "")]);
        let error = account(&script).list_calendars().await.unwrap_err();
        assert_eq!(
            (error.kind, error.retry_after),
            (ErrorKind::RateLimited, expected)
        );
    }
}
