//! From the octets of a value to text and back: charset, escapes, parameter quoting.
//!
//! RFC 5545 sections 3.2, 3.3.11 and RFC 6868; quoted-printable as vCalendar 1.0 used it.

use std::borrow::Cow;

/// Octets as text: UTF-8, and whatever is not UTF-8 as Latin-1, so that no octet becomes a question mark.
pub(super) fn decode(octets: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode_mixed(octets)),
    }
}

fn decode_mixed(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() + 16);
    for chunk in octets.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&octet| char::from(octet)));
    }
    text
}

/// [`decode`] for octets that may already be owned.
pub(super) fn decode_cow(octets: Cow<'_, [u8]>) -> Cow<'_, str> {
    match octets {
        Cow::Borrowed(octets) => decode(octets),
        Cow::Owned(octets) => Cow::Owned(
            String::from_utf8(octets).unwrap_or_else(|error| decode_mixed(error.as_bytes())),
        ),
    }
}

/// Takes the escapes out of a `TEXT` value. A backslash before any other character stays.
pub(super) fn unescape(value: Cow<'_, str>) -> Cow<'_, str> {
    if !value.contains('\\') {
        return value;
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(plain @ ('\\' | ';' | ',' | ':' | '"')) => text.push(plain),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    Cow::Owned(text)
}

/// Escapes `text` for a `TEXT` value. Line breaks of any kind become `\n`, other control characters vanish.
pub(super) fn escape(text: &str) -> String {
    let mut value = String::with_capacity(text.len() + text.len() / 16 + 8);
    let is_special = |char: char| matches!(char, '\\' | ';' | ',') || char.is_control();
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        let (plain, special) = rest.split_at(at);
        value.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            Some(char @ ('\\' | ';' | ',')) => value.extend(['\\', char]),
            Some('\r') if chars.as_str().starts_with('\n') => {}
            Some('\r' | '\n') => value.push_str("\\n"),
            Some('\t') => value.push('\t'),
            _ => {}
        }
        rest = chars.as_str();
    }
    value.push_str(rest);
    value
}

/// Splits at the commas that no backslash escapes; the items stay escaped.
pub(super) fn split_list(value: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (index, octet) in value.bytes().enumerate() {
        if octet == b',' && !escaped {
            items.push(value.get(start..index).unwrap_or_default());
            start = index + 1;
        }
        escaped = octet == b'\\' && !escaped;
    }
    items.push(value.get(start..).unwrap_or_default());
    items
}

/// A parameter value without its quotes and circumflex escapes (RFC 6868).
pub(super) fn unquote(value: Cow<'_, str>) -> Cow<'_, str> {
    let bare = |text: &str| {
        text.strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .map(str::to_owned)
    };
    let value = match bare(&value) {
        Some(inner) => Cow::Owned(inner),
        None => value,
    };
    if !value.contains('^') {
        return value;
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(char) = chars.next() {
        let plain = match (char, chars.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            _ => {
                text.push(char);
                continue;
            }
        };
        chars.next();
        text.push(plain);
    }
    Cow::Owned(text)
}

/// A parameter value as it is written: circumflex escapes, and quotes where the grammar asks for them.
pub(super) fn quote(text: &str) -> String {
    let mut value = String::with_capacity(text.len() + 2);
    for char in text.chars() {
        match char {
            '^' => value.push_str("^^"),
            '"' => value.push_str("^'"),
            '\n' => value.push_str("^n"),
            '\t' => value.push(char),
            _ if char.is_control() => {}
            _ => value.push(char),
        }
    }
    if value.contains([':', ';', ',']) {
        value.insert(0, '"');
        value.push('"');
    }
    value
}

/// Decodes quoted-printable (RFC 2045 section 6.7); what is no code stays as it is.
pub(super) fn decode_quoted_printable(value: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&octet, tail)) = rest.split_first() {
        let code = match (octet, tail) {
            (b'=', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        octets.push(code.map_or(octet, |(high, low)| high << 4 | low));
        let used = if code.is_some() { 2 } else { 0 };
        rest = tail.get(used..).unwrap_or_default();
    }
    octets
}

/// Octets in hexadecimal.
pub(super) fn hexadecimal<'o>(octets: impl IntoIterator<Item = &'o u8>) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    octets
        .into_iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .collect()
}

fn hex(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn latin_1_is_read_beside_utf_8() {
        assert_eq!(decode(b"Gr\xFC\xDFe"), "Gr\u{fc}\u{df}e");
        assert_eq!(decode("Grüße".as_bytes()), "Grüße");
    }

    #[test]
    fn text_escapes() {
        let plain = |value: &'static str| unescape(Cow::Borrowed(value));
        assert_eq!(plain(r"a\nb\Nc\,d\;e\\n"), "a\nb\nc,d;e\\n");
        assert_eq!(plain(r"C:\temp\"), r"C:\temp\");
        assert_eq!(escape("a\r\nb\rc\u{7}d"), r"a\nb\ncd");
    }

    #[test]
    fn a_list_is_split_at_bare_commas() {
        assert_eq!(split_list(r"a\,b,c\\,d"), [r"a\,b", r"c\\", "d"]);
        assert_eq!(split_list(""), [""]);
    }

    #[test]
    fn parameter_values_are_quoted_when_they_must_be() {
        assert_eq!(quote("Doe, \"J\""), "\"Doe, ^'J^'\"");
        assert_eq!(quote("plain"), "plain");
        assert_eq!(unquote(Cow::Borrowed("\"a^nb^^c^'^x\"")), "a\nb^c\"^x");
    }

    #[test]
    fn quoted_printable() {
        assert_eq!(
            decode_quoted_printable(b"Gr=FC=c3=9F=x="),
            b"Gr\xFC\xC3\x9F=x="
        );
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in r"[^\p{Cc}]*") {
            prop_assert_eq!(unescape(Cow::Owned(escape(&text))), text.as_str());
            prop_assert_eq!(unquote(Cow::Owned(quote(&text))), text.as_str());
        }
    }
}
