//! What waits for the doctor's word, seen and answered in the window, with the provider behind it.

use anyhow::{Result, ensure};

use crate::accounts::connect_account;
use crate::app;
use crate::desk::{Desk, Keychain};
use crate::page::connect_app;
use crate::patience::until;
use crate::sandbox::{Sandbox, words};

/// So many deletions at once look like an accident, whatever else is in the calendar.
const MANY: usize = 40;

#[tokio::test]
async fn of_an_event_that_both_sides_renamed_the_other_version_can_be_had() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let sandbox = Sandbox::start()?;
    sandbox.event_now("Mrs. Weber")?;
    let desk = Desk::open_with(&app, Keychain::AsItIs, &words(&sandbox.endpoints())?).await?;
    connect_account(&desk, &sandbox).await?;
    desk.sees("Mrs. Weber").await?;
    let (feed, login) = connect_app(&desk).await?;
    desk.click("//button[contains(., 'Done')]").await?;

    // The window has not looked again yet when the app writes.
    let ours = sandbox
        .text_of_now()?
        .replace("Mrs. Weber", "Mrs. Weber and son");
    sandbox.rename_now("Mrs. Weber", "Mrs. Weber, by telephone")?;
    feed.put(&login, "praxis/now.ics", &ours).await?;
    desk.sees("Changed on both sides").await?;
    desk.sees("Kept as it is at the provider; differed in title")
        .await?;
    desk.sees("Mrs. Weber, by telephone").await?;

    desk.click("//button[@aria-label='Take the other version of Mrs. Weber and son']")
        .await?;
    desk.sees("Restored").await?;
    until("the provider has not got the other version", || async {
        let there = sandbox.text_of_now()?;
        ensure!(there.contains("SUMMARY:Mrs. Weber and son"), "{there}");
        Ok(())
    })
    .await?;
    desk.close().await
}

#[tokio::test]
async fn many_deletions_at_the_provider_wait_for_a_word_and_it_is_kept() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let sandbox = Sandbox::start()?;
    sandbox.put_many(MANY)?;
    let desk = Desk::open_with(&app, Keychain::AsItIs, &words(&sandbox.endpoints())?).await?;
    connect_account(&desk, &sandbox).await?;
    desk.sees("Up to date").await?;

    sandbox.delete_many(MANY)?;
    desk.click("//button[contains(., 'Sync now')]").await?;
    desk.sees(&format!(
        "{MANY} entries of “Praxis” were deleted at Sandbox. They are still here."
    ))
    .await?;
    desk.sees("and 35 more").await?;
    desk.click("//button[contains(., 'Put them back')]").await?;
    all_are_there(&sandbox, true).await?;
    desk.sees("Up to date").await?;

    sandbox.delete_many(MANY)?;
    desk.click("//button[contains(., 'Sync now')]").await?;
    desk.click("//button[contains(., 'Delete them here too')]")
        .await?;
    desk.lacks("Your word is needed").await?;
    desk.sees("Up to date").await?;
    all_are_there(&sandbox, false).await?;
    desk.close().await
}

/// Waits until all that were deleted are at the provider again, or none of them.
async fn all_are_there(sandbox: &Sandbox, expected: bool) -> Result<()> {
    until("the provider has something else", || async {
        let there = sandbox.count_of_many()?;
        ensure!(there == if expected { MANY } else { 0 }, "{there} there");
        Ok(())
    })
    .await
}
