//! The members of an event that are looked at, in Graph's spelling (`event` of Graph v1.0). Whatever else an event has
//! stays in its source. Unknown values are texts like any other, and `null` is as good as nothing.

use serde::{Deserialize, Deserializer};

/// Every member of an event that is asked for. A list, because Graph gives `cancelledOccurrences` only to those who list.
pub(crate) const SELECT: &str = "id,changeKey,type,seriesMasterId,iCalUId,transactionId,createdDateTime,\
    lastModifiedDateTime,start,end,isAllDay,originalStart,originalStartTimeZone,originalEndTimeZone,recurrence,\
    cancelledOccurrences,subject,body,bodyPreview,location,locations,showAs,sensitivity,importance,categories,isCancelled,\
    isDraft,isOrganizer,organizer,attendees,hideAttendees,responseRequested,responseStatus,allowNewTimeProposals,\
    isReminderOn,reminderMinutesBeforeStart,isOnlineMeeting,onlineMeetingProvider,onlineMeeting,onlineMeetingUrl,\
    hasAttachments,webLink";

/// An event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "Graph's own members")]
pub struct Event {
    #[serde(deserialize_with = "nullable")]
    pub(crate) id: String,
    #[serde(rename = "@odata.etag")]
    pub(crate) etag: Option<String>,
    pub(crate) change_key: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) series_master_id: Option<String>,
    #[serde(rename = "iCalUId")]
    pub(crate) ical_uid: Option<String>,
    pub(crate) created_date_time: Option<String>,
    pub(crate) last_modified_date_time: Option<String>,
    pub(crate) start: Option<DateTimeTimeZone>,
    pub(crate) end: Option<DateTimeTimeZone>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) is_all_day: bool,
    pub(crate) original_start: Option<String>,
    pub(crate) original_start_time_zone: Option<String>,
    pub(crate) original_end_time_zone: Option<String>,
    pub(crate) recurrence: Option<PatternedRecurrence>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) cancelled_occurrences: Vec<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<ItemBody>,
    pub(crate) location: Option<Location>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) locations: Vec<Location>,
    pub(crate) show_as: Option<String>,
    pub(crate) sensitivity: Option<String>,
    pub(crate) importance: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) categories: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) is_cancelled: bool,
    pub(crate) is_organizer: Option<bool>,
    pub(crate) organizer: Option<Recipient>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) attendees: Vec<Attendee>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) hide_attendees: bool,
    pub(crate) response_status: Option<ResponseStatus>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) is_reminder_on: bool,
    pub(crate) reminder_minutes_before_start: Option<i64>,
    pub(crate) online_meeting: Option<OnlineMeetingInfo>,
    pub(crate) online_meeting_url: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) single_value_extended_properties: Vec<SingleValue>,
}

/// A wall-clock time and the name of its zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DateTimeTimeZone {
    pub(crate) date_time: Option<String>,
    pub(crate) time_zone: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PatternedRecurrence {
    pub(crate) pattern: Option<RecurrencePattern>,
    pub(crate) range: Option<RecurrenceRange>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RecurrencePattern {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) interval: u32,
    #[serde(deserialize_with = "nullable")]
    pub(crate) month: u32,
    #[serde(deserialize_with = "nullable")]
    pub(crate) day_of_month: u32,
    #[serde(deserialize_with = "nullable")]
    pub(crate) days_of_week: Vec<String>,
    pub(crate) first_day_of_week: Option<String>,
    pub(crate) index: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RecurrenceRange {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) recurrence_time_zone: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) number_of_occurrences: u32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ItemBody {
    pub(crate) content_type: Option<String>,
    pub(crate) content: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Location {
    pub(crate) display_name: Option<String>,
    pub(crate) coordinates: Option<Coordinates>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Coordinates {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Recipient {
    pub(crate) email_address: Option<EmailAddress>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Attendee {
    pub(crate) email_address: Option<EmailAddress>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<ResponseStatus>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EmailAddress {
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResponseStatus {
    pub(crate) response: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct OnlineMeetingInfo {
    pub(crate) join_url: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SingleValue {
    #[serde(deserialize_with = "nullable")]
    pub(crate) id: String,
    pub(crate) value: Option<String>,
}

fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
