//! A home folder, a message bus and (if wanted) a display of one app's own, gone when the value is dropped.
//!
//! Each test starts its own, so that tests run side by side, run alone without `cargo xtask`, and never read or
//! write anything of the person at the machine. The time zone is Berlin's: a server that mixes up wall time and
//! UTC shows it there.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

/// Whether the app draws windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A program for the terminal or without any face.
    None,
    /// A screen that nobody sees, 1440 by 900 pixels.
    Unseen,
}

/// How a program is ended.
#[derive(Clone, Copy, Debug)]
enum End {
    Ask,
    Kill,
}

/// The surroundings of one app.
#[derive(Debug)]
pub struct Desktop {
    /// In the order they were started; ended from the last to the first.
    daemons: Vec<(Child, End)>,
    variables: Vec<(&'static str, OsString)>,
    folder: TempDir,
}

impl Desktop {
    /// A home folder alone, for programs that need no bus.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn bare() -> Result<Self> {
        let folder = TempDir::with_prefix("companion-app-")?;
        let mut variables = vec![("TZ", "Europe/Berlin".into()), ("LC_ALL", "C.UTF-8".into())];
        for (variable, name) in FOLDERS {
            let path = folder.path().join(name);
            std::fs::DirBuilder::new().mode(0o700).create(&path)?;
            variables.push((variable, path.into_os_string()));
        }
        Ok(Self {
            daemons: Vec::new(),
            variables,
            folder,
        })
    }

    /// A home folder, a message bus, and a screen if wanted.
    ///
    /// # Errors
    /// When one of the programs for it is missing or does not come up.
    pub fn start(screen: Screen) -> Result<Self> {
        let mut desktop = Self::bare()?;
        if screen == Screen::Unseen {
            let mut server = desktop.command("Xvfb");
            server.args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ]);
            let number = desktop.first_line_of("Xvfb", server)?;
            desktop
                .variables
                .push(("DISPLAY", format!(":{number}").into()));
            desktop.variables.push(("GDK_BACKEND", "x11".into()));
        }
        let mut bus = desktop.command("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1"]);
        bus.arg(format!(
            "--address=unix:dir={}",
            desktop.folder().join("run").display()
        ));
        let address = desktop.first_line_of("dbus-daemon", bus)?;
        desktop
            .variables
            .push(("DBUS_SESSION_BUS_ADDRESS", address.into()));
        Ok(desktop)
    }

    /// A program in these surroundings.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for inherited in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "GNOME_KEYRING_CONTROL",
        ] {
            command.env_remove(inherited);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The folder that holds the app's home and whatever a test puts beside it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a program that runs until the surroundings are dropped.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run(&mut self, mut command: Command) -> Result<()> {
        command.stdin(Stdio::null());
        self.spawn(command, End::Kill).map(drop)
    }

    /// Starts a daemon and waits for the line that says it is ready.
    fn first_line_of(&mut self, name: &str, mut command: Command) -> Result<String> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let output = self.spawn(command, End::Ask)?.stdout.take();
        let mut line = String::new();
        BufReader::new(output.context("no output to read")?).read_line(&mut line)?;
        ensure!(!line.trim().is_empty(), "{name} ended before it was ready");
        Ok(line.trim().to_owned())
    }

    /// Starts a program in a process group of its own, with which it will end.
    fn spawn(&mut self, mut command: Command, end: End) -> Result<&mut Child> {
        let started = command.process_group(0).spawn();
        let child = started.with_context(|| format!("{command:?} does not start"))?;
        self.daemons.push((child, end));
        let last = self.daemons.last_mut().map(|(child, _)| child);
        last.context("pushed just now")
    }
}

const FOLDERS: [(&str, &str); 6] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
];

impl Drop for Desktop {
    /// The app is killed, as it holds nothing worth saving; the daemons may tidy up after themselves, and then
    /// whatever the bus had started goes too.
    fn drop(&mut self) {
        for (daemon, end) in self.daemons.iter_mut().rev() {
            let (one, group) = (daemon.id().to_string(), format!("-{}", daemon.id()));
            match end {
                End::Kill => signal("-KILL", &group),
                End::Ask => signal("-TERM", &one),
            }
            drop(daemon.wait());
            signal("-KILL", &group);
        }
    }
}

fn signal(signal: &str, target: &str) {
    let mut kill = Command::new("kill");
    // Nobody left to receive it is what we want.
    drop(
        kill.args([signal, "--", target])
            .stderr(Stdio::null())
            .status(),
    );
}
