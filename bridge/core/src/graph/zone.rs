//! Zones and times in Graph's spelling: `dateTimeTimeZone` has a wall-clock time without offset and the name of a zone,
//! by Windows or by IANA.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _};

use super::wire::DateTimeTimeZone;
use crate::tz::Zone;

/// The zone of a name. `home` stands for all that Windows calls the same. None for names without a definition, such as
/// `tzone://Microsoft/Custom`.
pub(super) fn find(name: &str, home: &Zone) -> Option<Zone> {
    if home.windows_name() == Some(name) {
        return Some(home.clone());
    }
    if let Some(own) = name.strip_prefix("tzone://Microsoft/") {
        return own.eq_ignore_ascii_case("utc").then_some(Zone::Utc);
    }
    Zone::of_windows(name).or_else(|| Zone::named(name))
}

/// The name to write for a zone: Windows' own, because Graph takes each of those and only some of IANA's.
pub(super) fn name(zone: &Zone) -> Option<&'static str> {
    zone.windows_name()
}

/// The wall-clock time and the zone that is named with it. Fractions of a second are cut.
pub(super) fn local(said: &DateTimeTimeZone, home: &Zone) -> Option<(NaiveDateTime, Option<Zone>)> {
    let text = said.date_time.as_deref()?;
    let zone = match said.time_zone.as_deref() {
        None | Some("") => Some(Zone::Utc),
        Some(name) => find(name, home),
    };
    if let Ok(local) = text.parse::<NaiveDateTime>() {
        return Some((local.trunc_subsecs(0), zone));
    }
    // With an offset, against the description; the offset is the better word then.
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some((at.naive_utc().trunc_subsecs(0), Some(Zone::Utc)))
}

/// A wall-clock time as Graph spells it.
pub(super) fn spelt(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%dT%H:%M:%S.0000000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe;

    #[test]
    fn g_3_zones_of_windows_and_of_iana_are_known_and_custom_ones_are_not() {
        let home = Zone::Iana(Europe::Vienna);
        let cases = [
            ("W. Europe Standard Time", Some(Europe::Vienna)),
            ("GMT Standard Time", Some(Europe::London)),
            ("Europe/Berlin", Some(Europe::Berlin)),
            ("tzone://Microsoft/Custom", None),
            ("Customized Time Zone", None),
        ];
        for (name, zone) in cases {
            assert_eq!(find(name, &home), zone.map(Zone::Iana), "{name}");
        }
        assert_eq!(find("tzone://Microsoft/Utc", &home), Some(Zone::Utc));
        assert_eq!(find("UTC", &home), Some(Zone::Utc));
    }

    #[test]
    fn g_4_times_have_seven_decimals_and_no_offset() {
        let home = Zone::Iana(Europe::Vienna);
        let read = |text: &str, zone: &str| {
            let said = DateTimeTimeZone {
                date_time: Some(text.to_owned()),
                time_zone: Some(zone.to_owned()),
            };
            local(&said, &home).map(|(local, zone)| (spelt(local), zone))
        };
        let nine = "2027-03-01T09:00:00.0000000";
        assert_eq!(read(nine, "UTC"), Some((nine.to_owned(), Some(Zone::Utc))));
        assert_eq!(
            read("2027-03-01T09:00:00.1234567", "tzone://Microsoft/Custom"),
            Some((nine.to_owned(), None))
        );
        assert_eq!(
            read("2027-03-01T10:00:00+01:00", "UTC"),
            Some((nine.to_owned(), Some(Zone::Utc)))
        );
        assert_eq!(read("tomorrow", "UTC"), None);
    }
}
