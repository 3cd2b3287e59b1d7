//! The asynchronous edge: checks the head, signs the client in, reads the body, and has a complete request answered in
//! one go: on a worker thread, or where we are when that takes less than handing it over. Everything behind it is
//! ordinary synchronous code.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request as HttpRequest, State},
    response::Response,
};
use bridge_core::dav::headers::Depth;
use http::{HeaderValue, header, request::Parts};
use tokio::time::timeout;

use super::{
    Feed,
    answer::{Answer, Refusal},
    body::{self, Cap},
    dispatch, gate,
    method::Method,
    open,
    request::Request,
    resource::Resource,
    session::Session,
};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
/// By this a companion recognises a feed, its own or another's, that somebody offers it as a source (rule L4).
const SERVER: HeaderValue = HeaderValue::from_static("PharmaDOC-Companion");

/// What every request on one port is judged by.
#[derive(Clone)]
struct Door {
    feed: Arc<Feed>,
    port: u16,
}

/// The whole server behind the port with this number, as a service.
pub(super) fn router(feed: Arc<Feed>, port: u16) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(Door { feed, port })
}

async fn answer(State(door): State<Door>, request: HttpRequest) -> Response {
    let answer = match timeout(door.feed.limits.handler, door.serve(request)).await {
        Ok(outcome) => outcome.unwrap_or_else(Refusal::into_answer),
        Err(_) => {
            Refusal::unavailable("The request took too long; ask for less at a time.").into_answer()
        }
    };
    let mut answer = answer.map(Body::from);
    // No browser may take what is stored here for a page: then no page can ever have this origin.
    let headers = answer.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(header::SERVER, SERVER);
    answer
}

/// A request that may come in.
struct Admitted {
    method: Method,
    resource: Resource,
    /// Who asks; nobody in particular where no password is needed.
    session: Option<Session>,
}

impl Admitted {
    /// Whether the answer takes a few indexed rows and no other: what clients ask most, and less work than waking a
    /// worker and being woken by it.
    fn is_brief(&self, head: &Parts) -> bool {
        match self.method {
            Method::Get | Method::Head => matches!(self.resource, Resource::Object(..)),
            Method::PropFind => {
                let depth = head
                    .headers
                    .get("depth")
                    .and_then(|value| value.to_str().ok());
                Depth::parse(depth) == Ok(Some(Depth::Zero))
            }
            Method::Options => true,
            Method::Put
            | Method::Delete
            | Method::PropPatch
            | Method::MkCol
            | Method::MkCalendar
            | Method::Copy
            | Method::Move
            | Method::Report => false,
        }
    }
}

impl Door {
    async fn serve(&self, request: HttpRequest) -> Result<Answer, Refusal> {
        let (head, body) = request.into_parts();
        let limits = &self.feed.limits;
        let admitted = match self.admit(&head).await {
            Ok(admitted) => admitted,
            Err(refusal) => {
                body::drain(body, &head.headers, limits.body_stall).await;
                return Err(refusal);
            }
        };
        let cap = match admitted.method {
            Method::Put => Cap {
                octets: limits.object_bytes,
                refusal: Refusal::object_too_large,
            },
            _ => Cap {
                octets: limits.xml_bytes,
                refusal: Refusal::too_large,
            },
        };
        let body = body::read(body, &head.headers, cap, limits.body_stall).await?;
        let (port, is_brief) = (self.port, admitted.is_brief(&head));
        let answer = move |feed: &Feed| {
            let Some(session) = &admitted.session else {
                return open::answer(feed, admitted.method, &admitted.resource, &head);
            };
            dispatch::answer(&Request {
                feed,
                session,
                method: admitted.method,
                resource: &admitted.resource,
                head: &head,
                body: &body,
                port,
                now: feed.clock.now(),
            })
        };
        if is_brief {
            self.feed.at_once(answer)
        } else {
            self.feed.work(answer).await
        }
    }

    /// The checks that need no body, in the order of the safety reference.
    async fn admit(&self, head: &Parts) -> Result<Admitted, Refusal> {
        let method = gate::head::check(head, self.port)?;
        let resource = Resource::parse(head.uri.path());
        let session = match &resource {
            Ok(resource) if open::needs_no_password(resource) => None,
            Ok(_) | Err(_) => Some(gate::sign_in(&self.feed, &head.headers).await?),
        };
        Ok(Admitted {
            method,
            resource: resource?,
            session,
        })
    }
}
