//! Rules about single files: how long, and what may not stand in them.

use super::{File, Finding, has_word};

/// Aim at half of it; tests count.
const LONGEST: usize = 600;

/// Files whose text is somebody else's: recorded, generated or locked.
const FOREIGN: &[&str] = &["tests/corpora/", "ui/src/api/generated/", "tests/fuzz/"];

/// Folders of a person's machine; a path into them works nowhere else.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Use", "rs/"),
    concat!("C:\\Use", "rs"),
];

/// Tests that are switched off, or that switch off the others.
const SWITCHED_OFF: &[&str] = &[
    concat!("#[ig", "nore"),
    concat!("tod", "o!("),
    concat!("it.sk", "ip("),
    concat!("it.on", "ly("),
];

/// Words for work left open; it has a better place: an issue, or the bin.
const LEFT_OPEN: &[&str] = &[
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("XX", "X"),
];

/// Checks one file.
pub(super) fn findings(file: &File) -> Vec<Finding> {
    if FOREIGN.iter().any(|folder| file.path.starts_with(folder)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let is_code = file.ends_with_any(&["rs", "ts", "tsx", "py"]);
    let length = file.text.lines().count();
    if is_code && length > LONGEST {
        findings.push(format!("{}: {length} lines, at most {LONGEST}", file.path));
    }
    for (number, line) in file.text.lines().enumerate() {
        let mut report =
            |what: &str| findings.push(format!("{}:{}: {what}", file.path, number + 1));
        if MACHINE_PATHS.iter().any(|path| begins_with(line, path)) {
            report("a path of somebody's machine");
        }
        if is_code && SWITCHED_OFF.iter().any(|mark| line.contains(mark)) {
            report("a test switched off or a body left out");
        }
        if is_code && LEFT_OPEN.iter().any(|word| has_word(line, word)) {
            report("work left open");
        }
    }
    findings
}

/// Whether a path in the line begins so; the middle of another path is somebody's calendar.
fn begins_with(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| before.is_whitespace() || "\"'`(<=:".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_paths_and_open_ends_are_found() {
        let count = |path, text: &str| findings(&File::new(path, text)).len();
        assert_eq!(
            count("a.md", concat!("a/{}/ho", "me/ and .config/ro", "ot/\n")),
            0
        );
        assert_eq!(count("a.rs", &"x\n".repeat(600)), 0);
        assert_eq!(count("a.rs", &"x\n".repeat(601)), 1);
        assert_eq!(count("README.md", &"x\n".repeat(601)), 0);
        assert_eq!(count("README.md", concat!("see /ho", "me/anna/x\n")), 1);
        assert_eq!(
            count("a.rs", concat!("#[ig", "nore]\nfn a() { tod", "o!() }\n")),
            2
        );
        assert_eq!(count("tests/corpora/a.rs", concat!("/ro", "ot/\n")), 0);
    }
}
