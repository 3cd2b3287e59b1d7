//! Connecting an app: a user name made from what the person calls it, and a password of its own.

use bridge_core::ids::Login;
use bridge_core::time::Instant;

use super::overview::LoginRequest;
use super::problem::{Problem, ProblemCode};
use crate::ids::{self, Ids};
use crate::secrets::{PasswordHash, Sensitive};
use crate::store::clients::{self, AddError, NewClient};
use crate::store::{Store, StoreError};

/// The longest name of an app that is shown.
const LONGEST_LABEL: usize = 60;
/// The longest user name made from it.
const LONGEST_LOGIN: usize = 24;

/// A login that was made.
pub(super) struct Made {
    pub(super) login: Login,
    pub(super) label: String,
    pub(super) password: Sensitive<String>,
    pub(super) ics_token: String,
}

/// Adds a login with a free user name.
pub(super) fn add(
    store: &Store,
    ids: &dyn Ids,
    request: &LoginRequest,
    now: Instant,
) -> Result<Made, Problem> {
    let label = request.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL || label.contains(char::is_control)
    {
        let said = format!("the app needs a name of 1 to {LONGEST_LABEL} letters");
        return Err(Problem::new(ProblemCode::Login, &said));
    }
    let password = ids::password(ids)?;
    let ics_token = ids::token(ids)?;
    let new = NewClient {
        login: Login::new(slug(&label)),
        label: label.clone(),
        view: request.view.into(),
        access: request.access.into(),
        password: PasswordHash::of_random(password.expose()),
        ics_token: ics_token.clone(),
    };
    let login = store
        .write(move |tx| add_under_a_free_name(tx, new, now))
        .map_err(|error| match error {
            AddError::Exists(_) => Problem::new(ProblemCode::Login, &error),
            AddError::Store(error) => error.into(),
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
    tx: &mut crate::store::WriteTx<'_>,
    mut new: NewClient,
    now: Instant,
) -> Result<Login, AddError> {
    let taken: Vec<Login> = clients::list(tx)?
        .into_iter()
        .map(|client| client.login)
        .collect();
    let base = new.login.clone();
    let numbered = (2..).map(|number| Login::new(format!("{base}-{number}")));
    let free = std::iter::once(base.clone())
        .chain(numbered)
        .find(|login| !taken.contains(login));
    new.login = free.unwrap_or(base);
    clients::add(tx, &new, now)?;
    Ok(new.login)
}

/// Ends the access of an app.
pub(super) fn revoke(store: &Store, login: &str, now: Instant) -> Result<(), Problem> {
    let login = Login::new(login.to_owned());
    let had: bool = store.write::<_, StoreError>(move |tx| clients::revoke(tx, &login, now))?;
    if had {
        Ok(())
    } else {
        let said = "this app is no longer connected; the list shows those that are";
        Err(Problem::new(ProblemCode::Login, &said))
    }
}

/// A user name that every app takes: small letters, digits and single hyphens.
fn slug(label: &str) -> String {
    let mut slug = String::new();
    for letter in label.chars() {
        match letter.to_ascii_lowercase() {
            plain if plain.is_ascii_alphanumeric() => slug.push(plain),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(LONGEST_LOGIN);
    match slug.trim_end_matches('-') {
        "" => "app".to_owned(),
        slug => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_plain() {
        for (label, expected) in [
            ("Thunderbird", "thunderbird"),
            ("Apple Calendar (iMac)", "apple-calendar-imac"),
            ("日本", "app"),
            ("Évolution", "volution"),
            (
                "a very long name that nobody would type",
                "a-very-long-name-that-no",
            ),
        ] {
            assert_eq!(slug(label), expected);
        }
    }
}
