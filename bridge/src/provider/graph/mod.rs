//! Microsoft Graph calendars (v1.0). What is sent and what answers mean stands in `bridge_core::graph`.
//!
//! An object here is an event or a series there, with the exceptions of the series. Its version is a digest over the
//! versions of all its parts, so an object has to be read before its version is known: changes name objects, and each of
//! them is read at once, many with one request.

mod changes;
mod contexts;
mod names;
mod objects;
mod provider;
mod session;
mod watch;
mod write;

pub use provider::Graph;

#[cfg(test)]
mod tests;
