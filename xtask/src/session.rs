//! A desktop of our own for machines without one: a display nobody sees, a message bus, a keychain, a window
//! manager and a notification service, all private, all gone when the value is dropped.
//!
//! `HOME` stays (rustup would forget its toolchain without it); the `XDG_*` folders and the bus are ours, so that
//! no test reads or writes the keychain, autostart entries or settings of the person at the machine. The daemons
//! run in process groups of their own: a Ctrl-C at the terminal reaches the program under test, which ends
//! first, and then we end them.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::Run;

/// The running session. Give its variables to every program that is to live in it.
pub(crate) struct Session {
    /// In the order they were started; ended from the last to the first.
    daemons: Vec<Child>,
    folder: PathBuf,
    variables: Vec<(&'static str, Option<OsString>)>,
}

impl Session {
    /// Starts the whole session.
    ///
    /// # Errors
    /// When one of its programs is missing or does not come up; what was started is ended again.
    pub(crate) fn start() -> Result<Self> {
        let folder = private_folder()?;
        let mut session = Self {
            daemons: Vec::new(),
            variables: variables(&folder),
            folder,
        };
        session.start_display()?;
        session.start_bus()?;
        session.unlock_keychain()?;
        for name in ["dunst", "openbox"] {
            let quiet = session
                .command(name)?
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            session
                .daemons
                .push(quiet.with_context(|| format!("cannot start {name}"))?);
        }
        Ok(session)
    }

    /// Starts one more program of the session; it ends with it.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn add(&mut self, mut program: Command, name: &str) -> Result<()> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut program, 0);
        let quiet = program.stdin(Stdio::null()).stdout(Stdio::null());
        let started = quiet.stderr(Stdio::null()).spawn();
        self.daemons
            .push(started.with_context(|| format!("cannot start {name}"))?);
        Ok(())
    }

    /// Where programs of the session keep their settings.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// The variables of a program in this session.
    pub(crate) fn variables(&self) -> &[(&'static str, Option<OsString>)] {
        &self.variables
    }

    /// A program of the session, in a process group of its own.
    fn command(&self, program: &str) -> Result<Command> {
        let mut command = Run::new(program)?.envs(&self.variables).into_command();
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null());
        Ok(command)
    }

    /// The server picks a free display number and writes it down when it accepts clients.
    fn start_display(&mut self) -> Result<()> {
        let arguments = [
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x860x24",
            "-nolisten",
            "tcp",
        ];
        let mut server = self.command("Xvfb")?;
        server
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let number = self.first_line_of("Xvfb", server)?;
        self.variables
            .push(("DISPLAY", Some(format!(":{number}").into())));
        Ok(())
    }

    fn start_bus(&mut self) -> Result<()> {
        let mut bus = self.command("dbus-daemon")?;
        bus.args(["--session", "--nofork", "--print-address=1"]);
        bus.stdout(Stdio::piped()).stderr(Stdio::null());
        let address = self.first_line_of("dbus-daemon", bus)?;
        self.variables
            .push(("DBUS_SESSION_BUS_ADDRESS", Some(address.into())));
        Ok(())
    }

    /// Starts a daemon and waits for the one line that says it is ready.
    fn first_line_of(&mut self, name: &str, mut command: Command) -> Result<String> {
        let mut daemon = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let output = daemon.stdout.take();
        self.daemons.push(daemon);
        let mut line = String::new();
        BufReader::new(output.context("no output to read")?).read_line(&mut line)?;
        match line.trim() {
            "" => bail!("{name} ended before it was ready"),
            ready => Ok(ready.to_owned()),
        }
    }

    /// Unlocked with a password nobody needs again. The starter returns when its daemon holds the name on the bus;
    /// the daemon itself ends with the bus.
    fn unlock_keychain(&mut self) -> Result<()> {
        let mut starter = self
            .command("gnome-keyring-daemon")?
            .args(["--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start gnome-keyring-daemon")?;
        if let Some(mut password) = starter.stdin.take() {
            password.write_all(b"private session")?;
        }
        let mut said = String::new();
        if let Some(mut output) = starter.stdout.take() {
            output.read_to_string(&mut said)?;
        }
        if !starter.wait()?.success() {
            bail!("gnome-keyring-daemon did not unlock the private keychain");
        }
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().rev() {
            drop(daemon.kill());
            drop(daemon.wait());
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// A new folder only we may enter, with a short path: sockets lie in it, and their paths have a limit.
fn private_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("companion-session-{}", std::process::id()));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    for name in ["data", "config", "cache", "state"] {
        builder.create(folder.join(name))?;
    }
    Ok(folder)
}

fn variables(folder: &Path) -> Vec<(&'static str, Option<OsString>)> {
    let within = |name: &str| Some(folder.join(name).into_os_string());
    vec![
        ("XDG_RUNTIME_DIR", Some(folder.into())),
        ("XDG_DATA_HOME", within("data")),
        ("XDG_CONFIG_HOME", within("config")),
        ("XDG_CACHE_HOME", within("cache")),
        ("XDG_STATE_HOME", within("state")),
        ("GDK_BACKEND", Some("x11".into())),
        ("WAYLAND_DISPLAY", None),
        ("GNOME_KEYRING_CONTROL", None),
        ("GTK_THEME", None),
    ]
}
