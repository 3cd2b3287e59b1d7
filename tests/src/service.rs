//! The services that are signed in to in the browser, as tests see them: by their accounts, calendars and events.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::sandbox::cloud::Calendars as _;
pub use crate::sandbox::control::Service;
use crate::sandbox::listen::Sandbox;
use crate::sandbox::oauth::OAuth;
use crate::sandbox::{google, graph};
use crate::stage::Stage;

impl Service {
    /// Its entry in `providers.toml`, and its part of the ready line.
    pub fn preset(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// What an account there is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Outlook",
        }
    }

    /// The calendar of the hospital in the doctor's week.
    pub fn ward(self) -> &'static str {
        match self {
            Self::Google => "klinik@group.calendar.google.com",
            Self::Microsoft => "AAMkCalendar-klinik=",
        }
    }

    /// Its part of the ready line, without TLS.
    ///
    /// # Errors
    /// When it is not there.
    pub fn line(self, stage: &Stage) -> Result<&Value> {
        let name = self.preset();
        let line = stage.ready.pointer(&format!("/plain/{name}"));
        line.context("it is not in the ready line")
    }

    /// A member of that part.
    ///
    /// # Errors
    /// When it is not there.
    pub fn said<'s>(self, stage: &'s Stage, member: &str) -> Result<&'s str> {
        let said = self.line(stage)?.get(member).and_then(Value::as_str);
        said.with_context(|| format!("no {member}"))
    }

    /// Every event of a calendar as the service has it.
    pub fn events(self, sandbox: &Sandbox, calendar: &str) -> Vec<Value> {
        match self {
            Self::Google => sandbox.with_google(|google, _| google.calendars.events(calendar)),
            Self::Microsoft => {
                sandbox.with_microsoft(|microsoft, _| microsoft.calendars.events(calendar))
            }
        }
    }

    /// What an event is called.
    pub fn title_of(self, event: &Value) -> Option<&str> {
        let member = match self {
            Self::Google => "summary",
            Self::Microsoft => "subject",
        };
        event.get(member)?.as_str()
    }

    /// The event of the ward with this title.
    pub fn titled(self, sandbox: &Sandbox, title: &str) -> Option<Value> {
        let mut events = self.events(sandbox, self.ward()).into_iter();
        events.find(|event| self.title_of(event) == Some(title))
    }

    /// Somebody makes the event `name`, on the third of December, or gives it another title.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn put(self, sandbox: &Sandbox, calendar: &str, name: &str, title: &str) -> Result<()> {
        let calendar = calendar.to_owned();
        match self {
            Self::Google => sandbox.with_google(|google, now| {
                // Nobody here has a word for who may invite whom.
                let fields = json!({"id": name, "iCalUID": format!("{name}@there"),
                    "summary": title, "guestsCanInviteOthers": false, "start": {"dateTime": "2026-12-03T09:00:00Z"},
                    "end": {"dateTime": "2026-12-03T10:00:00Z"}});
                let order = google::Order::Put { calendar, fields };
                google.calendars.obey(order, now)
            }),
            Self::Microsoft => sandbox.with_microsoft(|microsoft, now| {
                let event = format!("AAkTheirs{name}=");
                let time = |hour| json!({"dateTime": format!("2026-12-03T{hour}:00:00"), "timeZone": "UTC"});
                let fields = json!({"subject": title, "allowNewTimeProposals": false, "start": time("09"),
                    "end": time("10")});
                let order = graph::Order::Put {
                    calendar,
                    event,
                    fields,
                };
                microsoft.calendars.obey(order, now)
            }),
        }?;
        Ok(())
    }

    /// Somebody deletes the event `name`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn delete(self, sandbox: &Sandbox, calendar: &str, name: &str) -> Result<()> {
        let (calendar, event) = (calendar.to_owned(), name.to_owned());
        match self {
            Self::Google => sandbox.with_google(|google, now| {
                let order = google::Order::Delete { calendar, event };
                google.calendars.obey(order, now)
            }),
            Self::Microsoft => sandbox.with_microsoft(|microsoft, now| {
                let event = format!("AAkTheirs{event}=");
                let order = graph::Order::Delete { calendar, event };
                microsoft.calendars.obey(order, now)
            }),
        }?;
        Ok(())
    }

    /// Every access token ends, so that the next request refreshes.
    pub fn expire(self, sandbox: &Sandbox) {
        self.with_oauth(sandbox, OAuth::expire);
    }

    /// The doctor takes the permission away at the service.
    pub fn withdraw(self, sandbox: &Sandbox) {
        self.with_oauth(sandbox, OAuth::withdraw);
    }

    /// Whether anything is granted.
    pub fn is_granted(self, sandbox: &Sandbox) -> bool {
        self.with_oauth(sandbox, |oauth| oauth.is_granted())
    }

    fn with_oauth<T>(self, sandbox: &Sandbox, work: impl FnOnce(&mut OAuth) -> T) -> T {
        match self {
            Self::Google => sandbox.with_google(|google, _| work(&mut google.oauth)),
            Self::Microsoft => sandbox.with_microsoft(|microsoft, _| work(&mut microsoft.oauth)),
        }
    }
}
