//! The whole way to Google and Outlook: what is edited in a calendar app arrives there with everything else as it was, and
//! what is edited there appears in the app.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use companion_tests::browser;
use companion_tests::clients::evolution::{self, Evolution, shows_line};
use companion_tests::clients::patience::until;
use companion_tests::clients::present::{Part, is_present};
use companion_tests::clients::text::{event, has_line};
use companion_tests::clients::vdirsyncer::{self, Vdirsyncer};
use companion_tests::process::Server;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::service::Service;
use companion_tests::stage::Stage;
use serde_json::Value;

/// The calendar's name in the feed, and what people see.
const WARD: (&str, &str) = ("klinik", "Klinik");
const THEIRS: &str = "visit1";

/// A service with an event that somebody made there, and a companion that syncs with it.
struct Abroad {
    stage: Stage,
    feed: Server,
    service: Service,
}

impl Abroad {
    fn for_app(service: Service, app: &str, parts: &[Part]) -> Result<Option<Self>> {
        if !is_present(app, parts)? {
            return Ok(None);
        }
        let now = "2026-11-26T08:00:00Z".parse()?;
        let stage = Stage::at(Some(now), Scenario::ClinicWeek)?;
        service.put(&stage.sandbox, service.ward(), THEIRS, "Visit")?;
        browser::connect(&stage, service)?;
        stage.bridge(&["sync"])?.done()?;
        let feed = stage.run()?;
        Ok(Some(Self {
            stage,
            feed,
            service,
        }))
    }

    /// Waits until the service has an event of this title.
    fn arrives(&self, title: &str) -> Result<Value> {
        until(&format!("{title} at the service"), || {
            Ok(self.service.titled(&self.stage.sandbox, title))
        })
    }

    fn leaves(&self, title: &str) -> Result<()> {
        until(&format!("{title} to leave the service"), || {
            let there = self.service.titled(&self.stage.sandbox, title);
            Ok(there.is_none().then_some(()))
        })
    }

    /// The UID of the event that was made there.
    fn uid(&self) -> Result<String> {
        let there = self.service.titled(&self.stage.sandbox, "Visit");
        let there = there.context("it is not there")?;
        let uid = there.get("iCalUID").or_else(|| there.get("iCalUId"));
        let uid = uid.and_then(Value::as_str).context("no UID")?;
        Ok(uid.to_owned())
    }

    /// Somebody renames the event there; then the doctor does not wait for the next look.
    fn renamed_there(&self, title: &str) -> Result<()> {
        let (sandbox, ward) = (&self.stage.sandbox, self.service.ward());
        self.service.put(sandbox, ward, THEIRS, title)?;
        self.stage.bridge(&["sync"])?.done().map(drop)
    }
}

/// What nobody here has a word for is as it was.
fn is_intact(event: &Value) -> Result<()> {
    let members = ["guestsCanInviteOthers", "allowNewTimeProposals"];
    let is_there = |name: &str| event.get(name) == Some(&Value::Bool(false));
    ensure!(members.into_iter().any(is_there), "{event}");
    Ok(())
}

fn a_folder_stays_in_step(service: Service) -> Result<()> {
    let Some(abroad) = Abroad::for_app(service, "vdirsyncer", vdirsyncer::PARTS)? else {
        return Ok(());
    };
    let uid = abroad.uid()?;
    let credentials = abroad.stage.home.credentials();
    let app = Vdirsyncer::configure(&abroad.feed.url(), credentials, WARD.0, None)?;
    app.sync()?;
    let (file, object) = app.existing(&uid)?;
    fs::write(
        &file,
        object.replace("SUMMARY:Visit", "SUMMARY:Visit of Mrs Weber"),
    )?;
    let ours = event("ours", "20261203T120000Z", "Ours", &["X-CLINIC-ROOM:12"]);
    fs::write(app.folder().join("ours.ics"), ours)?;
    app.sync()?;
    is_intact(&abroad.arrives("Visit of Mrs Weber")?)?;
    abroad.arrives("Ours")?;

    abroad.renamed_there("Renamed there")?;
    app.sync()?;
    ensure!(
        has_line(&app.existing(&uid)?.1, "SUMMARY:Renamed there"),
        "the edit did not come"
    );
    let (file, ours) = app.existing("ours")?;
    ensure!(has_line(&ours, "X-CLINIC-ROOM:12"), "{ours}");
    fs::remove_file(file)?;
    app.sync()?;
    abroad.leaves("Ours")
}

fn evolution_edits(service: Service) -> Result<()> {
    let Some(abroad) = Abroad::for_app(service, "Evolution Data Server", evolution::PARTS)? else {
        return Ok(());
    };
    let uid = abroad.uid()?;
    let mut evolution = Evolution::start()?;
    evolution.subscribe(&abroad.feed.url(), abroad.stage.home.credentials(), WARD.1)?;
    evolution.offers_to_edit(true)?;
    evolution.shows("the event from there", shows_line("SUMMARY:Visit"))?;
    // An app that writes nothing but what it knows.
    let edited = event(&uid, "20261203T093000Z", "Moved in Evolution", &[]);
    evolution.modify(&edited, "ALL")?;
    is_intact(&abroad.arrives("Moved in Evolution")?)?;

    abroad.renamed_there("Renamed there")?;
    evolution.shows("the edit from there", shows_line("SUMMARY:Renamed there"))?;
    Ok(())
}

#[test]
fn a_folder_stays_in_step_with_google() -> Result<()> {
    a_folder_stays_in_step(Service::Google)
}

#[test]
fn a_folder_stays_in_step_with_outlook() -> Result<()> {
    a_folder_stays_in_step(Service::Microsoft)
}

#[test]
fn evolution_edits_what_is_at_google() -> Result<()> {
    evolution_edits(Service::Google)
}

#[test]
fn evolution_edits_what_is_at_outlook() -> Result<()> {
    evolution_edits(Service::Microsoft)
}
