//! Rules about the documents: decision records say what they must and stay short, the architecture document
//! stays readable, and every numbered rule of `docs/spec` is named by a test.
//!
//! A rule of the specification begins a line, or a table row, with its bold id: `**F12** The feed SHALL ...`.

use std::collections::BTreeMap;

use super::{File, Finding, has_word};

const ARCHITECTURE_LINES: usize = 300;
const RECORD_LINES: usize = 60;
/// What a decision record must say, as a heading or as the first word of a line.
const RECORD_PARTS: [&str; 3] = ["status", "context", "decision"];

/// Checks all documents.
pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = files.iter().flat_map(document).collect();
    findings.extend(rules_without_a_test(files));
    findings
}

fn document(file: &File) -> Vec<Finding> {
    let length = file.text.lines().count();
    let mut findings = Vec::new();
    if file.path == "docs/ARCHITECTURE.md" && length > ARCHITECTURE_LINES {
        findings.push(format!(
            "{}: {length} lines, at most {ARCHITECTURE_LINES}",
            file.path
        ));
    }
    let is_record = file.path.strip_prefix("docs/adr/").is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_digit()) && file.ends_with_any(&["md"])
    });
    if is_record {
        if length > RECORD_LINES {
            findings.push(format!(
                "{}: {length} lines, at most {RECORD_LINES}",
                file.path
            ));
        }
        let missing = RECORD_PARTS
            .iter()
            .filter(|part| !has_part(&file.text, part));
        findings.extend(missing.map(|part| format!("{}: says nothing of its {part}", file.path)));
    }
    findings
}

fn has_part(text: &str, part: &str) -> bool {
    text.lines().any(|line| {
        let word = line.trim_start_matches(|mark: char| !mark.is_alphanumeric());
        word.get(..part.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(part))
    })
}

/// Ids of rules that no test names. Tests are Rust, TypeScript, Python and snapshot files.
fn rules_without_a_test(files: &[File]) -> Vec<Finding> {
    let mut open: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files
        .iter()
        .filter(|file| file.path.starts_with("docs/spec/"))
    {
        open.extend(
            file.text
                .lines()
                .filter_map(rule_id)
                .map(|id| (id, file.path.as_str())),
        );
    }
    let tests = files
        .iter()
        .filter(|file| file.ends_with_any(&["rs", "ts", "tsx", "py", "snap"]));
    for file in tests {
        open.retain(|id, _| !names(&file.text, id));
    }
    open.iter()
        .map(|(id, path)| format!("{path}: no test names rule {id}"))
        .collect()
}

/// The id of the rule that begins on this line.
fn rule_id(line: &str) -> Option<&str> {
    let start = line.trim_start_matches(['-', '|', ' ', '*']);
    let id = start.split("**").next()?;
    let bold = line.contains("**") && start.len() < line.len();
    let shape = id.starts_with(|first: char| first.is_ascii_uppercase())
        && id.ends_with(|last: char| last.is_ascii_digit())
        && id
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    (bold && shape).then_some(id)
}

/// Whether the text has the id as a word: alone, or as the `f12_` of a test's name.
fn names(text: &str, id: &str) -> bool {
    let as_function = format!("{}_", id.to_ascii_lowercase().replace('-', "_"));
    has_word(text, id) || as_word_start(text, &as_function)
}

fn as_word_start(text: &str, start: &str) -> bool {
    text.match_indices(start).any(|(at, _)| {
        !text
            .get(..at)
            .and_then(|text| text.chars().next_back())
            .is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_record_is_short_and_whole() {
        let record = "# 1. One\n\nStatus: accepted\n\n## Context\n\n## Decision\n";
        assert!(document(&File::new("docs/adr/0001-one.md", record)).is_empty());
        assert_eq!(
            document(&File::new("docs/adr/0002-two.md", "# 2\n## Context\n")).len(),
            2
        );
        let long = format!("{record}{}", "x\n".repeat(60));
        assert_eq!(
            document(&File::new("docs/adr/0003-three.md", &long)).len(),
            1
        );
        assert_eq!(
            document(&File::new("docs/ARCHITECTURE.md", &"x\n".repeat(301))).len(),
            1
        );
    }

    #[test]
    fn every_rule_is_named_by_a_test() {
        let spec = File::new(
            "docs/spec/feed.md",
            "**F1** SHALL a.\n| **F2** | b |\n- **F3** c\n",
        );
        let tests = File::new("tests/tests/a.rs", "// F1\nfn f2_holds() {}\n// F31\n");
        let found = rules_without_a_test(&[spec, tests]);
        assert_eq!(found, ["docs/spec/feed.md: no test names rule F3"]);
    }
}
