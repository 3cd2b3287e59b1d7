//! What lies on disk: private, and without a readable word.

use std::fs;

use super::*;

#[cfg(unix)]
#[test]
fn folder_and_files_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("new").join("data");
    let store = Store::open(&folder.join("companion.db"), &key().database_key()).unwrap();
    store
        .write(|tx| crate::store::meta::remember(tx, "a", "b"))
        .unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{}", entry.path().display());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(
        names,
        ["companion.db", "companion.db-shm", "companion.db-wal"]
    );
}

#[cfg(unix)]
#[test]
fn rights_that_were_too_wide_are_taken_away() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let path = world.store.path().to_owned();
    let World { store, folder } = world;
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&path, &key().database_key()).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    drop((store, folder));
}

#[test]
fn no_title_can_be_read_from_the_files() {
    let world = World::new();
    let calendar = world.local("c");
    let canary = "Canary-Vertraulich";
    world
        .put(&calendar, "a", &visit("u", canary), if_new())
        .unwrap();
    for entry in fs::read_dir(world.folder.path()).unwrap() {
        let octets = fs::read(entry.unwrap().path()).unwrap();
        let found = octets
            .windows(canary.len())
            .any(|window| window == canary.as_bytes());
        assert!(!found);
        let sqlite = octets.windows(13).any(|window| window == b"SQLite format");
        assert!(!sqlite);
    }
}
