//! One event: its time first, then everything that clients hang on it.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use rand::Rng as _;
use rand::rngs::StdRng;

use super::text::{PEOPLE, fold_into, paragraphs, words};
use super::zones::{ZONES, Zone};
use super::{Object, local, weekday};

/// How the times of an event are written.
#[derive(Clone, Copy)]
enum Form {
    Zoned(&'static Zone),
    Utc,
    Floating,
    AllDay,
}

pub(super) struct Event {
    uid: String,
    form: Form,
    start: NaiveDateTime,
    length: TimeDelta,
    rules: Vec<String>,
    overrides: Vec<NaiveDateTime>,
    details: Vec<String>,
    alarms: usize,
}

impl Event {
    /// An event of any kind that starts on `day`.
    pub(super) fn draw(rng: &mut StdRng, number: usize, day: NaiveDate) -> Self {
        let mut event = Self::single(rng, number, day);
        event.form = match rng.random_range(0..100) {
            0..10 => Form::AllDay,
            10..15 => Form::Floating,
            15..25 => Form::Utc,
            25..70 => zoned(0),
            70..80 => zoned(1),
            80..88 => zoned(2),
            88..95 => zoned(3),
            _ => zoned(4),
        };
        if matches!(event.form, Form::AllDay) {
            event.start = day.and_time(chrono::NaiveTime::MIN);
            event.length = TimeDelta::days(rng.random_range(1..4));
        }
        if rng.random_range(0..100) < 14 {
            event.repeat(rng, day);
        }
        event
    }

    /// A single meeting in Berlin on `day`.
    pub(super) fn single(rng: &mut StdRng, number: usize, day: NaiveDate) -> Self {
        let quarter = rng.random_range(7 * 4..18 * 4);
        Self {
            uid: format!("{:016x}-{number}@klinik.example", rng.random::<u64>()),
            form: zoned(0),
            start: day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(15 * quarter),
            length: TimeDelta::minutes(15 * rng.random_range(1..9)),
            rules: Vec::new(),
            overrides: Vec::new(),
            details: details(rng),
            alarms: rng.random_range(0..3),
        }
    }

    /// Makes it a series: mostly weekly for some months, now and then daily, monthly, yearly or without end.
    fn repeat(&mut self, rng: &mut StdRng, day: NaiveDate) {
        let name = weekday(day);
        let end = match rng.random_range(0..100) {
            0..75 => format!(";COUNT={}", rng.random_range(4..40)),
            75..96 => {
                let until = self.start + Days::new(rng.random_range(30..300));
                match self.form {
                    Form::AllDay => format!(";UNTIL={}", until.format("%Y%m%d")),
                    Form::Floating => format!(";UNTIL={}", local(until)),
                    Form::Zoned(_) | Form::Utc => format!(";UNTIL={}Z", local(until)),
                }
            }
            _ => String::new(),
        };
        let (rule, step) = match rng.random_range(0..10) {
            0..6 => (format!("FREQ=WEEKLY;BYDAY={name}"), 7),
            6 => (format!("FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY={name}"), 14),
            7 => ("FREQ=DAILY;INTERVAL=2".to_owned(), 2),
            8 => ("FREQ=MONTHLY".to_owned(), 0),
            _ => ("FREQ=YEARLY".to_owned(), 0),
        };
        self.rules.push(format!("RRULE:{rule}{end}"));
        if step > 0 {
            self.vary(rng, step);
        }
    }

    /// Drops some occurrences and moves others.
    fn vary(&mut self, rng: &mut StdRng, step: u64) {
        let occurrence = |number: u64| self.start + Days::new(step * number);
        if rng.random_range(0..10) < 4 {
            let dropped = [occurrence(1), occurrence(3)];
            let lines = dropped.map(|at| self.form.property("EXDATE", at));
            self.rules.extend(lines);
        }
        if rng.random_range(0..10) < 4 {
            let moved = rng.random_range(1..4);
            self.overrides
                .extend((0..moved).map(|number| self.start + Days::new(step * (2 * number + 2))));
        }
    }

    pub(super) fn object(&self) -> Object {
        let mut out = String::with_capacity(4096);
        let mut line = |text: &str| fold_into(&mut out, text);
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line("PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN");
        line("CALSCALE:GREGORIAN");
        if let Form::Zoned(zone) = self.form {
            zone.definition.iter().for_each(|text| line(text));
        }
        self.component(&mut line, None);
        for &moved in &self.overrides {
            self.component(&mut line, Some(moved));
        }
        line("END:VCALENDAR");
        Object {
            name: format!("{}.ics", self.uid.replace('@', "-")),
            octets: out.into_bytes(),
        }
    }

    fn component(&self, line: &mut impl FnMut(&str), moved: Option<NaiveDateTime>) {
        let start = moved.map_or(self.start, |at| at + TimeDelta::days(1));
        line("BEGIN:VEVENT");
        line("CREATED:20261015T070000Z");
        line("LAST-MODIFIED:20261016T071500Z");
        line("DTSTAMP:20261016T071500Z");
        line(&format!("UID:{}", self.uid));
        if let Some(at) = moved {
            line(&self.form.property("RECURRENCE-ID", at));
        }
        line(&self.form.property("DTSTART", start));
        line(&self.form.property("DTEND", start + self.length));
        if moved.is_none() {
            self.rules.iter().for_each(|text| line(text));
        }
        self.details.iter().for_each(|text| line(text));
        for number in 1..=self.alarms {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&format!("TRIGGER;VALUE=DURATION:-PT{}M", 15 * number));
            line("DESCRIPTION:Erinnerung");
            line(&format!("X-WR-ALARMUID:{number}-{}", self.uid));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
}

impl Form {
    fn property(self, name: &str, at: NaiveDateTime) -> String {
        match self {
            Self::Zoned(zone) => format!("{name};TZID={}:{}", zone.tzid, local(at)),
            Self::Utc => format!("{name}:{}Z", local(at)),
            Self::Floating => format!("{name}:{}", local(at)),
            Self::AllDay => format!("{name};VALUE=DATE:{}", at.format("%Y%m%d")),
        }
    }
}

fn zoned(index: usize) -> Form {
    ZONES.get(index).map_or(Form::Utc, Form::Zoned)
}

fn details(rng: &mut StdRng) -> Vec<String> {
    let mut lines = vec![
        format!("SUMMARY:{}", words(rng, 4)),
        format!(
            "LOCATION:{}\\, Haus {}",
            words(rng, 2),
            rng.random_range(1..9)
        ),
        format!("DESCRIPTION:{}", paragraphs(rng)),
        "CLASS:PUBLIC".to_owned(),
        format!("SEQUENCE:{}", rng.random_range(0..4)),
    ];
    lines.push(match rng.random_range(0..10) {
        0 => "STATUS:TENTATIVE".to_owned(),
        1 => "STATUS:CANCELLED".to_owned(),
        _ => "STATUS:CONFIRMED".to_owned(),
    });
    lines.push(match rng.random_range(0..10) {
        0..2 => "TRANSP:TRANSPARENT".to_owned(),
        _ => "TRANSP:OPAQUE".to_owned(),
    });
    invite(rng, &mut lines);
    lines.push(format!("CATEGORIES:{},{}", words(rng, 1), words(rng, 1)));
    lines.push("X-MOZ-LASTACK:20261016T071500Z".to_owned());
    lines.push("X-MICROSOFT-CDO-BUSYSTATUS:BUSY".to_owned());
    lines.push("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC".to_owned());
    lines
}

fn invite(rng: &mut StdRng, lines: &mut Vec<String>) {
    let guests = match rng.random_range(0..10) {
        0..4 => 0,
        _ => rng.random_range(1..7),
    };
    if guests > 0 {
        lines.push("ORGANIZER;CN=Dr. Anna Müller:mailto:anna.mueller@klinik.example".to_owned());
    }
    for (name, address) in PEOPLE.iter().take(guests) {
        lines.push(format!(
            "ATTENDEE;CN={name};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{address}"
        ));
    }
}
