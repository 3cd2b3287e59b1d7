//! What servers do to the text they are handed: the same event in other words.

use bridge_core::time::Instant;

/// The object with the server's own `PRODID`, `DTSTAMP` and `LAST-MODIFIED`, folded after 60 octets.
pub fn stamped(octets: &[u8], now: Instant) -> Vec<u8> {
    let text = String::from_utf8_lossy(octets);
    let text = text
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .replace("\n\t", "");
    let stamp = now.format("%Y%m%dT%H%M%SZ").to_string();
    let mut out = String::with_capacity(octets.len() + 128);
    let mut component = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        let name = line.split([':', ';']).next().unwrap_or_default();
        match name {
            "PRODID" => fold(&mut out, "PRODID:-//Sandbox//Server//EN"),
            "DTSTAMP" => fold(&mut out, &format!("DTSTAMP:{stamp}")),
            "LAST-MODIFIED" if component != "VTIMEZONE" => {}
            _ => fold(&mut out, line),
        }
        if let Some(kind) = line.strip_prefix("BEGIN:") {
            component = kind;
            if matches!(kind, "VEVENT" | "VTODO") {
                fold(&mut out, &format!("LAST-MODIFIED:{stamp}"));
            }
        }
    }
    out.into_bytes()
}

fn fold(out: &mut String, line: &str) {
    let mut room = 60;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            out.push_str("\r\n ");
            room = 59;
        }
        room -= letter.len_utf8();
        out.push(letter);
    }
    out.push_str("\r\n");
}
