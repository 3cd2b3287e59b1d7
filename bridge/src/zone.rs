//! The zone of this computer.

use bridge_core::tz::Zone;

use crate::store::calendars::CalendarZone;

/// The zone of this computer, for floating and all-day times of calendars that have none of their own.
///
/// `TZ` wins where it names a zone, as it does for every other program (POSIX.1-2024 section 8.3).
pub fn local_zone() -> CalendarZone {
    let said = std::env::var("TZ").ok();
    let said = said.as_deref().and_then(named);
    CalendarZone {
        tzid: said.or_else(|| iana_time_zone::get_timezone().ok()),
        object: None,
    }
}

/// The zone that a value of `TZ` names: alone, after a colon, or as a file of the system's database. The rules that it
/// may hold instead (`CET-1CEST`) are none of ours.
fn named(value: &str) -> Option<String> {
    let name = value.strip_prefix(':').unwrap_or(value);
    let name = name
        .rsplit_once("/zoneinfo/")
        .map_or(name, |(_, name)| name);
    Zone::named(name).map(|_| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tz_names_is_taken() {
        for (value, zone) in [
            ("Asia/Kolkata", Some("Asia/Kolkata")),
            (":Europe/Berlin", Some("Europe/Berlin")),
            (":/usr/share/zoneinfo/Europe/Berlin", Some("Europe/Berlin")),
            ("UTC", Some("UTC")),
            ("CET-1CEST", None),
            ("Nowhere/Else", None),
            ("", None),
        ] {
            assert_eq!(named(value).as_deref(), zone, "{value}");
        }
    }
}
