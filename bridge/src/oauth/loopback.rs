//! Where the browser comes back to: a socket on the loopback that is open for one sign-in (RFC 8252 section 7.3).
//!
//! Anybody on this computer can knock. Only a request with our `state` counts; whatever else comes is answered and
//! forgotten.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::Redirect;
use super::page::Page;
use crate::secrets::Sensitive;

/// So many ports are tried.
const MOST_TRIES: usize = 50;

/// The socket.
#[derive(Debug)]
pub struct Loopback {
    listeners: Vec<TcpListener>,
    address: Url,
}

/// What the browser brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Brought {
    /// A code to exchange.
    Code(Sensitive<String>),
    /// The doctor said no (`access_denied`).
    Denied,
    /// The provider says why not: the name of an error (RFC 6749 section 4.1.2.1).
    Error(String),
}

impl Loopback {
    /// Opens it on a free port.
    ///
    /// # Errors
    /// When the operating system gives none.
    pub async fn open(redirect: Redirect) -> io::Result<Self> {
        let (host, listeners) = match redirect {
            Redirect::Address => (
                "127.0.0.1",
                vec![bind(Ipv4Addr::LOCALHOST.into(), 0).await?],
            ),
            Redirect::Name => ("localhost", bind_both().await?),
        };
        let first = listeners.first().ok_or(io::ErrorKind::AddrInUse)?;
        let port = first.local_addr()?.port();
        let address = format!("http://{host}:{port}/");
        let address = Url::parse(&address).map_err(io::Error::other)?;
        Ok(Self { listeners, address })
    }

    /// The redirect URI.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Waits until the browser comes back with this state, and has its page.
    pub(super) async fn brought(self, state: &Sensitive<String>) -> io::Result<Brought> {
        let (found, mut finds) = mpsc::channel(1);
        let mut serving = JoinSet::new();
        loop {
            tokio::select! {
                accepted = accept(&self.listeners) => {
                    serving.spawn(serve(accepted?, state.clone(), found.clone()));
                }
                Some(brought) = finds.recv() => return Ok(brought),
            }
        }
    }
}

async fn bind(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((address, port)).await
}

/// The same port of both loopback addresses. One that another program has at the second is not taken: the name may lead the
/// browser there, with the code. Where there is no IPv6, it cannot.
async fn bind_both() -> io::Result<Vec<TcpListener>> {
    for _ in 0..MOST_TRIES {
        let first = bind(Ipv4Addr::LOCALHOST.into(), 0).await?;
        let port = first.local_addr()?.port();
        match bind(Ipv6Addr::LOCALHOST.into(), port).await {
            Ok(second) => return Ok(vec![first, second]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(_) => return Ok(vec![first]),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

async fn accept(listeners: &[TcpListener]) -> io::Result<TcpStream> {
    match listeners {
        [first, second] => tokio::select! {
            accepted = first.accept() => accepted,
            accepted = second.accept() => accepted,
        },
        [first, ..] => first.accept().await,
        [] => Err(io::ErrorKind::NotConnected.into()),
    }
    .map(|(stream, _)| stream)
}

/// Serves one connection. What it brought is handed on when the page is written, so that nothing closes before.
async fn serve(stream: TcpStream, state: Sensitive<String>, found: mpsc::Sender<Brought>) {
    let brought = std::sync::Mutex::new(None);
    let answer = |request: Request<hyper::body::Incoming>| {
        let read = match *request.method() {
            Method::GET => read(request.uri(), &state),
            _ => None,
        };
        let answer = answer(read.as_ref());
        if let (Some(read), Ok(mut brought)) = (read, brought.lock()) {
            brought.get_or_insert(read);
        }
        std::future::ready(Ok::<_, Infallible>(answer))
    };
    let served = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the sign-in page broke");
    }
    let brought = brought.into_inner().ok().flatten();
    if let Some(brought) = brought {
        // Only the first one counts; later ones find nobody.
        drop(found.try_send(brought));
    }
}

/// What a request brings; nothing for strangers.
fn read(uri: &Uri, state: &Sensitive<String>) -> Option<Brought> {
    if uri.path() != "/" {
        return None;
    }
    let (mut code, mut error, mut said) = (None, None, None);
    for (name, value) in url::form_urlencoded::parse(uri.query()?.as_bytes()) {
        match name.as_ref() {
            "code" => code = Some(Sensitive::new(value.into_owned())),
            "error" => error = Some(value.into_owned()),
            "state" => said = Some(Sensitive::new(value.into_owned())),
            _ => {}
        }
    }
    let is_ours = said.is_some_and(|said| {
        subtle::ConstantTimeEq::ct_eq(said.expose().as_bytes(), state.expose().as_bytes()).into()
    });
    if !is_ours {
        return None;
    }
    match (code, error) {
        (_, Some(error)) if error == "access_denied" => Some(Brought::Denied),
        (_, Some(error)) => Some(Brought::Error(plain(&error))),
        (Some(code), None) => Some(Brought::Code(code)),
        (None, None) => None,
    }
}

/// The name of an error as it may be shown: what stands in the address is anybody's text.
fn plain(name: &str) -> String {
    let harmless = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    name.chars().filter(harmless).take(40).collect()
}

fn answer(brought: Option<&Brought>) -> Response<Full<Bytes>> {
    let (status, page) = match brought {
        Some(Brought::Code(_)) => (200, Page::Done.html()),
        Some(Brought::Denied) => (200, Page::Denied.html()),
        Some(Brought::Error(_)) => (200, Page::Failed.html()),
        None => (404, String::new()),
    };
    let mut answer = Response::new(Full::new(Bytes::from(page)));
    if let Ok(status) = http::StatusCode::from_u16(status) {
        *answer.status_mut() = status;
    }
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_state_counts_and_strangers_bring_nothing() {
        let state = Sensitive::new("s-1".to_owned());
        let brought = |text: &str| read(&text.parse().unwrap(), &state);
        let code = Brought::Code(Sensitive::new("a/b".to_owned()));
        assert_eq!(brought("/?state=s-1&code=a%2Fb&scope=x"), Some(code));
        assert_eq!(
            brought("/?error=access_denied&state=s-1"),
            Some(Brought::Denied)
        );
        let error = brought("/?error=server_error%3Cscript%3E&state=s-1");
        assert_eq!(error, Some(Brought::Error("server_errorscript".to_owned())));
        for stranger in [
            "/",
            "/favicon.ico",
            "/?code=x",
            "/?code=x&state=s-2",
            "/?error=access_denied&state=",
            "/else?code=x&state=s-1",
            "/?state=s-1",
        ] {
            assert_eq!(brought(stranger), None, "{stranger}");
        }
    }
}
