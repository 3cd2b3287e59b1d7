//! The whole way: what is edited in a calendar app arrives at the provider's server, and what is edited there appears in
//! the app, with the companion between the two.

use anyhow::Result;
use companion_tests::clients::evolution::{self, Evolution, shows_line};
use companion_tests::clients::patience::until;
use companion_tests::clients::present::{Part, is_present};
use companion_tests::clients::text::{event, has_line};
use companion_tests::clients::thunderbird::{self, Thunderbird};
use companion_tests::http::Credentials;
use companion_tests::process::Server;
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::{Stage, events};
use serde_json::{Value, json};

/// The calendar at the provider: its name there, and what people see.
const CALENDAR: (&str, &str) = ("praxis", "Praxis");

/// A provider with one event, "Event 0" on 3 December 2026 at ten in Berlin, and a companion that syncs with it.
struct Practice {
    stage: Stage,
    feed: Server,
}

impl Practice {
    fn for_app(app: &str, parts: &[Part]) -> Result<Option<Self>> {
        if !is_present(app, parts)? {
            return Ok(None);
        }
        let stage = Stage::connected(Scenario::Orders(events(CALENDAR.0, 1)))?;
        let feed = stage.run()?;
        Ok(Some(Self { stage, feed }))
    }

    fn credentials(&self) -> &Credentials {
        self.stage.home.credentials()
    }

    /// Waits until the provider's object with this UID has this line; returns it.
    fn provider_has(&self, uid: &str, line: &str) -> Result<String> {
        until(&format!("{line} in {uid} at the provider"), || {
            let object = self.stage.sandbox.object_of(CALENDAR.0, uid);
            Ok(object.filter(|object| has_line(object, line)))
        })
    }

    fn provider_lost(&self, uid: &str) -> Result<()> {
        until(&format!("{uid} to leave the provider"), || {
            let object = self.stage.sandbox.object_of(CALENDAR.0, uid);
            Ok(object.is_none().then_some(()))
        })
    }

    /// Somebody edits the provider's event on another device; then the doctor does not wait for the next look.
    fn edited_elsewhere(&self, from: &str, to: &str) -> Result<()> {
        let (calendar, name) = (CALENDAR.0.to_owned(), "e0.ics".to_owned());
        let (from, to) = (from.to_owned(), to.to_owned());
        self.stage.order(Order::Edit {
            calendar,
            name,
            from,
            to,
        })?;
        self.stage.bridge(&["sync"])?.done().map(drop)
    }
}

#[test]
fn evolution_and_the_provider_see_each_others_edits() -> Result<()> {
    let Some(practice) = Practice::for_app("Evolution Data Server", evolution::PARTS)? else {
        return Ok(());
    };
    let mut evolution = Evolution::start()?;
    evolution.subscribe(&practice.feed.url(), practice.credentials(), CALENDAR.1)?;
    evolution.offers_to_edit(true)?;
    evolution.shows("the provider's event", shows_line("SUMMARY:Event 0"))?;

    let visit = event("visit", "20261203T120000Z", "Visit", &["X-CLINIC-ROOM:12"]);
    evolution.create(&visit)?;
    practice.provider_has("visit", "SUMMARY:Visit")?;
    let later = event(
        "visit",
        "20261203T130000Z",
        "Later visit",
        &["X-CLINIC-ROOM:12"],
    );
    evolution.modify(&later, "ALL")?;
    let stored = practice.provider_has("visit", "SUMMARY:Later visit")?;
    assert!(has_line(&stored, "X-CLINIC-ROOM:12"), "{stored}");

    practice.edited_elsewhere("Event 0", "Moved by a colleague")?;
    let theirs = shows_line("SUMMARY:Moved by a colleague");
    evolution.shows("the provider's edit", theirs)?;

    evolution.remove(&json!({"uid": "visit"}))?;
    practice.provider_lost("visit")
}

#[test]
fn thunderbird_and_the_provider_see_each_others_edits() -> Result<()> {
    let Some(practice) = Practice::for_app("Thunderbird", thunderbird::PARTS)? else {
        return Ok(());
    };
    let mut thunderbird = Thunderbird::start()?;
    thunderbird.find_calendars(&practice.feed.url(), practice.credentials())?;
    thunderbird.call::<()>("subscribe", &json!({"titles": [CALENDAR.1]}))?;
    thunderbird.call::<()>("showWeek", &json!({"day": "20261203"}))?;
    thunderbird.draws(&["20261203T100000 Event 0"])?;

    let rename = json!({"title": CALENDAR.1, "uid": "e0", "to": "Renamed here"});
    thunderbird.call::<Value>("rename", &rename)?;
    practice.provider_has("e0", "SUMMARY:Renamed here")?;

    practice.edited_elsewhere("20261203T090000Z", "20261203T083000Z")?;
    thunderbird.draws(&["20261203T093000 Renamed here"])
}
