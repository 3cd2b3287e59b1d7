//! Calendar objects as the outside world meets them: read, edited, merged and refused through the public API.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests fail like the tests themselves"
)]

mod agreement;
mod edits;
mod hostile;
mod merge;
mod merge_laws;
mod round_trip;
mod samples;
mod storable;
mod views;
