//! Small words with few values: `showAs`, `isCancelled`, `sensitivity`, `importance`, and `categories`.
//!
//! Outlook knows six states of the owner where `TRANSP` knows two: the exact one is `X-MICROSOFT-CDO-BUSYSTATUS`, which
//! stands as long as it does not contradict `TRANSP` and `STATUS`. A value that is not known here is not shown, takes
//! up time, and is not written until somebody chooses another.

use serde_json::json;

use super::{Event, Group, Say, Show};
use crate::{
    ical::NewProperty,
    projection::{Inexpressible, TroubleKind},
};

const EXACT: &str = "X-MICROSOFT-CDO-BUSYSTATUS";

/// Graph's word, the exact one of Outlook's text, and whether it takes up time.
const STATES: [(&str, &str, bool); 5] = [
    ("free", "FREE", false),
    ("workingElsewhere", "WORKINGELSEWHERE", false),
    ("busy", "BUSY", true),
    ("tentative", "TENTATIVE", true),
    ("oof", "OOF", true),
];

pub(super) const GROUP: Group = Group {
    says: &[
        ("TRANSP", &["showAs"]),
        ("STATUS", &["showAs", "isCancelled"]),
        (EXACT, &["showAs"]),
        ("CLASS", &["sensitivity"]),
        ("PRIORITY", &["importance"]),
        ("CATEGORIES", &["categories"]),
    ],
    show,
    say,
};

/// Whether only the exact state of the owner was edited among the properties that differ.
pub(super) fn is_exact_edit(differ: &std::collections::BTreeSet<String>) -> bool {
    differ.contains(EXACT) && !differ.contains("TRANSP") && !differ.contains("STATUS")
}

fn show(event: &Event, show: &mut Show<'_>) {
    let said = event.show_as.as_deref().unwrap_or("busy");
    let state = STATES.iter().find(|(word, ..)| *word == said);
    if event.is_cancelled {
        show.out.raw("STATUS", "CANCELLED");
    } else if said == "tentative" {
        show.out.raw("STATUS", "TENTATIVE");
    } else {
        show.out.raw("STATUS", "CONFIRMED");
    }
    let takes_time = state.is_none_or(|(_, _, takes_time)| *takes_time);
    let transp = if takes_time { "OPAQUE" } else { "TRANSPARENT" };
    show.out.raw("TRANSP", transp);
    match state {
        Some((_, exact, _)) => show.out.raw(EXACT, exact),
        None => show.trouble("showAs", TroubleKind::UnknownValue),
    }
    match event.sensitivity.as_deref() {
        None | Some("normal") => {}
        Some("private" | "personal") => show.out.raw("CLASS", "PRIVATE"),
        Some("confidential") => show.out.raw("CLASS", "CONFIDENTIAL"),
        Some(_) => show.trouble("sensitivity", TroubleKind::UnknownValue),
    }
    match event.importance.as_deref() {
        None | Some("normal") => {}
        Some("high") => show.out.raw("PRIORITY", "1"),
        Some("low") => show.out.raw("PRIORITY", "9"),
        Some(_) => show.trouble("importance", TroubleKind::UnknownValue),
    }
    if !event.categories.is_empty() {
        let names = event.categories.iter().map(String::as_str);
        show.out.line(&NewProperty::text_list("CATEGORIES", names));
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let status = say.word("STATUS");
    if status.as_deref() == Some("CANCELLED") {
        say.set("isCancelled", true);
    }
    let state = state(say, status.as_deref());
    say.set("showAs", state);
    let sensitivity = match say.word("CLASS").as_deref() {
        None | Some("PUBLIC") => "normal",
        Some("CONFIDENTIAL") => "confidential",
        // An unknown class is private (RFC 5545 section 3.8.1.3).
        Some(_) => "private",
    };
    say.set("sensitivity", sensitivity);
    match say.word("PRIORITY").and_then(|word| word.parse().ok()) {
        Some(1..=4_u8) => say.set("importance", "high"),
        Some(5) => say.set("importance", "normal"),
        Some(6..=9) => say.set("importance", "low"),
        _ => {}
    }
    let lists = say.event.all("CATEGORIES");
    let categories: Vec<_> = lists.flat_map(|list| list.text_list()).collect();
    say.set("categories", json!(categories));
    Ok(())
}

fn state(say: &Say<'_, '_>, status: Option<&str>) -> &'static str {
    let takes_time = say.word("TRANSP").as_deref() != Some("TRANSPARENT");
    let exact = say.word(EXACT);
    let exact = exact.and_then(|exact| STATES.iter().find(|(_, word, _)| *word == exact));
    match (exact, takes_time) {
        (Some((word, ..)), _) if say.prefers_exact => word,
        (Some((word, ..)), true) if *word == "oof" => word,
        (Some((word, _, false)), false) => word,
        (_, false) => "free",
        (_, true) if status == Some("TENTATIVE") => "tentative",
        (Some((word, _, true)), true) if *word == "tentative" && status.is_none() => word,
        (_, true) => "busy",
    }
}
