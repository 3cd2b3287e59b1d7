//! The real `pharmadoc-bridge serve`, started as a process, watched from outside and killed without warning.
//!
//! Nothing here knows the inside of the bridge: the command line, the ready line and `/proc` are the whole
//! interface, as they are for a person who runs it.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bridge::ids::OsIds;
use bridge::open::Opened;
use bridge::paths::Paths;
use bridge::secrets::{KeyChoice, SystemKeychain};
use bridge::store::meta;
use serde::Deserialize;
use tempfile::TempDir;

use crate::http::{Connection, Credentials};
use crate::stopwatch::Stopwatch;

/// How the binary is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As the tests are: quick to build.
    Dev,
    /// Optimised: for everything that is measured.
    Release,
}

/// The path of an up-to-date `pharmadoc-bridge`, built once per test process.
///
/// `COMPANION_BRIDGE` names one that is built already.
///
/// # Errors
/// When it cannot be built.
pub fn binary(profile: Profile) -> Result<&'static Path> {
    static DEV: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    static RELEASE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let cell = match profile {
        Profile::Dev => &DEV,
        Profile::Release => &RELEASE,
    };
    let built = cell.get_or_init(|| build(profile).map_err(|error| format!("{error:#}")));
    match built {
        Ok(path) => Ok(path),
        Err(why) => bail!("{why}"),
    }
}

/// The same packages as the tests', so that no dependency is compiled a second time with other features.
fn build(profile: Profile) -> Result<PathBuf> {
    if let Some(path) = env::var_os("COMPANION_BRIDGE") {
        return Ok(PathBuf::from(path));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&root)
        .args([
            "build",
            "--quiet",
            "--locked",
            "--message-format=json-render-diagnostics",
        ])
        .args(["--package", "bridge-core", "--package", "bridge"])
        .args(["--package", "companion-tests", "--bin", "pharmadoc-bridge"])
        .stderr(Stdio::inherit());
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    let output = cargo.output().context("cargo does not start")?;
    ensure!(output.status.success(), "pharmadoc-bridge does not build");
    let mut found = None;
    for line in output.stdout.split(|&byte| byte == b'\n') {
        if let Ok(Message {
            executable: Some(path),
        }) = serde_json::from_slice(line)
        {
            found = Some(path);
        }
    }
    found.context("cargo named no pharmadoc-bridge")
}

#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

/// A data folder of its own with a key file and a login, removed at the end.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    credentials: Credentials,
}

impl Home {
    /// Makes the folder.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn new() -> Result<Self> {
        Self::inside(&env::temp_dir())
    }

    /// Makes the folder inside another one, for example on a small file system.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn inside(parent: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix_in("pharmadoc-", parent)?;
        let credentials = Credentials {
            login: "doctor".to_owned(),
            password: "correct-horse-battery-staple".to_owned(),
        };
        let home = Self {
            folder,
            credentials,
        };
        write_private(&home.key_file(), &[b'7'; 64])?;
        write_private(&home.password_file(), home.credentials.password.as_bytes())?;
        Ok(home)
    }

    /// Where the database lives (`--data-dir`).
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The file with the master key in hexadecimal (`--key-file`).
    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn password_file(&self) -> PathBuf {
        self.folder.path().join("password")
    }

    /// The login and its password.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// `pharmadoc-bridge` with these words over this folder, not started yet.
    ///
    /// # Errors
    /// When the binary cannot be built.
    pub fn command(&self, words: &[&str]) -> Result<Command> {
        let mut command = Command::new(binary(Profile::Dev)?);
        command
            .args(words)
            .arg("--data-dir")
            .arg(self.data_dir())
            .arg("--key-file")
            .arg(self.key_file())
            .env("RUST_LOG", "debug")
            .stdin(Stdio::null());
        Ok(command)
    }

    /// `pharmadoc-bridge serve` over this folder on a free port, not started yet.
    ///
    /// # Errors
    /// When the binary cannot be built.
    pub fn serve(&self, profile: Profile) -> Result<Command> {
        self.serve_at(profile, "127.0.0.1:0")
    }

    /// The same on the given address.
    ///
    /// # Errors
    /// When the binary cannot be built.
    pub fn serve_at(&self, profile: Profile, listen: &str) -> Result<Command> {
        let mut command = self.serve_without_key(profile, listen)?;
        command.arg("--key-file").arg(self.key_file());
        Ok(command)
    }

    /// The same with the master key in the system's keychain.
    ///
    /// # Errors
    /// When the binary cannot be built.
    pub fn serve_without_key(&self, profile: Profile, listen: &str) -> Result<Command> {
        let mut command = Command::new(binary(profile)?);
        command
            .arg("serve")
            .arg("--data-dir")
            .arg(self.data_dir())
            .args(["--listen", listen, "--login", &self.credentials.login])
            .arg("--password-file")
            .arg(self.password_file())
            .env("PHARMADOC_HOME", self.folder.path().join("home"))
            .env("RUST_LOG", "warn");
        Ok(command)
    }

    /// Opens the database in `folder`: the data folder of this home, or a copy of it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_in(&self, folder: &Path) -> Result<Opened> {
        let key = KeyChoice::File(self.key_file());
        Ok(bridge::open::open(
            &Paths::under(folder),
            &key,
            &SystemKeychain,
            &OsIds,
        )?)
    }

    /// Opens the database in `folder` (a copy of this home's data folder) and has SQLite check all of it.
    ///
    /// # Errors
    /// When it cannot be opened or SQLite finds a fault.
    pub fn check_database_in(&self, folder: &Path) -> Result<()> {
        let faults = self.open_in(folder)?.store.read(meta::faults)?;
        ensure!(faults.is_empty(), "integrity_check: {faults:?}");
        Ok(())
    }

    /// Starts the server and waits for its ready line.
    ///
    /// # Errors
    /// When it ends before it is ready.
    pub fn start(&self, profile: Profile) -> Result<Server> {
        Server::start(self.serve(profile)?)
    }
}

fn write_private(path: &Path, octets: &[u8]) -> io::Result<()> {
    fs::write(path, octets)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// The line that `serve` prints when it accepts clients.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names stand in the line")]
struct Ready {
    ready: bool,
    http: Option<String>,
    https: Option<String>,
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    address: SocketAddr,
    https: Option<String>,
    ready_after: Duration,
}

impl Server {
    /// Starts `command` and waits for its ready line.
    ///
    /// # Errors
    /// When it ends before it is ready; the message carries what it said.
    pub fn start(mut command: Command) -> Result<Self> {
        let watch = Stopwatch::start();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("pharmadoc-bridge does not start")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let Ok(Ready {
            ready: true,
            http: Some(url),
            https,
        }) = serde_json::from_str(&line)
        else {
            bail!("not ready, said {line:?} and {}", last_words(child)?);
        };
        let ready_after = watch.elapsed();
        log_on(&mut child);
        let authority = url.trim_start_matches("http://").trim_end_matches('/');
        Ok(Self {
            child,
            _stdout: stdout,
            address: authority.parse().context("the ready line's address")?,
            https,
            ready_after,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that a person would type, `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The same with TLS, when the command asked for it (`--tls-listen`).
    pub fn https_url(&self) -> Option<&str> {
        self.https.as_deref()
    }

    /// How long it took from the start of the process to its ready line.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// When it does not accept one.
    pub fn connect(&self, credentials: &Credentials) -> io::Result<Connection> {
        Connection::open(self.address, Some(credentials))
    }

    /// `kill -9`: no handler runs, nothing is flushed.
    ///
    /// # Errors
    /// When the process is not ours any more.
    pub fn kill(mut self) -> io::Result<ExitStatus> {
        self.child.kill()?;
        self.child.wait()
    }

    /// CPU time that the process has used so far, in user and kernel mode.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn cpu(&self) -> Result<Duration> {
        cpu_of(self.pid())
    }

    /// Resident memory now and at its peak, in bytes.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn memory(&self) -> Result<Memory> {
        memory_of(self.pid())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that has ended already needs no killing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Now.
    pub now: u64,
    /// The most there ever was.
    pub peak: u64,
}

/// CPU time of a process. The kernel scales the two counters to the scheduler's exact sum, so only the last
/// tick (10 ms) is uncertain; measure over many requests.
///
/// # Errors
/// Where there is no `/proc` or no such process.
pub fn cpu_of(pid: u32) -> Result<Duration> {
    let own = 11;
    times(&pid.to_string(), own)
}

/// CPU time of all processes that this one started and that have ended, and of theirs.
///
/// # Errors
/// Where there is no `/proc`.
pub fn cpu_of_children() -> Result<Duration> {
    let of_children = 13;
    times("self", of_children)
}

/// Two neighbouring times of `/proc/PID/stat` (proc(5)), added.
fn times(process: &str, first: usize) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("the stat line")?;
    let ticks: Vec<u64> = fields
        .split_whitespace()
        .skip(first)
        .take(2)
        .flat_map(str::parse)
        .collect();
    ensure!(ticks.len() == 2, "the stat line has no times");
    Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

/// Resident memory of a process.
///
/// # Errors
/// Where there is no `/proc` or no such process.
pub fn memory_of(pid: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next());
        Ok(kib.context("no such field")?.parse::<u64>()? * 1024)
    };
    Ok(Memory {
        now: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}

/// What a command that must fail said and how it ended.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub code: Option<i32>,
    /// What it wrote to stderr.
    pub message: String,
}

/// Runs a command that is expected to refuse to start.
///
/// # Errors
/// When it gets ready all the same, or does not end within `limit`.
pub fn refusal(mut command: Command, limit: Duration) -> Result<Failure> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no stdout")?;
    let (said, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // The other side has given up waiting when this fails, which is no concern here.
        drop(BufReader::new(stdout).read_line(&mut line));
        drop(said.send(line));
    });
    let line = heard.recv_timeout(limit);
    if !matches!(&line, Ok(line) if line.is_empty()) {
        child.kill()?;
        bail!(
            "it did not refuse in time but said {line:?}; {}",
            last_words(child)?
        );
    }
    let output = child.wait_with_output()?;
    Ok(Failure {
        code: output.status.code(),
        message: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn last_words(mut child: Child) -> Result<String> {
    let mut words = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut words)?;
    }
    let status = child.wait()?;
    Ok(format!("{words:?} on stderr, {status}"))
}

/// Passes the server's log on to the test's own stderr, so that a failing test shows it.
fn log_on(child: &mut Child) {
    if let Some(mut stderr) = child.stderr.take() {
        std::thread::spawn(move || io::copy(&mut stderr, &mut io::stderr()));
    }
}

/// Runs a command to its end and returns what it printed; an error carries both streams.
///
/// # Errors
/// When it does not start or ends badly.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("{command:?} does not start"))?;
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let (printed, complained) = (text(&output.stdout), text(&output.stderr));
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{printed}{complained}",
        output.status
    );
    Ok(printed + &complained)
}
