//! The apps that may read the feed, each with its own password and its own view.

use bridge_core::ids::Login;
use bridge_core::time::Instant;
use chrono::TimeDelta;
use rusqlite::{OptionalExtension as _, Row, params};

use super::calendars::Access;
use super::values::{instant, micros, word_enum};
use super::{ReadTx, StoreError, WriteTx};
use crate::secrets::PasswordHash;

word_enum! {
    /// How much a client sees.
    View {
        /// Everything.
        All = "all",
        /// Only when, not what.
        Busy = "busy",
        /// Only what was booked through PharmaDOC.
        PharmaDoc = "pharmadoc",
    }
}

/// A client app.
#[derive(Clone, Debug)]
pub struct Client {
    /// The name it signs in with.
    pub login: Login,
    /// What the person called it.
    pub label: String,
    /// How much it sees.
    pub view: View,
    /// Whether it may change anything.
    pub access: Access,
    /// What its password is checked against.
    pub password: PasswordHash,
    /// The unguessable part of its `webcal` address.
    pub ics_token: String,
    /// When it was added.
    pub created: Instant,
    /// When it last signed in, to within [`LAST_USED_STEP`].
    pub last_used: Option<Instant>,
    /// Since when it may no longer.
    pub revoked: Option<Instant>,
}

/// What a new client is made from.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The name it signs in with.
    pub login: Login,
    /// What the person calls it.
    pub label: String,
    /// How much it sees.
    pub view: View,
    /// Whether it may change anything.
    pub access: Access,
    /// What its password is checked against.
    pub password: PasswordHash,
    /// The unguessable part of its `webcal` address.
    pub ics_token: String,
}

/// Why a client could not be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// The login is taken (a revoked one may be added again).
    #[error("there is already a client \"{0}\"; revoke it first or choose another name")]
    Exists(Login),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The last use is written at most this often: a busy client costs no write.
pub const LAST_USED_STEP: TimeDelta = TimeDelta::minutes(10);

const COLUMNS: &str =
    "login, label, view, access, password, ics_token, created, last_used, revoked";

fn client(row: &Row<'_>) -> rusqlite::Result<Client> {
    Ok(Client {
        login: Login::new(row.get::<_, String>(0)?),
        label: row.get(1)?,
        view: row.get(2)?,
        access: row.get(3)?,
        password: PasswordHash::from_stored(row.get(4)?),
        ics_token: row.get(5)?,
        created: instant(row.get(6)?),
        last_used: row.get::<_, Option<i64>>(7)?.map(instant),
        revoked: row.get::<_, Option<i64>>(8)?.map(instant),
    })
}

/// The client that signs in as `login`, revoked or not.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &ReadTx<'_>, login: &Login) -> Result<Option<Client>, StoreError> {
    let mut find = tx.prepare(&format!("SELECT {COLUMNS} FROM clients WHERE login = ?1"))?;
    Ok(find.query_row([login.as_str()], client).optional()?)
}

/// The client whose `webcal` address has this token; a revoked one has none.
///
/// # Errors
/// Those of the database.
pub fn by_ics_token(tx: &ReadTx<'_>, token: &str) -> Result<Option<Client>, StoreError> {
    let mut find = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM clients WHERE ics_token = ?1 AND revoked IS NULL"
    ))?;
    Ok(find.query_row([token], client).optional()?)
}

/// Every client, revoked ones too.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Client>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM clients ORDER BY created, login"
    ))?;
    let clients = list.query_map([], client)?;
    Ok(clients.collect::<Result<_, _>>()?)
}

/// Adds a client; one that was revoked may come back with a new password.
///
/// # Errors
/// [`AddError::Exists`] when the login is in use.
pub fn add(tx: &mut WriteTx<'_>, new: &NewClient, now: Instant) -> Result<(), AddError> {
    if find(tx, &new.login)?.is_some_and(|client| client.revoked.is_none()) {
        return Err(AddError::Exists(new.login.clone()));
    }
    Ok(put(tx, new, now)?)
}

/// Adds a client or gives an existing one this password, view and access; an existing one keeps its `webcal`
/// address.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut WriteTx<'_>, new: &NewClient, now: Instant) -> Result<(), StoreError> {
    let changed = tx
        .prepare(
            "UPDATE clients SET label = ?2, view = ?3, access = ?4, password = ?5
             WHERE login = ?1 AND revoked IS NULL",
        )?
        .execute(params![
            new.login.as_str(),
            new.label,
            new.view,
            new.access,
            new.password.as_stored(),
        ])?;
    if changed == 0 {
        put(tx, new, now)?;
    }
    Ok(())
}

fn put(tx: &mut WriteTx<'_>, new: &NewClient, now: Instant) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT OR REPLACE INTO clients (login, label, view, access, password, ics_token, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        new.login.as_str(),
        new.label,
        new.view,
        new.access,
        new.password.as_stored(),
        new.ics_token,
        micros(now),
    ])?;
    Ok(())
}

/// Ends a client's access, now and on open connections. Says whether it had any.
///
/// # Errors
/// Those of the database.
pub fn revoke(tx: &mut WriteTx<'_>, login: &Login, now: Instant) -> Result<bool, StoreError> {
    let revoked = tx
        .prepare("UPDATE clients SET revoked = ?2 WHERE login = ?1 AND revoked IS NULL")?
        .execute(params![login.as_str(), micros(now)])?;
    Ok(revoked > 0)
}

impl Client {
    /// Whether [`note_use`] has something to write.
    pub fn use_is_news(&self, now: Instant) -> bool {
        self.last_used
            .is_none_or(|last| now - last >= LAST_USED_STEP || now < last)
    }
}

/// Notes that the client signed in.
///
/// # Errors
/// Those of the database.
pub fn note_use(tx: &mut WriteTx<'_>, login: &Login, now: Instant) -> Result<(), StoreError> {
    tx.prepare("UPDATE clients SET last_used = ?2 WHERE login = ?1")?
        .execute(params![login.as_str(), micros(now)])?;
    Ok(())
}
