//! Adding an account: sign in first, keep it only when that works.

use std::sync::Arc;

use bridge_core::ical::ComponentKind;
use bridge_core::time::Instant;

use super::choose::choose_one;
use super::services::is_in_browser;
use super::{Account, AccountId, Accounts, AccountsError, secret};
use crate::provider::caldav::{CalDav, Found, PlainHttp, SignIn, discover};
use crate::provider::{CalendarProvider as _, Preset, RemoteCalendar, Service, Write};
use crate::secrets::Sensitive;
use crate::slug::numbered;
use crate::store::calendars::Access;
use crate::store::collections::{self, Collection, Offered};
use crate::store::{ReadTx, StoreError, WriteTx, accounts};

/// The longest name of an account.
const LONGEST_NAME: usize = 60;

/// An account that is to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The entry of `providers.toml`.
    pub preset: String,
    /// The server: an address, a host or a mail address; none where the preset knows it.
    pub address: Option<String>,
    /// The user name there.
    pub user: String,
    /// The password.
    pub password: Sensitive<String>,
    /// What the doctor calls it; the provider's name, when nothing is said.
    pub name: Option<String>,
    /// The calendars to choose, by name; all with events, when nothing is said.
    pub calendars: Vec<String>,
    /// Whether addresses without TLS are accepted.
    pub plain_http: PlainHttp,
}

impl Accounts {
    /// Signs in, and keeps the account with its calendars when that works.
    ///
    /// # Errors
    /// [`AccountsError`] says what is wrong with which answer; nothing is kept then.
    pub async fn add(&self, new: &NewAccount) -> Result<Account, AccountsError> {
        let preset = self.preset(&new.preset)?;
        if preset.service != Service::Caldav {
            return Err(AccountsError::InBrowser(preset.title.clone()));
        }
        if let Some(name) = &new.name {
            check_name(name)?;
        }
        let found = self.sign_in(preset, new).await?;
        let provider = self.open(&new.user, &new.password, &found);
        let listed = provider.list_calendars().await;
        let calendars = listed.map_err(AccountsError::Listing)?;
        let chosen = chosen(&calendars, &new.calendars)?;
        let row = accounts::NewAccount {
            name: new.name.clone().unwrap_or_else(|| preset.title.clone()),
            provider: Service::Caldav.name().to_owned(),
            preset: new.preset.clone(),
            address: found.start.to_string(),
            user: new.user.clone(),
            found: serde_json::to_string(&found).ok(),
        };
        let is_name_chosen = new.name.is_some();
        let (key, ids) = (self.key.clone(), Arc::clone(&self.ids));
        let (password, now) = (new.password.clone(), self.clock.now());
        let keep = move |tx: &mut WriteTx<'_>| {
            if let Some(twin) = twin(tx, &row, &found)? {
                return Err(AccountsError::Connected(twin));
            }
            let row = if is_name_chosen {
                row
            } else {
                free_name(tx, row)?
            };
            let account = accounts::add(tx, &row, now)?;
            secret::keep(tx, (&key, ids.as_ref()), account.id, &password, now)?;
            offer(tx, account.id, &calendars, &chosen, now)?;
            Ok(account)
        };
        self.store.write_async(keep).await
    }

    /// Signs in with a new password and keeps it. What waits to be sent is kept too, and goes on.
    ///
    /// # Errors
    /// [`AccountsError::SignIn`] when it is not accepted; the old one is kept then.
    pub async fn reconnect(
        &self,
        id: AccountId,
        password: Sensitive<String>,
    ) -> Result<Account, AccountsError> {
        let account = self.account(id)?;
        if is_in_browser(&account) {
            return Err(AccountsError::InBrowser(account.name));
        }
        let preset = self.preset(&account.preset)?;
        let before: Option<Found> = account.found.as_deref().and_then(read_found);
        let again = NewAccount {
            preset: account.preset.clone(),
            address: Some(account.address.clone()),
            user: account.user.clone(),
            password,
            name: None,
            calendars: Vec::new(),
            plain_http: before.map_or(PlainHttp::Refused, |found| found.plain_http),
        };
        let found = self.sign_in(preset, &again).await?;
        let found = serde_json::to_string(&found).ok();
        let (key, ids) = (self.key.clone(), Arc::clone(&self.ids));
        let (password, now) = (again.password, self.clock.now());
        let keep = move |tx: &mut WriteTx<'_>| -> Result<(), AccountsError> {
            secret::keep(tx, (&key, ids.as_ref()), id, &password, now)?;
            if let Some(found) = &found {
                accounts::set_found(tx, id, found)?;
            }
            Ok(accounts::try_again(tx, id)?)
        };
        self.store.write_async(keep).await?;
        self.account(id)
    }

    pub(super) fn preset(&self, name: &str) -> Result<&Preset, AccountsError> {
        self.presets.get(name).ok_or_else(|| {
            let known: Vec<_> = self.presets.iter().map(|(name, _)| name).collect();
            AccountsError::NoSuchPreset {
                name: name.to_owned(),
                known: known.join(", "),
            }
        })
    }

    async fn sign_in(&self, preset: &Preset, new: &NewAccount) -> Result<Found, AccountsError> {
        let sign_in = SignIn {
            preset,
            address: new.address.as_deref(),
            user: &new.user,
            password: &new.password,
            plain_http: new.plain_http,
        };
        let found = discover(Arc::clone(&self.http), self.dns.as_ref(), &sign_in).await;
        Ok(found?)
    }

    pub(super) fn open(&self, user: &str, password: &Sensitive<String>, found: &Found) -> CalDav {
        CalDav::open(Arc::clone(&self.http), found.clone(), user, password)
    }
}

pub(super) fn read_found(json: &str) -> Option<Found> {
    serde_json::from_str(json).ok()
}

pub(super) fn check_name(name: &str) -> Result<(), AccountsError> {
    let letters = name.chars().count();
    if letters == 0 || letters > LONGEST_NAME || name.contains(char::is_control) {
        return Err(AccountsError::BadName);
    }
    Ok(())
}

/// The account that has the same calendars already: connected twice, every entry would be there twice.
fn twin(
    tx: &ReadTx<'_>,
    new: &accounts::NewAccount,
    found: &Found,
) -> Result<Option<String>, StoreError> {
    let same = |account: &Account| {
        let before = account.found.as_deref().and_then(read_found);
        account.user == new.user && before.is_some_and(|before| before.homes == found.homes)
    };
    let twin = accounts::list(tx)?.into_iter().find(same);
    Ok(twin.map(|account| account.name))
}

pub(super) fn free_name(
    tx: &ReadTx<'_>,
    new: accounts::NewAccount,
) -> Result<accounts::NewAccount, StoreError> {
    let taken: Vec<String> = accounts::list(tx)?
        .into_iter()
        .map(|account| account.name)
        .collect();
    let name = numbered(&new.name).find(|name| !taken.contains(name));
    Ok(accounts::NewAccount {
        name: name.unwrap_or_default(),
        ..new
    })
}

/// Which of the calendars are copied: those that were named; without names, those with events.
pub(super) fn chosen(
    offered: &[RemoteCalendar],
    named: &[String],
) -> Result<Vec<bool>, AccountsError> {
    let is = |calendar: &RemoteCalendar, name: &String| {
        calendar.display_name.to_lowercase() == name.to_lowercase()
    };
    let missing = named
        .iter()
        .find(|name| !offered.iter().any(|calendar| is(calendar, name)));
    if let Some(name) = missing {
        let offered: Vec<_> = offered
            .iter()
            .map(|calendar| calendar.display_name.as_str())
            .collect();
        return Err(AccountsError::NoSuchCalendar {
            name: name.clone(),
            offered: offered.join(", "),
        });
    }
    let has_events = |calendar: &RemoteCalendar| calendar.components.contains(ComponentKind::Event);
    Ok(offered
        .iter()
        .map(|calendar| match named {
            [] => has_events(calendar),
            named => named.iter().any(|name| is(calendar, name)),
        })
        .collect())
}

pub(super) fn offer(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    calendars: &[RemoteCalendar],
    chosen: &[bool],
    now: Instant,
) -> Result<(), AccountsError> {
    for (calendar, chosen) in calendars.iter().zip(chosen) {
        let collection: Collection = collections::offer(tx, account, &offered(calendar))?;
        if *chosen {
            choose_one(tx, &collection, now)?;
        }
    }
    Ok(())
}

fn offered(calendar: &RemoteCalendar) -> Offered {
    Offered {
        remote_id: calendar.id.clone(),
        display_name: calendar.display_name.clone(),
        color: calendar.color.clone(),
        components: calendar.components,
        access: match calendar.write {
            Write::Allowed => Access::ReadWrite,
            Write::Denied => Access::ReadOnly,
        },
    }
}
