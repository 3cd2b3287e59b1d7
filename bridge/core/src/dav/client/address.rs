//! Where things are: hrefs as servers spell them, in the one spelling that is kept.
//!
//! A server may spell the same href in several ways: absolute or not, with another host before it (its own name behind
//! a proxy), percent-encoded differently. The host never matters for an object; the path is decoded and encoded anew.

use percent_encoding::{percent_decode_str, percent_encode};
use url::Url;

use super::super::path::ENCODED;
use crate::ids::RemoteId;

/// The id of what an href names, as found in the answer to a request to `base`; `None` when it is no href at all.
pub(super) fn id_of(base: &Url, href: &str) -> Option<RemoteId> {
    let href = href.trim();
    // Two slashes begin a path here: an href names no host without a scheme (RFC 4918 section 8.3).
    if href.starts_with('/') {
        let path = href.split(['?', '#']).next().unwrap_or_default();
        return Some(canonical(path));
    }
    if href.is_empty() {
        return None;
    }
    base.join(href).ok().map(|url| id_of_url(&url))
}

/// The id of what lies at an address.
pub fn id_of_url(url: &Url) -> RemoteId {
    canonical(url.path())
}

/// One spelling for every path: no empty names, everything but the unreserved characters encoded.
fn canonical(path: &str) -> RemoteId {
    let mut out = String::with_capacity(path.len());
    for segment in path
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "."))
    {
        out.push('/');
        let decoded: Vec<u8> = percent_decode_str(segment).collect();
        out.extend(percent_encode(&decoded, ENCODED));
    }
    if path.ends_with('/') || out.is_empty() {
        out.push('/');
    }
    RemoteId::new(out)
}

/// The id of a collection, which ends in a slash even where its server forgets it.
pub fn collection_id(id: &RemoteId) -> RemoteId {
    if id.as_str().ends_with('/') {
        id.clone()
    } else {
        RemoteId::new(format!("{id}/"))
    }
}

/// Whether `id` lies directly in `collection` and is no collection itself.
pub(super) fn is_member(collection: &RemoteId, id: &RemoteId) -> bool {
    id.as_str()
        .strip_prefix(collection.as_str())
        .is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// Whether `id` lies anywhere below `collection`.
pub fn is_below(collection: &RemoteId, id: &RemoteId) -> bool {
    id.as_str().starts_with(collection.as_str())
}

/// The address of an id on the server of `base`.
pub fn url_of(base: &Url, id: &RemoteId) -> Url {
    let mut url = base.clone();
    url.set_path(id.as_str());
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// The address that an href or a `Location` names, as found in the answer to a request to `base`.
pub fn resolve(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(href: &str) -> Option<String> {
        let base = Url::parse("https://dav.example/cal/jane/work/").unwrap();
        id_of(&base, href).map(|id| id.as_str().to_owned())
    }

    #[test]
    fn one_object_has_one_spelling() {
        for href in [
            "/cal/jane/work/a%40b.ics",
            "/cal/jane/work/a@b.ics",
            " /cal/jane/work/%61%40b.ics\n",
            "//cal/jane//work/a%40b.ics",
            "a@b.ics",
            "./a@b.ics",
            "https://dav.example/cal/jane/work/a@b.ics",
            "http://internal:8080/cal/jane/work/a%40b.ics",
        ] {
            assert_eq!(
                id(href).as_deref(),
                Some("/cal/jane/work/a%40b.ics"),
                "{href}"
            );
        }
    }

    #[test]
    fn odd_hrefs_keep_what_they_mean() {
        assert_eq!(id("/a/100%.ics").as_deref(), Some("/a/100%25.ics"));
        assert_eq!(id("/a/%FF%2f.ics").as_deref(), Some("/a/%FF%2F.ics"));
        assert_eq!(id("/a/ü b.ics").as_deref(), Some("/a/%C3%BC%20b.ics"));
        assert_eq!(id("/").as_deref(), Some("/"));
        assert_eq!(id(""), None);
        assert_eq!(id("http://[broken/"), None);
    }

    #[test]
    fn an_id_becomes_an_address_and_back() {
        let base = Url::parse("https://p07-caldav.example:443/1/calendars/").unwrap();
        let made = RemoteId::new("/1/calendars/ward/a%2Fb%40c.ics");
        let url = url_of(&base, &made);
        assert_eq!(
            url.as_str(),
            "https://p07-caldav.example/1/calendars/ward/a%2Fb%40c.ics"
        );
        assert_eq!(id_of_url(&url), made);
    }

    #[test]
    fn only_direct_members_that_are_no_collections_are_members() {
        let ward = RemoteId::new("/ward/");
        for (id, expected) in [
            ("/ward/a.ics", true),
            ("/ward/", false),
            ("/ward/sub/", false),
            ("/ward/sub/a.ics", false),
            ("/wards/a.ics", false),
        ] {
            assert_eq!(is_member(&ward, &RemoteId::new(id)), expected, "{id}");
        }
    }

    #[test]
    fn a_location_may_name_another_host_but_no_other_protocol() {
        let base = Url::parse("https://caldav.example/.well-known/caldav").unwrap();
        let to = |href| resolve(&base, href).map(String::from);
        assert_eq!(to("/dav/").as_deref(), Some("https://caldav.example/dav/"));
        assert_eq!(
            to("https://p7.example/1/#x").as_deref(),
            Some("https://p7.example/1/")
        );
        assert_eq!(
            to("//other.example/").as_deref(),
            Some("https://other.example/")
        );
        assert_eq!(to("file:///etc/passwd"), None);
    }
}
