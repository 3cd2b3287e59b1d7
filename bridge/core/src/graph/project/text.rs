//! What an event is about: `subject`, `body`, `location`.
//!
//! A body is compared as the plain text that people read, and written only when that changed: Exchange rewrites HTML, and
//! the block of an online meeting has to survive ([`meeting::block`]).

use serde_json::{Value, json};

use super::{Event, Group, Say, Show, meeting};
use crate::{
    graph::wire::Location,
    ical::{Component, NewProperty},
    projection::{Access, Inexpressible, as_html, to_text},
};

const HTML: &str = "X-ALT-DESC";

pub(super) const GROUP: Group = Group {
    says: &[
        ("SUMMARY", &["subject"]),
        ("DESCRIPTION", &["body"]),
        (HTML, &["body"]),
        ("LOCATION", &["location"]),
    ],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    match event.subject.as_deref().filter(|text| !text.is_empty()) {
        Some(subject) => show.out.text("SUMMARY", subject),
        None if show.ctx.access == Access::FreeBusy => show.out.text("SUMMARY", "Busy"),
        None => {}
    }
    let body = event.body.as_ref();
    let content = body.and_then(|body| body.content.as_deref());
    if let Some(content) = content.filter(|text| !text.trim().is_empty()) {
        if is_html(event) {
            let plain = to_text(content);
            if !plain.is_empty() {
                show.out.text("DESCRIPTION", &plain);
                let html = NewProperty::text(HTML, content).param("FMTTYPE", "text/html");
                show.out.line(&html);
            }
        } else {
            show.out.text("DESCRIPTION", &as_lines(content));
        }
    }
    let place = place(event);
    if let Some(place) = place.as_deref().or_else(|| meeting::link(event)) {
        show.out.text("LOCATION", place);
    }
    let coordinates = event.location.as_ref();
    let coordinates = coordinates.and_then(|place| place.coordinates.as_ref());
    if let Some((latitude, longitude)) = coordinates.and_then(|at| at.latitude.zip(at.longitude)) {
        show.out.raw("GEO", &format!("{latitude};{longitude}"));
    }
}

fn is_html(event: &Event) -> bool {
    let kind = event.body.as_ref();
    let kind = kind.and_then(|body| body.content_type.as_deref());
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("html"))
}

/// Text as Exchange keeps it, with the line ends that calendar text has.
fn as_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The place; several of them in one line.
fn place(event: &Event) -> Option<String> {
    let name = |place: &Location| place.display_name.clone().filter(|name| !name.is_empty());
    let all: Vec<_> = event.locations.iter().filter_map(name).collect();
    match &all[..] {
        [] | [_] => event
            .location
            .as_ref()
            .and_then(name)
            .or(all.into_iter().next()),
        several => Some(several.join("; ")),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    say.set("subject", say.text("SUMMARY"));
    say.set("body", say.text("DESCRIPTION"));
    let place = say.text("LOCATION");
    let place = if meeting::is_shown_link(say.event, &place) {
        String::new()
    } else {
        place
    };
    say.set("location", json!({ "displayName": place }));
    Ok(())
}

/// The body to write for the description of an edited event: its HTML while that says the same, and always with the block
/// of the meeting that the event has at Graph.
pub(super) fn body(event: &Component<'_>, known: Option<&Event>) -> Value {
    let text = |name| event.property(name).map(|one| one.text().into_owned());
    let plain = text("DESCRIPTION").unwrap_or_default();
    let html = text(HTML).filter(|html| to_text(html) == plain);
    let block = known.and_then(meeting::block);
    let (kind, content) = match (html, block) {
        (Some(html), None) => ("html", html),
        (Some(html), Some(block)) if html.contains(&block) => ("html", html),
        (_, Some(block)) => ("html", around(&plain, &block)),
        (None, None) if known.is_some_and(is_html) => ("html", as_html(&plain)),
        (None, None) => ("text", plain),
    };
    json!({ "contentType": kind, "content": content })
}

/// Plain text as HTML around a block of HTML: in the place where the text has the words of the block, at the end otherwise.
fn around(plain: &str, block: &str) -> String {
    let words = to_text(block);
    let (before, after) = match plain.split_once(&words) {
        Some(parts) if !words.is_empty() => parts,
        _ => (plain, ""),
    };
    let html = |text: &str| {
        let text = text.trim();
        if text.is_empty() {
            String::new()
        } else {
            as_html(text)
        }
    };
    let (before, after) = (html(before), html(after));
    let gap = if before.is_empty() { "" } else { "<br>" };
    format!("<html><body>{before}{gap}{block}{after}</body></html>")
}
