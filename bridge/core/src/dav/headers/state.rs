//! The `If` header of WebDAV (RFC 4918 section 10.4): lists of conditions, one of which must hold.
//!
//! This server grants no locks, so no state token ever holds; entity tags do what they always do.

use super::HeaderError;
use super::conditional::{EntityTag, take_tag};
use crate::ids::Etag;

/// The header: it holds when one of its lists does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct If {
    /// The lists in order.
    pub lists: Vec<IfList>,
}

/// One list: it holds when all of its conditions do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfList {
    /// The resource it is about as it was spelt, or `None` for the one in the request line.
    pub resource: Option<String>,
    /// The conditions in order.
    pub conditions: Vec<Condition>,
}

/// One condition of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It must be so.
    Is(Tested),
    /// `Not`: it must not be so.
    IsNot(Tested),
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tested {
    /// The resource is locked with this token.
    StateToken(String),
    /// The resource has this entity tag.
    Etag(EntityTag),
}

impl If {
    /// Reads the header.
    ///
    /// # Errors
    /// [`HeaderError`] when it does not follow the grammar.
    pub fn parse(value: &str) -> Result<Self, HeaderError> {
        parse(value).ok_or(HeaderError("If"))
    }

    /// Whether the header holds; `etag_of` gives the tag of a resource by its spelling in the header (`None` is
    /// the one in the request line), or nothing when it does not exist.
    pub fn holds(&self, etag_of: impl Fn(Option<&str>) -> Option<Etag>) -> bool {
        self.lists.iter().any(|list| {
            let etag = etag_of(list.resource.as_deref());
            list.conditions.iter().all(|condition| match condition {
                Condition::Is(tested) => tested.holds(etag.as_ref()),
                Condition::IsNot(tested) => !tested.holds(etag.as_ref()),
            })
        })
    }

    /// The lock tokens it submits.
    pub fn state_tokens(&self) -> impl Iterator<Item = &str> {
        self.lists
            .iter()
            .flat_map(|list| &list.conditions)
            .filter_map(|condition| match condition {
                Condition::Is(Tested::StateToken(token))
                | Condition::IsNot(Tested::StateToken(token)) => Some(token.as_str()),
                Condition::Is(Tested::Etag(_)) | Condition::IsNot(Tested::Etag(_)) => None,
            })
    }
}

impl Tested {
    fn holds(&self, current: Option<&Etag>) -> bool {
        match self {
            Self::StateToken(_) => false,
            Self::Etag(tag) => current.is_some_and(|etag| tag.is_exactly(etag)),
        }
    }
}

fn parse(value: &str) -> Option<If> {
    let mut lists = Vec::new();
    let mut resource = None;
    let mut rest = value.trim_start();
    while !rest.is_empty() {
        if rest.starts_with('<') {
            let (tag, tail) = take_coded_url(rest)?;
            resource = Some(tag.to_owned());
            rest = tail.trim_start();
        }
        let (conditions, tail) = take_list(rest)?;
        lists.push(IfList {
            resource: resource.clone(),
            conditions,
        });
        rest = tail.trim_start();
    }
    (!lists.is_empty()).then_some(If { lists })
}

fn take_list(text: &str) -> Option<(Vec<Condition>, &str)> {
    let mut rest = text.strip_prefix('(')?.trim_start();
    let mut conditions = Vec::new();
    while !rest.starts_with(')') {
        let (condition, tail) = take_condition(rest)?;
        conditions.push(condition);
        rest = tail.trim_start();
    }
    let rest = rest.strip_prefix(')')?;
    (!conditions.is_empty()).then_some((conditions, rest))
}

fn take_condition(text: &str) -> Option<(Condition, &str)> {
    let negated = text
        .get(..3)
        .is_some_and(|not| not.eq_ignore_ascii_case("not"));
    let text = if negated {
        text.get(3..)?.trim_start()
    } else {
        text
    };
    let (tested, rest) = if text.starts_with('<') {
        let (token, rest) = take_coded_url(text)?;
        (Tested::StateToken(token.to_owned()), rest)
    } else {
        let (tag, rest) = take_tag(text.strip_prefix('[')?)?;
        (Tested::Etag(tag), rest.strip_prefix(']')?)
    };
    let condition = if negated {
        Condition::IsNot(tested)
    } else {
        Condition::Is(tested)
    };
    Some((condition, rest))
}

fn take_coded_url(text: &str) -> Option<(&str, &str)> {
    let (url, rest) = text.strip_prefix('<')?.split_once('>')?;
    (!url.is_empty()).then_some((url, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(header: &str) -> bool {
        If::parse(header)
            .expect("a header")
            .holds(|resource| match resource {
                None => Some(Etag::new("here")),
                Some("/other") => Some(Etag::new("there")),
                Some(_) => None,
            })
    }

    #[test]
    fn one_list_must_hold_and_in_it_everything() {
        assert!(holds("([\"here\"])"));
        assert!(!holds("([\"gone\"])"));
        assert!(holds("([\"gone\"]) ([\"here\"])"));
        assert!(!holds("([\"here\"] <urn:uuid:1>)"));
        assert!(holds("(Not <DAV:no-lock> [\"here\"])"));
        assert!(!holds("([W/\"here\"])"));
        assert!(holds("</other> ([\"there\"])"));
        assert!(!holds("</nowhere> ([\"there\"])"));
        assert!(holds("</nowhere> (not [\"there\"])"));
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        let header = If::parse(
            "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> [\"I am an ETag\"]) ([\"I am another ETag\"])",
        )
        .expect("section 10.4.6");
        assert_eq!(header.lists.len(), 2);
        assert_eq!(header.state_tokens().count(), 1);
        assert!(If::parse("(Not <urn:uuid:1> <urn:uuid:2>)").is_ok());
        assert!(If::parse("</specs/rfc2518.doc> ([\"4217\"])").is_ok());
    }

    #[test]
    fn what_breaks_the_grammar_is_refused() {
        for header in [
            "",
            "()",
            "(",
            "([\"a\")",
            "<a>",
            "<>([\"a\"])",
            "\"a\"",
            "(Not)",
            "([\"a\"]) x",
            "(é)",
        ] {
            assert!(If::parse(header).is_err(), "{header:?}");
        }
    }
}
