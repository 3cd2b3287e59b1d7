//! REPORT (RFC 3253 section 3.6): one file per report.

mod calendar_query;
mod expand_property;
mod free_busy;
mod multiget;
mod objects;
mod principals;
mod sync_collection;

use bridge_core::dav::{Precondition, Report, parse_report};

use super::{
    answer::{Answer, Refusal},
    collection::{self, Collection},
    request::Request,
};
use crate::store::ReadTx;

/// Answers whichever report is asked for.
pub(super) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    match parse_report(request.body)? {
        Report::CalendarQuery(query) => calendar_query::answer(request, &query),
        Report::CalendarMultiget(multiget) => multiget::answer(request, &multiget),
        Report::SyncCollection(sync) => sync_collection::answer(request, &sync),
        Report::FreeBusyQuery(range) => free_busy::answer(request, range),
        Report::ExpandProperty(wanted) => expand_property::answer(request, &wanted),
        Report::PrincipalPropertySearch(search) => principals::search(request, &search),
        Report::PrincipalSearchPropertySet => Ok(principals::searchable()),
        Report::Unknown(name) => {
            tracing::debug!(%name, "an unknown report");
            Err(Precondition::SupportedReport.into())
        }
    }
}

/// The calendar that a calendar report is about: the one at the address, or the one around the object there.
fn calendar(tx: &ReadTx<'_>, request: &Request<'_>) -> Result<Collection, Refusal> {
    let name = request.resource.calendar_name();
    let name = name.ok_or(Precondition::SupportedReport)?;
    collection::find(tx, request.session, name)?.ok_or_else(Refusal::not_found)
}
