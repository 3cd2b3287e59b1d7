//! What is asked, and how the CPU time of one answer is measured.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::dataset::{MONTH, Object};
use companion_tests::http::Request;
use companion_tests::load::sync_collection;
use companion_tests::multistatus::MultiStatus;
use companion_tests::stopwatch::Stopwatch;

use crate::peer::Peer;

/// A measured kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Get,
    Put,
    PropfindSelf,
    PropfindMembers,
    SyncNothing,
    SyncOne,
    Multiget,
    Month,
    MonthData,
    MonthExpanded,
}

impl Case {
    pub(crate) const ALL: [Self; 10] = [
        Self::Get,
        Self::Put,
        Self::PropfindSelf,
        Self::PropfindMembers,
        Self::SyncNothing,
        Self::SyncOne,
        Self::Multiget,
        Self::Month,
        Self::MonthData,
        Self::MonthExpanded,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Get => "GET of one object",
            Self::Put => "PUT over an object",
            Self::PropfindSelf => "PROPFIND, Depth 0",
            Self::PropfindMembers => "PROPFIND, Depth 1, all etags",
            Self::SyncNothing => "sync-collection, no change",
            Self::SyncOne => "sync-collection, one change",
            Self::Multiget => "multiget of 100 objects",
            Self::Month => "month query, etags",
            Self::MonthData => "month query, whole objects",
            Self::MonthExpanded => "month query, expanded",
        }
    }

    /// The aim in milliseconds of CPU time, where there is one.
    pub(crate) fn aim(self) -> Option<f64> {
        match self {
            Self::Put => Some(1.0),
            Self::SyncNothing => Some(0.2),
            Self::Multiget => Some(2.0),
            Self::Month | Self::MonthData => Some(10.0),
            Self::MonthExpanded => Some(60.0),
            Self::Get | Self::PropfindSelf | Self::PropfindMembers | Self::SyncOne => None,
        }
    }
}

/// What one case took on one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measurement {
    /// CPU time of the server per request.
    pub(crate) cpu: Duration,
    /// The middle wall time of a request, as the client saw it.
    pub(crate) wall: Duration,
    /// Octets of one answer.
    pub(crate) octets: usize,
    /// Members in one answer, where it is a multistatus.
    pub(crate) members: usize,
}

/// Until this much CPU time of the server has been seen: the counter moves in steps of 10 ms.
const ENOUGH_CPU: Duration = Duration::from_millis(500);
const MOST: usize = 20_000;
const LEAST: usize = 2;

/// Measures one case on one server.
pub(crate) fn measure(peer: &mut Peer, case: Case, objects: &[Object]) -> Result<Measurement> {
    let asked = Asked::prepare(peer, case, objects)?;
    let mut walls = Vec::new();
    let first = asked.send(peer, 0)?;
    let before = peer.cpu()?;
    let mut used = Duration::ZERO;
    while walls.len() < LEAST || (used < ENOUGH_CPU && walls.len() < MOST) {
        let watch = Stopwatch::start();
        asked.send(peer, walls.len() + 1)?;
        walls.push(watch.elapsed());
        used = peer.cpu()?.saturating_sub(before);
    }
    let count = u32::try_from(walls.len())?;
    walls.sort_unstable();
    Ok(Measurement {
        cpu: used / count,
        wall: walls.get(walls.len() / 2).copied().context("no request")?,
        octets: first.octets,
        members: first.members,
    })
}

struct Seen {
    octets: usize,
    members: usize,
}

/// A request ready to be sent again and again.
struct Asked<'o> {
    method: &'static str,
    depth: &'static str,
    body: String,
    /// The objects to walk through, for requests on one object.
    objects: &'o [Object],
    path: String,
}

impl<'o> Asked<'o> {
    fn prepare(peer: &mut Peer, case: Case, objects: &'o [Object]) -> Result<Self> {
        let path = peer.path.clone();
        let (method, depth, body) = match case {
            Case::Get => ("GET", "0", String::new()),
            Case::Put => ("PUT", "0", String::new()),
            Case::PropfindSelf => ("PROPFIND", "0", PROPFIND_SELF.to_owned()),
            Case::PropfindMembers => ("PROPFIND", "1", PROPFIND_MEMBERS.to_owned()),
            Case::SyncNothing => ("REPORT", "0", sync_collection(&token(peer)?)),
            Case::SyncOne => {
                let before = token(peer)?;
                put(peer, objects.first().context("no object")?, 1)?;
                ("REPORT", "0", sync_collection(&before))
            }
            Case::Multiget => ("REPORT", "1", multiget(&path, objects)),
            Case::Month => ("REPORT", "1", month("<D:getetag/>")),
            Case::MonthData => ("REPORT", "1", month("<D:getetag/><C:calendar-data/>")),
            Case::MonthExpanded => ("REPORT", "1", month(&expanded())),
        };
        Ok(Self {
            method,
            depth,
            body,
            objects,
            path,
        })
    }

    fn send(&self, peer: &mut Peer, number: usize) -> Result<Seen> {
        let object = self
            .objects
            .get(number * 37 % self.objects.len())
            .context("no object")?;
        match self.method {
            "PUT" => put(peer, object, number),
            "GET" => {
                let path = format!("{}{}", self.path, object.name);
                let answer = peer.send(&Request::new("GET", &path))?;
                ensure!(answer.status == 200, "GET: {}", answer.status);
                Ok(Seen {
                    octets: answer.body.len(),
                    members: 0,
                })
            }
            method => {
                let request = Request::new(method, &self.path)
                    .header("Depth", self.depth)
                    .header("Content-Type", "application/xml; charset=utf-8")
                    .body(self.body.as_bytes());
                let answer = peer.send(&request)?;
                ensure!(
                    answer.status == 207,
                    "{method}: {} {}",
                    answer.status,
                    answer.text()
                );
                let members = match number {
                    0 => MultiStatus::read(&answer.body)?.members.len(),
                    _ => 0,
                };
                Ok(Seen {
                    octets: answer.body.len(),
                    members,
                })
            }
        }
    }
}

/// Writes an object again with another sequence of octets, as an edit does.
fn put(peer: &mut Peer, object: &Object, number: usize) -> Result<Seen> {
    let path = format!("{}{}", peer.path, object.name);
    let text = String::from_utf8_lossy(&object.octets);
    let edited = text.replacen("CLASS:PUBLIC", &format!("X-EDIT:{number}"), 1);
    let request = Request::new("PUT", &path)
        .header("Content-Type", "text/calendar; charset=utf-8")
        .body(edited.as_bytes());
    let answer = peer.send(&request)?;
    ensure!(
        matches!(answer.status, 200 | 201 | 204),
        "PUT: {} {}",
        answer.status,
        answer.text()
    );
    Ok(Seen {
        octets: answer.body.len(),
        members: 0,
    })
}

fn token(peer: &mut Peer) -> Result<String> {
    let path = peer.path.clone();
    let body = sync_collection("");
    let request = Request::new("REPORT", &path)
        .header("Depth", "0")
        .body(body.as_bytes());
    let answer = peer.send(&request)?;
    MultiStatus::read(&answer.body)?
        .sync_token
        .context("no sync-token")
}

const PROPFIND_SELF: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <D:propfind xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
    xmlns:CS=\"http://calendarserver.org/ns/\"><D:prop><D:resourcetype/><D:displayname/>\
    <D:current-user-privilege-set/><D:supported-report-set/><C:supported-calendar-component-set/>\
    <CS:getctag/><D:sync-token/></D:prop></D:propfind>";

const PROPFIND_MEMBERS: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <D:propfind xmlns:D=\"DAV:\"><D:prop><D:resourcetype/><D:getcontenttype/><D:getetag/></D:prop></D:propfind>";

fn multiget(path: &str, objects: &[Object]) -> String {
    let step = (objects.len() / 100).max(1);
    let href = |object: &Object| format!("<D:href>{path}{}</D:href>", object.name);
    let hrefs: String = objects.iter().step_by(step).take(100).map(href).collect();
    format!(
        "<C:calendar-multiget xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
         <D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
    )
}

fn month(properties: &str) -> String {
    let (start, end) = MONTH;
    format!(
        "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>{properties}</D:prop>\
         <C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
         <C:time-range start=\"{start}\" end=\"{end}\"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )
}

fn expanded() -> String {
    let (start, end) = MONTH;
    format!(
        "<D:getetag/><C:calendar-data><C:expand start=\"{start}\" end=\"{end}\"/></C:calendar-data>"
    )
}
