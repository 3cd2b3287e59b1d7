//! The week of a doctor: rounds, consultation hours, visits of representatives, calls across zones, birthdays, tasks.
//!
//! It begins on the Monday of the week it is made in. The same seed and time give the same week.

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use chrono::{Datelike as _, Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::caldav::{CalDav, Role};
use crate::dataset::{definition, fold_into};

/// The calendars, with or without anything in them: name in the URL, title, colour, what it is.
const CALENDARS: [(&str, &str, &str, Role); 6] = [
    ("praxis", "Praxis", "#1BADF8FF", Role::Own),
    ("klinik", "Klinik", "#0B7A75FF", Role::Own),
    ("familie", "Familie", "#FF9500FF", Role::Own),
    (
        "dienstplan",
        "Dienstplan",
        "#CC73E1FF",
        Role::SharedForReading,
    ),
    ("feiertage", "Feiertage", "#A2845EFF", Role::Subscribed),
    ("aufgaben", "Aufgaben", "#63DA38FF", Role::Reminders),
];

const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";
const LONDON: &str = "Europe/London";

/// Adds the calendars.
pub fn add_calendars(server: &mut CalDav) {
    for (name, title, color, role) in CALENDARS {
        server.add_calendar(name, title, role);
        if let Ok(calendar) = server.calendar_mut(name) {
            color.clone_into(&mut calendar.color);
        }
    }
}

/// Fills them with the week of `now`.
///
/// # Errors
/// When a calendar is missing.
pub fn fill(server: &mut CalDav, seed: u64, now: Instant) -> Result<()> {
    for entry in entries(seed, now) {
        let name = format!("{}.ics", entry.uid);
        server
            .put_as_other(entry.calendar, &name, entry.octets(), now)
            .with_context(|| format!("{} is not there", entry.calendar))?;
    }
    Ok(())
}

/// What is in the week of `now`: calendar, UID and text of each object.
pub(super) fn objects(
    seed: u64,
    now: Instant,
) -> impl Iterator<Item = (&'static str, String, Vec<u8>)> {
    let entries = entries(seed, now).into_iter();
    entries.map(|entry| (entry.calendar, entry.uid.clone(), entry.octets()))
}

/// The calendars of events with their titles, and whether they are for reading only.
pub(super) fn calendars() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    let all = CALENDARS.into_iter();
    let events = all.filter(|(.., role)| role.component() == Some("VEVENT"));
    events.map(|(name, title, _, role)| (name, title, !role.is_writable()))
}

fn entries(seed: u64, now: Instant) -> Vec<Entry> {
    let today = now.date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let mut rng = StdRng::seed_from_u64(seed);
    let week = Week { monday };
    let entries = [
        week.clinic(),
        week.practice(&mut rng),
        week.family(),
        week.others(),
        week.tasks(),
    ];
    entries.concat()
}

struct Week {
    monday: NaiveDate,
}

/// One object.
#[derive(Clone)]
struct Entry {
    calendar: &'static str,
    uid: String,
    zone: Option<&'static str>,
    components: Vec<Component>,
}

#[derive(Clone)]
struct Component {
    kind: &'static str,
    lines: Vec<String>,
}

impl Entry {
    fn new(calendar: &'static str, uid: &str, zone: Option<&'static str>) -> Self {
        Self {
            calendar,
            uid: uid.to_owned(),
            zone,
            components: Vec::new(),
        }
    }

    fn event<S: Into<String>>(self, lines: impl IntoIterator<Item = S>) -> Self {
        self.component("VEVENT", lines)
    }

    fn component<S: Into<String>>(
        mut self,
        kind: &'static str,
        lines: impl IntoIterator<Item = S>,
    ) -> Self {
        let lines = lines.into_iter().map(Into::into).collect();
        self.components.push(Component { kind, lines });
        self
    }

    fn octets(&self) -> Vec<u8> {
        let mut out = String::with_capacity(2048);
        let mut line = |text: &str| fold_into(&mut out, text);
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line("PRODID:-//Apple Inc.//iCloud Web Calendar//EN");
        line("CALSCALE:GREGORIAN");
        let zone = self.zone.and_then(definition).unwrap_or_default();
        for text in zone {
            line(text);
        }
        for component in &self.components {
            line(&format!("BEGIN:{}", component.kind));
            line(&format!("UID:{}", self.uid));
            line("DTSTAMP:20260901T080000Z");
            for text in &component.lines {
                line(text);
            }
            line(&format!("END:{}", component.kind));
        }
        line("END:VCALENDAR");
        out.into_bytes()
    }
}

impl Week {
    /// A day of the week as `DATE`; Monday is 0.
    fn day(&self, number: u64) -> String {
        let day = self.monday + Days::new(number);
        day.format("%Y%m%d").to_string()
    }

    /// `DTSTART` and `DTEND` in a zone, on a day, from and to as `hhmm`.
    fn times(&self, zone: &str, day: u64, from: &str, to: &str) -> [String; 2] {
        let at = |name: &str, time: &str| format!("{name};TZID={zone}:{}T{time}00", self.day(day));
        [at("DTSTART", from), at("DTEND", to)]
    }

    /// Ward rounds with two changed and one dropped occurrence, theatre, a board by video, a course in New York.
    fn clinic(&self) -> Vec<Entry> {
        let at = |day: u64, time: &str| format!("TZID={BERLIN}:{}T{time}00", self.day(day));
        let [start, end] = self.times(BERLIN, 0, "0730", "0815");
        let [early, early_end] = self.times(BERLIN, 2, "0700", "0745");
        let [late, late_end] = self.times(BERLIN, 8, "0900", "0945");
        let round = Entry::new("klinik", "ward-round@klinik.example", Some(BERLIN))
            .event([
                start,
                end,
                "SUMMARY:Visite Station 3B".to_owned(),
                "LOCATION:Station 3B".to_owned(),
                "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".to_owned(),
                format!("EXDATE;{}", at(3, "0730")),
                "SEQUENCE:2".to_owned(),
                "X-CLINIC-WARD;X-FLOOR=\"3\":B".to_owned(),
            ])
            .event([
                format!("RECURRENCE-ID;{}", at(2, "0730")),
                early,
                early_end,
                "SUMMARY:Visite Station 3B (früh: OP um acht)".to_owned(),
                "SEQUENCE:2".to_owned(),
            ])
            .event([
                format!("RECURRENCE-ID;{}", at(8, "0730")),
                late,
                late_end,
                "SUMMARY:Visite Station 3B mit Studierenden".to_owned(),
                "SEQUENCE:2".to_owned(),
            ]);
        let theatre = Entry::new("klinik", "theatre@klinik.example", Some(BERLIN)).event(
            self.times(BERLIN, 2, "0800", "1330")
                .into_iter()
                .chain(["SUMMARY:OP-Tag", "LOCATION:OP 2", "TRANSP:OPAQUE"].map(str::to_owned)),
        );
        let board = Entry::new("klinik", "tumour-board@klinik.example", Some(BERLIN)).event(
            self.times(BERLIN, 1, "1600", "1700").into_iter().chain(
                [
                    "SUMMARY:Tumorboard",
                    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=12",
                    "LOCATION:https://klinik.zoom.example/j/98765432101?pwd=abcDEF",
                    "ORGANIZER;CN=Prof. Keller:mailto:keller@klinik.example",
                    "ATTENDEE;CN=Dr. Anna Müller;PARTSTAT=ACCEPTED:mailto:anna.mueller@icloud.example",
                    "ATTENDEE;CN=Dr. Yilmaz;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:yilmaz@klinik.example",
                ]
                .map(str::to_owned),
            ),
        );
        let course = Entry::new("klinik", "grand-rounds@hospital.example", Some(NEW_YORK)).event(
            self.times(NEW_YORK, 3, "0830", "0930").into_iter().chain(
                [
                    "SUMMARY:Grand rounds (New York)",
                    "DESCRIPTION:Join: https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0",
                    "CATEGORIES:CME,Cardiology",
                ]
                .map(str::to_owned),
            ),
        );
        vec![round, theatre, board, course]
    }

    /// Consultation hours and, between them, visits whose times and visitors follow from the seed.
    fn practice(&self, rng: &mut StdRng) -> Vec<Entry> {
        let hours = Entry::new("praxis", "surgery-hours@praxis.example", Some(BERLIN)).event(
            self.times(BERLIN, 0, "0830", "1200").into_iter().chain(
                [
                    "SUMMARY:Sprechstunde",
                    "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,TH,FR",
                    "LOCATION:Praxis\\, Lindenstraße 14\\, Berlin",
                ]
                .map(str::to_owned),
            ),
        );
        let mut entries = vec![hours];
        for day in 0..5 {
            for slot in 0..rng.random_range(2..5_u64) {
                entries.push(self.visit(rng, day, slot));
            }
        }
        entries
    }

    fn visit(&self, rng: &mut StdRng, day: u64, slot: u64) -> Entry {
        const VISITORS: [&str; 6] = [
            "Frau Schneider (Novapharm)",
            "Herr Öztürk (Medis)",
            "Dr. Lang (Befundbesprechung)",
            "Familie Weber",
            "Herr Novák (Studie HERZ-4)",
            "Frau Dr. Okafor",
        ];
        let start = 13 * 60 + slot * 60 + 15 * rng.random_range(0..2_u64);
        let end = start + 15 * rng.random_range(1..3_u64);
        let clock = |minutes: u64| format!("{:02}{:02}", minutes / 60, minutes % 60);
        let visitor = VISITORS
            .get(rng.random_range(0..VISITORS.len()))
            .unwrap_or(&"Besuch");
        let mut lines = Vec::from(self.times(BERLIN, day, &clock(start), &clock(end)));
        lines.push(format!("SUMMARY:{visitor}"));
        if rng.random_bool(0.4) {
            let code: u32 = rng.random_range(100..999);
            lines.push(format!("LOCATION:https://meet.google.com/abc-dxyz-{code}"));
        }
        lines.extend(
            [
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "TRIGGER:-PT10M",
                "DESCRIPTION:Erinnerung",
                "END:VALARM",
            ]
            .map(str::to_owned),
        );
        let uid = format!(
            "visit-{day}-{slot}-{:08x}@praxis.example",
            rng.random::<u32>()
        );
        Entry::new("praxis", &uid, Some(BERLIN)).event(lines)
    }

    /// An all-day birthday, school, an evening in London time, something tentative and something that takes no time.
    fn family(&self) -> Vec<Entry> {
        let all_day = |from: u64, to: u64| {
            [
                format!("DTSTART;VALUE=DATE:{}", self.day(from)),
                format!("DTEND;VALUE=DATE:{}", self.day(to)),
            ]
        };
        let birthday = Entry::new("familie", "birthday-lina@familie.example", None).event(
            all_day(5, 6).into_iter().chain(
                [
                    "SUMMARY:Lina wird acht 🎂",
                    "RRULE:FREQ=YEARLY",
                    "TRANSP:TRANSPARENT",
                ]
                .map(str::to_owned),
            ),
        );
        let school = Entry::new("familie", "school-run@familie.example", Some(BERLIN)).event(
            self.times(BERLIN, 1, "0645", "0715").into_iter().chain(
                [
                    "SUMMARY:Kinder zur Schule",
                    "RRULE:FREQ=WEEKLY;BYDAY=TU,TH",
                    "CLASS:PRIVATE",
                ]
                .map(str::to_owned),
            ),
        );
        let call = Entry::new("familie", "call-london@familie.example", Some(LONDON)).event(
            self.times(LONDON, 4, "1900", "1945")
                .into_iter()
                .chain(["SUMMARY:Anruf Tante Rose", "STATUS:TENTATIVE"].map(str::to_owned)),
        );
        let weekend = Entry::new("familie", "lake@familie.example", None).event(
            all_day(5, 7)
                .into_iter()
                .chain(["SUMMARY:Am See".to_owned()]),
        );
        vec![birthday, school, call, weekend]
    }

    /// What is for reading only: the duty roster and the public holidays.
    fn others(&self) -> Vec<Entry> {
        let duty = Entry::new("dienstplan", "duty-weekend@klinik.example", Some(BERLIN)).event([
            format!("DTSTART;TZID={BERLIN}:{}T200000", self.day(4)),
            format!("DTEND;TZID={BERLIN}:{}T080000", self.day(5)),
            "SUMMARY:Rufbereitschaft Müller".to_owned(),
        ]);
        let holiday = Entry::new("feiertage", "holiday@feiertage.example", None).event([
            format!("DTSTART;VALUE=DATE:{}", self.day(9)),
            format!("DTEND;VALUE=DATE:{}", self.day(10)),
            "SUMMARY:Feiertag".to_owned(),
            "TRANSP:TRANSPARENT".to_owned(),
        ]);
        vec![duty, holiday]
    }

    /// Tasks: one with a due time, one repeated, one without any date.
    fn tasks(&self) -> Vec<Entry> {
        let task = |uid: &str, zone, lines: &[String]| {
            Entry::new("aufgaben", uid, zone).component("VTODO", lines.iter().cloned())
        };
        vec![
            task(
                "letter@praxis.example",
                Some(BERLIN),
                &[
                    format!("DUE;TZID={BERLIN}:{}T170000", self.day(3)),
                    "SUMMARY:Arztbrief Weber".to_owned(),
                    "STATUS:NEEDS-ACTION".to_owned(),
                    "PRIORITY:1".to_owned(),
                ],
            ),
            task(
                "order@praxis.example",
                None,
                &[
                    format!("DTSTART;VALUE=DATE:{}", self.day(0)),
                    format!("DUE;VALUE=DATE:{}", self.day(1)),
                    "RRULE:FREQ=WEEKLY".to_owned(),
                    "SUMMARY:Verbandsmaterial bestellen".to_owned(),
                    "STATUS:NEEDS-ACTION".to_owned(),
                ],
            ),
            task(
                "journal@praxis.example",
                None,
                &[
                    "SUMMARY:Artikel lesen".to_owned(),
                    "STATUS:NEEDS-ACTION".to_owned(),
                ],
            ),
        ]
    }
}
