//! The services that are signed in to in the browser, as a test needs them.

use anyhow::{Context as _, Result, ensure};
use bridge_core::time::Instant;
use companion_tests::sandbox::{google, graph};
use companion_tests::stage::Stage;
use serde_json::{Value, json};

/// Such a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Google,
    Microsoft,
}

impl Service {
    /// Its entry in `providers.toml`, and its part of the ready line.
    pub(crate) fn preset(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// What an account there is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Outlook",
        }
    }

    /// The calendar that the tests use.
    pub(crate) fn ward(self) -> &'static str {
        match self {
            Self::Google => "klinik@group.calendar.google.com",
            Self::Microsoft => "AAMkCalendar-klinik=",
        }
    }

    /// Its part of the ready line, without TLS.
    pub(crate) fn line(self, stage: &Stage) -> Result<&Value> {
        let name = self.preset();
        let line = stage.ready.pointer(&format!("/plain/{name}"));
        line.context("it is not in the ready line")
    }

    /// The password there.
    pub(crate) fn password(self, stage: &Stage) -> Result<&str> {
        self.line(stage)?["password"]
            .as_str()
            .context("no password")
    }

    /// Every event of the ward as the service has it.
    pub(crate) fn events(self, stage: &Stage) -> Vec<Value> {
        match self {
            Self::Google => stage.sandbox.with_google(|google, _| {
                let there = google.calendars.calendar(self.ward());
                let events = there.map(|there| there.ids().filter_map(|id| there.event(id)));
                events.into_iter().flatten().collect()
            }),
            Self::Microsoft => stage.sandbox.with_microsoft(|microsoft, _| {
                let there = microsoft.calendars.calendar(self.ward());
                let events = there.map(|there| there.ids().filter_map(|id| there.event(id)));
                events.into_iter().flatten().collect()
            }),
        }
    }

    /// The event with this title.
    pub(crate) fn titled(self, stage: &Stage, title: &str) -> Option<Value> {
        let mut events = self.events(stage).into_iter();
        events.find(|event| event["summary"] == title || event["subject"] == title)
    }

    /// Somebody adds an event at this hour of the fourth of December.
    pub(crate) fn add(self, stage: &Stage, title: &str, hour: u32) -> Result<()> {
        let calendar = self.ward().to_owned();
        let (start, end) = (
            format!("2026-12-04T{hour:02}:00:00"),
            format!("2026-12-04T{hour:02}:45:00"),
        );
        match self {
            Self::Google => stage.sandbox.with_google(|google, now: Instant| {
                let fields = json!({"id": format!("theirs{hour}"), "iCalUID": format!("theirs{hour}@there"),
                    "summary": title, "colorId": "7", "start": {"dateTime": format!("{start}Z")},
                    "end": {"dateTime": format!("{end}Z")}});
                let order = google::Order::Put { calendar, fields };
                google.calendars.obey(order, now)
            }),
            Self::Microsoft => stage.sandbox.with_microsoft(|microsoft, now| {
                let fields = json!({"subject": title, "importance": "high",
                    "start": {"dateTime": start, "timeZone": "UTC"}, "end": {"dateTime": end, "timeZone": "UTC"}});
                let event = format!("AAkTheirs{hour}=");
                let order = graph::Order::Put { calendar, event, fields };
                microsoft.calendars.obey(order, now)
            }),
        }?;
        Ok(())
    }

    /// The doctor takes the permission away at the service.
    pub(crate) fn withdraw(self, stage: &Stage) {
        match self {
            Self::Google => stage
                .sandbox
                .with_google(|google, _| google.oauth.withdraw()),
            Self::Microsoft => stage
                .sandbox
                .with_microsoft(|microsoft, _| microsoft.oauth.withdraw()),
        }
    }

    /// Whether anything is granted.
    pub(crate) fn is_granted(self, stage: &Stage) -> bool {
        match self {
            Self::Google => stage
                .sandbox
                .with_google(|google, _| google.oauth.is_granted()),
            Self::Microsoft => stage
                .sandbox
                .with_microsoft(|microsoft, _| microsoft.oauth.is_granted()),
        }
    }

    /// Nothing was sent or answered against the service's contract.
    pub(crate) fn kept_to_the_contract(self, stage: &Stage) -> Result<()> {
        let violations = match self {
            Self::Google => stage
                .sandbox
                .with_google(|google, _| google.calendars.violations.clone()),
            Self::Microsoft => stage
                .sandbox
                .with_microsoft(|microsoft, _| microsoft.calendars.violations.clone()),
        };
        ensure!(violations.is_empty(), "{violations:?}");
        Ok(())
    }
}
