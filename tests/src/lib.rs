//! Tests against the world: the real binary as a process, real loads, real crashes.
//!
//! This library holds what several test binaries share: starting and killing `pharmadoc-bridge serve`, a plain
//! HTTP client that knows exactly which write was acknowledged, a reader of `DAV:multistatus` answers that
//! shares no code with the server, and the generator of a realistic calendar.

pub mod browser;
pub mod clients;
pub mod dataset;
pub mod http;
pub mod load;
pub mod multistatus;
pub mod process;
pub mod sandbox;
pub mod schema;
pub mod servers;
pub mod service;
pub mod sim;
pub mod stage;
pub mod stopwatch;
pub mod trial;
