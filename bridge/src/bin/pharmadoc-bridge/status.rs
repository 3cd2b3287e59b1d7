//! `status`: what is there, and what needs attention with its fix.

use bridge::accounts::{ConflictView, Health, HeldView};
use bridge::clock::{Clock as _, SystemClock};
use bridge::pharmadoc::Pharmadoc;
use bridge::serving::{Scheme, kept_port};
use bridge::store::calendars::{self, Calendar};
use bridge::store::clients::{self, Client};
use bridge::store::{ReadTx, StoreError, objects};
use bridge_core::time::Instant;
use serde_json::{Value, json};

use crate::arguments::{Common, Status};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};
use crate::{client, conflicts, deletions, health, pharmadoc};

/// What the database says about itself.
struct State {
    accounts: Vec<Health>,
    conflicts: Vec<ConflictView>,
    held: Vec<HeldView>,
    calendars: Vec<(Calendar, u64)>,
    clients: Vec<Client>,
    http: Option<u16>,
    https: Option<u16>,
    /// Nothing where nobody said where PharmaDOC is.
    pharmadoc: Value,
}

/// Shows the state of everything.
pub(crate) fn status(common: &Common, status: &Status) -> Result<(), Failure> {
    let installation = Installation::open(common, Database::Needed)?;
    let accounts = installation.accounts(common)?;
    let platform = Pharmadoc::over(&accounts, &installation.config);
    let state = State {
        pharmadoc: platform
            .as_ref()
            .map_or(Ok(Value::Null), pharmadoc::as_json)?,
        accounts: accounts.health()?,
        conflicts: accounts.conflicts()?,
        held: accounts.held()?,
        ..installation.opened.store.read(state)?
    };
    let database = installation.paths.database();
    let size = std::fs::metadata(&database).map_or(0, |file| file.len());
    if status.json {
        return output::line(as_json(&state, &database.display().to_string(), size));
    }
    output::line(format_args!(
        "database   {} ({} KiB, encrypted)",
        database.display(),
        size / 1024
    ))?;
    let ports = [
        ("http", Scheme::Http, state.http),
        ("https", Scheme::Https, state.https),
    ];
    for (name, scheme, port) in ports {
        let address = port.map(|port| scheme.address(port));
        let said = address.unwrap_or_else(|| "no port chosen yet".to_owned());
        output::line(format_args!("{name:<9}  {said}"))?;
    }
    output::line("")?;
    accounts_in_lines(&state, SystemClock.now())?;
    output::line("")?;
    for (calendar, count) in &state.calendars {
        let (name, access) = (calendar.name.as_str(), calendar.access.as_str());
        output::line(format_args!(
            "{name:20}  {access:10}  {count} objects  {}",
            calendar.display_name
        ))?;
    }
    let active = state
        .clients
        .iter()
        .filter(|client| client.revoked.is_none())
        .count();
    output::line("")?;
    let apps = if active == 1 { "app" } else { "apps" };
    output::line(format_args!("{active} {apps} may read the calendars"))?;
    if active == 0 {
        output::line("to allow one in: pharmadoc-bridge client add NAME")?;
    }
    Ok(())
}

fn accounts_in_lines(state: &State, now: Instant) -> Result<(), Failure> {
    if state.accounts.is_empty() {
        output::line("no account is connected: pharmadoc-bridge account add")?;
    }
    for line in state
        .accounts
        .iter()
        .flat_map(|account| health::lines(account, now))
    {
        output::line(line)?;
    }
    if let Some(user) = state.pharmadoc.get("user").and_then(Value::as_str) {
        output::line(format_args!("{user} is signed in to PharmaDOC"))?;
    }
    if !state.conflicts.is_empty() {
        let count = state.conflicts.len();
        output::line(format_args!(
            "{count} versions lost in conflicts: pharmadoc-bridge conflicts list"
        ))?;
    }
    if !state.held.is_empty() {
        output::line("deletions wait for you: pharmadoc-bridge deletions list")?;
    }
    Ok(())
}

fn state(tx: &ReadTx<'_>) -> Result<State, StoreError> {
    let calendars = calendars::list(tx)?.into_iter().map(|calendar| {
        let count = objects::count(tx, calendar.id)?;
        Ok((calendar, count))
    });
    Ok(State {
        accounts: Vec::new(),
        conflicts: Vec::new(),
        held: Vec::new(),
        calendars: calendars.collect::<Result<_, StoreError>>()?,
        clients: clients::list(tx)?,
        http: kept_port(tx, Scheme::Http)?,
        https: kept_port(tx, Scheme::Https)?,
        pharmadoc: Value::Null,
    })
}

fn as_json(state: &State, database: &str, size: u64) -> Value {
    let calendars: Vec<Value> = state
        .calendars
        .iter()
        .map(|(calendar, count)| {
            json!({
                "name": calendar.name.as_str(),
                "display_name": calendar.display_name,
                "kind": calendar.kind.as_str(),
                "access": calendar.access.as_str(),
                "components": calendar.components.to_string(),
                "time_zone": calendar.zone.tzid,
                "objects": count,
            })
        })
        .collect();
    json!({
        "database": { "path": database, "bytes": size },
        "ports": { "http": state.http, "https": state.https },
        "accounts": state.accounts.iter().map(health::as_json).collect::<Vec<_>>(),
        "calendars": calendars,
        "clients": state.clients.iter().map(client::as_json).collect::<Vec<_>>(),
        "pharmadoc": state.pharmadoc,
        "conflicts": state.conflicts.iter().map(conflicts::as_json).collect::<Vec<_>>(),
        "held_deletions": state.held.iter().map(deletions::as_json).collect::<Vec<_>>(),
        "problems": state.accounts.iter().flat_map(health::problems).collect::<Vec<_>>(),
    })
}
