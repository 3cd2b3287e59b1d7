//! How accounts are, as lines for people and as JSON (`docs/spec/status.md`).

use bridge::accounts::{CalendarHealth, Health, State, Trouble};
use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;
use serde_json::{Value, json};

/// An account in lines: how it is, and what is wrong with the fix.
pub(crate) fn lines(health: &Health, now: Instant) -> Vec<String> {
    let state = match health.state {
        State::Ok => "ok",
        State::Retrying => "tries again",
        State::NeedsDoctor => "needs you",
    };
    let age = health
        .checked
        .map_or_else(|| "not fetched yet".to_owned(), |at| ago(now, at));
    let waiting = match health.waiting() {
        0 => String::new(),
        count => format!(", {}", changes_wait(count)),
    };
    let name = &health.account.name;
    let mut lines = vec![format!(
        "{name:20}  {state:11}  {age}{waiting}  {}",
        health.provider
    )];
    let calendars = health.calendars.iter().filter_map(|one| {
        let trouble = one.trouble.as_ref()?;
        Some((Some(&one.display_name), trouble))
    });
    let troubles = health
        .trouble
        .iter()
        .map(|one| (None, one))
        .chain(calendars);
    lines.extend(troubles.map(|(calendar, trouble)| spoken(calendar, trouble)));
    lines.extend(kept_here(health));
    lines
}

/// What the provider has no form for.
fn kept_here(health: &Health) -> Option<String> {
    let provider = &health.provider;
    match health.kept_here() {
        0 => None,
        1 => Some(format!(
            "  1 entry holds details that {provider} cannot keep; they stay on this computer"
        )),
        count => Some(format!(
            "  {count} entries hold details that {provider} cannot keep; they stay on this computer"
        )),
    }
}

fn spoken(calendar: Option<&String>, trouble: &Trouble) -> String {
    let words = &trouble.words;
    let of = calendar.map(|name| format!("{name}: ")).unwrap_or_default();
    format!("  {of}{} {}", words.message, words.fix)
}

/// A calendar in one line.
pub(crate) fn calendar_line(calendar: &CalendarHealth) -> String {
    let collection = &calendar.collection;
    let name = calendar.name.as_ref().map_or("-", |name| name.as_str());
    let busy = if collection.busy { "busy" } else { "free" };
    let access = collection.access.as_str();
    format!("{name:24}  {access:10}  {busy}  {}", calendar.display_name)
}

/// How long ago, roughly.
pub(crate) fn ago(now: Instant, at: Instant) -> String {
    let minutes = (now - at).num_minutes();
    match minutes {
        ..1 => "just now".to_owned(),
        1..120 => format!("{minutes} min ago"),
        120..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// An account.
pub(crate) fn as_json(health: &Health) -> Value {
    json!({
        "name": health.account.name,
        "provider": health.account.preset,
        "provider_name": health.provider,
        "address": health.account.address,
        "user": health.account.user,
        "state": match health.state {
            State::Ok => "ok",
            State::Retrying => "retrying",
            State::NeedsDoctor => "needs-you",
        },
        "checked": health.checked,
        "retry_at": health.retry_at,
        "problem": health.trouble.as_ref().map(trouble),
        "refreshes": health.refreshes.map(|lately| {
            json!({ "succeeded": lately.succeeded, "tried": lately.tried })
        }),
        "waiting": health.waiting(),
        "calendars": health.calendars.iter().map(calendar_as_json).collect::<Vec<_>>(),
    })
}

/// A calendar of an account.
pub(crate) fn calendar_as_json(calendar: &CalendarHealth) -> Value {
    let collection = &calendar.collection;
    json!({
        "display_name": calendar.display_name,
        "provider_name": collection.display_name,
        "chosen": collection.calendar.is_some(),
        "name": calendar.name.as_ref().map(CalendarName::as_str),
        "color": calendar.color,
        "components": collection.components.to_string(),
        "access": collection.access.as_str(),
        "busy": collection.busy,
        "visits": collection.receives_visits(),
        "checked": collection.checked,
        "waiting": calendar.waiting,
        "held": calendar.held,
        "set_aside": calendar.set_aside,
        "kept_here": calendar.kept_here,
        "compared": collection.compared.map(|compared| {
            json!({
                "at": compared.at,
                "entries": compared.entries,
                "differing": compared.differing,
            })
        }),
        "problem": calendar.trouble.as_ref().map(trouble),
    })
}

/// What is wrong, with the fix.
fn trouble(trouble: &Trouble) -> Value {
    json!({
        "code": trouble.code,
        "message": trouble.words.message,
        "fix": trouble.words.fix,
        "since": trouble.since,
    })
}

/// What is wrong with an account and its calendars, each with where it is.
pub(crate) fn problems(health: &Health) -> Vec<Value> {
    let of_calendars = health.calendars.iter().filter_map(|one| {
        let trouble = one.trouble.as_ref()?;
        Some((Some(&one.display_name), trouble))
    });
    let own = health.trouble.iter().map(|one| (None, one));
    own.chain(of_calendars)
        .map(|(calendar, wrong)| {
            json!({
                "account": health.account.name,
                "calendar": calendar,
                "code": wrong.code,
                "message": wrong.words.message,
                "fix": wrong.words.fix,
                "since": wrong.since,
            })
        })
        .collect()
}

/// How many changes wait, in words.
pub(crate) fn changes_wait(count: usize) -> String {
    match count {
        1 => "1 change waits".to_owned(),
        count => format!("{count} changes wait"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone as _, Utc};

    use super::*;

    #[test]
    fn ages_are_told_roughly() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap();
        for (age, expected) in [
            (TimeDelta::seconds(-5), "just now"),
            (TimeDelta::seconds(59), "just now"),
            (TimeDelta::minutes(5), "5 min ago"),
            (TimeDelta::hours(3), "3 h ago"),
            (TimeDelta::days(9), "9 days ago"),
        ] {
            assert_eq!(ago(now, now - age), expected);
        }
    }
}
