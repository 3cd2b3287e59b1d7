//! The engine over Graph: edits of both sides meet, what was not edited stays, and then all is quiet.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bridge::provider::CalendarProvider;
use bridge_core::ids::ObjectName;
use companion_tests::clients::text::{event, has_line};
use companion_tests::sandbox::graph::Manners as Ways;
use serde_json::{Value, json};

use crate::conformance::series;
use crate::desk::Desk;
use crate::graph::{InMemory, WARD};
use crate::lost_answers::{Cloud, whichever_answer_is_lost};

/// An event there with much that has no form here.
fn rich() -> Value {
    json!({"subject": "Visit", "iCalUId": "visit", "categories": ["Gelb"], "importance": "high",
        "start": {"dateTime": "2026-11-25T10:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-11-25T11:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "allowNewTimeProposals": false, "hasAttachments": true,
        "body": {"contentType": "html", "content": "<p>With <b>samples</b></p>"},
        "attendees": [{"emailAddress": {"name": "Weber", "address": "weber@novapharm.example"},
            "type": "optional", "status": {"response": "accepted", "time": "2026-11-01T08:00:00Z"}}]})
}

impl InMemory {
    fn event(&self, id: &str) -> Result<Value> {
        let event = self.with(|graph, _| graph.calendar(WARD)?.event(id));
        event.with_context(|| format!("{id} is not there"))
    }

    fn latest(&self) -> u64 {
        self.with(|graph, _| graph.latest())
    }
}

#[tokio::test]
async fn an_edit_here_changes_its_member_there_and_nothing_else() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    graph.with(|graph, now| graph.put_event(WARD, "visit", &rich(), now))?;
    let mut desk = Desk::new(graph.provider()?, WARD)?;
    desk.round().await?;
    let (name, text) = desk.existing("visit")?;
    let mut before = graph.event("visit")?;
    let changes = graph.latest();

    let edited = text.replace("SUMMARY:Visit\r\n", "SUMMARY:Visit of Mrs Weber\r\n");
    desk.save(name, "visit", edited)?;
    for _ in 0..3 {
        desk.round().await?;
    }
    let mut after = graph.event("visit")?;
    ensure!(after["subject"] == "Visit of Mrs Weber", "{after}");
    for event in [&mut before, &mut after] {
        let event = event.as_object_mut().context("no event")?;
        for changed in [
            "subject",
            "@odata.etag",
            "changeKey",
            "lastModifiedDateTime",
        ] {
            event.remove(changed);
        }
    }
    ensure!(before == after, "{after:#} instead of {before:#}");
    ensure!(graph.latest() == changes + 1, "more than one write");
    graph.lawful()
}

#[tokio::test]
async fn a_new_object_is_made_once_and_then_all_is_quiet() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let mut desk = Desk::new(graph.provider()?, WARD)?;
    desk.round().await?;
    let plain = event("one", "20261125T100000Z", "Round", &["X-CLINIC-ROOM:12"]);
    desk.save(ObjectName::new("one.ics"), "one", plain)?;
    desk.save(ObjectName::new("many.ics"), "many", series("many"))?;
    for _ in 0..3 {
        desk.round().await?;
    }
    let there = graph.with(|graph, _| graph.calendar(WARD).map(|all| all.ids().count()));
    ensure!(
        there == Some(3),
        "an event, a series and its exception: {there:?}"
    );
    let (_, many) = desk.existing("many")?;
    ensure!(has_line(&many, "SUMMARY:Later round"), "{many}");
    let changes = graph.latest();
    for _ in 0..2 {
        desk.round().await?;
    }
    ensure!(graph.latest() == changes, "it does not come to rest");
    graph.lawful()
}

#[tokio::test]
async fn what_happens_there_happens_here() -> Result<()> {
    let graph = InMemory::new(Ways {
        page: 2,
        ..Ways::default()
    })?;
    let text = series("rounds");
    graph.with(|graph, now| graph.put_text(WARD, "rounds", &text, now))?;
    let mut desk = Desk::new(graph.provider()?, WARD)?;
    desk.round().await?;
    graph.with(|graph, _| graph.delete_event(WARD, "rounds.20261126T100000Z"))?;
    desk.round().await?;
    let (_, now) = desk.existing("rounds")?;
    ensure!(
        now.contains("EXDATE") && !now.contains("Later round"),
        "{now}"
    );

    graph.with(|graph, _| graph.reset_tokens(WARD));
    graph.with(|graph, _| graph.delete_event(WARD, "rounds"))?;
    let extra = json!({"subject": "Extra", "iCalUId": "extra", "isAllDay": true,
        "start": {"dateTime": "2026-11-25T00:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-26T00:00:00.0000000", "timeZone": "UTC"}});
    graph.with(|graph, now| graph.put_event(WARD, "extra", &extra, now))?;
    for _ in 0..2 {
        desk.round().await?;
    }
    ensure!(desk.text("rounds")?.is_none(), "what is gone there is here");
    desk.existing("extra")?;
    graph.lawful()
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
        self.with(|graph, _| {
            let all = graph.calendar(WARD)?;
            let title = |id| Some(all.event(id)?.get("subject")?.as_str()?.to_owned());
            Some(all.ids().filter_map(title).collect())
        })
    }

    fn lawful(&self) -> Result<()> {
        Self::lawful(self)
    }
}

#[tokio::test]
async fn e1_whichever_answer_is_lost_everything_is_done_once() -> Result<()> {
    whichever_answer_is_lost(WARD, || InMemory::new(Ways::default())).await
}
