//! `If-Match` and `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2): what keeps two writers apart.

use super::HeaderError;
use crate::ids::Etag;

/// Whether an entity tag promises the same octets or only the same meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// The same octets.
    Strong,
    /// `W/`: something equivalent.
    Weak,
}

/// An entity tag as a client sends it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag {
    /// The tag without quotes.
    pub tag: Etag,
    /// Whether it was marked weak.
    pub strength: Strength,
}

impl EntityTag {
    /// Strong comparison (RFC 9110 section 8.8.3.2); the server's own tags are always strong.
    pub fn is_exactly(&self, current: &Etag) -> bool {
        self.strength == Strength::Strong && self.tag == *current
    }

    /// Weak comparison.
    pub fn is_like(&self, current: &Etag) -> bool {
        self.tag == *current
    }
}

/// What stands in either header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EtagList {
    /// `*`: whatever is there.
    Any,
    /// One of these.
    Tags(Vec<EntityTag>),
}

/// `If-Match`: do it only if the resource is still what the client saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(pub EtagList);

/// `If-None-Match`: do it only if the resource is none of these; with `*`, only if there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(pub EtagList);

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// [`HeaderError`] for an empty list or a quote that is not closed.
    pub fn parse(value: &str) -> Result<Self, HeaderError> {
        parse_list(value).map(Self).ok_or(HeaderError("If-Match"))
    }

    /// Whether the condition holds for what is there now; nothing there fails even `*`.
    pub fn holds(&self, current: Option<&Etag>) -> bool {
        match (&self.0, current) {
            (_, None) => false,
            (EtagList::Any, Some(_)) => true,
            (EtagList::Tags(tags), Some(etag)) => tags.iter().any(|tag| tag.is_exactly(etag)),
        }
    }
}

impl IfNoneMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// [`HeaderError`] for an empty list or a quote that is not closed.
    pub fn parse(value: &str) -> Result<Self, HeaderError> {
        parse_list(value)
            .map(Self)
            .ok_or(HeaderError("If-None-Match"))
    }

    /// Whether the condition holds for what is there now; nothing there passes even `*`.
    pub fn holds(&self, current: Option<&Etag>) -> bool {
        match (&self.0, current) {
            (_, None) => true,
            (EtagList::Any, Some(_)) => false,
            (EtagList::Tags(tags), Some(etag)) => !tags.iter().any(|tag| tag.is_like(etag)),
        }
    }
}

fn parse_list(value: &str) -> Option<EtagList> {
    if value.trim() == "*" {
        return Some(EtagList::Any);
    }
    let mut tags = Vec::new();
    let mut rest = value.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (tag, tail) = take_tag(rest)?;
        tags.push(tag);
        let tail = tail.trim_start_matches([' ', '\t']);
        if !tail.is_empty() && !tail.starts_with(',') {
            return None;
        }
        rest = tail.trim_start_matches([' ', '\t', ',']);
    }
    (!tags.is_empty()).then_some(EtagList::Tags(tags))
}

/// Takes one tag off the front. Some clients send tags without quotes; such a word is a tag of its own, so that
/// a probe like Thunderbird's `If-Match: nothing` fails as a condition and not as a syntax error.
pub(super) fn take_tag(text: &str) -> Option<(EntityTag, &str)> {
    let (strength, text) = match text.strip_prefix("W/").or_else(|| text.strip_prefix("w/")) {
        Some(text) => (Strength::Weak, text),
        None => (Strength::Strong, text),
    };
    let (tag, rest) = if let Some(quoted) = text.strip_prefix('"') {
        quoted.split_once('"')?
    } else {
        let end = text.find([',', ' ', '\t', ']', ')']).unwrap_or(text.len());
        text.split_at_checked(end)?
    };
    let quoted = text.starts_with('"');
    (quoted || !tag.is_empty()).then(|| {
        let tag = EntityTag {
            tag: Etag::new(tag),
            strength,
        };
        (tag, rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn etag(text: &str) -> Etag {
        Etag::new(text)
    }

    fn if_match(header: &str, current: Option<&str>) -> bool {
        let current = current.map(etag);
        IfMatch::parse(header)
            .expect("a header")
            .holds(current.as_ref())
    }

    fn if_none_match(header: &str, current: Option<&str>) -> bool {
        let current = current.map(etag);
        IfNoneMatch::parse(header)
            .expect("a header")
            .holds(current.as_ref())
    }

    #[test]
    fn if_match_is_strict() {
        assert!(if_match("\"a\"", Some("a")));
        assert!(if_match("\"x\", \"a,b\" ,", Some("a,b")));
        assert!(if_match("a", Some("a")));
        assert!(!if_match("W/\"a\"", Some("a")));
        assert!(!if_match("\"A\"", Some("a")));
        assert!(!if_match("nothing", Some("a")));
        assert!(!if_match("\"a\"", None));
        assert!(if_match(" * ", Some("a")));
        assert!(!if_match("*", None));
    }

    #[test]
    fn if_none_match_compares_weakly() {
        assert!(!if_none_match("W/\"a\"", Some("a")));
        assert!(if_none_match("\"b\"", Some("a")));
        assert!(!if_none_match("*", Some("a")));
        assert!(if_none_match("*", None));
        assert!(if_none_match("\"a\"", None));
    }

    #[test]
    fn torn_lists_are_refused() {
        for header in ["", " ", ",", "\"a", "\"a\" \"b\"", "W/", "\"a\"x"] {
            assert!(IfMatch::parse(header).is_err(), "{header:?}");
        }
        assert_eq!(
            IfMatch::parse("\"\""),
            Ok(IfMatch(EtagList::Tags(vec![EntityTag {
                tag: etag(""),
                strength: Strength::Strong
            }])))
        );
    }
}
