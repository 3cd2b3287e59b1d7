//! Versions as servers give them.

use crate::ids::RemoteEtag;

/// The version that a server gave, in its own spelling; `None` when it gave none, or one that no header can carry back.
pub fn tolerant_etag(raw: &str) -> Option<RemoteEtag> {
    let raw = raw.trim();
    let opaque = opaque(raw);
    let is_sendable = opaque
        .bytes()
        .all(|byte| byte > b' ' && byte != b'"' && byte != 0x7F);
    (is_sendable && !opaque.is_empty()).then(|| RemoteEtag::new(raw))
}

/// Whether it is a weak one (RFC 9110 section 8.8.1).
pub fn is_weak(etag: &RemoteEtag) -> bool {
    weak(etag.as_str()).is_some()
}

/// The strong spelling with quotes, which alone can match in `If-Match` by the book (RFC 9110 section 13.1.1). Proxies
/// that compress answers make strong tags weak, and some servers forget the quotes in XML; the server knows this one.
pub fn strong(etag: &RemoteEtag) -> String {
    format!("\"{}\"", opaque(etag.as_str()))
}

fn weak(raw: &str) -> Option<&str> {
    raw.strip_prefix("W/").or_else(|| raw.strip_prefix("w/"))
}

fn opaque(raw: &str) -> &str {
    weak(raw).unwrap_or(raw).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_keeps_its_spelling_and_has_a_strong_one() {
        for (raw, kept, sent) in [
            ("\"a\"", "\"a\"", "\"a\""),
            (" a ", "a", "\"a\""),
            ("\"a", "\"a", "\"a\""),
            ("W/\"a\"", "W/\"a\"", "\"a\""),
            ("w/a", "w/a", "\"a\""),
            ("\"ä/=:\"", "\"ä/=:\"", "\"ä/=:\""),
        ] {
            let read = tolerant_etag(raw).unwrap();
            assert_eq!((read.as_str(), strong(&read).as_str()), (kept, sent));
        }
        assert!(is_weak(&RemoteEtag::new("W/\"a\"")) && !is_weak(&RemoteEtag::new("\"a\"")));
    }

    #[test]
    fn what_cannot_go_back_is_no_version() {
        for raw in ["", "\"\"", "W/", "a b", "a\"b", "a\r\nb"] {
            assert_eq!(tolerant_etag(raw), None, "{raw:?}");
        }
    }
}
