//! The object as text that any XML document can carry (XML 1.0 section 2.2).

use std::borrow::Cow;

use memchr::memchr_iter;

use super::{
    line::{Line, slice, unfold},
    object::{CalendarObject, is_control},
    text,
    write::fold,
};

impl CalendarObject<'_> {
    /// The object as text: its octets where they are UTF-8 without control characters. Any other line is written anew,
    /// without folds inside characters, with Latin-1 read as such and without control characters, so that one
    /// odd object never breaks an answer that carries many. What was no component does not become one.
    pub fn to_text(&self) -> Cow<'_, str> {
        if let Some(text) = carried(&self.octets) {
            return Cow::Borrowed(text);
        }
        let mut out = Vec::with_capacity(self.octets.len() + 64);
        let mut at = 0;
        for line in &self.lines {
            let between = slice(&self.octets, at, line.start);
            out.extend(between.iter().filter(|octet| !is_control(**octet)));
            self.write_plain(line, &mut out);
            at = line.next;
        }
        let rest = slice(&self.octets, at, self.octets.len());
        out.extend(rest.iter().filter(|octet| !is_control(**octet)));
        Cow::Owned(
            String::from_utf8(out)
                .unwrap_or_else(|error| text::decode(error.as_bytes()).into_owned()),
        )
    }

    fn write_plain(&self, line: &Line, out: &mut Vec<u8>) {
        let content = slice(&self.octets, line.start, line.end);
        if carried(content).is_some() {
            out.extend_from_slice(slice(&self.octets, line.start, line.next));
            return;
        }
        let logical = text::decode_cow(unfold(content, line.join));
        let logical = with_carried_characters(&logical);
        fold(logical.as_bytes(), self.line_end_of(line), out);
        out.extend_from_slice(slice(&self.octets, line.end, line.next));
    }
}

/// A line of characters that XML can carry. In a value the others are left out; in a name they are replaced, or
/// `B` and `EGIN` with something between them would become the beginning of a component.
fn with_carried_characters(line: &str) -> String {
    let is_good = |char: char| char != '\r' && is_carried(char);
    let (name, value) = line.split_at(line.find(':').unwrap_or(line.len()));
    let name = name
        .chars()
        .map(|char| if is_good(char) { char } else { '\u{FFFD}' });
    name.chain(value.chars().filter(|char| is_good(*char)))
        .collect()
}

/// Whether XML can carry a character.
fn is_carried(char: char) -> bool {
    !matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Octets as text, if they are UTF-8 without a character that XML cannot carry.
fn carried(octets: &[u8]) -> Option<&str> {
    let noncharacter = |at: usize| matches!(octets.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF]));
    let plain = !octets.iter().any(|octet| is_control(*octet))
        && !memchr_iter(0xEF, octets).any(noncharacter);
    std::str::from_utf8(octets).ok().filter(|_| plain)
}

/// Calendar text that any XML document can carry: the octets themselves where they are, else
/// [`CalendarObject::to_text`].
pub fn plain(octets: Vec<u8>) -> Vec<u8> {
    if carried(&octets).is_some() {
        return octets;
    }
    let object = CalendarObject::read_owned(octets);
    object.to_text().into_owned().into_bytes()
}
