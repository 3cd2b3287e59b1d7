//! The key of the database is where it belongs: in the keychain of the desktop.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

use crate::app;
use crate::desk::{Desk, Keychain};

#[tokio::test]
async fn the_keychain_holds_the_key() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let before = keys()?;
    let desk = Desk::open(&app, Keychain::AsItIs).await?;
    desk.sees("The key is in this computer").await?;
    let after = keys()?;
    ensure!(
        after.iter().any(|key| !before.contains(key)),
        "no new entry among {after:?}"
    );
    desk.close().await
}

/// The entries of the Companion in the keychain of this session.
fn keys() -> Result<Vec<OwnedObjectPath>> {
    let bus = Connection::session()?;
    let service = Proxy::new(
        &bus,
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    )?;
    let of_the_companion = HashMap::from([("service", "PharmaDOC Companion")]);
    let (unlocked, _locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        service.call("SearchItems", &of_the_companion)?;
    Ok(unlocked)
}
