//! `account`: connecting, looking after and removing accounts.

use std::io::IsTerminal as _;

use bridge::accounts::{
    AccountId, Accounts, Collection, Health, NewAccount, NewConnection, Permission, Unsent,
    is_in_browser,
};
use bridge::feed::make_first_calendars;
use bridge::nudge::nudge;
use bridge::provider::GENERIC;
use bridge::provider::caldav::PlainHttp;
use bridge::secrets::Sensitive;
use serde_json::Value;

use crate::arguments::{Account, AddAccount, Browser, Common, PasswordFrom, YesNo};
use crate::browser;
use crate::health;
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};
use crate::serve;

/// Providers that will come, and are not data.
const NOT_YET: [&str; 1] = ["zoom"];

/// Does what was asked.
pub(crate) fn account(common: &Common, command: Account) -> Result<(), Failure> {
    let database = match &command {
        Account::Add(_) => Database::MadeIfMissing,
        _ => Database::Needed,
    };
    let changes = !matches!(&command, Account::List { .. } | Account::Calendars { .. });
    let accounts = Installation::open(common, database)?.accounts(common)?;
    carry_out(&accounts, command)?;
    if changes {
        nudge(&accounts.store)?;
    }
    Ok(())
}

fn carry_out(accounts: &Accounts, command: Account) -> Result<(), Failure> {
    match command {
        Account::Add(add) => self::add(accounts, add),
        Account::List { json } => list(accounts, json),
        Account::Remove { name, force } => {
            let account = accounts.named(&name)?;
            remove(accounts, account.id, unsent(force))?;
            output::note(format_args!(
                "{name} is removed; its provider keeps everything"
            ));
            Ok(())
        }
        Account::Reconnect {
            name,
            password,
            browser,
            changes,
        } => reconnect(accounts, &name, &password, (browser, changes)),
        Account::Calendars { name, json } => calendars(accounts, &name, json),
        Account::Choose {
            name,
            calendars,
            off,
            force,
        } => choose(accounts, &name, &calendars, off.then(|| unsent(force))),
        Account::Busy {
            name,
            calendar,
            answer,
        } => {
            let calendar = calendar_of(accounts, &name, &calendar)?;
            Ok(accounts.set_busy(calendar.id, answer == YesNo::Yes)?)
        }
        Account::Visits {
            name,
            calendar,
            answer,
        } => {
            let calendar = calendar_of(accounts, &name, &calendar)?;
            Ok(accounts.set_visits(calendar.id, answer == YesNo::Yes)?)
        }
        Account::Dress {
            name,
            calendar,
            title,
            color,
        } => {
            let calendar = calendar_of(accounts, &name, &calendar)?;
            if let Some(title) = title {
                accounts.rename_calendar(calendar.id, &title)?;
            }
            if let Some(color) = color {
                accounts.color_calendar(calendar.id, &color)?;
            }
            Ok(())
        }
    }
}

fn unsent(force: bool) -> Unsent {
    if force { Unsent::Lose } else { Unsent::Keep }
}

fn add(accounts: &Accounts, add: AddAccount) -> Result<(), Failure> {
    if NOT_YET.contains(&add.provider.as_str()) {
        return Err(Failure::new(format_args!(
            "{} accounts cannot be connected in this version yet; connect one that speaks CalDAV: account add caldav",
            add.provider
        )));
    }
    let preset = match add.provider.as_str() {
        "caldav" => GENERIC.to_owned(),
        _ => add.provider.clone(),
    };
    // Beside the copies there are always local calendars, and everything in one.
    make_first_calendars(&accounts.store, accounts.clock.now())?;
    let account = if accounts.asks_in_browser(&preset)? {
        let new = NewConnection {
            preset,
            name: add.name,
            calendars: add.calendar,
            permission: permission(add.changes),
        };
        let show = |address: &_| browser::show(address, add.browser);
        crate::wait::until(accounts.connect(&new, show))??
    } else {
        let new = with_password(preset, add)?;
        crate::wait::until(accounts.add(&new))??
    };
    output::note(format_args!(
        "{} is connected. `pharmadoc-bridge sync` fetches its calendars, `run` keeps them in step",
        account.name
    ));
    calendars(accounts, &account.name, false)
}

fn with_password(preset: String, add: AddAccount) -> Result<NewAccount, Failure> {
    let plain_http = if add.allow_plain_http {
        PlainHttp::Allowed
    } else {
        PlainHttp::Refused
    };
    let user = add.user.ok_or_else(|| {
        Failure::new("this account needs your user name there: say it with --user USER")
    })?;
    Ok(NewAccount {
        preset,
        address: add.address,
        user,
        password: password(&add.password)?,
        name: add.name,
        calendars: add.calendar,
        plain_http,
    })
}

/// The calendar that people call so, of the account that the doctor calls so.
fn calendar_of(accounts: &Accounts, name: &str, calendar: &str) -> Result<Collection, Failure> {
    let account = accounts.named(name)?;
    Ok(accounts.calendar_named(&account, calendar)?)
}

/// What the provider gave is withdrawn too, if it can be reached.
fn remove(accounts: &Accounts, id: AccountId, unsent: Unsent) -> Result<(), Failure> {
    accounts.check_removal(id, unsent)?;
    if let Err(error) = crate::wait::until(accounts.withdraw(id))? {
        output::note(error);
    }
    Ok(accounts.remove(id, unsent)?)
}

fn reconnect(
    accounts: &Accounts,
    name: &str,
    from: &PasswordFrom,
    (browser, changes): (Browser, Option<YesNo>),
) -> Result<(), Failure> {
    let account = accounts.named(name)?;
    if is_in_browser(&account) {
        let show = |address: &_| browser::show(address, browser);
        match changes {
            None => crate::wait::until(accounts.connect_again(account.id, show))??,
            Some(answer) => {
                crate::wait::until(accounts.permit(account.id, permission(answer), show))??
            }
        };
    } else {
        let password = password(from)?;
        crate::wait::until(accounts.reconnect(account.id, password))??;
    }
    let waiting = match accounts.unsent(account.id)? {
        0 => "nothing waits".to_owned(),
        count => health::changes_wait(count),
    };
    output::note(format_args!(
        "{name} is connected again; {waiting} to be sent"
    ));
    Ok(())
}

fn permission(changes: YesNo) -> Permission {
    match changes {
        YesNo::Yes => Permission::Change,
        YesNo::No => Permission::Read,
    }
}

/// From its file, or from the person.
pub(crate) fn password(from: &PasswordFrom) -> Result<Sensitive<String>, Failure> {
    if let Some(file) = &from.password_file {
        return serve::password(file);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "there is no terminal to ask for the password on: write it into a file and use --password-file FILE",
        ));
    }
    rpassword::prompt_password("Password: ")
        .map(Sensitive::new)
        .map_err(|error| Failure::new(format_args!("the password cannot be read: {error}")))
}

fn list(accounts: &Accounts, json: bool) -> Result<(), Failure> {
    let all = accounts.health()?;
    if json {
        let all: Vec<Value> = all.iter().map(health::as_json).collect();
        return output::line(Value::from(all));
    }
    if all.is_empty() {
        output::note(
            "no account is connected: pharmadoc-bridge account add caldav ADDRESS --user USER",
        );
    }
    let now = accounts.clock.now();
    for account in &all {
        for line in health::lines(account, now) {
            output::line(line)?;
        }
    }
    Ok(())
}

fn calendars(accounts: &Accounts, name: &str, json: bool) -> Result<(), Failure> {
    let id = accounts.named(name)?.id;
    let all = accounts.health()?;
    let account: &Health = all
        .iter()
        .find(|one| one.account.id == id)
        .ok_or_else(|| Failure::new("it is not there any more; look at the list again"))?;
    if json {
        let all: Vec<Value> = account
            .calendars
            .iter()
            .map(health::calendar_as_json)
            .collect();
        return output::line(Value::from(all));
    }
    for calendar in &account.calendars {
        output::line(health::calendar_line(calendar))?;
    }
    Ok(())
}

fn choose(
    accounts: &Accounts,
    name: &str,
    calendars: &[String],
    off: Option<Unsent>,
) -> Result<(), Failure> {
    let account = accounts.named(name)?;
    for calendar in calendars {
        let calendar = accounts.calendar_named(&account, calendar)?;
        match off {
            Some(unsent) => accounts.unchoose(calendar.id, unsent)?,
            None => accounts.choose(calendar.id)?,
        }
    }
    Ok(())
}
