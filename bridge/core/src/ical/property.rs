//! One property of a component and its parameters.

use std::{borrow::Cow, ops::Range};

use super::{
    ids::PropertyId,
    line::{Join, Line, slice, unfold},
    text,
};

/// A property: name, parameters, value.
#[derive(Clone, Copy)]
pub struct Property<'o> {
    octets: &'o [u8],
    line: &'o Line,
    id: PropertyId,
}

impl<'o> Property<'o> {
    pub(super) fn new(octets: &'o [u8], line: &'o Line, id: PropertyId) -> Self {
        Self { octets, line, id }
    }

    /// Whether the line really is a property and not a leftover.
    pub(super) fn is_property(&self) -> bool {
        self.line.colon.is_some() && !self.is("BEGIN") && !self.is("END")
    }

    fn piece(&self, start: usize, end: usize) -> Cow<'o, [u8]> {
        unfold(slice(self.octets, start, end), self.line.join)
    }

    /// Its name, as it is written.
    pub fn name(&self) -> Cow<'o, str> {
        text::decode_cow(self.piece(self.line.start, self.line.name_end))
    }

    /// Whether it is called `name`, whatever the case.
    pub fn is(&self, name: &str) -> bool {
        self.line.is(self.octets, name)
    }

    /// Its parameters, in their order.
    pub fn params(&self) -> impl Iterator<Item = Param<'o>> + use<'o> {
        let join = self.line.join;
        let end = self.line.colon.unwrap_or(self.line.name_end);
        let head = slice(self.octets, self.line.name_end, end);
        Unquoted::new(head, b';')
            .skip(1)
            .map(move |raw| Param { raw, join })
    }

    /// The first value of the parameter called `name`, without quotes and escapes.
    pub fn param(&self, name: &str) -> Option<Cow<'o, str>> {
        self.params().find(|param| param.is(name))?.values().next()
    }

    /// The value as it stands on the wire: folds taken out, escapes left in.
    pub fn value(&self) -> Cow<'o, str> {
        text::decode_cow(self.line.value(self.octets))
    }

    /// The octets of the value, folds taken out: [`Self::value`] before its charset was guessed.
    pub fn value_octets(&self) -> Cow<'o, [u8]> {
        self.line.value(self.octets)
    }

    /// The value as `TEXT` (RFC 5545 section 3.3.11), without escapes; quoted-printable is decoded.
    pub fn text(&self) -> Cow<'o, str> {
        if self.is_quoted_printable() {
            let value = self.line.value(self.octets);
            return Cow::Owned(
                text::decode_cow(text::decode_quoted_printable(&value).into()).into_owned(),
            );
        }
        text::unescape(self.value())
    }

    /// The value as a list of `TEXT`s, such as `CATEGORIES`.
    pub fn text_list(&self) -> Vec<String> {
        text::split_list(&self.value())
            .into_iter()
            .map(|item| text::unescape(Cow::Borrowed(item)).into_owned())
            .collect()
    }

    /// The octets of the whole logical line with folds and line break.
    pub fn octets(&self) -> &'o [u8] {
        slice(self.octets, self.line.start, self.line.next)
    }

    /// Where [`Self::octets`] are in those of the object.
    pub fn span(&self) -> Range<usize> {
        self.line.start..self.line.next
    }

    /// The octets of the logical line, folds and line break taken out: what two spellings of one line share.
    pub fn logical(&self) -> Cow<'o, [u8]> {
        self.piece(self.line.start, self.line.end)
    }

    /// The physical line it starts in, from 1.
    pub fn line(&self) -> usize {
        self.line.number
    }

    /// Its id, for edits.
    pub fn id(&self) -> PropertyId {
        self.id
    }

    /// The parameters as they are written, each with its semicolon, folds taken out.
    pub(super) fn raw_params(&self) -> Cow<'o, [u8]> {
        let end = self.line.colon.unwrap_or(self.line.name_end);
        self.piece(self.line.name_end, end)
    }

    fn is_quoted_printable(&self) -> bool {
        self.params().any(|param| param.is_quoted_printable())
    }
}

/// A parameter of a property.
#[derive(Clone, Copy)]
pub struct Param<'o> {
    raw: &'o [u8],
    join: Join,
}

impl<'o> Param<'o> {
    fn split(&self) -> (&'o [u8], Option<&'o [u8]>) {
        match memchr::memchr(b'=', self.raw) {
            Some(equals) => (
                slice(self.raw, 0, equals),
                Some(slice(self.raw, equals + 1, self.raw.len())),
            ),
            None => (self.raw, None),
        }
    }

    /// Its name, as it is written.
    pub fn name(&self) -> Cow<'o, str> {
        text::decode_cow(unfold(self.split().0, self.join))
    }

    /// Whether it is called `name`, whatever the case.
    pub fn is(&self, name: &str) -> bool {
        unfold(self.split().0, self.join).eq_ignore_ascii_case(name.as_bytes())
    }

    /// Its values, without quotes and circumflex escapes (RFC 6868).
    pub fn values(&self) -> impl Iterator<Item = Cow<'o, str>> + use<'o> {
        let join = self.join;
        self.split()
            .1
            .into_iter()
            .flat_map(|values| Unquoted::new(values, b','))
            .map(move |raw| text::unquote(text::decode_cow(unfold(raw, join))))
    }

    /// Whether it says that the value is quoted-printable, in the long or the short form of vCalendar 1.0.
    pub(super) fn is_quoted_printable(&self) -> bool {
        let says = |text: &str| text.eq_ignore_ascii_case("QUOTED-PRINTABLE");
        says(&self.name()) || (self.is("ENCODING") && self.values().any(|value| says(&value)))
    }

    /// The parameter as it is written, without the semicolon, folds taken out.
    pub(super) fn written(&self) -> Cow<'o, [u8]> {
        unfold(self.raw, self.join)
    }
}

/// Splits octets at every `separator` outside double quotes.
struct Unquoted<'o> {
    rest: Option<&'o [u8]>,
    separator: u8,
}

impl<'o> Unquoted<'o> {
    fn new(octets: &'o [u8], separator: u8) -> Self {
        Self {
            rest: Some(octets),
            separator,
        }
    }
}

impl<'o> Iterator for Unquoted<'o> {
    type Item = &'o [u8];

    fn next(&mut self) -> Option<&'o [u8]> {
        let rest = self.rest?;
        let mut quoted = false;
        for mark in memchr::memchr2_iter(self.separator, b'"', rest) {
            if rest.get(mark) == Some(&b'"') {
                quoted = !quoted;
            } else if !quoted {
                self.rest = Some(slice(rest, mark + 1, rest.len()));
                return Some(slice(rest, 0, mark));
            }
        }
        self.rest = None;
        Some(rest)
    }
}
