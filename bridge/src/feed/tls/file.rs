//! Replacing a file as a whole: after a crash there is the old content or the new one, never a part.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Writes `content` to a neighbour of `path`, makes it durable and puts it in place.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = File::create(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}
