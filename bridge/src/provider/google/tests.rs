use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bridge_core::ids::{RemoteId, SyncToken};
use http::{Request, Response};
use serde_json::{Value, json};

use super::Google;
use crate::http::{Http, HttpError, HttpFailure};
use crate::provider::{
    Bearer, CalendarProvider, ErrorKind, Extent, Found, Next, ProviderError, RetryAfter, Sent,
};
use crate::secrets::Sensitive;

/// Answers each request with the next line; remembers what was asked with which token.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<(u16, Value), HttpError>>>,
    asked: Mutex<Vec<(String, String)>>,
    /// The tokens there are, the present one first.
    tokens: Mutex<VecDeque<&'static str>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = (u16, Value)>) -> Arc<Self> {
        let script = Self::default();
        script
            .answers
            .lock()
            .unwrap()
            .extend(answers.into_iter().map(Ok));
        script.tokens.lock().unwrap().extend(["first", "second"]);
        Arc::new(script)
    }

    fn account(self: &Arc<Self>) -> Google {
        let root = "https://google.example/calendar/v3".parse().unwrap();
        Google::open(self.clone(), self.clone(), root)
    }

    /// What was asked: methods, and paths below the calendars.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(line, _)| line.clone()).collect()
    }
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let path = request.uri().path().replace("/calendar/v3", "");
        let line = format!("{} {path}", request.method());
        let token = request.headers()["authorization"]
            .to_str()
            .unwrap()
            .to_owned();
        self.asked.lock().unwrap().push((line.clone(), token));
        let next = self.answers.lock().unwrap().pop_front();
        let (status, body) = next.unwrap_or_else(|| panic!("nobody expected {line}"))?;
        let mut response = Response::new(body.to_string().into_bytes());
        *response.status_mut() = status.try_into().unwrap();
        let wait = body["wait"].as_str().map(|wait| wait.parse().unwrap());
        response
            .headers_mut()
            .extend(wait.map(|wait| (http::header::RETRY_AFTER, wait)));
        Ok(response)
    }
}

#[async_trait]
impl Bearer for Script {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Ok(Sensitive::new(self.tokens.lock().unwrap()[0].to_owned()))
    }

    async fn instead_of(
        &self,
        refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        let mut tokens = self.tokens.lock().unwrap();
        if tokens.len() > 1 && tokens[0] == refused.expose() {
            tokens.pop_front();
        }
        Ok(Sensitive::new(tokens[0].to_owned()))
    }
}

fn calendar() -> RemoteId {
    RemoteId::new("anna@praxis.example")
}

fn list() -> (u16, Value) {
    let own = json!({"id": "anna@praxis.example", "accessRole": "owner", "primary": true});
    (200, json!({"items": [own]}))
}

fn refusal(status: u16, reason: &str) -> (u16, Value) {
    (status, json!({"error": {"errors": [{"reason": reason}]}}))
}

fn event(id: &str, version: &str) -> Value {
    json!({"id": id, "etag": version, "iCalUID": format!("{id}@google.com"), "summary": id,
        "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}})
}

fn series(version: &str) -> Value {
    let mut series = event("m", version);
    series["recurrence"] = json!(["RRULE:FREQ=DAILY;COUNT=9"]);
    series
}

fn cancelled(version: &str) -> Value {
    json!({"id": "m_20260304", "etag": version, "status": "cancelled", "recurringEventId": "m",
        "originalStartTime": {"date": "2026-03-04"}})
}

fn id(event: &str) -> RemoteId {
    RemoteId::new(format!("anna@praxis.example/~{event}"))
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once() {
    let script = Script::new([refusal(401, "authError"), list()]);
    assert_eq!(script.account().list_calendars().await.unwrap().len(), 1);
    let tokens: Vec<_> = script
        .asked
        .lock()
        .unwrap()
        .iter()
        .map(|(_, token)| token.clone())
        .collect();
    assert_eq!(tokens, ["Bearer first", "Bearer second"]);

    let script = Script::new([refusal(401, "authError"), refusal(401, "authError")]);
    let error = script.account().list_calendars().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(!error.detail.contains("second"));
}

#[tokio::test]
async fn a_quota_asks_to_wait_and_a_refusal_says_why() {
    let mut quota = refusal(403, "userRateLimitExceeded");
    quota.1["wait"] = json!("30");
    let script = Script::new([quota, refusal(403, "forbidden")]);
    let account = script.account();
    let error = account.list_calendars().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::RateLimited);
    assert_eq!(error.retry_after, RetryAfter::read("30"));
    let error = account.list_calendars().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert_eq!(error.detail, "google.example: status 403 forbidden");
}

#[tokio::test]
async fn p_62_what_a_listing_brought_is_not_asked_for_again() {
    let one =
        json!({"items": [cancelled("\"2\""), event("single", "\"1\"")], "nextPageToken": "2"});
    let two = json!({"items": [series("\"3\"")], "nextSyncToken": "s"});
    let script = Script::new([(200, one), (200, two), list()]);
    let account = script.account();
    let first = account.changes(&calendar(), None).await.unwrap();
    assert_eq!(first.present.len(), 1);
    let Next::Page(token) = first.next else {
        panic!()
    };
    let second = account.changes(&calendar(), Some(&token)).await.unwrap();
    assert_eq!(
        (second.extent, second.present[0].0.clone()),
        (Extent::Complete, id("m"))
    );

    let got = account
        .get(&calendar(), &[id("m"), id("single")])
        .await
        .unwrap();
    let Found::Object { etag, octets } = &got[0].found else {
        panic!("{got:?}")
    };
    assert_eq!(*etag, second.present[0].1);
    assert!(String::from_utf8_lossy(octets).contains("EXDATE;VALUE=DATE:20260304"));
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test]
async fn p_61_a_change_of_an_occurrence_is_a_new_version_of_its_series() {
    let delta = json!({"items": [cancelled("\"2\"")], "nextSyncToken": "s2"});
    let whole = json!({"items": [cancelled("\"2\""), series("\"1\"")]});
    let script = Script::new([(200, delta), (200, series("\"1\"")), (200, whole)]);
    let token = SyncToken::new("v=1&since=s1");
    let page = script
        .account()
        .changes(&calendar(), Some(&token))
        .await
        .unwrap();
    assert_eq!(page.extent, Extent::Delta);
    assert_eq!(page.present[0].0, id("m"));
    let events = "/calendars/anna@praxis.example/events";
    let asked = [
        format!("GET {events}"),
        format!("GET {events}/m"),
        format!("GET {events}"),
    ];
    assert_eq!(script.asked(), asked);
}

#[tokio::test]
async fn p_62_a_listing_of_everything_that_was_interrupted_begins_anew() {
    let page = json!({"items": [], "nextSyncToken": "s"});
    let script = Script::new([(200, page)]);
    let token = SyncToken::new("v=1&page=2");
    let error = script
        .account()
        .changes(&calendar(), Some(&token))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::TokenExpired);
    let script = Script::new([refusal(410, "fullSyncRequired")]);
    let token = SyncToken::new("v=1&since=old");
    let error = script
        .account()
        .changes(&calendar(), Some(&token))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::TokenExpired);
}

#[tokio::test]
async fn p_64_after_a_part_was_written_a_failure_is_unknown() {
    let whole = json!({"items": [series("\"1\"")]});
    let changed = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:m@google.com\r\n\
        DTSTAMP:20260301T000000Z\r\nDTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303\r\n\
        RRULE:FREQ=DAILY;COUNT=9\r\nEXDATE;VALUE=DATE:20260304\r\nSUMMARY:other\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";
    let found = json!({"items": [series("\"2\"")]});
    let script = Script::new([
        list(),
        (
            200,
            json!({"items": [series("\"1\"")], "nextSyncToken": "s"}),
        ),
        (200, series("\"1\"")),
        (200, whole),
        (200, series("\"2\"")),
        (200, found),
        refusal(400, "invalid"),
    ]);
    let account = script.account();
    account.list_calendars().await.unwrap();
    let seen = account
        .changes(&calendar(), None)
        .await
        .unwrap()
        .present
        .remove(0)
        .1;
    let failed = account
        .update(&calendar(), &id("m"), changed.as_bytes(), &seen)
        .await;
    let error = failed.unwrap_err();
    assert_eq!(
        (error.kind, error.sent),
        (ErrorKind::InvalidRequest, Sent::Unknown)
    );
    assert_eq!(script.asked().len(), 7);
}

#[tokio::test]
async fn e5_a_write_whose_answer_is_lost_is_unknown() {
    let script = Script::new([list()]);
    let lost = HttpError::new(HttpFailure::Broken, "reset");
    script.answers.lock().unwrap().push_back(Err(lost));
    let visit = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:v\r\n\
        DTSTAMP:20260301T000000Z\r\nDTSTART;VALUE=DATE:20260302\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let place = RemoteId::new("anna@praxis.example/visit.ics");
    let failed = script
        .account()
        .create(&calendar(), &place, visit.as_bytes())
        .await;
    let error = failed.unwrap_err();
    assert_eq!(
        (error.kind, error.sent),
        (ErrorKind::Interrupted, Sent::Unknown)
    );
}
