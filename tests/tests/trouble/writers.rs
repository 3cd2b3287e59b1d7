//! Many at once: sixteen writers at one object, a storm of wrong passwords, clients that vanish in the middle.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::dataset::small;
use companion_tests::http::{Connection, Credentials, Request};
use companion_tests::load::{changes, make_calendar};
use companion_tests::process::{Home, Profile, Server};
use companion_tests::stopwatch::Stopwatch;

const WRITERS: usize = 16;
const STEPS: usize = 10;
/// After this the server gives up on a request itself.
const HANDLER_LIMIT: Duration = Duration::from_secs(30);

/// A running server with one calendar.
struct World {
    home: Home,
    server: Server,
    path: String,
}

impl World {
    fn new() -> Result<Self> {
        let home = Home::new()?;
        let server = home.start(Profile::Dev)?;
        let mut connection = server.connect(home.credentials())?;
        let path = make_calendar(&mut connection, &home.credentials().login, "work")?;
        Ok(Self { home, server, path })
    }

    fn connect(&self) -> Result<Connection> {
        Ok(self.server.connect(self.home.credentials())?)
    }

    /// Runs the same work in sixteen threads and collects what it says.
    fn at_once<T: Send>(
        &self,
        work: impl Fn(usize, Connection) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let work = &work;
        thread::scope(|scope| {
            let start = |number| {
                Ok(scope.spawn({
                    let connection = self.connect()?;
                    move || work(number, connection)
                }))
            };
            let running = (0..WRITERS).map(start).collect::<Result<Vec<_>>>()?;
            running
                .into_iter()
                .map(|writer| writer.join().ok().context("a writer panicked")?)
                .collect()
        })
    }
}

fn counter(value: usize) -> Vec<u8> {
    small("counter@writers.example", &value.to_string(), 1)
}

fn value_of(octets: &[u8]) -> Result<usize> {
    let text = std::str::from_utf8(octets)?;
    let value = text.lines().find_map(|line| line.strip_prefix("SUMMARY:"));
    Ok(value.context("no SUMMARY")?.parse()?)
}

#[test]
fn of_sixteen_who_create_the_same_object_one_succeeds() -> Result<()> {
    let world = World::new()?;
    let target = format!("{}new.ics", world.path);
    let statuses = world.at_once(|number, mut connection| {
        let object = counter(number);
        let request = Request::new("PUT", &target)
            .header("If-None-Match", "*")
            .body(&object);
        Ok(connection.send(&request)?.status)
    })?;
    let created = statuses.iter().filter(|&&status| status == 201).count();
    let refused = statuses.iter().filter(|&&status| status == 412).count();
    ensure!((created, refused) == (1, WRITERS - 1), "{statuses:?}");
    Ok(())
}

#[test]
fn sixteen_writers_with_if_match_lose_no_update() -> Result<()> {
    let world = World::new()?;
    let target = format!("{}counter.ics", world.path);
    let first = counter(0);
    let created = world
        .connect()?
        .send(&Request::new("PUT", &target).body(&first))?;
    ensure!(created.status == 201, "PUT: {}", created.status);
    let refused = world.at_once(|_, mut connection| {
        let mut refused = 0;
        for _ in 0..STEPS {
            refused += increment(&mut connection, &target)?;
        }
        Ok(refused)
    })?;
    let last = world.connect()?.send(&Request::new("GET", &target))?;
    ensure!(value_of(&last.body)? == WRITERS * STEPS, "{}", last.text());
    println!(
        "{} increments, {} stale ones refused",
        WRITERS * STEPS,
        refused.iter().sum::<usize>()
    );
    Ok(())
}

/// Adds one, reading again as often as somebody else was faster; says how often that was.
fn increment(connection: &mut Connection, target: &str) -> Result<usize> {
    let mut refused = 0;
    loop {
        let read = connection.send(&Request::new("GET", target))?;
        let etag = read.header("etag").context("no ETag")?.to_owned();
        let next = counter(value_of(&read.body)? + 1);
        let request = Request::new("PUT", target)
            .header("If-Match", &etag)
            .body(&next);
        match connection.send(&request)?.status {
            200 | 204 => return Ok(refused),
            412 => refused += 1,
            other => anyhow::bail!("PUT: {other}"),
        }
    }
}

#[test]
fn stale_missing_and_wildcard_etags_are_412_and_change_nothing() -> Result<()> {
    let world = World::new()?;
    let target = format!("{}x.ics", world.path);
    let object = counter(1);
    let mut connection = world.connect()?;
    let mut put = |name: &str, value: &str| -> Result<u16> {
        let request = Request::new("PUT", &target)
            .header(name, value)
            .body(&object);
        Ok(connection.send(&request)?.status)
    };
    ensure!(put("If-Match", "*")? == 412, "If-Match: * on nothing");
    ensure!(
        put("If-Match", "\"stale\"")? == 412,
        "an etag of something that is not there"
    );
    ensure!(put("If-None-Match", "*")? == 201, "a first PUT");
    ensure!(
        put("If-None-Match", "*")? == 412,
        "If-None-Match: * on something"
    );
    ensure!(put("If-Match", "\"stale\"")? == 412, "a stale etag");
    ensure!(
        put("If-Match", "nothing")? != 204,
        "a header that is no etag"
    );
    Ok(())
}

#[test]
fn in_a_storm_of_wrong_passwords_the_right_one_gets_through() -> Result<()> {
    let world = World::new()?;
    let wrong = Credentials {
        login: world.home.credentials().login.clone(),
        password: "guess".to_owned(),
    };
    thread::scope(|scope| {
        let guess = || -> Result<u16> {
            let mut connection = world.server.connect(&wrong)?;
            Ok(connection
                .send(&Request::new("PROPFIND", &world.path).header("Depth", "0"))?
                .status)
        };
        let guessing: Vec<_> = (0..40).map(|_| scope.spawn(guess)).collect();
        let watch = Stopwatch::start();
        let mut connection = world.connect()?;
        for _ in 0..5 {
            changes(&mut connection, &world.path, "")?;
        }
        let took = watch.elapsed();
        ensure!(took < HANDLER_LIMIT, "the right password took {took:?}");
        for guess in guessing {
            let status = guess.join().ok().context("a guess panicked")??;
            ensure!(
                status == 401 || status == 503,
                "a wrong password got {status}"
            );
        }
        Ok(())
    })
}

#[test]
fn a_client_that_vanishes_in_the_middle_of_a_put_leaves_nothing() -> Result<()> {
    let world = World::new()?;
    let whole = counter(1);
    let half = whole.get(..whole.len() / 2).context("half")?;
    for _ in 0..WRITERS {
        let mut connection = world.connect()?;
        let login = connection.authorization().context("no login")?.to_owned();
        let head = format!(
            "PUT {}torn.ics HTTP/1.1\r\nHost: {}\r\nAuthorization: {login}\r\nContent-Type: text/calendar\r\n\
             Content-Length: {}\r\n\r\n",
            world.path,
            world.server.address(),
            whole.len()
        );
        connection.write_only(head.as_bytes())?;
        connection.write_only(half)?;
    }
    let listed = changes(&mut world.connect()?, &world.path, "")?;
    ensure!(listed.members.is_empty(), "{:?}", listed.members);
    Ok(())
}
