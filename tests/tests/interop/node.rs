//! The programs of `tests/interop`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use companion_tests::clients::present::{Part, is_present};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop");
const PACKAGES: &[Part] = &[Part::file(
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/interop/node_modules/.package-lock.json"
    ),
    "npm ci in tests/interop",
)];

/// Whether their packages are here.
pub(crate) fn is_here() -> Result<bool> {
    is_present("tests/interop", PACKAGES)
}

/// One of them, not started yet.
pub(crate) fn program(name: &str) -> Command {
    let mut node = Command::new("node");
    node.current_dir(FOLDER).arg(Path::new(FOLDER).join(name));
    node
}
