//! What the app costs: how soon its icon is there, and how much memory it takes with and without its window.
//!
//! The figures are printed; what is demanded is only what no load of the machine changes: closing the window gives
//! its memory back.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::bus::Bus;
use companion_tests::stopwatch::Stopwatch;

use crate::app;
use crate::living::close_window;
use crate::patience::until;
use crate::program::Program;
use crate::tray_host::TrayHost;

#[tokio::test]
async fn closing_the_window_gives_its_memory_back() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let host = TrayHost::open(&bus)?;
    let watch = Stopwatch::start();
    let program = Program::start(&app, tempfile::tempdir()?, bus.address(), &["--tray-only"])?;
    let icon = host.next_icon()?;
    let to_tray = watch.elapsed();
    icon.shows("No account yet").await?;
    let tray_only = memory(program.id())?;

    icon.click("Open")?;
    program.feed()?;
    program.window("shown")?;
    let with_window = memory(program.id())?;
    close_window(program.id()).await?;
    program.window("closed")?;
    let page = with_window - tray_only;
    until("the memory of the page is not given back", || async {
        let now = memory(program.id())?;
        ensure!(now < tray_only + page / 2, "{now} kB");
        Ok(())
    })
    .await?;
    say(&format!(
        "start to tray {} ms; tray only {} MiB, with the window {} MiB, after closing it {} MiB",
        to_tray.as_millis(),
        tray_only / 1024,
        with_window / 1024,
        memory(program.id())? / 1024
    ));
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the figures are what this test is for")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// The share of memory of a process and of its children (proportional set size), in kB.
fn memory(process: u32) -> Result<u64> {
    let mut sum = of_one(process)?;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(child) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if parent_of(child) == Some(process) {
            sum += memory(child).unwrap_or(0); // it may have ended meanwhile
        }
    }
    Ok(sum)
}

fn of_one(process: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("no Pss")?.parse().context("no number")
}

/// The fourth word of `stat`; the second is a name in brackets that may hold blanks.
fn parent_of(process: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = text.rsplit_once(") ")?;
    after_name.split(' ').nth(1)?.parse().ok()
}
