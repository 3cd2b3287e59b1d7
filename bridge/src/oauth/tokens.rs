//! What the token endpoint gave, how it is kept, and when it is due.

use bridge_core::time::Instant;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Holder;
use crate::ids::Ids;
use crate::secrets::{SealingKey, Sensitive};
use crate::store::sealed::{self, SealedError};
use crate::store::{ReadTx, WriteTx};

/// What they are sealed as.
const FIELD: &str = "tokens";

/// An access token that comes without an end is used for this long.
const UNSAID: TimeDelta = TimeDelta::minutes(50);

/// The tokens of a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// What each request carries.
    pub access: Sensitive<String>,
    /// What the next one is asked for with.
    pub refresh: Sensitive<String>,
    /// When they came.
    pub since: Instant,
    /// How long the access token lives.
    pub life: TimeDelta,
    /// The scopes that were granted, as the provider says them.
    pub granted: Option<String>,
}

/// The form in which they are sealed.
#[derive(Serialize, Deserialize)]
struct Kept<'t> {
    access: std::borrow::Cow<'t, str>,
    refresh: std::borrow::Cow<'t, str>,
    since: Instant,
    life_s: i64,
    granted: Option<String>,
}

impl Tokens {
    /// How long a token lives whose answer says so many seconds.
    pub fn life(expires_in: Option<std::time::Duration>) -> TimeDelta {
        expires_in
            .and_then(|life| TimeDelta::from_std(life).ok())
            .unwrap_or(UNSAID)
    }

    /// Whether the access token is replaced before it is used: at 80 % of its life. A clock that was set back since says
    /// nothing about it; then the provider's 401 does.
    pub fn is_due(&self, now: Instant) -> bool {
        now - self.since >= self.life * 4 / 5
    }

    /// Seals them for this holder, in place of any before.
    ///
    /// # Errors
    /// Those of the store.
    pub fn keep(
        &self,
        tx: &mut WriteTx<'_>,
        (key, ids): (&SealingKey, &dyn Ids),
        holder: impl Into<Holder>,
        now: Instant,
    ) -> Result<(), SealedError> {
        let (owner, text) = (holder.into().owner(), self.to_text());
        let octets = text.expose().as_bytes();
        sealed::set(tx, key, ids, (&owner, FIELD), octets, now)
    }

    /// Those that are sealed for this holder.
    pub(super) fn kept(
        tx: &ReadTx<'_>,
        key: &SealingKey,
        holder: Holder,
    ) -> Result<Option<Self>, SealedError> {
        let text = sealed::get(tx, key, &holder.owner(), FIELD)?;
        Ok(text.and_then(|text| Self::of_text(text.expose())))
    }

    /// The text that is sealed.
    fn to_text(&self) -> Sensitive<String> {
        let kept = Kept {
            access: self.access.expose().into(),
            refresh: self.refresh.expose().into(),
            since: self.since,
            life_s: self.life.num_seconds(),
            granted: self.granted.clone(),
        };
        // Text and numbers always have a JSON form.
        Sensitive::new(serde_json::to_string(&kept).unwrap_or_default())
    }

    /// Reads it again; nothing for what another version wrote and we do not understand.
    fn of_text(text: &[u8]) -> Option<Self> {
        let kept: Kept<'_> = serde_json::from_slice(text).ok()?;
        Some(Self {
            access: Sensitive::new(kept.access.into_owned()),
            refresh: Sensitive::new(kept.refresh.into_owned()),
            since: kept.since,
            life: TimeDelta::try_seconds(kept.life_s)?,
            granted: kept.granted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens {
            access: Sensitive::new("a".to_owned()),
            refresh: Sensitive::new("r".to_owned()),
            since: Instant::from_timestamp(1_800_000_000, 0).unwrap(),
            life: TimeDelta::seconds(3_600),
            granted: None,
        }
    }

    #[test]
    fn a_token_is_due_at_four_fifths_of_its_life_whatever_the_clock_does() {
        let tokens = tokens();
        let after = |seconds| tokens.is_due(tokens.since + TimeDelta::seconds(seconds));
        assert!(!after(2_879));
        assert!(after(2_880));
        // The clock went back by two days, and on by two.
        assert!(!after(-172_800));
        assert!(after(172_800));
    }

    #[test]
    fn what_is_sealed_is_read_again() {
        let tokens = tokens();
        assert_eq!(
            Tokens::of_text(tokens.to_text().expose().as_bytes()),
            Some(tokens)
        );
        assert_eq!(Tokens::of_text(b"{}"), None);
    }
}
