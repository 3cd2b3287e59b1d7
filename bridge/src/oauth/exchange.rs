//! One request to the token endpoint (RFC 6749 sections 4.1.3, 5 and 6), and to the one that revokes (RFC 7009).

use std::fmt;
use std::pin::Pin;

use bridge_core::time::Instant;
use http::{Request, Response, header};
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::{Authority, Client, Person, Tokens};
use crate::http::Http;
use crate::provider::{ErrorKind, ProviderError, RetryAfter};
use crate::secrets::Sensitive;

/// What the answer says beside the tokens.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Extra {
    id_token: Option<String>,
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extra(..)")
    }
}

impl ExtraTokenFields for Extra {}

type Answer = StandardTokenResponse<Extra, BasicTokenType>;
type Asking = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The client of the `oauth2` crate for an authority.
pub(super) fn client(authority: &Authority) -> Asking {
    let client = oauth2::Client::new(ClientId::new(authority.client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(authority.authorize.clone()))
        .set_token_uri(TokenUrl::from_url(authority.token.clone()))
        .set_auth_type(AuthType::RequestBody);
    match &authority.client.secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().clone())),
        None => client,
    }
}

/// Tokens for the code that the browser brought, and who signed in.
pub(super) async fn code(
    authority: &Authority,
    http: &dyn Http,
    (code, verifier, redirect): (Sensitive<String>, PkceCodeVerifier, RedirectUrl),
    now: Instant,
) -> Result<(Tokens, Option<Person>), ProviderError> {
    let wire = Wire {
        http,
        to: &authority.token,
    };
    let answer = client(authority)
        .set_redirect_uri(redirect)
        .exchange_code(AuthorizationCode::new(code.expose().clone()))
        .set_pkce_verifier(verifier)
        .request_async(&wire)
        .await
        .map_err(|error| refused(&authority.token, error))?;
    let person = answer.extra_fields().id_token.as_deref();
    let person = person.and_then(Person::of);
    let refresh = answer.refresh_token().ok_or_else(|| {
        let detail = format!("{}: no refresh token", host(&authority.token));
        ProviderError::new(ErrorKind::UnreadableAnswer, detail)
    })?;
    Ok((tokens(&answer, refresh.secret(), now), person))
}

/// New tokens for the refresh token of `old`. An answer without another keeps it.
pub(super) async fn refresh(
    authority: &Authority,
    http: &dyn Http,
    old: &Tokens,
    now: Instant,
) -> Result<Tokens, ProviderError> {
    let wire = Wire {
        http,
        to: &authority.token,
    };
    let answer = client(authority)
        .exchange_refresh_token(&RefreshToken::new(old.refresh.expose().clone()))
        .request_async(&wire)
        .await
        .map_err(|error| refused(&authority.token, error))?;
    let refresh = answer.refresh_token().map(RefreshToken::secret);
    let new = tokens(&answer, refresh.unwrap_or(old.refresh.expose()), now);
    let granted = new.granted.clone().or_else(|| old.granted.clone());
    Ok(Tokens { granted, ..new })
}

/// Tells the provider that the tokens are not wanted any more; nothing where it has no place for that. One it does not
/// know (any more) is as good as revoked.
pub(super) async fn revoke(
    authority: &Authority,
    http: &dyn Http,
    tokens: &Tokens,
) -> Result<(), ProviderError> {
    let Some(at) = &authority.revoke else {
        return Ok(());
    };
    let request = Request::post(at.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(revocation(&authority.client, tokens).into_bytes())
        .map_err(|error| ProviderError::new(ErrorKind::InvalidRequest, error.to_string()))?;
    let answer = send(http, at, request).await?;
    if answer.status().is_success() || is_unknown_token(answer.body()) {
        return Ok(());
    }
    let detail = format!("{}: status {}", host(at), answer.status().as_u16());
    Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail))
}

/// Without the client a strict server revokes nothing (RFC 7009 section 2.1).
fn revocation(client: &Client, tokens: &Tokens) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", tokens.refresh.expose())
        .append_pair("client_id", &client.id);
    if let Some(secret) = &client.secret {
        form.append_pair("client_secret", secret.expose());
    }
    form.finish()
}

/// Whether a refusal says that there is no such token; Google says so where the standard wants a success.
fn is_unknown_token(body: &[u8]) -> bool {
    let refusal: Result<BasicErrorResponse, _> = serde_json::from_slice(body);
    refusal.is_ok_and(|refusal| refusal.error().as_ref() == "invalid_token")
}

fn tokens(answer: &Answer, refresh: &str, now: Instant) -> Tokens {
    let scopes = answer.scopes().map(|scopes| {
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        scopes.join(" ")
    });
    Tokens {
        access: Sensitive::new(answer.access_token().secret().clone()),
        refresh: Sensitive::new(refresh.to_owned()),
        since: now,
        life: Tokens::life(answer.expires_in()),
        granted: scopes,
    }
}

/// The way to an endpoint, as the `oauth2` crate wants it.
struct Wire<'w> {
    http: &'w dyn Http,
    to: &'w Url,
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = ProviderError;
    type Future =
        Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, ProviderError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(send(self.http, self.to, request))
    }
}

/// Sends a request; an answer that says nothing about the grant (a proxy's page, a busy server) is a failure already.
async fn send(
    http: &dyn Http,
    to: &Url,
    request: Request<Vec<u8>>,
) -> Result<Response<Vec<u8>>, ProviderError> {
    let host = host(to);
    let answer = http.send(request).await;
    let answer = answer.map_err(|why| ProviderError::no_answer(host, &why))?;
    let status = answer.status().as_u16();
    let kind = match status {
        429 => ErrorKind::RateLimited,
        408 | 500.. => ErrorKind::Unavailable,
        _ => return Ok(answer),
    };
    let wait = RetryAfter::of(answer.headers());
    Err(ProviderError::new(kind, format!("{host}: status {status}")).after(wait))
}

/// What a refusal means (RFC 6749 section 5.2, `OpenID` Connect Core 1.0 section 3.1.2.6). Only the names of errors are
/// kept: descriptions may tell about people.
fn refused(at: &Url, error: RequestTokenError<ProviderError, BasicErrorResponse>) -> ProviderError {
    let host = host(at);
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(answer) => {
            let kind = match answer.error() {
                BasicErrorResponseType::InvalidGrant => ErrorKind::ConsentRevoked,
                BasicErrorResponseType::Extension(name) => of_name(name),
                BasicErrorResponseType::InvalidScope => ErrorKind::Forbidden,
                BasicErrorResponseType::InvalidClient
                | BasicErrorResponseType::InvalidRequest
                | BasicErrorResponseType::UnauthorizedClient
                | BasicErrorResponseType::UnsupportedGrantType => ErrorKind::InvalidRequest,
            };
            ProviderError::new(kind, format!("{host}: {}", answer.error().as_ref()))
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            let detail = format!("{host}: no tokens in the answer");
            ProviderError::new(ErrorKind::UnreadableAnswer, detail)
        }
    }
}

fn of_name(name: &str) -> ErrorKind {
    match name {
        "interaction_required" | "login_required" | "consent_required" => ErrorKind::ConsentRevoked,
        "temporarily_unavailable" | "server_error" => ErrorKind::Unavailable,
        _ => ErrorKind::InvalidRequest,
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}
