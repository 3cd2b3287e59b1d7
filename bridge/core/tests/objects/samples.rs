//! The sample files: our own, and those of the shared folder when it is there.

use std::{fs, path::Path, sync::OnceLock};

/// One file.
pub(crate) struct Sample {
    /// The path below its folder.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) octets: Vec<u8>,
}

/// Our own files, one feature each.
pub(crate) fn own() -> &'static [Sample] {
    static OWN: OnceLock<Vec<Sample>> = OnceLock::new();
    OWN.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora");
        let samples = below(&folder);
        assert!(
            samples.len() >= 30,
            "samples are missing from {}",
            folder.display()
        );
        samples
    })
}

/// The files of the shared folder; says so when it is not there.
fn shared() -> &'static [Sample] {
    static SHARED: OnceLock<Vec<Sample>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
        if folder.is_dir() {
            return below(&folder);
        }
        println!("the shared corpora are not there; testing with our own samples only");
        Vec::new()
    })
}

/// Our own files and the shared ones.
pub(crate) fn all() -> impl Iterator<Item = &'static Sample> {
    own().iter().chain(shared())
}

/// One of our own files.
pub(crate) fn octets(name: &str) -> &'static [u8] {
    let sample = own().iter().find(|sample| sample.name == name);
    &sample.unwrap_or_else(|| panic!("no sample {name}")).octets
}

/// The text of one of our own files.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(octets(name).to_vec()).expect("UTF-8")
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
