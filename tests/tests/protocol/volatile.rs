//! What changes from run to run, replaced by names: dates, the port, etags, tokens. The same value gets the same
//! name within a case, so a snapshot still shows what is equal and what is not.

/// Knows the values of one case.
pub(crate) struct Volatile {
    port: u16,
}

/// Where a value stands: between these two texts.
const PLACES: [(&str, &str, &str); 6] = [
    ("etag: \"", "\"", "etag"),
    ("<D:getetag>\"", "\"", "etag"),
    ("<D:sync-token>", "<", "token"),
    ("<CS:getctag>", "<", "ctag"),
    ("\ndate: ", "\n", "date"),
    ("\nUID:", "\n", "uid"),
];

impl Volatile {
    /// For the answers of a server on this port.
    pub(crate) fn new(port: u16) -> Self {
        Self { port }
    }

    /// The text with names in place of values.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut known: Vec<(String, String)> = Vec::new();
        for (value, kind) in values(text) {
            if known.iter().any(|(other, _)| *other == value) {
                continue;
            }
            let of_kind = known
                .iter()
                .filter(|(_, name)| name.starts_with(&format!("[{kind}")))
                .count();
            let name = match kind {
                "date" => "[date]".to_owned(),
                kind => format!("[{kind} {}]", of_kind + 1),
            };
            known.push((value, name));
        }
        // The longest first: a value may be part of another one.
        known.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let mut hidden = text.to_owned();
        for (value, name) in known {
            hidden = hidden.replace(&value, &name);
        }
        hidden.replace(&format!(":{}", self.port), ":[port]")
    }
}

/// Whether a UID is one that the server made: for a free-busy answer, or in place of one that must not be seen.
fn is_made_up(uid: &str) -> bool {
    uid.starts_with("free-busy-")
        || (uid.len() == 32 && uid.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The values in the order in which they appear.
fn values(text: &str) -> Vec<(String, &'static str)> {
    let mut found: Vec<(usize, String, &'static str)> = Vec::new();
    for (before, after, kind) in PLACES {
        for (at, _) in text.match_indices(before) {
            let rest = text.get(at + before.len()..).unwrap_or_default();
            let value = rest.split(after).next().unwrap_or_default();
            let value = value.trim_end_matches("␍").trim_end_matches("&#13;");
            if !value.is_empty() && (kind != "uid" || is_made_up(value)) {
                found.push((at, value.to_owned(), kind));
            }
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(_, value, kind)| (value, kind))
        .collect()
}
