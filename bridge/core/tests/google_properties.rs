//! Google's events as calendar text and back, for events that nobody thought of: what is not changed writes nothing, and
//! one change writes one member.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like the tests themselves"
)]

use bridge_core::{
    google,
    ical::{ComponentSet, Limits, check_storable},
    projection::{Access, Act, Alarm, AlarmKind, Body, CalendarContext, Plan, Source},
    tz::Zone,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn ctx() -> CalendarContext {
    CalendarContext {
        zone: Zone::named("Europe/Vienna").unwrap(),
        own_addresses: vec!["doctor@praxis.example".to_owned()],
        default_alarms: vec![Alarm {
            minutes: 10,
            kind: AlarmKind::Display,
        }],
        access: Access::Write,
    }
}

/// Text as people and programs leave it: marks of the syntax, line breaks, other scripts, blanks at the ends.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,;:\\\\\"'<>&äöü☕中]{1,60}",
        "(line\n){1,3}end",
        Just("<p>Hallo <b>Welt</b></p><br>&amp; mehr".to_owned()),
        Just("a\\nb\\,c".to_owned()),
    ]
}

/// One member or none.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<(&'static str, Value)>> {
    prop::option::of(value.prop_map(move |value| (name, value))).boxed()
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(words).prop_map(Value::from)
}

fn times() -> impl Strategy<Value = (Value, Value)> {
    let zones = prop::sample::select(&["Europe/Vienna", "America/New_York", "UTC", "Asia/Kolkata"]);
    let timed = (
        1..28_u32,
        0..24_u32,
        prop::sample::select(&[0, 15, 30, 59]),
        zones,
        any::<bool>(),
    );
    let timed = timed.prop_map(|(day, hour, minute, zone, has_zone)| {
        let at = |hour: u32| {
            let text = format!("2026-03-{day:02}T{hour:02}:{minute:02}:00Z");
            if has_zone {
                json!({"dateTime": text, "timeZone": zone})
            } else {
                json!({"dateTime": text})
            }
        };
        (at(hour), at(23.max(hour)))
    });
    let days = (1..14_u32, 1..14_u32).prop_map(|(from, length)| {
        let day = |day: u32| json!({"date": format!("2026-03-{day:02}")});
        (day(from), day(from + length))
    });
    prop_oneof![timed, days]
}

fn guests() -> impl Strategy<Value = Value> {
    let answers = one_of(&[
        "accepted",
        "declined",
        "tentative",
        "needsAction",
        "inventedLater",
    ]);
    let guest = (
        "[a-z]{1,8}",
        answers,
        prop::option::of(text()),
        any::<bool>(),
    );
    let guest = guest.prop_map(|(name, answer, display, optional)| {
        let mut guest = json!({"email": format!("{name}@praxis.example"), "responseStatus": answer,
            "additionalGuests": 1});
        if let Some(display) = display {
            guest["displayName"] = json!(display);
        }
        if optional {
            guest["optional"] = json!(true);
        }
        guest
    });
    prop::collection::vec(guest, 1..4).prop_map(Value::from)
}

fn reminders() -> impl Strategy<Value = Value> {
    let one = (one_of(&["popup", "email", "inventedLater"]), 0..40_320_u32);
    let one = one.prop_map(|(method, minutes)| json!({"method": method, "minutes": minutes}));
    let own = prop::collection::vec(one, 0..5);
    let own = own.prop_map(|all| json!({"useDefault": false, "overrides": all}));
    prop_oneof![Just(json!({"useDefault": true})), own]
}

/// Members with few values, some of them invented later.
const WORDS: [(&str, &[&str]); 5] = [
    ("status", &["confirmed", "tentative", "inventedLater"]),
    ("transparency", &["transparent", "opaque", "inventedLater"]),
    (
        "visibility",
        &["default", "public", "private", "inventedLater"],
    ),
    ("colorId", &["1", "11", "12", "blue"]),
    ("eventType", &["default", "outOfOffice", "inventedLater"]),
];

const RULES: &[&str] = &[
    "RRULE:FREQ=DAILY;COUNT=5",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,WE",
    "RRULE:FREQ=YEARLY",
];

/// Members that are shown and never written, and some that nobody here knows.
fn passed_through() -> [(&'static str, Value); 5] {
    let call = "https://meet.google.com/abc-defg-hij";
    [
        ("hangoutLink", json!(call)),
        (
            "conferenceData",
            json!({"entryPoints": [{"entryPointType": "video", "uri": call, "invented": 1}]}),
        ),
        (
            "extendedProperties",
            json!({"private": {"other": "1"}, "shared": {"a": "b"}}),
        ),
        (
            "source",
            json!({"url": "https://praxis.example/1", "title": "T"}),
        ),
        ("inventedLater", json!({"deep": [1, null]})),
    ]
}

/// An event, with members that are known here and members that are not.
fn event() -> impl Strategy<Value = Map<String, Value>> {
    let texts = ["summary", "description", "location"].into_iter();
    let texts = texts.map(|name| maybe(name, text().prop_map(Value::from)));
    let words = WORDS
        .into_iter()
        .map(|(name, words)| maybe(name, one_of(words)));
    let passed = passed_through().into_iter();
    let passed = passed.map(|(name, value)| maybe(name, Just(value)));
    let others = [
        maybe("attendees", guests()),
        maybe("reminders", reminders()),
        maybe("sequence", (0..9_i64).prop_map(Value::from)),
        maybe("recurrence", one_of(RULES).prop_map(|rule| json!([rule]))),
    ];
    let said: Vec<_> = texts.chain(words).chain(passed).chain(others).collect();
    (said, times()).prop_map(|(said, (start, end))| {
        let mut event: Map<String, Value> = said
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut end = end;
        let mut start = start;
        // Google gives every series a zone.
        if event.contains_key("recurrence") && start.get("dateTime").is_some() {
            for time in [&mut start, &mut end] {
                time["timeZone"] = json!("Europe/Vienna");
            }
        }
        let minted = [
            ("id", json!("m")),
            ("etag", json!("\"1\"")),
            ("iCalUID", json!("m@google.com")),
            ("start", start),
            ("end", end),
            ("updated", json!("2026-03-01T10:00:00.000Z")),
        ];
        event.extend(minted.map(|(name, value)| (name.to_owned(), value)));
        event
    })
}

fn source(events: &[&Map<String, Value>]) -> Source {
    let part = |event: &&Map<String, Value>| {
        let body = Body::new(&Value::Object((*event).clone()).to_string()).unwrap();
        google::part(body).unwrap()
    };
    Source::new(events.iter().map(part))
}

/// The series and an exception of it, and an occurrence that does not take place.
fn with_exceptions(series: &Map<String, Value>, other: &Map<String, Value>) -> Source {
    let day = series["start"].get("date").is_some();
    let original = |number: u32| {
        if day {
            json!({"date": format!("2026-03-{number:02}")})
        } else {
            json!({"dateTime": format!("2026-03-{number:02}T08:00:00Z")})
        }
    };
    let mut exception = other.clone();
    exception.remove("recurrence");
    exception.extend([
        ("id".to_owned(), json!("m_1")),
        ("recurringEventId".to_owned(), json!("m")),
        ("originalStartTime".to_owned(), original(20)),
    ]);
    let gone = json!({"id": "m_2", "etag": "\"1\"", "status": "cancelled", "recurringEventId": "m",
        "originalStartTime": original(21)});
    source(&[gone.as_object().unwrap(), &exception, series])
}

fn plan(source: &Source, agreed: Option<&[u8]>, wanted: &[u8]) -> Plan {
    google::plan(Some(source), agreed, wanted, &ctx()).unwrap()
}

proptest! {
    #[test]
    fn p_41_what_is_not_changed_is_not_written(event in event(), other in event()) {
        let mut sources = vec![source(&[&event])];
        if event.contains_key("recurrence") {
            sources.push(with_exceptions(&event, &other));
        }
        for source in sources {
            let said = google::project(&source, &ctx()).octets.unwrap();
            prop_assert_eq!(&said, &google::project(&source, &ctx()).octets.unwrap());
            check_storable(&said, ComponentSet::ALL, Limits::default()).unwrap();
            for agreed in [Some(&said[..]), None] {
                let plan = plan(&source, agreed, &said);
                prop_assert_eq!(plan, Plan::default());
            }
        }
    }

    #[test]
    fn p_42_a_new_title_writes_the_title_alone(mut event in event()) {
        event.insert("summary".to_owned(), json!("Before"));
        event.remove("eventType");
        let source = source(&[&event]);
        let said = google::project(&source, &ctx()).octets.unwrap();
        let said = String::from_utf8(said).unwrap();
        let wanted = said.replacen("\r\nSUMMARY:Before\r\n", "\r\nSUMMARY:After\r\n", 1);
        prop_assert_ne!(&said, &wanted);
        let plan = plan(&source, None, wanted.as_bytes());
        let [write] = &plan.writes[..] else {
            panic!("{plan:?}")
        };
        let Act::Patch(fields) = &write.act else {
            panic!("{plan:?}")
        };
        prop_assert_eq!(Value::Object(fields.clone()), json!({"summary": "After"}));
    }
}
