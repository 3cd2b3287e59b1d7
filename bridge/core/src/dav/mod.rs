//! WebDAV and CalDAV messages as typed values: request XML in, answer XML out.
//!
//! Requests become Rust values before anybody acts on them, so the server never walks XML and the limits
//! against hostile bodies stand in one place (`read`). Answers are streamed into a `Vec<u8>`
//! ([`MultiStatus`]), because the answer to a big report is the largest thing the server ever builds.
//!
//! Standards: RFC 4918 (WebDAV), 4791 (CalDAV), 3744 (privileges), 3253 (reports), 5689 (extended MKCOL),
//! 6578 (synchronisation), 7240 and 8144 (Prefer), 7809 (zones by reference), 9110 (conditions).
//!
//! Left out on purpose: sockets, methods, what a resource *is* and who may see it (the feed decides), and the
//! evaluation of filters over calendar objects (the query module does that with the types found here).

mod answer;
mod calendar_data;
mod calendar_data_read;
mod chars;
pub mod client;
mod element;
mod error;
mod filter;
mod filter_read;
pub mod headers;
mod kept;
mod multistatus;
mod name;
pub mod path;
mod precondition;
mod read;
mod report;
mod request;
mod write;

pub use answer::{Answer, Member, parse_error, parse_multistatus};
pub use calendar_data::{
    CalendarData, CompSelection, Comps, PropSelection, Props, Recurrence, Value,
};
pub use element::{Element, Node};
pub use error::DavError;
pub use filter::{
    Collation, CompFilter, CompTest, Filter, Match, ParamFilter, ParamTest, PropFilter, PropTest,
    TextMatch, ValueTest,
};
pub use multistatus::{MultiStatus, Response, Verbosity, error_body, make_response};
pub use name::{APPLE, CALDAV, CALENDAR_SERVER, DAV, Name, XML};
pub use precondition::{Precondition, Privilege};
pub use report::{
    CalendarMultiget, CalendarQuery, ExpandedProperty, PrincipalPropertySearch, PropertySearch,
    QueryZone, Report, SearchTest, SyncCollection, SyncLevel, parse_report,
};
pub use request::{
    MkCalendar, MkCol, PropChange, PropFind, PropPatch, PropertyRequest, component_set,
    parse_mkcalendar, parse_mkcol, parse_propfind, parse_proppatch, resource_types,
};
pub use write::XmlWriter;

#[cfg(test)]
mod tests;
