//! The members of an event that are looked at, in Google's spelling (`events` resource of Calendar v3). Whatever else an
//! event has stays in its source. Unknown values are texts like any other.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

/// An event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    pub(crate) id: String,
    pub(crate) etag: String,
    #[serde(rename = "iCalUID")]
    pub(crate) ical_uid: Option<String>,
    pub(crate) recurring_event_id: Option<String>,
    pub(crate) original_start_time: Option<EventTime>,
    pub(crate) status: Option<String>,
    #[serde(rename = "eventType")]
    pub(crate) kind: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) updated: Option<String>,
    pub(crate) sequence: Option<i64>,
    pub(crate) start: Option<EventTime>,
    pub(crate) end: Option<EventTime>,
    pub(crate) recurrence: Vec<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) visibility: Option<String>,
    pub(crate) transparency: Option<String>,
    pub(crate) color_id: Option<String>,
    pub(crate) source: Option<Link>,
    pub(crate) organizer: Option<Person>,
    pub(crate) attendees: Vec<Person>,
    pub(crate) attendees_omitted: bool,
    pub(crate) guests_can_modify: bool,
    pub(crate) guests_can_see_other_guests: Option<bool>,
    pub(crate) locked: bool,
    pub(crate) reminders: Option<Reminders>,
    pub(crate) hangout_link: Option<String>,
    pub(crate) conference_data: Option<ConferenceData>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) extended_properties: Option<ExtendedProperties>,
}

/// What is looked at before an event is read: who it is, and what it belongs to. Whoever cannot read the rest can read
/// this.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) etag: String,
    #[serde(rename = "iCalUID")]
    pub(crate) ical_uid: Option<String>,
    pub(crate) recurring_event_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) recurrence: Option<IgnoredAny>,
}

/// A day or a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct EventTime {
    pub(crate) date: Option<String>,
    pub(crate) date_time: Option<String>,
    pub(crate) time_zone: Option<String>,
}

/// Organizer or guest.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Person {
    pub(crate) email: Option<String>,
    pub(crate) display_name: Option<String>,
    #[serde(rename = "self")]
    pub(crate) is_self: bool,
    pub(crate) optional: bool,
    pub(crate) resource: bool,
    pub(crate) response_status: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Link {
    pub(crate) url: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Reminders {
    pub(crate) use_default: bool,
    pub(crate) overrides: Vec<Reminder>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reminder {
    pub(crate) method: String,
    pub(crate) minutes: u32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ConferenceData {
    pub(crate) entry_points: Vec<EntryPoint>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct EntryPoint {
    #[serde(rename = "entryPointType")]
    pub(crate) kind: Option<String>,
    pub(crate) uri: Option<String>,
    pub(crate) label: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Attachment {
    pub(crate) file_url: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) mime_type: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExtendedProperties {
    pub(crate) private: BTreeMap<String, String>,
}
