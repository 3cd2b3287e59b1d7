//! The icon in a real tray host, and the menu behind it.

use std::fs::File;
use std::io::BufReader;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use bridge::clock::{Clock as _, SystemClock};
use chrono::TimeDelta;
use companion_tests::clients::bus::Bus;
use companion_tests::process::{Profile, binary};

use crate::app;
use crate::patience::until;
use crate::program::Program;
use crate::tray_host::{Icon, TrayHost};

#[tokio::test]
async fn the_tray_shows_what_comes_and_how_everything_is() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let host = TrayHost::open(&bus)?;
    let folder = tempfile::tempdir()?;
    a_visit_is_under_way(folder.path())?;
    let program = Program::start(&app, folder, bus.address(), &["--tray-only"])?;

    let icon = host.next_icon()?;
    icon.shows("No account yet").await?;
    icon.shows("Mrs. Weber & son").await?;
    let lines = icon.lines()?;
    for fixed in ["Sync now", "Open", "Quit"] {
        assert!(lines.iter().any(|line| line == fixed), "{lines:?}");
    }
    looks_like(&icon, "fine").await?;
    drop(program);
    Ok(())
}

#[tokio::test]
async fn the_tray_says_that_the_feed_cannot_serve() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let bus = Bus::start()?;
    let host = TrayHost::open(&bus)?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("config.toml"), "this is no TOML")?;
    let program = Program::start(&app, folder, bus.address(), &["--tray-only"])?;

    let icon = host.next_icon()?;
    icon.shows("Calendar apps cannot connect").await?;
    looks_like(&icon, "needs-you").await?;
    drop(program);
    Ok(())
}

/// An hour before and after now, with a name that a menu could misread.
fn a_visit_is_under_way(folder: &std::path::Path) -> Result<()> {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let now = SystemClock.now();
    let (start, end) = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
    let file = folder.join("visit.ics");
    std::fs::write(
        &file,
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:visit\r\nDTSTAMP:{0}\r\n\
             DTSTART:{0}\r\nDTEND:{1}\r\nSUMMARY:Mrs. Weber & son\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            time(start),
            time(end)
        ),
    )?;
    let done = Command::new(binary(Profile::Dev)?)
        .arg("import")
        .arg(&file)
        .args(["--calendar", "calendar", "--data-dir"])
        .arg(folder)
        .arg("--key-file")
        .arg(folder.join("key"))
        .output()?;
    ensure!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}

/// Waits until the icon is the one with this name among the app's own.
async fn looks_like(icon: &Icon<'_>, name: &str) -> Result<()> {
    let ours = format!("{}/../icons/tray/{name}.png", env!("CARGO_MANIFEST_DIR"));
    let wanted = pixels(&ours)?;
    until(&format!("the icon is not {name}"), || async {
        ensure!(pixels(&icon.picture()?)? == wanted, "it is another");
        Ok(())
    })
    .await
}

/// The picture without the way it is packed.
fn pixels(file: &str) -> Result<Vec<u8>> {
    let file = BufReader::new(File::open(file).with_context(|| file.to_owned())?);
    let mut picture = png::Decoder::new(file).read_info()?;
    let mut pixels = vec![0; picture.output_buffer_size().context("too large")?];
    picture.next_frame(&mut pixels)?;
    Ok(pixels)
}
