//! `client`: which apps may read the calendars.

use bridge::clock::{Clock as _, SystemClock};
use bridge::feed::make_first_calendars;
use bridge::ids::OsIds;
use bridge::logins::{self, NewLogin};
use bridge::serving::{Scheme, kept_port};
use bridge::store::Store;
use bridge::store::calendars::Access;
use bridge::store::clients::{self, View};
use bridge_core::ids::Login;

use crate::arguments::{Client, Common};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// Adds, lists or revokes.
pub(crate) fn client(common: &Common, command: Client) -> Result<(), Failure> {
    match command {
        Client::Add {
            name,
            view,
            read_only,
            label,
        } => {
            let installation = Installation::open(common, Database::MadeIfMissing)?;
            let access = if read_only {
                Access::ReadOnly
            } else {
                Access::ReadWrite
            };
            let label = label.unwrap_or_else(|| name.to_string());
            add(&installation.opened.store, &name, label, view, access)
        }
        Client::List { json } => {
            let installation = Installation::open(common, Database::Needed)?;
            list(&installation.opened.store, json)
        }
        Client::Revoke { name } => {
            let installation = Installation::open(common, Database::Needed)?;
            revoke(&installation.opened.store, name)
        }
    }
}

fn add(
    store: &Store,
    login: &Login,
    label: String,
    view: View,
    access: Access,
) -> Result<(), Failure> {
    let now = SystemClock.now();
    make_first_calendars(store, now)?;
    let new = NewLogin {
        login: Some(login.clone()),
        label,
        view,
        access,
    };
    let made = logins::add(store, &OsIds, &new, now)?;
    let port = store.read(|tx| kept_port(tx, Scheme::Http))?;
    let base = port.map_or_else(
        || "the address that `pharmadoc-bridge serve` prints".to_owned(),
        |port| Scheme::Http.address(port),
    );
    output::line(format_args!("address    {base}"))?;
    output::line(format_args!("user name  {login}"))?;
    output::line(format_args!("password   {}", made.password.expose()))?;
    output::line(format_args!(
        "subscribe  ics/{}.ics under the address, read-only, without password",
        made.ics_token
    ))?;
    output::note("The password is shown this once. Lost it? Revoke the app and add it again.");
    Ok(())
}

fn list(store: &Store, json: bool) -> Result<(), Failure> {
    let clients = store.read(clients::list)?;
    if json {
        let clients: Vec<_> = clients.iter().map(as_json).collect();
        return output::line(serde_json::Value::from(clients));
    }
    if clients.is_empty() {
        output::note("no app is allowed in yet: pharmadoc-bridge client add NAME");
    }
    for client in clients {
        let state = match (client.revoked, client.last_used) {
            (Some(at), _) => format!("revoked {}", at.date_naive()),
            (None, Some(at)) => format!("last used {}", at.format("%Y-%m-%d %H:%M UTC")),
            (None, None) => "never used".to_owned(),
        };
        let login = client.login.as_str();
        let (view, access) = (client.view.as_str(), client.access.as_str());
        output::line(format_args!(
            "{login:20}  {view:9}  {access:10}  {state}  {}",
            client.label
        ))?;
    }
    Ok(())
}

pub(crate) fn as_json(client: &clients::Client) -> serde_json::Value {
    serde_json::json!({
        "login": client.login.as_str(),
        "label": client.label,
        "view": client.view.as_str(),
        "access": client.access.as_str(),
        "created": client.created,
        "last_used": client.last_used,
        "revoked": client.revoked,
    })
}

fn revoke(store: &Store, login: Login) -> Result<(), Failure> {
    let name = login.clone();
    if logins::revoke(store, login, SystemClock.now())? {
        output::note(format_args!("{name} is locked out"));
        return Ok(());
    }
    Err(Failure::new(format_args!(
        "no app called \"{name}\" is allowed in; `pharmadoc-bridge client list` shows all"
    )))
}
