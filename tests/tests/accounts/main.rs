//! Accounts end to end: the real `pharmadoc-bridge` against the sandbox cloud over TLS, as a person uses both.

#![expect(
    clippy::indexing_slicing,
    reason = "a member that a JSON answer does not have is null"
)]

mod adding;
mod appearance;
mod deciding;
mod facade;
mod facade_in_browser;
mod in_browser;
mod nudges;
mod removing;
mod syncing;
mod system;
