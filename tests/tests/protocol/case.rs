//! The files of `cases/`: three lines about the case, then steps that begin with `@`.
//!
//! ```text
//! proves: RFC 9110 section 13.1.1
//! shows: A client that saw an older state cannot overwrite a newer one.
//!
//! @object work/visit.ics = visit.ics
//! @remember old etag /dav/calendars/doctor/work/visit.ics
//! @before
//! PUT ...
//! @request
//! PUT /dav/calendars/doctor/work/visit.ics HTTP/1.1
//! Host: {host}
//! Authorization: {doctor}
//! If-Match: {old}
//! Content-Length: {length}
//!
//! {file:visit.ics}
//! ```
//!
//! The head of a request goes out with CRLF. A body does too when it is a calendar (`Content-Type: text/calendar`, with
//! the space; without it, and otherwise, a body goes out as it stands here). In braces stands what a file cannot know (`{host}`, `{length}`, a remembered value), what would be
//! too long (`{file:NAME}` from `objects/`, `{repeat:N:TEXT}`) and what cannot be written as text (`{byte:FF}`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::stage::{Stage, What};

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    /// The name of its file.
    pub name: String,
    /// The section of the standard behind it.
    pub proves: String,
    /// What it shows, in a sentence.
    pub shows: String,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Debug)]
pub(crate) enum Step {
    /// A request that prepares the scene and must succeed.
    Before(Request),
    /// Keeps a value for later requests.
    Remember {
        /// Its name in braces.
        name: String,
        /// Which value.
        what: What,
    },
    /// A request whose answer is looked at.
    Request(Request),
}

/// A request as it stands in a file.
#[derive(Debug)]
pub(crate) struct Request {
    head: String,
    body: String,
}

/// Every case, in the order of the names.
pub(crate) fn all() -> Result<Vec<Case>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("cases"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    files
        .iter()
        .map(|file| read(file).with_context(|| file.display().to_string()))
        .collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/protocol")
        .join(name)
}

fn read(file: &Path) -> Result<Case> {
    let text = fs::read_to_string(file)?;
    let name = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .context("a name")?;
    let (about, steps) = text.split_once("\n@").context("a case has steps")?;
    let field = |name: &str| {
        let line = about.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
            .with_context(|| format!("{name} is missing"))
    };
    Ok(Case {
        name: name.to_owned(),
        proves: field("proves:")?,
        shows: field("shows:")?,
        steps: steps.split("\n@").map(step).collect::<Result<_>>()?,
    })
}

fn step(text: &str) -> Result<Step> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let words: Vec<&str> = line.split_whitespace().collect();
    match *words.as_slice() {
        ["request"] => Ok(Step::Request(request(rest))),
        ["before"] => Ok(Step::Before(request(rest))),
        ["object", place, "=", file] => Ok(Step::Before(put(place, &format!("{{file:{file}}}")))),
        ["object", place] => Ok(Step::Before(put(place, rest.trim_end()))),
        ["remember", name, "etag", path] => Ok(Step::Remember {
            name: name.to_owned(),
            what: What::Etag(path.to_owned()),
        }),
        ["remember", name, "sync-token", path] => Ok(Step::Remember {
            name: name.to_owned(),
            what: What::SyncToken(path.to_owned()),
        }),
        ["remember", name, "answered-token"] => Ok(Step::Remember {
            name: name.to_owned(),
            what: What::AnsweredToken,
        }),
        _ => bail!("what is @{line}?"),
    }
}

fn request(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    Request {
        head: head.to_owned(),
        body: body.trim_end_matches('\n').to_owned(),
    }
}

/// Puts an object into a calendar of the doctor's.
fn put(place: &str, body: &str) -> Request {
    Request {
        head: format!(
            "PUT /dav/calendars/doctor/{place} HTTP/1.1\nHost: {{host}}\nAuthorization: {{doctor}}\n\
             Content-Type: text/calendar\nContent-Length: {{length}}"
        ),
        body: body.to_owned(),
    }
}

impl Request {
    /// Its first line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The octets that go over the wire.
    pub(crate) fn octets(&self, stage: &Stage) -> Result<Vec<u8>> {
        let is_calendar = self
            .head
            .to_ascii_lowercase()
            .contains("content-type: text/calendar");
        let mut body = filled(&self.body, stage, 0)?;
        if is_calendar {
            body = with_crlf(&body);
        }
        let mut octets = with_crlf(&filled(&self.head, stage, body.len())?);
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&body);
        Ok(octets)
    }
}

/// Every line ends in CRLF, the last one too.
fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    for line in text
        .strip_suffix(b"\n")
        .unwrap_or(text)
        .split(|byte| *byte == b'\n')
    {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    if text.is_empty() { Vec::new() } else { out }
}

/// Replaces what stands in braces; braces with anything else in them stay.
fn filled(text: &str, stage: &Stage, length: usize) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        out.extend_from_slice(before.as_bytes());
        let end = tail.find('}').context("a brace is not closed")?;
        let (word, after) = (&tail[..end], &tail[end + 1..]);
        out.extend_from_slice(&value(word, stage, length)?);
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

fn value(word: &str, stage: &Stage, length: usize) -> Result<Vec<u8>> {
    if word == "length" {
        return Ok(length.to_string().into_bytes());
    }
    let parts: Vec<&str> = word.splitn(3, ':').collect();
    match *parts.as_slice() {
        ["file", name] => {
            let octets = fs::read(folder("objects").join(name)).with_context(|| name.to_owned())?;
            Ok(octets.strip_suffix(b"\n").unwrap_or(&octets).to_vec())
        }
        ["repeat", count, text] => Ok(text
            .replace("\\n", "\n")
            .repeat(count.parse()?)
            .into_bytes()),
        ["byte", hex] => Ok(vec![u8::from_str_radix(hex, 16)?]),
        [name] => match stage.value(name) {
            Some(value) => Ok(value.into_bytes()),
            None => bail!("what is {{{word}}}?"),
        },
        _ => bail!("what is {{{word}}}?"),
    }
}
