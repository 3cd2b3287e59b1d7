//! REPORT bodies as values.

use super::calendar_data_read::calendar_data;
use super::chars::is_ncname;
use super::element::Element;
use super::error::DavError;
use super::filter::Filter;
use super::filter_read::{filter_of, time_range};
use super::name::{CALDAV, DAV, Name};
use super::read::{Limits, read};
use super::request::{PropFind, PropertyRequest, props_of};
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
pub fn parse_report(body: &[u8]) -> Result<Report, DavError> {
    let root = read(body, Limits::REQUEST)?;
    match (root.name.ns(), root.name.local()) {
        (CALDAV, "calendar-query") => calendar_query(&root).map(Report::CalendarQuery),
        (CALDAV, "calendar-multiget") => calendar_multiget(&root).map(Report::CalendarMultiget),
        (CALDAV, "free-busy-query") => free_busy_query(&root).map(Report::FreeBusyQuery),
        (DAV, "sync-collection") => sync_collection(&root).map(Report::SyncCollection),
        (DAV, "expand-property") => Ok(Report::ExpandProperty(expanded(&root))),
        (DAV, "principal-property-search") => {
            principal_property_search(&root).map(Report::PrincipalPropertySearch)
        }
        (DAV, "principal-search-property-set") => Ok(Report::PrincipalSearchPropertySet),
        _ => Ok(Report::Unknown(root.name)),
    }
}

fn calendar_query(root: &Element) -> Result<CalendarQuery, DavError> {
    Ok(CalendarQuery {
        request: property_request(root)?,
        filter: filter_of(root)?,
        zone: query_zone(root)?,
    })
}

fn query_zone(root: &Element) -> Result<Option<QueryZone>, DavError> {
    let definition = root.child(CALDAV, "timezone").map(Element::text);
    let id = root.child(CALDAV, "timezone-id").map(Element::text);
    match (definition, id) {
        (None, None) => Ok(None),
        (Some(text), None) => Ok(Some(QueryZone::Definition(text))),
        (None, Some(id)) => Ok(Some(QueryZone::Id(id.trim().to_owned()))),
        (Some(_), Some(_)) => Err(DavError::malformed(
            "calendar-query",
            "timezone and timezone-id exclude each other",
        )),
    }
}

fn calendar_multiget(root: &Element) -> Result<CalendarMultiget, DavError> {
    let hrefs: Vec<Href> = root
        .elements()
        .filter(|child| child.name.is(DAV, "href"))
        .map(|href| Href::new(href.text().trim()))
        .collect();
    if hrefs.is_empty() {
        return Err(DavError::malformed(
            "calendar-multiget",
            "there is no href in it",
        ));
    }
    Ok(CalendarMultiget {
        request: property_request(root)?,
        hrefs,
    })
}

fn free_busy_query(root: &Element) -> Result<TimeRange, DavError> {
    root.child(CALDAV, "time-range")
        .and_then(|range| time_range(range).ok())
        .ok_or(DavError::malformed(
            "free-busy-query",
            "it needs a time-range in UTC",
        ))
}

fn sync_collection(root: &Element) -> Result<SyncCollection, DavError> {
    let token = root
        .child(DAV, "sync-token")
        .map(|token| token.text().trim().to_owned());
    let level = match root
        .child(DAV, "sync-level")
        .map(Element::text)
        .as_deref()
        .map(str::trim)
    {
        // A client of the drafts before RFC 6578 sends no level, only a Depth.
        None | Some("1") => SyncLevel::One,
        Some("infinite" | "infinity") => SyncLevel::Infinite,
        Some(_) => {
            return Err(DavError::malformed(
                "sync-level",
                "it is neither 1 nor infinite",
            ));
        }
    };
    Ok(SyncCollection {
        token: token.filter(|token| !token.is_empty()).map(SyncToken::new),
        level,
        limit: limit_of(root)?,
        request: property_request(root)?,
    })
}

fn limit_of(root: &Element) -> Result<Option<usize>, DavError> {
    let Some(limit) = root.child(DAV, "limit") else {
        return Ok(None);
    };
    let count = limit.child(DAV, "nresults").map(Element::text);
    match count
        .as_deref()
        .map(str::trim)
        .and_then(|count| count.parse().ok())
    {
        Some(0) | None => Err(DavError::malformed(
            "limit",
            "nresults is no positive number",
        )),
        Some(count) => Ok(Some(count)),
    }
}

/// `prop`, `allprop` or `propname` of a report; without any, only the etag is of use.
fn property_request(root: &Element) -> Result<PropertyRequest, DavError> {
    let data = root
        .child(DAV, "prop")
        .and_then(|prop| prop.child(CALDAV, "calendar-data"))
        .map(calendar_data)
        .transpose()?;
    let props = props_of(root).unwrap_or_else(|| PropFind::Prop(vec![Name::dav("getetag")]));
    Ok(PropertyRequest { props, data })
}

fn expanded(parent: &Element) -> Vec<ExpandedProperty> {
    parent
        .elements()
        .filter(|child| child.name.is(DAV, "property"))
        .filter_map(|property| {
            let local = property.attribute("name")?;
            let ns = property.attribute("namespace").unwrap_or(DAV);
            is_ncname(local).then(|| ExpandedProperty {
                name: Name::new(ns, local),
                inner: expanded(property),
            })
        })
        .collect()
}

fn principal_property_search(root: &Element) -> Result<PrincipalPropertySearch, DavError> {
    let searches = root
        .elements()
        .filter(|child| child.name.is(DAV, "property-search"))
        .map(property_search)
        .collect::<Option<Vec<_>>>()
        .filter(|searches| !searches.is_empty())
        .ok_or(DavError::malformed(
            "principal-property-search",
            "property-search needs prop and match",
        ))?;
    Ok(PrincipalPropertySearch {
        searches,
        test: match root.attribute("test") {
            Some("anyof") => SearchTest::AnyOf,
            _ => SearchTest::AllOf,
        },
        props: props_of(root).unwrap_or_else(|| PropFind::Prop(Vec::new())),
    })
}

fn property_search(search: &Element) -> Option<PropertySearch> {
    let props = search.child(DAV, "prop")?;
    Some(PropertySearch {
        props: props.elements().map(|prop| prop.name.clone()).collect(),
        text: search.child(DAV, "match")?.text(),
    })
}
