//! `import`, `export`, `agenda`, `status`.

use super::*;

const WEEK: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//elsewhere//EN\r\nMETHOD:PUBLISH\r\n\
    BEGIN:VEVENT\r\nUID:round\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20261130T080000\r\n\
    DURATION:PT30M\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Ward round\r\nLOCATION:Station 3\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:round\r\nDTSTAMP:20261101T000000Z\r\n\
    RECURRENCE-ID;TZID=Europe/Berlin:20261201T080000\r\nDTSTART;TZID=Europe/Berlin:20261201T100000\r\n\
    DURATION:PT30M\r\nSUMMARY:Ward round (late)\r\nX-KEEP;X-P=1:as it is\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:odd\r\nUID:twice\r\nDTSTAMP:20261101T000000Z\r\nBEGIN:VALARM\r\nEND:VEVENT\r\n\
    BEGIN:VTODO\r\nUID:order\r\nDTSTAMP:20261101T000000Z\r\nDUE;VALUE=DATE:20261202\r\nSUMMARY:Order gloves\r\n\
    END:VTODO\r\nBEGIN:VEVENT\r\nUID:holiday\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:20261203\r\n\
    SUMMARY:Day off\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn imported() -> Place {
    let place = Place::new();
    let file = place.file("week.ics", WEEK);
    let said = place.run(&["import", file.to_str().unwrap(), "--calendar", "practice"]);
    assert!(
        said.err.contains("line") && said.err.contains("not taken"),
        "{}",
        said.err
    );
    assert!(said.done().starts_with("3 new, 0 updated, 0 unchanged"));
    place
}

#[test]
fn one_bad_object_does_not_stop_the_others_and_importing_again_changes_nothing() {
    let place = imported();
    let file = place.path("week.ics");
    let again = place
        .run(&["import", file.to_str().unwrap(), "--calendar", "practice"])
        .done();
    assert!(
        again.starts_with("0 new, 0 updated, 3 unchanged"),
        "{again}"
    );
    let changed = WEEK.replace("Day off", "Holiday");
    let file = place.file("week.ics", &changed);
    let again = place
        .run(&["import", file.to_str().unwrap(), "--calendar", "practice"])
        .done();
    assert!(
        again.starts_with("0 new, 1 updated, 2 unchanged"),
        "{again}"
    );
}

#[test]
fn an_export_holds_every_octet_of_the_components_and_can_be_imported() {
    let place = imported();
    let file = place.path("out.ics");
    let file = file.to_str().unwrap();
    place
        .run(&["export", file, "--calendar", "practice"])
        .done();
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("X-KEEP;X-P=1:as it is\r\n"));
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 3);
    assert!(
        place
            .run(&["export", file, "--calendar", "practice"])
            .failed()
            .contains("--force")
    );
    place
        .run(&["export", file, "--calendar", "practice", "--force"])
        .done();
    let copied = place.run(&["import", file, "--calendar", "copy"]).done();
    assert!(copied.starts_with("3 new"), "{copied}");
    let piped = place
        .run(&["export", "-", "--calendar", "everything"])
        .done();
    assert_eq!(piped.matches("UID:holiday").count(), 2);
    let unknown = place
        .run(&["export", "-", "--calendar", "nowhere"])
        .failed();
    assert!(unknown.contains("there are: calendar, tasks"), "{unknown}");
}

#[test]
fn the_agenda_shows_occurrences_with_their_overrides() {
    let place = imported();
    let days = ["agenda", "--from", "2026-11-30", "--to", "2026-12-03"];
    let agenda = place.run(&[&days[..], &["--json"]].concat()).json();
    let titles: Vec<&str> = agenda["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles
            .iter()
            .filter(|title| title.starts_with("Ward round"))
            .count(),
        4
    );
    let late = agenda["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == "Ward round (late)");
    assert_eq!(late.unwrap()["start"], "2026-12-01T09:00:00Z");
    let off = agenda["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == "Day off")
        .unwrap();
    assert_eq!(
        (&off["start"], &off["all_day"]),
        (&"2026-12-03".into(), &true.into())
    );
    let text = place.run(&days).done();
    assert!(
        text.contains("Monday, 30 November 2026\n") && text.contains("(Station 3)"),
        "{text}"
    );
    let wrong = place.run(&["agenda", "--from", "2026-12-03", "--to", "2026-12-01"]);
    assert!(wrong.failed().contains("later"));
}

#[test]
fn the_status_counts_and_an_empty_folder_says_how_to_begin() {
    let place = imported();
    let status = place.run(&["status", "--json"]).json();
    let calendars = status["calendars"].as_array().unwrap();
    let practice = calendars
        .iter()
        .find(|calendar| calendar["name"] == "practice")
        .unwrap();
    assert_eq!(practice["objects"], 3);
    assert!(place.run(&["status"]).done().contains("practice"));
    let message = Place::new().run(&["status"]).failed();
    assert!(message.contains("pharmadoc-bridge serve"), "{message}");
}

#[test]
fn what_cannot_be_imported_says_why() {
    let place = Place::new();
    let missing = place.path("missing.ics");
    let missing = place
        .run(&["import", missing.to_str().unwrap(), "--calendar", "c"])
        .failed();
    assert!(missing.contains("cannot be read"), "{missing}");
    let text = place.file("letter.txt", "Dear colleague,\n");
    let text = place
        .run(&["import", text.to_str().unwrap(), "--calendar", "c"])
        .failed();
    assert!(text.contains("is it an iCalendar file?"), "{text}");
    let week = place.file("week.ics", WEEK);
    let view = place
        .run(&["import", week.to_str().unwrap(), "--calendar", "pharmadoc"])
        .failed();
    assert!(view.contains("read-only"), "{view}");
}
