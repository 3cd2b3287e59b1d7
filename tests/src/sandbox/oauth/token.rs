//! The token endpoint.

use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Form, LIFE, OAuth, Rotation, answer};

impl OAuth {
    pub(super) fn token(&mut self, asked: &Form, origin: &str, now: Instant) -> Response<Bytes> {
        let said = |name: &str| asked.get(name).map(String::as_str);
        if said("client_id") != Some(&self.client.id)
            || said("client_secret") != self.client.secret.as_deref()
        {
            return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let granted = match said("grant_type") {
            Some("authorization_code") => self.first(asked),
            Some("refresh_token") => self.again(asked),
            _ => return refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        };
        let Some(granted) = granted else {
            return refusal(StatusCode::BAD_REQUEST, "invalid_grant");
        };
        let mut tokens = self.issue(granted, origin, now);
        if said("client_info") == Some("1") {
            tokens.client_info = self.client_info();
        }
        answer(
            StatusCode::OK,
            "application/json",
            json!(tokens).to_string(),
        )
    }

    fn first(&mut self, asked: &Form) -> Option<Granted> {
        let consent = self.codes.remove(asked.get("code")?)?;
        let digest = Sha256::digest(asked.get("code_verifier")?.as_bytes());
        let fits = URL_SAFE_NO_PAD.encode(digest) == consent.challenge
            && *asked.get("redirect_uri")? == consent.redirect;
        fits.then_some(Granted {
            scope: consent.scope,
            nonce: consent.nonce,
            with_refresh: true,
        })
    }

    fn again(&mut self, asked: &Form) -> Option<Granted> {
        let token = asked.get("refresh_token")?;
        Some(Granted {
            scope: self.refresh.get(token)?.clone(),
            nonce: None,
            with_refresh: self.rotation != Rotation::Never,
        })
    }

    fn issue(&mut self, granted: Granted, origin: &str, now: Instant) -> Tokens {
        let token = self.next("ya29.access");
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.insert(token.clone(), now + LIFE);
        drop(access);
        let scope = granted.scope;
        let refresh = granted.with_refresh.then(|| self.next("1//refresh"));
        if let Some(refresh) = &refresh {
            self.refresh.insert(refresh.clone(), scope.clone());
        }
        Tokens {
            access_token: token,
            refresh_token: refresh,
            token_type: "Bearer",
            expires_in: LIFE.num_seconds(),
            scope,
            id_token: self.id_token(origin, granted.nonce.as_deref(), now),
            client_info: None,
        }
    }
}

/// What the tokens are for.
struct Granted {
    scope: String,
    nonce: Option<String>,
    with_refresh: bool,
}

/// The answer.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    id_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

fn refusal(status: StatusCode, name: &str) -> Response<Bytes> {
    let body = json!({"error": name}).to_string();
    answer(status, "application/json", body)
}
