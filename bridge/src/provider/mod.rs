//! Calendar providers: how a calendar of somebody else is read and written.
//!
//! A provider adapts the wire and decides nothing: no retry, no choice in a conflict, no database. It sends what the
//! pure requests of the core say and turns the answers into the values below. What to ask, and what an answer leads
//! to, is decided by [`crate::sync`].
//!
//! Every provider passes the same conformance suite (`tests/tests/providers`).

mod bearer;
pub mod caldav;
mod error;
pub mod google;
pub mod graph;
mod larder;
mod presets;
mod read_only;
mod signed;
mod watching;
mod writing;

use async_trait::async_trait;
use bridge_core::dav::path::encode_segment;
use bridge_core::ical::ComponentSet;
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId, SyncToken};
use bridge_core::projection::Kept;
use sha2::{Digest as _, Sha256};

pub use bearer::{Bearer, authorization};
pub use bridge_core::sync::{ErrorKind, RetryAfter};
pub use error::{ProviderError, Sent};
pub use presets::{FILE as PRESETS_FILE, GENERIC, Listing, Preset, Presets, PresetsError, Service};
pub use read_only::ReadOnly;
pub use signed::{Asked, Refusal, Signed};
pub use watching::{Callback, Watch, Watching};

/// The calendars of one account.
#[async_trait]
pub trait CalendarProvider: Send + Sync {
    /// Every calendar of the account, with the provider's mark of its present version. One request where the
    /// protocol allows, because each idle round asks exactly this.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], and those of the network.
    async fn list_calendars(&self) -> Result<Vec<RemoteCalendar>, ProviderError>;

    /// One page of what changed since `since`; of everything there is, without one.
    ///
    /// # Errors
    /// [`ErrorKind::TokenExpired`] when everything must be listed again, [`ErrorKind::NotFound`] or
    /// [`ErrorKind::Gone`] when the calendar is not there, and those of the network.
    async fn changes(
        &self,
        calendar: &RemoteId,
        since: Option<&SyncToken>,
    ) -> Result<ChangePage, ProviderError>;

    /// These objects as they are now: one entry per id, in any order. An object that cannot be read is an entry, not
    /// an error. At most [`BATCH`] ids.
    ///
    /// # Errors
    /// Those of the network and of an answer that is no answer.
    async fn get(
        &self,
        calendar: &RemoteId,
        ids: &[RemoteId],
    ) -> Result<Vec<Fetched>, ProviderError>;

    /// Makes an object, unless there is already one under this id.
    ///
    /// # Errors
    /// [`ErrorKind::PreconditionFailed`] when there is one, [`ErrorKind::UidTaken`] when another has the same UID.
    async fn create(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
    ) -> Result<Stored, ProviderError>;

    /// Replaces the version `if_match` of an object.
    ///
    /// # Errors
    /// [`ErrorKind::PreconditionFailed`] when it is another version by now, [`ErrorKind::NotFound`] when it is gone.
    async fn update(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
        if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError>;

    /// Removes the version `if_match` of an object.
    ///
    /// # Errors
    /// As [`CalendarProvider::update`].
    async fn delete(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        if_match: &RemoteEtag,
    ) -> Result<(), ProviderError>;

    /// How it is made to call when something changed; nothing where the protocol has no such thing.
    fn watching(&self) -> Option<&dyn Watching> {
        None
    }
}

/// The id that a new object of this name will have: a path below its calendar's. Chosen and stored before anything is
/// sent, so that a lost answer can be repaired by looking. In the spelling in which listings name it.
///
/// Servers refuse names for characters of their own choice (Radicale for brackets and umlauts, others for slashes), so one
/// that has any but the harmless becomes another that follows from it.
pub fn id_for(calendar: &RemoteId, name: &ObjectName) -> RemoteId {
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    let calendar = calendar.as_str().trim_end_matches('/');
    if name.as_str().bytes().all(is_harmless) {
        return RemoteId::new(format!("{calendar}/{}", encode_segment(name.as_str())));
    }
    let digest = Sha256::digest(name.as_str().as_bytes());
    let number = digest
        .first_chunk()
        .map_or(0, |first| u128::from_be_bytes(*first));
    RemoteId::new(format!("{calendar}/{number:032x}.ics"))
}

/// The most objects that are asked for at once: as many as Thunderbird asks for. Each answer is one change of the store,
/// and the fewer there are, the fewer pages are encrypted twice.
pub const BATCH: usize = 100;

/// A calendar as its provider lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCalendar {
    /// Its id.
    pub id: RemoteId,
    /// What people call it.
    pub display_name: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether we may change it.
    pub write: Write,
    /// A mark that differs whenever something in it changed (sync token or ctag); `None` where there is no such mark, or
    /// none that can be believed.
    pub version: Option<String>,
}

/// Whether a calendar may be changed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Yes.
    Allowed,
    /// No: shared for reading, subscribed, a calendar of holidays.
    Denied,
}

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// Objects that are there, with their version.
    pub present: Vec<(RemoteId, RemoteEtag)>,
    /// Objects that are not there any more.
    pub removed: Vec<RemoteId>,
    /// What the page is a page of.
    pub extent: Extent,
    /// Whether there is more.
    pub next: Next,
}

/// What a list of objects is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What changed since a token.
    Delta,
    /// All there is: what is not in it (over all its pages) is gone.
    Complete,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another page, from this token.
    Page(SyncToken),
    /// Nothing; the next changes begin at this token, if the provider has such.
    Done(Option<SyncToken>),
}

/// One object that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its id.
    pub id: RemoteId,
    /// What was found.
    pub found: Found,
}

/// What was found under an id.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    /// An object.
    Object {
        /// Its version.
        etag: RemoteEtag,
        /// Its text.
        octets: Vec<u8>,
    },
    /// Nothing.
    Nothing,
    /// Something that the provider would not hand out (403, 500 for this one alone).
    Refused,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the content.
        f.write_str(match self {
            Self::Object { .. } => "Object(..)",
            Self::Nothing => "Nothing",
            Self::Refused => "Refused",
        })
    }
}

/// A write that was done. What the provider made of the text is read afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The version, if the provider tells it and promises that it stored the octets as they were sent.
    pub etag: Option<RemoteEtag>,
    /// What has no form at the provider: it stands in what was sent, and will not stand in what is read.
    pub kept_here: Vec<Kept>,
}
