//! What a zone's name alone can tell: IANA names under prefixes, Windows names, display names, plain offsets.

use chrono_tz::{TZ_VARIANTS, Tz};
use windows_timezones::WindowsTimezone;

use super::civil;

/// An IANA name, also behind prefixes such as `/freeassociation.sourceforge.net/` or `/citadel.org/20210210_1/`, and in
/// any case. The longest suffix that is a name wins, so that `America/Argentina/Ushuaia` is not cut.
pub(super) fn iana(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    suffixes(name).find_map(|suffix| {
        let zones = TZ_VARIANTS.iter();
        zones
            .copied()
            .find(|zone| zone.name().eq_ignore_ascii_case(suffix))
    })
}

/// The name and what follows each of its first slashes.
fn suffixes(name: &str) -> impl Iterator<Item = &str> {
    let after_slash = name.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0)
        .chain(after_slash)
        .take(12)
        .filter_map(|from| name.get(from..))
}

/// The IANA zone of a Windows zone name ("W. Europe Standard Time").
pub(super) fn windows(name: &str) -> Option<Tz> {
    let windows: WindowsTimezone = name.trim().trim_matches('"').parse().ok()?;
    windows.tzdb_id().parse().ok()
}

/// Zones under the names in use today that the table of Windows names (CLDR) knows under an older one, and the names of
/// countries that people still meet.
const RENAMED: [(Tz, Tz); 37] = [
    (Tz::Africa__Asmara, Tz::Africa__Asmera),
    (
        Tz::America__Argentina__Buenos_Aires,
        Tz::America__Buenos_Aires,
    ),
    (Tz::America__Argentina__Catamarca, Tz::America__Catamarca),
    (Tz::America__Argentina__Cordoba, Tz::America__Cordoba),
    (Tz::America__Argentina__Jujuy, Tz::America__Jujuy),
    (Tz::America__Argentina__Mendoza, Tz::America__Mendoza),
    (Tz::America__Atikokan, Tz::America__Coral_Harbour),
    (
        Tz::America__Indiana__Indianapolis,
        Tz::America__Indianapolis,
    ),
    (Tz::America__Kentucky__Louisville, Tz::America__Louisville),
    (Tz::America__Montreal, Tz::America__Toronto),
    (Tz::America__Nuuk, Tz::America__Godthab),
    (Tz::Asia__Ho_Chi_Minh, Tz::Asia__Saigon),
    (Tz::Asia__Istanbul, Tz::Europe__Istanbul),
    (Tz::Asia__Kathmandu, Tz::Asia__Katmandu),
    (Tz::Asia__Kolkata, Tz::Asia__Calcutta),
    (Tz::Asia__Tel_Aviv, Tz::Asia__Jerusalem),
    (Tz::Asia__Yangon, Tz::Asia__Rangoon),
    (Tz::Atlantic__Faroe, Tz::Atlantic__Faeroe),
    (Tz::Australia__ACT, Tz::Australia__Sydney),
    (Tz::Australia__NSW, Tz::Australia__Sydney),
    (Tz::Australia__Victoria, Tz::Australia__Melbourne),
    (Tz::Europe__Belfast, Tz::Europe__London),
    (Tz::Europe__Kyiv, Tz::Europe__Kiev),
    (Tz::Europe__Nicosia, Tz::Asia__Nicosia),
    (Tz::Europe__Tiraspol, Tz::Europe__Chisinau),
    (Tz::GB, Tz::Europe__London),
    (Tz::Japan, Tz::Asia__Tokyo),
    (Tz::Pacific__Chuuk, Tz::Pacific__Truk),
    (Tz::Pacific__Kanton, Tz::Pacific__Enderbury),
    (Tz::Pacific__Pohnpei, Tz::Pacific__Ponape),
    (Tz::US__Alaska, Tz::America__Anchorage),
    (Tz::US__Arizona, Tz::America__Phoenix),
    (Tz::US__Central, Tz::America__Chicago),
    (Tz::US__Eastern, Tz::America__New_York),
    (Tz::US__Hawaii, Tz::Pacific__Honolulu),
    (Tz::US__Mountain, Tz::America__Denver),
    (Tz::US__Pacific, Tz::America__Los_Angeles),
];

/// The Windows name of an IANA zone.
pub(super) fn of_windows(zone: Tz) -> Option<&'static str> {
    let older = RENAMED.iter().find(|(now, _)| *now == zone);
    let known = older.map_or(zone, |(_, older)| *older);
    let windows = WindowsTimezone::try_from(known).ok()?;
    Some(windows.name())
}

/// The IANA zone of a Windows display name ("(UTC+01:00) Amsterdam, Berlin, ..."): a guess, because programs put
/// other rules under the same text.
pub(super) fn displayed(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"').replace("(GMT", "(UTC");
    let mut windows = TZ_VARIANTS
        .iter()
        .filter_map(|zone| WindowsTimezone::try_from(*zone).ok());
    let shown = windows.find(|windows| windows.description() == name)?;
    shown.tzdb_id().parse().ok()
}

/// The offset of names such as `UTC+2`, `GMT-03:30` or `+0100`: a guess, because it knows no summer time.
pub(super) fn offset(name: &str) -> Option<i64> {
    let name = name
        .trim()
        .trim_matches(['"', '(', ')'])
        .to_ascii_uppercase();
    let rest = ["UTC", "GMT"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let digits = rest.unwrap_or(&name).trim();
    let sign = digits.get(..1)?;
    let hours = digits.get(1..)?;
    match hours.len() {
        1 => crate::recur::value::utc_offset(&format!("{sign}0{hours}00")),
        2 => crate::recur::value::utc_offset(&format!("{sign}{hours}00")),
        _ => crate::recur::value::utc_offset(digits),
    }
    .filter(|offset| offset.abs() < civil::DAY)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn prefixes_and_case_do_not_hide_a_name() {
        let cases = [
            ("Europe/Berlin", Some(Tz::Europe__Berlin)),
            ("europe/berlin", Some(Tz::Europe__Berlin)),
            (
                "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
                Some(Tz::Europe__Berlin),
            ),
            (
                "/freeassociation.sourceforge.net/Europe/Berlin",
                Some(Tz::Europe__Berlin),
            ),
            (
                "/citadel.org/20210210_1/America/Argentina/Ushuaia",
                Some(Tz::America__Argentina__Ushuaia),
            ),
            ("/tzurl.org/2025a/Asia/Kolkata", Some(Tz::Asia__Kolkata)),
            ("tzone://Microsoft/Utc", Some(Tz::UTC)),
            ("tzone://Microsoft/Custom", None),
            ("Customized Time Zone", None),
            (
                "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
                None,
            ),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(iana(name), expected, "{name}");
        }
    }

    #[test]
    fn windows_names_and_displays_are_known() {
        assert_eq!(windows("W. Europe Standard Time"), Some(Tz::Europe__Berlin));
        assert_eq!(
            windows("Pacific Standard Time"),
            Some(Tz::America__Los_Angeles)
        );
        assert_eq!(
            of_windows(Tz::Europe__Vienna),
            Some("W. Europe Standard Time")
        );
        assert_eq!(of_windows(Tz::Asia__Kolkata), Some("India Standard Time"));
        assert_eq!(of_windows(Tz::Antarctica__Troll), None);
        let display = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna";
        assert_eq!(displayed(display), Some(Tz::Europe__Berlin));
        assert_eq!(displayed("(UTC+01:00) Nowhere"), None);
    }

    #[test]
    fn a_renamed_zone_is_the_same_zone_and_has_a_windows_name() {
        for (now, older) in RENAMED {
            assert!(of_windows(now).is_some(), "{now}");
            for day in (0..40_000).step_by(20) {
                let at = civil::instant(day * civil::DAY).naive_utc();
                let local = |zone: Tz| zone.from_utc_datetime(&at).naive_local();
                assert_eq!(local(now), local(older), "{now} {at}");
            }
        }
    }

    #[test]
    fn offsets_are_read_from_names() {
        let cases = [
            ("UTC+2", Some(7_200)),
            ("GMT-03:30", Some(-12_600)),
            ("+0100", Some(3_600)),
            ("GMT+10", Some(36_000)),
            ("UTC", None),
            ("Romance", None),
        ];
        for (name, expected) in cases {
            assert_eq!(offset(name), expected, "{name}");
        }
    }
}
