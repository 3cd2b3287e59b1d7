//! The engine against a provider that is a table in memory, rule by rule.

mod cloud;
mod conflicts;
mod deletions;
mod failures;
mod local;
mod rounds;
mod runner;
mod walk;
mod world;
