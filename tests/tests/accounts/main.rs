//! Accounts end to end: the real `pharmadoc-bridge` against the sandbox cloud over TLS, as a person uses both.

mod adding;
mod deciding;
mod facade;
mod in_browser;
mod removing;
mod service;
mod syncing;
mod system;
