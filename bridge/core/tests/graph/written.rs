use bridge_core::{
    graph,
    ical::CalendarObject,
    projection::{Access, Act, CalendarContext, Plan, Reason, overlay, to_text},
};
use serde_json::{Value, json};

use crate::{
    CONGRESS, INVENTORY, INVITATION, ODD, SERIES, ctx, edited, kept, patch, plan, refusal, source,
    text, with,
};

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
        event["body"] = json!({"contentType": "text", "content": "Agenda"});
    });
    let content = written(&edited(&bare, "DESCRIPTION:Agenda", "DESCRIPTION:Kurz").unwrap());
    assert!(
        content.contains("href=\"https://teams.microsoft.com/l/meetup-join/"),
        "{content}"
    );
    // Without a meeting, text stays text, and only what a person changed is sent.
    let plain = with(CONGRESS, |event| {
        event["body"] = json!({"contentType": "text", "content": "Agenda"});
    });
    let sent = patch(&edited(&plain, "DESCRIPTION:Agenda", "DESCRIPTION:a < b").unwrap());
    assert_eq!(
        sent,
        json!({"body": {"contentType": "text", "content": "a < b"}})
    );
    let html = with(CONGRESS, |event| {
        event["body"] = json!({"contentType": "html", "content": "<p>Agenda</p>"});
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
