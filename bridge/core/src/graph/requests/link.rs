//! `@odata.nextLink` and `@odata.deltaLink`: opaque, and used as they are, but only to where Graph is configured to be.

use http::{Method, Request, Uri};
use url::Url;

use super::{BadRequest, request_to};
use crate::ids::SyncToken;

/// The page behind a link of an earlier answer.
///
/// # Errors
/// [`BadRequest::ForeignLink`] for a link to any other scheme, host or port than that of `root`.
pub fn follow(root: &Url, link: &SyncToken) -> Result<Request<Vec<u8>>, BadRequest> {
    let text = link.as_str();
    let url = Url::parse(text).map_err(|_| BadRequest::ForeignLink)?;
    let uri: Uri = text.parse().map_err(|_| BadRequest::ForeignLink)?;
    // Both readings have to agree: a text that two readers take for two hosts goes to neither.
    let same = |uri: &Uri| {
        uri.scheme_str() == Some(root.scheme())
            && uri.host().map(str::to_ascii_lowercase).as_deref() == root.host_str()
            && uri.port_u16().or_else(|| url.port_or_known_default())
                == root.port_or_known_default()
    };
    let has_user = uri
        .authority()
        .is_none_or(|authority| authority.as_str().contains('@'));
    if url.origin() != root.origin() || has_user || !same(&uri) {
        return Err(BadRequest::ForeignLink);
    }
    Ok(request_to(Method::GET, uri, None))
}
