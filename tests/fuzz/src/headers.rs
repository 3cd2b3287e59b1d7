//! Header fields and paths: the first line of the input chooses nothing, every reader sees all of it.

use bridge_core::dav::headers::{
    Depth, Destination, If, IfMatch, IfNoneMatch, Overwrite, ReturnPreference, SendTimezones,
};
use bridge_core::dav::path::{DavPath, encode_segment, parse_reference};
use bridge_core::ids::Etag;

/// Feeds one value to every reader.
pub fn run(data: &[u8]) {
    let Ok(value) = std::str::from_utf8(data) else {
        return;
    };
    conditions(value);
    drop(format!("{:?}", Depth::parse(Some(value))));
    drop(format!("{:?}", Overwrite::parse(Some(value))));
    ReturnPreference::parse(Some(value), Some(value)).verbosity();
    drop(format!("{:?}", SendTimezones::parse(Some(value))));
    drop(Destination::parse(value));
    drop(parse_reference(value));
    path(value);
    segment(value);
}

fn conditions(value: &str) {
    let current = Etag::new("a1");
    if let Ok(condition) = IfMatch::parse(value) {
        assert!(
            !condition.holds(None),
            "If-Match holds for nothing: {value:?}"
        );
        condition.holds(Some(&current));
    }
    if let Ok(condition) = IfNoneMatch::parse(value) {
        assert!(
            condition.holds(None),
            "If-None-Match fails for nothing: {value:?}"
        );
        condition.holds(Some(&current));
    }
    if let Ok(condition) = If::parse(value) {
        condition.holds(|_| Some(current.clone()));
        condition.holds(|_| None);
        assert!(condition.state_tokens().count() <= value.len());
    }
}

/// A path that was understood has one spelling, and that spelling means the same path.
fn path(value: &str) {
    let Ok(path) = DavPath::parse(value) else {
        return;
    };
    for segment in path.segments() {
        assert!(
            !segment.is_empty() && segment != "." && segment != "..",
            "{value:?}"
        );
        assert!(!segment.contains(['\0', '\\']) && !segment.chars().any(char::is_control));
    }
    let again = DavPath::parse(path.href().as_str()).expect("our own href can be read");
    assert_eq!(again.segments(), path.segments());
    assert_eq!(again.href(), path.href());
}

fn segment(value: &str) {
    let encoded = encode_segment(value);
    assert!(encoded.is_ascii(), "{encoded:?}");
    let path = DavPath::parse(&format!("/{encoded}"));
    if let Ok([one]) = path.as_ref().map(DavPath::segments) {
        assert_eq!(one, value);
    }
}
