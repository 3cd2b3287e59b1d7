//! The filter of calendar-query as it was asked (RFC 4791 section 9.7). Component, property and parameter names
//! are kept in upper case; the reader of the XML has already refused what makes no sense.

use std::borrow::Cow;
use std::fmt;

use crate::time::TimeRange;

/// `CALDAV:filter`: which objects a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The outermost `comp-filter`, about `VCALENDAR`.
    pub calendar: CompFilter,
}

/// `CALDAV:comp-filter`: a test of one kind of component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompFilter {
    /// The component it is about, for example `VEVENT`.
    pub name: String,
    /// What must hold.
    pub test: CompTest,
}

/// What a [`CompFilter`] asks of the components with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompTest {
    /// There is no such component.
    IsNotDefined,
    /// There is one that passes all of these (with none given: there is one).
    Matches {
        /// It takes place in this range (section 9.9).
        time_range: Option<TimeRange>,
        /// Its properties pass all of these.
        props: Vec<PropFilter>,
        /// The components inside it pass all of these.
        comps: Vec<CompFilter>,
    },
}

/// `CALDAV:prop-filter`: a test of one kind of property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropFilter {
    /// The property it is about, for example `SUMMARY`.
    pub name: String,
    /// What must hold.
    pub test: PropTest,
}

/// What a [`PropFilter`] asks of the properties with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropTest {
    /// There is no such property.
    IsNotDefined,
    /// There is one that passes all of these (with none given: there is one).
    Matches {
        /// Its value passes.
        value: Option<ValueTest>,
        /// Its parameters pass all of these.
        params: Vec<ParamFilter>,
    },
}

/// What a [`PropFilter`] asks of a property's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueTest {
    /// The value is a time inside this range.
    TimeRange(TimeRange),
    /// The value contains a text, or does not.
    Text(TextMatch),
}

/// `CALDAV:param-filter`: a test of one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamFilter {
    /// The parameter it is about, for example `PARTSTAT`.
    pub name: String,
    /// What must hold.
    pub test: ParamTest,
}

/// What a [`ParamFilter`] asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamTest {
    /// The parameter is not there.
    IsNotDefined,
    /// The parameter is there.
    IsDefined,
    /// The parameter is there and its value passes.
    Text(TextMatch),
}

/// Whether a text must be found or must not (`negate-condition`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The text must be found.
    Contains,
    /// The text must not be found.
    ContainsNot,
}

/// How two texts are compared (RFC 4790, RFC 4791 section 7.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collation {
    /// `i;ascii-casemap`: ASCII letters without case. What holds when nothing is said.
    #[default]
    AsciiCasemap,
    /// `i;octet`: byte by byte.
    Octet,
    /// `i;unicode-casemap`: letters of all scripts without case (RFC 5051, without its decomposition).
    UnicodeCasemap,
}

impl Collation {
    /// All that are supported, as `CALDAV:supported-collation-set` lists them.
    pub const ALL: [Self; 3] = [Self::AsciiCasemap, Self::Octet, Self::UnicodeCasemap];

    /// Its registered identifier.
    pub fn id(self) -> &'static str {
        match self {
            Self::AsciiCasemap => "i;ascii-casemap",
            Self::Octet => "i;octet",
            Self::UnicodeCasemap => "i;unicode-casemap",
        }
    }

    /// The collation with this identifier; `default` is `i;ascii-casemap`.
    pub fn from_id(id: &str) -> Option<Self> {
        if id == "default" {
            return Some(Self::default());
        }
        Self::ALL.into_iter().find(|known| known.id() == id)
    }

    fn fold(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::AsciiCasemap if text.bytes().any(|b| b.is_ascii_uppercase()) => {
                Cow::Owned(text.to_ascii_lowercase())
            }
            Self::Octet | Self::AsciiCasemap => Cow::Borrowed(text),
            Self::UnicodeCasemap => Cow::Owned(text.to_lowercase()),
        }
    }
}

/// `CALDAV:text-match`: a substring test (RFC 4791 section 9.7.5).
#[derive(Clone, PartialEq, Eq)]
pub struct TextMatch {
    folded: String,
    collation: Collation,
    wanted: Match,
}

impl TextMatch {
    /// A test for `text`.
    pub fn new(text: &str, collation: Collation, wanted: Match) -> Self {
        Self {
            folded: collation.fold(text).into_owned(),
            collation,
            wanted,
        }
    }

    /// Whether `value`, already unescaped, passes.
    pub fn matches(&self, value: &str) -> bool {
        let found = self.collation.fold(value).contains(&self.folded);
        found == (self.wanted == Match::Contains)
    }

    /// Whether the text must be found or must not.
    pub fn wanted(&self) -> Match {
        self.wanted
    }
}

/// Without the text: it is what somebody searches for.
impl fmt::Debug for TextMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextMatch")
            .field("collation", &self.collation)
            .field("wanted", &self.wanted)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collations_fold_what_they_say() {
        let passes = |text, collation, value| {
            TextMatch::new(text, collation, Match::Contains).matches(value)
        };
        assert!(passes("VISIT", Collation::AsciiCasemap, "ward visits"));
        assert!(!passes("É", Collation::AsciiCasemap, "cliché"));
        assert!(passes("É", Collation::UnicodeCasemap, "cliché"));
        assert!(!passes("V", Collation::Octet, "ward visits"));
        assert!(passes("", Collation::Octet, ""));
    }

    #[test]
    fn a_negated_match_is_the_opposite() {
        let test = TextMatch::new("a", Collation::Octet, Match::ContainsNot);
        assert!(test.matches("b"));
        assert!(!test.matches("a"));
    }

    #[test]
    fn debug_hides_the_text() {
        let test = TextMatch::new("secret", Collation::Octet, Match::Contains);
        assert!(!format!("{test:?}").contains("secret"));
    }
}
