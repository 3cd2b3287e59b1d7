//! The page in the window: what it shows of the feed, and what it forbids.

use anyhow::Result;
use companion_tests::http::Credentials;

use crate::app;
use crate::desk::{Desk, Keychain};
use crate::feed::FeedAt;

#[tokio::test]
async fn the_window_shows_where_the_feed_is_and_lets_an_app_in() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::AsItIs).await?;

    let (feed, login) = connect_app(&desk).await?;
    assert_eq!(
        feed.status(None).await?,
        401,
        "without a password nothing is told"
    );
    assert_eq!(login.login, "thunderbird");
    assert_eq!(
        feed.status(Some(&login)).await?,
        207,
        "the new login is let in"
    );
    let guess = Credentials {
        password: "guess".to_owned(),
        ..login.clone()
    };
    assert_eq!(feed.status(Some(&guess)).await?, 401);

    desk.click("//button[contains(., 'Done')]").await?;
    desk.click("//button[@aria-label='End access of Thunderbird']")
        .await?;
    desk.click("//div[@role='dialog']//button[contains(., 'End access')]")
        .await?;
    desk.text_of("//p[contains(., 'No app is connected yet')]")
        .await?;
    assert_eq!(
        feed.status(Some(&login)).await?,
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

/// Connects an app; the dialog with its password stays open.
pub(crate) async fn connect_app(desk: &Desk) -> Result<(FeedAt, Credentials)> {
    let value = |of: &str| format!("[role=group][aria-label='{of}'] [data-testid=value]");
    let feed = FeedAt::parse(&desk.text_of(&value("Address")).await?)?;
    desk.click("//button[contains(., 'Connect an app')]")
        .await?;
    desk.click("//button[contains(., 'Make a password')]")
        .await?;
    let login = Credentials {
        login: desk.text_of(&value("User name")).await?,
        password: desk.text_of(&value("Password")).await?,
    };
    Ok((feed, login))
}
