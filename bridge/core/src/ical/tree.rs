//! Components as nodes over the table of lines.
//!
//! Built with a stack of its own and bounded in depth, so that no input reaches the call stack. An `END` closes the
//! innermost open component of its name and with it what was left open inside; an `END` that fits nothing is set
//! aside. Beyond [`DEEPEST`] a `BEGIN` opens nothing.

use super::{
    line::Line,
    problem::{MOST_PROBLEMS, Problem, ProblemKind},
};

/// The deepest nesting that is read: `VCALENDAR`, `VEVENT`, `VALARM` and `VLOCATION` need four.
const DEEPEST: usize = 32;

/// One component, or (the first node) the whole file.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The `BEGIN` line; none for the file.
    pub(super) begin: Option<usize>,
    /// The `END` line, when there is one.
    pub(super) end: Option<usize>,
    /// The first line inside.
    pub(super) first: usize,
    /// The line after the last one inside.
    pub(super) last: usize,
    /// The node after the last one inside: the next sibling, if the parent reaches that far.
    pub(super) after: usize,
    /// The node that holds this one; the file holds itself.
    pub(super) parent: usize,
}

impl Node {
    /// The line after the whole component.
    pub(super) fn next_line(&self) -> usize {
        self.end.map_or(self.last, |end| end + 1)
    }
}

/// Lays the components over the lines.
pub(super) fn grow(octets: &[u8], lines: &[Line], problems: &mut Vec<Problem>) -> Vec<Node> {
    let mut growth = Growth {
        octets,
        lines,
        problems,
        nodes: vec![file(lines.len())],
        open: vec![0],
        surplus: 0,
    };
    for (index, line) in lines.iter().enumerate() {
        if line.is(octets, "BEGIN") {
            growth.begin(index);
        } else if line.is(octets, "END") {
            growth.end(index);
        } else if growth.open.len() == 1 {
            growth.note(ProblemKind::OutsideCalendar, index);
        }
    }
    growth.close_above(1, lines.len());
    let mut nodes = growth.nodes;
    let count = nodes.len();
    if let Some(file) = nodes.first_mut() {
        file.after = count;
    }
    nodes
}

fn file(lines: usize) -> Node {
    Node {
        begin: None,
        end: None,
        first: 0,
        last: lines,
        after: 1,
        parent: 0,
    }
}

struct Growth<'g> {
    octets: &'g [u8],
    lines: &'g [Line],
    problems: &'g mut Vec<Problem>,
    nodes: Vec<Node>,
    /// The nodes not closed yet, the file first.
    open: Vec<usize>,
    /// How many `BEGIN` beyond the deepest level still wait for their `END`.
    surplus: usize,
}

impl Growth<'_> {
    fn note(&mut self, kind: ProblemKind, line: usize) {
        if let Some(line) = self.lines.get(line)
            && self.problems.len() < MOST_PROBLEMS
        {
            self.problems.push(Problem {
                kind,
                line: line.number,
            });
        }
    }

    fn begin(&mut self, index: usize) {
        if self.open.len() > DEEPEST {
            self.surplus += 1;
            if self.surplus == 1 {
                self.note(ProblemKind::TooDeep, index);
            }
            return;
        }
        if self.open.len() == 1 && !self.names(index, b"VCALENDAR") {
            self.note(ProblemKind::OutsideCalendar, index);
        }
        let parent = self.open.last().copied().unwrap_or_default();
        self.open.push(self.nodes.len());
        self.nodes.push(Node {
            begin: Some(index),
            end: None,
            first: index + 1,
            last: index + 1,
            after: self.nodes.len() + 1,
            parent,
        });
    }

    fn end(&mut self, index: usize) {
        if self.surplus > 0 {
            self.surplus -= 1;
            return;
        }
        let Some(line) = self.lines.get(index) else {
            return;
        };
        let name = line.value(self.octets);
        let name = name.trim_ascii();
        let fits = |&node: &usize| {
            let begin = self.nodes.get(node).and_then(|node| node.begin);
            begin.is_some_and(|begin| self.names(begin, name))
        };
        let Some(position) = self.open.iter().rposition(fits) else {
            self.note(ProblemKind::StrayEnd, index);
            return;
        };
        self.close_above(position + 1, index);
        if let Some(node) = self.open.pop() {
            self.close(node, index, Some(index));
        }
    }

    /// Closes every component above `level`, which were never ended before line `last`.
    fn close_above(&mut self, level: usize, last: usize) {
        while self.open.len() > level {
            let Some(node) = self.open.pop() else {
                return;
            };
            if let Some(begin) = self.nodes.get(node).and_then(|node| node.begin) {
                self.note(ProblemKind::MissingEnd, begin);
            }
            self.close(node, last, None);
        }
    }

    fn close(&mut self, node: usize, last: usize, end: Option<usize>) {
        let after = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(node) {
            node.last = last;
            node.end = end;
            node.after = after;
        }
    }

    /// Whether the `BEGIN` or `END` in line `index` is about a component called `name`.
    fn names(&self, index: usize, name: &[u8]) -> bool {
        self.lines.get(index).is_some_and(|line| {
            line.value(self.octets)
                .trim_ascii()
                .eq_ignore_ascii_case(name)
        })
    }
}
