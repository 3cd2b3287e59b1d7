//! The fuzz targets as plain functions, one module each.
//!
//! `fuzz_targets/` hands them to libFuzzer; `tests/tests/fuzz.rs` includes this file and feeds them the seeds, the
//! inputs that once went wrong and some thousand mutations in every test run. A target returns nothing: it panics
//! when a promise is broken.

pub mod cost;
pub mod expansion;
pub mod headers;
pub mod ics;
pub mod xml;
