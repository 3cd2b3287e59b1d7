//! Signing in: from a mail address, a host or an address to the folders with the calendars (RFC 6764).

use std::sync::Arc;

use bridge_core::dav::client::{Principal, list_calendars, parse_calendars};
use url::Url;

use super::found::Found;
use super::homes::{NoHomes, homes};
use super::session::{Failed, Reply, Session, host};
use super::sign_in::{SignIn, SignInError};
use super::site::is_same_site;
use super::start::{Start, starts};
use super::status::{Asked, is_html, refusal};
use crate::dns::Dns;
use crate::http::{Http, HttpFailure};
use crate::provider::ErrorKind;

/// Finds the calendars of an account.
///
/// # Errors
/// [`SignInError`] says what is wrong and what to do.
pub async fn discover(
    http: Arc<dyn Http>,
    dns: &dyn Dns,
    sign_in: &SignIn<'_>,
) -> Result<Found, SignInError> {
    let mut best = None;
    for start in starts(dns, sign_in).await? {
        match from(&http, &start, sign_in).await {
            Ok(found) => return Ok(found),
            // A wrong password tried in several places looks like an attack, and locks accounts.
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => best = Some(more_telling(best, error)),
        }
    }
    Err(best.unwrap_or(SignInError::NoAddress))
}

fn is_final(error: &SignInError) -> bool {
    matches!(
        error,
        SignInError::WrongPassword { .. }
            | SignInError::NeedsAppPassword { .. }
            | SignInError::Untrusted { .. }
            | SignInError::NoCalendars { .. }
            | SignInError::OwnFeed(_)
    )
}

/// Of several failures the one that says most; the first of equals.
fn more_telling(before: Option<SignInError>, now: SignInError) -> SignInError {
    let weight = |error: &SignInError| match error {
        SignInError::NoSuchHost { .. } => 0,
        SignInError::Unreachable { .. } => 1,
        SignInError::NotCalDav { .. } => 2,
        _ => 3,
    };
    match before {
        Some(before) if weight(&before) >= weight(&now) => before,
        _ => now,
    }
}

/// Asks one server in all the places where it may tell, until it does.
async fn from(
    http: &Arc<dyn Http>,
    start: &Start,
    sign_in: &SignIn<'_>,
) -> Result<Found, SignInError> {
    let search = Search {
        session: Session::new(
            Arc::clone(http),
            sign_in.user,
            sign_in.password,
            &start.url,
            sign_in.plain_http,
        ),
        sign_in: *sign_in,
    };
    let mut first = None;
    for path in &start.paths {
        let Ok(url) = start.url.join(path) else {
            continue;
        };
        match search.at(&url).await {
            Ok(principal) => {
                return Ok(Found {
                    start: url,
                    principal: principal.principal,
                    homes: principal.homes,
                    addresses: principal.addresses,
                    listing: sign_in.preset.listing,
                    plain_http: sign_in.plain_http,
                });
            }
            Err(error @ (SignInError::NotCalDav { .. } | SignInError::Failed { .. })) => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first.unwrap_or(SignInError::NoAddress))
}

struct Search<'a> {
    session: Session,
    sign_in: SignIn<'a>,
}

impl Search<'_> {
    async fn at(&self, url: &Url) -> Result<Principal, SignInError> {
        let found = homes(&self.session, url).await;
        let principal = found.map_err(|none| match none {
            NoHomes::Failed(none) => failed(none),
            NoHomes::Refused(reply) => self.refused(url, &reply),
            NoHomes::Silent(url) => SignInError::NotCalDav {
                host: host(&url),
                answered: "it names no calendars".to_owned(),
            },
        })?;
        self.check(&principal.homes).await?;
        Ok(principal)
    }

    /// Whether there is any calendar.
    async fn check(&self, homes: &[Url]) -> Result<(), SignInError> {
        for home in homes {
            let request = list_calendars(home).map_err(|bad| failed(bad.into()))?;
            let reply = self.session.send(home, request).await;
            let reply = reply.map_err(failed)?;
            if !reply.is_answer() {
                return Err(self.refused(home, &reply));
            }
            match parse_calendars(&reply.url, reply.body()) {
                Ok((_, calendars)) if !calendars.is_empty() => return Ok(()),
                Ok(_) => {}
                Err(_) => return Err(self.refused(home, &reply)),
            }
        }
        Err(SignInError::NoCalendars {
            host: homes.first().map(host).unwrap_or_default(),
        })
    }

    fn refused(&self, asked: &Url, reply: &Reply) -> SignInError {
        let is_elsewhere = !is_same_site(asked, &reply.url);
        if reply.status() == 401 && !reply.was_signed && is_elsewhere {
            return SignInError::Elsewhere {
                from: host(asked),
                to: reply.url.clone(),
            };
        }
        let (why, host) = (refusal(Asked::Read, reply), host(&reply.url));
        match why.kind {
            ErrorKind::Unauthenticated => self.wrong_password(host),
            ErrorKind::Unavailable | ErrorKind::RateLimited => SignInError::Failed { host, why },
            _ => SignInError::NotCalDav {
                host,
                answered: answered(reply),
            },
        }
    }

    fn wrong_password(&self, host: String) -> SignInError {
        let preset = self.sign_in.preset;
        match &preset.app_password {
            Some(page) => SignInError::NeedsAppPassword {
                title: preset.title.clone(),
                page: page.clone(),
            },
            None => SignInError::WrongPassword { host },
        }
    }
}

fn failed(failed: Failed) -> SignInError {
    match failed {
        Failed::Http { host, why } => no_answer(why.failure, host, why.detail),
        Failed::Unencrypted(url) => SignInError::Unencrypted(url),
        Failed::OwnFeed(host) => SignInError::OwnFeed(host),
        Failed::Circles(host) => SignInError::NotCalDav {
            host,
            answered: "it sends us round in circles".to_owned(),
        },
        Failed::BadRequest(bad) => SignInError::BadAddress(bad.to_string()),
    }
}

fn no_answer(failure: HttpFailure, host: String, why: String) -> SignInError {
    match failure {
        HttpFailure::NoAddress => SignInError::NoSuchHost { host, why },
        HttpFailure::Untrusted => SignInError::Untrusted { host, why },
        HttpFailure::Unreachable | HttpFailure::TimedOut | HttpFailure::Broken => {
            SignInError::Unreachable { host, why }
        }
        HttpFailure::BadRequest => SignInError::BadAddress(host),
        HttpFailure::TooLarge => SignInError::NotCalDav {
            host,
            answered: why,
        },
    }
}

/// What a server that is none answered: status and kind, never content.
fn answered(reply: &Reply) -> String {
    let status = reply.answer.status();
    let reason = status.canonical_reason().unwrap_or("an unknown status");
    let kind = if is_html(&reply.answer) {
        " with a web page"
    } else {
        ""
    };
    format!("it answers {} {reason}{kind}", status.as_u16())
}
