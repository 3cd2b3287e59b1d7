//! Two-way sync: what every account runs on.
//!
//! `engine` decides: a synchronous state machine that is handed what happened and the time, changes the store in one
//! transaction and says what to do next. `runner` does it: a thin loop over the real providers. The simulation
//! (`tests/tests/sim`) replaces only the runner.
//!
//! Three copies of each object: **base** (last agreed, `store::bases`), **local** (`store::objects`, what every reader
//! sees), **remote** (what just came in). What follows from them is decided by `bridge_core::sync`.
//!
//! What the engine shall do, rule by rule, is in `docs/spec/sync.md`.

mod call;
mod engine;
mod flaw;
pub mod problem;
pub mod runner;
#[cfg(test)]
mod tests;

pub use call::{Answer, Call, CallId, Effect, Input, News, Pace};
pub use engine::Engine;
pub use flaw::Flaw;
