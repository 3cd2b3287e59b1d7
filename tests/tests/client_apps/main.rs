//! Real calendar apps against the real server: what their users would see, in both directions.
//!
//! One binary, so that the apps run side by side. Each test skips loudly when its app is not installed, and fails
//! instead under `cargo xtask test`, which installs all of them.

mod both_ways;
mod calcurse;
mod clouds;
mod evolution;
mod python_caldav;
mod sandbox;
mod thunderbird;
mod vdirsyncer;
mod week;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use companion_tests::clients::colleague::{Colleague, NewCalendar};
use companion_tests::clients::present::{Part, is_present};
use companion_tests::http::Credentials;
use companion_tests::process::{Home, Profile, Server};

const WARD: NewCalendar<'_> = NewCalendar {
    name: "ward",
    title: "Ward 7",
    color: "#0B7A75FF",
};

/// A server with a calendar "Ward 7" that the app and a colleague's device share.
struct Ward {
    home: Home,
    server: Server,
    colleague: Colleague,
}

impl Ward {
    /// A ward for the test of an app; nothing, said loudly, where the app is not installed.
    fn for_app(app: &str, parts: &[Part]) -> Result<Option<Self>> {
        if is_present(app, parts)? {
            Self::open().map(Some)
        } else {
            Ok(None)
        }
    }

    fn open() -> Result<Self> {
        let home = Home::new()?;
        let mut command = home.serve(Profile::Dev)?;
        command.args(["--tls-listen", "127.0.0.1:0"]);
        let server = Server::start(command)?;
        let colleague = Colleague::make(&server, home.credentials(), &WARD)?;
        Ok(Self {
            home,
            server,
            colleague,
        })
    }

    fn credentials(&self) -> &Credentials {
        self.home.credentials()
    }

    /// The certificate authority that the server made for itself.
    fn authority(&self) -> Result<PathBuf> {
        let file = self.home.data_dir().join("feed-ca.pem");
        ensure!(file.exists(), "the server wrote no {}", file.display());
        Ok(file)
    }
}
