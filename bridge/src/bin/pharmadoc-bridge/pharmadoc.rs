//! `pharmadoc`: signing in to the platform, and out.

use bridge::pharmadoc::Pharmadoc as Platform;
use serde_json::{Value, json};

use crate::account;
use crate::arguments::{Common, Pharmadoc};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// Does what was said.
pub(crate) fn pharmadoc(common: &Common, command: Pharmadoc) -> Result<(), Failure> {
    let installation = Installation::open(common, Database::MadeIfMissing)?;
    let accounts = installation.accounts(common)?;
    let platform = Platform::over(&accounts, &installation.config).ok_or_else(|| {
        Failure::new(format_args!(
            "nobody said where PharmaDOC is: put a [pharmadoc] section with api, auth and key into {}",
            installation.paths.config_file().display()
        ))
    })?;
    match command {
        Pharmadoc::SignIn { user, password } => {
            let password = account::password(&password)?;
            let doctor = crate::wait::until(platform.sign_in(&user, &password))??;
            output::note(format_args!("{} is signed in to PharmaDOC", doctor.mail));
        }
        Pharmadoc::SignOut => {
            crate::wait::until(platform.sign_out())??;
            output::note("nobody is signed in to PharmaDOC");
        }
    }
    Ok(bridge::nudge::nudge(&accounts.store)?)
}

/// Who is signed in, for `status --json`.
pub(crate) fn as_json(platform: &Platform) -> Result<Value, Failure> {
    let doctor = platform.doctor()?;
    Ok(json!({
        "user": doctor.map(|doctor| doctor.mail),
        "watches": platform.watches()?,
    }))
}
