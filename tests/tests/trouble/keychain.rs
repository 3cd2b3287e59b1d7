//! The keychain: a real gnome-keyring on a message bus of its own, unlocked, locked, and no keychain at all.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use companion_tests::clients::present::{Part, is_present};
use companion_tests::process::{Home, Profile, Server, refusal};
use tempfile::TempDir;

use crate::start::{LIMIT, says};

#[test]
fn an_unlocked_keychain_keeps_the_key_from_start_to_start() -> Result<()> {
    let Some(desktop) = Desktop::new()? else {
        return Ok(());
    };
    desktop.keyring(Some("open sesame"))?;
    let home = Home::new()?;
    for _ in 0..2 {
        Server::start(desktop.within(home.serve_without_key(Profile::Dev, "127.0.0.1:0")?))?;
    }
    Ok(())
}

#[test]
fn a_locked_keychain_is_said_so_with_the_ways_out() -> Result<()> {
    let Some(mut desktop) = Desktop::new()? else {
        return Ok(());
    };
    desktop.keyring(Some("open sesame"))?;
    let home = Home::new()?;
    let start = |desktop: &Desktop| -> Result<Command> {
        Ok(desktop.within(home.serve_without_key(Profile::Dev, "127.0.0.1:0")?))
    };
    Server::start(start(&desktop)?)?;
    desktop.restart_bus()?;
    desktop.keyring(None)?;
    says(
        &refusal(start(&desktop)?, LIMIT)?,
        &["keychain", "unlock it"],
    )
}

#[test]
fn without_a_keychain_the_key_file_is_offered() -> Result<()> {
    let home = Home::new()?;
    let mut command = home.serve_without_key(Profile::Dev, "127.0.0.1:0")?;
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    says(&refusal(command, LIMIT)?, &["keychain", "--key-file"])
}

const KEYRING: [Part; 2] = [
    Part::file("/usr/bin/dbus-daemon", "dbus"),
    Part::file("/usr/bin/gnome-keyring-daemon", "gnome-keyring"),
];

/// A private message bus with its own folders.
struct Desktop {
    folder: TempDir,
    bus: Child,
    address: String,
}

impl Desktop {
    /// `None` where dbus or gnome-keyring is not installed.
    fn new() -> Result<Option<Self>> {
        if !is_present("gnome-keyring", &KEYRING)? {
            return Ok(None);
        }
        let folder = TempDir::with_prefix("bus-")?;
        let (bus, address) = start_bus(&folder)?;
        Ok(Some(Self {
            folder,
            bus,
            address,
        }))
    }

    /// A new bus over the same folders: what was kept stays, nothing is unlocked.
    fn restart_bus(&mut self) -> Result<()> {
        self.bus.kill()?;
        self.bus.wait()?;
        (self.bus, self.address) = start_bus(&self.folder)?;
        Ok(())
    }

    /// Starts the keyring, unlocked with a password or locked.
    fn keyring(&self, password: Option<&str>) -> Result<()> {
        let mut command = Command::new("gnome-keyring-daemon");
        command.arg("--components=secrets");
        command.arg(if password.is_some() {
            "--unlock"
        } else {
            "--daemonize"
        });
        let mut starter = self
            .within(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut stdin = starter.stdin.take().context("no stdin")?;
        stdin.write_all(password.unwrap_or_default().as_bytes())?;
        drop(stdin);
        let mut said = String::new();
        starter
            .stdout
            .take()
            .context("no stdout")?
            .read_to_string(&mut said)?;
        ensure!(
            starter.wait()?.success(),
            "gnome-keyring-daemon does not start: {said}"
        );
        Ok(())
    }

    fn within(&self, mut command: Command) -> Command {
        let folder = self.folder.path();
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder)
            .env("XDG_DATA_HOME", folder.join("share"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL");
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // The keyring ends with its bus.
        self.bus.kill().ok();
        self.bus.wait().ok();
    }
}

fn start_bus(folder: &TempDir) -> Result<(Child, String)> {
    let mut bus = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--print-address=1"])
        .env("XDG_RUNTIME_DIR", folder.path())
        // What the bus starts inherits from it: with a display, the keyring would ask a person there.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut address = String::new();
    BufReader::new(bus.stdout.take().context("no stdout")?).read_line(&mut address)?;
    match address.trim() {
        "" => bail!("dbus-daemon does not start"),
        address => Ok((bus, address.to_owned())),
    }
}
