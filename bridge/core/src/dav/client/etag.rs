//! Versions as servers give them.

use crate::ids::RemoteEtag;

/// The version that a server gave, with its quotes even where it forgot them; `None` when it gave none.
pub fn tolerant_etag(raw: &str) -> Option<RemoteEtag> {
    let raw = raw.trim();
    let (weak, opaque) = match raw.strip_prefix("W/").or_else(|| raw.strip_prefix("w/")) {
        Some(opaque) => ("W/", opaque),
        None => ("", raw),
    };
    let opaque = opaque.trim_matches('"');
    // What cannot go back in a header is no version.
    let is_sendable = opaque
        .bytes()
        .all(|byte| byte > b' ' && byte != b'"' && byte != 0x7F);
    (is_sendable && !opaque.is_empty()).then(|| RemoteEtag::new(format!("{weak}\"{opaque}\"")))
}

/// Whether it is a weak one (RFC 9110 section 8.8.1).
pub fn is_weak(etag: &RemoteEtag) -> bool {
    etag.as_str().starts_with("W/")
}

/// The strong spelling, which alone can match in `If-Match` (RFC 9110 section 13.1.1). Proxies that compress answers
/// make strong tags weak; the server behind them knows the strong one.
pub fn strong(etag: &RemoteEtag) -> &str {
    etag.as_str().strip_prefix("W/").unwrap_or(etag.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_added_and_weakness_is_kept() {
        for (raw, expected) in [
            ("\"a\"", Some("\"a\"")),
            (" a ", Some("\"a\"")),
            ("\"a", Some("\"a\"")),
            ("W/\"a\"", Some("W/\"a\"")),
            ("w/a", Some("W/\"a\"")),
            ("\"ä/=:\"", Some("\"ä/=:\"")),
            ("", None),
            ("\"\"", None),
            ("W/", None),
            ("a b", None),
            ("a\"b", None),
        ] {
            let read = tolerant_etag(raw);
            assert_eq!(read.as_ref().map(RemoteEtag::as_str), expected, "{raw}");
        }
        assert_eq!(strong(&RemoteEtag::new("W/\"a\"")), "\"a\"");
        assert!(is_weak(&RemoteEtag::new("W/\"a\"")) && !is_weak(&RemoteEtag::new("\"a\"")));
    }
}
