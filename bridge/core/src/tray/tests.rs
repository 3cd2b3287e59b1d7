//! Tables: a day and a moment in, lines out; healths in, sign and status out.

use chrono::{NaiveDate, TimeDelta, TimeZone as _, Utc};

use super::*;

/// The day of all tables; the wall clock runs two hours ahead of UTC.
const WALL: TimeDelta = TimeDelta::hours(2);

/// An instant from a wall clock time of the day; hours may pass 24.
fn at(clock: &str) -> Instant {
    let (hours, minutes) = clock.split_once(':').unwrap();
    let time =
        TimeDelta::hours(hours.parse().unwrap()) + TimeDelta::minutes(minutes.parse().unwrap());
    Utc.with_ymd_and_hms(2026, 7, 14, 0, 0, 0).unwrap() + time - WALL
}

fn moment(clock: &str) -> Moment {
    Moment {
        now: at(clock),
        midnight: at("24:00"),
    }
}

/// `09:00-10:30 Title`, or `day Title`.
fn event(line: &str) -> Event {
    let (times, title) = line.split_once(' ').unwrap();
    let all_day = times == "day";
    let (start, end) = times.split_once('-').unwrap_or(("0:00", "24:00"));
    let (start, end) = (at(start), at(end));
    let wall = |instant: Instant| (instant + WALL).naive_utc();
    Event {
        span: Span { start, end },
        local: (wall(start), wall(end)),
        all_day,
        title: title.to_owned(),
    }
}

fn shown(events: &[&str], now: &str) -> (TrayState, Instant) {
    let events: Vec<Event> = events.iter().map(|line| event(line)).collect();
    project(&events, &Health::default(), moment(now))
}

#[test]
fn the_coming_lines_follow_the_clock() {
    let day: &[&str] = &[
        "day On call",
        "8:00-9:00 Ward round",
        "9:00-9:30 Mrs. Weber",
        "11:00-11:00 Call the laboratory",
        "22:30-26:00 Night duty",
    ];
    for (now, expected, changes_at) in [
        (
            "7:30",
            &[
                "08:00 – 09:00  Ward round",
                "09:00 – 09:30  Mrs. Weber",
                "11:00  Call the laboratory",
                "22:30 – midnight  Night duty",
                "All day  On call",
            ][..],
            "8:00",
        ),
        (
            "8:20",
            &[
                "Now – 09:00  Ward round",
                "09:00 – 09:30  Mrs. Weber",
                "11:00  Call the laboratory",
                "22:30 – midnight  Night duty",
                "All day  On call",
            ],
            "9:00",
        ),
        (
            "9:00",
            &[
                "Now – 09:30  Mrs. Weber",
                "11:00  Call the laboratory",
                "22:30 – midnight  Night duty",
                "All day  On call",
            ],
            "9:30",
        ),
        (
            "23:00",
            &["Now – midnight  Night duty", "All day  On call"],
            "24:00",
        ),
    ] {
        let (state, until) = shown(day, now);
        assert_eq!(state.coming, expected, "at {now}");
        assert_eq!(until, at(changes_at), "at {now}");
    }
}

#[test]
fn a_day_without_events_stays_so_until_midnight() {
    for events in [&[][..], &["8:00-9:00 Over"], &["25:00-26:00 Tomorrow"]] {
        let (state, until) = shown(events, "12:00");
        assert!(state.coming.is_empty(), "{events:?}");
        assert_eq!(until, at("24:00"));
    }
}

#[test]
fn a_full_day_is_cut_and_the_rest_is_counted() {
    let day: Vec<String> = (8..18)
        .map(|hour| format!("{hour}:00-{hour}:30 Visit"))
        .collect();
    let day: Vec<&str> = day.iter().map(String::as_str).collect();
    for (events, lines, last) in [
        (6, 6, "13:00 – 13:30  Visit"),
        (7, 7, "and 1 more"),
        (10, 7, "and 4 more"),
    ] {
        let (state, _) = shown(&day[..events], "7:00");
        assert_eq!(state.coming.len(), lines);
        assert_eq!(state.coming.last().unwrap(), last);
    }
}

#[test]
fn the_next_change_counts_what_is_cut_too() {
    // The seventh event ends first: the number of the rest changes then.
    let mut day: Vec<String> = (0..6)
        .map(|minute| format!("8:0{minute}-18:00 Long"))
        .collect();
    day.push("8:30-9:00 Short".to_owned());
    let day: Vec<&str> = day.iter().map(String::as_str).collect();
    assert_eq!(shown(&day, "8:40").1, at("9:00"));
}

#[test]
fn titles_become_one_short_line() {
    let long = "ä".repeat(60);
    let cut = format!("{}…", "ä".repeat(41));
    let exact = "x".repeat(42);
    for (title, line) in [
        ("Mrs.\r\nWeber\t \u{7}  knee", "Mrs. Weber knee"),
        (long.as_str(), cut.as_str()),
        (exact.as_str(), exact.as_str()),
        (
            "a word that is cut off right behind a blank here",
            "a word that is cut off right behind a bla…",
        ),
    ] {
        let (state, _) = shown(&[&format!("9:00-10:00 {title}")], "8:00");
        assert_eq!(state.coming, [format!("09:00 – 10:00  {line}")]);
    }
}

#[test]
fn an_event_of_whole_days_is_shown_in_the_days_zone() {
    let days = NaiveDate::from_ymd_opt(2026, 7, 13).unwrap();
    let conference = Event {
        span: Span {
            start: at("-24:00"),
            end: at("48:00"),
        },
        local: (
            days.and_hms_opt(0, 0, 0).unwrap(),
            days.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::days(3),
        ),
        all_day: true,
        title: "Conference".into(),
    };
    let (state, until) = project(&[conference], &Health::default(), moment("12:00"));
    assert_eq!(state.coming, ["All day  Conference"]);
    assert_eq!(until, at("24:00"));
}

fn standing(feed: Feed, accounts: Vec<Account>, decisions: usize) -> (Sign, String) {
    status(&Health {
        feed,
        accounts,
        decisions,
    })
}

fn account(name: &str, state: AccountState) -> Account {
    Account {
        name: name.into(),
        state,
    }
}

#[test]
fn one_sign_and_one_line_say_how_everything_is() {
    let fine = || account("iCloud", AccountState::Fine);
    let syncing = || account("Nextcloud", AccountState::Syncing);
    let offline = || account("Fastmail", AccountState::Retrying("Not reached.".into()));
    let refused = || account("Zoho", AccountState::NeedsYou("Password refused.".into()));
    for (accounts, decisions, sign, words) in [
        (vec![], 0, Sign::Fine, "No account yet"),
        (vec![fine()], 0, Sign::Fine, "Up to date"),
        (vec![fine(), syncing()], 0, Sign::Syncing, "Syncing…"),
        (vec![offline()], 0, Sign::Fine, "Fastmail: Not reached"),
        (vec![syncing(), offline()], 0, Sign::Syncing, "Syncing…"),
        (
            vec![syncing(), offline(), refused()],
            2,
            Sign::NeedsYou,
            "Zoho: Password refused",
        ),
        (
            vec![refused(), refused()],
            0,
            Sign::NeedsYou,
            "2 accounts need you",
        ),
        (
            vec![syncing()],
            1,
            Sign::NeedsYou,
            "One decision waits for you",
        ),
        (vec![], 3, Sign::NeedsYou, "3 decisions wait for you"),
    ] {
        let said = standing(Feed::Serving, accounts, decisions);
        assert_eq!(said, (sign, words.to_owned()));
    }
}

#[test]
fn a_feed_that_does_not_serve_comes_before_all_else() {
    let refused = account("Zoho", AccountState::NeedsYou("Password refused.".into()));
    let said = standing(Feed::Stopped, vec![refused], 1);
    assert_eq!(
        said,
        (Sign::NeedsYou, "Calendar apps cannot connect".to_owned())
    );
}
