use http::{HeaderMap, HeaderValue, Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::{
    ids::{RemoteEtag, RemoteId, SyncToken},
    projection::{Access, Alarm, AlarmKind, Fields, Notify, Original, Role},
    sync::{ErrorKind, RetryAfter},
    tz::Zone,
};

fn root() -> Url {
    Url::parse("https://www.googleapis.com/calendar/v3/").unwrap()
}

fn id(text: &str) -> RemoteId {
    RemoteId::new(text)
}

fn path(request: &Request<Vec<u8>>) -> String {
    let method = request.method();
    format!("{method} {}", request.uri().path_and_query().unwrap())
}

fn place(since: Option<&str>, page: Option<&str>) -> Place {
    Place {
        since: since.map(str::to_owned),
        page: page.map(str::to_owned),
    }
}

#[test]
fn p_50_the_questions_of_a_round_differ_in_their_tokens_alone() {
    let fixed = "GET /calendar/v3/calendars/a%40b/events?singleEvents=false&showDeleted=true\
                 &maxResults=2500";
    let cases = [
        (Place::START, ""),
        (place(None, Some("p1")), "&pageToken=p1"),
        (place(Some("s="), None), "&syncToken=s%3D"),
        (place(Some("s"), Some("p2")), "&syncToken=s&pageToken=p2"),
    ];
    for (place, tokens) in cases {
        let request = page(&root(), &id("a@b"), &place).unwrap();
        assert_eq!(
            path(&request).replace("a@b", "a%40b"),
            format!("{fixed}{tokens}")
        );
        assert!(request.headers().get("authorization").is_none());
    }
    let request = series(&root(), &id("c"), "x y@z", None).unwrap();
    assert!(path(&request).ends_with("&maxResults=2500&iCalUID=x+y%40z"));
}

#[test]
fn p_51_a_token_remembers_where_in_a_round_it_stands() {
    let places = [
        place(None, Some("p&=1")),
        place(Some("s ü"), None),
        place(Some("s"), Some("p")),
    ];
    for place in places {
        assert_eq!(Place::read(&place.token()), Some(place));
    }
    for foreign in [
        "",
        "v=1",
        "since=a",
        "v=0&since=a",
        "v=1&since=a&x=",
        "http://nobody.example/ns/sync/0",
    ] {
        assert_eq!(Place::read(&SyncToken::new(foreign)), None, "{foreign}");
    }
}

#[test]
fn p_52_ids_are_spelt_so_that_google_reads_them() {
    let odd = id("de.german#holiday@group.v.calendar.google.com");
    let request = get(&root(), &odd, &id("a/b?c%")).unwrap();
    let spelt = "calendars/de.german%23holiday@group.v.calendar.google.com/events/a%2Fb%3Fc%25";
    assert_eq!(path(&request), format!("GET /calendar/v3/{spelt}"));
    for nothing in ["", ".", ".."] {
        let refused = get(&root(), &odd, &id(nothing)).unwrap_err();
        assert_eq!(refused, BadRequest::Address);
    }
    let local = Url::parse("http://127.0.0.1:4000/calendar/v3").unwrap();
    let request = calendars(&local, Some("n")).unwrap();
    assert_eq!(
        path(&request),
        "GET /calendar/v3/users/me/calendarList?maxResults=250&pageToken=n"
    );
    let series = id("m");
    let at = |original| path(&instances(&root(), &id("c"), &series, original).unwrap());
    let day = "2026-04-06".parse().unwrap();
    assert!(at(Original::On(day)).contains("/m/instances?originalStart=2026-04-06&"));
    let instant = "2026-04-06T07:00:00Z".parse().unwrap();
    assert!(at(Original::At(instant)).contains("?originalStart=2026-04-06T07%3A00%3A00Z&"));
}

#[test]
fn p_53_the_id_of_a_new_event_is_one_that_google_takes() {
    let calendar = id("anna@praxis.example");
    let visit = id("anna@praxis.example/visit-1.ics");
    let event = event_id(&calendar, &visit).unwrap();
    assert_eq!(event.as_str(), "pdcepkn6qbk5koisqb3ec");
    assert_eq!(object_id(&calendar, &event), visit);

    let theirs = object_id(&calendar, &id("_60q30c1g_20260302T080000Z"));
    assert_eq!(
        theirs.as_str(),
        "anna@praxis.example/~_60q30c1g_20260302T080000Z"
    );
    assert_eq!(
        event_id(&calendar, &theirs),
        Some(id("_60q30c1g_20260302T080000Z"))
    );
    for foreign in [
        "anna@praxis.example",
        "anna@praxis.example/",
        "anna@praxis.example/~",
        "other@praxis.example/visit-1.ics",
    ] {
        assert_eq!(event_id(&calendar, &id(foreign)), None, "{foreign}");
    }
    let endless = format!("anna@praxis.example/{}", "a".repeat(700));
    assert_eq!(event_id(&calendar, &id(&endless)), None);
}

proptest! {
    #[test]
    fn p_53_every_name_and_every_event_has_one_id(
        name in "[^~/][^/]{0,60}",
        event in prop_oneof!["[a-v0-9]{5,30}", "_?[a-zA-Z0-9_]{1,30}", "pdc[a-v0-9]{1,20}"],
    ) {
        let calendar = id("c");
        let object = id(&format!("c/{name}"));
        let made = event_id(&calendar, &object).unwrap();
        prop_assert!(made.as_str().len() >= 5);
        prop_assert!(made.as_str().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v')));
        prop_assert_eq!(object_id(&calendar, &made), object);

        let there = object_id(&calendar, &id(&event));
        prop_assert_eq!(event_id(&calendar, &there), Some(id(&event)));
    }
}

#[test]
fn p_54_a_page_is_read_whole_or_not_at_all() {
    let answer = json!({
        "kind": "calendar#events", "etag": "\"p\"", "nextPageToken": "p2", "items": [
            {"id": "m_1", "etag": "\"2\"", "status": "cancelled", "recurringEventId": "m",
             "originalStartTime": {"dateTime": "2026-03-09T09:00:00+01:00"}},
            {"id": "m", "etag": "\"1\"", "iCalUID": "m@google.com", "recurrence": ["RRULE:FREQ=DAILY"],
             "invented": {"later": true}},
            {"id": "s", "etag": "\"3\"", "sequence": "not a number"},
            {"id": "gone", "status": "cancelled"},
        ],
    });
    let begun = place(Some("s1"), None);
    let page = parse_page(answer.to_string().as_bytes(), &begun).unwrap();
    let seen: Vec<_> = page
        .items
        .iter()
        .map(|item| {
            (
                item.object.as_str(),
                item.part.role,
                item.of_series,
                item.is_cancelled,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("m", Role::Cancelled, true, true),
            ("m", Role::Main, true, false),
            ("s", Role::Main, false, false),
            ("gone", Role::Main, false, true),
        ]
    );
    assert_eq!(page.items[1].uid.as_deref(), Some("m@google.com"));
    assert!(page.items[1].part.body.as_str().contains("\"invented\""));
    assert_eq!(page.next, Step::More(place(Some("s1"), Some("p2"))));

    let last = parse_page(br#"{"nextSyncToken":"s2"}"#, &begun).unwrap();
    assert_eq!(last.next, Step::Done(Some(place(Some("s2"), None))));
    for torn in [
        &br#"{"items":[{"etag":"1"}]}"#[..],
        br#"{"items":["#,
        b"<html>",
        b"[]",
    ] {
        assert_eq!(parse_page(torn, &begun), Err(Unreadable));
    }
}

#[test]
fn p_55_a_refusal_is_read_by_its_reason() {
    let said = |asked, status: u16, reason: &str| {
        let body = json!({"error": {"code": status, "message": "Secret title",
            "errors": [{"domain": "x", "reason": reason, "message": "Secret title"}]}});
        Failure::read(
            asked,
            status,
            &HeaderMap::new(),
            body.to_string().as_bytes(),
        )
        .kind
    };
    let cases = [
        (Asked::Read, 401, "authError", ErrorKind::Unauthenticated),
        (
            Asked::Read,
            403,
            "rateLimitExceeded",
            ErrorKind::RateLimited,
        ),
        (
            Asked::Write,
            403,
            "userRateLimitExceeded",
            ErrorKind::RateLimited,
        ),
        (Asked::Write, 403, "quotaExceeded", ErrorKind::RateLimited),
        (
            Asked::Write,
            403,
            "forbiddenForNonOrganizer",
            ErrorKind::Forbidden,
        ),
        (Asked::Write, 403, "inventedLater", ErrorKind::Forbidden),
        (Asked::Read, 404, "notFound", ErrorKind::NotFound),
        (
            Asked::Write,
            409,
            "duplicate",
            ErrorKind::PreconditionFailed,
        ),
        (Asked::Write, 409, "conflict", ErrorKind::Unavailable),
        (
            Asked::Since,
            410,
            "fullSyncRequired",
            ErrorKind::TokenExpired,
        ),
        (
            Asked::Since,
            410,
            "updatedMinTooLongAgo",
            ErrorKind::TokenExpired,
        ),
        (Asked::Write, 410, "deleted", ErrorKind::Gone),
        (
            Asked::Write,
            412,
            "conditionNotMet",
            ErrorKind::PreconditionFailed,
        ),
        (Asked::Since, 400, "invalid", ErrorKind::TokenExpired),
        (Asked::Read, 400, "invalid", ErrorKind::InvalidRequest),
        (
            Asked::Read,
            429,
            "rateLimitExceeded",
            ErrorKind::RateLimited,
        ),
        (Asked::Read, 500, "backendError", ErrorKind::Unavailable),
    ];
    for (asked, status, reason, kind) in cases {
        assert_eq!(said(asked, status, reason), kind, "{status} {reason}");
    }
}

#[test]
fn p_55_a_refusal_without_a_reason_is_read_by_its_status_and_keeps_no_content() {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("30"));
    let busy = Failure::read(Asked::Read, 503, &headers, b"<html>Praxis</html>");
    assert_eq!(busy.kind, ErrorKind::RateLimited);
    assert_eq!(busy.retry_after, RetryAfter::read("30"));
    assert_eq!(busy.reason, None);
    let scope = br#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":
        [{"@type":"x"},{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#;
    let scope = Failure::read(Asked::Write, 403, &HeaderMap::new(), scope);
    assert_eq!(
        (scope.kind, scope.reason.as_deref()),
        (
            ErrorKind::Forbidden,
            Some("ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        )
    );
    let talk = br#"{"error":{"errors":[{"reason":"Visit of Mrs Weber"}]}}"#;
    let talk = Failure::read(Asked::Read, 400, &HeaderMap::new(), talk);
    assert_eq!(talk.reason, None);
}

#[test]
fn p_56_changes_carry_the_version_they_are_about_and_creations_an_id_of_ours() {
    let fields: Fields = serde_json::from_value(json!({"summary": "x", "location": null})).unwrap();
    let (c, e, etag) = (id("c"), id("pdc123"), RemoteEtag::new("\"35\""));
    let created = insert(&root(), &c, &e, &fields, Notify::Nobody).unwrap();
    assert_eq!(
        path(&created),
        "POST /calendar/v3/calendars/c/events?sendUpdates=none&supportsAttachments=true"
    );
    let body: Value = serde_json::from_slice(created.body()).unwrap();
    assert_eq!(
        body,
        json!({"id": "pdc123", "summary": "x", "location": null})
    );

    let all = [
        (
            "PATCH",
            patch(&root(), &c, &e, &etag, &fields, Notify::Guests),
        ),
        (
            "PUT",
            replace(&root(), &c, &e, &etag, &fields, Notify::Guests),
        ),
        ("DELETE", delete(&root(), &c, &e, &etag, Notify::Guests)),
    ];
    for (method, request) in all {
        let request = request.unwrap();
        let start = format!("{method} /calendar/v3/calendars/c/events/pdc123?sendUpdates=all");
        assert!(path(&request).starts_with(&start));
        assert_eq!(request.headers()["if-match"], "\"35\"");
    }
    let blind = delete(&root(), &c, &e, &RemoteEtag::new(""), Notify::Nobody);
    assert_eq!(blind.unwrap_err(), BadRequest::Version);
}

#[test]
fn p_57_a_calendar_says_what_its_events_are_read_with() {
    let answer = json!({"items": [
        {"id": "anna@praxis.example", "summary": "anna@praxis.example", "summaryOverride": "Praxis",
         "timeZone": "Europe/Vienna", "backgroundColor": "#9fe1e7", "accessRole": "owner", "primary": true,
         "defaultReminders": [{"method": "popup", "minutes": 10}, {"method": "sms", "minutes": 5}]},
        {"id": "duty", "summary": "Duty", "accessRole": "freeBusyReader"},
        {"id": "new", "accessRole": "inventedLater", "timeZone": "Nowhere/Zone"},
        {"id": "off", "deleted": true},
    ], "nextPageToken": "2"});
    let page = parse_calendars(answer.to_string().as_bytes()).unwrap();
    assert_eq!(page.next.as_deref(), Some("2"));
    let names: Vec<_> = page
        .calendars
        .iter()
        .map(|one| (one.name.as_str(), one.access))
        .collect();
    let expected = [
        ("Praxis", Access::Write),
        ("Duty", Access::FreeBusy),
        ("", Access::Read),
    ];
    assert_eq!(names, expected);
    let context = page.calendars[0].context(Some("Anna@praxis.example"));
    assert!(context.is_own("anna@praxis.example"));
    assert_eq!(Some(context.zone), Zone::named("Europe/Vienna"));
    let ten = Alarm {
        minutes: 10,
        kind: AlarmKind::Display,
    };
    assert_eq!(context.default_alarms, [ten]);
    assert_eq!(page.calendars[2].context(None).zone, Zone::Utc);
    assert_eq!(parse_calendars(br#"{"items":[{}]}"#), Err(Unreadable));
}

#[test]
fn a_watch_names_its_channel_and_is_stopped_with_what_google_calls_it() {
    let there = Url::parse("https://api.pharmadoc.example/v1/hooks/google/c1").unwrap();
    let until = crate::time::Instant::from_timestamp(1_800_000_000, 0).unwrap();
    let request = watch(&root(), &id("a@b"), "c1", (&there, "secret"), until).unwrap();
    assert_eq!(
        path(&request),
        "POST /calendar/v3/calendars/a@b/events/watch"
    );
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        (&body["id"], &body["type"], &body["token"]),
        (&json!("c1"), &json!("web_hook"), &json!("secret"))
    );
    assert_eq!(body["expiration"], "1800000000000");
    let said =
        br#"{"kind":"api#channel","id":"c1","resourceId":"r1","expiration":"1800000000000"}"#;
    let channel = parse_watch(said).unwrap();
    assert_eq!(channel.expires, Some(until));
    let request = stop(&root(), "c1", &channel.resource).unwrap();
    assert_eq!(path(&request), "POST /calendar/v3/channels/stop");
    assert_eq!(request.body(), br#"{"id":"c1","resourceId":"r1"}"#);
}
