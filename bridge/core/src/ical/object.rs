//! The whole object: octets, and the tables laid over them.

use std::borrow::Cow;

use memchr::memchr;

use crate::ids::Uid;

use super::{
    component::Component,
    ids::{ComponentId, PropertyId},
    kind::ComponentKind,
    line::{Line, Lines, slice, unfold},
    problem::{MOST_PROBLEMS, Problem, ProblemKind},
    property::Property,
    text,
    tree::{self, Node},
    write::LineEnd,
};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A calendar object: all components of one UID, or any other calendar text, octet for octet as it came.
#[derive(Clone)]
pub struct CalendarObject<'a> {
    pub(super) octets: Cow<'a, [u8]>,
    pub(super) lines: Vec<Line>,
    pub(super) nodes: Vec<Node>,
    pub(super) problems: Vec<Problem>,
    pub(super) revision: u32,
}

impl<'a> CalendarObject<'a> {
    /// Reads calendar text. Never fails and never drops an octet; what was odd is in [`Self::problems`].
    pub fn read(octets: &'a [u8]) -> Self {
        Self::over(Cow::Borrowed(octets), 0)
    }

    /// Reads calendar text that the object shall own.
    pub fn read_owned(octets: Vec<u8>) -> CalendarObject<'static> {
        CalendarObject::over(Cow::Owned(octets), 0)
    }

    /// The same object, independent of the octets it was read from.
    pub fn into_owned(self) -> CalendarObject<'static> {
        CalendarObject {
            octets: Cow::Owned(self.octets.into_owned()),
            lines: self.lines,
            nodes: self.nodes,
            problems: self.problems,
            revision: self.revision,
        }
    }

    pub(super) fn over(octets: Cow<'a, [u8]>, revision: u32) -> Self {
        let mark = octets.starts_with(BYTE_ORDER_MARK);
        let start = if mark { BYTE_ORDER_MARK.len() } else { 0 };
        let lines: Vec<Line> = Lines::new(&octets, start).collect();
        let mut problems = Vec::new();
        if mark {
            problems.push(Problem {
                kind: ProblemKind::ByteOrderMark,
                line: 1,
            });
        }
        let nodes = tree::grow(&octets, &lines, &mut problems);
        inspect(&octets, &lines, &mut problems);
        Self {
            octets,
            lines,
            nodes,
            problems,
            revision,
        }
    }

    /// What was odd, without content; at most 256 entries.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The octets, as read or as edited.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The octets, as read or as edited.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.octets.to_vec()
    }

    /// The octets, without a copy where the object owns them.
    pub fn into_bytes(self) -> Vec<u8> {
        self.octets.into_owned()
    }

    /// The outermost components: one `VCALENDAR` in every proper object.
    pub fn roots(&self) -> impl Iterator<Item = Component<'_>> {
        self.child_nodes(0)
    }

    /// The `VCALENDAR` components.
    pub fn calendars(&self) -> impl Iterator<Item = Component<'_>> {
        self.roots().filter(|root| root.is("VCALENDAR"))
    }

    /// The components of all calendars, `VTIMEZONE` included, and those that stand outside any calendar.
    pub fn components(&self) -> impl Iterator<Item = Component<'_>> {
        self.roots().flat_map(|root| {
            let calendar = root.is("VCALENDAR");
            let outside = (!calendar).then_some(root);
            let inside = calendar.then(|| root.children());
            outside.into_iter().chain(inside.into_iter().flatten())
        })
    }

    /// The components that carry the content: all but `VTIMEZONE`, and but the experimental ones (`X-`) that some
    /// programs lay beside an event (RFC 5545 section 3.6).
    pub fn subjects(&self) -> impl Iterator<Item = Component<'_>> {
        self.components().filter(|component| {
            component.kind() != ComponentKind::Timezone && !component.is_experimental()
        })
    }

    /// The component that describes the whole series or the single event: the first without `RECURRENCE-ID`.
    pub fn master(&self) -> Option<Component<'_>> {
        self.subjects()
            .find(|component| component.property("RECURRENCE-ID").is_none())
    }

    /// The components that stand for single occurrences: those with `RECURRENCE-ID`.
    pub fn overrides(&self) -> impl Iterator<Item = Component<'_>> {
        self.subjects()
            .filter(|component| component.property("RECURRENCE-ID").is_some())
    }

    /// The first property called `name` of the first calendar that has one.
    pub fn calendar_property(&self, name: &str) -> Option<Property<'_>> {
        self.calendars()
            .find_map(|calendar| calendar.property(name))
    }

    /// The UID of the first component that has one.
    pub fn uid(&self) -> Option<Uid> {
        self.subjects().find_map(|component| component.uid())
    }

    /// The kind of the first component that is no time zone.
    pub fn kind(&self) -> Option<ComponentKind> {
        self.subjects().next().map(|component| component.kind())
    }

    /// The component behind an id; nothing when the object was edited since.
    pub fn component(&self, id: ComponentId) -> Option<Component<'_>> {
        let current = id.revision == self.revision && id.node < self.nodes.len();
        current.then(|| Component::new(self, id.node))
    }

    /// The line ends of this object: those of its first line.
    pub fn line_end(&self) -> LineEnd {
        let first = self.lines.first();
        first.map_or(LineEnd::CrLf, |line| self.line_end_of(line))
    }

    pub(super) fn line_end_of(&self, line: &Line) -> LineEnd {
        match slice(&self.octets, line.end, line.next) {
            b"\n" => LineEnd::Lf,
            _ => LineEnd::CrLf,
        }
    }

    pub(super) fn child_nodes(&self, parent: usize) -> ChildNodes<'_, 'a> {
        ChildNodes {
            object: self,
            next: parent + 1,
            end: self.nodes.get(parent).map_or(0, |node| node.after),
        }
    }

    pub(super) fn property_at(&self, line: usize) -> Option<Property<'_>> {
        let id = PropertyId {
            line,
            revision: self.revision,
        };
        self.lines
            .get(line)
            .map(|line| Property::new(&self.octets, line, id))
    }
}

/// The components directly below one node.
pub(super) struct ChildNodes<'o, 'a> {
    object: &'o CalendarObject<'a>,
    next: usize,
    end: usize,
}

impl<'o> Iterator for ChildNodes<'o, '_> {
    type Item = Component<'o>;

    fn next(&mut self) -> Option<Component<'o>> {
        if self.next >= self.end {
            return None;
        }
        let component = Component::new(self.object, self.next);
        self.next = self.object.nodes.get(self.next)?.after;
        Some(component)
    }
}

/// Lists what is odd about single lines.
fn inspect(octets: &[u8], lines: &[Line], problems: &mut Vec<Problem>) {
    let mut note = |kind, line: usize| {
        if problems.len() < MOST_PROBLEMS {
            problems.push(Problem { kind, line });
        }
    };
    if lines.is_empty() {
        note(ProblemKind::Empty, 1);
    }
    let bare = |line: &&Line| slice(octets, line.end, line.next) == b"\n";
    if let Some(line) = lines.iter().find(bare) {
        note(ProblemKind::BareLineFeed, line.number);
    }
    let utf8 = std::str::from_utf8(octets).is_ok();
    let clean = !octets.iter().any(|octet| is_control(*octet));
    for line in lines {
        if line.colon.is_none() {
            note(ProblemKind::NoColon, line.number);
        } else if !is_name(slice(octets, line.start, line.name_end)) {
            note(ProblemKind::BadName, line.number);
        }
        let content = slice(octets, line.start, line.end);
        if !clean && content.iter().any(|octet| is_control(*octet)) {
            note(ProblemKind::ControlCharacter, line.number);
        }
        if !utf8 && std::str::from_utf8(content).is_err() {
            let logical = unfold(content, line.join);
            let readable = std::str::from_utf8(&logical).is_ok();
            let kind = if readable {
                ProblemKind::FoldInCharacter
            } else {
                ProblemKind::NotUtf8
            };
            note(kind, line.number);
        }
    }
}

/// Whether this octet is a control character that no calendar text may have; line breaks and tabs may be there.
pub(super) fn is_control(octet: u8) -> bool {
    octet < 0x20 && !matches!(octet, b'\t' | b'\n' | b'\r')
}

fn is_name(name: &[u8]) -> bool {
    let folded = memchr(b'\n', name).is_some();
    let part_of_name = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
    folded || (!name.is_empty() && name.iter().all(part_of_name))
}

/// The text of a value, for those parts of the module that hold a line only.
pub(super) fn value_text<'o>(octets: &'o [u8], line: &Line) -> Cow<'o, str> {
    text::decode_cow(line.value(octets))
}
