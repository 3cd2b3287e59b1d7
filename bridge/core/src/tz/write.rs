//! Writes a zone as a `VTIMEZONE` (RFC 5545 section 3.6.5), for objects that are made here.
//!
//! Changes that come back every year become one observance with a rule: lists of dates are legal too, but some clients
//! read them an hour wrong. The text is right for the span it is asked for and goes on with the zone's last pattern.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use chrono_tz::Tz;

use super::{
    Zone,
    civil::{self, DAY},
    timeline::{Change, Timeline},
    yearly::YearlyChange,
};
use crate::{
    ical::PRODID,
    recur::value::{local_text, utc_text},
    time::Span,
};

/// More single changes than this are not written: whoever needs them knows the zone by its name.
const MOST_SINGLE: usize = 100;
/// The weekdays as `BYDAY` writes them, Monday first.
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A run of years in which a change comes back by one rule.
struct Run {
    rule: YearlyChange,
    latest_day: i64,
    last_year: i64,
    changes: Vec<Change>,
}

/// Texts of zones of the database: thousands of events share a handful.
static TEXTS: LazyLock<RwLock<Texts>> = LazyLock::new(RwLock::default);
type Texts = HashMap<(Tz, Span), Arc<str>>;
/// More texts than this are not remembered.
const MOST_TEXTS: usize = 500;

/// The `VTIMEZONE` of a zone for what happens in `span`; `None` for UTC and floating times, which need none.
pub fn vtimezone(zone: &Zone, span: Span) -> Option<Arc<str>> {
    let tzid = zone.tzid()?;
    let Zone::Iana(name) = zone else {
        return Some(written(tzid, zone, span).into());
    };
    let key = (*name, span);
    let known = TEXTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = known.get(&key) {
        return Some(Arc::clone(text));
    }
    drop(known);
    let text: Arc<str> = written(tzid, zone, span).into();
    let mut known = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < MOST_TEXTS {
        known.insert(key, Arc::clone(&text));
    }
    Some(text)
}

/// A calendar that holds nothing but a zone, as `CALDAV:calendar-timezone` wants it (RFC 4791 section 5.2.2): here UTC
/// has a `VTIMEZONE` too. Right for the same span as [`vtimezone`].
pub fn zone_object(zone: &Zone, span: Span) -> String {
    let zone_text = written(zone.tzid().unwrap_or("UTC"), zone, span);
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\n{zone_text}END:VCALENDAR\r\n")
}

fn written(tzid: &str, zone: &Zone, span: Span) -> String {
    let timeline = zone.timeline();
    let (start, end) = (span.start.timestamp(), span.end.timestamp());
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{tzid}\r\n");
    let before = text.len();
    let mut single = 0;
    for run in runs(&timeline, start) {
        let begins = run.changes.first().map_or(i64::MAX, |change| change.at);
        if begins > end {
            continue;
        }
        if let Some(rule) = run.rule(timeline.end_year()) {
            text.extend(run.changes.first().map(|first| observance(first, &rule)));
            continue;
        }
        for change in run.changes.iter().filter(|change| change.at <= end) {
            single += 1;
            if single <= MOST_SINGLE {
                text.push_str(&observance(change, ""));
            }
        }
    }
    if text.len() == before {
        let offset = timeline.stretch(start).offset;
        let always = Change {
            at: -offset,
            before: offset,
            after: offset,
        };
        text.push_str(&observance(&always, ""));
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// The changes of a zone from the one in force at `start` on, sorted into runs.
fn runs(timeline: &Timeline, start: i64) -> Vec<Run> {
    let changes = timeline.changes();
    let first = changes
        .partition_point(|change| change.at <= start)
        .saturating_sub(1);
    let mut runs: Vec<Run> = Vec::new();
    for change in changes.iter().skip(first) {
        let (year, seen) = YearlyChange::seen(change);
        match runs.iter_mut().find(|run| run.goes_on_with(year, &seen)) {
            Some(run) => run.extend(year, &seen, change),
            None => runs.push(Run {
                latest_day: seen.day,
                rule: seen,
                last_year: year,
                changes: vec![*change],
            }),
        }
    }
    runs
}

impl Run {
    fn goes_on_with(&self, year: i64, seen: &YearlyChange) -> bool {
        let day = self.rule.day;
        year == self.last_year + 1
            && YearlyChange { day, ..*seen } == self.rule
            && self.latest_day.max(seen.day) - day.min(seen.day) < 7
    }

    fn extend(&mut self, year: i64, seen: &YearlyChange, change: &Change) {
        self.rule.day = self.rule.day.min(seen.day);
        self.latest_day = self.latest_day.max(seen.day);
        self.last_year = year;
        self.changes.push(*change);
    }

    /// The run as the `RRULE` line of an observance. None for a single change, and none for a change at 24:00, which
    /// no `DTSTART` can say.
    fn rule(&self, end_year: i64) -> Option<String> {
        if self.changes.len() < 2 || self.rule.time >= DAY {
            return None;
        }
        let YearlyChange {
            month,
            day,
            weekday,
            ..
        } = self.rule;
        let weekday = WEEKDAYS.get(usize::try_from(weekday).ok()?)?;
        let length = civil::days_in_month(2001, month);
        let days = if day == length - 6 {
            format!("BYDAY=-1{weekday}")
        } else if day % 7 == 1 {
            format!("BYDAY={}{weekday}", day / 7 + 1)
        } else {
            let days: Vec<_> = (day..=(day + 6).min(length))
                .map(|day| day.to_string())
                .collect();
            format!("BYMONTHDAY={};BYDAY={weekday}", days.join(","))
        };
        let until = self
            .changes
            .last()
            .filter(|_| self.last_year + 1 < end_year);
        let until = until.map(|last| format!(";UNTIL={}", utc_text(civil::instant(last.at))));
        let until = until.unwrap_or_default();
        Some(format!(
            "RRULE:FREQ=YEARLY;BYMONTH={month};{days}{until}\r\n"
        ))
    }
}

fn observance(change: &Change, rule: &str) -> String {
    let name = if change.after > change.before {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    format!(
        "BEGIN:{name}\r\nDTSTART:{}\r\nTZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\n{rule}END:{name}\r\n",
        local_text(civil::naive(change.at + change.before)),
        offset(change.before),
        offset(change.after),
    )
}

/// A UTC offset as RFC 5545 section 3.3.14 writes it.
fn offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) = (
        seconds.abs() / 3_600,
        seconds.abs() / 60 % 60,
        seconds.abs() % 60,
    );
    let seconds = if rest == 0 {
        String::new()
    } else {
        format!("{rest:02}")
    };
    format!("{sign}{hours:02}{minutes:02}{seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tz::read_vtimezone;

    /// Writes a zone under a name nobody knows, reads it back by its rules and compares the offsets.
    fn check(zone: chrono_tz::Tz, first: i64, last: i64) {
        let second = |year| civil::day_of(year, 1, 1) * DAY;
        let span = Span {
            start: civil::instant(second(first)),
            end: civil::instant(second(last)),
        };
        let text = vtimezone(&Zone::Iana(zone), span).unwrap();
        let renamed = text.replace(zone.name(), "Somewhere");
        let read =
            read_vtimezone(format!("BEGIN:VCALENDAR\r\n{renamed}END:VCALENDAR\r\n").as_bytes());
        let (read, original) = (read.unwrap().timeline(), Zone::Iana(zone).timeline());
        let mut at = second(first);
        while at < second(last) {
            assert_eq!(
                read.stretch(at).offset,
                original.stretch(at).offset,
                "{zone} at {at}\n{text}"
            );
            at += 7_200 + 5 * DAY;
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        use chrono_tz::Tz;
        let zones = [
            Tz::Europe__Vienna,
            Tz::America__New_York,
            Tz::Australia__Lord_Howe,
            Tz::America__Santiago,
            Tz::Africa__Cairo,
            Tz::Asia__Kolkata,
            Tz::Pacific__Apia,
            Tz::Europe__Dublin,
            Tz::America__Nuuk,
        ];
        for zone in zones {
            check(zone, 2005, 2045);
            check(zone, 2026, 2027);
        }
        check(Tz::Africa__Casablanca, 2024, 2034);
        check(Tz::Europe__London, 1960, 2000);
        check(Tz::Europe__Vienna, 2090, 2150);
    }

    #[test]
    fn a_doctor_in_vienna_gets_the_two_rules_everybody_knows() {
        let span = Span {
            start: civil::instant(civil::day_of(2026, 1, 1) * DAY),
            end: civil::instant(civil::day_of(2027, 1, 1) * DAY),
        };
        insta::assert_snapshot!(vtimezone(&chrono_tz::Europe::Vienna.into(), span).unwrap().replace('\r', ""), @r"
        BEGIN:VTIMEZONE
        TZID:Europe/Vienna
        BEGIN:STANDARD
        DTSTART:20251026T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:20260329T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
        END:DAYLIGHT
        END:VTIMEZONE
        ");
        assert_eq!(vtimezone(&Zone::Utc, span), None);
    }

    #[test]
    fn utc_can_be_written_where_a_zone_is_wanted() {
        let first = civil::instant(0);
        let text = zone_object(
            &Zone::Utc,
            Span {
                start: first,
                end: first,
            },
        );
        let zone = read_vtimezone(text.as_bytes()).unwrap();
        assert_eq!(zone.timeline().stretch(0).offset, 0);
    }
}
