use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bridge_core::ids::RemoteId;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};

use super::Graph;
use crate::http::{Http, HttpError};
use crate::provider::{Bearer, CalendarProvider, ErrorKind, Found, ProviderError, RetryAfter};
use crate::secrets::Sensitive;

/// A mailbox whose every event is there, and that refuses whoever asks too much at once.
#[derive(Default)]
struct Mailbox {
    asked: Mutex<Vec<String>>,
    at_once: AtomicUsize,
    most: AtomicUsize,
    /// What is answered to the requests inside a batch.
    inner: Mutex<Option<Value>>,
}

impl Mailbox {
    fn answer(&self, request: &Request<Vec<u8>>) -> Value {
        let path = request.uri().path();
        if path.ends_with("/me/calendars") {
            return json!({"value": [{"id": "c", "canEdit": true, "isDefaultCalendar": true}]});
        }
        if path.ends_with("/$batch") {
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            let parts = body["requests"].as_array().unwrap().iter().rev();
            let inner = self.inner.lock().unwrap().clone();
            let answers = parts.map(|part| {
                let mut answer = inner.clone().unwrap_or_else(|| {
                    let id = part["url"].as_str().unwrap().split(['/', '?']).nth(5);
                    json!({"status": 200, "body": event(id.unwrap())})
                });
                answer["id"] = part["id"].clone();
                answer
            });
            return json!({"responses": answers.collect::<Vec<_>>()});
        }
        json!({"value": []})
    }
}

fn event(id: &str) -> Value {
    let time = json!({"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "UTC"});
    json!({"id": id, "changeKey": "1", "iCalUId": id, "subject": id, "start": time, "end": time})
}

#[async_trait]
impl Http for Mailbox {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let line = format!("{} {}", request.method(), request.uri().path());
        self.asked.lock().unwrap().push(line);
        let weight = if request.uri().path().ends_with("$batch") {
            4
        } else {
            1
        };
        let now = self.at_once.fetch_add(weight, Ordering::SeqCst) + weight;
        self.most.fetch_max(now, Ordering::SeqCst);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        self.at_once.fetch_sub(weight, Ordering::SeqCst);
        Ok(Response::new(
            self.answer(&request).to_string().into_bytes(),
        ))
    }
}

#[async_trait]
impl Bearer for Mailbox {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Ok(Sensitive::new("token".to_owned()))
    }

    async fn instead_of(
        &self,
        refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        Ok(refused.clone())
    }
}

fn account(mailbox: &Arc<Mailbox>) -> Arc<Graph> {
    let root = "https://graph.example/v1.0".parse().unwrap();
    Arc::new(Graph::open(mailbox.clone(), mailbox.clone(), root))
}

fn ids(count: usize) -> Vec<RemoteId> {
    let ids = (0..count).map(|number| RemoteId::new(format!("c/~e{number}")));
    ids.collect()
}

#[tokio::test]
async fn p_75_a_mailbox_is_never_asked_more_than_four_things_at_once() {
    let mailbox = Arc::new(Mailbox::default());
    let account = account(&mailbox);
    let tasks = (0..12).map(|number| {
        let account = account.clone();
        tokio::spawn(async move {
            if number % 3 == 0 {
                let got = account.get(&RemoteId::new("c"), &ids(30)).await;
                assert_eq!(got.unwrap().len(), 30);
            } else {
                account.list_calendars().await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(mailbox.most.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn p_75_each_answer_of_a_batch_is_read_for_itself() {
    let mailbox = Arc::new(Mailbox::default());
    let account = account(&mailbox);
    let calendar = RemoteId::new("c");
    let found = async |inner: Value| {
        *mailbox.inner.lock().unwrap() = Some(inner);
        let got = account.get(&calendar, &ids(1)).await?;
        Ok::<_, ProviderError>(got.into_iter().next().unwrap().found)
    };
    let readable = json!({"status": 200, "body": event("e0")});
    assert!(matches!(found(readable).await, Ok(Found::Object { .. })));
    let strange = json!({"status": 200, "body": {"subject": "x"}});
    assert_eq!(found(strange).await.unwrap(), Found::Refused);
    let denied = json!({"status": 403, "body": {"error": {"code": "ErrorAccessDenied"}}});
    assert_eq!(found(denied).await.unwrap(), Found::Refused);
    for (wait, kind) in [("7", 429), ("Fri, 20 Nov 2026 08:00:00 GMT", 503)] {
        let busy = json!({"status": kind, "headers": {"Retry-After": wait}, "body": {}});
        let error = found(busy).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::RateLimited);
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", wait.parse().unwrap());
        assert_eq!(error.retry_after, RetryAfter::of(&headers));
    }
}
