//! The way from some address of a server to the folders with the doctor's calendars.

use bridge_core::dav::client::{self, BadRequest, Principal, parse_principal};
use url::Url;

use super::session::{Failed, Reply, Session};
use super::status::{Asked, refusal};
use crate::provider::{ErrorKind, ProviderError};

/// Why no homes were found.
pub(super) enum NoHomes {
    /// There was no answer.
    Failed(Failed),
    /// The answer was a refusal, or no answer to the question.
    Refused(Box<Reply>),
    /// The server answers, but names no homes.
    Silent(Url),
}

impl From<Failed> for NoHomes {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<BadRequest> for NoHomes {
    fn from(bad: BadRequest) -> Self {
        Self::Failed(bad.into())
    }
}

impl From<NoHomes> for ProviderError {
    fn from(none: NoHomes) -> Self {
        match none {
            NoHomes::Failed(failed) => failed.into(),
            NoHomes::Refused(reply) => refusal(Asked::Read, &reply),
            NoHomes::Silent(url) => Self::new(
                ErrorKind::UnreadableAnswer,
                format!("{} names no calendars", super::session::host(&url)),
            ),
        }
    }
}

/// Asks at one address, and at the principal it names. The homes in the result are never none.
pub(super) async fn homes(session: &Session, url: &Url) -> Result<Principal, NoHomes> {
    let (mut first, answered) = ask(session, url).await?;
    if !first.homes.is_empty() {
        return Ok(first);
    }
    if let Some(principal) = &first.principal {
        let (second, _) = ask(session, principal).await?;
        if !second.homes.is_empty() {
            return Ok(Principal {
                principal: first.principal,
                ..second
            });
        }
    }
    // The address of one calendar was given, and the server does not say who we are: its folder is the home.
    if first.is_calendar
        && let Ok(home) = answered.join("../")
    {
        first.homes.push(home);
        return Ok(first);
    }
    Err(NoHomes::Silent(answered))
}

async fn ask(session: &Session, url: &Url) -> Result<(Principal, Url), NoHomes> {
    let reply = session.send(url, client::principal(url)?).await?;
    if !reply.is_answer() {
        return Err(NoHomes::Refused(Box::new(reply)));
    }
    match parse_principal(&reply.url, reply.body()) {
        Ok(principal) => Ok((principal, reply.url)),
        Err(_) => Err(NoHomes::Refused(Box::new(reply))),
    }
}
