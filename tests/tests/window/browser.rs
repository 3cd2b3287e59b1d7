//! The browser that the app finds: it opens nothing and notes the address, for whoever plays the person.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::Result;
use tempfile::TempDir;
use url::Url;

use crate::patience::until;

/// Half an address must not be read.
const SCRIPT: &str = "#!/bin/sh
cd \"$(dirname \"$0\")\" || exit 1
printf '%s' \"$1\" > part
mv part page
";

pub(crate) struct NotingBrowser(TempDir);

impl NotingBrowser {
    pub(crate) fn new() -> Result<Self> {
        let browser = Self(tempfile::tempdir()?);
        fs::write(browser.program(), SCRIPT)?;
        fs::set_permissions(browser.program(), Permissions::from_mode(0o700))?;
        Ok(browser)
    }

    /// The program for `$BROWSER`.
    pub(crate) fn program(&self) -> PathBuf {
        self.0.path().join("browser")
    }

    /// Waits for the page that was opened, and forgets it.
    pub(crate) async fn page(&self) -> Result<Url> {
        let noted = self.0.path().join("page");
        let address = until("no page is opened", || async {
            Ok(fs::read_to_string(&noted)?)
        })
        .await?;
        fs::remove_file(&noted)?;
        Ok(address.parse()?)
    }
}
