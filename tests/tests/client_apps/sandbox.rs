//! Other people's client libraries judge the sandbox: what they can read and write there, our own client must too.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use companion_tests::clients::desktop::Desktop;
use companion_tests::clients::present::{Part, is_present, venv};
use companion_tests::clients::script::{self, Script};
use companion_tests::clients::text::{event, has_line};
use companion_tests::clients::vdirsyncer::{PARTS, Vdirsyncer};
use companion_tests::http::Credentials;
use companion_tests::sandbox::caldav::{Behaviour, EtagForm, Scheme};
use companion_tests::sandbox::listen::{CALDAV_LOGIN, Home, Sandbox, Scenario, Start, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const LIBRARY: &[Part] = &[Part::python("bin/python", "import caldav", "pip: caldav")];

/// A sandbox with a doctor's week in it.
struct Cloud {
    sandbox: Arc<Sandbox>,
    ready: Value,
    folder: TempDir,
    _runtime: Runtime,
}

impl Cloud {
    fn open(behaviour: Behaviour) -> Result<Self> {
        let runtime = Runtime::new()?;
        let folder = TempDir::new()?;
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let how = Start {
            listen: anywhere,
            tls_listen: anywhere,
            seed: 7,
            now: Some("2026-11-26T08:00:00Z".parse()?),
            scenario: Scenario::ClinicWeek,
            home: Home::Elsewhere,
            folder: folder.path().to_owned(),
        };
        let (sandbox, ready) = runtime.block_on(start(&how))?;
        sandbox.with_caldav(|server, _| server.behaviour = behaviour);
        Ok(Self {
            sandbox,
            ready,
            folder,
            _runtime: runtime,
        })
    }

    fn url(&self, pointer: &str) -> Result<&str> {
        let url = self.ready.pointer(pointer).and_then(Value::as_str);
        url.with_context(|| format!("the ready line has no {pointer}"))
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("sandbox-ca.pem")
    }
}

fn library(cloud: &Cloud, password: &str) -> Result<(Script, Vec<String>)> {
    let desktop = Desktop::bare()?;
    let mut command = desktop.command(venv().join("bin/python"));
    command.arg(script::path("python_caldav.py"));
    let mut script = Script::start(command)?;
    let typed = json!({"url": cloud.url("/caldav/url")?, "user": CALDAV_LOGIN.0, "password": password,
        "verify": cloud.authority()});
    let titles = script.call("connect", &typed)?;
    Ok((script, titles))
}

#[test]
fn python_caldav_finds_the_calendars_from_the_bare_address() -> Result<()> {
    if !is_present("python-caldav", LIBRARY)? {
        return Ok(());
    }
    let cloud = Cloud::open(Behaviour::icloud())?;
    let (_, titles) = library(&cloud, CALDAV_LOGIN.1)?;
    let all = [
        "Aufgaben",
        "Dienstplan",
        "Familie",
        "Feiertage",
        "Klinik",
        "Praxis",
    ];
    assert_eq!(titles, all);
    assert!(library(&cloud, "the password of the account").is_err());
    cloud
        .sandbox
        .with_caldav(|server, _| server.account.scheme = Scheme::Digest);
    assert_eq!(library(&cloud, CALDAV_LOGIN.1)?.1, all, "by digest");
    Ok(())
}

#[test]
fn python_caldav_reads_writes_and_follows() -> Result<()> {
    if !is_present("python-caldav", LIBRARY)? {
        return Ok(());
    }
    let cloud = Cloud::open(Behaviour::icloud())?;
    let (mut script, _) = library(&cloud, CALDAV_LOGIN.1)?;
    script.call::<Value>("open_calendar", &json!({"title": "Klinik"}))?;
    let titles: Vec<String> = script.call("titles", &json!({}))?;
    assert_eq!(
        titles,
        [
            "Grand rounds (New York)",
            "OP-Tag",
            "Tumorboard",
            "Visite Station 3B"
        ]
    );
    script.call::<Value>("remember", &json!({}))?;
    let visit = event("visit", "20261126T090000Z", "Visit", &["X-CLINIC-ROOM:12"]);
    script.call::<Value>("save", &json!({"object": visit}))?;
    script.call::<Value>("rename", &json!({"uid": "visit", "title": "Later visit"}))?;
    let stored = cloud
        .sandbox
        .object_of("klinik", "visit")
        .context("it is not there")?;
    assert!(
        has_line(&stored, "SUMMARY:Later visit") && has_line(&stored, "X-CLINIC-ROOM:12"),
        "{stored}"
    );
    let changed: Vec<String> = script.call("changed", &json!({}))?;
    assert_eq!(changed, ["visit.ics"]);
    script.call::<Value>("delete", &json!({"uid": "visit"}))?;
    assert_eq!(cloud.sandbox.object_of("klinik", "visit"), None);
    Ok(())
}

/// vdirsyncer with a folder for the calendar "praxis".
fn vdirsyncer(cloud: &Cloud) -> Result<Vdirsyncer> {
    let who = Credentials {
        login: CALDAV_LOGIN.0.to_owned(),
        password: CALDAV_LOGIN.1.to_owned(),
    };
    let authority = cloud.authority();
    Vdirsyncer::configure(cloud.url("/caldav/url")?, &who, "praxis", Some(&authority))
}

#[test]
fn vdirsyncer_keeps_a_folder_in_step_with_each_kind_of_server() -> Result<()> {
    if !is_present("vdirsyncer", PARTS)? {
        return Ok(());
    }
    let weak = Behaviour {
        etags: EtagForm::Weak,
        ..Behaviour::icloud()
    };
    // The address that is typed is the bare one, so a base path has no place here.
    let others = [
        Behaviour::nextcloud(),
        Behaviour::bare(),
        Behaviour::rewriting(),
    ];
    let others = others.map(|behaviour| Behaviour {
        base: "",
        ..behaviour
    });
    for behaviour in [Behaviour::icloud(), Behaviour::yahoo(), weak]
        .into_iter()
        .chain(others)
    {
        let how = format!("{behaviour:?}");
        let cloud = Cloud::open(behaviour)?;
        let app = vdirsyncer(&cloud).with_context(|| how.clone())?;
        app.sync().with_context(|| how.clone())?;
        let count = cloud.sandbox.with_caldav(|server, _| {
            server
                .calendar("praxis")
                .map(|calendar| calendar.objects().count())
        });
        assert_eq!(Some(app.files()?.len()), count, "{how}");

        fs::write(
            app.folder().join("visit.ics"),
            event("visit", "20261126T090000Z", "Visit", &[]),
        )?;
        app.sync().with_context(|| how.clone())?;
        let stored = cloud
            .sandbox
            .object_of("praxis", "visit")
            .context("it did not arrive")?;
        assert!(has_line(&stored, "SUMMARY:Visit"), "{how}: {stored}");

        let name = cloud.sandbox.with_caldav(|server, _| {
            let objects = server.calendar("praxis")?.objects();
            let mut visits = objects.filter(|(_, stored)| {
                String::from_utf8_lossy(&stored.octets).contains("UID:visit\r\n")
            });
            visits.next().map(|(name, _)| name.to_owned())
        });
        let name = name.context("no visit")?;
        cloud
            .sandbox
            .with_caldav(|server, now| server.delete_as_other("praxis", &name, now))?;
        app.sync().with_context(|| how.clone())?;
        assert_eq!(Some(app.files()?.len()), count, "{how}");
    }
    Ok(())
}
