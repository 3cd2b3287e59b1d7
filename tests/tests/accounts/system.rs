//! What the system says of itself reaches the companion.

use anyhow::{Result, ensure};
use companion_tests::clients::bus::Bus;
use companion_tests::clients::patience::until;
use companion_tests::clients::present::{Part, is_present};
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::{App, Stage, event, events};
use zbus::blocking::connection;

use crate::syncing::feed_name;

const PARTS: &[Part] = &[Part::file("/usr/bin/dbus-daemon", "apt: dbus")];

/// The computer slept while a colleague edited; nobody waits minutes for the next look.
#[cfg(target_os = "linux")]
#[test]
fn a_round_begins_when_the_computer_wakes_up() -> Result<()> {
    if !is_present("dbus-daemon", PARTS)? {
        return Ok(());
    }
    let bus = Bus::start()?;
    let logind = connection::Builder::address(bus.address())?
        .name("org.freedesktop.login1")?
        .build()?;
    let stage = Stage::connected(Scenario::Orders(events("praxis", 1)))?;
    let server = stage.run_with(&[("DBUS_SYSTEM_BUS_ADDRESS", bus.address())])?;
    let app = App::of(&stage.home, &server);
    let calendar = feed_name(&stage, "praxis")?;

    // The first may come with the round of the start; the second is seen early because of the signal alone.
    for title in ["Edited once", "Edited in the night"] {
        stage.order(Order::Put {
            calendar: "praxis".into(),
            name: "e0.ics".into(),
            object: event("e0", title),
        })?;
        until(&format!("{title} in the feed"), || {
            logind.emit_signal(
                None::<&str>,
                "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager",
                "PrepareForSleep",
                &false,
            )?;
            let text = app.get(&calendar, "e0.ics")?;
            Ok(text.filter(|text| text.contains(title)))
        })?;
    }
    Ok(())
}

/// The doctor's agenda is in the zone that every other program uses.
#[test]
fn the_agenda_is_in_the_zone_that_tz_names() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 1)))?;
    for (zone, time) in [
        ("Asia/Kolkata", "14:30–15:30"),
        (":America/New_York", "04:00–05:00"),
    ] {
        let mut command =
            stage.command(&["agenda", "--from", "2026-12-01", "--to", "2026-12-10"])?;
        let output = command.env("TZ", zone).output()?;
        let said = String::from_utf8(output.stdout)?;
        ensure!(said.contains(time), "{zone}: {said}");
    }
    Ok(())
}
