//! Google's events as calendar text and back, through the public API.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail like the tests themselves"
)]

use bridge_core::{
    google,
    ical::{CalendarObject, ComponentSet, Limits, check_storable},
    projection::{
        Access, Act, Alarm, AlarmKind, Body, CalendarContext, Notify, Plan, Reason, Source, Target,
        overlay,
    },
    recur::{self, expand},
    time::TimeRange,
    tz::Zone,
};
use serde_json::{Value, json};

const SERIES: &str = include_str!("corpora/google/series-with-guests.json");

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

fn source_of(events: &Value) -> Source {
    let events = events.as_array().unwrap();
    Source::new(
        events
            .iter()
            .map(|event| google::part(Body::new(&event.to_string()).unwrap()).unwrap()),
    )
}

fn series() -> Source {
    source_of(&serde_json::from_str(SERIES).unwrap())
}

fn text(source: &Source) -> String {
    String::from_utf8(google::project(source, &ctx()).octets.unwrap()).unwrap()
}

fn planned(source: &Source, from: &str, to: &str) -> Plan {
    let said = text(source);
    let wanted = said.replacen(from, to, 1);
    assert_ne!(said, wanted, "{from} is not in the text");
    google::plan(
        Some(source),
        Some(said.as_bytes()),
        wanted.as_bytes(),
        &ctx(),
    )
    .unwrap()
}

fn patch(plan: &Plan) -> Value {
    let [write] = &plan.writes[..] else {
        panic!("{plan:?}")
    };
    match &write.act {
        Act::Patch(fields) | Act::Respond { fields, .. } => Value::Object(fields.clone()),
        act => panic!("{act:?}"),
    }
}

#[test]
fn p_40_the_same_source_is_the_same_octets_and_may_be_stored() {
    let once = text(&series());
    assert_eq!(once, text(&series()));
    check_storable(once.as_bytes(), ComponentSet::ALL, Limits::default()).unwrap();
    insta::assert_snapshot!(once.replace('\r', ""));
}

#[test]
fn p_41_what_is_not_changed_is_not_written() {
    let said = text(&series());
    for agreed in [Some(said.as_bytes()), None] {
        let plan = google::plan(Some(&series()), agreed, said.as_bytes(), &ctx()).unwrap();
        assert_eq!(plan, Plan::default());
    }
}

#[test]
fn p_42_one_property_is_one_member() {
    let cases = [
        ("SUMMARY:Team", "SUMMARY:Das Team", "summary"),
        ("LOCATION:", "LOCATION:Im ", "location"),
        ("STATUS:CONFIRMED", "STATUS:TENTATIVE", "status"),
        ("COUNT=8", "COUNT=9", "recurrence"),
        ("TRIGGER:-PT10M", "TRIGGER:-PT20M", "reminders"),
        ("STATUS:CONFIRMED", "CLASS:PRIVATE", "visibility"),
    ];
    for (from, to, member) in cases {
        let fields = patch(&planned(&series(), from, to));
        assert_eq!(
            fields.as_object().unwrap().keys().collect::<Vec<_>>(),
            [member]
        );
    }
}

#[test]
fn p_43_a_list_of_guests_keeps_what_google_says_of_each() {
    let plan = planned(&series(), "ROLE=OPT-PARTICIPANT;", "");
    let fields = patch(&plan);
    let anna = &fields["attendees"][1];
    let expected = json!({"email":"anna@praxis.example","responseStatus":"tentative",
        "comment":"komme später","additionalGuests":1});
    assert_eq!(anna, &expected);
    assert_eq!(plan.writes[0].notify, Notify::Guests);
}

#[test]
fn p_44_the_own_answer_goes_alone() {
    let plan = planned(&series(), "PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED");
    assert_eq!(
        patch(&plan),
        json!({"attendees":[{"email":"doctor@praxis.example","responseStatus":"declined"}],
            "attendeesOmitted":true})
    );
    assert!(matches!(plan.writes[0].act, Act::Respond { .. }));
}

#[test]
fn p_45_a_cancelled_occurrence_is_an_exdate_and_back() {
    let said = text(&series());
    let object = CalendarObject::read(said.as_bytes());
    let zone = Zone::named("Europe/Vienna").unwrap();
    let found = expand(&object, TimeRange::ALL, &zone, recur::Limits::default());
    assert_eq!(found.occurrences.len(), 7);
    let line = said
        .lines()
        .find(|line| line.starts_with("EXDATE"))
        .unwrap();
    let back = planned(&series(), &format!("{line}\r\n"), "");
    assert_eq!(patch(&back), json!({"status":"confirmed"}));
    let more = planned(
        &series(),
        line,
        &format!("{},20260406T090000", line.trim_end()),
    );
    assert!(matches!(&more.writes[..], [write]
        if write.act == Act::Delete && matches!(write.target, Target::Instance(_))));
}

#[test]
fn p_46_what_has_no_form_stays_here_and_survives_the_next_download() {
    let plan = planned(
        &series(),
        "SEQUENCE:1\r\n",
        "SEQUENCE:1\r\nCATEGORIES:Praxis\r\nX-A:1\r\n",
    );
    assert!(plan.writes.is_empty());
    let kept: Vec<_> = plan
        .kept_here
        .iter()
        .map(|kept| kept.property.as_str())
        .collect();
    assert_eq!(kept, ["CATEGORIES", "X-A"]);
    let said = text(&series());
    let agreed = said.replacen("SEQUENCE:1\r\n", "SEQUENCE:1\r\nX-A:1\r\n", 1);
    let now = said.replacen("SUMMARY:Team", "SUMMARY:Neu", 1);
    let next = overlay(said.as_bytes(), agreed.as_bytes(), now.as_bytes());
    let next = String::from_utf8(next).unwrap();
    assert!(next.contains("X-A:1\r\n") && next.contains("SUMMARY:Neu"));
}

#[test]
fn p_47_what_others_keep_is_refused_by_name() {
    let mut events: Value = serde_json::from_str(SERIES).unwrap();
    events[0]["organizer"] = json!({"email":"boss@praxis.example"});
    let refused = |events: &Value, from: &str, to: &str| {
        let source = source_of(events);
        let said = text(&source);
        let wanted = said.replacen(from, to, 1);
        let error = google::plan(
            Some(&source),
            Some(said.as_bytes()),
            wanted.as_bytes(),
            &ctx(),
        );
        let error = error.unwrap_err();
        (error.property, error.reason)
    };
    let summary = ("SUMMARY:Team", "SUMMARY:Das Team");
    assert_eq!(
        refused(&events, summary.0, summary.1),
        ("SUMMARY".to_owned(), Reason::NotOrganizer)
    );
    events[0]["eventType"] = json!("somethingNew");
    let kind = refused(&events, summary.0, summary.1).1;
    assert_eq!(kind, Reason::KeptByProvider);
    let mut hidden: Value = serde_json::from_str(SERIES).unwrap();
    hidden[0]["attendeesOmitted"] = json!(true);
    assert_eq!(
        refused(&hidden, "ROLE=OPT-PARTICIPANT;", ""),
        ("ATTENDEE".to_owned(), Reason::NotWhole)
    );
}
