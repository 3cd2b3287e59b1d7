//! Safety F4: a full disk. A real one: a file system of a few megabytes in a mount namespace of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use companion_tests::dataset::small;
use companion_tests::http::{Connection, Request};
use companion_tests::load::{changes, make_calendar};
use companion_tests::process::{Home, Profile, Server};

#[test]
fn f4_a_full_disk_is_507_reads_go_on_and_nothing_needs_repair() -> Result<()> {
    let Some(disk) = SmallDisk::new()? else {
        writeln!(
            std::io::stderr(),
            "SKIPPED: this system allows no mount namespace"
        )?;
        return Ok(());
    };
    let server = Server::start(disk.serve()?)?;
    let ballast = disk.seen_by(&server).join("ballast");
    fs::write(&ballast, vec![1; 3 << 20])?;

    let mut connection = server.connect(disk.home.credentials())?;
    let path = make_calendar(&mut connection, &disk.home.credentials().login, "work")?;
    let stored = put_until_full(&mut connection, &path)?;
    ensure!(stored > 0, "nothing was stored at all");
    reads_go_on(&mut connection, &path, stored)?;

    fs::remove_file(&ballast)?;
    let again = put(&mut connection, &path, stored)?;
    ensure!(again == 201, "after room was made: {again}");
    reads_go_on(&mut connection, &path, stored + 1)
}

fn put_until_full(connection: &mut Connection, path: &str) -> Result<usize> {
    for number in 0..2_000 {
        match put(connection, path, number)? {
            201 => {}
            507 => return Ok(number),
            other => bail!("PUT {number}: {other}"),
        }
    }
    bail!("the small disk never got full")
}

fn put(connection: &mut Connection, path: &str, number: usize) -> Result<u16> {
    let object = object(number);
    let target = format!("{path}{number}.ics");
    let request = Request::new("PUT", &target)
        .header("Content-Type", "text/calendar")
        .header("If-None-Match", "*");
    Ok(connection.send(&request.body(&object))?.status)
}

fn object(number: usize) -> Vec<u8> {
    small(&format!("{number}@disk.example"), &"x".repeat(40_000), 3)
}

fn reads_go_on(connection: &mut Connection, path: &str, stored: usize) -> Result<()> {
    let listed = changes(connection, path, "")?.members.len();
    ensure!(listed == stored, "{listed} objects instead of {stored}");
    for number in 0..stored {
        let answer = connection.send(&Request::new("GET", &format!("{path}{number}.ics")))?;
        ensure!(answer.status == 200, "GET {number}: {}", answer.status);
        ensure!(
            answer.body == object(number),
            "{number}: other octets than acknowledged"
        );
    }
    Ok(())
}

/// A mount point for a small file system that only the server sees.
struct SmallDisk {
    home: Home,
    mount: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where mount namespaces are not allowed.
    fn new() -> Result<Option<Self>> {
        let allowed = unshare()
            .args(["true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !allowed {
            return Ok(None);
        }
        Ok(Some(Self {
            home: Home::new()?,
            mount: tempfile::tempdir()?,
        }))
    }

    /// The server with its data folder on the small file system.
    fn serve(&self) -> Result<Command> {
        let inner = self.home.serve(Profile::Dev)?;
        let mut command = unshare();
        command
            .args([
                "sh",
                "-c",
                "mount -t tmpfs -o size=8m small \"$0\" && exec \"$@\"",
            ])
            .arg(self.mount.path())
            .arg(inner.get_program());
        let data = self.home.data_dir();
        for argument in inner.get_args() {
            if Path::new(argument) == data {
                command.arg(self.mount.path().join("data"));
            } else {
                command.arg(argument);
            }
        }
        for (name, value) in inner.get_envs() {
            command.env(name, value.context("a variable without a value")?);
        }
        Ok(command)
    }

    /// The small file system from outside of the namespace.
    fn seen_by(&self, server: &Server) -> PathBuf {
        let inside = self
            .mount
            .path()
            .strip_prefix("/")
            .unwrap_or(self.mount.path());
        Path::new("/proc")
            .join(server.pid().to_string())
            .join("root")
            .join(inside)
    }
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]);
    command
}
