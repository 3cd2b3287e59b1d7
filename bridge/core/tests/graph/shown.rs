use bridge_core::{
    graph,
    ical::{ComponentSet, Limits, check_storable},
    projection::{BadSource, Plan, Role, Source, TroubleKind},
};
use serde_json::json;

use crate::{ALL, CONGRESS, ODD, ctx, edited, patch, source, text, with};

#[test]
fn g_20_the_same_source_is_the_same_octets_and_may_be_stored() {
    for (name, event) in [
        "series",
        "invitation",
        "congress",
        "monthly",
        "inventory",
        "odd",
    ]
    .iter()
    .zip(ALL)
    {
        let once = text(&source(event));
        assert_eq!(
            once,
            text(&Source::from_bytes(&source(event).to_bytes()).unwrap())
        );
        check_storable(once.as_bytes(), ComponentSet::ALL, Limits::default()).unwrap();
        let zones = once.find("BEGIN:VEVENT").unwrap();
        insta::assert_snapshot!(*name, once[zones..].replace('\r', ""));
    }
}

#[test]
fn g_21_what_is_not_changed_is_not_written() {
    for event in ALL {
        let source = source(event);
        let said = text(&source);
        for agreed in [Some(said.as_bytes()), None] {
            let plan = graph::plan(Some(&source), agreed, said.as_bytes(), &ctx()).unwrap();
            assert_eq!(plan, Plan::default());
        }
    }
}

#[test]
fn g_33_a_day_is_the_same_day_however_its_midnight_is_said() {
    let expected = text(&source(CONGRESS));
    let moved = with(CONGRESS, |event| {
        event["start"]["dateTime"] = json!("2026-05-13T22:00:00.0000000");
        event["end"]["dateTime"] = json!("2026-05-16T22:00:00.0000000");
    });
    assert_eq!(text(&moved), expected);
    let there = with(CONGRESS, |event| {
        for name in ["start", "end"] {
            event[name]["timeZone"] = json!("W. Europe Standard Time");
        }
    });
    assert_eq!(text(&there), expected);
    assert!(expected.contains("DTSTART;VALUE=DATE:20260514\r\nDTEND;VALUE=DATE:20260517\r\n"));
}

#[test]
fn g_34_an_answer_is_taken_apart_without_losing_an_octet() {
    let odd = r#"{"id":"m","@odata.etag":"W/\"1\"","new":{"z":1.50,"a":"\u00fc"},"exceptionOccurrences":[{"id":"x","changeKey":"k","type":"exception","y":1e3}],"type":"seriesMaster"}"#;
    let source = source(odd);
    let main = source.main().unwrap();
    let expected =
        r#"{"id":"m","@odata.etag":"W/\"1\"","new":{"z":1.50,"a":"\u00fc"},"type":"seriesMaster"}"#;
    assert_eq!(
        (main.body.as_str(), main.etag.as_str()),
        (expected, "W/\"1\"")
    );
    let exceptions: Vec<_> = source.of(Role::Exception).collect();
    assert_eq!(
        exceptions[0].body.as_str(),
        r#"{"id":"x","changeKey":"k","type":"exception","y":1e3}"#
    );
    assert_eq!(exceptions[0].etag.as_str(), "W/\"k\"");
    for bad in [
        "",
        "[]",
        "{}",
        "{\"id\":null}",
        "{\"id\":\"a\",\"exceptionOccurrences\":[{}]}",
    ] {
        assert_eq!(graph::source(bad), Err(BadSource), "{bad}");
    }
}

#[test]
fn g_35_values_that_were_invented_later_are_named_and_survive() {
    let members = [
        ("showAs", json!("later")),
        ("sensitivity", json!("later")),
        ("importance", json!("later")),
        (
            "recurrence",
            json!({"pattern": {"type": "later", "interval": 1}, "range": {"type": "noEnd"}}),
        ),
    ];
    for (member, value) in members {
        let source = with(CONGRESS, |event| event[member] = value);
        let projected = graph::project(&source, &ctx());
        let named = projected
            .problems
            .iter()
            .any(|one| one.member == member && one.kind == TroubleKind::UnknownValue);
        assert!(named, "{member}");
        let fields = patch(&edited(&source, "SUMMARY:Kongress", "SUMMARY:Tagung").unwrap());
        assert_eq!(fields, json!({"subject": "Tagung"}), "{member}");
    }
    let custom = graph::project(&source(ODD), &ctx()).problems;
    assert!(
        custom
            .iter()
            .any(|one| one.kind == TroubleKind::UnknownZone)
    );
}
