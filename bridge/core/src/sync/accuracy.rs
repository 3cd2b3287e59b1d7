//! Whether both sides have the same, after everything was listed and read.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::ids::{RemoteEtag, RemoteId};

/// A digest of entries with their versions, whose order is that of their ids.
pub fn digest<'e>(entries: impl IntoIterator<Item = (&'e RemoteId, &'e RemoteEtag)>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (id, etag) in entries {
        for part in [id.as_str(), etag.as_str()] {
            // With its length, so that no two lists are the same octets.
            digest.update(part.len().to_be_bytes());
            digest.update(part.as_bytes());
        }
    }
    digest.finalize().into()
}

/// The entries of which the provider has another version than both sides agreed on, or only one of them has any. A base
/// that has to be read agrees with nothing.
pub fn differing<'e>(
    there: &'e BTreeMap<RemoteId, RemoteEtag>,
    agreed: &'e BTreeMap<RemoteId, Option<RemoteEtag>>,
) -> Vec<&'e RemoteId> {
    let known = |id| agreed.get(id).and_then(Option::as_ref);
    let versions = agreed
        .iter()
        .filter_map(|(id, etag)| Some((id, etag.as_ref()?)));
    let is_all_known = versions.clone().count() == agreed.len();
    if is_all_known && digest(there) == digest(versions) {
        return Vec::new();
    }
    let changed = there.iter().filter(|(id, etag)| known(id) != Some(etag));
    let only_here = agreed.keys().filter(|id| !there.contains_key(*id));
    changed.map(|(id, _)| id).chain(only_here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(entries: &[(&str, &str)]) -> BTreeMap<RemoteId, RemoteEtag> {
        let entries = entries.iter();
        entries
            .map(|(id, etag)| (RemoteId::new(*id), RemoteEtag::new(*etag)))
            .collect()
    }

    fn check(one: &[(&str, &str)], other: &[(&str, Option<&str>)], expected: &[&str]) {
        let agreed = other
            .iter()
            .map(|(id, etag)| (RemoteId::new(*id), etag.map(RemoteEtag::new)))
            .collect();
        let one = there(one);
        let found = differing(&one, &agreed);
        let found: Vec<&str> = found.into_iter().map(RemoteId::as_str).collect();
        assert_eq!(found, expected, "{other:?}");
    }

    #[test]
    fn what_differs_is_named() {
        let listed = [("a", "1"), ("b", "2")];
        check(&listed, &[("a", Some("1")), ("b", Some("2"))], &[]);
        check(&listed, &[("a", Some("1")), ("b", Some("3"))], &["b"]);
        check(&listed, &[("a", Some("1"))], &["b"]);
        check(&listed, &[("a", None), ("b", Some("2"))], &["a"]);
        check(
            &listed,
            &[("a", Some("1")), ("b", Some("2")), ("c", Some("1"))],
            &["c"],
        );
        check(
            &listed,
            &[("a", Some("1")), ("b", Some("2")), ("c", None)],
            &["c"],
        );
        check(&[], &[], &[]);
    }

    #[test]
    fn no_two_lists_have_the_same_digest_by_their_seams() {
        assert_ne!(
            digest(&there(&[("ab", "c")])),
            digest(&there(&[("a", "bc")]))
        );
        assert_ne!(digest(&there(&[("a", "b")])), digest(&there(&[])));
    }
}
