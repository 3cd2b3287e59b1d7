//! REPORT bodies as values.

use super::error::DavError;
use super::filter::Filter;
use super::name::Name;
use super::request::{PropFind, PropertyRequest};
use crate::ids::{Href, SyncToken};
use crate::time::TimeRange;

/// A REPORT (RFC 3253 section 3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// Which objects pass a filter (RFC 4791 section 7.8).
    CalendarQuery(CalendarQuery),
    /// These objects (RFC 4791 section 7.9).
    CalendarMultiget(CalendarMultiget),
    /// What changed since a token (RFC 6578).
    SyncCollection(SyncCollection),
    /// When there is no time (RFC 4791 section 7.10).
    FreeBusyQuery(TimeRange),
    /// Properties, and the properties of what they point at (RFC 3253 section 3.8).
    ExpandProperty(Vec<ExpandedProperty>),
    /// Which principals have properties like these (RFC 3744 section 9.4).
    PrincipalPropertySearch(PrincipalPropertySearch),
    /// By which properties principals can be searched (RFC 3744 section 9.5).
    PrincipalSearchPropertySet,
    /// A report that is not known.
    Unknown(Name),
}

/// `CALDAV:calendar-query`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarQuery {
    /// What to return.
    pub request: PropertyRequest,
    /// Of which objects.
    pub filter: Filter,
    /// The zone of floating times while this query is answered.
    pub zone: Option<QueryZone>,
}

/// The zone a query brings with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryZone {
    /// `CALDAV:timezone`: an iCalendar object with a `VTIMEZONE` (RFC 4791 section 9.8).
    Definition(String),
    /// `CALDAV:timezone-id`: a name (RFC 7809 section 5.1... by reference).
    Id(String),
}

/// `CALDAV:calendar-multiget`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarMultiget {
    /// What to return.
    pub request: PropertyRequest,
    /// Of which objects, as the client spelt them; see [`super::path`] for their meaning.
    pub hrefs: Vec<Href>,
}

/// `DAV:sync-collection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncCollection {
    /// What the client saw last; `None` asks for everything.
    pub token: Option<SyncToken>,
    /// How far down.
    pub level: SyncLevel,
    /// At most this many members in one answer (RFC 5323 section 5.17, RFC 6578 section 3.7).
    pub limit: Option<usize>,
    /// What to return of each changed member.
    pub request: PropertyRequest,
}

/// `DAV:sync-level` (RFC 6578 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncLevel {
    /// Members of the collection.
    One,
    /// Members of members too.
    Infinite,
}

/// `DAV:property` of an expand-property report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpandedProperty {
    /// The property.
    pub name: Name,
    /// What to return of the resources its hrefs point at; nothing is expanded when empty.
    pub inner: Vec<ExpandedProperty>,
}

/// `DAV:principal-property-search`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalPropertySearch {
    /// What to look for.
    pub searches: Vec<PropertySearch>,
    /// Whether one hit is enough.
    pub test: SearchTest,
    /// What to return of the principals found.
    pub props: PropFind,
}

/// `DAV:property-search`: a text looked for in some properties.
#[derive(Clone, PartialEq, Eq)]
pub struct PropertySearch {
    /// The properties.
    pub props: Vec<Name>,
    /// The text.
    pub text: String,
}

/// How several [`PropertySearch`]es go together (`test`, an attribute macOS sends).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchTest {
    /// All must hit.
    AllOf,
    /// One must hit.
    AnyOf,
}

/// Without the text: it is a name somebody looks for.
impl std::fmt::Debug for PropertySearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PropertySearch")
            .field("props", &self.props)
            .finish_non_exhaustive()
    }
}

/// Reads a REPORT.
///
/// # Errors
/// [`DavError`] for a body that is no report, or a report that breaks a precondition.
#[expect(clippy::todo, reason = "lands next")]
pub fn parse_report(_body: &[u8]) -> Result<Report, DavError> {
    todo!()
}
