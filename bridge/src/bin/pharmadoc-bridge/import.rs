//! `import`: a file of somebody else's calendar into one of ours, object by object.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use bridge::clock::{Clock as _, SystemClock};
use bridge::feed::make_first_calendars;
use bridge::nudge::nudge;
use bridge::store::calendars::{Access, Calendar, CalendarKind};
use bridge::store::objects::{self, Conditions, Draft, Outcome, Place, Refusal};
use bridge::store::{Store, StoreError, WriteTx};
use bridge_core::exchange::{self, Oddity, Part};
use bridge_core::ical::{Limits, read_storable};
use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;

use crate::arguments::{Common, Import};
use crate::defaults;
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};
use crate::progress;

/// Objects that share one commit: fast, and still others get their turn.
const AT_ONCE: usize = 100;

/// What became of the objects.
#[derive(Default)]
struct Tally {
    new: usize,
    updated: usize,
    unchanged: usize,
    problems: Vec<String>,
}

/// Imports a file; an object that cannot be taken is reported and the others are.
pub(crate) fn import(common: &Common, import: &Import) -> Result<(), Failure> {
    let octets = read(&import.file)?;
    let parts = exchange::split(&exchange::to_utf8(&octets));
    if parts.is_empty() {
        return Err(Failure::new(format_args!(
            "{} holds no event and no task; is it an iCalendar file?",
            import.file.display()
        )));
    }
    let installation = Installation::open(common, Database::MadeIfMissing)?;
    let store = &installation.opened.store;
    let now = SystemClock.now();
    make_first_calendars(store, now)?;
    let calendar = defaults::calendar_named(store, &import.calendar, now)?;
    check_writable(&calendar)?;
    let tally = take(store, &calendar, parts, now)?;
    nudge(store)?;
    report(&tally, &import.calendar)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut octets).map(|_| octets)
    } else {
        fs::read(file)
    };
    read.map_err(|error| Failure::new(format_args!("{} cannot be read: {error}", file.display())))
}

fn check_writable(calendar: &Calendar) -> Result<(), Failure> {
    let own = calendar.kind == CalendarKind::Local || calendar.kind == CalendarKind::Remote;
    if own && calendar.access == Access::ReadWrite {
        return Ok(());
    }
    Err(Failure::new(format_args!(
        "\"{}\" is read-only: import into another calendar, or name a new one and it is made",
        calendar.name
    )))
}

fn take(
    store: &Store,
    calendar: &Calendar,
    parts: Vec<Part>,
    now: Instant,
) -> Result<Tally, Failure> {
    let bar = progress::bar(parts.len(), "importing");
    let mut tally = Tally::default();
    let mut parts = parts.into_iter().peekable();
    while parts.peek().is_some() {
        let mut lines = Vec::new();
        let mut drafts = Vec::new();
        for part in parts.by_ref().take(AT_ONCE) {
            bar.inc(1);
            let line = part.line;
            match draft(&part, calendar, &mut tally, now) {
                Ok(draft) => {
                    lines.push(line);
                    drafts.push(draft);
                }
                Err(problem) => tally
                    .problems
                    .push(format!("line {line}: not taken: {problem}")),
            }
        }
        let id = calendar.id;
        let outcomes: Vec<Result<Outcome, Refusal>> = store
            .write(move |tx| {
                drafts
                    .iter()
                    .map(|draft| keep(tx, id, draft, now))
                    .collect::<Result<_, _>>()
            })
            .map_err(|error: StoreError| stopped(&tally, &error))?;
        for (line, outcome) in lines.into_iter().zip(outcomes) {
            match outcome {
                Ok(Outcome::Created) => tally.new += 1,
                Ok(Outcome::Replaced) => tally.updated += 1,
                Ok(Outcome::Unchanged) => tally.unchanged += 1,
                Err(refusal) => tally
                    .problems
                    .push(format!("line {line}: not taken: {refusal}")),
            }
        }
    }
    bar.finish_and_clear();
    Ok(tally)
}

fn draft(
    part: &Part,
    calendar: &Calendar,
    tally: &mut Tally,
    now: Instant,
) -> Result<Draft, String> {
    match part.oddity {
        Some(oddity @ Oddity::CutOff) => return Err(oddity.to_string()),
        Some(oddity @ Oddity::NoUid) => {
            tally.problems.push(format!("line {}: {oddity}", part.line));
        }
        None => {}
    }
    let limits = Limits::default();
    let (object, summary) = read_storable(&part.octets, calendar.components, limits)
        .map_err(|refusal| refusal.to_string())?;
    Ok(Draft::of(&object, &summary, &calendar.zone, now))
}

/// Stores one object under the name its UID has already, or under a new one. Only the store itself failing stops
/// the others.
fn keep(
    tx: &mut WriteTx<'_>,
    calendar: bridge::store::CalendarId,
    draft: &Draft,
    now: Instant,
) -> Result<Result<Outcome, Refusal>, StoreError> {
    let known = objects::name_of_uid(tx, calendar, draft.uid())?;
    let name = known.unwrap_or_else(|| exchange::object_name(draft.uid()));
    let place = Place { calendar, name };
    match objects::put(tx, &place, draft, &Conditions::default(), now) {
        Ok(put) => Ok(Ok(put.outcome)),
        Err(Refusal::Store(error)) => Err(error),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn stopped(tally: &Tally, error: &StoreError) -> Failure {
    let done = tally.new + tally.updated + tally.unchanged;
    Failure::new(format_args!(
        "{error}. {done} objects are in; import the file again, what is there is left as it is"
    ))
}

fn report(tally: &Tally, calendar: &CalendarName) -> Result<(), Failure> {
    for problem in &tally.problems {
        output::note(problem);
    }
    output::line(format_args!(
        "{} new, {} updated, {} unchanged in \"{calendar}\"",
        tally.new, tally.updated, tally.unchanged
    ))?;
    if tally.new + tally.updated + tally.unchanged == 0 {
        return Err(Failure::new("nothing could be taken; see the lines above"));
    }
    Ok(())
}
