//! `conferenceData` and `attachments`. Conferences belong to Google and are passed through: shown, never written.
//! Attachments are files at Google; what is attached otherwise stays in the text here.

use serde_json::{Map, Value, json};

use super::{Event, Group, Say, Show};
use crate::{
    ical::{Component, NewProperty},
    projection::Inexpressible,
};

/// Where Google keeps files.
const FILES: [&str; 2] = ["https://drive.google.com/", "https://docs.google.com/"];

pub(super) const GROUP: Group = Group {
    properties: &["ATTACH"],
    members: &["attachments"],
    show,
    say,
};

/// Where the video of an event is.
pub(super) fn video(event: &Event) -> Option<&str> {
    let points = event
        .conference_data
        .iter()
        .flat_map(|data| &data.entry_points);
    let mut videos = points.filter(|point| point.kind.as_deref() == Some("video"));
    let uri = videos.find_map(|point| point.uri.as_deref());
    uri.or(event.hangout_link.as_deref())
}

/// Whether a place is nothing but the conference of the same event, shown there because it had no place.
pub(super) fn is_shown_link(event: &Component<'_>, location: &str) -> bool {
    event
        .all("CONFERENCE")
        .any(|link| link.value().trim() == location)
        || event
            .property("X-GOOGLE-CONFERENCE")
            .is_some_and(|link| link.value().trim() == location)
}

fn show(event: &Event, show: &mut Show<'_>) {
    for point in event
        .conference_data
        .iter()
        .flat_map(|data| &data.entry_points)
    {
        let Some(uri) = point.uri.as_deref() else {
            continue;
        };
        let mut line = NewProperty::raw("CONFERENCE", uri).param("VALUE", "URI");
        line = match point.kind.as_deref() {
            Some("video") => line.param("FEATURE", "VIDEO"),
            Some("phone" | "sip") => line.param("FEATURE", "PHONE"),
            _ => line,
        };
        if let Some(label) = point.label.as_deref() {
            line = line.param("LABEL", label);
        }
        show.out.line(&line);
    }
    if let Some(link) = event.hangout_link.as_deref() {
        show.out.raw("X-GOOGLE-CONFERENCE", link);
    }
    for file in &event.attachments {
        let Some(url) = file.file_url.as_deref() else {
            continue;
        };
        let mut line = NewProperty::raw("ATTACH", url);
        if let Some(kind) = file.mime_type.as_deref() {
            line = line.param("FMTTYPE", kind);
        }
        if let Some(title) = file.title.as_deref() {
            line = line.param("FILENAME", title);
        }
        show.out.line(&line);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let mut files: Vec<Value> = Vec::new();
    for attach in say.event.all("ATTACH") {
        let url = attach.value().trim().to_owned();
        if !FILES.iter().any(|place| url.starts_with(place)) {
            continue;
        }
        let mut file = Map::new();
        file.insert("fileUrl".to_owned(), json!(url));
        for (member, param) in [("title", "FILENAME"), ("mimeType", "FMTTYPE")] {
            if let Some(value) = attach.param(param) {
                file.insert(member.to_owned(), json!(value));
            }
        }
        files.push(Value::Object(file));
    }
    if !files.is_empty() {
        say.set("attachments", files);
    }
    Ok(())
}
