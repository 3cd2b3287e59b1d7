//! An account that is signed in to in the browser: connected in the window, and again when its permission was withdrawn.

use anyhow::Result;
use companion_tests::browser::Decision;
use companion_tests::service::Service;

use crate::app;
use crate::browser::NotingBrowser;
use crate::desk::Desk;
use crate::sandbox::{Sandbox, words};

#[tokio::test]
async fn google_is_connected_in_the_browser_and_again_after_its_permission_ended() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let (sandbox, browser) = (Sandbox::start()?, NotingBrowser::new()?);
    sandbox.google_event_now("Mrs. Weber")?;
    let endpoints = sandbox.endpoints();
    let desk = Desk::open_beside(&app, &browser, &words(&endpoints)?).await?;

    desk.click("//button[contains(., 'Add account')]").await?;
    desk.click("//button[contains(., 'Google')]").await?;
    desk.sees("To know when you are free").await?;
    decide(&desk, &browser, &sandbox, Decision::Deny).await?;
    desk.sees("permission was not given").await?;
    decide(&desk, &browser, &sandbox, Decision::Allow).await?;
    desk.sees("Google is connected").await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Done')]")
        .await?;
    desk.sees("Mrs. Weber").await?;
    desk.sees("Up to date").await?;

    sandbox.withdraw(Service::Google)?;
    desk.click("//button[contains(., 'Sync now')]").await?;
    desk.click("//button[contains(., 'Connect again')]").await?;
    let page = browser.page().await?;
    desk.sees("Waiting for your browser").await?;
    desk.sees("The browser did not open?").await?;
    // Only its beginning is seen.
    let shown = "return document.querySelector('[role=dialog] [data-testid=value]').textContent";
    assert_eq!(desk.run(shown).await?, page.as_str());
    desk.click("//div[@role='dialog']//button[contains(., 'Cancel')]")
        .await?;
    desk.click("//button[contains(., 'Connect again')]").await?;
    sandbox.decide(Service::Google, &browser.page().await?, Decision::Allow)?;
    desk.sees("Up to date").await?;
    desk.close().await
}

#[tokio::test]
async fn who_removes_outlook_hears_where_its_permission_is_taken_away() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let (sandbox, browser) = (Sandbox::start()?, NotingBrowser::new()?);
    let endpoints = sandbox.endpoints();
    let desk = Desk::open_beside(&app, &browser, &words(&endpoints)?).await?;

    desk.click("//button[contains(., 'Add account')]").await?;
    desk.click("//button[contains(., 'Outlook')]").await?;
    desk.click("//button[contains(., 'Connect in the browser')]")
        .await?;
    let page = browser.page().await?;
    sandbox.decide(Service::Microsoft, &page, Decision::Allow)?;
    desk.sees("Outlook is connected").await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Done')]")
        .await?;
    desk.sees("Up to date").await?;

    desk.click("//button[@aria-label='Calendars of Outlook']")
        .await?;
    desk.click("//button[contains(., 'Remove account')]")
        .await?;
    desk.sees("Nothing is deleted at Outlook").await?;
    desk.click(
        "//div[@role='dialog']//button[contains(., 'Remove')][contains(@class, 'contained')]",
    )
    .await?;
    desk.sees("myapps.microsoft.com").await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Done')]")
        .await?;
    desk.sees("No account yet").await?;
    desk.close().await
}

/// Presses the button of the dialog that opens the browser, and decides there.
async fn decide(
    desk: &Desk,
    browser: &NotingBrowser,
    sandbox: &Sandbox,
    decision: Decision,
) -> Result<()> {
    desk.click("//div[@role='dialog']//button[contains(@class, 'MuiButton-contained')]")
        .await?;
    sandbox.decide(Service::Google, &browser.page().await?, decision)
}
