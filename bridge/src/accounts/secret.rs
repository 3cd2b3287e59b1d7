//! The password of an account: sealed in the store, read only to sign in.

use bridge_core::time::Instant;

use crate::ids::Ids;
use crate::secrets::{SealingKey, Sensitive};
use crate::store::accounts::AccountId;
use crate::store::sealed::{self, SealedError};
use crate::store::{ReadTx, WriteTx};

const FIELD: &str = "password";

pub(super) fn keep(
    tx: &mut WriteTx<'_>,
    (key, ids): (&SealingKey, &dyn Ids),
    account: AccountId,
    password: &Sensitive<String>,
    now: Instant,
) -> Result<(), SealedError> {
    let owner = account.owner();
    let octets = password.expose().as_bytes();
    sealed::set(tx, key, ids, (&owner, FIELD), octets, now)
}

pub(super) fn read(
    tx: &ReadTx<'_>,
    key: &SealingKey,
    account: AccountId,
) -> Result<Option<Sensitive<String>>, SealedError> {
    let octets = sealed::get(tx, key, &account.owner(), FIELD)?;
    // Only text was ever sealed here.
    Ok(octets.map(|octets| Sensitive::new(String::from_utf8_lossy(octets.expose()).into_owned())))
}
