//! `calendarList`: the calendars that the account has in its list.

use http::{Method, Request};
use serde::Deserialize;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{
    google::wire::Reminder,
    ids::RemoteId,
    projection::{Access, Alarm, AlarmKind, CalendarContext},
    tz::Zone,
};

/// The most that Google puts on a page.
const PAGE: &str = "250";

/// A calendar of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id. The one of the primary calendar is the address of the account.
    pub id: RemoteId,
    /// What people call it: the doctor's own name for it, where there is one.
    pub name: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// Its zone by name of IANA.
    pub zone: Option<String>,
    /// What the account may do with it.
    pub access: Access,
    /// Whether it is the account's own, first one.
    pub is_primary: bool,
    /// The reminders that its events have unless they say otherwise.
    pub default_alarms: Vec<Alarm>,
}

impl Calendar {
    /// What has to be known to read and write its events, for an account with this address.
    pub fn context(&self, account: Option<&str>) -> CalendarContext {
        let zone = self.zone.as_deref().and_then(Zone::named);
        let own = account.into_iter().chain([self.id.as_str()]);
        CalendarContext {
            zone: zone.unwrap_or(Zone::Utc),
            own_addresses: own.map(str::to_ascii_lowercase).collect(),
            default_alarms: self.default_alarms.clone(),
            access: self.access,
        }
    }
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPage {
    /// Its calendars, without those that were taken off the list.
    pub calendars: Vec<Calendar>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// A page of the list, the first one without `page`.
///
/// # Errors
/// [`BadRequest`].
pub fn calendars(root: &Url, page: Option<&str>) -> Result<Request<Vec<u8>>, BadRequest> {
    let query = [("maxResults", PAGE)].into_iter();
    let query: Vec<_> = query.chain(page.map(|page| ("pageToken", page))).collect();
    let url = url(root, &["users", "me", "calendarList"], &query)?;
    request(Method::GET, &url, None)
}

/// One calendar of the list.
///
/// # Errors
/// [`BadRequest`].
pub fn calendar(root: &Url, id: &RemoteId) -> Result<Request<Vec<u8>>, BadRequest> {
    let url = url(root, &["users", "me", "calendarList", id.as_str()], &[])?;
    request(Method::GET, &url, None)
}

/// Reads the answer to [`calendars`].
///
/// # Errors
/// [`Unreadable`], also when something in it has no id.
pub fn parse_calendars(body: &[u8]) -> Result<CalendarPage, Unreadable> {
    let list: List = read(body)?;
    let there = list.items.into_iter().filter(|entry| !entry.deleted);
    Ok(CalendarPage {
        calendars: there.map(known).collect::<Result<_, _>>()?,
        next: list.next_page_token.filter(|next| !next.is_empty()),
    })
}

/// Reads the answer to [`calendar`].
///
/// # Errors
/// [`Unreadable`].
pub fn parse_calendar(body: &[u8]) -> Result<Calendar, Unreadable> {
    read(body).and_then(known)
}

fn known(entry: Entry) -> Result<Calendar, Unreadable> {
    if entry.id.is_empty() {
        return Err(Unreadable);
    }
    // A role that was invented later is good for looking.
    let access = match entry.access_role.as_deref() {
        Some("owner" | "writer") => Access::Write,
        Some("freeBusyReader") => Access::FreeBusy,
        _ => Access::Read,
    };
    let alarms = entry.default_reminders.iter().filter_map(alarm);
    Ok(Calendar {
        name: entry.summary_override.or(entry.summary).unwrap_or_default(),
        color: entry.background_color,
        zone: entry.time_zone,
        access,
        is_primary: entry.primary,
        default_alarms: alarms.collect(),
        id: RemoteId::new(entry.id),
    })
}

fn alarm(reminder: &Reminder) -> Option<Alarm> {
    let kind = match reminder.method.as_str() {
        "popup" => AlarmKind::Display,
        "email" => AlarmKind::Email,
        _ => return None,
    };
    Some(Alarm {
        minutes: reminder.minutes,
        kind,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    #[serde(default)]
    items: Vec<Entry>,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    id: String,
    summary: Option<String>,
    summary_override: Option<String>,
    background_color: Option<String>,
    time_zone: Option<String>,
    access_role: Option<String>,
    primary: bool,
    deleted: bool,
    default_reminders: Vec<Reminder>,
}
