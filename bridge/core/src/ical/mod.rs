//! Calendar objects that never lose an octet (RFC 5545, RFC 4791 section 4.1).
//!
//! A [`CalendarObject`] *is* its octets: reading lays a table of logical lines and components over them, writing
//! hands them back, and an edit replaces the octets of one logical line. What nobody understands is therefore
//! kept by construction, not by care. Reading never fails: what is odd is listed as a [`Problem`] with its line.
//!
//! [`check_storable`] is the strict door for what a client wants to store; [`redact`] makes the busy-only copy.
//!
//! Left out on purpose: what a value *means*. Zones, recurrence and time ranges live in their own modules and read
//! values through [`Property`].

mod check;
mod component;
mod debug;
mod edit;
mod ids;
mod kind;
mod line;
mod object;
mod plain;
mod problem;
mod property;
pub mod redact;
mod redacted;
mod summary;
mod text;
mod tree;
mod write;

pub use check::{Limits, Precondition, Refusal, check_storable, read_storable};
pub use component::{Component, RecurrenceId};
pub use edit::EditError;
pub use ids::{ComponentId, PropertyId};
pub use kind::{ComponentKind, ComponentSet, UnknownKind};
pub use object::CalendarObject;
pub use plain::plain;
pub use problem::{Problem, ProblemKind, Severity};
pub use property::{Param, Property};
pub use redacted::Redacted;
pub use summary::{Summary, Transparency};
pub use write::{LineEnd, NewProperty};

/// `PRODID` of what is made here.
pub(crate) const PRODID: &str = "-//PharmaDOC//Companion//EN";
