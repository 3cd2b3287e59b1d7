//! What a person at a terminal sees while `run` runs: where the feed is, how the accounts are, what comes.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use bridge::clock::{Clock as _, SystemClock};
use bridge::companion::{
    AccountEntry, AccountState, AgendaEntry, AgendaRange, Companion, FeedState, Interrupt,
};
use bridge::zone::local_zone;
use bridge_core::time::Instant;
use chrono::{DateTime, NaiveDate};

use crate::health::ago;
use crate::output::Failure;

/// Ages and the agenda go on even when nothing happens.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);
/// Changes come in bursts; the view is drawn once for those that follow each other so closely.
const BURST: Duration = Duration::from_millis(200);
/// How many entries are shown.
const ENTRIES: usize = 12;
/// Longer lines would wrap, and the view could not be drawn over itself.
const WIDTH: usize = 78;

enum Event {
    Changed,
    Ended,
}

/// Draws the view, again and again, until the process is told to end.
pub(crate) fn show_until_told(companion: &Companion, interrupt: Interrupt) -> Result<(), Failure> {
    let (tell, told) = mpsc::channel();
    let changed = tell.clone();
    companion.on_change(move |_| drop(changed.send(Event::Changed)));
    std::thread::spawn(move || {
        interrupt.wait();
        drop(tell.send(Event::Ended));
    });
    let mut drawn = 0;
    loop {
        drawn = draw(&lines(companion)?, drawn)?;
        match next(&told) {
            Event::Changed => {}
            Event::Ended => return Ok(()),
        }
    }
}

/// The next reason to draw; a burst of changes is one.
fn next(told: &Receiver<Event>) -> Event {
    let mut event = match told.recv_timeout(AT_LEAST_EVERY) {
        Ok(event) => event,
        Err(RecvTimeoutError::Timeout) => return Event::Changed,
        Err(RecvTimeoutError::Disconnected) => return Event::Ended,
    };
    while let Event::Changed = event {
        match told.recv_timeout(BURST) {
            Ok(next) => event = next,
            Err(_) => return Event::Changed,
        }
    }
    event
}

/// Draws over what was drawn before; says how many lines it are.
fn draw(lines: &[String], before: usize) -> Result<usize, Failure> {
    let mut text = String::new();
    if before > 0 {
        // Up to the first line of it, and clear from there. Writing into a String cannot fail.
        _ = write!(text, "\x1b[{before}A\x1b[J");
    }
    for line in lines {
        text.extend(line.chars().take(WIDTH));
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Failure::Output)?;
    Ok(lines.len())
}

fn lines(companion: &Companion) -> Result<Vec<String>, Failure> {
    let overview = companion.overview()?;
    let mut lines = vec![String::new()];
    if let FeedState::Serving { http, https } = &overview.feed {
        let addresses: Vec<_> = http.iter().chain(https).map(String::as_str).collect();
        lines.push(format!("feed      {}", addresses.join("  ")));
    }
    let now = SystemClock.now();
    lines.extend(
        overview
            .accounts
            .iter()
            .flat_map(|account| of_account(account, now)),
    );
    if overview.accounts.is_empty() {
        lines.push("accounts  none yet: pharmadoc-bridge account add".to_owned());
    }
    if overview.waiting_decisions > 0 {
        let count = overview.waiting_decisions;
        lines.push(format!(
            "          {count} things wait for a look: pharmadoc-bridge status"
        ));
    }
    lines.push(String::new());
    lines.extend(coming(companion, now)?);
    Ok(lines)
}

fn of_account(account: &AccountEntry, now: Instant) -> Vec<String> {
    let state = match account.state {
        AccountState::Ok => "ok",
        AccountState::Syncing => "syncing",
        AccountState::Retrying => "tries again",
        AccountState::NeedsYou => "needs you",
    };
    let age = account.checked_at.as_deref().and_then(instant);
    let age = age.map_or_else(|| "not fetched yet".to_owned(), |at| ago(now, at));
    let name = &account.name;
    let of_calendars = account
        .calendars
        .iter()
        .filter_map(|one| one.problem.as_ref());
    let troubles = account.problem.iter().chain(of_calendars);
    let mut lines = vec![format!("account   {name}: {state}, {age}")];
    lines.extend(troubles.map(|wrong| format!("          {} {}", wrong.message, wrong.fix)));
    lines
}

/// The next entries, today's and those of the days after.
fn coming(companion: &Companion, now: Instant) -> Result<Vec<String>, Failure> {
    let agenda = companion.agenda(&AgendaRange {
        from: None,
        days: 7,
    })?;
    let to_come = agenda
        .entries
        .iter()
        .filter(|entry| match instant(&entry.end) {
            Some(end) => end > now,
            // Whole days: the range begins today.
            None => true,
        });
    let mut lines: Vec<String> = to_come.take(ENTRIES).map(entry_line).collect();
    if lines.is_empty() {
        lines.push("nothing takes place in the next seven days".to_owned());
    }
    Ok(lines)
}

fn entry_line(entry: &AgendaEntry) -> String {
    let when = match instant(&entry.start) {
        Some(start) => {
            let local = local_zone().zone().local(start);
            local.format("%a %e %b  %H:%M").to_string()
        }
        None => entry.start.parse::<NaiveDate>().map_or_else(
            |_| entry.start.clone(),
            |day| day.format("%a %e %b  all day").to_string(),
        ),
    };
    let title = entry.title.replace(['\r', '\n'], " ");
    format!("{when:19}  {title}  [{}]", entry.calendar)
}

fn instant(text: &str) -> Option<Instant> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.to_utc())
}
