//! Google Calendar v3: its requests as values, and its events as calendar text and back.
//!
//! Nothing is sent here. `project` makes calendar text of events, `plan` makes writes of an edited text; both come out of
//! one table of property groups, each of which knows both directions ([`project`]).

pub mod project;
pub mod requests;
mod wire;

pub use project::{object_key, part, plan, project, remove};
pub use wire::Event;
