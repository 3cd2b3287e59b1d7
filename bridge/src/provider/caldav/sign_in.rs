//! Signing in: what it needs, and what can be wrong with it, each with the way out.

use url::Url;

use super::found::PlainHttp;
use crate::provider::{Preset, ProviderError};
use crate::secrets::Sensitive;

/// What signing in needs.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// What is known about the provider.
    pub preset: &'a Preset,
    /// What the doctor typed: a mail address, a host or an address with `https://`. Without one, the preset's address,
    /// or else the domain of the user name.
    pub address: Option<&'a str>,
    /// The user name.
    pub user: &'a str,
    /// The password.
    pub password: &'a Sensitive<String>,
    /// Whether addresses without TLS are accepted.
    pub plain_http: PlainHttp,
}

/// Why signing in failed, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// What was typed is no address.
    #[error(
        "\"{0}\" is not an address. Give a mail address, a server's name or an address that begins with https://"
    )]
    BadAddress(String),
    /// There is no address, and the user name has none in it.
    #[error("The server's address is missing. Give it, or a mail address as the user name")]
    NoAddress,
    /// The host's name leads nowhere.
    #[error(
        "There is no server \"{host}\" ({why}). Check the spelling of the address and the network"
    )]
    NoSuchHost {
        /// The host.
        host: String,
        /// What the network said.
        why: String,
    },
    /// Nobody answers there, or the connection broke.
    #[error(
        "The server {host} does not answer ({why}). Check the address and the network, then try again"
    )]
    Unreachable {
        /// The host.
        host: String,
        /// What the network said.
        why: String,
    },
    /// Its certificate is not trusted.
    #[error(
        "The certificate of {host} is not trusted ({why}). Check the address; if the server has a certificate authority \
         of its own, install that on this computer. Nothing was sent"
    )]
    Untrusted {
        /// The host.
        host: String,
        /// What is wrong with the certificate.
        why: String,
    },
    /// User name or password are not accepted.
    #[error("{host} does not accept this user name and password. Check both and try again")]
    WrongPassword {
        /// The host.
        host: String,
    },
    /// The same, where the ordinary password is never accepted.
    #[error(
        "{title} does not accept this user name and password. It takes only a password made for this app; make one at \
         {page} and use it here instead of the ordinary one"
    )]
    NeedsAppPassword {
        /// What people call the provider.
        title: String,
        /// The page where app passwords are made.
        page: Url,
    },
    /// There is a server, but no calendars are served there.
    #[error(
        "{host} is not a CalDAV server: {answered}. Check the address; the provider's help pages name it under CalDAV"
    )]
    NotCalDav {
        /// The host.
        host: String,
        /// What it answered, without content.
        answered: String,
    },
    /// The account has no calendars.
    #[error("The account at {host} has no calendars. Make one there, then try again")]
    NoCalendars {
        /// The host.
        host: String,
    },
    /// The domain sends us to a server of somebody else.
    #[error(
        "{from} says that its calendars are at {to}. If you trust that server with the password, give its address"
    )]
    Elsewhere {
        /// Who says so.
        from: String,
        /// Where they are said to be.
        to: Url,
    },
    /// The address has no TLS.
    #[error(
        "{0} is not encrypted: everybody on the way could read the password and the calendars. Use https://, or ask for \
         it explicitly (--allow-plain-http)"
    )]
    Unencrypted(Url),
    /// It is our own feed.
    #[error(
        "{0} is the PharmaDOC Companion's own calendar feed. Connect the calendar's provider instead, not the feed"
    )]
    OwnFeed(String),
    /// The server failed in another way.
    #[error("{host} cannot be used at the moment: {why}. Try again later")]
    Failed {
        /// The host.
        host: String,
        /// How it failed.
        why: ProviderError,
    },
}
