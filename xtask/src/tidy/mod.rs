//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! - `direction`: who may know whom, from `cargo metadata` and the `use` lines;
//! - `text`: length of files, paths of somebody's machine, tests switched off, work left open;
//! - `prose`: decision records, the architecture document, and every numbered rule named by a test.
//!
//! Each finding names the file and the rule; a rule that turns out wrong is changed here, in the open.

mod direction;
mod prose;
mod text;

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::Run;
use crate::{place, say};

/// One broken rule, as a line for a person.
type Finding = String;

/// Checks every rule.
///
/// # Errors
/// When a rule is broken; the findings are printed before.
pub(crate) fn tidy() -> Result<()> {
    let files = tracked_files()?;
    let mut findings = direction::of_packages(&metadata()?)?;
    findings.extend(files.iter().flat_map(direction::of_modules));
    findings.extend(files.iter().flat_map(text::findings));
    findings.extend(prose::findings(&files));
    say::list(&findings);
    match findings.len() {
        0 => Ok(()),
        count => bail!("{count} rules of the house are broken"),
    }
}

/// What cargo knows of our own packages.
///
/// # Errors
/// When cargo fails.
pub(crate) fn metadata() -> Result<Value> {
    let told = Run::cargo("metadata")?
        .args(["--format-version", "1", "--no-deps"])
        .read()?;
    serde_json::from_str(&told).context("cargo metadata is not JSON")
}

/// A file of the project that is text.
struct File {
    /// Relative to the root, with slashes.
    path: String,
    text: String,
}

impl File {
    fn ends_with_any(&self, endings: &[&str]) -> bool {
        let ending = Path::new(&self.path)
            .extension()
            .and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    }

    #[cfg(test)]
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }
}

/// What git tracks or would track; bytes that are no text (icons, hostile corpora) are nobody's prose.
fn tracked_files() -> Result<Vec<File>> {
    let root = place::root()?;
    let listing = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let told = Run::new("git")?
        .args(listing)
        .read()
        .context("tidy reads the list of files from git")?;
    let paths = told.split('\0').filter(|path| !path.is_empty());
    let read = |path: &str| {
        let text = std::fs::read(root.join(path))
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())?;
        Some(File {
            path: path.to_owned(),
            text,
        })
    };
    Ok(paths.filter_map(read).collect())
}

/// Whether the text has this word: with no letter or digit before or after it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
