//! The engine over Google: edits of both sides meet, what was not edited stays, and then all is quiet.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bridge::provider::CalendarProvider;
use bridge_core::ids::ObjectName;
use companion_tests::clients::text::{event, has_line};
use companion_tests::sandbox::google::Manners as Ways;
use serde_json::{Value, json};

use crate::conformance::series;
use crate::desk::Desk;
use crate::google::{InMemory, WARD};
use crate::lost_answers::{Cloud, whichever_answer_is_lost};

/// An event there with much that has no form here.
fn rich() -> Value {
    json!({"id": "visit", "summary": "Visit", "colorId": "4",
        "start": {"dateTime": "2026-11-25T10:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-25T11:00:00Z", "timeZone": "Europe/Berlin"},
        "hangoutLink": "https://meet.google.com/abc-defg-hij", "guestsCanInviteOthers": false,
        "attendees": [{"email": "weber@novapharm.example", "additionalGuests": 2, "comment": "later"}],
        "extendedProperties": {"shared": {"room": "3"}}})
}

impl InMemory {
    fn event(&self, id: &str) -> Result<Value> {
        let event = self.with(|google, _| google.calendar(WARD)?.event(id));
        event.with_context(|| format!("{id} is not there"))
    }

    fn latest(&self) -> u64 {
        self.with(|google, _| google.latest())
    }
}

#[tokio::test]
async fn an_edit_here_changes_its_member_there_and_nothing_else() -> Result<()> {
    let google = InMemory::new(Ways::default());
    google.with(|google, now| google.put_event(WARD, &rich(), now))?;
    let mut desk = Desk::new(google.provider()?, WARD)?;
    desk.round().await?;
    let (name, text) = desk.existing("visit@google.com")?;
    let mut before = google.event("visit")?;
    let changes = google.latest();

    let edited = text.replace("SUMMARY:Visit\r\n", "SUMMARY:Visit of Mrs Weber\r\n");
    desk.save(name, "visit@google.com", edited)?;
    for _ in 0..3 {
        desk.round().await?;
    }
    let mut after = google.event("visit")?;
    ensure!(after["summary"] == "Visit of Mrs Weber", "{after}");
    for event in [&mut before, &mut after] {
        let event = event.as_object_mut().context("no event")?;
        for changed in ["summary", "etag", "updated"] {
            event.remove(changed);
        }
    }
    ensure!(before == after, "{after:#} instead of {before:#}");
    ensure!(google.latest() == changes + 1, "more than one write");
    google.lawful()
}

#[tokio::test]
async fn a_new_object_is_made_once_and_then_all_is_quiet() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let mut desk = Desk::new(google.provider()?, WARD)?;
    desk.round().await?;
    let plain = event("one", "20261125T100000Z", "Round", &["X-CLINIC-ROOM:12"]);
    desk.save(ObjectName::new("one.ics"), "one", plain)?;
    desk.save(ObjectName::new("many.ics"), "many", series("many"))?;
    for _ in 0..3 {
        desk.round().await?;
    }
    let there = google.with(|google, _| google.calendar(WARD).map(|all| all.ids().count()));
    ensure!(
        there == Some(3),
        "an event, a series and its exception: {there:?}"
    );
    let (_, many) = desk.existing("many")?;
    ensure!(has_line(&many, "SUMMARY:Later round"), "{many}");
    let changes = google.latest();
    for _ in 0..2 {
        desk.round().await?;
    }
    ensure!(google.latest() == changes, "it does not come to rest");
    google.lawful()
}

#[tokio::test]
async fn p_65_what_has_no_form_there_stays_here_through_every_change() -> Result<()> {
    const KEPT: [&str; 2] = ["X-CLINIC-ROOM:12", "CATEGORIES:Praxis"];
    let google = InMemory::new(Ways::default());
    let mut desk = Desk::new(google.provider()?, WARD)?;
    desk.round().await?;
    let name = ObjectName::new("one.ics");
    let mut lines = KEPT.to_vec();
    lines.push("LOCATION:Room 1");
    desk.save(
        name.clone(),
        "one",
        event("one", "20261125T100000Z", "Round", &lines),
    )?;
    let keeps = |text: &str| KEPT.iter().all(|line| has_line(text, line));
    for _ in 0..2 {
        desk.round().await?;
    }
    let (_, made) = desk.existing("one")?;
    ensure!(
        keeps(&made) && made.matches("LOCATION").count() == 1,
        "{made}"
    );

    // An edit there, which takes a field away too.
    let id = google.with(|google, _| google.calendar(WARD)?.ids().next().map(str::to_owned));
    let id = id.context("it did not arrive")?;
    let mut fields = google.event(&id)?;
    let members = fields.as_object_mut().context("no event")?;
    members.remove("location");
    members.insert("summary".to_owned(), json!("Moved round"));
    google.with(|google, now| google.put_event(WARD, &fields, now))?;
    desk.round().await?;
    let (name, theirs) = desk.existing("one")?;
    ensure!(
        keeps(&theirs) && has_line(&theirs, "SUMMARY:Moved round") && !theirs.contains("LOCATION"),
        "{theirs}"
    );

    // An edit here, of what has a form and of what has none.
    let edited = theirs.replace("Moved round", "Round again");
    desk.save(name, "one", edited.replace("ROOM:12", "ROOM:14"))?;
    for _ in 0..2 {
        desk.round().await?;
    }
    let (_, ours) = desk.existing("one")?;
    ensure!(
        has_line(&ours, "X-CLINIC-ROOM:14") && has_line(&ours, "CATEGORIES:Praxis"),
        "{ours}"
    );
    ensure!(google.event(&id)?["summary"] == "Round again", "{ours}");
    let changes = google.latest();
    desk.round().await?;
    ensure!(google.latest() == changes, "it does not come to rest");
    google.lawful()
}

#[tokio::test]
async fn what_happens_there_happens_here() -> Result<()> {
    let google = InMemory::new(Ways {
        page: 2,
        backwards: true,
    });
    let text = series("rounds");
    google.with(|google, now| google.put_text(WARD, "rounds", &text, now))?;
    let mut desk = Desk::new(google.provider()?, WARD)?;
    desk.round().await?;
    google.with(|google, now| google.delete_event(WARD, "rounds_20261126T100000Z", now))?;
    desk.round().await?;
    let (_, now) = desk.existing("rounds")?;
    ensure!(
        now.contains("EXDATE") && !now.contains("Later round"),
        "{now}"
    );

    google.with(|google, _| google.reset_tokens(WARD));
    google.with(|google, now| google.delete_event(WARD, "rounds", now))?;
    let extra = json!({"id": "extra", "summary": "Extra", "start": {"date": "2026-11-25"},
        "end": {"date": "2026-11-26"}});
    google.with(|google, now| google.put_event(WARD, &extra, now))?;
    for _ in 0..2 {
        desk.round().await?;
    }
    ensure!(desk.text("rounds")?.is_none(), "what is gone there is here");
    desk.existing("extra@google.com")?;
    google.lawful()
}

impl Cloud for InMemory {
    fn provider(self: &Arc<Self>) -> Result<impl CalendarProvider + 'static> {
        Self::provider(self)
    }

    fn lose(&self, requests: Option<usize>) -> bool {
        Self::lose(self, requests)
    }

    fn latest(&self) -> u64 {
        Self::latest(self)
    }

    fn titles(&self) -> Option<Vec<String>> {
        self.with(|google, _| {
            let all = google.calendar(WARD)?;
            let title = |id| Some(all.event(id)?.get("summary")?.as_str()?.to_owned());
            Some(all.ids().filter_map(title).collect())
        })
    }

    fn lawful(&self) -> Result<()> {
        Self::lawful(self)
    }
}

#[tokio::test]
async fn e1_whichever_answer_is_lost_everything_is_done_once() -> Result<()> {
    whichever_answer_is_lost(WARD, || Ok(InMemory::new(Ways::default()))).await
}

#[tokio::test]
async fn p_62_a_first_sync_costs_its_pages_and_an_idle_round_one_request() -> Result<()> {
    let google = InMemory::new(Ways {
        page: 50,
        backwards: false,
    });
    for number in 0..60 {
        let uid = format!("rounds-{number}");
        let text = series(&uid);
        let id = format!("rounds{number}");
        google.with(|google, now| google.put_text(WARD, &id, &text, now))?;
    }
    let mut desk = Desk::new(google.provider()?, WARD)?;
    desk.round().await?;
    desk.existing("rounds-59")?;
    // The list for the engine, and 120 events in pages of 50.
    let first = google.requests();
    ensure!(first == 4, "{first} requests");
    desk.round().await?;
    // The list, and what changed.
    let idle = google.requests();
    ensure!(idle == 2, "{idle} requests");
    google.lawful()
}
