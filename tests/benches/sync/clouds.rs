//! The same at Google and Outlook, played by the sandbox in this process: there is no peer, and the sandbox's own time does
//! not count.

use anyhow::{Context as _, Result};
use companion_tests::browser;
use companion_tests::dataset::Object;
use companion_tests::sandbox::google::Access;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::service::Service;
use companion_tests::stage::Stage;

use crate::ROUNDS;
use crate::cost::{Cost, cost_of};

/// What a service costs.
pub(crate) struct Cloud {
    pub(crate) title: &'static str,
    /// The events and exceptions that were brought here.
    pub(crate) events: usize,
    pub(crate) first: Cost,
    pub(crate) first_requests: usize,
    /// A round without a change.
    pub(crate) nothing: Cost,
    pub(crate) nothing_requests: usize,
}

pub(crate) fn measure(service: Service, objects: &[Object]) -> Result<Cloud> {
    // The middle of what the events are around, so that Graph's window holds most of them.
    let now = "2026-11-26T08:00:00Z".parse()?;
    let stage = Stage::at(Some(now), Scenario::Empty)?;
    fill(&stage, service, objects)?;
    browser::connect(&stage, service)?;
    let sync = || {
        let mut command = stage.command(&["sync"])?;
        command.env("RUST_LOG", "warn");
        Ok(command)
    };
    let connected = stage.sandbox.requests();
    let first = cost_of(1, sync)?;
    let first_requests = stage.sandbox.requests() - connected;
    let before = stage.sandbox.requests();
    let nothing = cost_of(ROUNDS, sync)?;
    let rounds = usize::try_from(ROUNDS)?;
    Ok(Cloud {
        title: service.title(),
        events: service.events(&stage.sandbox, calendar(service)).len(),
        first,
        first_requests,
        nothing,
        nothing_requests: (stage.sandbox.requests() - before) / rounds,
    })
}

fn calendar(service: Service) -> &'static str {
    match service {
        Service::Google => "ward@group.calendar.google.com",
        Service::Microsoft => "AAMkCalendar-ward=",
    }
}

/// What the service has a form for.
fn fill(stage: &Stage, service: Service, objects: &[Object]) -> Result<()> {
    let id = calendar(service);
    match service {
        Service::Google => stage
            .sandbox
            .with_google(|google, _| google.calendars.add_calendar(id, "Ward", Access::Owner)),
        Service::Microsoft => stage
            .sandbox
            .with_microsoft(|microsoft, _| microsoft.calendars.add_calendar(id, "Ward", true)),
    }
    for (number, object) in objects.iter().enumerate() {
        let text = std::str::from_utf8(&object.octets)?;
        let event = format!("event{number}");
        let put = match service {
            Service::Google => stage
                .sandbox
                .with_google(|google, now| google.calendars.put_text(id, &event, text, now)),
            Service::Microsoft => stage.sandbox.with_microsoft(|microsoft, now| {
                microsoft.calendars.put_text(id, &event, text, now)
            }),
        };
        // Tasks and the like have no place there.
        if number == 0 {
            put.context("not even the first event")?;
        }
    }
    Ok(())
}
