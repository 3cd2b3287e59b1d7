//! Files and folders that only their owner may read, and writing that is never half done.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Makes a folder for its owner only. One that exists and is empty or already ours is tightened; a folder that
/// holds other things keeps its rights (the files in it are private in any case).
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    if path.is_dir() {
        return if is_ours(path)? {
            tighten_folder(path)
        } else {
            Ok(())
        };
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn is_ours(folder: &Path) -> io::Result<bool> {
    let mut names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    match names.next() {
        None => Ok(true),
        Some(_) => Ok(folder.join("key.toml").exists()),
    }
}

/// Makes an empty file for its owner only, or takes away what others may do with an existing one.
pub(crate) fn touch(path: &Path) -> io::Result<()> {
    match create_new(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => tighten(path),
        Err(error) => Err(error),
    }
}

fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a file was open to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    Private,
    WasOpenToOthers,
}

/// Whether others may read or write the file. Where the platform has no such rights, nobody.
pub(crate) fn exposure(path: &Path) -> io::Result<Exposure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Ok(Exposure::WasOpenToOthers);
        }
    }
    #[cfg(not(unix))]
    fs::metadata(path)?;
    Ok(Exposure::Private)
}

/// Takes away what others may do with a file.
pub(crate) fn tighten(path: &Path) -> io::Result<()> {
    match exposure(path)? {
        Exposure::Private => Ok(()),
        Exposure::WasOpenToOthers => set_mode(path, 0o600),
    }
}

fn tighten_folder(path: &Path) -> io::Result<()> {
    match exposure(path)? {
        Exposure::Private => Ok(()),
        Exposure::WasOpenToOthers => set_mode(path, 0o700),
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Whether a file that exists may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replace {
    /// Its old content goes.
    Yes,
    /// Then the write fails with `AlreadyExists`.
    No,
}

/// Writes a private file so that it is there in full or not at all: a temporary file beside it, flushed to the
/// disk, then given its name.
pub(crate) fn write(path: &Path, octets: &[u8], replace: Replace) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&beside);
    remove_if_there(beside)?;
    let written = create_new(beside)
        .and_then(|mut file| file.write_all(octets).and_then(|()| file.sync_all()))
        .and_then(|()| match replace {
            Replace::Yes => fs::rename(beside, path),
            Replace::No => fs::hard_link(beside, path).and_then(|()| fs::remove_file(beside)),
        });
    if written.is_err() {
        remove_if_there(beside)?;
    }
    written?;
    flush_folder(path)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new name is only durable once its folder is.
fn flush_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
