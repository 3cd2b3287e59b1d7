//! Reading and writing iCalendar text in tests, without the code under test.

/// A whole object with CRLF line ends around the given lines.
pub fn calendar(lines: &[&str]) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Ward 7//Desk//EN\r\n");
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// An event of one hour with a title, and `more` lines that an app may not understand but has to keep.
pub fn event(uid: &str, start: &str, title: &str, more: &[&str]) -> String {
    let (uid, start, title) = (
        format!("UID:{uid}"),
        format!("DTSTART:{start}"),
        format!("SUMMARY:{title}"),
    );
    let mut lines = vec![
        "BEGIN:VEVENT",
        &uid,
        "DTSTAMP:20260101T080000Z",
        &start,
        "DURATION:PT1H",
        &title,
    ];
    lines.extend(more);
    lines.push("END:VEVENT");
    calendar(&lines)
}

/// The content lines, unfolded (RFC 5545 section 3.1).
pub fn lines(object: &str) -> Vec<String> {
    let unfolded = object
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .replace("\n\t", "");
    unfolded.lines().map(str::to_owned).collect()
}

/// Whether `line` is one of the content lines, whole.
pub fn has_line(object: &str, line: &str) -> bool {
    lines(object).iter().any(|found| found == line)
}

/// The values of every property of this name, parameters left out.
pub fn values(object: &str, name: &str) -> Vec<String> {
    let lines = lines(object);
    let found = lines.iter().filter_map(|line| line.split_once(':'));
    let named = found.filter(|(head, _)| head.split(';').next() == Some(name));
    named.map(|(_, value)| value.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_whole_again() {
        let object = "SUMMARY;LANGUAGE=en:Ward\r\n  round\r\nUID:1\r\n";
        assert!(has_line(object, "SUMMARY;LANGUAGE=en:Ward round"));
        assert_eq!(values(object, "SUMMARY"), ["Ward round"]);
        assert!(values(&event("1", "20261201T090000Z", "Visit", &[]), "UID") == ["1"]);
    }
}
