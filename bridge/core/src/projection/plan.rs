//! What is to be written, and what cannot be.

use std::fmt;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::{
    ical::RecurrenceId,
    ids::{RemoteEtag, RemoteId},
    time::Instant,
};

/// Members of a provider's JSON object.
pub type Fields = Map<String, Value>;

/// What a text leads to at the provider.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The writes, in the order in which they have to be made. Empty when the provider would notice nothing.
    pub writes: Vec<Write>,
    /// What changed and has no form over there: it stays in the text here, and the doctor is told.
    pub kept_here: Vec<Kept>,
}

/// One write to one part.
#[derive(Clone, PartialEq, Eq)]
pub struct Write {
    /// What is written to.
    pub target: Target,
    /// What is done.
    pub act: Act,
    /// Whether other people are told.
    pub notify: Notify,
}

/// What a write goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An object that is not there yet. Its id follows from its name here.
    New,
    /// A part that is there, if it is still this version.
    Part {
        /// Its id.
        id: RemoteId,
        /// The version that must still stand.
        if_match: RemoteEtag,
    },
    /// An occurrence that has no part of its own yet: its id has to be asked for first. When the provider knows no
    /// such occurrence, there is nothing to write.
    Instance(Original),
}

/// The start an occurrence has by the rule of its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Original {
    /// An instant.
    At(Instant),
    /// A day.
    On(NaiveDate),
}

/// What is done to a part.
#[derive(Clone, PartialEq, Eq)]
pub enum Act {
    /// Make it with these members.
    Insert(Fields),
    /// Give these members new values; `null` takes one away.
    Patch(Fields),
    /// Answer an invitation.
    Respond {
        /// The answer.
        answer: Answer,
        /// What is said with it.
        comment: Option<String>,
        /// The members that say so, for providers that take the answer as a patch.
        fields: Fields,
    },
    /// Take the part away: the whole object with the main part, an occurrence otherwise.
    Delete,
    /// Call the event off and tell those who are invited, for providers that do not take this as a deletion.
    Cancel,
}

/// An answer to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Not yet.
    NeedsAction,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Perhaps.
    Tentative,
}

impl Answer {
    /// The answer behind a `PARTSTAT` (RFC 5545 section 3.2.12); an unknown one counts as none yet.
    pub fn of_partstat(partstat: &str) -> Option<Self> {
        match partstat.to_ascii_uppercase().as_str() {
            "ACCEPTED" => Some(Self::Accepted),
            "DECLINED" => Some(Self::Declined),
            "TENTATIVE" => Some(Self::Tentative),
            "DELEGATED" => None,
            _ => Some(Self::NeedsAction),
        }
    }

    /// The `PARTSTAT` that says this.
    pub fn partstat(self) -> &'static str {
        match self {
            Self::NeedsAction => "NEEDS-ACTION",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Tentative => "TENTATIVE",
        }
    }
}

/// Whether a write makes the provider tell other people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Nobody is told.
    Nobody,
    /// Those who are invited, and the organizer of an answered invitation.
    Guests,
}

/// A property that changed and has no form at the provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// Its name, in upper case.
    pub property: String,
    /// The occurrence it belongs to; none for the event or series itself.
    pub occurrence: Option<RecurrenceId>,
}

/// A change that the provider has no form for and that must not be made approximately.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{property}: {reason}")]
pub struct Inexpressible {
    /// The property, in upper case.
    pub property: String,
    /// The occurrence it belongs to; none for the event or series itself.
    pub occurrence: Option<RecurrenceId>,
    /// Why.
    pub reason: Reason,
}

impl Inexpressible {
    /// A refusal for the event or series itself.
    pub fn new(property: impl Into<String>, reason: Reason) -> Self {
        Self {
            property: property.into(),
            occurrence: None,
            reason,
        }
    }

    /// The same for an occurrence.
    #[must_use]
    pub fn at(self, occurrence: Option<RecurrenceId>) -> Self {
        Self { occurrence, ..self }
    }
}

/// Why a change has no form at a provider. The texts are for the doctor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// The calendar may only be read.
    #[error("this calendar can only be read")]
    ReadOnly,
    /// The provider makes this kind of event itself.
    #[error("the provider keeps this kind of event itself; change it there")]
    KeptByProvider,
    /// The event belongs to somebody else.
    #[error("only its organizer can change this")]
    NotOrganizer,
    /// The provider does not show all guests, so the list cannot be written back.
    #[error("the provider does not show the whole list, so it cannot be changed from here")]
    NotWhole,
    /// The value cannot be read.
    #[error("this cannot be read")]
    Unreadable,
    /// A zone nobody knows.
    #[error("its time zone is not known")]
    UnknownZone,
    /// A zone that has no name at the provider.
    #[error("the provider does not know a series in this time zone")]
    ZoneWithoutName,
    /// A rule the provider has no form for.
    #[error("the provider has no such rule")]
    Rule,
    /// An occurrence that was taken out of a series.
    #[error("the provider cannot bring back an occurrence that was taken out")]
    TakenOut,
    /// A change from one occurrence on.
    #[error(
        "a change from one occurrence on needs a second series; end this one and make a new one"
    )]
    ThisAndFuture,
    /// A start that is a day with an end that is a time, or no start at all.
    #[error("start and end do not belong together")]
    Times,
    /// The event without which the others mean nothing is missing.
    #[error("the series itself is missing")]
    NoMain,
    /// Something that is no event.
    #[error("the provider's calendar holds events only")]
    NotAnEvent,
    /// More of them than the provider takes.
    #[error("the provider does not take so many")]
    TooMany,
}

/// The members that differ: what `after` says anew, and `null` for what only `before` said. Objects are told whole, with
/// `null` for members that only the old one had, so that half of an old time never meets half of a new one.
pub fn diff(before: &Fields, after: &Fields) -> Fields {
    let mut changed = Fields::new();
    for (name, new) in after {
        match before.get(name) {
            Some(old) if old == new => {}
            Some(Value::Object(old)) => {
                changed.insert(name.clone(), whole(old, new));
            }
            _ => {
                changed.insert(name.clone(), new.clone());
            }
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changed.insert(name.clone(), Value::Null);
    }
    changed
}

fn whole(old: &Fields, new: &Value) -> Value {
    let Value::Object(new) = new else {
        return new.clone();
    };
    let mut new = new.clone();
    for name in old.keys() {
        new.entry(name.clone()).or_insert(Value::Null);
    }
    Value::Object(new)
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("writes", &self.writes)
            .field("kept_here", &self.kept_here)
            .finish()
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {:?}, {:?}", self.act, self.target, self.notify)
    }
}

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of members, never their content.
        let names = |fields: &Fields| fields.keys().cloned().collect::<Vec<_>>();
        match self {
            Self::Insert(fields) => write!(f, "Insert{:?}", names(fields)),
            Self::Patch(fields) => write!(f, "Patch{:?}", names(fields)),
            Self::Respond { answer, .. } => write!(f, "Respond({answer:?})"),
            Self::Delete => f.write_str("Delete"),
            Self::Cancel => f.write_str("Cancel"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(fields) => fields,
            _ => Fields::new(),
        }
    }

    #[test]
    fn p_10_a_difference_names_what_changed_and_nothing_else() {
        let before = fields(json!({"a": 1, "b": [1], "c": {"x": 1, "y": 2}, "d": "gone"}));
        let after = fields(json!({"a": 1, "b": [2], "c": {"x": 1, "z": 3}, "e": "new"}));
        let expected = json!({"b": [2], "c": {"x": 1, "y": null, "z": 3}, "d": null, "e": "new"});
        assert_eq!(Value::Object(diff(&before, &after)), expected);
        assert!(diff(&after, &after).is_empty());
    }
}
