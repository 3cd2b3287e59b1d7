//! The life of the app: its window comes and goes, the app stays, and ends when it is told to.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::bus::Bus;

use crate::app;
use crate::feed::FeedAt;
use crate::patience::until;
use crate::program::{self, Program};
use crate::tray_host::TrayHost;

#[tokio::test]
async fn closing_the_window_keeps_the_app_and_the_tray_opens_it_again() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let host = TrayHost::open(&bus)?;
    let mut program = Program::start(&app, tempfile::tempdir()?, bus.address(), &["--tray-only"])?;
    let icon = host.next_icon()?;
    let feed = program.feed()?;

    icon.click("Open")?;
    program.window("shown")?;
    assert!(web_processes(program.id())? > 0);
    close_window(program.id()).await?;
    program.window("closed")?;
    assert_eq!(feed.status(None).await?, 401, "the feed goes on");
    until("the page's process stays", || async {
        ensure!(web_processes(program.id())? == 0, "it is still there");
        Ok(())
    })
    .await?;

    icon.click("Open")?;
    program.window("shown")?;
    icon.click("Quit")?;
    assert!(program.ended().await?.success());
    assert!(feed.status(None).await.is_err(), "nobody listens any more");
    Ok(())
}

#[tokio::test]
async fn a_second_start_opens_the_window_of_the_first() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let program = Program::start(&app, tempfile::tempdir()?, bus.address(), &["--tray-only"])?;
    let feed = program.feed()?;

    second_start(&app, program.folder(), &bus, &["--tray-only"])?;
    second_start(&app, program.folder(), &bus, &[])?;
    program.window("shown")?;
    assert_eq!(feed.status(None).await?, 401);

    let other = Program::start(&app, tempfile::tempdir()?, bus.address(), &["--tray-only"])?;
    let other_feed = other.feed()?;
    assert_eq!(
        FeedAt::status(other_feed, None).await?,
        401,
        "another data folder is another companion"
    );
    Ok(())
}

#[tokio::test]
async fn a_polite_kill_ends_it() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let mut program = Program::start(&app, tempfile::tempdir()?, bus.address(), &["--tray-only"])?;
    let feed = program.feed()?;
    let told = Command::new("kill")
        .arg(program.id().to_string())
        .status()?;
    ensure!(told.success(), "cannot be told");
    assert!(program.ended().await?.success());
    assert!(feed.status(None).await.is_err());
    Ok(())
}

/// Ends by itself, and well.
fn second_start(app: &Path, folder: &Path, bus: &Bus, words: &[&str]) -> Result<()> {
    let ended = program::command(app, folder, bus.address())
        .args(words)
        .output()?;
    ensure!(
        ended.status.success() && ended.stdout.is_empty(),
        "the second start is not the second: {ended:?}"
    );
    Ok(())
}

/// Closes the window of this process as a person does: by the window manager.
pub(crate) async fn close_window(process: u32) -> Result<()> {
    let process = process.to_string();
    until("the window manager knows no window of it", || async {
        let list = Command::new("wmctrl").arg("-lp").output();
        let list = list
            .context("wmctrl does not start (Debian: wmctrl)")?
            .stdout;
        let list = String::from_utf8_lossy(&list).into_owned();
        let mut windows = list.lines().map(|line| line.split_whitespace());
        let ours = windows.find_map(|mut words| {
            let id = words.next()?;
            (words.nth(1)? == process).then_some(id)
        });
        let closed = Command::new("wmctrl")
            .args(["-ic", ours.context("none")?])
            .status()?;
        ensure!(closed.success(), "it does not close");
        Ok(())
    })
    .await
}

/// How many processes draw pages for this one.
fn web_processes(process: u32) -> Result<usize> {
    let process = process.to_string();
    let list = Command::new("ps")
        .args(["--ppid", &process, "-o", "comm="])
        .output()?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    Ok(list
        .lines()
        .filter(|name| name.starts_with("WebKitWebProces"))
        .count())
}
