//! The page in the window: what it shows of the feed, and what it forbids.

use anyhow::Result;

use crate::app;
use crate::desk::{Desk, Keychain};
use crate::feed::FeedAt;

#[tokio::test]
async fn the_window_shows_where_the_feed_is_and_lets_an_app_in() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::AsItIs).await?;

    let address = desk
        .text_of("[role=group][aria-label='Address'] [data-testid=value]")
        .await?;
    let feed = FeedAt::parse(&address)?;
    assert_eq!(
        feed.status(None).await?,
        401,
        "without a password nothing is told"
    );

    desk.click("//button[contains(., 'Connect an app')]")
        .await?;
    desk.click("//button[contains(., 'Make a password')]")
        .await?;
    let name = desk
        .text_of("[role=group][aria-label='User name'] [data-testid=value]")
        .await?;
    let password = desk
        .text_of("[role=group][aria-label='Password'] [data-testid=value]")
        .await?;
    assert_eq!(name, "thunderbird");
    assert_eq!(
        feed.status(Some((&name, &password))).await?,
        207,
        "the new login is let in"
    );
    assert_eq!(feed.status(Some((&name, "guess"))).await?, 401);

    desk.click("//button[contains(., 'Done')]").await?;
    desk.click("//button[@aria-label='End access of Thunderbird']")
        .await?;
    desk.click("//div[@role='dialog']//button[contains(., 'End access')]")
        .await?;
    desk.text_of("//p[contains(., 'No app is connected yet')]")
        .await?;
    assert_eq!(
        feed.status(Some((&name, &password))).await?,
        401,
        "its access has ended"
    );
    desk.close().await
}

#[tokio::test]
async fn the_page_is_styled_and_forbids_foreign_code() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::AsItIs).await?;
    desk.text_of("//h1[contains(., 'PharmaDOC Companion')]")
        .await?;

    // The style engine's rules carry the nonce; were they refused, the bar would be without a line under it.
    let line = "return getComputedStyle(document.querySelector('header')).borderBottomWidth";
    assert_eq!(desk.run(line).await?, "1px");
    let foreign = "const s = document.createElement('script'); s.textContent = 'window.evil = 1'; \
                   document.body.append(s); return window.evil ? 'ran' : 'refused'";
    assert_eq!(desk.run(foreign).await?, "refused");
    let outside = "window.location.href = 'https://example.com/'; return 'asked'";
    assert_eq!(desk.run(outside).await?, "asked");
    let place = desk.run("return window.location.protocol").await?;
    assert_eq!(place, "tauri:", "the window stays on its own page");
    desk.close().await
}

#[tokio::test]
async fn without_a_keychain_the_window_says_so_and_what_to_do() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::Missing).await?;
    let said = desk.text_of("[role=alert]").await?;
    assert!(said.contains("keychain"), "{said}");
    assert!(said.contains("--key-file"), "{said}");
    desk.text_of("//*[@role='status'][contains(., 'Calendar apps cannot connect')]")
        .await?;
    desk.close().await
}
