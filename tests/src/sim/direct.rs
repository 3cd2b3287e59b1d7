//! The engine's calls answered from the server's state, without HTTP: what fails here is the engine's fault alone.

use bridge::provider::{
    ChangePage, ErrorKind, Extent, Fetched, Found, Next, ProviderError, RemoteCalendar, RetryAfter,
    Stored, Write,
};
use bridge::sync::{Answer, Call};
use bridge_core::dav::path::encode_segment;
use bridge_core::ical::ComponentKind;
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use chrono::TimeDelta;

use super::net::{Fault, Method, Net};
use super::world::ACCOUNT_NUMBER;
use crate::sandbox::caldav::{CalDav, Calendar, Ctag, Delta, Rewriting, Stored as Kept, rewritten};

type Outcome = Result<Answer, ProviderError>;

/// Carries out a call, with what happens to it on the way.
pub(super) fn call(server: &mut CalDav, net: &mut Net, call: &Call) -> Outcome {
    let method = match call {
        Call::ListCalendars | Call::Changes { .. } | Call::Get { .. } => Method::Read,
        Call::Create { .. } | Call::Update { .. } => Method::Put,
        Call::Delete { .. } => Method::Delete,
    };
    let writes = method != Method::Read;
    let unknown = |kind| {
        let error = ProviderError::new(kind, "simulated");
        Err(if writes { error.unknown() } else { error })
    };
    let fault = net.meets(method);
    if let Some(fault) = fault {
        net.seen.push(format!("{fault:?} meets {call:?}"));
    }
    match fault {
        None => carry_out(server, net, call),
        Some(Fault::RequestLost) => unknown(ErrorKind::Interrupted),
        Some(Fault::AnswerLost) => {
            drop(carry_out(server, net, call));
            unknown(ErrorKind::Interrupted)
        }
        Some(Fault::Twice) => {
            let first = carry_out(server, net, call);
            drop(carry_out(server, net, call));
            first
        }
        Some(Fault::TwiceAnsweredLast) => {
            drop(carry_out(server, net, call));
            carry_out(server, net, call)
        }
        Some(Fault::Torn | Fault::Html) => {
            drop(carry_out(server, net, call));
            unknown(ErrorKind::UnreadableAnswer)
        }
        Some(Fault::Wait(seconds)) => {
            let wait = RetryAfter::Delay(TimeDelta::seconds(seconds.into()));
            Err(ProviderError::new(ErrorKind::RateLimited, "simulated").after(Some(wait)))
        }
        Some(Fault::Status(status)) => {
            let since = matches!(call, Call::Changes { since: Some(_), .. });
            let error = ProviderError::new(kind(status, writes, since), "simulated");
            Err(if writes && status >= 500 && status != 507 {
                error.unknown()
            } else {
                error
            })
        }
    }
}

/// What a status means (see the provider's own table, written apart).
fn kind(status: u16, writes: bool, since: bool) -> ErrorKind {
    match status {
        400 | 403 | 409 | 410 | 412 | 507 if since => ErrorKind::TokenExpired,
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        410 => ErrorKind::Gone,
        412 => ErrorKind::PreconditionFailed,
        429 => ErrorKind::RateLimited,
        507 if writes => ErrorKind::Full,
        423 | 500 | 503 | 507 => ErrorKind::Unavailable,
        _ => ErrorKind::InvalidRequest,
    }
}

fn carry_out(server: &mut CalDav, net: &Net, call: &Call) -> Outcome {
    let known = server.account.app_password.as_deref();
    if known != Some(super::world::PASSWORDS.0) && known != Some(super::world::PASSWORDS.1) {
        return Err(ProviderError::new(ErrorKind::Unauthenticated, "simulated"));
    }
    match call {
        Call::ListCalendars => Ok(Answer::Calendars(calendars(server, net))),
        Call::Changes { calendar, since } => changes(server, calendar, since.as_ref()),
        Call::Get { calendar, ids } => get(server, calendar, ids),
        Call::Create {
            calendar,
            id,
            octets,
        } => put(server, net, (calendar, id), octets, None),
        Call::Update {
            calendar,
            id,
            octets,
            if_match,
        } => put(server, net, (calendar, id), octets, Some(if_match)),
        Call::Delete {
            calendar,
            id,
            if_match,
        } => delete(server, net, (calendar, id), if_match),
    }
}

fn calendars(server: &CalDav, net: &Net) -> Vec<RemoteCalendar> {
    let listed = server
        .calendars()
        .filter(|(_, calendar)| calendar.role.component().is_some());
    listed
        .map(|(name, calendar)| RemoteCalendar {
            id: calendar_id(name),
            display_name: calendar.display_name.clone(),
            color: None,
            components: [ComponentKind::Event].into_iter().collect(),
            write: if calendar.role.is_writable() {
                Write::Allowed
            } else {
                Write::Denied
            },
            version: version(server, calendar, net),
        })
        .collect()
}

fn version(server: &CalDav, calendar: &Calendar, net: &Net) -> Option<String> {
    let (series, latest) = calendar.reached();
    match server.behaviour.ctag {
        Ctag::Current => Some(format!("{series}-{latest}")),
        Ctag::Late(late) => Some(calendar.known_before(net.now, late).to_string()),
        Ctag::Missing => None,
    }
}

/// What the provider calls a calendar of the server.
pub(super) fn calendar_id(name: &str) -> RemoteId {
    RemoteId::new(format!("/{ACCOUNT_NUMBER}/calendars/{name}/"))
}

/// The server's name of a calendar.
pub(super) fn calendar_name(id: &RemoteId) -> Option<&str> {
    id.as_str().trim_end_matches('/').rsplit('/').next()
}

fn find<'s>(server: &'s CalDav, id: &RemoteId) -> Result<&'s Calendar, ProviderError> {
    let calendar = calendar_name(id).and_then(|name| server.calendar(name));
    calendar.ok_or_else(|| ProviderError::new(ErrorKind::NotFound, "simulated"))
}

/// What the provider calls an object of the server.
pub(super) fn object_id(calendar: &RemoteId, name: &str) -> RemoteId {
    RemoteId::new(format!("{calendar}{}", encode_segment(name)))
}

fn etag(kept: &Kept) -> RemoteEtag {
    RemoteEtag::new(format!("\"{}\"", kept.revision))
}

fn changes(server: &mut CalDav, id: &RemoteId, since: Option<&SyncToken>) -> Outcome {
    let lie = server.trouble.take_lie();
    let calendar = find(server, id)?;
    let has_delta = server.behaviour.delta == Delta::Yes;
    let (series, latest) = calendar.reached();
    let reached = match since {
        None => None,
        Some(token) => Some(
            seen(token.as_str(), series, latest)
                .filter(|_| has_delta)
                .ok_or_else(|| ProviderError::new(ErrorKind::TokenExpired, "simulated"))?,
        ),
    };
    // The second page of a first listing goes on from a token, and is still a page of all there is.
    let complete = since.is_none_or(|token| token.as_str().ends_with('+'));
    let all = calendar.changes(reached.map(|(after, _)| after));
    let page = if has_delta {
        server.behaviour.page
    } else {
        usize::MAX
    };
    let shown: Vec<(u64, String)> = all
        .iter()
        .take(page)
        .map(|(revision, name)| (*revision, (*name).to_owned()))
        .collect();
    let next = match shown.last().filter(|_| all.len() > page) {
        Some((last, _)) => {
            let mark = if complete { "+" } else { "" };
            Next::Page(SyncToken::new(format!("{series}:{last}{mark}")))
        }
        None => Next::Done(has_delta.then(|| SyncToken::new(format!("{series}:{latest}")))),
    };
    let shown = match lie {
        Some(lie) => lie.told(shown),
        None => shown,
    };
    let (mut present, mut removed) = (Vec::new(), Vec::new());
    for (_, name) in shown {
        match calendar.object(&name) {
            Some(kept) => present.push((object_id(id, &name), etag(kept))),
            None => removed.push(object_id(id, &name)),
        }
    }
    let extent = if complete {
        Extent::Complete
    } else {
        Extent::Delta
    };
    Ok(Answer::Changes(ChangePage {
        present,
        removed,
        extent,
        next,
    }))
}

fn seen(token: &str, series: u64, latest: u64) -> Option<(u64, bool)> {
    let reached = token.strip_prefix(&format!("{series}:"))?;
    let after = reached.trim_end_matches('+').parse().ok()?;
    (after <= latest).then_some((after, reached.ends_with('+')))
}

fn get(server: &CalDav, id: &RemoteId, ids: &[RemoteId]) -> Outcome {
    let calendar = find(server, id)?;
    let found = ids.iter().map(|wanted| Fetched {
        id: wanted.clone(),
        found: named(calendar, id, wanted).map_or(Found::Nothing, |(_, kept)| Found::Object {
            etag: etag(kept),
            octets: kept.octets.clone(),
        }),
    });
    Ok(Answer::Objects(found.collect()))
}

fn named<'c>(
    calendar: &'c Calendar,
    id: &RemoteId,
    wanted: &RemoteId,
) -> Option<(&'c str, &'c Kept)> {
    let mut objects = calendar.objects();
    objects.find(|(name, _)| object_id(id, name) == *wanted)
}

fn put(
    server: &mut CalDav,
    net: &Net,
    (id, object): (&RemoteId, &RemoteId),
    octets: &[u8],
    if_match: Option<&RemoteEtag>,
) -> Outcome {
    let calendar = find(server, id)?;
    if !calendar.role.is_writable() {
        return Err(ProviderError::new(ErrorKind::Forbidden, "simulated"));
    }
    let there = named(calendar, id, object);
    let allowed = match (there, if_match) {
        (None, None) => true,
        (Some((_, kept)), Some(wanted)) => wanted.as_str() == "*" || *wanted == etag(kept),
        (None, Some(_)) | (Some(_), None) => false,
    };
    if !allowed {
        return Err(ProviderError::new(
            ErrorKind::PreconditionFailed,
            "simulated",
        ));
    }
    let name = there.map(|(name, _)| name.to_owned());
    let uid = super::world::uid_of(octets);
    let twin = calendar.objects().any(|(other, kept)| {
        Some(other) != name.as_deref() && super::world::uid_of(&kept.octets) == uid
    });
    if twin {
        return Err(ProviderError::new(ErrorKind::UidTaken, "simulated"));
    }
    let name = name.or_else(|| decoded_name(object));
    let (Some(calendar), Some(name)) = (calendar_name(id).map(str::to_owned), name) else {
        return Err(ProviderError::new(ErrorKind::InvalidRequest, "simulated"));
    };
    let octets = match server.behaviour.rewriting {
        Rewriting::None => octets.to_vec(),
        Rewriting::Stamped => rewritten(octets, net.now),
    };
    let stored = server.put_as_other(&calendar, &name, octets, net.now);
    stored.map_err(|gone| ProviderError::new(ErrorKind::NotFound, gone.to_string()))?;
    let kept = server.calendar(&calendar).and_then(|all| all.object(&name));
    Ok(Answer::Stored(Stored {
        etag: kept.map(etag),
        kept_here: Vec::new(),
    }))
}

fn decoded_name(object: &RemoteId) -> Option<String> {
    let segment = object.as_str().rsplit('/').next()?;
    let name = percent_encoding::percent_decode_str(segment).decode_utf8();
    name.ok().map(std::borrow::Cow::into_owned)
}

fn delete(
    server: &mut CalDav,
    net: &Net,
    (id, object): (&RemoteId, &RemoteId),
    if_match: &RemoteEtag,
) -> Outcome {
    let calendar = find(server, id)?;
    let Some((name, kept)) = named(calendar, id, object) else {
        return Err(ProviderError::new(ErrorKind::NotFound, "simulated"));
    };
    if if_match.as_str() != "*" && *if_match != etag(kept) {
        return Err(ProviderError::new(
            ErrorKind::PreconditionFailed,
            "simulated",
        ));
    }
    let (name, calendar) = (name.to_owned(), calendar_name(id).map(str::to_owned));
    let removed = calendar.map(|calendar| server.delete_as_other(&calendar, &name, net.now));
    match removed {
        Some(Ok(())) => Ok(Answer::Deleted),
        _ => Err(ProviderError::new(ErrorKind::NotFound, "simulated")),
    }
}
