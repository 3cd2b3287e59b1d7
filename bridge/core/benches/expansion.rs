//! How fast series become instances. The aim: a million instances a second, and a far window at once.

use std::hint::black_box;

use bridge_core::{
    ical::CalendarObject,
    recur::{self, Limits},
    time::{Instant, TimeRange},
    tz::Zone,
};
use chrono::{DateTime, TimeDelta};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LIMITS: Limits = Limits {
    instances: 100_000,
    steps: 100_000_000,
};

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn expand(object: &CalendarObject<'_>, range: TimeRange) -> usize {
    let zone = Zone::Iana(chrono_tz::Europe::Vienna);
    recur::expand(object, range, &zone, LIMITS)
        .occurrences
        .len()
}

fn year(year: i64) -> Instant {
    DateTime::UNIX_EPOCH + TimeDelta::days((year - 1970) * 365 + (year - 1969) / 4)
}

/// Many instances of one series.
fn throughput(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("instances");
    let start = "DTSTART;TZID=Europe/Vienna:20000103T090000\r\nDURATION:PT1H\r\n";
    let rules = [
        ("daily", "RRULE:FREQ=DAILY\r\n"),
        ("weekly", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR\r\n"),
        ("hourly", "RRULE:FREQ=HOURLY;BYHOUR=8,9,10,11\r\n"),
        ("monthly", "RRULE:FREQ=MONTHLY;BYDAY=-1FR\r\n"),
        ("yearly", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"),
        (
            "set positions",
            "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1\r\n",
        ),
        (
            "exceptions",
            "RRULE:FREQ=DAILY\r\nEXDATE:20100101T080000Z,20110101T080000Z\r\n",
        ),
    ];
    for (name, rule) in rules {
        let text = event(&format!("{start}{rule}"));
        let object = CalendarObject::read(text.as_bytes());
        let range = TimeRange::new(year(2000), year(2250));
        let count = u64::try_from(expand(&object, range)).unwrap_or(0);
        group.throughput(Throughput::Elements(count));
        group.bench_function(name, |bencher| {
            bencher.iter(|| expand(black_box(&object), range));
        });
    }
    group.finish();
}

/// One month of a series that began long ago.
fn windows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a month fifty years on");
    let start = "DTSTART;TZID=Europe/Vienna:19900101T090000\r\nDURATION:PT1H\r\n";
    let rules = [
        ("endless", "RRULE:FREQ=DAILY\r\n"),
        ("counted", "RRULE:FREQ=DAILY;COUNT=40000\r\n"),
        (
            "counted by walking",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=40000\r\n",
        ),
    ];
    for (name, rule) in rules {
        let text = event(&format!("{start}{rule}"));
        let object = CalendarObject::read(text.as_bytes());
        let range = TimeRange::new(year(2040), year(2040) + TimeDelta::days(31));
        group.bench_function(name, |bencher| {
            bencher.iter(|| expand(black_box(&object), range));
        });
    }
    group.finish();
}

/// Rules that have nothing to give, and give up within their budget.
fn barren(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nothing to find");
    let rules = [
        (
            "30 February",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
        ),
        (
            "every second of it",
            "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\n",
        ),
        (
            "second position of one",
            "RRULE:FREQ=SECONDLY;BYSETPOS=2\r\n",
        ),
    ];
    for (name, rule) in rules {
        let text = event(&format!("DTSTART:20260101T090000Z\r\n{rule}"));
        let object = CalendarObject::read(text.as_bytes());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let object = black_box(&object);
                recur::expand(object, TimeRange::ALL, &Zone::Utc, Limits::default())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, throughput, windows, barren);
criterion_main!(benches);
