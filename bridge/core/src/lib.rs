//! The pure half of the bridge: what a calendar object *is* and what may be done with it.
//!
//! Nothing here performs I/O, reads a clock, draws a random number or waits; the manifest proves it. Time and
//! ids come in as arguments, answers go out as values.

pub mod busy;
pub mod dav;
pub mod exchange;
pub mod google;
pub mod graph;
pub mod hooks;
pub mod ical;
pub mod ids;
pub mod merge;
pub mod pharmadoc;
pub mod projection;
pub mod query;
pub mod recur;
mod rest;
pub mod sync;
pub mod time;
pub mod tray;
pub mod tz;
