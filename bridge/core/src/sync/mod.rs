//! The rules of two-way sync, on values: no store, no network, no clock.
//!
//! Three copies of each object: **base** (what both sides last agreed on), **local** (what every reader here sees) and
//! **remote** (what the provider has). [`decide`] says what follows from them. The rest are the numbers and tables
//! around it: what a failure leads to ([`classify`]), when so many deletions look like an accident ([`suspicious`]), how
//! often to look ([`Pace`]), whether both sides have the same ([`differing`]).
//!
//! Left out: how anything is sent or stored; `bridge::sync` does that.

mod accuracy;
mod classify;
mod decide;
mod error;
mod limit;
mod pace;

pub use accuracy::{differing, digest};
pub use classify::{
    LONGEST_DELAY, LONGEST_WAIT, MOST_FAILURES, Reaction, SHORTEST_DELAY, Scope, Subject, Verdict,
    back_off, classify,
};
pub use decide::{Copies, Decision, Here, Lost, LostKind, There, decide};
pub use error::{ErrorKind, RetryAfter};
pub use limit::{CONFIRMED_AFTER, Evidence, WINDOW, suspicious};
pub use pace::{Pace, Situation};
