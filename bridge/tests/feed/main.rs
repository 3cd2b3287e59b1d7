//! The CalDAV server as its clients see it: in process for what it says, over real sockets for how it behaves.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of tests that cannot go on ends the test"
)]

mod conditions;
mod discovery;
mod gate;
mod making;
mod objects;
mod properties;
mod reports;
mod sockets;
mod sync;
mod tls;
mod views;
mod world;
