//! The apps that may read the calendars: each has a user name and a password of its own.

use bridge_core::ids::Login;
use bridge_core::time::Instant;

use crate::ids::{self, Ids, NoRandomness};
use crate::secrets::{PasswordHash, Sensitive};
use crate::slug::{numbered, slug};
use crate::store::calendars::Access;
use crate::store::clients::{self, AddError, NewClient, View};
use crate::store::{Store, StoreError, WriteTx};

/// The longest name of an app that is shown.
const LONGEST_LABEL: usize = 60;
/// The longest user name made from it.
const LONGEST_LOGIN: usize = 24;

/// An app that is to be let in.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// Its user name; made from the label when nobody chose one.
    pub login: Option<Login>,
    /// What the person calls it.
    pub label: String,
    /// How much it sees.
    pub view: View,
    /// Whether it may change anything.
    pub access: Access,
}

/// A login that was made. Nobody can read the password again.
pub struct Made {
    /// The user name.
    pub login: Login,
    /// What the person calls the app.
    pub label: String,
    /// The password.
    pub password: Sensitive<String>,
    /// What the address for apps that only subscribe ends in.
    pub ics_token: String,
}

/// Why a login was not made.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// It cannot be called so.
    #[error("the app needs a name of 1 to {LONGEST_LABEL} letters")]
    Label,
    /// The user name is taken, or the store failed.
    #[error(transparent)]
    Add(#[from] AddError),
    /// There is no randomness for a password.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Lets an app in.
///
/// # Errors
/// [`LoginError`] says what to choose otherwise.
pub fn add(store: &Store, ids: &dyn Ids, new: &NewLogin, now: Instant) -> Result<Made, LoginError> {
    let label = new.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL || label.contains(char::is_control)
    {
        return Err(LoginError::Label);
    }
    let password = ids::password(ids)?;
    let ics_token = ids::token(ids)?;
    let chosen = new.login.clone();
    let client = NewClient {
        login: chosen
            .clone()
            .unwrap_or_else(|| Login::new(slug(&label, LONGEST_LOGIN, "app"))),
        label: label.clone(),
        view: new.view,
        access: new.access,
        password: PasswordHash::of_random(password.expose()),
        ics_token: ics_token.clone(),
    };
    let login = store.write(move |tx| match chosen {
        Some(login) => clients::add(tx, &client, now).map(|()| login),
        None => add_under_a_free_name(tx, client, now),
    })?;
    Ok(Made {
        login,
        label,
        password,
        ics_token,
    })
}

/// `thunderbird`, or `thunderbird-2` when that one is connected already.
fn add_under_a_free_name(
    tx: &mut WriteTx<'_>,
    mut new: NewClient,
    now: Instant,
) -> Result<Login, AddError> {
    let taken: Vec<Login> = clients::list(tx)?
        .into_iter()
        .map(|client| client.login)
        .collect();
    let free = numbered(new.login.as_str())
        .map(Login::new)
        .find(|login| !taken.contains(login));
    new.login = free.unwrap_or(new.login);
    clients::add(tx, &new, now)?;
    Ok(new.login)
}

/// Lets this user name in with this password. One that is there keeps its view and its rights.
///
/// # Errors
/// Those of the database.
pub fn allow(
    store: &Store,
    ids: &dyn Ids,
    login: &Login,
    password: &Sensitive<String>,
    now: Instant,
) -> Result<(), LoginError> {
    let known = store
        .read::<_, StoreError>(|tx| clients::find(tx, login))
        .map_err(AddError::from)?;
    let known = known.filter(|client| client.revoked.is_none());
    if known
        .as_ref()
        .is_some_and(|client| client.password.verify(password.expose()))
    {
        return Ok(());
    }
    let new = NewClient {
        login: login.clone(),
        label: known
            .as_ref()
            .map_or_else(|| login.to_string(), |client| client.label.clone()),
        view: known.as_ref().map_or(View::All, |client| client.view),
        access: known
            .as_ref()
            .map_or(Access::ReadWrite, |client| client.access),
        password: PasswordHash::of_chosen(password.expose(), ids)?,
        ics_token: ids::token(ids)?,
    };
    let set = store.write::<_, StoreError>(move |tx| clients::set(tx, &new, now));
    Ok(set.map_err(AddError::from)?)
}

/// Ends the access of an app, on open connections too. Says whether there was one.
///
/// # Errors
/// Those of the database.
pub fn revoke(store: &Store, login: Login, now: Instant) -> Result<bool, StoreError> {
    store.write(move |tx| clients::revoke(tx, &login, now))
}
