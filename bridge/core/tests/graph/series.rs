use bridge_core::projection::{Act, Reason, Target};
use serde_json::json;

use crate::{MONTHLY, SERIES, edited, plan, refusal, source, starts, text};

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
