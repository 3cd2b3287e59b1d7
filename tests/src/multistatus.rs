//! Reads `DAV:multistatus` answers (RFC 4918 section 13) with quick-xml alone.
//!
//! The server writes them with its own types; a reader that shared those could share a misunderstanding.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

use crate::http::{Answer, Request};

/// Asks for the entity tags of a calendar's objects.
pub fn listing(calendar: &str) -> Request<'_> {
    let body = b"<propfind xmlns=\"DAV:\"><prop><getetag/></prop></propfind>";
    xml("PROPFIND", calendar).header("Depth", "1").body(body)
}

/// The same as the beginning of following it (RFC 6578 section 3.2).
pub fn everything(calendar: &str) -> Request<'_> {
    let body = b"<sync-collection xmlns=\"DAV:\"><sync-token/><sync-level>1</sync-level>\
        <prop><getetag/></prop></sync-collection>";
    xml("REPORT", calendar).header("Depth", "0").body(body)
}

fn xml<'a>(method: &'a str, path: &'a str) -> Request<'a> {
    Request::new(method, path).header("Content-Type", "application/xml; charset=utf-8")
}

/// The names of the objects in the answer to a [`listing`] or to [`everything`].
///
/// # Errors
/// When it is none.
pub fn object_names(answer: &Answer) -> Result<BTreeSet<String>> {
    ensure!(answer.status == 207, "{}: {}", answer.status, answer.text());
    let members = MultiStatus::read(&answer.body)?.members;
    let objects = members.iter().filter(|member| member.etag.is_some());
    let names = objects.map(|member| member.name().to_owned());
    Ok(names.filter(|name| !name.is_empty()).collect())
}

/// What one `DAV:response` says about a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The href as it stands on the wire.
    pub href: String,
    /// The status of the response itself, `None` when it has property statuses instead.
    pub status: Option<u16>,
    /// `DAV:getetag` with its quotes, if it was found.
    pub etag: Option<String>,
    /// `CALDAV:calendar-data`, if it was found.
    pub data: Option<String>,
}

impl Member {
    /// The last segment of the href.
    pub fn name(&self) -> &str {
        self.href.rsplit('/').next().unwrap_or_default()
    }
}

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct MultiStatus {
    /// The members in their order.
    pub members: Vec<Member>,
    /// `DAV:sync-token`, if the answer carries one.
    pub sync_token: Option<String>,
}

impl MultiStatus {
    /// Reads an answer's body.
    ///
    /// # Errors
    /// When it is not well-formed XML or not a `DAV:multistatus`.
    pub fn read(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).context("the answer is not UTF-8")?;
        let mut reader = NsReader::from_str(text);
        let mut state = State::default();
        loop {
            match reader
                .read_event()
                .context("the answer is not well-formed")?
            {
                Event::Start(start) => {
                    let (namespace, local) = reader.resolver().resolve_element(start.name());
                    state.open(prefix_of(&namespace), local.into_inner())?;
                }
                Event::Empty(start) => {
                    let (namespace, local) = reader.resolver().resolve_element(start.name());
                    state.open(prefix_of(&namespace), local.into_inner())?;
                    state.close();
                }
                Event::End(_) => state.close(),
                Event::Text(text) => state.text.push_str(&text),
                Event::CData(text) => state.text.push_str(&text),
                Event::GeneralRef(name) => state.reference(&name)?,
                Event::Eof => return state.finish(),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }
}

#[derive(Default)]
struct State {
    path: Vec<String>,
    text: String,
    seen_root: bool,
    answer: MultiStatus,
    member: Member,
}

impl State {
    fn open(&mut self, namespace: &str, local: &str) -> Result<()> {
        let name = format!("{namespace}{local}");
        if self.path.is_empty() {
            if name != "D:multistatus" {
                bail!("the answer is a {name}, not a multistatus");
            }
            self.seen_root = true;
        }
        if name == "D:response" {
            self.member = Member::default();
        }
        self.text.clear();
        self.path.push(name);
        Ok(())
    }

    fn reference(&mut self, name: &quick_xml::events::BytesRef<'_>) -> Result<()> {
        if let Some(character) = name.resolve_char_ref()? {
            self.text.push(character);
            return Ok(());
        }
        let text = quick_xml::escape::resolve_predefined_entity(name);
        self.text
            .push_str(text.with_context(|| format!("entity {}", &**name))?);
        Ok(())
    }

    fn close(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text);
        let parent = self.path.last().map(String::as_str);
        match (parent, name.as_str()) {
            (Some("D:multistatus"), "D:response") => {
                self.answer.members.push(std::mem::take(&mut self.member));
            }
            (Some("D:multistatus"), "D:sync-token") => self.answer.sync_token = Some(text),
            (Some("D:response"), "D:href") => text.trim().clone_into(&mut self.member.href),
            (Some("D:response"), "D:status") => {
                self.member.status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
            }
            (Some("D:prop"), "D:getetag") if !text.is_empty() => self.member.etag = Some(text),
            (Some("D:prop"), "C:calendar-data") if !text.is_empty() => {
                self.member.data = Some(text);
            }
            _ => {}
        }
    }

    fn finish(self) -> Result<MultiStatus> {
        if !self.seen_root || !self.path.is_empty() {
            bail!("the answer ends early");
        }
        Ok(self.answer)
    }
}

fn prefix_of(resolved: &ResolveResult<'_>) -> &'static str {
    match resolved {
        ResolveResult::Bound(namespace) => match namespace.into_inner() {
            "DAV:" => "D:",
            "urn:ietf:params:xml:ns:caldav" => "C:",
            _ => "other:",
        },
        ResolveResult::Unbound | ResolveResult::Unknown(_) => "none:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_members_and_token_whatever_the_prefixes() {
        let answer = MultiStatus::read(
            b"<x:multistatus xmlns:x='DAV:' xmlns='urn:ietf:params:xml:ns:caldav'>\
              <x:response><x:href>/c/a.ics</x:href><x:propstat><x:prop><x:getetag>&quot;1&quot;</x:getetag>\
              <calendar-data>A&#13;\nB&amp;</calendar-data></x:prop><x:status>HTTP/1.1 200 OK</x:status>\
              </x:propstat></x:response>\
              <x:response><x:href>/c/b.ics</x:href><x:status>HTTP/1.1 404 Not Found</x:status></x:response>\
              <x:sync-token>t:2</x:sync-token></x:multistatus>",
        )
        .unwrap();
        assert_eq!(answer.sync_token.as_deref(), Some("t:2"));
        let [a, b] = answer.members.as_slice() else {
            panic!("two members expected")
        };
        assert_eq!(a.name(), "a.ics");
        assert_eq!(a.etag.as_deref(), Some("\"1\""));
        assert_eq!(a.data.as_deref(), Some("A\r\nB&"));
        assert_eq!(a.status, None);
        assert_eq!((b.name(), b.status), ("b.ics", Some(404)));
    }

    #[test]
    fn a_torn_answer_is_refused() {
        assert!(MultiStatus::read(b"<D:multistatus xmlns:D='DAV:'><D:response>").is_err());
        assert!(MultiStatus::read(b"<html/>").is_err());
        assert!(MultiStatus::read(b"").is_err());
    }
}
