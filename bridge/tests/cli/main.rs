//! The real binary, as a person or a script uses it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of tests may fail as the tests themselves"
)]

mod calendars;
mod keys;
mod serving;
mod usage;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder for data, a key file and whatever else a test writes.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("password"), "a secret of the doctor\n").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// A command over this place that touches nothing of the machine it runs on.
    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pharmadoc-bridge"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.path("data"))
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
            .env("TZ", "Europe/Berlin")
            .env_remove("PHARMADOC_PASSPHRASE")
            .env_remove("PHARMADOC_HOME")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.arg("--key-file").arg(self.path("key"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(&["serve"]);
        command
            .args(arguments)
            .args(["--login", "doctor", "--password-file"]);
        Server::start(command.arg(self.path("password")))
    }
}

/// What a command said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Said {
    /// The answer of a command that succeeded.
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    fn json(self) -> Value {
        serde_json::from_str(&self.done()).unwrap()
    }

    /// The message of a command that failed.
    fn failed(self) -> String {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(1), ""),
            "{}",
            self.err
        );
        self.err
    }
}

/// A running server; dropping it kills it.
struct Server {
    child: Child,
    ready: Value,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut err = String::new();
            child
                .stderr
                .as_mut()
                .unwrap()
                .read_to_string(&mut err)
                .unwrap();
            panic!("not ready: {line:?} {err}")
        });
        Self { child, ready }
    }

    fn http(&self) -> &str {
        self.ready["http"].as_str().unwrap()
    }

    fn port(&self) -> u16 {
        let rest = self.http().strip_prefix("http://127.0.0.1:").unwrap();
        rest.trim_end_matches('/').parse().unwrap()
    }

    /// The status of a request.
    fn status(&self, method: &str, path: &str, credentials: Option<(&str, &str)>) -> u16 {
        use base64::Engine as _;
        let port = self.port();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let authorization = credentials.map(|(login, password)| {
            let both =
                base64::engine::general_purpose::STANDARD.encode(format!("{login}:{password}"));
            format!("Authorization: Basic {both}\r\n")
        });
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{}Depth: 0\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n",
            authorization.unwrap_or_default()
        )
        .unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Ends it the way a system does.
    fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already is fine.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
