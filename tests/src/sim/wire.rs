//! The engine's calls through the real CalDAV provider, with HTTP that is answered from memory.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use anyhow::{Context as _, Result, bail};
use async_trait::async_trait;
use bridge::http::{Http, HttpError, HttpFailure};
use bridge::provider::caldav::{CalDav as Provider, Found, PlainHttp};
use bridge::provider::google::Google;
use bridge::provider::graph::Graph;
use bridge::provider::{Bearer, CalendarProvider, ErrorKind, Listing, ProviderError};
use bridge::secrets::Sensitive;
use bridge::sync::{Answer, Call};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use serde_json::Value;

use super::far::Far;
use super::net::{Fault, Method, Net};
use super::plan::Server;
use super::slip::Slip;
use super::world::{ACCOUNT_NUMBER, FRONT, HOME, USER};

/// The network as HTTP.
pub(super) struct Wire {
    pub(super) server: Arc<Mutex<Box<dyn Far>>>,
    pub(super) net: Arc<Mutex<Net>>,
    /// The password, or the token.
    pub(super) word: String,
    /// A mistake that the client makes.
    pub(super) slip: Option<Slip>,
}

/// The provider for a service of this kind.
pub(super) fn provider(wire: Wire, server: Server) -> Result<Arc<dyn CalendarProvider>> {
    let wire = Arc::new(wire);
    match server {
        Server::Google => {
            let root = "https://google.example/calendar/v3".parse()?;
            Ok(Arc::new(Google::open(wire.clone(), wire, root)))
        }
        Server::Graph => {
            let root = "https://graph.example/v1.0".parse()?;
            Ok(Arc::new(Graph::open(wire.clone(), wire, root)))
        }
        _ => caldav(wire),
    }
}

fn caldav(wire: Arc<Wire>) -> Result<Arc<dyn CalendarProvider>> {
    let home = format!("{HOME}/{ACCOUNT_NUMBER}/calendars/");
    let found = Found {
        start: FRONT.parse().context("the front")?,
        principal: None,
        homes: vec![home.parse().context("the home")?],
        addresses: Vec::new(),
        listing: Listing::default(),
        plain_http: PlainHttp::default(),
    };
    let password = Sensitive::new(wire.word.clone());
    Ok(Arc::new(Provider::open(wire, found, USER, &password)))
}

/// Makes a call. Everything is answered at once, so nothing ever waits.
pub(super) fn call(
    provider: &dyn CalendarProvider,
    call: &Call,
) -> Result<Result<Answer, ProviderError>> {
    let mut asking = pin!(ask(provider, call));
    match asking
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => bail!("the provider waits for something else than HTTP"),
    }
}

async fn ask(provider: &dyn CalendarProvider, call: &Call) -> Result<Answer, ProviderError> {
    match call {
        Call::ListCalendars => provider.list_calendars().await.map(Answer::Calendars),
        Call::Changes { calendar, since } => provider
            .changes(calendar, since.as_ref())
            .await
            .map(Answer::Changes),
        Call::Get { calendar, ids } => provider.get(calendar, ids).await.map(Answer::Objects),
        Call::Create {
            calendar,
            id,
            octets,
        } => provider
            .create(calendar, id, octets)
            .await
            .map(Answer::Stored),
        Call::Update {
            calendar,
            id,
            octets,
            if_match,
        } => provider
            .update(calendar, id, octets, if_match)
            .await
            .map(Answer::Stored),
        Call::Delete {
            calendar,
            id,
            if_match,
        } => provider
            .delete(calendar, id, if_match)
            .await
            .map(|()| Answer::Deleted),
    }
}

/// A token that is good as long as the word is.
#[async_trait]
impl Bearer for Wire {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Ok(Sensitive::new(self.word.clone()))
    }

    async fn instead_of(
        &self,
        _refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if server.admits(&self.word) {
            return Ok(Sensitive::new(self.word.clone()));
        }
        let detail = "the permission was withdrawn";
        Err(ProviderError::new(ErrorKind::Unauthenticated, detail))
    }
}

#[async_trait]
impl Http for Wire {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let mut net = self.net.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let request = request.map(Bytes::from);
        let request = match self.slip {
            Some(slip) => slip.sent(request),
            None => request,
        };
        if let Some(instead) = self.slip.and_then(|slip| slip.instead(&request)) {
            return Ok(instead);
        }
        complain(&mut net, &request);
        let fault = net.meets(method(&request));
        let now = net.now;
        let mut answer = || server.handle(&request, now).map(|body| body.to_vec());
        let broken = || Err(HttpError::new(HttpFailure::Broken, "simulated"));
        let outcome = match fault {
            None => Ok(answer()),
            Some(Fault::RequestLost) => broken(),
            Some(Fault::AnswerLost) => {
                drop(answer());
                broken()
            }
            Some(Fault::Twice) => {
                let first = answer();
                drop(answer());
                Ok(first)
            }
            Some(Fault::TwiceAnsweredLast) => {
                drop(answer());
                Ok(answer())
            }
            Some(Fault::Torn) => Ok(answer().map(|mut body| {
                body.truncate(body.len() * 2 / 3);
                body
            })),
            Some(Fault::Html) => {
                drop(answer());
                Ok(web_page())
            }
            Some(Fault::Status(code)) => Ok(status(code, None)),
            Some(Fault::Wait(seconds)) => Ok(status(429, Some(seconds))),
        };
        let outcome = match self.slip {
            Some(slip) => outcome.map(|said| slip.heard(&request, said)),
            None => outcome,
        };
        let line = told(&request, fault, &outcome);
        net.seen.push(line);
        outcome
    }
}

fn method(request: &Request<Bytes>) -> Method {
    let is_batch = request.uri().path().ends_with("/$batch");
    match request.method().as_str() {
        "PUT" | "PATCH" => Method::Put,
        "POST" if !is_batch => Method::Post,
        "DELETE" => Method::Delete,
        _ => Method::Read,
    }
}

/// Rule E4, on the wire: no write without a condition.
fn complain(net: &mut Net, request: &Request<Bytes>) {
    let has = |name| request.headers().contains_key(name);
    let conditional = match method(request) {
        Method::Read => true,
        Method::Put => has(header::IF_MATCH) || has(header::IF_NONE_MATCH),
        Method::Post => has_id_of_ours(request),
        Method::Delete => has(header::IF_MATCH),
    };
    if !conditional && !net.tagless {
        let complaint = format!(
            "E4: {} {} without a condition",
            request.method(),
            request.uri()
        );
        net.complaints.push(complaint);
    }
}

/// What is made carries an id, so that it is made once.
fn has_id_of_ours(request: &Request<Bytes>) -> bool {
    let body: Option<Value> = serde_json::from_slice(request.body()).ok();
    let names = ["id", "transactionId"];
    body.is_some_and(|body| names.iter().any(|name| body.get(name).is_some()))
}

fn told(
    request: &Request<Bytes>,
    fault: Option<Fault>,
    outcome: &Result<Response<Vec<u8>>, HttpError>,
) -> String {
    let came = match outcome {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(error) => error.to_string(),
    };
    let fault = fault.map_or_else(String::new, |fault| format!(" ({fault:?})"));
    format!(
        "{} {} -> {came}{fault}",
        request.method(),
        request.uri().path()
    )
}

fn web_page() -> Response<Vec<u8>> {
    let mut page = Response::new(b"<html><body><h1>Please sign in</h1></body></html>".to_vec());
    let html = header::HeaderValue::from_static("text/html");
    page.headers_mut().insert(header::CONTENT_TYPE, html);
    page
}

fn status(code: u16, wait: Option<u16>) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    if let Some(seconds) = wait {
        let seconds = header::HeaderValue::from(seconds);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
