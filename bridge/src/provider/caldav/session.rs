//! A request from its first spelling to its answer: signed, redirected, and with our own feed recognised.

use std::sync::Arc;

use http::{Request, Response, StatusCode, header};
use url::Url;

use bridge_core::dav::client::{BadRequest, redirect, resolve};

use super::auth::{Auth, Challenged};
use super::found::PlainHttp;
use super::site::{is_private, may_sign};
use crate::http::{Http, HttpError};
use crate::secrets::Sensitive;

/// How often a request is sent elsewhere before it is a loop.
const REDIRECTS: usize = 8;

/// What our own feed calls itself.
const OWN_FEED: &str = "PharmaDOC-Companion";

/// Whoever asks one server for one doctor.
pub(super) struct Session {
    http: Arc<dyn Http>,
    auth: Auth,
    start: Url,
    plain: PlainHttp,
}

/// An answer and where it came from in the end.
pub(super) struct Reply {
    pub(super) url: Url,
    pub(super) answer: Response<Vec<u8>>,
    /// Whether the server that answered was told who asks.
    pub(super) was_signed: bool,
}

/// There was no answer that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// The network's doing.
    Http { host: String, why: HttpError },
    /// The request cannot be written.
    BadRequest(BadRequest),
    /// The address has no TLS.
    Unencrypted(Url),
    /// It was sent round in circles.
    Circles(String),
    /// It is our own feed (rule L4).
    OwnFeed(String),
}

impl From<BadRequest> for Failed {
    fn from(bad: BadRequest) -> Self {
        Self::BadRequest(bad)
    }
}

impl Reply {
    /// Whether the answer should be the XML that was asked for. Some servers say 200 where 207 is meant.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self.answer.status().as_u16(), 200 | 207)
    }

    pub(super) fn status(&self) -> u16 {
        self.answer.status().as_u16()
    }

    pub(super) fn body(&self) -> &[u8] {
        self.answer.body()
    }
}

impl Session {
    pub(super) fn new(
        http: Arc<dyn Http>,
        user: &str,
        password: &Sensitive<String>,
        start: &Url,
        plain: PlainHttp,
    ) -> Self {
        Self {
            http,
            auth: Auth::new(user, password),
            start: start.clone(),
            plain,
        }
    }

    /// Sends a request; where it is sent elsewhere, with its method and body (RFC 6764 section 5 asks for more than
    /// browsers do). The password goes only where it may.
    pub(super) async fn send(
        &self,
        url: &Url,
        mut request: Request<Vec<u8>>,
    ) -> Result<Reply, Failed> {
        let mut url = url.clone();
        for _ in 0..REDIRECTS {
            if !is_private(&url, self.plain) {
                return Err(Failed::Unencrypted(url));
            }
            let reply = self.send_once(&url, &mut request).await?;
            match target(&reply) {
                Some(next) => url = self.kept_private(&url, next),
                None => return Ok(reply),
            }
            redirect(&mut request, &url)?;
        }
        Err(Failed::Circles(host(&url)))
    }

    async fn send_once(&self, url: &Url, request: &mut Request<Vec<u8>>) -> Result<Reply, Failed> {
        request.headers_mut().remove(header::AUTHORIZATION);
        let was_signed = may_sign(&self.start, url, self.plain);
        if was_signed {
            self.auth.sign(request);
        }
        let mut answer = self.exchange(url, request).await?;
        if was_signed
            && answer.status() == StatusCode::UNAUTHORIZED
            && self.auth.challenged(answer.headers()) == Challenged::SignAgain
        {
            self.auth.sign(request);
            answer = self.exchange(url, request).await?;
        }
        Ok(Reply {
            url: url.clone(),
            answer,
            was_signed,
        })
    }

    async fn exchange(
        &self,
        url: &Url,
        request: &Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, Failed> {
        let sent = self.http.send(request.clone()).await;
        let answer = sent.map_err(|why| Failed::Http {
            host: host(url),
            why,
        })?;
        let is_own = answer
            .headers()
            .get(header::SERVER)
            .is_some_and(|server| server.as_bytes().starts_with(OWN_FEED.as_bytes()));
        if is_own {
            return Err(Failed::OwnFeed(host(url)));
        }
        Ok(answer)
    }

    /// Servers behind a proxy that ends TLS often send us to their own http address; the same place with TLS is meant.
    fn kept_private(&self, from: &Url, to: Url) -> Url {
        let mut private = to.clone();
        let is_downgrade = from.scheme() == "https"
            && !is_private(&to, self.plain)
            && private.set_scheme("https").is_ok()
            && private.set_port(from.port()).is_ok();
        if is_downgrade && from.host_str() == to.host_str() {
            private
        } else {
            to
        }
    }
}

fn target(reply: &Reply) -> Option<Url> {
    let is_redirect = matches!(reply.answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = reply.answer.headers().get(header::LOCATION)?;
    let location = location.to_str().ok().filter(|_| is_redirect)?;
    resolve(&reply.url, location)
}

/// The host of an address, with the port if it is an unusual one.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
