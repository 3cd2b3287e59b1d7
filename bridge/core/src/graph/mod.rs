//! Microsoft Graph calendars (v1.0): its requests as values, and its events as calendar text and back.
//!
//! Nothing is sent here. [`project`] makes calendar text of events and writes of edited text; [`recurrence`] is the one
//! place where a series of Outlook's and a rule of the RFC meet.

pub mod project;
pub mod recurrence;
pub mod requests;
mod wire;
mod zone;

pub use project::{object_key, part, plan, project, remove, source};
pub use wire::Event;
