//! What is asked. One function per request; none can fail but by an address or version no header can carry.

use http::{HeaderValue, Method, Request, Uri, header};
use url::Url;

use super::super::headers::Depth;
use super::super::name::Name;
use super::super::write::XmlWriter;
use crate::ids::{Href, RemoteId, SyncToken};

/// An address or version that no request can carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no request can carry this {0}")]
pub struct BadRequest(&'static str);

const PROPFIND: Name = Name::dav("propfind");
const PROP: Name = Name::dav("prop");
const GETETAG: Name = Name::dav("getetag");

/// Who am I, and where are my calendars? (RFC 5397, RFC 4791 section 6.2.1). To any address of a server, and to the
/// principal that the first answer names.
///
/// # Errors
/// [`BadRequest`].
pub fn principal(url: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    propfind(
        url,
        Depth::Zero,
        &[
            Name::dav("current-user-principal"),
            Name::dav("resourcetype"),
            Name::caldav("calendar-home-set"),
            Name::caldav("calendar-user-address-set"),
        ],
    )
}

/// Which calendars are in this home?
///
/// # Errors
/// [`BadRequest`].
pub fn list_calendars(home: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    propfind(
        home,
        Depth::One,
        &[
            Name::dav("resourcetype"),
            Name::dav("displayname"),
            Name::apple("calendar-color"),
            Name::caldav("supported-calendar-component-set"),
            Name::dav("current-user-privilege-set"),
            Name::calendar_server("getctag"),
            Name::dav("sync-token"),
            Name::dav("supported-report-set"),
        ],
    )
}

/// Is this there?
///
/// # Errors
/// [`BadRequest`].
pub fn look(url: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    propfind(url, Depth::Zero, &[Name::dav("resourcetype")])
}

/// Which objects are in this calendar, in which version?
///
/// # Errors
/// [`BadRequest`].
pub fn list_versions(calendar: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    propfind(
        calendar,
        Depth::One,
        &[
            Name::dav("resourcetype"),
            Name::dav("getcontenttype"),
            GETETAG,
        ],
    )
}

/// What changed since this token; what is there, without one (RFC 6578 section 3.2).
///
/// # Errors
/// [`BadRequest`].
pub fn changes(calendar: &Url, since: Option<&SyncToken>) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = XmlWriter::document(&Name::dav("sync-collection"), |xml| {
        xml.text_tag(
            &Name::dav("sync-token"),
            since.map_or("", SyncToken::as_str),
        );
        xml.text_tag(&Name::dav("sync-level"), "1");
        xml.tag(&PROP, |xml| xml.empty(&GETETAG));
    });
    report(calendar, Depth::Zero, body)
}

/// These objects with their text (RFC 4791 section 7.9).
///
/// # Errors
/// [`BadRequest`].
pub fn multiget(calendar: &Url, ids: &[RemoteId]) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = XmlWriter::document(&Name::caldav("calendar-multiget"), |xml| {
        xml.tag(&PROP, |xml| {
            xml.empty(&GETETAG);
            xml.empty(&Name::caldav("calendar-data"));
        });
        for id in ids {
            xml.href(&Href::new(id.as_str()));
        }
    });
    report(calendar, Depth::Zero, body)
}

/// One object.
///
/// # Errors
/// [`BadRequest`].
pub fn get(object: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = request(Method::GET, object, Vec::new())?;
    let accept = HeaderValue::from_static("text/calendar, */*;q=0.1");
    request.headers_mut().insert(header::ACCEPT, accept);
    Ok(request)
}

/// A new object, unless there is one already.
///
/// # Errors
/// [`BadRequest`].
pub fn put_new(object: &Url, octets: &[u8]) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = put(object, octets)?;
    let any = HeaderValue::from_static("*");
    request.headers_mut().insert(header::IF_NONE_MATCH, any);
    Ok(request)
}

/// Another text for an object, if it is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn put_over(
    object: &Url,
    octets: &[u8],
    if_match: &str,
) -> Result<Request<Vec<u8>>, BadRequest> {
    conditional(put(object, octets)?, if_match)
}

/// Away with an object, if it is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn delete(object: &Url, if_match: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    conditional(request(Method::DELETE, object, Vec::new())?, if_match)
}

fn put(object: &Url, octets: &[u8]) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = request(Method::PUT, object, octets.to_vec())?;
    let calendar = HeaderValue::from_static("text/calendar; charset=utf-8");
    request.headers_mut().insert(header::CONTENT_TYPE, calendar);
    Ok(request)
}

fn conditional(
    mut request: Request<Vec<u8>>,
    if_match: &str,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let value = HeaderValue::from_bytes(if_match.as_bytes()).map_err(|_| BadRequest("version"))?;
    request.headers_mut().insert(header::IF_MATCH, value);
    Ok(request)
}

fn propfind(url: &Url, depth: Depth, props: &[Name]) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = XmlWriter::document(&PROPFIND, |xml| {
        xml.tag(&PROP, |xml| props.iter().for_each(|name| xml.empty(name)));
    });
    xml_request("PROPFIND", url, depth, body)
}

fn report(url: &Url, depth: Depth, body: Vec<u8>) -> Result<Request<Vec<u8>>, BadRequest> {
    xml_request("REPORT", url, depth, body)
}

fn xml_request(
    method: &'static str,
    url: &Url,
    depth: Depth,
    body: Vec<u8>,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| BadRequest("method"))?;
    let mut request = request(method, url, body)?;
    let headers = request.headers_mut();
    let xml = HeaderValue::from_static("application/xml; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, xml);
    let depth = match depth {
        Depth::Zero => "0",
        Depth::One => "1",
        Depth::Infinity => "infinity",
    };
    headers.insert("depth", HeaderValue::from_static(depth));
    Ok(request)
}

fn request(method: Method, url: &Url, body: Vec<u8>) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    redirect(&mut request, url)?;
    Ok(request)
}

/// The same request to another address.
///
/// # Errors
/// [`BadRequest`].
pub fn redirect(request: &mut Request<Vec<u8>>, url: &Url) -> Result<(), BadRequest> {
    let uri: Uri = url.as_str().parse().map_err(|_| BadRequest("address"))?;
    *request.uri_mut() = uri;
    Ok(())
}
