//! Signing in with Supabase Auth, and the next session for the last.

use std::time::Duration;

use async_trait::async_trait;
use bridge_core::pharmadoc::auth::{self, Place, Session};
use bridge_core::time::Instant;
use http::{Request, header};

use crate::http::Http;
use crate::oauth::{Issuer, Tokens};
use crate::provider::{ErrorKind, ProviderError, authorization};
use crate::secrets::Sensitive;

/// Tokens for a password, and who it is.
pub(super) async fn sign_in(
    place: &Place,
    http: &dyn Http,
    (mail, password): (&str, &Sensitive<String>),
    now: Instant,
) -> Result<(Tokens, String), ProviderError> {
    let request = auth::password(place, mail, password.expose());
    let session = session(place, http, request?).await?;
    let user = session.user.clone();
    Ok((tokens(session, now), user))
}

#[async_trait]
impl Issuer for Place {
    async fn refresh(
        &self,
        http: &dyn Http,
        old: &Tokens,
        now: Instant,
    ) -> Result<Tokens, ProviderError> {
        let request = auth::refresh(self, old.refresh.expose())?;
        Ok(tokens(session(self, http, request).await?, now))
    }

    async fn revoke(&self, http: &dyn Http, tokens: &Tokens) -> Result<(), ProviderError> {
        let mut request = auth::logout(self)?;
        let token = authorization(&tokens.access)?;
        request.headers_mut().insert(header::AUTHORIZATION, token);
        match send(self, http, request).await {
            // The session is gone already.
            Err(error) if is_gone(error.kind) => Ok(()),
            answered => answered.map(drop),
        }
    }
}

fn is_gone(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unauthenticated | ErrorKind::ConsentRevoked | ErrorKind::Forbidden
    )
}

async fn session(
    place: &Place,
    http: &dyn Http,
    request: Request<Vec<u8>>,
) -> Result<Session, ProviderError> {
    let body = send(place, http, request).await?;
    auth::parse_session(&body).map_err(|why| {
        let detail = format!("{}: {why}", host(place));
        ProviderError::new(ErrorKind::UnreadableAnswer, detail)
    })
}

async fn send(
    place: &Place,
    http: &dyn Http,
    request: Request<Vec<u8>>,
) -> Result<Vec<u8>, ProviderError> {
    let answer = http.send(request).await;
    let answer = answer.map_err(|why| ProviderError::no_answer(host(place), &why))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.into_body());
    }
    let (kind, wait, name) = auth::failure(status.as_u16(), answer.headers(), answer.body());
    let detail = format!("{}: status {} {name}", host(place), status.as_u16());
    Err(ProviderError::new(kind, detail.trim_end()).after(wait))
}

fn tokens(session: Session, now: Instant) -> Tokens {
    Tokens {
        access: Sensitive::new(session.access),
        refresh: Sensitive::new(session.refresh),
        since: now,
        life: Tokens::life(session.expires_in.map(Duration::from_secs)),
        granted: None,
    }
}

fn host(place: &Place) -> &str {
    place.root.host_str().unwrap_or_default()
}
