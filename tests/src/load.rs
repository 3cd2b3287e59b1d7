//! Requests that more than one test or bench sends: making a calendar, listing it, filling it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::dataset::Object;
use crate::http::{Answer, Connection, Credentials, Request};
use crate::multistatus::MultiStatus;
use crate::process::Server;

/// `sync-collection` since `token` (RFC 6578), asking for the etags; an empty token asks for everything.
pub fn sync_collection(token: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token>\
         <D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
}

/// The path of a calendar of `login`.
pub fn calendar_path(login: &str, calendar: &str) -> String {
    format!("/dav/calendars/{login}/{calendar}/")
}

/// Makes an empty calendar and returns its path.
///
/// # Errors
/// When the server does not answer 201.
pub fn make_calendar(connection: &mut Connection, login: &str, calendar: &str) -> Result<String> {
    let path = calendar_path(login, calendar);
    let answer = connection.send(&Request::new("MKCALENDAR", &path))?;
    ensure!(
        answer.status == 201,
        "MKCALENDAR: {} {}",
        answer.status,
        answer.text()
    );
    Ok(path)
}

/// Sends a REPORT with an XML body.
///
/// # Errors
/// When the connection ends.
pub fn report(connection: &mut Connection, path: &str, depth: &str, body: &str) -> Result<Answer> {
    let request = Request::new("REPORT", path)
        .header("Depth", depth)
        .header("Content-Type", "application/xml; charset=utf-8")
        .body(body.as_bytes());
    Ok(connection.send(&request)?)
}

/// Everything that changed in a calendar since `token`, with the token that follows.
///
/// # Errors
/// When the server does not answer 207 with a whole multistatus.
pub fn changes(connection: &mut Connection, path: &str, token: &str) -> Result<MultiStatus> {
    let answer = report(connection, path, "0", &sync_collection(token))?;
    ensure!(
        answer.status == 207,
        "sync-collection: {} {}",
        answer.status,
        answer.text()
    );
    MultiStatus::read(&answer.body)
}

/// PUTs every object into the calendar at `path` over eight connections at once.
///
/// # Errors
/// When one of them is not answered with 201.
pub fn fill(
    server: &Server,
    credentials: &Credentials,
    path: &str,
    objects: &[Object],
) -> Result<()> {
    const CONNECTIONS: usize = 8;
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        let mut connection = server.connect(credentials)?;
        while let Some(object) = objects.get(next.fetch_add(1, Ordering::Relaxed)) {
            put_new(&mut connection, path, object)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().ok().context("a writer panicked")??;
        }
        Ok(())
    })
}

fn put_new(connection: &mut Connection, path: &str, object: &Object) -> Result<()> {
    let target = format!("{path}{}", object.name);
    let request = Request::new("PUT", &target)
        .header("Content-Type", "text/calendar; charset=utf-8")
        .header("If-None-Match", "*")
        .body(&object.octets);
    let answer = connection.send(&request)?;
    ensure!(
        answer.status == 201,
        "PUT {target}: {} {}",
        answer.status,
        answer.text()
    );
    Ok(())
}
