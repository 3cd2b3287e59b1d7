//! One story over any provider that is asked in JSON, told once for each of its answers that may be lost.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bridge::provider::CalendarProvider;
use bridge_core::ids::ObjectName;
use companion_tests::clients::text::{event, has_line};

use crate::conformance::series;
use crate::desk::Desk;

/// A service with a calendar.
pub(crate) trait Cloud {
    /// The provider over it.
    fn provider(self: &Arc<Self>) -> Result<impl CalendarProvider + 'static>;

    /// The answer to the request after `requests` others is lost. Says whether the last one that should be was.
    fn lose(&self, requests: Option<usize>) -> bool;

    /// The number of its latest change.
    fn latest(&self) -> u64;

    /// The titles of what is in the calendar.
    fn titles(&self) -> Option<Vec<String>>;

    /// Whether nothing was sent against the contract.
    fn lawful(&self) -> Result<()>;
}

/// Tells the story over a new service for each answer, until none is left to lose.
pub(crate) async fn whichever_answer_is_lost<C: Cloud>(
    calendar: &'static str,
    new: impl Fn() -> Result<Arc<C>>,
) -> Result<()> {
    for loses in 0..100 {
        let told = story(&new()?, calendar, loses).await;
        if !told.with_context(|| format!("after {loses} requests"))? {
            ensure!(loses > 15, "only {loses} requests");
            return Ok(());
        }
    }
    anyhow::bail!("the story does not end")
}

/// A new series with an exception, an edit of both, a deletion.
async fn story(cloud: &Arc<impl Cloud>, calendar: &'static str, loses: usize) -> Result<bool> {
    let mut desk = Desk::new(cloud.provider()?, calendar)?;
    desk.round().await?;
    cloud.lose(Some(loses));
    let name = ObjectName::new("many.ics");
    desk.save(name.clone(), "many", series("many"))?;
    desk.save(
        ObjectName::new("brief.ics"),
        "brief",
        event("brief", "20261125T100000Z", "Brief", &[]),
    )?;
    desk.round().await?;
    let (_, text) = desk.existing("many")?;
    let edited = text
        .replace("SUMMARY:Round\r\n", "SUMMARY:Rounds\r\n")
        .replace("SUMMARY:Later round\r\n", "SUMMARY:Latest round\r\n");
    desk.save(name, "many", edited)?;
    // Whether what was deleted was made by us can only be told by then.
    desk.round().await?;
    desk.round().await?;
    let (brief, _) = desk.existing("brief")?;
    desk.delete(brief)?;
    for _ in 0..8 {
        desk.round().await?;
    }
    let was_lost = cloud.lose(None);
    let changes = cloud.latest();
    desk.round().await?;
    ensure!(cloud.latest() == changes, "it does not come to rest");
    let mut titles = cloud.titles().context("the calendar is gone")?;
    titles.sort();
    ensure!(titles == ["Latest round", "Rounds"], "{titles:?}");
    let (_, here) = desk.existing("many")?;
    ensure!(
        has_line(&here, "SUMMARY:Latest round") && has_line(&here, "SUMMARY:Rounds"),
        "{here}"
    );
    ensure!(desk.text("brief")?.is_none(), "what was deleted is here");
    cloud.lawful()?;
    Ok(was_lost)
}
