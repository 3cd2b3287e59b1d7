//! A resource whose properties are asked for, with everything that is needed to compute them at hand.

use bridge_core::{dav::Element, ids::Href};

use super::{
    collection::{self, Collection},
    dead,
    members::{self, Member},
    resource::Resource,
    session::Session,
};
use crate::store::{ReadTx, StoreError};

/// What the properties of all resources in one answer share.
pub(super) struct Scene<'a> {
    pub(super) session: &'a Session,
    /// The doctor's own addresses, as `mailto:` URIs.
    pub(super) addresses: &'a [String],
    /// The most octets of an object.
    pub(super) object_bytes: usize,
}

/// One resource.
pub(super) struct Subject<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) place: Place<'a>,
}

/// Which one it is.
pub(super) enum Place<'a> {
    /// The root, `/dav/` and the two collections below it.
    Site(&'a Resource),
    /// The principal of the session.
    Principal,
    /// The home of the session, with the properties set on it.
    Home(&'a [Element]),
    /// A calendar.
    Calendar(&'a Collection),
    /// An object in a calendar.
    Object(&'a Collection, &'a Member),
}

impl<'a> Subject<'a> {
    /// The address of the resource in answers.
    pub(super) fn href(&self) -> Href {
        match self.place {
            Place::Site(resource) => resource.href(),
            Place::Principal => self.principal(),
            Place::Home(_) => self.home(),
            Place::Calendar(calendar) => calendar.href.clone(),
            Place::Object(calendar, member) => calendar.member_href(&member.name),
        }
    }

    /// The address of the session's principal.
    pub(super) fn principal(&self) -> Href {
        Resource::Principal(self.scene.session.login.clone()).href()
    }

    /// The address of the session's home.
    pub(super) fn home(&self) -> Href {
        Resource::Home(self.scene.session.login.clone()).href()
    }

    /// The properties that clients set on it.
    pub(super) fn dead(&self) -> &'a [Element] {
        match self.place {
            Place::Home(dead) => dead,
            Place::Calendar(calendar) => &calendar.notes,
            Place::Site(_) | Place::Principal | Place::Object(..) => &[],
        }
    }

    /// The calendar, if it is one.
    pub(super) fn calendar(&self) -> Option<&'a Collection> {
        match self.place {
            Place::Calendar(calendar) => Some(calendar),
            Place::Site(_) | Place::Principal | Place::Home(_) | Place::Object(..) => None,
        }
    }

    /// The object, if it is one.
    pub(super) fn member(&self) -> Option<&'a Member> {
        match self.place {
            Place::Object(_, member) => Some(member),
            Place::Site(_) | Place::Principal | Place::Home(_) | Place::Calendar(_) => None,
        }
    }

    /// Whether it is an object and no collection.
    pub(super) fn is_object(&self) -> bool {
        self.member().is_some()
    }
}

/// Looks a resource up and hands it to `then`; nothing where there is nothing that the session sees.
///
/// # Errors
/// Those of the store.
pub(super) fn at<T>(
    tx: &ReadTx<'_>,
    session: &Session,
    resource: &Resource,
    then: impl FnOnce(Place<'_>) -> T,
) -> Result<Option<T>, StoreError> {
    if resource
        .login()
        .is_some_and(|login| *login != session.login)
    {
        return Ok(None);
    }
    Ok(match resource {
        Resource::Root | Resource::Dav | Resource::Principals | Resource::Homes => {
            Some(then(Place::Site(resource)))
        }
        Resource::Principal(_) => Some(then(Place::Principal)),
        Resource::Home(_) => Some(then(Place::Home(&dead::of_home(tx, session)?))),
        Resource::Calendar(_, name) => match collection::find(tx, session, name)? {
            Some(calendar) => {
                let calendar = calendar.with_notes(tx, session)?;
                Some(then(Place::Calendar(&calendar)))
            }
            None => None,
        },
        Resource::Object(_, calendar, name) => {
            let Some(calendar) = collection::find(tx, session, calendar)? else {
                return Ok(None);
            };
            members::find(tx, &calendar, name)?
                .map(|member| then(Place::Object(&calendar, &member)))
        }
        Resource::WellKnown | Resource::Subscription(_) | Resource::Unknown => None,
    })
}
