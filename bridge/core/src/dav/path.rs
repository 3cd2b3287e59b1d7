//! URL paths: decoded once on the way in, encoded in one canonical spelling on the way out.
//!
//! A path is looked up in the database, never on a file system, so a slash inside a name (`%2F`) is only a
//! character. What could mean something to anybody else on the way is refused all the same.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::ids::Href;

/// Everything but the unreserved characters of RFC 3986 section 2.3, so that each path has one spelling.
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It does not begin with a slash.
    #[error("the path is not absolute")]
    NotAbsolute,
    /// A percent sign without two hexadecimal digits, or octets that are no UTF-8.
    #[error("the path is not percent-encoded UTF-8")]
    Encoding,
    /// `.` or `..`, an empty name, a NUL, a backslash or a control character.
    #[error("the path has a part that is not accepted")]
    Segment,
}

/// A decoded path: the names between the slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DavPath {
    segments: Vec<String>,
    end: PathEnd,
}

/// Whether a path ends in a slash, as those of collections do (RFC 4918 section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathEnd {
    /// It does.
    Slash,
    /// It does not.
    Name,
}

impl DavPath {
    /// Builds a path from decoded names.
    pub fn from_segments<S: Into<String>>(
        segments: impl IntoIterator<Item = S>,
        end: PathEnd,
    ) -> Self {
        Self {
            segments: segments.into_iter().map(Into::into).collect(),
            end,
        }
    }

    /// `/`.
    pub fn root() -> Self {
        Self {
            segments: Vec::new(),
            end: PathEnd::Slash,
        }
    }

    /// Reads the path of a request target; a query or fragment is no part of it.
    ///
    /// # Errors
    /// [`PathError`] for a path that is refused.
    pub fn parse(raw: &str) -> Result<Self, PathError> {
        let path = raw.split(['?', '#']).next().unwrap_or_default();
        let inner = path.strip_prefix('/').ok_or(PathError::NotAbsolute)?;
        let (inner, end) = match inner.strip_suffix('/') {
            _ if inner.is_empty() => return Ok(Self::root()),
            Some(inner) => (inner, PathEnd::Slash),
            None => (inner, PathEnd::Name),
        };
        let segments = inner.split('/').map(decode).collect::<Result<_, _>>()?;
        Ok(Self { segments, end })
    }

    /// The decoded names.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Whether the path ends in a slash.
    pub fn end(&self) -> PathEnd {
        self.end
    }

    /// The one spelling this path has in answers.
    pub fn href(&self) -> Href {
        Href::new(self.to_string())
    }
}

impl std::fmt::Display for DavPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for segment in &self.segments {
            write!(f, "/{}", encode_segment(segment))?;
        }
        match self.end {
            PathEnd::Name if !self.segments.is_empty() => Ok(()),
            PathEnd::Slash | PathEnd::Name => f.write_str("/"),
        }
    }
}

/// One name in its canonical spelling.
pub fn encode_segment(segment: &str) -> String {
    utf8_percent_encode(segment, ENCODED).to_string()
}

/// Where an absolute URL or path points: the authority it names, if any, and the path
/// (`Destination`, hrefs in reports).
///
/// # Errors
/// [`PathError`] for a path that is refused.
pub fn parse_reference(raw: &str) -> Result<(Option<&str>, DavPath), PathError> {
    let raw = raw.trim();
    let Some((authority, path)) = split_authority(raw) else {
        return DavPath::parse(raw).map(|path| (None, path));
    };
    DavPath::parse(if path.is_empty() { "/" } else { path }).map(|path| (Some(authority), path))
}

/// Splits `http://host/path`, `https://host/path` into host and path.
fn split_authority(raw: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = raw.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.split_at_checked(end)
}

fn decode(segment: &str) -> Result<String, PathError> {
    check_escapes(segment)?;
    let decoded = percent_decode_str(segment)
        .decode_utf8()
        .map_err(|_| PathError::Encoding)?;
    if is_acceptable(&decoded) {
        Ok(decoded.into_owned())
    } else {
        Err(PathError::Segment)
    }
}

/// Every `%` must be followed by two hexadecimal digits: a path that can be read in two ways is refused.
fn check_escapes(segment: &str) -> Result<(), PathError> {
    let is_escape =
        |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if segment.split('%').skip(1).all(is_escape) {
        Ok(())
    } else {
        Err(PathError::Encoding)
    }
}

fn is_acceptable(segment: &str) -> bool {
    !segment.is_empty()
        && segment.split('/').all(|part| part != "." && part != "..")
        && !segment.chars().any(|c| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(raw: &str) -> Result<String, PathError> {
        DavPath::parse(raw).map(|path| path.to_string())
    }

    #[test]
    fn a_path_is_decoded_once_and_spelt_one_way() {
        assert_eq!(spelled("/"), Ok("/".into()));
        assert_eq!(
            spelled("/dav/a%40b%20c/X.ics"),
            Ok("/dav/a%40b%20c/X.ics".into())
        );
        assert_eq!(
            spelled("/dav/a@b+c,(d)/"),
            Ok("/dav/a%40b%2Bc%2C%28d%29/".into())
        );
        assert_eq!(spelled("/a%2540"), Ok("/a%2540".into()));
        assert_eq!(spelled("/a%2fb?x=/../y"), Ok("/a%2Fb".into()));
        assert_eq!(spelled("/%C3%A4"), Ok("/%C3%A4".into()));
        assert_eq!(spelled("/ä"), Ok("/%C3%A4".into()));
    }

    #[test]
    fn tricks_are_refused() {
        for raw in [
            "/..",
            "/a/../b",
            "/%2e%2E/b",
            "/.",
            "/a%00b",
            "/a%5Cb",
            "/a\\b",
            "/a%0Ab",
            "/a%7Fb",
            "/a//b",
            "//",
            "/a%2f..%2fb",
            "/%c2%85",
        ] {
            assert_eq!(spelled(raw), Err(PathError::Segment), "{raw}");
        }
        for raw in ["/%", "/%4", "/%zz", "/%ff", "/%+1", "/%é"] {
            assert_eq!(spelled(raw), Err(PathError::Encoding), "{raw}");
        }
        assert_eq!(spelled(""), Err(PathError::NotAbsolute));
        assert_eq!(spelled("a/b"), Err(PathError::NotAbsolute));
    }

    #[test]
    fn a_reference_may_name_its_host() {
        let host = |raw| parse_reference(raw).map(|(host, path)| (host, path.to_string()));
        assert_eq!(host("HTTP://h:1/a"), Ok((Some("h:1"), "/a".into())));
        assert_eq!(host("https://h"), Ok((Some("h"), "/".into())));
        assert_eq!(host(" /a/ "), Ok((None, "/a/".into())));
        assert_eq!(host("ftp://h/a"), Err(PathError::NotAbsolute));
    }
}
