//! calcurse: a calendar for the terminal, with its own CalDAV script.
//!
//! It knows no changed occurrences, so none are shown to it here. It replaces an event it edited by a new object.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::desktop::Desktop;
use companion_tests::clients::present::Part;
use companion_tests::clients::text::{event, has_line, values};

use companion_tests::process::run;

use crate::Ward;

const PARTS: &[Part] = &[
    Part::file("/usr/bin/calcurse-caldav", "apt: calcurse"),
    Part::python(
        "/usr/bin/python3",
        "import httplib2",
        "apt: python3-httplib2",
    ),
];

struct Calcurse {
    desktop: Desktop,
}

impl Calcurse {
    /// It has no discovery: its manual asks for host and path of the calendar.
    fn configure(ward: &Ward) -> Result<Self> {
        let desktop = Desktop::bare()?;
        let (who, host) = (ward.credentials(), ward.server.address());
        let config = format!(
            "[General]\nBinary = /usr/bin/calcurse\nHostname = {host}\nPath = {}\nHTTPS = No\n\
             SyncFilter = cal,todo\nDryRun = No\nVerbose = Yes\n[Auth]\nUsername = {}\nPassword = {}\n",
            ward.colleague.path(),
            who.login,
            who.password,
        );
        fs::write(desktop.folder().join("caldav.conf"), config)?;
        fs::create_dir(desktop.folder().join("calendar"))?;
        let app = Self { desktop };
        app.sync(&["--init", "keep-remote"])?;
        Ok(app)
    }

    fn sync(&self, more: &[&str]) -> Result<String> {
        let folder = self.desktop.folder();
        let mut command = self.desktop.command("/usr/bin/python3");
        command
            .arg("/usr/bin/calcurse-caldav")
            .arg("--config")
            .arg(folder.join("caldav.conf"));
        command
            .arg("--datadir")
            .arg(folder.join("calendar"))
            .arg("--hookdir")
            .arg(folder.join("hooks"));
        command
            .arg("--lockfile")
            .arg(folder.join("lock"))
            .arg("--syncdb")
            .arg(folder.join("sync.db"));
        run(command.args(more))
    }

    fn calcurse(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.desktop.command("/usr/bin/calcurse");
        command
            .arg("-D")
            .arg(self.desktop.folder().join("calendar"));
        run(command.args(arguments))
    }

    /// Checks a line of its own listing of everything. Its times are Berlin's.
    fn lists(&self, line: &str) -> Result<()> {
        let listing = self.calcurse(&["-G"])?;
        ensure!(
            listing.lines().any(|listed| listed == line),
            "no {line:?} in\n{listing}"
        );
        Ok(())
    }
}

/// The titles of all objects on the server, sorted.
fn titles(ward: &Ward) -> Result<Vec<String>> {
    let objects = ward.colleague.objects()?;
    let mut titles: Vec<String> = objects
        .iter()
        .flat_map(|(_, object)| values(object, "SUMMARY"))
        .collect();
    titles.sort();
    Ok(titles)
}

/// Name and text of the object with this title: calcurse chooses names and UIDs of its own.
fn titled(ward: &Ward, title: &str) -> Result<(String, String)> {
    let line = format!("SUMMARY:{title}");
    let found = ward
        .colleague
        .objects()?
        .into_iter()
        .find(|(_, object)| has_line(object, &line));
    found.with_context(|| format!("no {title} on the server"))
}

#[test]
fn a_terminal_calendar_reads_and_writes() -> Result<()> {
    let Some(ward) = Ward::for_app("calcurse", PARTS)? else {
        return Ok(());
    };
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    let app = Calcurse::configure(&ward)?;
    app.lists("11/25/2026 @ 11:00 -> 11/25/2026 @ 12:00|Ward round")?;

    let visit = app.desktop.folder().join("visit.ics");
    fs::write(&visit, event("visit", "20261126T090000Z", "Visit", &[]))?;
    app.calcurse(&["-q", "-i", &visit.to_string_lossy()])?;
    app.sync(&[])?;
    assert_eq!(titles(&ward)?, ["Visit", "Ward round"]);

    // What its screen does to an event ends up in this file.
    let file = app.desktop.folder().join("calendar/apts");
    fs::write(
        &file,
        fs::read_to_string(&file)?.replace("Ward round", "Round with students"),
    )?;
    app.sync(&[])?;
    assert_eq!(titles(&ward)?, ["Round with students", "Visit"]);

    let (name, object) = titled(&ward, "Visit")?;
    ward.colleague.put(
        &name,
        &object
            .replace(":Visit", ":Later visit")
            .replace("20261126T", "20261127T"),
    )?;
    app.sync(&[])?;
    app.lists("11/27/2026 @ 10:00 -> 11/27/2026 @ 11:00|Later visit")?;

    ward.colleague.delete(&name)?;
    app.sync(&[])?;
    assert!(
        !app.calcurse(&["-G"])?.contains("visit"),
        "deleted on the server, still here"
    );
    fs::write(&file, "")?;
    app.sync(&[])?;
    assert_eq!(titles(&ward)?, [""; 0], "deleted here, still on the server");
    Ok(())
}
