//! Other people's programs judge both sides: the official client libraries of the providers drive the sandbox, and
//! `oidc-provider` watches our own OAuth client.
//!
//! The programs are those of `tests/interop`. Each test skips loudly when they are not installed, and fails instead
//! under `cargo xtask test`, which installs them.

#![expect(
    clippy::indexing_slicing,
    reason = "a member that a JSON answer does not have is null"
)]

mod browser;
mod clouds;
mod doctor;
mod node;
mod signing_in;
mod strict;
