//! Writing one new property line (RFC 5545 section 3.1).

use super::{property::Property, text};

/// The longest physical line, in octets without its line break.
const FOLD_AT: usize = 75;

/// How lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Carriage return and line feed, as the standard asks.
    CrLf,
    /// A line feed alone, as many files have it.
    Lf,
}

impl LineEnd {
    /// The octets.
    pub fn octets(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
        }
    }

    /// The same lines with this break after each.
    pub fn apply(self, lines: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(lines.len() + 2);
        for line in lines.split_inclusive(|&octet| octet == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            out.extend_from_slice(self.octets());
        }
        out
    }
}

/// A property that is about to be written. Whatever goes in, exactly one logical line comes out.
#[derive(Clone, PartialEq, Eq)]
pub struct NewProperty {
    name: Vec<u8>,
    params: Vec<u8>,
    value: Vec<u8>,
}

impl NewProperty {
    /// A property with a value in the spelling of the wire. Line breaks in it are escaped, other control characters
    /// left out.
    pub fn raw(name: &str, value: &str) -> Self {
        Self {
            name: harmless(name),
            params: Vec::new(),
            value: one_line(value).into_bytes(),
        }
    }

    /// A property with a `TEXT` value; what needs an escape gets one.
    pub fn text(name: &str, value: &str) -> Self {
        Self::raw(name, &text::escape(value))
    }

    /// A property with a list of `TEXT` values, such as `CATEGORIES`.
    pub fn text_list<'v>(name: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let values: Vec<_> = values.into_iter().map(text::escape).collect();
        Self::raw(name, &values.join(","))
    }

    /// A copy of a property, whatever octets it has.
    pub fn copy(property: &Property<'_>) -> Self {
        Self {
            name: property.name().into_owned().into_bytes(),
            params: property.raw_params().into_owned(),
            value: property.value_octets().into_owned(),
        }
    }

    /// The name and the parameters of a property with another value in the spelling of the wire.
    pub fn like(property: &Property<'_>, value: &str) -> Self {
        Self::raw(&property.name(), value).params_of(property)
    }

    /// The same with one more parameter; quotes and escapes are added where needed.
    #[must_use]
    pub fn param(mut self, name: &str, value: &str) -> Self {
        self.params.push(b';');
        self.params.extend(harmless(name));
        self.params.push(b'=');
        self.params.extend(text::quote(value).into_bytes());
        self
    }

    /// The same with the parameters of `property`, but for those that describe how its old value was encoded.
    #[must_use]
    pub(crate) fn params_of(mut self, property: &Property<'_>) -> Self {
        for param in property.params() {
            if !param.is_quoted_printable() && !param.is("CHARSET") {
                self.params.push(b';');
                self.params.extend_from_slice(&param.written());
            }
        }
        self
    }

    /// A content line that is complete already. Line breaks and control characters in it cannot start a second one.
    pub(crate) fn write_line(line: &str, end: LineEnd, out: &mut Vec<u8>) {
        fold(one_line(line).as_bytes(), end, out);
        out.extend_from_slice(end.octets());
    }

    /// The line as one logical line, without folds and line break.
    pub(crate) fn logical(&self) -> String {
        let line = [&self.name[..], &self.params, b":", &self.value].concat();
        String::from_utf8_lossy(&line).into_owned()
    }

    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    /// Appends the line, folded at 75 octets and never inside a character.
    pub fn write(&self, end: LineEnd, out: &mut Vec<u8>) {
        let mut logical =
            Vec::with_capacity(self.name.len() + self.params.len() + self.value.len() + 1);
        logical.extend_from_slice(&self.name);
        logical.extend_from_slice(&self.params);
        logical.push(b':');
        logical.extend_from_slice(&self.value);
        fold(&logical, end, out);
        out.extend_from_slice(end.octets());
    }
}

impl std::fmt::Debug for NewProperty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewProperty").finish_non_exhaustive()
    }
}

/// A name without what no name may have.
fn harmless(name: &str) -> Vec<u8> {
    let is_harmless = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
    if name.as_bytes().iter().all(is_harmless) {
        return name.as_bytes().to_vec();
    }
    name.bytes().filter(is_harmless).collect()
}

/// A value without line breaks and control characters.
fn one_line(value: &str) -> String {
    // All control characters are ASCII or begin with this octet.
    let may_be_control = |octet: u8| octet.is_ascii_control() || octet == 0xC2;
    if !value.bytes().any(may_be_control) || !value.contains(char::is_control) {
        return value.to_owned();
    }
    let value = value.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n");
    value.replace(|char: char| char.is_control() && char != '\t', "")
}

/// Appends a logical line as physical lines.
pub(super) fn fold(logical: &[u8], end: LineEnd, out: &mut Vec<u8>) {
    let (mut rest, mut room) = (logical, FOLD_AT);
    while rest.len() > room {
        let inside = |at: usize| rest.get(at).is_some_and(|octet| octet & 0xC0 == 0x80);
        let back = (0..3).take_while(|back| inside(room - back)).count();
        let (piece, tail) = rest.split_at(room - back);
        out.extend_from_slice(piece);
        out.extend_from_slice(end.octets());
        out.push(b' ');
        (rest, room) = (tail, FOLD_AT - 1);
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ical::line::{Lines, unfold};
    use proptest::prelude::*;

    fn written(property: &NewProperty) -> String {
        let mut out = Vec::new();
        property.write(LineEnd::CrLf, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn parameters_and_text_are_escaped() {
        let property = NewProperty::text("SUMMARY", "a, b; c\nd").param("ALTREP", "cid:1");
        assert_eq!(
            written(&property),
            "SUMMARY;ALTREP=\"cid:1\":a\\, b\\; c\\nd\r\n"
        );
    }

    #[test]
    fn nothing_can_start_a_second_line() {
        let property = NewProperty::raw("X-A\r\nB", "1\r\nEND:VEVENT\u{0}").param("P", "2\r\nC");
        assert_eq!(written(&property), "X-AB;P=2^nC:1\\nEND:VEVENT\r\n");
    }

    proptest! {
        #[test]
        fn a_long_line_is_folded_between_characters(text in r"[^\p{Cc}]{0,300}") {
            let out = written(&NewProperty::raw("DESCRIPTION", &text));
            for physical in out.split("\r\n") {
                prop_assert!(physical.len() <= FOLD_AT);
            }
            let line = Lines::new(out.as_bytes(), 0).next().expect("a line");
            let logical = unfold(&out.as_bytes()[..line.end], line.join).into_owned();
            prop_assert_eq!(String::from_utf8(logical).expect("UTF-8"), format!("DESCRIPTION:{text}"));
        }
    }
}
