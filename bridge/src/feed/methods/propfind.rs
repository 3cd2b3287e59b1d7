//! PROPFIND (RFC 4918 section 9.1): the properties of a resource and, with `Depth: 1`, of what is directly in it.

use bridge_core::dav::{MultiStatus, Precondition, headers::Depth, parse_propfind};

use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection, dead, members,
        props::Selection,
        request::Request,
        resource::Resource,
        subject::{self, Place, Scene, Subject},
    },
    store::{ReadTx, StoreError, objects::Body},
};

/// An answer under construction: what is wanted, and what all its resources share.
struct Listing<'a> {
    answer: MultiStatus,
    wanted: Selection,
    scene: Scene<'a>,
}

impl Listing<'_> {
    fn add(&mut self, place: Place<'_>) {
        let subject = Subject {
            scene: &self.scene,
            place,
        };
        self.wanted.respond(&mut self.answer, &subject, None);
    }
}

/// Answers with a multi-status.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    let depth = request.depth()?.unwrap_or(Depth::Infinity);
    if depth == Depth::Infinity {
        return Err(Precondition::PropfindFiniteDepth.into());
    }
    let mut listing = Listing {
        answer: MultiStatus::new(request.verbosity()?),
        wanted: Selection::new(&parse_propfind(request.body)?),
        scene: request.scene(),
    };
    request
        .feed
        .store
        .read(|tx| list(tx, request, depth, &mut listing))?;
    Ok(answer::multi_status(listing.answer.finish()))
}

fn list(
    tx: &ReadTx<'_>,
    request: &Request<'_>,
    depth: Depth,
    listing: &mut Listing<'_>,
) -> Result<(), Refusal> {
    subject::at(tx, request.session, request.resource, |place| {
        listing.add(place);
    })?
    .ok_or_else(Refusal::not_found)?;
    if depth == Depth::One {
        list_children(tx, request, listing)?;
    }
    Ok(())
}

/// What is directly in it; of principals and homes, only the session's own.
fn list_children(
    tx: &ReadTx<'_>,
    request: &Request<'_>,
    listing: &mut Listing<'_>,
) -> Result<(), StoreError> {
    match request.resource {
        Resource::Root => listing.add(Place::Site(&Resource::Dav)),
        Resource::Dav => {
            listing.add(Place::Site(&Resource::Principals));
            listing.add(Place::Site(&Resource::Homes));
        }
        Resource::Principals => listing.add(Place::Principal),
        Resource::Homes => listing.add(Place::Home(&dead::of_home(tx, request.session)?)),
        Resource::Home(_) => collection::visible(tx, request.session)?
            .iter()
            .for_each(|calendar| listing.add(Place::Calendar(calendar))),
        Resource::Calendar(_, name) => {
            if let Some(calendar) = collection::find(tx, request.session, name)? {
                members::each(tx, &calendar, Body::Skip, |entry| {
                    listing.add(Place::Object(&calendar, &entry.member));
                })?;
            }
        }
        Resource::Principal(_)
        | Resource::Object(..)
        | Resource::WellKnown
        | Resource::Subscription(_)
        | Resource::Unknown => {}
    }
    Ok(())
}
