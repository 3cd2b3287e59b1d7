//! An account from the form to the end of its server, seen in the window.

use anyhow::Result;

use crate::app;
use crate::desk::{Desk, Keychain};
use crate::feed::FeedAt;
use crate::sandbox::{Sandbox, words};

/// The state of the account, as its row says it.
const STATE: &str = "[data-testid='account-state']";

#[tokio::test]
async fn an_account_is_added_by_the_form_and_survives_its_server() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let mut sandbox = Sandbox::start()?;
    sandbox.event_now("Mrs. Weber")?;
    let desk = Desk::open_with(&app, Keychain::AsItIs, &words(&sandbox.endpoints())?).await?;

    add_account(&desk, &sandbox, "a guess").await?;
    let refused = "//p[contains(@class, 'Mui-error')][ancestor::*[.//input[@type='password']]]";
    desk.text_of(refused).await?;
    desk.clear("Password").await?;
    desk.fill("Password", sandbox.login("password")?).await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Connect')]")
        .await?;
    desk.sees("is connected").await?;
    desk.sees("Praxis").await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Done')]")
        .await?;

    desk.sees("Mrs. Weber").await?;
    desk.sees("Up to date").await?;

    sandbox.die()?;
    desk.click("//button[contains(., 'Sync now')]").await?;
    desk.sees("trying again").await?;
    let said = desk.text_of("[role=alert]").await?;
    assert!(said.contains("reached"), "{said}");
    desk.sees("Mrs. Weber").await?;
    let address = desk
        .text_of("[role=group][aria-label='Address'] [data-testid=value]")
        .await?;
    assert_eq!(FeedAt::parse(&address)?.status(None).await?, 401);
    desk.close().await
}

#[tokio::test]
async fn a_revoked_password_is_said_and_mended_in_the_window() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let sandbox = Sandbox::start()?;
    let desk = Desk::open_with(&app, Keychain::AsItIs, &words(&sandbox.endpoints())?).await?;
    connect_account(&desk, &sandbox).await?;
    desk.sees("Up to date").await?;

    sandbox.revoke_password()?;
    desk.click("//button[contains(., 'Sync now')]").await?;
    desk.click("//button[contains(., 'New password')]").await?;
    sandbox.new_password("mended-once-more")?;
    desk.fill("Password", "mended-once-more").await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Sign in')]")
        .await?;
    desk.sees("Up to date").await?;
    let state = desk.text_of(STATE).await?;
    assert!(state.contains("Up to date"), "{state}");
    desk.close().await
}

/// Connects the sandbox's account.
pub(crate) async fn connect_account(desk: &Desk, sandbox: &Sandbox) -> Result<()> {
    add_account(desk, sandbox, sandbox.login("password")?).await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Done')]")
        .await
}

/// Types what the form wants and connects.
async fn add_account(desk: &Desk, sandbox: &Sandbox, password: &str) -> Result<()> {
    desk.click("//button[contains(., 'Add account')]").await?;
    desk.click("//button[contains(., 'Sandbox')]").await?;
    desk.fill("User name", sandbox.login("user")?).await?;
    desk.fill("Password", password).await?;
    desk.click("//div[@role='dialog']//button[contains(., 'Connect')]")
        .await
}
