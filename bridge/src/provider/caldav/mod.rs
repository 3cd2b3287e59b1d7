//! CalDAV: iCloud, Nextcloud, Fastmail and whoever else follows RFC 4791.
//!
//! [`discover`] signs in once and finds out where everything is; [`CalDav`] is the provider made from that. What is
//! sent and what answers mean stands in `bridge_core::dav::client`.

mod auth;
mod calendars;
mod changes;
mod discovery;
mod found;
mod homes;
mod objects;
mod provider;
mod session;
mod sign_in;
mod site;
mod start;
mod status;
mod write;

pub use discovery::discover;
pub use found::{Found, PlainHttp};
pub use provider::CalDav;
pub use sign_in::{SignIn, SignInError};

#[cfg(test)]
mod tests;
