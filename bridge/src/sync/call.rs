//! What goes into the engine and what comes out of it.

use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
pub use bridge_core::sync::Pace;
use bridge_core::time::Instant;

use crate::provider::{ChangePage, Fetched, ProviderError, RemoteCalendar, Stored};
use crate::store::accounts::AccountId;
use crate::store::collections::CollectionId;

/// A call under way. Answers to calls that the engine does not know (any more) change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// Something happened.
#[derive(Debug)]
pub enum Input {
    /// Time has passed; nothing else.
    Tick,
    /// A call was answered.
    Done {
        /// Which.
        call: CallId,
        /// What came of it.
        result: Result<Answer, ProviderError>,
    },
    /// Something was changed here, perhaps in a calendar that is synced.
    LocalChange,
    /// The doctor wants a round now.
    SyncNow {
        /// Of this account; of all without one.
        account: Option<AccountId>,
        /// With a complete listing of every calendar.
        full: bool,
    },
    /// Something changed at the provider of this account, or so somebody says.
    Nudged(AccountId),
    /// An account was added, changed or removed.
    AccountsChanged,
    /// There is a network again, or another one; the computer woke up.
    Awake,
    /// There is no network, or the computer goes to sleep.
    Asleep,
    /// How eagerly to look.
    Pace(Pace),
}

/// What the engine wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call the provider of this account and hand back the answer as [`Input::Done`].
    Call {
        /// Under this id.
        id: CallId,
        /// Whose provider.
        account: AccountId,
        /// What to call.
        call: Call,
    },
    /// Nothing is due before then: a [`Input::Tick`] at that time, please. The last one given counts.
    WakeAt(Instant),
    /// Something that faces show.
    News(News),
}

/// One method of [`crate::provider::CalendarProvider`] with its arguments.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the trait says what each of them is")]
pub enum Call {
    ListCalendars,
    Changes {
        calendar: RemoteId,
        since: Option<SyncToken>,
    },
    Get {
        calendar: RemoteId,
        ids: Vec<RemoteId>,
    },
    Create {
        calendar: RemoteId,
        id: RemoteId,
        octets: Vec<u8>,
    },
    Update {
        calendar: RemoteId,
        id: RemoteId,
        octets: Vec<u8>,
        if_match: RemoteEtag,
    },
    Delete {
        calendar: RemoteId,
        id: RemoteId,
        if_match: RemoteEtag,
    },
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the content, nor the names people gave.
        f.write_str(match self {
            Self::ListCalendars => "ListCalendars",
            Self::Changes { .. } => "Changes",
            Self::Get { .. } => "Get",
            Self::Create { .. } => "Create",
            Self::Update { .. } => "Update",
            Self::Delete { .. } => "Delete",
        })
    }
}

/// What a [`Call`] gave.
#[derive(Debug)]
#[expect(missing_docs, reason = "the trait says what each of them is")]
pub enum Answer {
    Calendars(Vec<RemoteCalendar>),
    Changes(ChangePage),
    Objects(Vec<Fetched>),
    Stored(Stored),
    Deleted,
}

/// Something that faces show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The state of this account changed: health, calendars, data age.
    Account(AccountId),
    /// A round of this account ended; nothing of it is under way.
    RoundEnded(AccountId),
    /// A version lost in a conflict, or something is held for the doctor to decide, in this calendar.
    NeedsALook(CollectionId),
}
