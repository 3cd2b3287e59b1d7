//! Signing in to a provider in the doctor's own browser, and staying signed in (RFC 6749, RFC 7636, RFC 8252).
//!
//! - `authority`: who is asked and for what; `scopes`: what was granted of it; `identity`: who signed in;
//! - `loopback`: where the browser comes back to; `sign_in`: all of it together;
//! - `exchange`: one request to the token endpoint; `tokens`: what it gives, and when it is due;
//! - `keeper`: a token for each request, with one refresh at a time over threads and processes.

mod authority;
mod exchange;
mod identity;
mod issuer;
mod keeper;
mod loopback;
mod page;
mod scopes;
mod sign_in;
mod tokens;

#[cfg(test)]
mod tests;

pub use authority::{Authority, Client, Redirect};
pub use identity::Person;
pub use issuer::{Holder, Issuer};
pub use keeper::{Keeper, Signer};
pub use loopback::Loopback;
pub use scopes::{Purpose, Scopes};
pub use sign_in::{Asked, Granted, SignIn, SignInError};
pub use tokens::Tokens;
