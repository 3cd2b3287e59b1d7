//! What Graph tells of a calendar: names, windows, versions, and at what cost.

use anyhow::{Context as _, Result, ensure};
use bridge::provider::graph::Graph as Provider;
use bridge::provider::{CalendarProvider as _, ErrorKind, Extent};
use bridge_core::graph::requests::Place;
use bridge_core::ids::{RemoteId, SyncToken};
use companion_tests::clients::text::{event, has_line};
use companion_tests::sandbox::graph::Manners as Ways;
use serde_json::json;

use crate::conformance::{Adversary as _, series};
use crate::graph::{InMemory, NAME, WARD, changes, own, read, ward};

async fn refused_since(provider: &Provider, since: &SyncToken) -> Result<ErrorKind> {
    let refused = provider.changes(&ward(), Some(since)).await;
    Ok(refused.err().context("it leads somewhere")?.kind)
}

#[tokio::test]
async fn p_70_an_object_made_here_keeps_its_name_after_a_restart() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let id = own("rounds.ics");
    let octets = series("rounds");
    let provider = graph.provider()?;
    let made = provider.create(&ward(), &id, octets.as_bytes()).await;
    made.context("creating")?;
    let again = graph.provider()?;
    let (etag, text) = read(&again, &id).await?;
    ensure!(has_line(&text, "UID:rounds"), "{text}");
    let (page, token) = changes(&again, None).await?;
    ensure!(page.present == [(id.clone(), etag)], "{page:?}");

    graph.delete(&id)?;
    let (page, _) = changes(&graph.provider()?, Some(&token)).await?;
    ensure!(
        page.removed.contains(&id) && page.present.is_empty(),
        "{page:?}"
    );
    graph.lawful()
}

#[tokio::test]
async fn p_70_a_copy_of_an_event_takes_no_name_away() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, own("visit.ics"));
    graph.put(
        &id,
        event("visit", "20261125T100000Z", "Visit", &[]).as_bytes(),
    )?;
    let (_, token) = changes(&provider, None).await?;
    let copy = RemoteId::new(format!("{WARD}/~AAA"));
    for title in ["Copy", "Copied"] {
        let text = event("copy", "20261126T100000Z", title, &[]);
        graph.put(&copy, text.as_bytes())?;
        graph.with(|graph, _| graph.mark(WARD, "AAA", NAME, "visit.ics"));
        let again = graph.provider()?;
        let (page, _) = changes(&again, Some(&token)).await?;
        let ids: Vec<_> = page.present.iter().map(|(id, _)| id).collect();
        ensure!(ids == [&copy], "{page:?}");
        let (_, text) = read(&again, &id).await?;
        ensure!(has_line(&text, "SUMMARY:Visit"), "{text}");
    }
    graph.lawful()
}

#[tokio::test]
async fn p_71_what_leaves_the_window_is_not_gone() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, own("visit.ics"));
    graph.put(
        &id,
        event("visit", "20261125T100000Z", "Visit", &[]).as_bytes(),
    )?;
    let (_, token) = changes(&provider, None).await?;
    graph.put(
        &id,
        event("visit", "20361125T100000Z", "Visit", &[]).as_bytes(),
    )?;
    let (page, _) = changes(&provider, Some(&token)).await?;
    ensure!(page.removed.is_empty(), "{page:?}");
    ensure!(
        page.present.iter().any(|(there, _)| *there == id),
        "{page:?}"
    );
    let (page, _) = changes(&graph.provider()?, None).await?;
    ensure!(page.present.is_empty(), "{page:?}");
    // Whoever misses it there asks for it by name.
    read(&graph.provider()?, &id).await?;
    graph.lawful()
}

#[tokio::test]
async fn p_72_an_old_window_and_a_forgotten_token_lead_to_everything() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let provider = graph.provider()?;
    let (_, token) = changes(&provider, None).await?;
    graph.pass(29);
    let (_, token) = changes(&provider, Some(&token)).await?;
    graph.pass(2);
    ensure!(refused_since(&provider, &token).await? == ErrorKind::TokenExpired);
    let (_, token) = changes(&provider, None).await?;
    graph.with(|graph, _| graph.reset_tokens(WARD));
    ensure!(refused_since(&provider, &token).await? == ErrorKind::TokenExpired);
    let foreign = Place {
        link: SyncToken::new("https://evil.example/v1.0/me"),
        ..Place::read(&token).context("no token of ours")?
    };
    let kind = refused_since(&provider, &foreign.token()).await?;
    ensure!(kind == ErrorKind::InvalidRequest, "{kind:?}");
    Ok(())
}

#[tokio::test]
async fn p_73_a_window_without_end_is_left_for_a_smaller_one() -> Result<()> {
    let graph = InMemory::new(Ways {
        page: 2,
        endless_over: Some(300),
        ..Ways::default()
    })?;
    let id = own("visit.ics");
    graph.put(
        &id,
        event("visit", "20261125T100000Z", "Visit", &[]).as_bytes(),
    )?;
    let (page, _) = changes(&graph.provider()?, None).await?;
    ensure!(page.extent == Extent::Complete && page.present.len() == 1);
    graph.with(|graph, _| graph.manners.endless_over = Some(1));
    let refused = graph.provider()?.changes(&ward(), None).await;
    let kind = refused.err().context("it ends")?.kind;
    ensure!(kind == ErrorKind::UnreadableAnswer, "{kind:?}");
    Ok(())
}

#[tokio::test]
async fn p_74_a_change_of_an_occurrence_is_a_new_version_of_its_series() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let (provider, id) = (graph.provider()?, RemoteId::new(format!("{WARD}/~rounds")));
    graph.put(&id, series("rounds").as_bytes())?;
    let (page, token) = changes(&provider, None).await?;
    let first = read(&provider, &id).await?.0;
    ensure!(page.present == [(id.clone(), first.clone())], "{page:?}");

    let (exception, other) = ("rounds.20261126T100000Z", "rounds.20261127T100000Z");
    let fields = json!({"subject": "Latest round"});
    let fields = fields.as_object().context("no members")?;
    graph.with(|graph, now| graph.edit_event(WARD, exception, fields, now))?;
    let (page, token) = changes(&provider, Some(&token)).await?;
    let (second, text) = read(&provider, &id).await?;
    ensure!(
        page.present == [(id.clone(), second.clone())] && second != first,
        "{page:?}"
    );
    ensure!(has_line(&text, "SUMMARY:Latest round"), "{text}");

    let gone = text.replace(
        "RRULE:FREQ=DAILY;COUNT=5\r\n",
        "RRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20261127T100000Z\r\n",
    );
    ensure!(gone != text, "{text}");
    provider
        .update(&ward(), &id, gone.as_bytes(), &second)
        .await?;
    let (page, _) = changes(&provider, Some(&token)).await?;
    let (third, text) = read(&provider, &id).await?;
    ensure!(page.present == [(id.clone(), third)], "{page:?}");
    ensure!(!page.removed.contains(&id), "{page:?}");
    ensure!(
        text.contains("EXDATE") && text.contains("Latest round"),
        "{text}"
    );
    ensure!(
        graph
            .with(|graph, _| graph.calendar(WARD)?.event(other))
            .is_none()
    );
    graph.lawful()
}

#[tokio::test]
async fn p_75_many_objects_are_read_with_one_request_and_once() -> Result<()> {
    let graph = InMemory::new(Ways::default())?;
    let provider = graph.provider()?;
    let mut ids = Vec::new();
    for number in 0..45 {
        let (uid, id) = (
            format!("visit-{number}"),
            own(&format!("visit-{number}.ics")),
        );
        graph.put(
            &id,
            event(&uid, "20261125T100000Z", "Visit", &[]).as_bytes(),
        )?;
        ids.push(id);
    }
    graph.requests();
    let (page, token) = changes(&provider, None).await?;
    ensure!(page.present.len() == 45, "{page:?}");
    // The list, a page of events, and three batches of twenty at most.
    let first = graph.requests();
    ensure!(first == 5, "{first} requests");
    provider.get(&ward(), &ids).await?;
    ensure!(graph.requests() == 0, "what was listed is asked for again");
    changes(&provider, Some(&token)).await?;
    let idle = graph.requests();
    ensure!(idle == 1, "{idle} requests");
    graph.lawful()
}
