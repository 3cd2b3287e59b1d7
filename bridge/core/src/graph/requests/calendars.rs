//! `GET /me/calendars`.

use http::{Method, Request};
use serde::Deserialize;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{
    ids::{RemoteId, SyncToken},
    projection::{Access, CalendarContext},
    tz::Zone,
};

/// A calendar of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id.
    pub id: RemoteId,
    /// What people call it.
    pub name: String,
    /// Its colour as `#rrggbb`, where the owner chose one.
    pub color: Option<String>,
    /// Whether the account may change it.
    pub can_edit: bool,
    /// Whether it is the one that invitations go to.
    pub is_default: bool,
    /// The address it belongs to, in lower case.
    pub owner: Option<String>,
    /// The kinds of online meeting that may be made in it, such as `teamsForBusiness`.
    pub meetings: Vec<String>,
}

impl Calendar {
    /// What its events are read with. Graph says no zone of a calendar; without one, times keep their own.
    pub fn context(&self, account: Option<&str>) -> CalendarContext {
        let own = account.or(self.owner.as_deref());
        CalendarContext {
            zone: Zone::Utc,
            own_addresses: own.map(str::to_lowercase).into_iter().collect(),
            default_alarms: Vec::new(),
            access: if self.can_edit {
                Access::Write
            } else {
                Access::Read
            },
        }
    }
}

/// A page of calendars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPage {
    /// The calendars.
    pub calendars: Vec<Calendar>,
    /// The next page.
    pub next: Option<SyncToken>,
}

/// Which calendars does the account have? Further pages by [`super::follow`].
///
/// # Errors
/// [`BadRequest`].
pub fn calendars(root: &Url) -> Result<Request<Vec<u8>>, BadRequest> {
    request(Method::GET, &url(root, &["me", "calendars"], &[])?, None)
}

/// Reads a page of calendars. One without an id is left out.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_calendars(body: &[u8]) -> Result<CalendarPage, Unreadable> {
    let page: Wire = read(body)?;
    let calendars = page.value.into_iter().filter(|one| !one.id.is_empty());
    Ok(CalendarPage {
        calendars: calendars.map(Calendar::from).collect(),
        next: page.next.map(SyncToken::new),
    })
}

#[derive(Deserialize)]
struct Wire {
    value: Vec<WireCalendar>,
    #[serde(rename = "@odata.nextLink", default)]
    next: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireCalendar {
    id: String,
    name: Option<String>,
    hex_color: Option<String>,
    can_edit: Option<bool>,
    is_default_calendar: Option<bool>,
    owner: Option<Owner>,
    allowed_online_meeting_providers: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Owner {
    address: Option<String>,
}

impl From<WireCalendar> for Calendar {
    fn from(wire: WireCalendar) -> Self {
        let color = wire.hex_color.filter(|color| {
            let digits = color.strip_prefix('#').unwrap_or_default();
            digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        let owner = wire.owner.and_then(|owner| owner.address);
        Self {
            id: RemoteId::new(wire.id),
            name: wire.name.unwrap_or_default(),
            color,
            can_edit: wire.can_edit.unwrap_or(false),
            is_default: wire.is_default_calendar.unwrap_or(false),
            owner: owner.map(|address| address.to_lowercase()),
            meetings: wire.allowed_online_meeting_providers.unwrap_or_default(),
        }
    }
}
