//! What providers that do not speak iCalendar say about an object, and what of a text they can be told.
//!
//! Three texts and one source belong to such an object. The [`Source`] is the provider's own JSON, octet for octet. *Said*
//! is the source as calendar text: a pure function of it, so that the same source is
//! always the same octets. *Agreed* is the text that readers here saw when both sides last agreed: said, with what has
//! no form over there laid over it. *Wanted* is what somebody made of it.
//!
//! - A provider's `project` makes *said* of a source, [`Projected`].
//! - Its `plan` compares agreed with wanted, property by property, and lists the [`Write`]s: each holds only the
//!   provider's members whose property changed. What has no form over there is named in [`Plan::kept_here`]; a change
//!   that would put somebody at a wrong time is refused by name, [`Inexpressible`].
//! - [`Attempt`] tells whether a write whose answer was lost was carried out.
//! - [`with_form`] makes of a text what the provider will say of it, [`overlay`] carries what has no form over there from the agreed text into the next one.
//!
//! An object's version is [`Source::version`], so no provider needs a table of its own. The rules are numbered in
//! `docs/spec/projection.md`. Left out: any provider's spelling.

mod compare;
mod context;
mod html;
mod outcome;
mod overlay;
mod plan;
mod source;
mod times;
mod writer;

pub use compare::{Pair, changed_properties, pairs};
pub use context::{Access, Alarm, AlarmKind, CalendarContext};
pub use html::{as_html, looks_like_html, to_text};
pub use outcome::{Attempt, Done};
pub use overlay::{overlay, with_form};
pub use plan::{
    Act, Answer, Fields, Inexpressible, Kept, Notify, Original, Plan, Reason, Target, Write, diff,
};
pub use source::{BadSource, Body, Part, Role, Source};
pub(crate) use times::moment as single_moment;
pub use times::{Moment, Times, moment_of, times_of};
pub use writer::ObjectWriter;

/// A source as calendar text.
#[derive(Clone, PartialEq, Eq)]
pub struct Projected {
    /// The object; none when nothing of it can be shown, as with the cancelled occurrences of a series nobody may read.
    pub octets: Option<Vec<u8>>,
    /// What could not be taken as it came: the name of the provider's member and what is odd, never content.
    pub problems: Vec<Trouble>,
}

impl std::fmt::Debug for Projected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projected")
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// Something in a source that has no exact form as calendar text. It stays in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The provider's member, such as `start.timeZone`.
    pub member: &'static str,
    /// What is odd about it.
    pub kind: TroubleKind,
}

/// What is odd about a member of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TroubleKind {
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable,
    /// A zone that nobody here knows; the instant is shown in UTC.
    #[error("it names a zone that is not known here")]
    UnknownZone,
    /// A value that was invented after this program.
    #[error("it has a value that is not known here")]
    UnknownValue,
    /// It is not whole: the provider hides a part.
    #[error("the provider does not show all of it")]
    Partial,
}
