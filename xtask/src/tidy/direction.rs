//! Who may know whom.
//!
//! Packages by their manifests: the core is pure because nothing that waits, reads or draws is in its manifest;
//! nothing but the shell names Tauri. Modules by their `use` lines and paths: a table says which neighbours a
//! module may name; a module that is not in a table is new and has to be put there, with a thought.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{File, Finding};

/// Everything the pure core may depend on; none of these does I/O, reads a clock or draws a number.
const PURE: &[&str] = &[
    "chrono",
    "chrono-tz",
    "http",
    "memchr",
    "percent-encoding",
    "quick-xml",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "url",
    "windows-timezones",
];

/// Which packages of ours a package may depend on.
const PACKAGES: &[(&str, &[&str])] = &[
    ("bridge-core", &[]),
    ("bridge", &["bridge-core"]),
    ("pharmadoc-companion", &["bridge"]),
    ("companion-tests", &["bridge", "bridge-core"]),
    ("xtask", &[]),
];

/// Which neighbours the modules of `bridge/core/src` may name.
const CORE: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("time", &[]),
    // A redacted copy names its zones neutrally.
    ("ical", &["ids", "time", "tz"]),
    ("merge", &["ids", "time", "ical"]),
    ("sync", &["ids", "time", "ical", "merge"]),
    // A VTIMEZONE is a set of recurrence rules, and a rule needs its zone: these two know each other.
    ("tz", &["time", "ical", "recur"]),
    ("recur", &["ids", "time", "ical", "tz"]),
    ("busy", &["ids", "time", "ical", "tz", "recur"]),
    ("dav", &["ids", "time", "ical"]),
    (
        "query",
        &["ids", "time", "ical", "tz", "recur", "busy", "dav"],
    ),
    ("exchange", &["ids", "time", "ical", "tz"]),
    ("tray", &["time"]),
    ("rest", &["ids"]),
    ("hooks", &[]),
    ("pharmadoc", &["rest", "sync", "time"]),
    (
        "projection",
        &["ids", "time", "ical", "merge", "recur", "tz"],
    ),
    (
        "google",
        &[
            "ids",
            "time",
            "ical",
            "recur",
            "sync",
            "tz",
            "projection",
            "rest",
        ],
    ),
    (
        "graph",
        &[
            "ids",
            "time",
            "ical",
            "recur",
            "sync",
            "tz",
            "projection",
            "rest",
        ],
    ),
];

/// Which neighbours the modules of `bridge/src` may name.
const BRIDGE: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("ids", &["secrets"]),
    ("paths", &[]),
    ("config", &["paths"]),
    ("secrets", &["ids", "paths"]),
    ("store", &["ids", "clock", "secrets"]),
    ("log", &["config"]),
    ("nudge", &["ids", "store"]),
    ("slug", &[]),
    ("zone", &["store"]),
    ("logins", &["ids", "secrets", "slug", "store"]),
    ("agenda", &["store"]),
    (
        "feed",
        &["ids", "clock", "secrets", "config", "store", "zone"],
    ),
    ("http", &[]),
    ("dns", &[]),
    ("browser", &[]),
    ("provider", &["ids", "secrets", "config", "dns", "http"]),
    (
        "oauth",
        &["ids", "clock", "secrets", "store", "http", "provider"],
    ),
    ("sync", &["ids", "clock", "secrets", "store", "provider"]),
    (
        "accounts",
        &[
            "ids", "clock", "config", "secrets", "store", "slug", "zone", "agenda", "dns", "http",
            "provider", "oauth", "sync",
        ],
    ),
    (
        "pharmadoc",
        &[
            "ids", "clock", "config", "secrets", "store", "http", "provider", "oauth", "sync",
            "accounts",
        ],
    ),
    ("open", &["ids", "paths", "secrets", "store"]),
    ("serving", &["clock", "config", "store", "feed"]),
    (
        "companion",
        &[
            "ids",
            "clock",
            "paths",
            "config",
            "secrets",
            "store",
            "agenda",
            "open",
            "feed",
            "serving",
            "sync",
            "accounts",
            "log",
            "logins",
            "zone",
            "http",
            "dns",
            "provider",
            "nudge",
            "browser",
            "pharmadoc",
        ],
    ),
];

/// Checks the manifests.
pub(super) fn of_packages(metadata: &Value) -> Result<Vec<Finding>> {
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("no packages")?;
    Ok(packages
        .iter()
        .filter_map(dependencies)
        .flat_map(|(name, on)| package(name, &on))
        .collect())
}

/// A package and what it needs outside its tests.
fn dependencies(package: &Value) -> Option<(&str, Vec<&str>)> {
    let name = package.get("name")?.as_str()?;
    let all = package.get("dependencies")?.as_array()?;
    let lasting = all
        .iter()
        .filter(|one| one.get("kind").and_then(Value::as_str) != Some("dev"));
    Some((
        name,
        lasting
            .filter_map(|one| one.get("name")?.as_str())
            .collect(),
    ))
}

fn package(name: &str, on: &[&str]) -> Vec<Finding> {
    let Some((_, allowed)) = PACKAGES.iter().find(|(package, _)| *package == name) else {
        return vec![format!(
            "package {name} is not in the table of xtask/src/tidy/direction.rs"
        )];
    };
    let ours = |dependency: &str| PACKAGES.iter().any(|(package, _)| *package == dependency);
    let forbidden = |dependency: &str| {
        (ours(dependency) && !allowed.contains(&dependency))
            || (dependency.starts_with("tauri") && name != "pharmadoc-companion")
            || (name == "bridge-core" && !PURE.contains(&dependency))
    };
    let wrong = on.iter().filter(|dependency| forbidden(dependency));
    wrong
        .map(|dependency| format!("package {name} may not depend on {dependency}"))
        .collect()
}

/// Checks the modules named in one file.
pub(super) fn of_modules(file: &File) -> Vec<Finding> {
    if !file.ends_with_any(&["rs"]) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let shell = ["src-tauri/", "xtask/"]
        .iter()
        .any(|folder| file.path.starts_with(folder));
    if !shell && code(file).any(|line| line.contains("tauri::")) {
        findings.push(format!("{}: only src-tauri may name tauri", file.path));
    }
    let tables = [("bridge/core/src/", CORE), ("bridge/src/", BRIDGE)];
    for (folder, table) in tables {
        if let Some(inside) = file.path.strip_prefix(folder) {
            findings.extend(module(file, inside, table));
        }
    }
    findings
}

/// Lines that are not comments.
fn code(file: &File) -> impl Iterator<Item = &str> {
    file.text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn module(file: &File, inside: &str, table: &[(&str, &[&str])]) -> Vec<Finding> {
    let name = inside
        .split('/')
        .next()
        .unwrap_or(inside)
        .trim_end_matches(".rs");
    let is_test = inside.ends_with("/tests.rs") || inside.contains("/tests/");
    if is_test || matches!(name, "lib" | "bin" | "error") {
        return Vec::new();
    }
    let Some((_, allowed)) = table.iter().find(|(module, _)| *module == name) else {
        return vec![format!(
            "{}: module {name} is not in xtask/src/tidy/direction.rs",
            file.path
        )];
    };
    let mut wrong: Vec<&str> = code(file)
        .flat_map(|line| neighbours(line, table))
        .collect();
    wrong.retain(|neighbour| *neighbour != name && !allowed.contains(neighbour));
    wrong.sort_unstable();
    wrong.dedup();
    wrong
        .iter()
        .map(|other| format!("{}: {name} may not know {other}", file.path))
        .collect()
}

/// The modules of the table that a line names as `crate::module` or inside `use crate::{..}`.
fn neighbours<'t>(line: &str, table: &'t [(&str, &[&str])]) -> Vec<&'t str> {
    let named = |module: &str| {
        line.split("crate::").skip(1).any(|after| {
            let inside = after.strip_prefix('{');
            inside.map_or_else(
                || starts_with_word(after, module),
                |list| {
                    list.split(',')
                        .any(|one| starts_with_word(one.trim_start(), module))
                },
            )
        })
    };
    table
        .iter()
        .map(|(module, _)| *module)
        .filter(|module| named(module))
        .collect()
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_stays_pure_and_only_the_shell_knows_tauri() {
        assert!(package("bridge-core", &["chrono", "serde"]).is_empty());
        assert_eq!(package("bridge-core", &["tokio"]).len(), 1);
        assert_eq!(
            package("bridge", &["tauri", "pharmadoc-companion"]).len(),
            2
        );
        assert!(package("pharmadoc-companion", &["tauri", "bridge"]).is_empty());
        assert_eq!(package("stranger", &[]).len(), 1);
    }

    #[test]
    fn a_module_names_only_the_neighbours_it_may() {
        let found = |path, text| of_modules(&File::new(path, text));
        assert!(found("bridge/src/feed/mod.rs", "use crate::store::Store;\n").is_empty());
        assert_eq!(
            found("bridge/src/store/mod.rs", "use crate::{ids, feed::Feed};\n").len(),
            1
        );
        assert!(found("bridge/src/store/mod.rs", "//! see crate::feed\n").is_empty());
        assert!(found("bridge/core/src/tz.rs", "use crate::time::Instant;\n").is_empty());
        assert_eq!(
            found("bridge/core/src/dav/xml.rs", "let a = crate::query::b();\n").len(),
            1
        );
        assert_eq!(found("bridge/src/manager.rs", "").len(), 1);
        assert_eq!(
            found("bridge/src/feed/mod.rs", "use tauri::Manager;\n").len(),
            1
        );
    }
}
