use bridge_core::time::Instant;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::*;

const CALENDAR: &str = "anna@praxis.example";

fn now() -> Instant {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn google() -> Google {
    Google::new(CALENDAR, Door::of(["good"]))
}

/// Asks something about the events of the calendar and gives back status and body.
fn ask(
    google: &mut Google,
    method: &str,
    path: &str,
    if_match: Option<&str>,
    body: Option<&Value>,
) -> (u16, Value) {
    let uri = format!("https://google.example/calendar/v3/calendars/{CALENDAR}/events{path}");
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("authorization", "Bearer good");
    let request = match if_match {
        Some(etag) => request.header("if-match", etag),
        None => request,
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let answer = google.handle(&request.body(Bytes::from(body)).unwrap(), now());
    let value = serde_json::from_slice(answer.body()).unwrap_or_default();
    (answer.status().as_u16(), value)
}

fn get(google: &mut Google, path: &str) -> Value {
    let (status, value) = ask(google, "GET", path, None, None);
    assert_eq!(status, 200, "{value}");
    value
}

fn reason(answer: &(u16, Value)) -> (u16, &str) {
    (
        answer.0,
        answer.1["error"]["errors"][0]["reason"]
            .as_str()
            .unwrap_or_default(),
    )
}

fn daily() -> Value {
    json!({"id": "rounds", "summary": "Visite", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        "start": {"dateTime": "2026-03-02T08:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T09:00:00+01:00", "timeZone": "Europe/Berlin"}})
}

#[test]
fn nobody_comes_in_without_a_good_token() {
    let mut google = google();
    for token in ["Bearer bad", "Basic good", ""] {
        let request = Request::get("https://google.example/calendar/v3/users/me/calendarList");
        let request = request.header("authorization", token).body(Bytes::new());
        assert_eq!(google.handle(&request.unwrap(), now()).status(), 401);
    }
}

#[test]
fn an_id_is_taken_once_and_for_ever() {
    let mut google = google();
    let (status, made) = ask(&mut google, "POST", "", None, Some(&daily()));
    assert_eq!(
        (status, &made["iCalUID"]),
        (200, &json!("rounds@google.com"))
    );
    let again = ask(&mut google, "POST", "", None, Some(&daily()));
    assert_eq!(reason(&again), (409, "duplicate"));
    assert_eq!(ask(&mut google, "DELETE", "/rounds", None, None).0, 204);
    let again = ask(&mut google, "POST", "", None, Some(&daily()));
    assert_eq!(reason(&again), (409, "duplicate"));
    let gone = get(&mut google, "/rounds");
    assert_eq!(gone["status"], "cancelled");
    let mut back = daily();
    back.as_object_mut().unwrap().remove("id");
    let etag = gone["etag"].as_str().unwrap();
    let (status, there) = ask(&mut google, "PUT", "/rounds", Some(etag), Some(&back));
    assert_eq!((status, &there["status"]), (200, &json!("confirmed")));
    assert!(google.violations.is_empty(), "{:?}", google.violations);
}

#[test]
fn an_occurrence_becomes_an_event_when_somebody_writes_to_it() {
    let mut google = google();
    google.put_event(CALENDAR, &daily(), now()).unwrap();
    let path = "/rounds/instances?originalStart=2026-03-04T07:00:00Z";
    let found = get(&mut google, path)["items"][0].clone();
    assert_eq!(found["id"], "rounds_20260304T070000Z");
    let none = get(
        &mut google,
        "/rounds/instances?originalStart=2026-03-09T07:00:00Z",
    );
    assert_eq!(none["items"], json!([]));

    let etag = found["etag"].as_str().unwrap();
    let path = "/rounds_20260304T070000Z";
    let change = json!({"summary": "Visite mit Studierenden"});
    let (status, changed) = ask(&mut google, "PATCH", path, Some(etag), Some(&change));
    assert_eq!(
        (status, &changed["recurringEventId"]),
        (200, &json!("rounds"))
    );
    let stale = ask(&mut google, "PATCH", path, Some(etag), Some(&change));
    assert_eq!(reason(&stale), (412, "conditionNotMet"));
    assert_eq!(ask(&mut google, "DELETE", path, None, None).0, 204);
    assert_eq!(
        reason(&ask(&mut google, "DELETE", path, None, None)),
        (410, "deleted")
    );
    let all = get(&mut google, "?iCalUID=rounds@google.com&showDeleted=true");
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(google.violations.is_empty(), "{:?}", google.violations);
}

#[test]
fn a_token_leads_to_what_changed_since() {
    let mut google = google();
    google.manners.page = 2;
    for number in 0..5 {
        let mut event = daily();
        event["id"] = json!(format!("event{number}"));
        google.put_event(CALENDAR, &event, now()).unwrap();
    }
    let (mut seen, mut path) = (0, "?showDeleted=true".to_owned());
    let token = loop {
        let page = get(&mut google, &path);
        seen += page["items"].as_array().unwrap().len();
        match page["nextPageToken"].as_str() {
            Some(next) => path = format!("?showDeleted=true&pageToken={next}"),
            None => break page["nextSyncToken"].as_str().unwrap().to_owned(),
        }
    };
    assert_eq!(seen, 5);
    google.delete_event(CALENDAR, "event3", now()).unwrap();
    let since = format!("?showDeleted=true&syncToken={token}");
    let delta = get(&mut google, &since);
    let [gone] = &delta["items"].as_array().unwrap()[..] else {
        panic!("{delta}")
    };
    assert_eq!(
        (&gone["id"], &gone["status"]),
        (&json!("event3"), &json!("cancelled"))
    );
    let mixed = ask(
        &mut google,
        "GET",
        &format!("{since}&iCalUID=x"),
        None,
        None,
    );
    assert_eq!(mixed.0, 400);
    google.reset_tokens(CALENDAR);
    let dead = ask(&mut google, "GET", &since, None, None);
    assert_eq!(reason(&dead), (410, "fullSyncRequired"));
}

#[test]
fn what_is_not_in_the_contract_is_refused_and_remembered() {
    let mut google = google();
    let mut event = daily();
    event["sumary"] = json!("x");
    assert_eq!(ask(&mut google, "POST", "", None, Some(&event)).0, 400);
    assert_eq!(ask(&mut google, "GET", "?invented=1", None, None).0, 400);
    assert_eq!(google.violations.len(), 2);
}

#[test]
fn a_week_is_as_the_service_would_have_it() {
    let mut google = google();
    google.fill_week(7, now()).unwrap();
    let clinic = "klinik@group.calendar.google.com";
    let uri =
        format!("https://google.example/calendar/v3/calendars/{clinic}/events?showDeleted=true");
    let request = Request::get(uri).header("authorization", "Bearer good");
    let answer = google.handle(&request.body(Bytes::new()).unwrap(), now());
    let list: Value = serde_json::from_slice(answer.body()).unwrap();
    let items = list["items"].as_array().unwrap();
    let exceptions = items
        .iter()
        .filter(|item| !item["recurringEventId"].is_null());
    assert_eq!(exceptions.count(), 3);
    assert!(google.violations.is_empty(), "{:?}", google.violations);
}

#[test]
fn trouble_comes_with_its_reason() {
    let mut google = google();
    google.trouble.fail(1, 403, "userRateLimitExceeded");
    let refused = ask(&mut google, "GET", "", None, None);
    assert_eq!(reason(&refused), (403, "userRateLimitExceeded"));
    google
        .trouble
        .throttle(now() + chrono::TimeDelta::seconds(30));
    assert_eq!(
        reason(&ask(&mut google, "GET", "", None, None)),
        (403, "rateLimitExceeded")
    );
    google.calm();
    assert_eq!(ask(&mut google, "GET", "", None, None).0, 200);
}

#[test]
fn orders_play_the_rest_of_the_world() {
    let mut google = google();
    let order = |text: &str| serde_json::from_str::<Order>(text).unwrap();
    google.put_event(CALENDAR, &daily(), now()).unwrap();
    let edit = r#"{"do": "edit", "calendar": "anna@praxis.example", "event": "rounds",
        "fields": {"summary": "Later", "location": null}}"#;
    google.obey(order(edit), now()).unwrap();
    assert_eq!(get(&mut google, "/rounds")["summary"], "Later");
    let fail = r#"{"do": "fail", "count": 1, "status": 503, "reason": "backendError"}"#;
    google.obey(order(fail), now()).unwrap();
    assert_eq!(ask(&mut google, "GET", "", None, None).0, 503);
    let nowhere = r#"{"do": "delete", "calendar": "x", "event": "rounds"}"#;
    assert!(google.obey(order(nowhere), now()).is_err());
}
