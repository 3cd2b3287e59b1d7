//! What a merge takes from whom, case by case.

use bridge_core::merge::{Deletion, Merged, Side, Survivor, edit_against_delete, three_way};

use super::samples;

/// Merges edits of one sample, each given as a list of replacements.
fn merge(
    name: &str,
    local: &[(&str, &str)],
    remote: &[(&str, &str)],
    prefer: Side,
) -> (String, Merged) {
    let base = samples::text(name);
    let edited = |edits: &[(&str, &str)]| {
        edits.iter().fold(base.clone(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replacen(old, new, 1)
        })
    };
    let merged = three_way(
        base.as_bytes(),
        edited(local).as_bytes(),
        edited(remote).as_bytes(),
        prefer,
    );
    (
        String::from_utf8(merged.octets.clone()).expect("UTF-8"),
        merged,
    )
}

/// Every conflict as "component field winner lost".
fn conflicts(merged: &Merged) -> Vec<String> {
    let all = merged.conflicts.iter();
    all.map(|c| {
        let lost = String::from_utf8_lossy(c.lost.reveal()).into_owned();
        format!(
            "{} {} {:?} {}",
            c.component,
            c.field,
            c.winner,
            lost.trim_end()
        )
    })
    .collect()
}

const BOTH: [Side; 2] = [Side::Local, Side::Remote];

#[test]
fn d6_different_fields_merge() {
    for prefer in BOTH {
        let local = [("SUMMARY:Visit of the representative", "SUMMARY:Visit")];
        let remote = [
            ("Room 4\\, second floor", "Room 5"),
            ("DTEND", "X-NEW:1\r\nDTEND"),
        ];
        let (text, merged) = merge("plain-event.ics", &local, &remote, prefer);
        assert!(merged.conflicts.is_empty());
        for line in ["SUMMARY:Visit\r\n", "LOCATION:Room 5\r\n", "X-NEW:1\r\n"] {
            assert!(text.contains(line), "{line} {text}");
        }
    }
}

#[test]
fn d6_the_same_field_goes_to_the_preferred_side_and_the_other_is_reported() {
    let old = "SUMMARY:Visit of the representative";
    for (prefer, won, lost) in [
        (Side::Local, "Here", "There"),
        (Side::Remote, "There", "Here"),
    ] {
        let (text, merged) = merge(
            "plain-event.ics",
            &[(old, "SUMMARY:Here")],
            &[(old, "SUMMARY:There")],
            prefer,
        );
        assert!(text.contains(&format!("SUMMARY:{won}\r\n")));
        assert!(!text.contains(lost));
        assert_eq!(
            conflicts(&merged),
            [format!("VEVENT SUMMARY {prefer:?} SUMMARY:{lost}")]
        );
    }
}

#[test]
fn d6_a_tie_goes_to_the_remote_side() {
    let at = |seconds| chrono::DateTime::from_timestamp(seconds, 0);
    assert_eq!(Side::later(at(2), at(1)), Side::Local);
    assert_eq!(Side::later(at(1), at(2)), Side::Remote);
    assert_eq!(Side::later(at(1), at(1)), Side::Remote);
    assert_eq!(Side::later(None, at(1)), Side::Remote);
    assert_eq!(Side::later(at(1), None), Side::Remote);
}

#[test]
fn start_and_end_are_one_field() {
    let local = [
        ("DTSTART:20260302T090000Z", "DTSTART:20260302T140000Z"),
        ("DTEND:20260302T093000Z", "DTEND:20260302T150000Z"),
    ];
    let remote = [("DTEND:20260302T093000Z", "DURATION:PT15M")];
    let (text, merged) = merge("plain-event.ics", &local, &remote, Side::Local);
    assert!(text.contains("DTSTART:20260302T140000Z") && text.contains("DTEND:20260302T150000Z"));
    assert!(!text.contains("DURATION"));
    assert_eq!(conflicts(&merged).len(), 1);
    let (text, _) = merge("plain-event.ics", &local, &remote, Side::Remote);
    assert!(text.contains("DTSTART:20260302T090000Z") && text.contains("DURATION:PT15M"));
    assert!(!text.contains("DTEND"));
}

#[test]
fn time_stamps_and_counters_go_up_without_a_word() {
    let old = (
        "SEQUENCE:3",
        "SEQUENCE:10\r\nLAST-MODIFIED:20260301T090000Z",
    );
    let new = ("SEQUENCE:3", "SEQUENCE:9\r\nLAST-MODIFIED:20260302T090000Z");
    for prefer in BOTH {
        let (text, merged) = merge("series-with-overrides.ics", &[old], &[new], prefer);
        assert!(merged.conflicts.is_empty(), "{:?}", conflicts(&merged));
        assert!(text.contains("SEQUENCE:10\r\n"), "{text}");
        assert!(
            text.contains("LAST-MODIFIED:20260302T090000Z\r\n"),
            "{text}"
        );
        assert!(!text.contains("SEQUENCE:9"));
    }
}

#[test]
fn d4_attendees_merge_one_by_one() {
    let accepted = ("CN=line^nbreak:", "CN=other:");
    let another = (
        "CATEGORIES:Four",
        "ATTENDEE:mailto:new@fixtures.example\r\nCATEGORIES:Four",
    );
    let gone = ("ATTENDEE;X-BARE;CN=:mailto:d@fixtures.example\r\n", "");
    for prefer in BOTH {
        let (text, merged) = merge("parameters.ics", &[accepted], &[another, gone], prefer);
        assert!(merged.conflicts.is_empty());
        assert!(text.contains("CN=other:mailto:c@"), "{text}");
        assert!(text.contains("ATTENDEE:mailto:new@"), "{text}");
        assert!(!text.contains("mailto:d@"), "{text}");
    }
}

#[test]
fn d4_exceptions_and_categories_merge_item_by_item() {
    let first = "EXDATE;TZID=Europe/Berlin:20260309T090000,20260316T090000";
    let local = [(
        first,
        "EXDATE;TZID=Europe/Berlin:20260309T090000,20260316T090000,20260406T090000",
    )];
    let remote = [(
        first,
        "EXDATE;TZID=Europe/Berlin:20260316T090000,20260420T090000",
    )];
    for prefer in BOTH {
        let (text, merged) = merge("series-with-overrides.ics", &local, &remote, prefer);
        assert!(merged.conflicts.is_empty());
        for (date, there) in [("09", false), ("16", true), ("23", true)] {
            assert_eq!(
                text.contains(&format!("202603{date}T090000")),
                there || date == "02",
                "{text}"
            );
        }
        let exdates: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("EXDATE"))
            .collect();
        let exdates = exdates.join(" ");
        assert!(
            exdates.contains("20260406T090000") && exdates.contains("20260420T090000"),
            "{exdates}"
        );
    }
    let local = [("One,Two\\, and a half,Three", "One,Three,Five")];
    let remote = [("Four", "Four,Six")];
    let (text, _) = merge("parameters.ics", &local, &remote, Side::Remote);
    assert!(!text.contains("Two"));
    for category in ["One", "Three", "Five", "Four", "Six"] {
        assert_eq!(text.matches(category).count(), 1, "{category} {text}");
    }
}

#[test]
fn d4_alarms_merge_one_by_one() {
    let new = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT";
    let remote = [
        (
            "ACKNOWLEDGED:20260302T084500Z",
            "ACKNOWLEDGED:20260302T090000Z",
        ),
        ("REPEAT:2\r\n", ""),
    ];
    for prefer in BOTH {
        let (text, merged) = merge("alarms.ics", &[("END:VEVENT", new)], &remote, prefer);
        assert!(merged.conflicts.is_empty());
        assert_eq!(text.matches("BEGIN:VALARM").count(), 3);
        assert!(
            text.contains("ACKNOWLEDGED:20260302T090000Z") && !text.contains("REPEAT:2"),
            "{text}"
        );
        assert!(text.contains("NAME:Surgery"));
    }
}

#[test]
fn overrides_merge_by_recurrence_id() {
    let local = [("SUMMARY:Case conference (moved)", "SUMMARY:Moved here")];
    let remote = [
        (
            "SUMMARY:Case conference (later and shorter)",
            "SUMMARY:Shorter there",
        ),
        ("SUMMARY:Case conference\r\n", "SUMMARY:Conference\r\n"),
    ];
    for prefer in BOTH {
        let (text, merged) = merge("series-with-overrides.ics", &local, &remote, prefer);
        assert!(merged.conflicts.is_empty());
        for title in ["Moved here", "Shorter there", "Conference"] {
            assert!(
                text.contains(&format!("SUMMARY:{title}\r\n")),
                "{title} {text}"
            );
        }
    }
}

/// The first override of the sample, from BEGIN to END.
fn moved() -> String {
    let text = samples::text("series-with-overrides.ics");
    let start = text
        .match_indices("BEGIN:VEVENT")
        .nth(1)
        .expect("an override")
        .0;
    let end = text
        .match_indices("END:VEVENT\r\n")
        .nth(1)
        .expect("its end")
        .0;
    text[start..end + "END:VEVENT\r\n".len()].to_owned()
}

#[test]
fn d5_an_edited_occurrence_survives_its_deletion() {
    let moved = moved();
    let exdate = "EXDATE;TZID=Europe/Berlin:20260323T090000";
    let more = format!("{exdate},20260330T090000");
    let deletes = [(moved.as_str(), ""), (exdate, more.as_str())];
    let edits = [("SUMMARY:Case conference (moved)", "SUMMARY:Still on")];
    for (local, remote, winner) in [
        (&deletes[..], &edits[..], Side::Remote),
        (&edits, &deletes, Side::Local),
    ] {
        for prefer in BOTH {
            let (text, merged) = merge("series-with-overrides.ics", local, remote, prefer);
            assert!(text.contains("SUMMARY:Still on"), "{text}");
            assert!(!text.contains("20260323T090000,20260330T090000"), "{text}");
            assert_eq!(merged.conflicts.len(), 2, "{:?}", conflicts(&merged));
            assert!(
                merged
                    .conflicts
                    .iter()
                    .all(|conflict| conflict.winner == winner)
            );
        }
    }
}

#[test]
fn an_occurrence_is_the_same_in_every_spelling() {
    let zoned = "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000";
    let local = [
        (zoned, "RECURRENCE-ID:20260330T070000Z"),
        ("(moved)", "(moved here)"),
    ];
    let remote = [
        ("SUMMARY:Case conference\r\n", "SUMMARY:Conference\r\n"),
        (
            "Europe/Berlin:20260323T090000",
            "Europe/Berlin:20260323T090000,20260420T090000",
        ),
    ];
    let more = (
        "Berlin:20260323T090000",
        "Berlin:20260323T090000\r\nEXDATE:20260420T070000Z",
    );
    for prefer in BOTH {
        let (text, merged) = merge(
            "series-with-overrides.ics",
            &[local[0], local[1], more],
            &remote,
            prefer,
        );
        assert_eq!(text.matches("RECURRENCE-ID").count(), 2, "{text}");
        assert!(
            text.contains("(moved here)") && text.contains("SUMMARY:Conference\r\n"),
            "{text}"
        );
        assert_eq!(text.matches("20260420T0").count(), 1, "{text}");
        assert!(merged.conflicts.is_empty(), "{:?}", conflicts(&merged));
    }
}

#[test]
fn an_untouched_occurrence_is_deleted() {
    let moved = moved();
    let (text, merged) = merge(
        "series-with-overrides.ics",
        &[(moved.as_str(), "")],
        &[("SUMMARY:Case conference\r\n", "SUMMARY:Conference\r\n")],
        Side::Remote,
    );
    assert!(!text.contains("moved") && text.contains("SUMMARY:Conference\r\n"));
    assert!(merged.conflicts.is_empty());
}

#[test]
fn d5_a_cancellation_from_the_provider_stands() {
    let base = ("DTEND", "STATUS:CONFIRMED\r\nDTEND");
    let cancelled = ("DTEND", "STATUS:CANCELLED\r\nDTEND");
    for prefer in BOTH {
        let (text, merged) = merge("plain-event.ics", &[base], &[cancelled], prefer);
        assert!(text.contains("STATUS:CANCELLED") && !text.contains("CONFIRMED"));
        assert_eq!(
            conflicts(&merged),
            ["VEVENT STATUS Remote STATUS:CONFIRMED"]
        );
    }
}

#[test]
fn d5_edit_against_delete() {
    let base = samples::text("plain-event.ics");
    let edited = base.replace("SUMMARY:Visit", "SUMMARY:A visit");
    let stamped = base.replace("DTSTAMP:20260301", "DTSTAMP:20260302");
    for (now, deletion, survivor) in [
        (&edited, Deletion::ByUser, Survivor::Edit),
        (&edited, Deletion::ByOrganizer, Survivor::Deletion),
        (&base, Deletion::ByUser, Survivor::Deletion),
        (&stamped, Deletion::ByUser, Survivor::Deletion),
    ] {
        let found = edit_against_delete(base.as_bytes(), now.as_bytes(), deletion);
        assert_eq!(found, survivor, "{now}");
    }
}

#[test]
fn the_text_of_the_preferred_side_is_kept_octet_for_octet() {
    for name in [
        "plain-event.ics",
        "alarms.ics",
        "unknown-things.ics",
        "parameters.ics",
    ] {
        let base = samples::text(name);
        // Folds in places of its own, a blank line, another order.
        let mine = base
            .replace("UID:", "U\r\n ID:")
            .replace(
                "DTSTART:20260302T090000Z\r\n",
                "\r\nDTST\r\n\tART:20260302T090000Z\r\n",
            )
            .replace("BEGIN:VALARM", "begin:VALARM");
        let mine = mine.replace("SUMMARY", "URL:https://mine\r\nSUMMARY");
        let theirs = base.replace("VERSION:2.0\r\n", "VERSION:2.0\r\nX-WR-CALDESC:theirs\r\n");
        for prefer in BOTH {
            let (local, remote) = match prefer {
                Side::Local => (&mine, &theirs),
                Side::Remote => (&theirs, &mine),
            };
            let merged = three_way(base.as_bytes(), local.as_bytes(), remote.as_bytes(), prefer);
            let text = String::from_utf8(merged.octets).expect("UTF-8");
            assert!(text.contains("X-WR-CALDESC:theirs\r\n"), "{text}");
            assert_eq!(text.replace("X-WR-CALDESC:theirs\r\n", ""), mine, "{name}");
        }
    }
}

#[test]
fn line_ends_follow_the_text_that_is_patched() {
    let base = samples::text("plain-event.ics");
    let local = base.replace("\r\n", "\n").replace("Room 4", "Room 5");
    let remote = base.replace("DTEND", "X-A:1\r\nX-B:2\r\nDTEND");
    let merged = three_way(
        base.as_bytes(),
        local.as_bytes(),
        remote.as_bytes(),
        Side::Local,
    );
    let text = String::from_utf8(merged.octets).expect("UTF-8");
    assert!(
        text.contains("X-A:1\nX-B:2\n") && text.contains("Room 5") && !text.contains('\r'),
        "{text}"
    );
}

#[test]
fn without_a_base_both_sides_are_joined() {
    let local = samples::text("plain-event.ics");
    let remote = local.replace(
        "SUMMARY:Visit of the representative\r\n",
        "SUMMARY:Visit\r\nURL:https://a\r\n",
    );
    let merged = three_way(b"", local.as_bytes(), remote.as_bytes(), Side::Local);
    let text = String::from_utf8_lossy(&merged.octets).into_owned();
    assert!(
        text.contains("SUMMARY:Visit of") && text.contains("URL:https://a"),
        "{text}"
    );
    assert_eq!(conflicts(&merged), ["VEVENT SUMMARY Local SUMMARY:Visit"]);
}

#[test]
fn what_is_no_calendar_is_not_mixed() {
    let merged = three_way(
        b"BEGIN:VEVENT\r\nEND:VEVENT",
        b"<html>",
        b"{}",
        Side::Remote,
    );
    assert_eq!(merged.octets, b"{}");
    assert_eq!(conflicts(&merged), ["VCALENDAR VCALENDAR Remote <html>"]);
}
