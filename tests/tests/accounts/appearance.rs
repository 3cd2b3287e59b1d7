//! What a calendar is called, how it looks and what it is for: set by the doctor, seen by the apps, unknown to the provider.

use anyhow::{Context as _, Result, ensure};
use bridge::companion::{CalendarChange, Direction};
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::{App, Stage, item};

use crate::facade::Window;

fn name(stage: &Stage) -> Result<String> {
    let accounts = stage.json(&["account", "list", "--json"])?;
    Ok(accounts[0]["name"]
        .as_str()
        .context("no account")?
        .to_owned())
}

#[test]
fn a_name_and_a_colour_of_ones_own_outlast_those_of_the_provider() -> Result<()> {
    let stage = Stage::connected(Scenario::ClinicWeek)?;
    let account = name(&stage)?;
    let theirs = stage.json(&["account", "calendars", &account, "--json"])?;
    let first = item(&theirs, "chosen", true)?;
    let (called, feed) = (
        first["display_name"].as_str().context("no name")?,
        first["name"].as_str().context("no copy")?,
    );
    let dress = ["account", "dress", &account, called];
    let own = [
        &dress[..],
        &["--title", "Station & 7", "--color", "#0F8B8D"],
    ]
    .concat();
    stage.bridge(&own)?.done()?;
    stage
        .bridge(&[&dress[..3], &["Station & 7", "--color", "teal"]].concat())?
        .failed(&["teal", "#2a7de1"])?;

    let server = stage.run()?;
    let said = App::of(&stage.home, &server).properties(feed)?;
    ensure!(
        said.contains("Station &amp; 7") && said.contains("#0f8b8d"),
        "{said}"
    );
    drop(server);
    let renamed = Order::RenameCalendar {
        calendar: remote(&stage, called)?,
        display_name: "Elsewhere".into(),
    };
    stage.order(renamed)?;
    stage.bridge(&["sync"])?.done()?;
    let now = stage.json(&["account", "calendars", &account, "--json"])?;
    let ours = item(&now, "name", feed)?;
    ensure!(
        ours["display_name"] == "Station & 7" && ours["provider_name"] == "Elsewhere",
        "{ours}"
    );
    stage
        .bridge(&["account", "dress", &account, "Station & 7", "--title", ""])?
        .done()?;
    let now = stage.json(&["account", "calendars", &account, "--json"])?;
    ensure!(
        item(&now, "name", feed)?["display_name"] == "Elsewhere",
        "{now}"
    );
    Ok(())
}

/// The name in its URL of the calendar that people call so.
fn remote(stage: &Stage, called: &str) -> Result<String> {
    let found = stage.sandbox.with_caldav(|server, _| {
        let mut all = server.calendars();
        let found = all.find(|(_, one)| one.display_name == called);
        found.map(|(name, _)| name.to_owned())
    });
    found.context("there is no such calendar")
}

#[test]
fn calendars_are_put_in_order_and_told_what_they_are_for() -> Result<()> {
    let stage = Stage::connected(Scenario::ClinicWeek)?;
    let window = Window::open(&stage)?;
    let account = window.until(|account| account.calendars.len() > 1)?;
    let mut copies = account.calendars.into_iter().filter(|one| one.chosen);
    let (first, second) = (copies.next(), copies.next());
    let (first, second) = (first.context("none")?, second.context("only one")?);
    let change = |id, change| window.companion.change_calendar(id, change);
    change(second.id, CalendarChange::Move(Direction::Up))?;
    change(second.id, CalendarChange::Move(Direction::Up))?;
    let order: Vec<i64> = window
        .account()?
        .calendars
        .iter()
        .map(|one| one.id)
        .collect();
    ensure!(order.starts_with(&[second.id, first.id]), "{order:?}");
    let listed = window.companion.overview()?.calendars;
    let place = |called: &str| listed.iter().position(|one| one.display_name == called);
    ensure!(
        place(&second.display_name) < place(&first.display_name),
        "{listed:?}"
    );

    change(second.id, CalendarChange::Visits(true))?;
    let calendars = window.account()?.calendars;
    ensure!(calendars[0].visits && !calendars[1].visits, "{calendars:?}");
    stage.order(Order::AddCalendar {
        calendar: "board".into(),
        display_name: "Board".into(),
        read_only: true,
    })?;
    window.companion.sync_now(None)?;
    let account = window.until(|account| {
        account
            .calendars
            .iter()
            .any(|one| one.display_name == "Board")
    })?;
    let board = account
        .calendars
        .iter()
        .find(|one| one.display_name == "Board");
    let board = board.context("it went")?.id;
    window.companion.choose_calendar(board, true)?;
    let refused = change(board, CalendarChange::Visits(true)).err();
    let said = refused
        .context("a visit in a calendar for reading")?
        .message;
    ensure!(said.contains("for reading only"), "{said}");
    Ok(())
}
