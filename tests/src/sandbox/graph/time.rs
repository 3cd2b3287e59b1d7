//! Times in Graph's spelling: a wall-clock time and the name of its zone.

use bridge_core::time::Instant;
use bridge_core::tz::Zone;
use chrono::{NaiveDateTime, SecondsFormat};
use serde_json::{Value, json};

/// The zone of a time, by Windows' names and by IANA's.
pub(super) fn zone_of(time: &Value) -> Zone {
    let name = time["timeZone"].as_str().unwrap_or("UTC");
    let zone = Zone::of_windows(name).or_else(|| Zone::named(name));
    zone.unwrap_or(Zone::Utc)
}

/// Its instant.
pub(super) fn instant(time: &Value) -> Option<Instant> {
    let local: NaiveDateTime = time["dateTime"].as_str()?.parse().ok()?;
    Some(zone_of(time).instant(local))
}

/// An instant as everybody is answered who asks for UTC.
pub(super) fn utc(at: Instant) -> Value {
    json!({"dateTime": at.format("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": "UTC"})
}

/// An instant in the zone of another time.
pub(super) fn like(at: Instant, other: &Value) -> Value {
    let local = zone_of(other).local(at);
    json!({"dateTime": local.format("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": other["timeZone"]})
}

pub(super) fn written(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
