use chrono::{NaiveDate, TimeDelta};
use http::{HeaderMap, HeaderValue, Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::{
    ids::{RemoteEtag, RemoteId, SyncToken},
    projection::{Act, Answer, Fields, Original},
    sync::{ErrorKind, RetryAfter},
    time::{Instant, Span},
};

fn root() -> Url {
    Url::parse("https://graph.microsoft.com/v1.0/").unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn window() -> Span {
    Span {
        start: at("2026-03-01T00:00:00Z"),
        end: at("2026-04-01T00:00:00Z"),
    }
}

fn path(request: &Request<Vec<u8>>) -> String {
    let method = request.method();
    format!("{method} {}", request.uri().path_and_query().unwrap())
}

fn body(request: &Request<Vec<u8>>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

fn id(text: &str) -> RemoteId {
    RemoteId::new(text)
}

#[test]
fn g_40_every_request_asks_for_lasting_ids_and_for_utc() {
    let etag = RemoteEtag::new("W/\"1\"");
    let fields = Fields::new();
    let all = [
        calendars(&root()),
        view(&root(), &id("c"), window()),
        follow(
            &root(),
            &SyncToken::new("https://graph.microsoft.com/v1.0/x?$skiptoken=a%2Bb"),
        ),
        get(&root(), &id("c"), &id("e")),
        create(&root(), &id("c"), &fields, "n", "t"),
        patch(&root(), &id("e"), &etag, &fields),
        delete(&root(), &id("e"), &etag),
        respond(&root(), &id("e"), Answer::Accepted, None).map(Option::unwrap),
        find(&root(), &id("c"), "n"),
        instances(&root(), &id("e"), Original::At(at("2026-03-02T08:00:00Z"))),
        schedules(&root(), &["a@b.example"], window()),
        batch(&root(), &[]),
    ];
    for request in all {
        let request = request.unwrap();
        let prefer = request.headers()["prefer"].to_str().unwrap();
        for wish in [
            "IdType=\"ImmutableId\"",
            "outlook.timezone=\"UTC\"",
            "odata.maxpagesize=",
        ] {
            assert!(prefer.contains(wish), "{}", path(&request));
        }
        assert!(request.headers().get("authorization").is_none());
    }
}

#[test]
fn g_41_ids_and_filters_are_spelt_so_that_graph_reads_them() {
    let odd = id("AAMk/+= ?#'ü");
    let request = view(&root(), &odd, window()).unwrap();
    assert_eq!(
        path(&request),
        "GET /v1.0/me/calendars/AAMk%2F+=%20%3F%23'%C3%BC/calendarView/delta?startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z"
    );
    let request = find(&root(), &id("c"), "it's + 1&2").unwrap();
    assert!(
        path(&request).contains("ep/value%20eq%20%27it%27%27s%20%2B%201%262%27)&$select="),
        "{}",
        path(&request)
    );
    let request = get(&root(), &id("c"), &id("e")).unwrap();
    let asked = path(&request);
    assert!(
        asked.contains("cancelledOccurrences,")
            && asked.contains("$expand=exceptionOccurrences,singleValue")
    );
    assert!(!request.uri().to_string().contains(' '));
    let bare = Url::parse("http://127.0.0.1:4000/v1.0").unwrap();
    assert_eq!(path(&calendars(&bare).unwrap()), "GET /v1.0/me/calendars");
}

#[test]
fn g_42_a_link_is_used_as_it_is_and_never_to_another_server() {
    let link = "https://graph.microsoft.com/v1.0/me/calendarView/delta?$skiptoken=R0_a%2f+b~(x)";
    let request = follow(&root(), &SyncToken::new(link)).unwrap();
    assert_eq!(request.uri().to_string(), link);
    for foreign in [
        "https://graph.microsoft.com.evil.example/v1.0/",
        "https://evil.example/v1.0/",
        "http://graph.microsoft.com/v1.0/",
        "https://graph.microsoft.com:8443/v1.0/",
        "https://graph.microsoft.com@evil.example/v1.0/",
        "https://user@graph.microsoft.com/v1.0/",
        "https://evil.example\\@graph.microsoft.com/v1.0/",
        "https://graph.microsoft.com\\.evil.example/v1.0/",
        "//graph.microsoft.com/v1.0/",
        "/v1.0/me",
        "",
    ] {
        let refused = follow(&root(), &SyncToken::new(foreign)).unwrap_err();
        assert_eq!(refused, BadRequest::ForeignLink, "{foreign}");
    }
    let local = Url::parse("http://127.0.0.1:4000/v1.0/").unwrap();
    assert!(follow(&local, &SyncToken::new("http://127.0.0.1:4000/v1.0/x")).is_ok());
    assert!(follow(&local, &SyncToken::new("http://127.0.0.1:4001/v1.0/x")).is_err());
}

fn page(ids: &[(&str, bool)], link: Option<&str>) -> Page {
    let items: Vec<_> = ids.iter().map(|(id, there)| match there {
        true => json!({"id": id, "@odata.etag": format!("W/\"{id}\""), "type": "occurrence", "seriesMasterId": "m"}),
        false => json!({"id": id, "@removed": {"reason": "deleted"}}),
    }).collect();
    let mut page = json!({"value": items});
    match link {
        Some(link) => page["@odata.nextLink"] = json!(link),
        None => page["@odata.deltaLink"] = json!("done"),
    }
    parse_page(page.to_string().as_bytes()).unwrap()
}

#[test]
fn g_43_the_last_word_of_a_round_counts_and_a_removal_is_about_the_window() {
    let mut round = Round::new();
    let more = round.take(page(&[("a", true), ("b", false), ("a", false)], Some("2")));
    assert_eq!(more, Step::More(SyncToken::new("2")));
    round.take(page(&[], Some("3")));
    let done = round.take(page(&[("b", true), ("c", true)], None));
    assert_eq!(done, Step::Done(SyncToken::new("done")));
    assert_eq!(round.words()[&id("a")], Word::NotInWindow);
    assert!(
        matches!(&round.words()[&id("b")], Word::There { object, etag: Some(_) } if *object == id("m"))
    );
    assert_eq!(Vec::from_iter(round.objects()), [&id("m")]);
    for torn in [
        "",
        "{}",
        "{\"value\":[]}",
        "{\"value\":[{}],\"@odata.deltaLink\":\"x\"}",
        "<html>",
    ] {
        assert_eq!(parse_page(torn.as_bytes()), Err(Unreadable), "{torn}");
    }
}

#[test]
fn g_44_a_round_without_end_is_given_up() {
    let mut round = Round::new();
    let steps: Vec<_> = (0..3)
        .map(|at| round.take(page(&[("a", true), ("b", true)], Some(&at.to_string()))))
        .collect();
    assert!(matches!(
        steps[..],
        [Step::More(_), Step::More(_), Step::Endless]
    ));
    let mut round = Round::new();
    let mut pages = 0;
    while let Step::More(_) = round.take(page(&[(&pages.to_string(), true)], Some("x"))) {
        pages += 1;
        assert!(pages < 10_000);
    }
    let mut round = Round::new();
    for at in 0..10 {
        let empty = round.take(page(&[], Some(&at.to_string())));
        assert!(
            matches!(empty, Step::More(_)),
            "an empty page may have a next one"
        );
    }
}

#[test]
fn g_45_a_refusal_is_read_by_its_code_and_then_by_its_status() {
    use Asked::{Changes, Read, Write};
    use ErrorKind as K;
    #[rustfmt::skip]
    let table = [
        (Read, 401, "InvalidAuthenticationToken", K::Unauthenticated),
        (Write, 403, "ErrorAccessDenied", K::Forbidden),
        (Write, 404, "ErrorItemNotFound", K::NotFound),
        (Read, 404, "MailboxNotEnabledForRESTAPI", K::Unsupported),
        (Changes, 410, "SyncStateNotFound", K::TokenExpired),
        (Changes, 410, "syncStateNotFound", K::TokenExpired),
        (Changes, 400, "InvalidDeltaToken", K::TokenExpired),
        (Changes, 410, "", K::TokenExpired),
        (Read, 410, "", K::Gone),
        (Write, 412, "ErrorIrresolvableConflict", K::PreconditionFailed),
        (Read, 412, "ErrorIrresolvableConflict", K::Unavailable),
        (Write, 409, "ErrorSaveConflict", K::Unavailable),
        (Read, 429, "ApplicationThrottled", K::RateLimited),
        (Read, 429, "", K::RateLimited),
        (Read, 503, "MailboxConcurrency", K::RateLimited),
        (Read, 503, "", K::Unavailable),
        (Read, 504, "", K::Unavailable),
        (Write, 507, "ErrorQuotaExceeded", K::Full),
        (Write, 400, "ErrorInvalidRequest", K::InvalidRequest),
        (Write, 413, "", K::InvalidRequest),
        (Read, 200, "", K::UnreadableAnswer),
        (Read, 302, "", K::UnreadableAnswer),
    ];
    for (asked, status, code, kind) in table {
        let body =
            json!({"error": {"code": code, "message": "Dr. Weiß", "innerError": {}}}).to_string();
        let failure = Failure::read(asked, status, &HeaderMap::new(), body.as_bytes());
        assert_eq!(failure.kind, kind, "{status} {code}");
        assert!(!format!("{failure:?}").contains("Weiß"));
    }
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("30"));
    headers.insert(
        "www-authenticate",
        HeaderValue::from_static(
            "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJ9\"",
        ),
    );
    let failure = Failure::read(Read, 503, &headers, b"<html>");
    assert_eq!(failure.kind, K::RateLimited);
    assert_eq!(
        failure.retry_after,
        Some(RetryAfter::Delay(TimeDelta::seconds(30)))
    );
    assert_eq!(failure.claims.as_deref(), Some("eyJ9"));
    let content = Failure::read(
        Read,
        400,
        &HeaderMap::new(),
        b"{\"error\":{\"code\":\"no word at all\"}}",
    );
    assert_eq!(content.code, None);
}

#[test]
fn g_46_writes_carry_a_condition_and_creations_an_id_of_ours() {
    let etag = RemoteEtag::new("W/\"Dw==\"");
    let mut fields = Fields::new();
    fields.insert("subject".to_owned(), json!("x"));
    let made = create(&root(), &id("c"), &fields, "visit.ics", "7E163156").unwrap();
    assert_eq!(path(&made), "POST /v1.0/me/calendars/c/events");
    assert_eq!(
        body(&made),
        json!({"subject": "x", "transactionId": "7E163156", "singleValueExtendedProperties":
            [{"id": crate::graph::project::NAME_ID, "value": "visit.ics"}]})
    );
    let sent = |what: &Act| act(&root(), &id("e"), &etag, what).unwrap();
    let patched = sent(&Act::Patch(fields)).unwrap();
    assert_eq!(
        (path(&patched), &patched.headers()["if-match"]),
        (
            "PATCH /v1.0/me/events/e".to_owned(),
            &HeaderValue::from_static("W/\"Dw==\"")
        )
    );
    assert_eq!(body(&patched), json!({"subject": "x"}));
    let deleted = sent(&Act::Delete).unwrap();
    assert_eq!(
        (path(&deleted), deleted.headers().contains_key("if-match")),
        ("DELETE /v1.0/me/events/e".to_owned(), true)
    );
    let cancelled = sent(&Act::Cancel).unwrap();
    assert_eq!(
        (path(&cancelled), body(&cancelled)),
        ("POST /v1.0/me/events/e/cancel".to_owned(), json!({}))
    );
    for (answer, action) in [
        (Answer::Accepted, Some("accept")),
        (Answer::Declined, Some("decline")),
        (Answer::Tentative, Some("tentativelyAccept")),
        (Answer::NeedsAction, None),
    ] {
        let act = Act::Respond {
            answer,
            comment: Some("gern".to_owned()),
            fields: Fields::new(),
        };
        let request = sent(&act);
        assert_eq!(
            request.as_ref().map(path),
            action.map(|action| format!("POST /v1.0/me/events/e/{action}"))
        );
        if let Some(request) = request {
            assert_eq!(
                body(&request),
                json!({"sendResponse": true, "comment": "gern"})
            );
        }
    }
    assert!(sent(&Act::Insert(Fields::new())).is_none());
    let unconditional = delete(&root(), &id("e"), &RemoteEtag::new(""));
    assert_eq!(unconditional.unwrap_err(), BadRequest::Version);
}

#[test]
fn g_47_an_occurrence_is_found_by_the_start_it_has_by_rule() {
    let answer = json!({"value": [
        {"id": "moved", "changeKey": "1", "type": "exception", "originalStart": "2026-03-09T08:00:00Z",
            "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "UTC"}},
        {"id": "there", "changeKey": "2", "type": "occurrence", "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "UTC"}},
    ]}).to_string();
    let found = |original| {
        parse_instances(answer.as_bytes(), original)
            .unwrap()
            .map(|(id, etag)| (id.to_string(), etag.to_string()))
    };
    let expect = |id: &str, etag: &str| Some((id.to_owned(), etag.to_owned()));
    assert_eq!(
        found(Original::At(at("2026-03-02T08:00:00Z"))),
        expect("there", "W/\"2\"")
    );
    assert_eq!(
        found(Original::At(at("2026-03-09T08:00:00Z"))),
        expect("moved", "W/\"1\"")
    );
    assert_eq!(found(Original::At(at("2026-03-16T08:00:00Z"))), None);
    let day = json!({"value": [{"id": "day", "start": {"dateTime": "2026-05-13T22:00:00.0000000", "timeZone": "UTC"}}]}).to_string();
    let on = |day| Original::On(NaiveDate::from_ymd_opt(2026, 5, day).unwrap());
    assert!(parse_instances(day.as_bytes(), on(14)).unwrap().is_some());
    assert!(parse_instances(day.as_bytes(), on(13)).unwrap().is_none());
}

#[test]
fn g_48_the_requests_of_a_batch_are_answered_each_for_itself() {
    let one = calendars(&root()).unwrap();
    let two = patch(
        &root(),
        &id("e"),
        &RemoteEtag::new("W/\"1\""),
        &Fields::new(),
    )
    .unwrap();
    let whole = batch(&root(), &[one.clone(), two]).unwrap();
    assert_eq!(path(&whole), "POST /v1.0/$batch");
    let parts = body(&whole)["requests"].clone();
    assert_eq!(parts[0]["url"], "/me/calendars");
    assert_eq!(
        (
            &parts[1]["method"],
            &parts[1]["headers"]["if-match"],
            &parts[1]["body"]
        ),
        (&json!("PATCH"), &json!("W/\"1\""), &json!({}))
    );
    assert_eq!(
        batch(&root(), &vec![one.clone(); 21]).unwrap_err(),
        BadRequest::TooMany
    );
    let elsewhere = Url::parse("https://other.example/v1.0/").unwrap();
    assert_eq!(
        batch(&elsewhere, &[one]).unwrap_err(),
        BadRequest::ForeignLink
    );
    let answer = json!({"responses": [
        {"id": "1", "status": 429, "headers": {"Retry-After": "5"}, "body": {"error": {"code": "ApplicationThrottled"}}},
        {"id": "0", "status": 200, "body": {"value": []}},
    ]}).to_string();
    let answers = parse_batch(answer.as_bytes()).unwrap();
    assert_eq!((answers[&0].status, answers[&1].status), (200, 429));
    assert_eq!(answers[&1].headers["retry-after"], "5");
}

#[test]
fn g_49_calendars_subscriptions_and_schedules_are_read() {
    let answer = json!({"value": [
        {"id": "c", "name": "Kalender", "hexColor": "#00b294", "canEdit": true, "isDefaultCalendar": true,
            "owner": {"name": "W", "address": "Doctor@Praxis.example"}, "allowedOnlineMeetingProviders": ["teamsForBusiness"]},
        {"id": "d", "name": null, "hexColor": "", "color": "auto", "canEdit": false, "new": 1},
    ], "@odata.nextLink": "https://graph.microsoft.com/v1.0/me/calendars?$skip=10"}).to_string();
    let page = parse_calendars(answer.as_bytes()).unwrap();
    let [first, second] = &page.calendars[..] else {
        panic!("{page:?}")
    };
    assert_eq!(
        (first.color.as_deref(), first.can_edit, first.is_default),
        (Some("#00b294"), true, true)
    );
    assert_eq!(first.owner.as_deref(), Some("doctor@praxis.example"));
    assert_eq!((second.color.as_deref(), second.can_edit), (None, false));
    assert!(page.next.is_some());

    let there = Url::parse("https://api.pharmadoc.example/hooks/graph").unwrap();
    let ends = at("2026-03-08T00:00:00Z");
    let asked = body(&subscribe(&root(), &there, &there, "secret", ends).unwrap());
    assert_eq!(
        (&asked["resource"], &asked["expirationDateTime"]),
        (&json!("/me/events"), &json!("2026-03-08T00:00:00Z"))
    );
    assert_eq!(
        subscribe(&root(), &there, &there, &"s".repeat(129), ends).unwrap_err(),
        BadRequest::TooMany
    );
    let made =
        parse_subscription(br#"{"id":"s","expirationDateTime":"2026-03-08T00:00:00.9356913Z"}"#)
            .unwrap();
    assert_eq!(made.expires.timestamp(), ends.timestamp());
    assert_eq!(
        path(&unsubscribe(&root(), &id("s")).unwrap()),
        "DELETE /v1.0/subscriptions/s"
    );

    let item = |status: &str, zone: &str| {
        json!({"status": status, "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": zone},
        "end": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": zone}})
    };
    let answer = json!({"value": [
        {"scheduleId": "a@b.example", "scheduleItems": [item("free", "UTC"), item("later", "UTC"), item("busy", "W. Europe Standard Time")]},
        {"scheduleId": "x@b.example", "error": {"message": "m", "responseCode": "ErrorMailRecipientNotFound"}},
    ]}).to_string();
    let schedules = parse_schedules(answer.as_bytes()).unwrap();
    let busy: Vec<_> = schedules[0]
        .busy
        .as_ref()
        .unwrap()
        .iter()
        .map(|span| span.start.to_rfc3339())
        .collect();
    assert_eq!(
        busy,
        ["2026-03-02T08:00:00+00:00", "2026-03-02T07:00:00+00:00"]
    );
    assert_eq!(
        schedules[1].busy,
        Err("ErrorMailRecipientNotFound".to_owned())
    );
    let torn = json!({"value": [{"scheduleId": "a", "scheduleItems": [item("busy", "tzone://Microsoft/Custom")]}]}).to_string();
    assert_eq!(parse_schedules(torn.as_bytes()), Err(Unreadable));
}

proptest! {
    #[test]
    fn no_answer_is_too_odd_to_be_read(body in prop::collection::vec(any::<u8>(), 0..60), status in 0_u16..700, link in "[a-z:/@.\\\\?#%]{0,30}") {
        _ = parse_page(&body);
        _ = parse_calendars(&body);
        _ = parse_batch(&body);
        _ = parse_get(&body);
        Failure::read(Asked::Write, status, &HeaderMap::new(), &body);
        let link = SyncToken::new(format!("https://{link}"));
        prop_assert!(follow(&root(), &link).is_err());
    }
}
