//! One component of an object.

use std::{borrow::Cow, ops::Range};

use crate::ids::Uid;

use super::{
    ids::ComponentId,
    kind::ComponentKind,
    line::slice,
    object::{CalendarObject, value_text},
    property::Property,
    tree::Node,
};

/// A component: `VEVENT`, `VALARM`, `VTIMEZONE`, `VCALENDAR` itself.
#[derive(Clone, Copy)]
pub struct Component<'o> {
    object: &'o CalendarObject<'o>,
    node: usize,
}

/// Which occurrence an override stands for (RFC 5545 section 3.8.4.4), as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecurrenceId {
    /// The date or date-time.
    pub value: String,
    /// The `TZID` parameter.
    pub tzid: Option<String>,
    /// Whether `RANGE=THISANDFUTURE` stretches it over all later occurrences.
    pub this_and_future: bool,
}

impl<'o> Component<'o> {
    pub(super) fn new(object: &'o CalendarObject<'_>, node: usize) -> Self {
        Self { object, node }
    }

    fn data(&self) -> Option<&'o Node> {
        self.object.nodes.get(self.node)
    }

    /// Its name, as it is written.
    pub fn name(&self) -> Cow<'o, str> {
        let begin = self.data().and_then(|node| node.begin);
        match begin.and_then(|begin| self.object.lines.get(begin)) {
            Some(line) => trim(value_text(&self.object.octets, line)),
            None => Cow::Borrowed(""),
        }
    }

    /// Whether it is called `name`, whatever the case.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Whether it is an experiment of some program (`X-`), which means nothing to anybody else.
    pub fn is_experimental(&self) -> bool {
        let name = self.name();
        let start = name.get(..2);
        start.is_some_and(|start| start.eq_ignore_ascii_case("X-"))
    }

    /// What it is.
    pub fn kind(&self) -> ComponentKind {
        ComponentKind::from_name(&self.name())
    }

    /// Its own properties, in their order; not those of the components inside.
    pub fn properties(&self) -> impl Iterator<Item = Property<'o>> + use<'o> {
        let (first, last) = self.data().map_or((0, 0), |node| (node.first, node.last));
        Body {
            object: self.object,
            line: first,
            last,
            child: self.node + 1,
        }
    }

    /// The first property called `name`, whatever the case.
    pub fn property(&self, name: &str) -> Option<Property<'o>> {
        self.properties().find(|property| property.is(name))
    }

    /// All properties called `name`, whatever the case.
    pub fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = Property<'o>> + use<'o, 'n> {
        self.properties().filter(move |property| property.is(name))
    }

    /// The components directly inside.
    pub fn children(&self) -> impl Iterator<Item = Component<'o>> + use<'o> {
        self.object.child_nodes(self.node)
    }

    /// The component that holds this one; none for the outermost.
    pub fn parent(&self) -> Option<Component<'o>> {
        let parent = self.data()?.parent;
        (parent != 0).then(|| Component::new(self.object, parent))
    }

    /// Its UID, if it has one that is not empty.
    pub fn uid(&self) -> Option<Uid> {
        let uid = self.property("UID")?.text();
        let uid = uid.trim();
        (!uid.is_empty()).then(|| Uid::new(uid))
    }

    /// The occurrence it stands for; none for a master.
    pub fn recurrence_id(&self) -> Option<RecurrenceId> {
        let property = self.property("RECURRENCE-ID")?;
        let range = property.param("RANGE");
        Some(RecurrenceId {
            value: property.value().trim().to_owned(),
            tzid: property.param("TZID").map(Cow::into_owned),
            this_and_future: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        })
    }

    /// Its octets from the first of `BEGIN` to the line break after `END`.
    pub fn octets(&self) -> &'o [u8] {
        let span = self.span();
        slice(&self.object.octets, span.start, span.end)
    }

    /// Whether its `END` is there.
    pub fn is_closed(&self) -> bool {
        self.data().is_some_and(|node| node.end.is_some())
    }

    /// The physical line of its `BEGIN`, from 1.
    pub fn line(&self) -> usize {
        let begin = self.data().and_then(|node| node.begin);
        begin
            .and_then(|begin| self.object.lines.get(begin))
            .map_or(1, |line| line.number)
    }

    /// Its id, for edits.
    pub fn id(&self) -> ComponentId {
        ComponentId {
            node: self.node,
            revision: self.object.revision,
        }
    }

    /// Whether it is closed and no line of the file is outside it.
    pub(super) fn is_whole_file(&self) -> bool {
        let lines = self.object.lines.len();
        self.data().is_some_and(|node| {
            node.begin == Some(0) && node.end.is_some() && node.next_line() == lines
        })
    }

    /// Where its octets are in those of the object.
    pub fn span(&self) -> Range<usize> {
        let Some(node) = self.data() else {
            return 0..0;
        };
        let lines = &self.object.lines;
        let start = node.begin.and_then(|begin| lines.get(begin));
        let last = node.next_line().checked_sub(1);
        let end = last.and_then(|last| lines.get(last));
        start.map_or(0, |line| line.start)..end.map_or(0, |line| line.next)
    }

    /// Where a property that is added would start: after the last property, before the components inside.
    pub fn after_properties(&self) -> usize {
        let last = self.properties().last().map(|last| last.span().end);
        let begin = || self.object.lines.get(self.data()?.begin?);
        last.or_else(|| begin().map(|line| line.next)).unwrap_or(0)
    }

    /// Where a component that is added inside would start: before the `END`.
    pub fn before_end(&self) -> usize {
        let end = self
            .data()
            .and_then(|node| self.object.lines.get(node.end?));
        end.map_or_else(|| self.span().end, |end| end.start)
    }
}

fn trim(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.trim()),
        Cow::Owned(name) => Cow::Owned(name.trim().to_owned()),
    }
}

/// Walks over the lines of one component and steps over the components inside.
struct Body<'o> {
    object: &'o CalendarObject<'o>,
    line: usize,
    last: usize,
    /// The next component inside; any node beyond the last one begins after the last line.
    child: usize,
}

impl<'o> Iterator for Body<'o> {
    type Item = Property<'o>;

    fn next(&mut self) -> Option<Property<'o>> {
        while self.line < self.last {
            let index = self.line;
            let child = self.object.nodes.get(self.child);
            if let Some(child) = child.filter(|child| child.begin == Some(index)) {
                self.line = child.next_line();
                self.child = child.after;
                continue;
            }
            self.line += 1;
            let property = self.object.property_at(index)?;
            if property.is_property() {
                return Some(property);
            }
        }
        None
    }
}
