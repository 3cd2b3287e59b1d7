//! What a failure leads to: one table (rules F2, F3, F5, E4, E5).

use chrono::TimeDelta;

use super::error::{ErrorKind, RetryAfter};
use crate::time::Instant;

/// The shortest pause after a failure.
pub const SHORTEST_DELAY: TimeDelta = TimeDelta::seconds(1);
/// The longest pause we choose ourselves.
pub const LONGEST_DELAY: TimeDelta = TimeDelta::minutes(15);
/// The longest pause that a provider may ask for; a later time is a mistake of some clock.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::hours(24);
/// After so many refusals of one object it is set aside, and the doctor is told.
pub const MOST_FAILURES: u32 = 5;

/// What was asked for when the failure came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The list of calendars. Whether the last round reached the provider.
    Account {
        /// A refused password after a success may be the provider's mood (iCloud); after that it is believed.
        worked_before: bool,
    },
    /// Something of a calendar was read.
    Calendar {
        /// As above.
        worked_before: bool,
    },
    /// An object was written; whether nobody knows if that had an effect.
    Object {
        /// As above.
        worked_before: bool,
        /// Whether the write may have been done.
        unknown: bool,
    },
}

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything of the account.
    Account,
    /// This calendar; the others go on.
    Calendar,
    /// This object; the others go on.
    Object,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The same again, then.
    RetryAt(Instant),
    /// List everything of the calendar and compare.
    Resync,
    /// Only the doctor can mend it.
    NeedsUser,
    /// This object is refused: it is set aside after [`MOST_FAILURES`] of these, else tried again then.
    Refused(Instant),
    /// See what is there before anything is written again; not before then.
    LookFirst(Instant),
}

/// What a failure leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who waits.
    pub scope: Scope,
    /// What comes next.
    pub reaction: Reaction,
}

/// The table. `failures` is the number in a row before this one; `jitter` any number, new each time.
pub fn classify(
    kind: ErrorKind,
    subject: Subject,
    failures: u32,
    retry_after: Option<RetryAfter>,
    jitter: u64,
    now: Instant,
) -> Verdict {
    let later = retry_after.map_or_else(
        || now + back_off(failures, jitter),
        |asked| asked_for(asked, now),
    );
    let retry = Reaction::RetryAt(later);
    let (scope, reaction) = match kind {
        ErrorKind::Unauthenticated if subject.worked_before() => {
            (Scope::Account, Reaction::RetryAt(now + LONGEST_DELAY))
        }
        ErrorKind::ConsentRevoked | ErrorKind::Unauthenticated => {
            (Scope::Account, Reaction::NeedsUser)
        }
        ErrorKind::Offline | ErrorKind::Untrusted | ErrorKind::RateLimited => {
            (Scope::Account, retry)
        }
        ErrorKind::TokenExpired => (subject.scope(), subject.if_account(retry, Reaction::Resync)),
        ErrorKind::PreconditionFailed | ErrorKind::Gone | ErrorKind::NotFound => (
            subject.scope(),
            subject.if_object(Reaction::LookFirst(now), retry),
        ),
        ErrorKind::UidTaken => (subject.scope(), subject.if_object(Reaction::Resync, retry)),
        ErrorKind::Forbidden | ErrorKind::InvalidRequest | ErrorKind::Unsupported => (
            subject.scope(),
            subject.if_object(Reaction::Refused(later), retry),
        ),
        ErrorKind::Interrupted
        | ErrorKind::Unavailable
        | ErrorKind::Full
        | ErrorKind::UnreadableAnswer => (subject.scope(), retry),
    };
    let reaction = match scope {
        Scope::Object => subject.cautious(reaction),
        Scope::Account | Scope::Calendar => reaction,
    };
    Verdict { scope, reaction }
}

impl Subject {
    fn scope(self) -> Scope {
        match self {
            Self::Account { .. } => Scope::Account,
            Self::Calendar { .. } => Scope::Calendar,
            Self::Object { .. } => Scope::Object,
        }
    }

    fn worked_before(self) -> bool {
        match self {
            Self::Account { worked_before }
            | Self::Calendar { worked_before }
            | Self::Object { worked_before, .. } => worked_before,
        }
    }

    fn if_account(self, account: Reaction, other: Reaction) -> Reaction {
        match self {
            Self::Account { .. } => account,
            Self::Calendar { .. } | Self::Object { .. } => other,
        }
    }

    fn if_object(self, object: Reaction, other: Reaction) -> Reaction {
        match self {
            Self::Object { .. } => object,
            Self::Account { .. } | Self::Calendar { .. } => other,
        }
    }

    /// A write whose effect nobody knows is looked at before it is repeated (rule E5).
    fn cautious(self, reaction: Reaction) -> Reaction {
        match (self, reaction) {
            (
                Self::Object { unknown: true, .. },
                Reaction::RetryAt(later) | Reaction::Refused(later),
            ) => Reaction::LookFirst(later),
            _ => reaction,
        }
    }
}

/// Exponential, with full jitter: any time up to twice as long as before, at least a second, at most a quarter of an hour.
pub fn back_off(failures: u32, jitter: u64) -> TimeDelta {
    let longest = LONGEST_DELAY.num_milliseconds().unsigned_abs();
    let doubled = 2_000_u64.saturating_mul(1 << failures.min(10)).min(longest);
    let shortest = SHORTEST_DELAY.num_milliseconds().unsigned_abs();
    let drawn = (jitter % (doubled + 1)).max(shortest);
    TimeDelta::milliseconds(i64::try_from(drawn).unwrap_or(i64::MAX))
}

/// What the provider asks for, within reason.
fn asked_for(asked: RetryAfter, now: Instant) -> Instant {
    let until = match asked {
        RetryAfter::Delay(delay) => now + delay.clamp(SHORTEST_DELAY, LONGEST_WAIT),
        RetryAfter::At(at) => at,
    };
    until.clamp(now + SHORTEST_DELAY, now + LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Subject = Subject::Account {
        worked_before: false,
    };
    const READ: Subject = Subject::Calendar {
        worked_before: false,
    };
    const WRITE: Subject = Subject::Object {
        worked_before: false,
        unknown: false,
    };
    const LOST: Subject = Subject::Object {
        worked_before: false,
        unknown: true,
    };

    fn now() -> Instant {
        Instant::from_timestamp(1_795_640_000, 0).unwrap()
    }

    fn verdict(kind: ErrorKind, subject: Subject) -> (Scope, &'static str) {
        let verdict = classify(kind, subject, 0, None, 0, now());
        let reaction = match verdict.reaction {
            Reaction::RetryAt(_) => "retry",
            Reaction::Resync => "resync",
            Reaction::NeedsUser => "doctor",
            Reaction::Refused(_) => "refused",
            Reaction::LookFirst(_) => "look",
        };
        (verdict.scope, reaction)
    }

    #[test]
    fn every_kind_of_failure_has_its_row() {
        use ErrorKind as K;
        use Scope::{Account, Calendar, Object};
        // What follows when the calendars were listed, a calendar was read, an object was written, and when nobody
        // knows whether it was written.
        #[rustfmt::skip]
        let table = [
            (K::Offline, [(Account, "retry"), (Account, "retry"), (Account, "retry"), (Account, "retry")]),
            (K::Interrupted, [(Account, "retry"), (Calendar, "retry"), (Object, "retry"), (Object, "look")]),
            (K::Untrusted, [(Account, "retry"), (Account, "retry"), (Account, "retry"), (Account, "retry")]),
            (K::Unauthenticated, [(Account, "doctor"), (Account, "doctor"), (Account, "doctor"), (Account, "doctor")]),
            (K::ConsentRevoked, [(Account, "doctor"), (Account, "doctor"), (Account, "doctor"), (Account, "doctor")]),
            (K::RateLimited, [(Account, "retry"), (Account, "retry"), (Account, "retry"), (Account, "retry")]),
            (K::Unavailable, [(Account, "retry"), (Calendar, "retry"), (Object, "retry"), (Object, "look")]),
            (K::PreconditionFailed, [(Account, "retry"), (Calendar, "retry"), (Object, "look"), (Object, "look")]),
            (K::UidTaken, [(Account, "retry"), (Calendar, "retry"), (Object, "resync"), (Object, "resync")]),
            (K::Gone, [(Account, "retry"), (Calendar, "retry"), (Object, "look"), (Object, "look")]),
            (K::NotFound, [(Account, "retry"), (Calendar, "retry"), (Object, "look"), (Object, "look")]),
            (K::TokenExpired, [(Account, "retry"), (Calendar, "resync"), (Object, "resync"), (Object, "resync")]),
            (K::Forbidden, [(Account, "retry"), (Calendar, "retry"), (Object, "refused"), (Object, "look")]),
            (K::InvalidRequest, [(Account, "retry"), (Calendar, "retry"), (Object, "refused"), (Object, "look")]),
            (K::Full, [(Account, "retry"), (Calendar, "retry"), (Object, "retry"), (Object, "look")]),
            (K::UnreadableAnswer, [(Account, "retry"), (Calendar, "retry"), (Object, "retry"), (Object, "look")]),
            (K::Unsupported, [(Account, "retry"), (Calendar, "retry"), (Object, "refused"), (Object, "look")]),
        ];
        assert_eq!(table.map(|(kind, _)| kind), ErrorKind::ALL);
        for (kind, expected) in table {
            let found = [LIST, READ, WRITE, LOST].map(|subject| verdict(kind, subject));
            assert_eq!(found, expected, "{kind:?}");
        }
    }

    #[test]
    fn f5_a_password_refused_after_a_success_is_tried_once_more() {
        for subject in [
            Subject::Account {
                worked_before: true,
            },
            Subject::Calendar {
                worked_before: true,
            },
            Subject::Object {
                worked_before: true,
                unknown: false,
            },
        ] {
            let found = classify(ErrorKind::Unauthenticated, subject, 0, None, 7, now());
            let expected = Reaction::RetryAt(now() + LONGEST_DELAY);
            assert_eq!((found.scope, found.reaction), (Scope::Account, expected));
        }
    }

    #[test]
    fn f3_retry_after_is_obeyed_within_reason() {
        let at = |asked| {
            let found = classify(ErrorKind::RateLimited, READ, 3, Some(asked), 12_345, now());
            match found.reaction {
                Reaction::RetryAt(at) => at - now(),
                other => panic!("{other:?}"),
            }
        };
        let minutes = TimeDelta::minutes;
        assert_eq!(at(RetryAfter::Delay(minutes(40))), minutes(40));
        assert_eq!(at(RetryAfter::At(now() + minutes(90))), minutes(90));
        assert_eq!(at(RetryAfter::At(now() - minutes(5))), SHORTEST_DELAY);
        assert_eq!(at(RetryAfter::Delay(TimeDelta::MAX)), LONGEST_WAIT);
        assert_eq!(at(RetryAfter::Delay(TimeDelta::MIN)), SHORTEST_DELAY);
    }

    #[test]
    fn f3_back_off_doubles_with_full_jitter_from_a_second_to_a_quarter_of_an_hour() {
        for failures in 0..40 {
            let most = TimeDelta::seconds(2 << failures.min(20)).min(LONGEST_DELAY);
            for jitter in [0, 1, 999, 1_500, 899_999, u64::MAX, u64::MAX / 3] {
                let pause = back_off(failures, jitter);
                assert!(
                    pause >= SHORTEST_DELAY && pause <= most,
                    "{failures}, {jitter}: {pause}"
                );
            }
        }
        assert_eq!(back_off(20, 900_000), LONGEST_DELAY);
        assert_eq!(back_off(0, 2_000), TimeDelta::seconds(2));
    }
}
