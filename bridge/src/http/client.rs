//! The real thing: reqwest with rustls, trusting what the computer trusts.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, redirect};

use super::{Http, HttpError, HttpFailure};

/// How long it may take until a connection stands.
const CONNECTING: Duration = Duration::from_secs(15);
/// How long a server may say nothing in the middle of an answer; slow ones compute whole listings first.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a request may take altogether.
const ALTOGETHER: Duration = Duration::from_mins(5);
/// How long an unused connection is kept; less than servers keep theirs, so that none is found closed.
const UNUSED: Duration = Duration::from_secs(30);
/// The largest answer in octets. Listings of 100,000 events stay below.
const LARGEST: usize = 64 << 20;

/// A client over the network. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct HttpClient(Client);

/// The extra certificate authority cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the certificate authority cannot be used: {0}")]
pub struct BadAuthority(String);

impl HttpClient {
    /// A client that also trusts `authority`, certificates in PEM (the `ca_file` of `--endpoints`).
    ///
    /// # Errors
    /// [`BadAuthority`] for a text without certificates.
    pub fn new(authority: Option<&[u8]>) -> Result<Self, BadAuthority> {
        let certificates = match authority {
            Some(pem) => Certificate::from_pem_bundle(pem).map_err(|error| bad(&error))?,
            None => Vec::new(),
        };
        // Somebody else may have chosen the same one before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .user_agent(concat!("PharmaDOC-Companion/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(Resolver))
            .connect_timeout(CONNECTING)
            .read_timeout(SILENCE)
            .timeout(ALTOGETHER)
            .pool_idle_timeout(UNUSED)
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| bad(&error))?;
        Ok(Self(client))
    }
}

fn bad(error: &reqwest::Error) -> BadAuthority {
    BadAuthority(innermost(error))
}

#[async_trait]
impl Http for HttpClient {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let request = request.try_into().map_err(|error| failed(&error))?;
        let mut answer = self
            .0
            .execute(request)
            .await
            .map_err(|error| failed(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > LARGEST {
                let detail = format!("more than {LARGEST} octets");
                return Err(HttpError::new(HttpFailure::TooLarge, detail));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

fn failed(error: &reqwest::Error) -> HttpError {
    let failure = if cause::<NoAddress>(error).is_some() {
        HttpFailure::NoAddress
    } else if cause::<rustls::Error>(error).is_some_and(is_distrust) {
        HttpFailure::Untrusted
    } else if error.is_connect() {
        HttpFailure::Unreachable
    } else if error.is_builder() {
        HttpFailure::BadRequest
    } else if error.is_timeout() {
        HttpFailure::TimedOut
    } else {
        HttpFailure::Broken
    };
    HttpError::new(failure, innermost(error))
}

fn is_distrust(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::InvalidCertificate(_))
}

/// What lies at the bottom of an error; above it stand only the addresses, which the caller knows.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(next) = below(innermost) {
        innermost = next;
    }
    innermost.to_string()
}

/// The first cause of this type.
fn cause<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = below(error);
    }
    None
}

/// One step down; an [`io::Error`] hides what it wraps from `source`.
fn below<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match wrapped {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// The computer's own way from names to addresses; it only makes its failure one that can be told apart.
struct Resolver;

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoAddress(io::Error);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let addresses: Vec<SocketAddr> = found.map_err(NoAddress)?.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
