//! The servers that are measured side by side: ours, Radicale, and a loopback server that does nothing.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::dataset::Object;
use companion_tests::http::{Answer, Connection, Credentials, Request};
use companion_tests::load::{fill, make_calendar};
use companion_tests::process::{Home, Memory, Profile, Server, cpu_of, memory_of};
use companion_tests::stopwatch::{Stopwatch, drain_for};

use crate::bare;

/// The release of Radicale that the numbers speak of.
pub(crate) const RADICALE: &str = "3.9.0";

/// Radicale reads the whole calendar before its first answer.
const PATIENCE: Duration = Duration::from_mins(15);

/// One measured server with a full calendar.
pub(crate) struct Peer {
    /// Its name in the table.
    pub(crate) name: String,
    /// The path of the calendar.
    pub(crate) path: String,
    address: SocketAddr,
    pid: u32,
    credentials: Credentials,
    connection: Option<Connection>,
    /// What it writes to standard error, where that is kept.
    log: Option<PathBuf>,
    _process: Process,
}

/// Keeps the process, and what it stores, alive.
enum Process {
    Bridge {
        _server: Server,
        _home: Home,
    },
    Other {
        child: Child,
        _folder: Option<tempfile::TempDir>,
    },
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Self::Other { child, .. } = self {
            // It may have ended by itself already.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Peer {
    /// `pharmadoc-bridge serve`, release build, filled by eight clients; also the time that the filling took.
    pub(crate) fn bridge(objects: &[Object]) -> Result<(Self, Duration)> {
        let home = Home::new()?;
        let server = home.start(Profile::Release)?;
        let credentials = home.credentials().clone();
        let mut connection = server.connect(&credentials)?;
        let path = make_calendar(&mut connection, &credentials.login, "work")?;
        let watch = Stopwatch::start();
        fill(&server, &credentials, &path, objects)?;
        let peer = Self {
            name: "pharmadoc-bridge".to_owned(),
            path,
            address: server.address(),
            pid: server.pid(),
            credentials,
            connection: Some(connection),
            log: None,
            _process: Process::Bridge {
                _server: server,
                _home: home,
            },
        };
        Ok((peer, watch.elapsed()))
    }

    /// Radicale in a virtual environment of its own, its storage folder filled on disk. The folder is kept in the
    /// target folder: parsing ten thousand objects for its cache takes Radicale minutes, the first time.
    pub(crate) fn radicale(objects: &[Object]) -> Result<Self> {
        let python = radicale_environment()?;
        let folder = kept().join(format!("radicale-storage-{}", objects.len()));
        let credentials = Credentials {
            login: "doctor".to_owned(),
            password: "correct-horse-battery-staple".to_owned(),
        };
        lay_out(&folder, &credentials, objects)?;
        let address = free_address()?;
        let log = folder.join("log");
        let child = Command::new(python)
            .args(["-m", "radicale", "--config"])
            .arg(folder.join("config"))
            .args(["--server-hosts", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .context("Radicale does not start")?;
        let peer = Self {
            name: format!("Radicale {RADICALE}"),
            path: format!("/{}/work/", credentials.login),
            address,
            pid: child.id(),
            credentials,
            connection: None,
            log: Some(log),
            _process: Process::Other {
                child,
                _folder: None,
            },
        };
        peer.wait_until_it_listens()?;
        Ok(peer)
    }

    /// The loopback server that answers every request with the same octets.
    pub(crate) fn bare(answer: &Object) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("answer.ics");
        fs::write(&file, &answer.octets)?;
        let mut child = Command::new(env::current_exe()?)
            .env(bare::ANSWER, &file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self {
            name: "bare hyper".to_owned(),
            path: "/".to_owned(),
            address: line.trim().parse().context("the bare server's address")?,
            pid: child.id(),
            credentials: Credentials {
                login: String::new(),
                password: String::new(),
            },
            connection: None,
            log: None,
            _process: Process::Other {
                child,
                _folder: Some(folder),
            },
        })
    }

    /// Sends one request, over the kept connection if the server still keeps it: while the others were measured it may
    /// have tired of waiting.
    pub(crate) fn send(&mut self, request: &Request<'_>) -> Result<Answer> {
        if let Some(mut kept) = self.connection.take()
            && let Ok(answer) = kept.send(request)
        {
            self.connection = Some(kept);
            return Ok(answer);
        }
        let mut connection = Connection::open(self.address, Some(&self.credentials))?;
        connection.be_patient(PATIENCE)?;
        let answer = connection.send(request)?;
        self.connection = self.keeps_connections().then_some(connection);
        Ok(answer)
    }

    /// Radicale speaks HTTP/1.0: one connection per request.
    fn keeps_connections(&self) -> bool {
        !self.name.starts_with("Radicale")
    }

    /// Why a measurement failed: what the client saw, and the last exception that the server wrote about.
    pub(crate) fn explain(&self, why: &anyhow::Error) -> String {
        let log = self.log.as_ref().map(fs::read_to_string);
        let log = log.and_then(Result::ok).unwrap_or_default();
        let said = log
            .lines()
            .rev()
            .find_map(|line| line.split_once("[ERROR] Exception: "));
        match said {
            Some((_, error)) => format!("{why}; {error}"),
            None => why.to_string(),
        }
    }

    pub(crate) fn cpu(&self) -> Result<Duration> {
        cpu_of(self.pid)
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        memory_of(self.pid)
    }

    fn wait_until_it_listens(&self) -> Result<()> {
        let watch = Stopwatch::start();
        let (_held, nothing) = std::sync::mpsc::channel::<()>();
        while Connection::open(self.address, None).is_err() {
            ensure!(
                watch.elapsed() < Duration::from_mins(1),
                "{} does not listen",
                self.name
            );
            drain_for(&nothing, Duration::from_millis(50));
        }
        Ok(())
    }
}

/// A port that was free a moment ago: Radicale does not say which one it chose.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Radicale's Python: `COMPANION_VENV`, or an environment in the target folder that is made at the first run.
fn radicale_environment() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("COMPANION_VENV") {
        return Ok(Path::new(&folder).join("bin/python"));
    }
    let folder = kept().join(format!("radicale-{RADICALE}"));
    let python = folder.join("bin/python");
    if !folder.join("bin/radicale").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let release = format!("radicale=={RADICALE}");
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", &release]))?;
    }
    Ok(python)
}

/// Where things are that take long to make and serve the next run too.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench")
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{command:?} does not start"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Radicale's configuration and storage, as it writes them itself.
fn lay_out(folder: &Path, credentials: &Credentials, objects: &[Object]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let users = folder.join("users");
    fs::write(
        &users,
        format!("{}:{}\n", credentials.login, credentials.password),
    )?;
    let storage = folder.join("collections");
    let config = format!(
        "[auth]\ntype = htpasswd\nhtpasswd_filename = {}\nhtpasswd_encryption = plain\ndelay = 0\n\
         [storage]\nfilesystem_folder = {}\n[logging]\nlevel = error\n",
        users.display(),
        storage.display()
    );
    fs::write(folder.join("config"), config)?;
    let calendar = storage
        .join("collection-root")
        .join(&credentials.login)
        .join("work");
    fs::create_dir_all(&calendar)?;
    fs::write(calendar.join(".Radicale.props"), "{\"tag\": \"VCALENDAR\"}")?;
    for object in objects {
        fs::write(calendar.join(&object.name), &object.octets)?;
    }
    Ok(())
}
