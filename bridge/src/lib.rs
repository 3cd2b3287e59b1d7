//! Every effect of the Companion: the encrypted store, the keychain, the local CalDAV server, the clock.
//! The rules themselves live in `bridge-core`; this crate reads, waits, writes and answers.

pub mod accounts;
pub mod agenda;
pub mod browser;
pub mod clock;
pub mod companion;
pub mod config;
pub mod dns;
pub mod feed;
pub mod http;
pub mod ids;
pub mod log;
pub mod logins;
pub mod nudge;
pub mod oauth;
pub mod open;
pub mod paths;
pub mod pharmadoc;
pub mod provider;
pub mod secrets;
pub mod serving;
pub mod slug;
pub mod store;
pub mod sync;
pub mod zone;
