//! Who is asked: an authorization server as data.

use url::Url;

use super::Scopes;
use crate::secrets::Sensitive;

/// What the provider knows this program as.
#[derive(Clone, Debug)]
pub struct Client {
    /// The id it was registered under.
    pub id: String,
    /// What Google gives to desktop programs and asks back. It is no secret and proves nothing; Microsoft gives none and
    /// refuses a request that has one.
    pub secret: Option<Sensitive<String>>,
}

/// The form of the address that the browser comes back to. The port is ours to choose (RFC 8252 section 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// `http://127.0.0.1:PORT/`, as RFC 8252 recommends.
    Address,
    /// `http://localhost:PORT/`, the only one that can be registered at Microsoft. The name may stand for either loopback
    /// address, so both are listened on.
    Name,
}

/// An authorization server.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Where the browser is sent.
    pub authorize: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token: Url,
    /// Where a token is revoked (RFC 7009); Microsoft has no such place.
    pub revoke: Option<Url>,
    /// What we are called there.
    pub client: Client,
    /// Where the browser comes back to.
    pub redirect: Redirect,
    /// Which scopes stand for what.
    pub scopes: &'static Scopes,
    /// What else is sent to `authorize`.
    pub extra: &'static [(&'static str, &'static str)],
}

impl Authority {
    /// Google's (<https://developers.google.com/identity/protocols/oauth2/native-app>). Without `prompt=consent` it gives no
    /// new refresh token to a doctor who signs in again.
    ///
    /// # Errors
    /// None for the addresses of [`Self::GOOGLE`].
    pub fn google(at: [&str; 3], client: Client) -> Result<Self, url::ParseError> {
        let [authorize, token, revoke] = at;
        Ok(Self {
            authorize: Url::parse(authorize)?,
            token: Url::parse(token)?,
            revoke: Some(Url::parse(revoke)?),
            client,
            redirect: Redirect::Address,
            scopes: &Scopes::GOOGLE,
            extra: &[("access_type", "offline"), ("prompt", "consent")],
        })
    }

    /// Where Google's is: to authorize, for tokens, to revoke.
    pub const GOOGLE: [&'static str; 3] = [
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com/revoke",
    ];

    /// Microsoft's identity platform for personal and work accounts, below an address such as [`Self::MICROSOFT`]
    /// (<https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>).
    ///
    /// # Errors
    /// When the address is none.
    pub fn microsoft(below: &str, client: Client) -> Result<Self, url::ParseError> {
        let below = below.trim_end_matches('/');
        Ok(Self {
            authorize: Url::parse(&format!("{below}/oauth2/v2.0/authorize"))?,
            token: Url::parse(&format!("{below}/oauth2/v2.0/token"))?,
            revoke: None,
            client,
            redirect: Redirect::Name,
            scopes: &Scopes::MICROSOFT,
            extra: &[("prompt", "select_account")],
        })
    }

    /// Where Microsoft's is, for every kind of account.
    pub const MICROSOFT: &'static str = "https://login.microsoftonline.com/common";
}
