//! Small words with few values: `status`, `transparency`, `visibility`, `colorId`. A value that is not known here is not
//! shown, and is not written until somebody chooses another.

use super::{Event, Group, Say, Show, kinds};
use crate::projection::{Inexpressible, TroubleKind};

/// The colours of Google's palette by the nearest name of CSS (RFC 7986 section 5.9), from `colorId` 1 on.
const COLORS: [&str; 11] = [
    "lightsteelblue",
    "mediumseagreen",
    "darkorchid",
    "lightcoral",
    "gold",
    "orangered",
    "deepskyblue",
    "dimgray",
    "royalblue",
    "green",
    "crimson",
];

const CLASSES: [(&str, &str); 3] = [
    ("public", "PUBLIC"),
    ("private", "PRIVATE"),
    ("confidential", "CONFIDENTIAL"),
];

pub(super) const GROUP: Group = Group {
    properties: &["STATUS", "TRANSP", "CLASS", "COLOR"],
    members: &["status", "transparency", "visibility", "colorId"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    match event.status.as_deref() {
        Some("confirmed") => show.out.raw("STATUS", "CONFIRMED"),
        Some("tentative") => show.out.raw("STATUS", "TENTATIVE"),
        None | Some("cancelled") => {}
        Some(_) => show.trouble("status", TroubleKind::UnknownValue),
    }
    let transparent = event.transparency.as_deref() == Some("transparent");
    if transparent || kinds::is_never_busy(event) {
        show.out.raw("TRANSP", "TRANSPARENT");
    }
    match event.visibility.as_deref() {
        None | Some("default") => {}
        Some(visibility) => match CLASSES.iter().find(|(name, _)| *name == visibility) {
            Some((_, class)) => show.out.raw("CLASS", class),
            None => show.trouble("visibility", TroubleKind::UnknownValue),
        },
    }
    if let Some(id) = event.color_id.as_deref() {
        let number = id.parse::<usize>().ok().and_then(|id| id.checked_sub(1));
        match number.and_then(|number| COLORS.get(number)) {
            Some(color) => show.out.raw("COLOR", color),
            None => show.trouble("colorId", TroubleKind::UnknownValue),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let value = |name| {
        say.event
            .property(name)
            .map(|one| one.value().trim().to_ascii_uppercase())
    };
    let status = match value("STATUS").as_deref() {
        Some("TENTATIVE") => "tentative",
        Some("CANCELLED") => "cancelled",
        _ => "confirmed",
    };
    let transparency = match value("TRANSP").as_deref() {
        Some("TRANSPARENT") => "transparent",
        _ => "opaque",
    };
    let class = value("CLASS").unwrap_or_default();
    let visibility = CLASSES.iter().find(|(_, name)| *name == class);
    let visibility = visibility.map_or("default", |(visibility, _)| visibility);
    let color = value("COLOR").map(|color| color.to_ascii_lowercase());
    let color = color.and_then(|color| COLORS.iter().position(|name| *name == color));
    say.set("status", status);
    say.set("transparency", transparency);
    say.set("visibility", visibility);
    if let Some(color) = color {
        say.set("colorId", (color + 1).to_string());
    }
    Ok(())
}
