//! `export`: a calendar as one iCalendar file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use bridge::store::calendars::{self, Calendar, CalendarKind};
use bridge::store::objects::{self, Body};
use bridge::store::{ReadTx, StoreError};
use bridge_core::exchange::Stream;
use bridge_core::ids::CalendarName;

use crate::arguments::{Common, Export};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};
use crate::progress;

/// Exports a calendar.
pub(crate) fn export(common: &Common, export: &Export) -> Result<(), Failure> {
    let to_output = export.file == Path::new("-");
    if !to_output && !export.force && export.file.exists() {
        return Err(exists(&export.file));
    }
    let installation = Installation::open(common, Database::Needed)?;
    let store = &installation.opened.store;
    let found = store.read::<_, StoreError>(|tx| {
        calendars::find(tx, &export.calendar)?
            .map(|calendar| stream(tx, &calendar))
            .transpose()
    })?;
    let Some((octets, count)) = found else {
        return Err(unknown(&store.read(calendars::list)?, &export.calendar));
    };
    if to_output {
        return output::octets(&octets);
    }
    write(&export.file, &octets, export.force)?;
    output::line(format_args!(
        "{count} objects of \"{}\" in {}",
        export.calendar,
        export.file.display()
    ))
}

fn stream(tx: &ReadTx<'_>, calendar: &Calendar) -> Result<(Vec<u8>, usize), StoreError> {
    let sources = match calendar.kind {
        CalendarKind::Everything => calendars::list(tx)?,
        CalendarKind::Local | CalendarKind::PharmaDoc | CalendarKind::Remote => {
            vec![calendar.clone()]
        }
    };
    let mut stream = Stream::new(&calendar.display_name);
    let mut count = 0;
    for source in sources {
        let objects = objects::list(tx, source.id, Body::Read)?;
        let bar = progress::bar(objects.len(), "exporting");
        for object in objects {
            stream.add(object.octets.as_deref().unwrap_or_default());
            count += 1;
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    Ok((stream.finish(), count))
}

fn unknown(calendars: &[Calendar], name: &CalendarName) -> Failure {
    let names: Vec<&str> = calendars
        .iter()
        .map(|calendar| calendar.name.as_str())
        .collect();
    Failure::new(format_args!(
        "there is no calendar \"{name}\"; there are: {}",
        names.join(", ")
    ))
}

fn exists(file: &Path) -> Failure {
    Failure::new(format_args!(
        "{} exists; choose another name, or replace it with --force",
        file.display()
    ))
}

/// Writes a file that only its owner can read and that is there in full or not at all.
fn write(file: &Path, octets: &[u8], force: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format_args!(
            "{} cannot be written: {error}",
            file.display()
        ))
    };
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&beside).map_err(failed)?;
    let written = open
        .write_all(octets)
        .and_then(|()| open.sync_all())
        .and_then(|()| {
            if force {
                std::fs::rename(&beside, file)
            } else {
                put_new(&beside, file)
            }
        });
    written.map_err(|error| {
        drop(std::fs::remove_file(&beside));
        match error.kind() {
            ErrorKind::AlreadyExists => exists(file),
            _ => failed(error),
        }
    })
}

/// Gives the file its name unless somebody took it meanwhile.
fn put_new(beside: &Path, file: &Path) -> std::io::Result<()> {
    if file.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(beside, file)
}
