//! What waits for a look of the doctor: versions that lost in a conflict, and deletions that look like an accident.

use serde::{Deserialize, Serialize};

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
