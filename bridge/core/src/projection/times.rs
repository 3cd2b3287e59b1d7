//! When something is, as its properties say it: with the zone it was written in, because a provider needs both the
//! instant and the zone.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::plan::{Inexpressible, Original, Reason};
use crate::{
    ical::{Component, Property},
    recur::value::{self, Duration, Written},
    time::Instant,
    tz::{
        Certainty, Zone, Zones,
        civil::{self, DAY},
    },
};

/// A day or a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day, whatever the zone.
    Day(NaiveDate),
    /// A time.
    At {
        /// The wall-clock time in its zone.
        local: NaiveDateTime,
        /// The zone; that of the calendar for floating times.
        zone: Zone,
    },
}

impl Moment {
    /// The instant; the first of a day in UTC.
    pub fn instant(&self) -> Instant {
        match self {
            Self::Day(day) => NaiveDateTime::from(*day).and_utc(),
            Self::At { local, zone } => zone.instant(*local),
        }
    }

    /// As the start that an occurrence has by its rule.
    pub fn original(&self) -> Original {
        match self {
            Self::Day(day) => Original::On(*day),
            Self::At { .. } => Original::At(self.instant()),
        }
    }

    /// This moment later by a duration: days follow the wall clock, the rest is exact (RFC 5545 section 3.3.6).
    fn after(&self, duration: Duration) -> Option<Self> {
        let days = Days::new(u64::try_from(duration.days).ok()?);
        Some(match self {
            Self::Day(day) => {
                let more = Days::new(u64::try_from(duration.seconds / DAY).ok()?);
                Self::Day(day.checked_add_days(days)?.checked_add_days(more)?)
            }
            Self::At { local, zone } => {
                let local = local.checked_add_days(days)?;
                let seconds = TimeDelta::try_seconds(duration.seconds)?;
                let end = zone.instant(local).checked_add_signed(seconds)?;
                let local = if duration.seconds == 0 {
                    local
                } else {
                    zone.local(end)
                };
                Self::At {
                    local,
                    zone: zone.clone(),
                }
            }
        })
    }
}

/// Start and end of an event; the end does not belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// The start.
    pub start: Moment,
    /// The end, of the same kind as the start.
    pub end: Moment,
}

/// Start and end of an event, whether its end is written as one, as a duration, or not at all (RFC 5545 section 3.6.1).
/// Floating times are read in `default`.
///
/// # Errors
/// When there is no readable start, the end is of another kind or earlier, or a zone is not known.
pub fn times_of(
    event: &Component<'_>,
    zones: &mut Zones<'_>,
    default: &Zone,
) -> Result<Times, Inexpressible> {
    let bad = |name: &str| Inexpressible::new(name, Reason::Times);
    let start = event.property("DTSTART").ok_or_else(|| bad("DTSTART"))?;
    let start = moment_of(&start, zones, default)?;
    let end = if let Some(end) = event.property("DTEND") {
        moment_of(&end, zones, default)?
    } else if let Some(length) = event.property("DURATION") {
        let duration = value::duration(&length.value());
        let unreadable = || Inexpressible::new("DURATION", Reason::Unreadable);
        let end = duration.and_then(|duration| start.after(duration));
        end.ok_or_else(unreadable)?
    } else {
        let days = i64::from(matches!(start, Moment::Day(_)));
        let natural = Duration { days, seconds: 0 };
        start.after(natural).ok_or_else(|| bad("DTSTART"))?
    };
    let one_kind = matches!(start, Moment::Day(_)) == matches!(end, Moment::Day(_));
    if !one_kind || end.instant() < start.instant() {
        return Err(bad("DTEND"));
    }
    Ok(Times { start, end })
}

/// The moment a property such as `DTSTART` or `RECURRENCE-ID` means.
///
/// # Errors
/// When it cannot be read, or its zone is not known.
pub fn moment_of(
    property: &Property<'_>,
    zones: &mut Zones<'_>,
    default: &Zone,
) -> Result<Moment, Inexpressible> {
    let tzid = property.param("TZID");
    moment(&property.value(), tzid.as_deref(), zones, default)
        .map_err(|reason| Inexpressible::new(property.name().to_ascii_uppercase(), reason))
}

/// The moment of one time of a list such as `EXDATE`.
pub(crate) fn moment(
    text: &str,
    tzid: Option<&str>,
    zones: &mut Zones<'_>,
    default: &Zone,
) -> Result<Moment, Reason> {
    let (second, zone) = match (value::date_or_time(text), tzid) {
        (None, _) => return Err(Reason::Unreadable),
        (Some(Written::Date(day)), _) => return Ok(Moment::Day(civil::naive(day * DAY).date())),
        (Some(Written::Utc(second)), _) => (second, Zone::Utc),
        (Some(Written::Local(second)), None) => (second, default.clone()),
        (Some(Written::Local(second)), Some(tzid)) => match zones.find(tzid) {
            (_, Certainty::Default) => return Err(Reason::UnknownZone),
            (zone, _) => (second, zone),
        },
    };
    Ok(Moment::At {
        local: civil::naive(second),
        zone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ical::CalendarObject;

    fn times(lines: &str) -> Result<Times, Inexpressible> {
        let text =
            format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n");
        let object = CalendarObject::read(text.as_bytes());
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let mut zones = Zones::new(&object, &vienna);
        times_of(&object.master().unwrap(), &mut zones, &vienna)
    }

    fn end(lines: &str) -> String {
        times(lines)
            .unwrap()
            .end
            .instant()
            .format("%Y%m%dT%H%MZ")
            .to_string()
    }

    #[test]
    fn p_20_an_end_is_found_however_it_is_written() {
        // The night of the change to summer time: a day is an hour shorter than 24 hours.
        let start = "DTSTART;TZID=Europe/Vienna:20260328T120000\r\n";
        let with = |more: &str| end(&format!("{start}{more}"));
        assert_eq!(with("DURATION:P1D\r\n"), "20260329T1000Z");
        assert_eq!(with("DURATION:PT24H\r\n"), "20260329T1100Z");
        assert_eq!(with("DTEND:20260329T100000Z\r\n"), "20260329T1000Z");
        assert_eq!(with(""), "20260328T1100Z");
        assert_eq!(end("DTSTART;VALUE=DATE:20260328\r\n"), "20260329T0000Z");
        assert_eq!(
            end("DTSTART:20260328T120000\r\nDURATION:PT1H\r\n"),
            "20260328T1200Z"
        );
    }

    #[test]
    fn p_21_times_that_mean_nothing_sure_are_refused_by_name() {
        let refused = |lines: &str| {
            let error = times(lines).unwrap_err();
            (error.property, error.reason)
        };
        let named = |name: &str, reason| (name.to_owned(), reason);
        assert_eq!(refused(""), named("DTSTART", Reason::Times));
        assert_eq!(
            refused("DTSTART;TZID=Nowhere:20260328T120000\r\n"),
            named("DTSTART", Reason::UnknownZone)
        );
        assert_eq!(
            refused("DTSTART;VALUE=DATE:20260328\r\nDTEND:20260328T120000Z\r\n"),
            named("DTEND", Reason::Times)
        );
        assert_eq!(
            refused("DTSTART:20260328T120000Z\r\nDTEND:20260328T110000Z\r\n"),
            named("DTEND", Reason::Times)
        );
        assert_eq!(
            refused("DTSTART:2026\r\n"),
            named("DTSTART", Reason::Unreadable)
        );
    }
}
