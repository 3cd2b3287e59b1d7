//! Graph's events as calendar text and back, through the public API.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like the tests themselves"
)]

use bridge_core::{
    graph,
    ical::{CalendarObject, ComponentSet, Limits, check_storable},
    projection::{
        Access, Act, Answer, BadSource, CalendarContext, Inexpressible, Notify, Plan, Reason, Role,
        Source, Target, TroubleKind, overlay, to_text,
    },
    recur::{self, expand},
    time::TimeRange,
    tz::Zone,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const SERIES: &str = include_str!("corpora/graph/series.json");
const INVITATION: &str = include_str!("corpora/graph/invitation.json");
const CONGRESS: &str = include_str!("corpora/graph/congress.json");
const MONTHLY: &str = include_str!("corpora/graph/monthly.json");
const INVENTORY: &str = include_str!("corpora/graph/inventory.json");
const ODD: &str = include_str!("corpora/graph/odd.json");
const ALL: [&str; 6] = [SERIES, INVITATION, CONGRESS, MONTHLY, INVENTORY, ODD];

fn ctx() -> CalendarContext {
    CalendarContext {
        zone: Zone::named("Europe/Vienna").unwrap(),
        own_addresses: vec!["doctor@praxis.example".to_owned()],
        default_alarms: Vec::new(),
        access: Access::Write,
    }
}

fn source(event: &str) -> Source {
    graph::source(event).unwrap()
}

fn with(event: &str, change: impl FnOnce(&mut Value)) -> Source {
    let mut event: Value = serde_json::from_str(event).unwrap();
    change(&mut event);
    source(&event.to_string())
}

fn text(source: &Source) -> String {
    String::from_utf8(graph::project(source, &ctx()).octets.unwrap()).unwrap()
}

fn plan(source: &Source, wanted: &str) -> Result<Plan, Inexpressible> {
    graph::plan(
        Some(source),
        Some(text(source).as_bytes()),
        wanted.as_bytes(),
        &ctx(),
    )
}

fn edited(source: &Source, from: &str, to: &str) -> Result<Plan, Inexpressible> {
    let said = text(source);
    let wanted = said.replacen(from, to, 1);
    assert_ne!(said, wanted, "{from} is not in {said}");
    plan(source, &wanted)
}

fn patch(plan: &Plan) -> Value {
    let [write] = &plan.writes[..] else {
        panic!("{plan:?}")
    };
    match &write.act {
        Act::Patch(fields) => Value::Object(fields.clone()),
        act => panic!("{act:?}"),
    }
}

fn refusal(plan: Result<Plan, Inexpressible>) -> (String, Reason) {
    let error = plan.unwrap_err();
    (error.property, error.reason)
}

fn kept(plan: &Plan) -> Vec<&str> {
    plan.kept_here
        .iter()
        .map(|kept| kept.property.as_str())
        .collect()
}

fn starts(text: &str) -> Vec<String> {
    let object = CalendarObject::read(text.as_bytes());
    let range = TimeRange::ALL;
    let limits = recur::Limits {
        instances: 50,
        ..recur::Limits::default()
    };
    let found = expand(&object, range, &ctx().zone, limits);
    found
        .occurrences
        .iter()
        .map(|one| one.local_start.format("%Y-%m-%d %H:%M").to_string())
        .collect()
}

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
fn g_22_one_property_is_one_member() {
    let cases = [
        (SERIES, "SUMMARY:Team", "SUMMARY:Das Team", "subject"),
        (SERIES, "LOCATION:", "LOCATION:Im ", "location"),
        (SERIES, "STATUS:CONFIRMED", "STATUS:TENTATIVE", "showAs"),
        (
            SERIES,
            "STATUS:CONFIRMED",
            "CLASS:CONFIDENTIAL",
            "sensitivity",
        ),
        (SERIES, "STATUS:CONFIRMED", "PRIORITY:2", "importance"),
        (
            INVENTORY,
            "BYSETPOS=-1",
            "BYSETPOS=-1;COUNT=9",
            "recurrence",
        ),
        (
            SERIES,
            "TRIGGER:-PT15M",
            "TRIGGER:-PT20M",
            "reminderMinutesBeforeStart",
        ),
        (
            SERIES,
            "CATEGORIES:Praxis",
            "CATEGORIES:Ordination",
            "categories",
        ),
        (
            SERIES,
            "DTEND;TZID=Europe/Vienna:20260302T094500",
            "DTEND;TZID=Europe/Vienna:20260302T100000",
            "end",
        ),
        (
            SERIES,
            "DESCRIPTION:Agenda",
            "DESCRIPTION:Neue Agenda",
            "body",
        ),
        (SERIES, "ROLE=OPT-PARTICIPANT;", "", "attendees"),
        (
            CONGRESS,
            "DTEND;VALUE=DATE:20260517",
            "DTEND;VALUE=DATE:20260518",
            "end",
        ),
        (INVITATION, "TRANSP:OPAQUE", "TRANSP:TRANSPARENT", "showAs"),
        (
            ODD,
            "X-PHARMADOC-BOOKING:b-17",
            "X-PHARMADOC-BOOKING:b-18",
            "singleValueExtendedProperties",
        ),
    ];
    for (event, from, to, member) in cases {
        let fields = patch(&edited(&source(event), from, to).unwrap());
        assert_eq!(
            fields.as_object().unwrap().keys().collect::<Vec<_>>(),
            [member]
        );
    }
    let off = text(&source(SERIES));
    let start = off.find("BEGIN:VALARM").unwrap();
    let end = off.find("END:VALARM\r\n").unwrap() + "END:VALARM\r\n".len();
    let off = [&off[..start], &off[end..]].concat();
    assert_eq!(
        patch(&plan(&source(SERIES), &off).unwrap()),
        json!({"isReminderOn": false})
    );
}

#[test]
fn g_23_a_list_of_guests_keeps_what_graph_says_of_each() {
    let plan = edited(&source(SERIES), "ROLE=OPT-PARTICIPANT;", "").unwrap();
    let anna = &patch(&plan)["attendees"][0];
    assert_eq!(anna["type"], "required");
    assert_eq!(
        anna["emailAddress"],
        json!({"name": "Anna Huber", "address": "Anna@praxis.example"})
    );
    assert_eq!(anna["proposedNewTime"]["start"]["timeZone"], "UTC");
    assert!(anna.get("status").is_none(), "answers are not ours");
    assert_eq!(plan.writes[0].notify, Notify::Guests);
    let silent =
        "SCHEDULE-AGENT=CLIENT;ROLE=OPT-PARTICIPANT:mailto:new@praxis.example\r\nATTENDEE;";
    let plan = edited(&source(SERIES), "ATTENDEE;", &format!("ATTENDEE;{silent}")).unwrap();
    assert_eq!(
        (plan.writes.len(), &kept(&plan)[..]),
        (0, &["ATTENDEE"][..]),
        "Exchange would mail"
    );
}

#[test]
fn g_24_the_own_answer_is_an_action() {
    for (partstat, answer) in [
        ("ACCEPTED", Answer::Accepted),
        ("DECLINED", Answer::Declined),
        ("TENTATIVE", Answer::Tentative),
    ] {
        let to = format!("PARTSTAT={partstat}:mailto:Doctor");
        let plan = edited(
            &source(INVITATION),
            "PARTSTAT=NEEDS-ACTION:mailto:Doctor",
            &to,
        )
        .unwrap();
        assert!(plan.kept_here.is_empty());
        let [write] = &plan.writes[..] else {
            panic!("{plan:?}")
        };
        let is_answer = matches!(&write.act, Act::Respond { answer: said, fields, .. }
            if *said == answer && fields.is_empty());
        assert!(is_answer, "{write:?}");
    }
    let accepted = with(INVITATION, |event| {
        event["responseStatus"]["response"] = json!("accepted")
    });
    assert!(text(&accepted).contains("PARTSTAT=ACCEPTED:mailto:Doctor"));
    let undone = edited(
        &accepted,
        "PARTSTAT=ACCEPTED:mailto:Doctor",
        "PARTSTAT=NEEDS-ACTION:mailto:Doctor",
    )
    .unwrap();
    assert_eq!(
        (undone.writes.len(), &kept(&undone)[..]),
        (0, &["ATTENDEE"][..])
    );
    let by_list = with(INVITATION, |event| event["attendees"] = json!([]));
    assert!(text(&by_list).contains("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:doctor@praxis.example"));
}

#[test]
fn g_25_an_occurrence_that_does_not_take_place_is_an_exdate_and_stays_away() {
    let series = source(SERIES);
    let said = text(&series);
    let days = starts(&said);
    assert_eq!(days.len(), 7);
    assert!(!days.contains(&"2026-03-30 09:00".to_owned()));
    assert!(days.contains(&"2026-03-10 14:00".to_owned()), "moved");
    let line = said
        .lines()
        .find(|line| line.starts_with("EXDATE"))
        .unwrap();
    let back = edited(&series, &format!("{line}\r\n"), "");
    assert_eq!(refusal(back), ("EXDATE".to_owned(), Reason::TakenOut));
    let more = edited(&series, line, &format!("{line},20260406T090000")).unwrap();
    assert!(
        matches!(&more.writes[..], [write]
        if write.act == Act::Delete && matches!(write.target, Target::Instance(_))),
        "{more:?}"
    );
    let moved = edited(&series, line, &format!("{line},20260309T090000")).unwrap();
    assert!(
        matches!(&moved.writes[..], [write]
        if write.act == Act::Delete && matches!(write.target, Target::Part { .. })),
        "{moved:?}"
    );
    // Outlook's last day of the month: the one of February does not take place.
    let months = starts(&text(&source(MONTHLY)));
    assert_eq!(
        months[..3],
        ["2026-01-31 00:00", "2026-03-31 00:00", "2026-04-30 00:00"]
    );
}

#[test]
fn g_26_a_body_is_written_with_the_block_of_its_meeting() {
    let series = source(SERIES);
    let event: Value = serde_json::from_str(SERIES).unwrap();
    let html = event["body"]["content"].as_str().unwrap();
    let from = html.find("<div style=\"white-space").unwrap();
    let block = &html[from..html.find("</body>").unwrap()];
    let written = |plan: &Plan| {
        let body = patch(plan)["body"].clone();
        assert_eq!(body["contentType"], "html");
        body["content"].as_str().unwrap().to_owned()
    };
    let content =
        written(&edited(&series, "DESCRIPTION:Agenda", "DESCRIPTION:Neue Agenda").unwrap());
    assert_eq!(content.matches(block).count(), 1, "{content}");
    assert!(content.find("Neue Agenda").unwrap() < content.find(block).unwrap());
    assert_eq!(
        content.matches("teilnehmen").count(),
        1,
        "once as a block, not again as text"
    );
    // A client that threw the whole text away does not throw the meeting away.
    let said = text(&series);
    let object = CalendarObject::read(said.as_bytes());
    let description = object.master().unwrap().property("DESCRIPTION").unwrap();
    let plain = said.replacen(
        std::str::from_utf8(description.octets()).unwrap(),
        "DESCRIPTION:Kurz\r\n",
        1,
    );
    let content = written(&plan(&series, &plain).unwrap());
    assert!(
        content.contains(block) && content.contains("Kurz"),
        "{content}"
    );
    // The old form is not told from the text: the bare link is better than none.
    let bare = with(SERIES, |event| {
        event["body"] = json!({"contentType": "text", "content": "Agenda"})
    });
    let content = written(&edited(&bare, "DESCRIPTION:Agenda", "DESCRIPTION:Kurz").unwrap());
    assert!(
        content.contains("href=\"https://teams.microsoft.com/l/meetup-join/"),
        "{content}"
    );
    // Without a meeting, text stays text, and only what a person changed is sent.
    let plain = with(CONGRESS, |event| {
        event["body"] = json!({"contentType": "text", "content": "Agenda"})
    });
    let sent = patch(&edited(&plain, "DESCRIPTION:Agenda", "DESCRIPTION:a < b").unwrap());
    assert_eq!(
        sent,
        json!({"body": {"contentType": "text", "content": "a < b"}})
    );
    let html = with(CONGRESS, |event| {
        event["body"] = json!({"contentType": "html", "content": "<p>Agenda</p>"})
    });
    let sent = patch(&edited(&html, "DESCRIPTION:Agenda", "DESCRIPTION:a < b").unwrap());
    assert_eq!(to_text(sent["body"]["content"].as_str().unwrap()), "a < b");
}

#[test]
fn g_27_the_state_of_the_owner_is_exact() {
    let cases = [
        // What Graph has, what is edited, what is written.
        ("oof", "TRANSP:OPAQUE", "TRANSP:TRANSPARENT", Some("free")),
        ("oof", "SUMMARY:Kongress", "SUMMARY:Tagung", None),
        (
            "workingElsewhere",
            "TRANSP:TRANSPARENT",
            "TRANSP:OPAQUE",
            Some("busy"),
        ),
        (
            "tentative",
            "STATUS:TENTATIVE",
            "STATUS:CONFIRMED",
            Some("busy"),
        ),
        (
            "busy",
            "STATUS:CONFIRMED",
            "STATUS:TENTATIVE",
            Some("tentative"),
        ),
        ("busy", "BUSYSTATUS:BUSY", "BUSYSTATUS:OOF", Some("oof")),
        ("busy", "BUSYSTATUS:BUSY", "BUSYSTATUS:FREE", Some("free")),
        (
            "newState",
            "TRANSP:OPAQUE",
            "TRANSP:TRANSPARENT",
            Some("free"),
        ),
        ("newState", "SUMMARY:Kongress", "SUMMARY:Tagung", None),
    ];
    for (has, from, to, writes) in cases {
        let source = with(CONGRESS, |event| event["showAs"] = json!(has));
        let fields = patch(&edited(&source, from, to).unwrap());
        assert_eq!(
            fields.get("showAs").and_then(Value::as_str),
            writes,
            "{has} {to}"
        );
    }
}

#[test]
fn g_28_what_has_no_form_stays_here_and_survives_the_next_download() {
    let series = source(SERIES);
    let extra = "X-A:1\r\nURL:https://praxis.example\r\nGEO:48.2;16.37\r\nSTATUS:CONFIRMED";
    let plan = edited(&series, "STATUS:CONFIRMED", extra).unwrap();
    assert!(plan.writes.is_empty());
    assert_eq!(kept(&plan), ["GEO", "URL", "X-A"]);
    let second = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT";
    let plan = edited(&series, "END:VEVENT", second).unwrap();
    assert_eq!((plan.writes.len(), &kept(&plan)[..]), (0, &["VALARM"][..]));
    let said = text(&series);
    let agreed = said.replacen("STATUS:CONFIRMED", extra, 1);
    let now = said.replacen("SUMMARY:Team", "SUMMARY:Neu", 1);
    let next = overlay(said.as_bytes(), agreed.as_bytes(), now.as_bytes());
    let next = String::from_utf8(next).unwrap();
    assert!(next.contains("X-A:1\r\n") && next.contains("SUMMARY:Neu"));
    let plan = graph::plan(
        Some(&series),
        Some(agreed.as_bytes()),
        agreed.as_bytes(),
        &ctx(),
    );
    assert_eq!(plan.unwrap(), Plan::default());
}

#[test]
fn g_29_what_cannot_be_written_is_refused_by_name() {
    let named = |name: &str, reason| (name.to_owned(), reason);
    let invitation = source(INVITATION);
    let summary = ("SUMMARY:Visite", "SUMMARY:Besuch");
    assert_eq!(
        refusal(edited(&invitation, summary.0, summary.1)),
        named("SUMMARY", Reason::NotOrganizer)
    );
    let series = source(SERIES);
    let rule = "RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=8";
    for (to, property, reason) in [
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO", "RRULE", Reason::Rule),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE", Reason::Rule),
        (
            "RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY",
            "RRULE",
            Reason::Rule,
        ),
        (
            "RRULE:FREQ=WEEKLY\r\nRDATE:20260305T080000Z",
            "RDATE",
            Reason::Rule,
        ),
        (
            "RRULE:FREQ=WEEKLY\r\nEXRULE:FREQ=MONTHLY",
            "EXRULE",
            Reason::Rule,
        ),
    ] {
        assert_eq!(
            refusal(edited(&series, rule, to)),
            named(property, reason),
            "{to}"
        );
    }
    let read_only = CalendarContext {
        access: Access::Read,
        ..ctx()
    };
    let said = text(&series);
    let wanted = said.replacen("SUMMARY:Team", "SUMMARY:Das Team", 1);
    let refused = graph::plan(Some(&series), None, wanted.as_bytes(), &read_only);
    assert_eq!(refusal(refused), named("SUMMARY", Reason::ReadOnly));
    let troll = said.replace("Europe/Vienna", "Antarctica/Troll");
    let refused = graph::plan(None, None, troll.as_bytes(), &ctx());
    assert_eq!(refusal(refused), named("DTSTART", Reason::ZoneWithoutName));
    let crowd = "ATTENDEE:mailto:a@b.example\r\n".repeat(501) + "STATUS:CONFIRMED";
    assert_eq!(
        refusal(edited(&series, "STATUS:CONFIRMED", &crowd)),
        named("ATTENDEE", Reason::TooMany)
    );
}

#[test]
fn g_30_a_series_at_other_times_gets_its_exceptions_anew() {
    let series = source(SERIES);
    let later = text(&series)
        .replace(
            "DTSTART;TZID=Europe/Vienna:20260302T09",
            "DTSTART;TZID=Europe/Vienna:20260302T11",
        )
        .replace(
            "DTEND;TZID=Europe/Vienna:20260302T09",
            "DTEND;TZID=Europe/Vienna:20260302T11",
        )
        .replace(
            "EXDATE;TZID=Europe/Vienna:20260330T09",
            "EXDATE;TZID=Europe/Vienna:20260330T11",
        )
        .replace(
            "RECURRENCE-ID;TZID=Europe/Vienna:20260309T09",
            "RECURRENCE-ID;TZID=Europe/Vienna:20260309T11",
        );
    let plan = plan(&series, &later).unwrap();
    let [main, out, exception] = &plan.writes[..] else {
        panic!("{plan:?}")
    };
    let Act::Patch(fields) = &main.act else {
        panic!("{main:?}")
    };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["end", "start"]);
    assert_eq!(
        fields["start"],
        json!({"dateTime": "2026-03-02T11:00:00.0000000", "timeZone": "W. Europe Standard Time"})
    );
    assert!(out.act == Act::Delete && matches!(out.target, Target::Instance(_)));
    let Act::Patch(fields) = &exception.act else {
        panic!("{exception:?}")
    };
    assert!(matches!(exception.target, Target::Instance(_)));
    assert_eq!(
        fields.keys().collect::<Vec<_>>(),
        ["end", "reminderMinutesBeforeStart", "start", "subject"]
    );
}

#[test]
fn g_31_calling_off_is_an_action_where_others_are_invited() {
    let act = |event: &str| {
        let plan = edited(&source(event), "STATUS:CONFIRMED", "STATUS:CANCELLED").unwrap();
        (
            plan.writes.len(),
            plan.writes[0].act.clone(),
            plan.writes[0].notify,
        )
    };
    assert_eq!(act(SERIES), (1, Act::Cancel, Notify::Guests));
    assert_eq!(act(CONGRESS), (1, Act::Delete, Notify::Nobody));
    let gone = graph::remove(&source(SERIES));
    assert!(
        matches!(&gone.writes[..], [write] if write.act == Act::Delete && write.notify == Notify::Guests)
    );
}

#[test]
fn g_32_a_new_object_is_told_whole_and_keeps_its_uid() {
    let wanted = text(&source(SERIES));
    let plan = graph::plan(None, None, wanted.as_bytes(), &ctx()).unwrap();
    assert_eq!(plan.writes.len(), 3, "{plan:?}");
    let Act::Insert(fields) = &plan.writes[0].act else {
        panic!("{plan:?}")
    };
    let uid = fields["singleValueExtendedProperties"][0]["value"]
        .as_str()
        .unwrap();
    let object = CalendarObject::read(wanted.as_bytes());
    assert_eq!(object.master().unwrap().uid().unwrap().as_str(), uid);
    let pattern = json!({"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday"});
    assert_eq!(fields["recurrence"]["pattern"], pattern);
    let members: Vec<_> = fields.keys().map(String::as_str).collect();
    let expected = [
        "attendees",
        "body",
        "categories",
        "end",
        "isAllDay",
        "isReminderOn",
        "location",
        "recurrence",
        "reminderMinutesBeforeStart",
        "sensitivity",
        "showAs",
        "singleValueExtendedProperties",
        "start",
        "subject",
    ];
    assert_eq!(members, expected);
    assert!(text(&source(ODD)).contains("UID:own-uid@pharmadoc\r\n"));
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

prop_compose! {
    /// An event as Graph may say it, odd values included.
    fn events()(
        subject in prop::option::of("[a-zA-Z ,;\\\\üß]{0,20}"),
        body in "[a-z<>&/ \n_]{0,60}",
        html in any::<bool>(),
        hour in 0..24_u32,
        zone in prop::sample::select(vec!["UTC", "W. Europe Standard Time", "Pacific Standard Time", "tzone://Microsoft/Custom", "Europe/Kyiv", ""]),
        made_in in prop::sample::select(vec!["UTC", "W. Europe Standard Time", "India Standard Time", "tzone://Microsoft/Custom"]),
        all_day in any::<bool>(),
        show_as in prop::sample::select(vec!["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"]),
        sensitivity in prop::sample::select(vec!["normal", "personal", "private", "confidential", "x"]),
        importance in prop::sample::select(vec!["low", "normal", "high", "x"]),
        organizer in prop::option::of(any::<bool>()),
        answer in prop::sample::select(vec!["none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded", "x"]),
        guests in 0..4_usize,
        places in prop::collection::vec("[a-z;, ]{0,8}", 0..3),
        link in prop::option::of(Just("https://teams.microsoft.com/l/meetup-join/1?a=1&b=2")),
        minutes in prop::option::of(-5..50_000_i64),
        cancelled in any::<bool>(),
        monthly in prop::option::of(1..=31_u32),
    ) -> String {
        let time = |hour: u32| json!({"dateTime": format!("2026-03-{:02}T{:02}:00:00.0000000", 3 + hour / 24, hour % 24), "timeZone": zone});
        let guests: Vec<_> = (0..guests).map(|at| json!({"type": "required", "status": {"response": answer},
            "emailAddress": {"address": format!("g{at}@praxis.example"), "name": "G, \"H\""}})).collect();
        let recurrence = monthly.map(|day| json!({"pattern": {"type": "absoluteMonthly", "interval": 2, "dayOfMonth": day},
            "range": {"type": "noEnd", "startDate": "2026-03-03"}}));
        json!({
            "id": "AAk", "@odata.etag": "W/\"1\"", "iCalUId": "0400", "type": "singleInstance", "subject": subject,
            "body": {"contentType": if html { "html" } else { "text" }, "content": body},
            "start": time(hour), "end": time(hour + 24), "isAllDay": all_day, "originalStartTimeZone": made_in,
            "showAs": show_as, "sensitivity": sensitivity, "importance": importance, "isOrganizer": organizer,
            "responseStatus": {"response": answer}, "attendees": guests, "organizer": {"emailAddress": {"address": "o@praxis.example"}},
            "locations": places.iter().map(|place| json!({"displayName": place})).collect::<Vec<_>>(),
            "onlineMeeting": link.map(|link| json!({"joinUrl": link})), "isReminderOn": minutes.is_some(),
            "reminderMinutesBeforeStart": minutes, "isCancelled": cancelled, "recurrence": recurrence, "categories": null,
        }).to_string()
    }
}

proptest! {
    #[test]
    fn g_36_whatever_graph_says_is_shown_and_not_written_back(event in events()) {
        let source = source(&event);
        let said = text(&source);
        prop_assert_eq!(&said, &text(&source));
        check_storable(said.as_bytes(), ComponentSet::ALL, Limits::default()).unwrap();
        let same = graph::plan(Some(&source), Some(said.as_bytes()), said.as_bytes(), &ctx());
        prop_assert_eq!(same, Ok(Plan::default()));
        let marked = said.replacen("BEGIN:VEVENT\r\n", "BEGIN:VEVENT\r\nX-MINE:1\r\n", 1);
        let plan = graph::plan(Some(&source), Some(said.as_bytes()), marked.as_bytes(), &ctx()).unwrap();
        prop_assert!(plan.writes.is_empty());
        prop_assert_eq!(kept(&plan), ["X-MINE"]);
    }
}
