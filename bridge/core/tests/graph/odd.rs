use bridge_core::{
    graph,
    ical::{ComponentSet, Limits, check_storable},
    projection::Plan,
};
use proptest::prelude::*;
use serde_json::json;

use crate::{ctx, kept, source, text};

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
