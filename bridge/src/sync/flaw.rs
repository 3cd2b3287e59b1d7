//! Deliberate bugs. The simulation switches one on and has to find it; in the program itself none can be.

/// A bug, at a place where a real engine could have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// The token is stored with the first page, before the objects it stands for (O1).
    TokenBeforeLastPage,
    /// The marks of new versions are stored before their text arrived (O1).
    EtagBeforeBody,
    /// What a listing showed before it broke off is taken for all there is.
    TornListingBelieved,
    /// However many deletions there are, they are believed (D3).
    NoDeletionLimit,
    /// An empty listing is believed (D3).
    EmptyListingBelieved,
    /// Held deletions are shown, and carried out all the same (D3).
    HeldDeletionsApplied,
    /// An object that cannot be read is taken for a deleted one.
    UnreadableIsDeleted,
    /// One unreadable object ends the reading of its batch (F2).
    UnreadableStopsBatch,
    /// A write replaces whatever is there (E4).
    UpdateWithoutCondition,
    /// A write that others were faster with is repeated over theirs (E4).
    OverwriteOnConflict,
    /// A write whose answer was lost counts as done (E5).
    DropOnTimeout,
    /// A new object whose answer was lost is made once more elsewhere (E1).
    LostCreateRepeated,
    /// What the provider made of the text is not read.
    ReadBackSkipped,
    /// What came from the provider is sent back to it (L1, L2).
    EchoSentBack,
    /// What was edited while the last version was under way counts as sent.
    SecondEditForgotten,
    /// A version that lost is not logged (D5, D6).
    LoserNotLogged,
    /// What the provider deleted is deleted here, edited or not (D5).
    EditLosesToDeletion,
    /// An expired token counts as an empty answer (O3).
    ExpiredTokenIgnored,
    /// What the provider asks to wait is not waited (F3).
    RetryAfterIgnored,
}

impl Flaw {
    /// With these, what a listing does not show is not asked for by name before it goes here.
    pub(super) const TRUST_LISTINGS: &'static [Self] = &[
        Self::TornListingBelieved,
        Self::NoDeletionLimit,
        Self::EmptyListingBelieved,
        Self::HeldDeletionsApplied,
    ];

    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::TokenBeforeLastPage,
        Self::EtagBeforeBody,
        Self::TornListingBelieved,
        Self::NoDeletionLimit,
        Self::EmptyListingBelieved,
        Self::HeldDeletionsApplied,
        Self::UnreadableIsDeleted,
        Self::UnreadableStopsBatch,
        Self::UpdateWithoutCondition,
        Self::OverwriteOnConflict,
        Self::DropOnTimeout,
        Self::LostCreateRepeated,
        Self::ReadBackSkipped,
        Self::EchoSentBack,
        Self::SecondEditForgotten,
        Self::LoserNotLogged,
        Self::EditLosesToDeletion,
        Self::ExpiredTokenIgnored,
        Self::RetryAfterIgnored,
    ];
}
