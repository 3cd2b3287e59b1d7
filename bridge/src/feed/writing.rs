//! What all methods that change objects have in common: where the change goes, its conditions, and what the client
//! is told when the store refuses.

use bridge_core::{
    dav::Precondition,
    ids::{Etag, Href, ObjectName},
};
use http::{HeaderValue, StatusCode, header};

use super::{
    answer::{self, Answer, Refusal},
    collection::Collection,
    conditions::Preconditions,
    resource::Resource,
};
use crate::store::{
    ReadTx, StoreError, calendars,
    objects::{self, Outcome, Place, Put},
};

/// The longest name of an object, in octets; what file systems allow, in case it is ever exported.
const LONGEST_NAME: usize = 255;

/// Where a change goes, with what is needed to speak about it.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) place: Place,
    /// The address of the calendar.
    calendar: Href,
    /// The address of the object.
    object: Href,
}

impl Target {
    /// An object of a calendar, there or not.
    pub(super) fn of(collection: &Collection, name: &ObjectName) -> Self {
        Self {
            place: Place {
                calendar: collection.row.id,
                name: name.clone(),
            },
            calendar: collection.href.clone(),
            object: collection.member_href(name),
        }
    }

    /// What a refusal of the store means to the client.
    pub(super) fn refuse(&self, refusal: objects::Refusal) -> Refusal {
        match refusal {
            objects::Refusal::Condition { .. } | objects::Refusal::Exists => {
                Refusal::precondition_failed()
            }
            objects::Refusal::UidConflict { other } => {
                let name = bridge_core::dav::path::encode_segment(other.as_str());
                let other = Href::new(format!("{}{name}", self.calendar));
                Precondition::NoUidConflict(Some(other)).into()
            }
            objects::Refusal::UidChanged => {
                Precondition::NoUidConflict(Some(self.object.clone())).into()
            }
            objects::Refusal::NotFound => Refusal::not_found(),
            objects::Refusal::NoCalendar => no_calendar(),
            objects::Refusal::Store(error) => error.into(),
        }
    }
}

/// 409: there is nothing to put the object into (RFC 4918 section 9.7.1).
pub(super) fn no_calendar() -> Refusal {
    Refusal::text(
        StatusCode::CONFLICT,
        "There is no such calendar; make it first with MKCALENDAR.",
    )
}

/// Refuses names that are longer than anything real.
pub(super) fn check_name(name: &ObjectName) -> Result<(), Refusal> {
    if name.as_str().len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(Refusal::text(
        StatusCode::URI_TOO_LONG,
        format!("The name of an object has at most {LONGEST_NAME} octets."),
    ))
}

/// Checks the `If` header inside the transaction that makes the change.
pub(super) fn check(tx: &ReadTx<'_>, conditions: &Preconditions) -> Result<(), Refusal> {
    conditions.check_lists(|resource| etag(tx, resource).ok().flatten())
}

fn etag(tx: &ReadTx<'_>, resource: &Resource) -> Result<Option<Etag>, StoreError> {
    let Resource::Object(_, calendar, name) = resource else {
        return Ok(None);
    };
    let Some(calendar) = calendars::find(tx, calendar)? else {
        return Ok(None);
    };
    Ok(objects::find(tx, calendar.id, name)?.map(|row| row.etag))
}

/// The answer after an object was stored: its etag is that of the very octets that were sent.
pub(super) fn stored(put: &Put) -> Answer {
    let mut answer = answer::empty(match put.outcome {
        Outcome::Created => StatusCode::CREATED,
        Outcome::Replaced | Outcome::Unchanged => StatusCode::NO_CONTENT,
    });
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", put.etag)) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}
