//! What waits for a look of the doctor: versions that lost in a conflict, and deletions that look like an accident.

use bridge_core::sync::LostKind;
use serde::{Deserialize, Serialize};

use crate::accounts::{self, ConflictView, Decision, HeldView};

/// A version that lost. It is kept for 30 days and can be had again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConflictEntry {
    /// Its number, which requests name.
    #[cfg_attr(test, ts(type = "number"))]
    pub id: i64,
    /// What happened.
    pub kind: ConflictKind,
    /// The calendar, as people call it.
    pub calendar: String,
    /// The title of the entry.
    pub title: String,
    /// When the entry takes place, in RFC 3339, or as a day when it has no time.
    pub start: Option<String>,
    /// Whose version was kept.
    pub winner: Side,
    /// What differed, in words: title, time, place.
    pub lost: Vec<String>,
    /// When it happened, in RFC 3339.
    pub at: String,
    /// Whether the version that lost can be had again.
    pub restorable: bool,
    /// When it was had again, in RFC 3339.
    pub restored_at: Option<String>,
}

/// What happened in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ConflictKind {
    /// Both sides changed the same thing.
    Fields,
    /// One side deleted what the other changed; it was kept.
    EditBeatDeletion,
    /// One side changed what the organizer cancelled; it is gone.
    DeletionBeatEdit,
}

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Side {
    /// This computer.
    Here,
    /// The provider.
    Provider,
}

/// Deletions that wait for the doctor, because so many at once look like an accident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldDeletions {
    /// The calendar of the account they belong to.
    #[cfg_attr(test, ts(type = "number"))]
    pub collection: i64,
    /// The account, as the doctor calls it.
    pub account: String,
    /// The calendar, as people call it.
    pub calendar: String,
    /// Where the entries were deleted; on the other side they are still there.
    pub deleted: Side,
    /// How many.
    pub count: u32,
    /// The titles of the first few.
    pub titles: Vec<String>,
    /// Since when, in RFC 3339.
    pub since: String,
}

/// What the doctor decides about held deletions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DeletionsDecision {
    /// They are meant: delete on the other side too.
    Agree,
    /// They are not meant: put the entries back.
    Restore,
}

/// A deletion that was taken back, and is held still because the entry cannot be put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StillGone {
    /// The title of the entry.
    pub title: String,
    /// Why, for the person at the screen.
    pub why: String,
}

/// Everything that waits for a look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Decisions {
    /// Versions that lost, the latest first.
    pub conflicts: Vec<ConflictEntry>,
    /// Deletions that wait.
    pub deletions: Vec<HeldDeletions>,
}

impl From<ConflictView> for ConflictEntry {
    fn from(conflict: ConflictView) -> Self {
        Self {
            id: conflict.id.number(),
            kind: match conflict.kind {
                LostKind::Fields => ConflictKind::Fields,
                LostKind::EditBeatDeletion => ConflictKind::EditBeatDeletion,
                LostKind::DeletionBeatEdit => ConflictKind::DeletionBeatEdit,
            },
            calendar: conflict.calendar,
            title: conflict.headline.title,
            start: conflict.headline.start,
            winner: match conflict.winner {
                bridge_core::merge::Side::Local => Side::Here,
                bridge_core::merge::Side::Remote => Side::Provider,
            },
            lost: conflict
                .fields
                .iter()
                .map(|field| in_words(field))
                .collect(),
            at: conflict.at.to_rfc3339(),
            restorable: conflict.restored.is_none(),
            restored_at: conflict.restored.map(|at| at.to_rfc3339()),
        }
    }
}

/// What people call a property.
fn in_words(field: &str) -> String {
    match field {
        "SUMMARY" => "title",
        "DTSTART" | "DTEND" | "DURATION" | "DUE" => "time",
        "LOCATION" => "place",
        "DESCRIPTION" => "notes",
        "RRULE" | "RDATE" | "EXDATE" => "repetition",
        "ATTENDEE" | "ORGANIZER" => "people",
        "VALARM" => "reminder",
        "STATUS" => "status",
        "TRANSP" => "busy or free",
        other => return other.to_ascii_lowercase(),
    }
    .to_owned()
}

impl From<HeldView> for HeldDeletions {
    fn from(held: HeldView) -> Self {
        Self {
            collection: held.collection.number(),
            account: held.account,
            calendar: held.calendar,
            deleted: match held.deleted {
                accounts::Side::Here => Side::Here,
                accounts::Side::Provider => Side::Provider,
            },
            count: u32::try_from(held.count).unwrap_or(u32::MAX),
            titles: held.titles,
            since: held.since.to_rfc3339(),
        }
    }
}

impl From<accounts::StillGone> for StillGone {
    fn from(gone: accounts::StillGone) -> Self {
        Self {
            title: gone.title,
            why: gone.why,
        }
    }
}

impl From<Side> for accounts::Side {
    fn from(side: Side) -> Self {
        match side {
            Side::Here => Self::Here,
            Side::Provider => Self::Provider,
        }
    }
}

impl From<DeletionsDecision> for Decision {
    fn from(decision: DeletionsDecision) -> Self {
        match decision {
            DeletionsDecision::Agree => Self::Agree,
            DeletionsDecision::Restore => Self::Restore,
        }
    }
}
