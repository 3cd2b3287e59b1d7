//! The sample files: our own, and those of the shared folder when it is there.

use std::{fs, path::Path};

/// One file.
pub(crate) struct Sample {
    /// The path below its folder.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) octets: Vec<u8>,
}

/// Our own files, one feature each.
pub(crate) fn own() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora");
    let samples = below(&folder);
    assert!(
        samples.len() >= 30,
        "the samples are missing from {}",
        folder.display()
    );
    samples
}

/// Our own files and the shared ones; says so when the shared ones are not there.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = own();
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if shared.is_dir() {
        samples.extend(below(&shared));
    } else {
        println!("the shared corpora are not there; testing with our own samples only");
    }
    samples
}

/// The text of one of our own files.
pub(crate) fn text(name: &str) -> String {
    let sample = own().into_iter().find(|sample| sample.name == name);
    let sample = sample.unwrap_or_else(|| panic!("no sample {name}"));
    String::from_utf8(sample.octets).expect("UTF-8")
}

fn below(folder: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let is_calendar = path.extension().is_some_and(|extension| {
                ["ics", "ifb", "vcs"]
                    .iter()
                    .any(|known| extension == *known)
            });
            if path.is_dir() {
                folders.push(path);
            } else if is_calendar {
                samples.push(Sample {
                    name: path
                        .strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string(),
                    octets: fs::read(&path).expect("a readable file"),
                });
            }
        }
    }
    samples.sort_by(|a, b| a.name.cmp(&b.name));
    samples
}
