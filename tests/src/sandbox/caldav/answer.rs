//! Answers.

use bridge_core::dav::{Element, Name};
use bytes::Bytes;
use http::{Response, StatusCode, header};

use super::xml;

/// An answer that ends a request early.
pub(super) type Refusal = Box<Response<Bytes>>;

/// A bare status, as iCloud likes them.
pub(super) fn status(status: StatusCode) -> Response<Bytes> {
    with(status, &[], Bytes::new())
}

/// A status with header fields and a body.
pub(super) fn with(
    status: StatusCode,
    headers: &[(header::HeaderName, &str)],
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().append(name.clone(), value);
        }
    }
    response
}

/// XML.
pub(super) fn document(status: StatusCode, root: &Element) -> Response<Bytes> {
    let headers = [(header::CONTENT_TYPE, "text/xml; charset=UTF-8")];
    with(status, &headers, xml::document(root))
}

/// The precondition that a request broke (RFC 4918 section 16).
pub(super) fn precondition(status: u16, broken: Name) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    document(
        status,
        &xml::within(Name::dav("error"), [Element::new(broken)]),
    )
}

/// Moved for good.
pub(super) fn redirect(to: &str) -> Response<Bytes> {
    with(StatusCode::MOVED_PERMANENTLY, &[(header::LOCATION, to)], "")
}

/// What the server can do.
pub(super) fn options() -> Response<Bytes> {
    let dav = header::HeaderName::from_static("dav");
    let headers = [
        (dav, "1, access-control, calendar-access"),
        (
            header::ALLOW,
            "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT",
        ),
    ];
    with(StatusCode::OK, &headers, "")
}
