//! What an event is about: `summary`, `description`, `location`, `source.url`.

use serde_json::json;

use super::{Event, Group, Say, Show, conference, is_free_busy};
use crate::{
    ical::NewProperty,
    projection::{Inexpressible, as_html, looks_like_html, to_text},
};

const HTML: &str = "X-ALT-DESC";

pub(super) const GROUP: Group = Group {
    properties: &["SUMMARY", "DESCRIPTION", "LOCATION", "URL", HTML],
    members: &["summary", "description", "location", "source"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    match event.summary.as_deref() {
        Some(summary) => show.out.text("SUMMARY", summary),
        None if is_free_busy(show.ctx) => show.out.text("SUMMARY", "Busy"),
        None => {}
    }
    if let Some(description) = event.description.as_deref().filter(|text| !text.is_empty()) {
        if looks_like_html(description) {
            show.out.text("DESCRIPTION", &to_text(description));
            let html = NewProperty::text(HTML, description).param("FMTTYPE", "text/html");
            show.out.line(&html);
        } else {
            show.out.text("DESCRIPTION", description);
        }
    }
    let location = event.location.as_deref().filter(|text| !text.is_empty());
    if let Some(location) = location.or_else(|| conference::video(event)) {
        show.out.text("LOCATION", location);
    }
    if let Some(url) = event.source.as_ref().and_then(|link| link.url.as_deref()) {
        show.out.raw("URL", url);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    if let Some(summary) = say.text("SUMMARY") {
        say.set("summary", summary);
    }
    if let Some(description) = said_description(say) {
        say.set("description", description);
    }
    let is_link = |location: &String| conference::is_shown_link(say.event, location);
    if let Some(location) = say.text("LOCATION").filter(|text| !is_link(text)) {
        say.set("location", location);
    }
    let url = say
        .event
        .property("URL")
        .map(|url| url.value().trim().to_owned());
    if let Some(url) = url.filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
        say.set("source", json!({ "url": url }));
    }
    Ok(())
}

/// The HTML while it still says what the plain text does; somebody who edits the plain text means that.
fn said_description(say: &Say<'_, '_>) -> Option<String> {
    let plain = say.text("DESCRIPTION")?;
    match say.text(HTML) {
        Some(html) if to_text(&html) == plain => Some(html),
        _ if looks_like_html(&plain) => Some(as_html(&plain)),
        _ => Some(plain),
    }
}
