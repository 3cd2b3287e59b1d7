//! The online meeting: shown, never written. Its join link lives in the HTML of the body too, in a block that Exchange
//! takes for the meeting; a body that is written without it breaks the link in everybody's mail.

use super::{Event, Group, Say, Show};
use crate::{
    ical::{Component, NewProperty},
    projection::Inexpressible,
};

const TEAMS: &str = "X-MICROSOFT-SKYPETEAMSMEETINGURL";
/// How long a line of underscores is at least that begins or ends the block.
const RULER: &str = "____________________";
/// What newer blocks are marked with, by `class` or `id`.
const MARKS: [&str; 2] = ["me-email-text", "meet_invite_block"];

pub(super) const GROUP: Group = Group {
    says: &[],
    show,
    say,
};

/// Where one joins.
pub(super) fn link(event: &Event) -> Option<&str> {
    let meeting = event.online_meeting.as_ref();
    let link = meeting.and_then(|meeting| meeting.join_url.as_deref());
    let link = link.or(event.online_meeting_url.as_deref());
    link.filter(|link| !link.is_empty())
}

/// Whether a place is nothing but the meeting of the same event, shown there because it had no place.
pub(super) fn is_shown_link(event: &Component<'_>, location: &str) -> bool {
    ["CONFERENCE", TEAMS]
        .into_iter()
        .flat_map(|name| event.all(name))
        .any(|link| link.value().trim() == location)
}

fn show(event: &Event, show: &mut Show<'_>) {
    if let Some(link) = link(event) {
        let conference = NewProperty::raw("CONFERENCE", link).param("VALUE", "URI");
        show.out.line(&conference.param("FEATURE", "VIDEO"));
        show.out.raw(TEAMS, link);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(_: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    Ok(())
}

/// The block of the meeting in the HTML of its event; one with the bare link where none can be told.
pub(super) fn block(event: &Event) -> Option<String> {
    let link = link(event)?;
    let escaped = link.replace('&', "&amp;");
    let html = event.body.as_ref().and_then(|body| body.content.as_deref());
    let found = html.and_then(|html| {
        let at = html.find(&escaped).or_else(|| html.find(link))?;
        between_rulers(html, at).or_else(|| marked(html, at))
    });
    Some(match found {
        Some(block) => block.to_owned(),
        None => format!("<p><a href=\"{escaped}\">{escaped}</a></p>"),
    })
}

/// From the first ruler before the link to the last one after it, with the tags that stand around them.
fn between_rulers(html: &str, link: usize) -> Option<&str> {
    let (before, after) = html.split_at_checked(link)?;
    let mut start = before.find(RULER)?;
    let ruler = link + after.rfind(RULER)?;
    let tail = html.get(ruler..)?;
    let mut end = ruler + tail.find(|char| char != '_').unwrap_or(tail.len());
    let mut opened = 0;
    while let Some(tag) = html.get(..start).and_then(opening_tag_before) {
        start = tag;
        opened += 1;
    }
    while opened > 0 {
        let rest = html.get(end..)?;
        if !rest.starts_with("</") || is_outer(rest) {
            break;
        }
        end += rest.find('>')? + 1;
        opened -= 1;
    }
    html.get(start..end)
}

/// Where the tag begins that ends `html`, if it opens something inside the body.
fn opening_tag_before(html: &str) -> Option<usize> {
    let at = html.strip_suffix('>')?.rfind('<')?;
    let tag = html.get(at..)?;
    (!tag.starts_with("</") && !is_outer(tag)).then_some(at)
}

fn is_outer(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    ["body", "html", "head"].iter().any(|outer| {
        name.get(..outer.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(outer))
    })
}

/// From the first marked tag to the end of the body.
fn marked(html: &str, link: usize) -> Option<&str> {
    let before = html.get(..link)?;
    let mark = MARKS.iter().filter_map(|mark| before.find(mark)).min()?;
    let start = html.get(..mark)?.rfind('<')?;
    let end = html.rfind("</body").filter(|end| *end > link);
    html.get(start..end.unwrap_or(html.len()))
}
