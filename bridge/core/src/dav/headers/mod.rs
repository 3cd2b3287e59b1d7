//! Request headers of WebDAV as values. A header that came in several lines is joined with commas before it is
//! read here (RFC 9110 section 5.3).

mod conditional;
mod state;

pub use conditional::{EntityTag, EtagList, IfMatch, IfNoneMatch, Strength};
pub use state::{Condition, If, IfList, Tested};

use super::multistatus::Verbosity;
use super::path::{DavPath, PathError, parse_reference};

/// A header that makes no sense, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header {0} makes no sense")]
pub struct HeaderError(pub &'static str);

/// `Depth` (RFC 4918 section 10.2). What a missing one means depends on the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The resource itself.
    Zero,
    /// And its members.
    One,
    /// And everything below them.
    Infinity,
}

impl Depth {
    /// Reads the header, `None` when it is missing.
    ///
    /// # Errors
    /// [`HeaderError`] for another value than `0`, `1` and `infinity`.
    pub fn parse(value: Option<&str>) -> Result<Option<Self>, HeaderError> {
        match value.map(str::trim) {
            None => Ok(None),
            Some("0") => Ok(Some(Self::Zero)),
            Some("1") => Ok(Some(Self::One)),
            Some(infinity) if infinity.eq_ignore_ascii_case("infinity") => Ok(Some(Self::Infinity)),
            Some(_) => Err(HeaderError("Depth")),
        }
    }
}

/// `Overwrite` (RFC 4918 section 10.6): what happens to something that is at the destination already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// `T`, and what a missing header means: it is replaced.
    #[default]
    Replace,
    /// `F`: the request fails with 412.
    Keep,
}

impl Overwrite {
    /// Reads the header, or its absence.
    ///
    /// # Errors
    /// [`HeaderError`] for another value than `T` and `F`.
    pub fn parse(value: Option<&str>) -> Result<Self, HeaderError> {
        match value.map(str::trim) {
            None | Some("T" | "t") => Ok(Self::Replace),
            Some("F" | "f") => Ok(Self::Keep),
            Some(_) => Err(HeaderError("Overwrite")),
        }
    }
}

/// `Destination` (RFC 4918 section 10.3): where a COPY or MOVE goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The host and port, when an absolute URL was sent; anything but our own is another server (502).
    pub authority: Option<String>,
    /// The path.
    pub path: DavPath,
}

impl Destination {
    /// Reads the header.
    ///
    /// # Errors
    /// [`PathError`] for a path that is refused.
    pub fn parse(value: &str) -> Result<Self, PathError> {
        let (authority, path) = parse_reference(value)?;
        Ok(Self {
            authority: authority.map(str::to_owned),
            path,
        })
    }
}

/// What `Prefer` (RFC 7240 section 4.2) and `Brief` (an older habit of Apple's clients) ask of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnPreference {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// `return=minimal`, `Brief: t`.
    Minimal,
    /// `return=representation`.
    Representation,
}

impl ReturnPreference {
    /// Reads both headers, or their absence. What is not understood is ignored, as the standard wants it.
    pub fn parse(prefer: Option<&str>, brief: Option<&str>) -> Self {
        let asked = prefer
            .unwrap_or_default()
            .split([',', ';'])
            .find_map(|preference| {
                let (name, value) = preference.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case("return")
                    .then(|| value.trim().trim_matches('"'))
            });
        match asked {
            Some(value) if value.eq_ignore_ascii_case("minimal") => Self::Minimal,
            Some(value) if value.eq_ignore_ascii_case("representation") => Self::Representation,
            _ if brief.is_some_and(|brief| brief.trim().eq_ignore_ascii_case("t")) => Self::Minimal,
            _ => Self::Unsaid,
        }
    }

    /// How much a multi-status answer says.
    pub fn verbosity(self) -> Verbosity {
        match self {
            Self::Minimal => Verbosity::Minimal,
            Self::Unsaid | Self::Representation => Verbosity::Full,
        }
    }
}

/// `CalDAV-Timezones` (RFC 7809 section 7.1): whether the client wants `VTIMEZONE`s of standard zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SendTimezones {
    /// It does, or says nothing.
    #[default]
    All,
    /// It knows the standard zones by name.
    OnlyCustom,
}

impl SendTimezones {
    /// Reads the header, or its absence.
    pub fn parse(value: Option<&str>) -> Self {
        match value.map(str::trim) {
            Some("F" | "f") => Self::OnlyCustom,
            _ => Self::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_and_overwrite_take_what_the_standard_names() {
        assert_eq!(Depth::parse(None), Ok(None));
        assert_eq!(Depth::parse(Some(" 1 ")), Ok(Some(Depth::One)));
        assert_eq!(Depth::parse(Some("Infinity")), Ok(Some(Depth::Infinity)));
        assert_eq!(Depth::parse(Some("2")), Err(HeaderError("Depth")));
        assert_eq!(Overwrite::parse(None), Ok(Overwrite::Replace));
        assert_eq!(Overwrite::parse(Some("F")), Ok(Overwrite::Keep));
        assert_eq!(Overwrite::parse(Some("no")), Err(HeaderError("Overwrite")));
    }

    #[test]
    fn prefer_and_brief_ask_for_little() {
        let parse = ReturnPreference::parse;
        assert_eq!(parse(None, None), ReturnPreference::Unsaid);
        assert_eq!(
            parse(Some("wait=5, return=minimal"), None),
            ReturnPreference::Minimal
        );
        assert_eq!(
            parse(Some("Return=\"Minimal\"; x=y"), None),
            ReturnPreference::Minimal
        );
        assert_eq!(
            parse(Some("return=representation"), Some("t")),
            ReturnPreference::Representation
        );
        assert_eq!(
            parse(Some("handling=lenient"), Some("T")),
            ReturnPreference::Minimal
        );
        assert_eq!(parse(Some("return"), Some("f")), ReturnPreference::Unsaid);
    }
}
