//! One sign-in: the browser is opened, the doctor decides there, the browser comes back, the code becomes tokens.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use url::Url;

use super::exchange;
use super::loopback::{Brought, Loopback};
use super::{Authority, Person, Purpose, Tokens};
use crate::clock::Clock;
use crate::http::Http;
use crate::ids::{Ids, NoRandomness};
use crate::provider::ProviderError;
use crate::secrets::Sensitive;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What for.
    pub purposes: BTreeSet<Purpose>,
    /// Whom the provider should expect: the address of an account that signs in again.
    pub hint: Option<String>,
}

/// What was given.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The tokens.
    pub tokens: Tokens,
    /// Who signed in, if the provider tells.
    pub person: Option<Person>,
    /// Scopes that were asked for and not given: the doctor unticked them.
    pub missing: BTreeSet<String>,
}

/// Why nobody signed in. Nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The browser could not come back.
    #[error("no port on this computer is free for the browser to come back to: {0}")]
    NoPort(std::io::Error),
    /// There is no randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The doctor said no.
    #[error("the permission was not given; connect again and agree to it")]
    Denied,
    /// The browser never came back.
    #[error("the browser did not come back in time; connect again, and finish signing in there")]
    TimedOut,
    /// The provider's page ended with an error.
    #[error("the provider did not sign you in ({0}); try again later")]
    Refused(String),
    /// The code did not become tokens.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// What a sign-in needs.
pub struct SignIn<'s> {
    /// Who is asked.
    pub authority: &'s Authority,
    /// The network.
    pub http: &'s dyn Http,
    /// Randomness for state and verifier.
    pub ids: &'s dyn Ids,
    /// The time, which tokens remember.
    pub clock: &'s dyn Clock,
    /// How long the doctor may take.
    pub patience: Duration,
}

impl SignIn<'_> {
    /// Signs in. `open` shows the address to the doctor: in a browser, or as text where there is none. To cancel, drop the
    /// future; the port is closed then.
    ///
    /// # Errors
    /// [`SignInError`] says what to do.
    pub async fn run(
        &self,
        asked: &Asked,
        open: impl FnOnce(&Url),
    ) -> Result<Granted, SignInError> {
        let loopback = Loopback::open(self.authority.redirect).await;
        let loopback = loopback.map_err(SignInError::NoPort)?;
        let state = self.random()?;
        let verifier = PkceCodeVerifier::new(self.random()?.expose().clone());
        let redirect = RedirectUrl::from_url(loopback.address().clone());
        open(&self.address(asked, &redirect, &state, &verifier));
        let brought = tokio::time::timeout(self.patience, loopback.brought(&state)).await;
        let brought = brought.map_err(|_| SignInError::TimedOut)?;
        let code = match brought.map_err(SignInError::NoPort)? {
            Brought::Code(code) => code,
            Brought::Denied => return Err(SignInError::Denied),
            Brought::Error(name) => return Err(SignInError::Refused(name)),
        };
        let now = self.clock.now();
        let exchanged =
            exchange::code(self.authority, self.http, (code, verifier, redirect), now).await;
        let (tokens, person) = exchanged?;
        let needed = self.authority.scopes.needed(&asked.purposes);
        Ok(Granted {
            missing: self
                .authority
                .scopes
                .missing(&needed, tokens.granted.as_deref()),
            tokens,
            person,
        })
    }

    fn address(
        &self,
        asked: &Asked,
        redirect: &RedirectUrl,
        state: &Sensitive<String>,
        verifier: &PkceCodeVerifier,
    ) -> Url {
        let client = exchange::client(self.authority).set_redirect_uri(redirect.clone());
        let needed = self.authority.scopes.needed(&asked.purposes);
        let scopes = self.authority.scopes.basic.iter().copied().chain(needed);
        let mut request = client
            .authorize_url(|| CsrfToken::new(state.expose().clone()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(verifier))
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())));
        for (name, value) in self.authority.extra {
            request = request.add_extra_param(*name, *value);
        }
        if let Some(hint) = &asked.hint {
            request = request.add_extra_param("login_hint", hint.clone());
        }
        request.url().0
    }

    /// 256 random bits as text: 43 characters, the least that RFC 7636 section 4.1 takes.
    fn random(&self) -> Result<Sensitive<String>, NoRandomness> {
        let mut octets = [0; 32];
        self.ids.fill(&mut octets)?;
        Ok(Sensitive::new(URL_SAFE_NO_PAD.encode(octets)))
    }
}
