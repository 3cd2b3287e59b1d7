//! Which handler answers which method, on one screen.

use super::{
    answer::{Answer, Refusal},
    method::Method,
    methods::{copy_move, delete, get, make, options, propfind, proppatch, put},
    report,
    request::Request,
};
use bridge_core::dav::{Precondition, Privilege};
use http::{HeaderValue, StatusCode};

/// What RFC 7240 section 3 lets a server say about a preference it went by.
const MINIMAL: HeaderValue = HeaderValue::from_static("return=minimal");

/// Answers a complete request.
pub(super) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    only_own_places(request)?;
    let mut answer = handled(request)?;
    if answer.status() == StatusCode::MULTI_STATUS && request.prefers_minimal()? {
        answer.headers_mut().insert("preference-applied", MINIMAL);
    }
    Ok(answer)
}

fn handled(request: &Request<'_>) -> Result<Answer, Refusal> {
    match request.method {
        Method::Options => options::answer(request),
        Method::Get | Method::Head => get::answer(request),
        Method::Put => put::answer(request),
        Method::Delete => delete::answer(request),
        Method::PropFind => propfind::answer(request),
        Method::PropPatch => proppatch::answer(request),
        Method::MkCalendar => make::calendar(request),
        Method::MkCol => make::collection(request),
        Method::Copy | Method::Move => copy_move::answer(request),
        Method::Report => report::answer(request),
    }
}

/// The places of another login are nobody's business.
fn only_own_places(request: &Request<'_>) -> Result<(), Refusal> {
    match request.resource.login() {
        Some(login) if *login != request.session.login => {
            Err(Precondition::NeedPrivileges(vec![(request.href(), Privilege::Read)]).into())
        }
        Some(_) | None => Ok(()),
    }
}
