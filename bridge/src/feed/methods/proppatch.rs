//! PROPPATCH (RFC 4918 section 9.2): all of it or nothing.
//!
//! Honoured on read-only calendars too, as notes of the one who asks: macOS stops before the first event otherwise.

use bridge_core::dav::{Element, MultiStatus, Name, Precondition, PropChange, parse_proppatch};

use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection::{self, Collection},
        dead, members,
        request::Request,
        resource::Resource,
        session::Rights,
        setting::{self, NotSet, Setting},
    },
    store::{StoreError, WriteTx, calendars, properties::Owner},
};

/// One change, understood.
enum Change {
    Set(Setting),
    Forget(Name),
}

/// What a PROPPATCH is about.
enum Target {
    /// The home, which keeps whatever is set on it.
    Home,
    /// A calendar that the session may change.
    Own(Collection),
    /// A calendar about which it may keep notes.
    Others(Collection),
    /// Something whose properties are all computed.
    Fixed,
}

/// Answers with a multi-status about each property.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    let target = target(request)?;
    let patch = parse_proppatch(request.body)?;
    let verdicts: Vec<_> = patch
        .changes
        .iter()
        .map(|change| target.judge(change))
        .collect();
    let refused = verdicts.iter().any(Result::is_err);
    let mut answer = MultiStatus::new(request.verbosity()?);
    answer.response(&request.href(), |response| {
        let names = patch.changes.iter().map(PropChange::name);
        setting::tell(response, names.zip(&verdicts));
    });
    if !refused {
        apply(
            request,
            target,
            verdicts.into_iter().filter_map(Result::ok).collect(),
        )?;
    }
    Ok(answer::multi_status(answer.finish()))
}

fn target(request: &Request<'_>) -> Result<Target, Refusal> {
    request.feed.store.read(|tx| match request.resource {
        Resource::Home(_) => Ok(Target::Home),
        Resource::Calendar(_, name) => {
            let found =
                collection::find(tx, request.session, name)?.ok_or_else(Refusal::not_found)?;
            Ok(match found.rights {
                Rights::Write => Target::Own(found),
                Rights::Read => Target::Others(found),
            })
        }
        Resource::Object(_, calendar, name) => {
            let found =
                collection::find(tx, request.session, calendar)?.ok_or_else(Refusal::not_found)?;
            members::find(tx, &found, name)?.ok_or_else(Refusal::not_found)?;
            Ok(Target::Fixed)
        }
        Resource::Root
        | Resource::Dav
        | Resource::Principals
        | Resource::Principal(_)
        | Resource::Homes => Ok(Target::Fixed),
        Resource::WellKnown | Resource::Subscription(_) | Resource::Unknown => {
            Err(Refusal::not_found())
        }
    })
}

impl Target {
    /// Whether a change may happen, and what it means.
    fn judge(&self, change: &PropChange) -> Result<Change, NotSet> {
        match (self, change) {
            (Self::Own(_), PropChange::Set(element)) => match setting::read(element)? {
                Setting::Components(_) => Err(Precondition::CannotModifyProtectedProperty.into()),
                setting @ (Setting::DisplayName(_) | Setting::Zone(_) | Setting::Dead(_)) => {
                    Ok(Change::Set(setting))
                }
            },
            (Self::Own(calendar), PropChange::Remove(name)) => {
                let instead = setting::without(name, calendar.row.name.as_str());
                match instead {
                    Some(setting) => Ok(Change::Set(setting)),
                    None => forget(name, setting::is_protected(name)),
                }
            }
            (Self::Others(_), PropChange::Set(element)) => setting::note(element).map(keep),
            (Self::Others(_), PropChange::Remove(name)) => forget(
                name,
                !setting::is_personal(name) && setting::is_protected(name),
            ),
            (Self::Home, PropChange::Set(element)) if !setting::is_protected(&element.name) => {
                setting::note(element).map(keep)
            }
            (Self::Home, change) => forget(change.name(), setting::is_protected(change.name())),
            (Self::Fixed, change) if setting::is_protected(change.name()) => {
                Err(Precondition::CannotModifyProtectedProperty.into())
            }
            (Self::Fixed, _) => Err(NotSet {
                status: 403,
                why: None,
            }),
        }
    }
}

fn keep(element: Element) -> Change {
    Change::Set(Setting::Dead(element))
}

fn forget(name: &Name, is_protected: bool) -> Result<Change, NotSet> {
    if is_protected {
        Err(Precondition::CannotModifyProtectedProperty.into())
    } else {
        Ok(Change::Forget(name.clone()))
    }
}

/// Makes all changes in one transaction; the calendar gets a new ctag once.
fn apply(request: &Request<'_>, target: Target, changes: Vec<Change>) -> Result<(), Refusal> {
    let (session, now) = (request.session.clone(), request.now);
    request.feed.store.write(move |tx| {
        let (owner, calendar) = match &target {
            Target::Home => (Owner::Home(session.login.as_str()), None),
            Target::Own(calendar) | Target::Others(calendar) => (
                dead::owner(&session, calendar.row.id, calendar.rights),
                Some(calendar.row.id),
            ),
            Target::Fixed => return Ok(()),
        };
        for change in changes {
            match (change, calendar) {
                (Change::Forget(name), _) => forgotten(tx, owner, &name)?,
                (Change::Set(Setting::Dead(element)), _) => {
                    forgotten(tx, owner, &element.name)?;
                    dead::set(tx, owner, &element)?;
                }
                (Change::Set(Setting::DisplayName(name)), Some(id)) => {
                    calendars::rename(tx, id, &name)?;
                }
                (Change::Set(Setting::Zone(zone)), Some(id)) => {
                    calendars::set_zone(tx, id, &zone, now)?;
                }
                (Change::Set(_), _) => {}
            }
        }
        calendar.map_or(Ok(()), |id| calendars::touch(tx, id))
    })?;
    Ok(())
}

/// Forgets a note, and the one that says the same in other words.
fn forgotten(tx: &mut WriteTx<'_>, owner: Owner<'_>, name: &Name) -> Result<(), StoreError> {
    if let Some(twin) = setting::twin(name) {
        dead::remove(tx, owner, &twin)?;
    }
    dead::remove(tx, owner, name)
}
