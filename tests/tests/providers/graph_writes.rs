//! What is done to objects at Graph, and what a failure of it means.

use anyhow::{Context as _, Result, ensure};
use bridge::provider::{CalendarProvider as _, ErrorKind, RetryAfter, Sent};
use bridge_core::ids::RemoteId;
use chrono::TimeDelta;
use companion_tests::clients::text::{event, has_line};
use companion_tests::sandbox::graph::Manners as Ways;
use serde_json::json;

use crate::conformance::{Adversary as _, series};
use crate::graph::{InMemory, WARD, changes, own, read, ward};

#[tokio::test]
async fn p_76_a_creation_whose_answer_was_lost_is_done_once() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, own("visit.ics"));
    provider.list_calendars().await?;
    let octets = event("visit", "20261125T100000Z", "Visit", &[]).into_bytes();
    graph.lose(Some(3));
    let lost = provider.create(&ward(), &id, &octets).await;
    ensure!(lost.err().context("not lost")?.sent == Sent::Unknown);
    let again = provider.create(&ward(), &id, &octets).await;
    let kind = again.err().context("made twice")?.kind;
    ensure!(kind == ErrorKind::PreconditionFailed, "{kind:?}");

    // Where the question finds nothing yet, the transaction does it.
    graph.with(|graph, _| graph.manners.finds_late = true);
    graph.provider()?.create(&ward(), &id, &octets).await?;
    graph.with(|graph, _| graph.manners.finds_late = false);
    let there = graph.with(|graph, _| graph.calendar(WARD).map(|all| all.ids().count()));
    ensure!(there == Some(1), "{there:?}");

    let theirs = RemoteId::new(format!("{WARD}/~theirs"));
    let of_theirs = event("theirs", "20261125T100000Z", "Visit", &[]).into_bytes();
    graph.put(&theirs, &of_theirs)?;
    for (deleted, octets) in [(&id, &octets), (&theirs, &of_theirs)] {
        graph.delete(deleted)?;
        provider.create(&ward(), deleted, octets).await?;
        let again = graph.provider()?;
        let (etag, _) = read(&again, deleted).await?;
        let (page, _) = changes(&again, None).await?;
        let there = page.present.iter().find(|(there, _)| there == deleted);
        ensure!(there == Some(&(deleted.clone(), etag)), "{page:?}");
    }
    graph.lawful()
}

#[tokio::test]
async fn p_80_two_devices_do_not_make_one_uid_twice() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let octets = event("visit", "20261125T100000Z", "Visit", &[]).into_bytes();
    let (here, there) = (graph.provider()?, graph.provider()?);
    here.create(&ward(), &own("one.ics"), &octets).await?;
    let other = there.create(&ward(), &own("two.ics"), &octets).await;
    let kind = other.err().context("made twice")?.kind;
    ensure!(kind == ErrorKind::UidTaken, "{kind:?}");
    let there = graph.with(|graph, _| graph.calendar(WARD).map(|all| all.ids().count()));
    ensure!(there == Some(1), "{there:?}");
    graph.lawful()
}

#[tokio::test]
async fn p_77_an_edit_of_an_occurrence_writes_that_alone() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, RemoteId::new(format!("{WARD}/~rounds")));
    graph.put(&id, series("rounds").as_bytes())?;
    let (etag, text) = read(&provider, &id).await?;
    let before = graph.with(|graph, _| graph.calendar(WARD)?.event("rounds"));
    let wanted = text.replace("SUMMARY:Later round", "SUMMARY:Latest round");
    provider
        .update(&ward(), &id, wanted.as_bytes(), &etag)
        .await?;
    let (etag, text) = read(&provider, &id).await?;
    ensure!(has_line(&text, "SUMMARY:Latest round"), "{text}");
    let after = graph.with(|graph, _| graph.calendar(WARD)?.event("rounds"));
    ensure!(before == after, "the series was written");

    // Both are written; the answer to the second write is lost.
    let wanted = text
        .replace("SUMMARY:Round\r\n", "SUMMARY:Rounds\r\n")
        .replace("SUMMARY:Latest round", "SUMMARY:Last round");
    graph.lose(Some(2));
    let lost = provider
        .update(&ward(), &id, wanted.as_bytes(), &etag)
        .await;
    ensure!(lost.err().context("not lost")?.sent == Sent::Unknown);
    let (etag, _) = read(&provider, &id).await?;
    graph.with(|graph, _| graph.trouble.fail_after(2, 429, "ApplicationThrottled"));
    let refused = provider.update(&ward(), &id, text.as_bytes(), &etag).await;
    let refused = refused.err().context("not refused")?;
    ensure!(
        (refused.kind, refused.sent) == (ErrorKind::RateLimited, Sent::Unknown),
        "{refused:?}"
    );
    graph.lawful()
}

#[tokio::test]
async fn p_77_a_series_that_moves_keeps_its_exceptions() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, own("rounds.ics"));
    provider
        .create(&ward(), &id, series("rounds").as_bytes())
        .await?;
    let (etag, text) = read(&provider, &id).await?;
    let wanted = text
        .replace("DTSTART:20261125T100000Z", "DTSTART:20261125T090000Z")
        .replace("DTEND:20261125T110000Z", "DTEND:20261125T100000Z")
        .replace(
            "RECURRENCE-ID:20261126T100000Z",
            "RECURRENCE-ID:20261126T090000Z",
        );
    ensure!(wanted != text, "{text}");
    provider
        .update(&ward(), &id, wanted.as_bytes(), &etag)
        .await?;
    let (_, text) = read(&provider, &id).await?;
    ensure!(
        has_line(&text, "RECURRENCE-ID:20261126T090000Z") && has_line(&text, "SUMMARY:Later round"),
        "{text}"
    );
    graph.lawful()
}

#[tokio::test]
async fn p_78_an_invitation_is_answered_and_not_changed() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, RemoteId::new(format!("{WARD}/~board")));
    let invited = json!({"subject": "Board", "isOrganizer": false,
        "organizer": {"emailAddress": {"address": "weber@novapharm.example"}},
        "responseStatus": {"response": "notResponded"},
        "attendees": [{"emailAddress": {"address": "anna@praxis.example"}, "type": "required",
            "status": {"response": "notResponded"}}],
        "start": {"dateTime": "2026-11-25T10:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-11-25T11:00:00.0000000", "timeZone": "W. Europe Standard Time"}});
    graph.with(|graph, now| graph.put_event(WARD, "board", &invited, now))?;
    let (etag, text) = read(&provider, &id).await?;
    let wanted = text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED");
    ensure!(wanted != text, "{text}");
    provider
        .update(&ward(), &id, wanted.as_bytes(), &etag)
        .await?;
    let board = graph.with(|graph, _| graph.calendar(WARD)?.event("board"));
    let answer = board.context("it is gone")?["responseStatus"]["response"].clone();
    ensure!(answer == "accepted", "{answer}");
    graph.lawful()
}

#[tokio::test]
async fn p_79_who_is_asked_to_wait_is_told_how_long() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let provider = graph.provider()?;
    let until = TimeDelta::seconds(90);
    graph.with(|graph, now| graph.trouble.throttle(now + until));
    let error = provider.list_calendars().await.err().context("let in")?;
    ensure!(error.kind == ErrorKind::RateLimited, "{error}");
    ensure!(
        error.retry_after == Some(RetryAfter::Delay(until)),
        "{error:?}"
    );
    Ok(())
}
