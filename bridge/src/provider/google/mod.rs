//! Google Calendar v3. What is sent and what answers mean stands in `bridge_core::google`.
//!
//! An object here is an event or a series there, with the exceptions of the series, which are events of their own. Its
//! version is a digest over the versions of all its parts.

mod changes;
mod contexts;
mod gathering;
mod objects;
mod provider;
mod session;
mod watch;
mod write;

pub use provider::Google;

#[cfg(test)]
mod tests;
