//! Organizer, guests and the owner's own answer. Others' answers are theirs and never written; the own one is an action at
//! Graph and no change of the event, so it is said apart from the list.

use serde_json::{Value, json};

use super::{Event, Group, Say, Show};
use crate::{
    graph::wire::{Attendee, EmailAddress},
    ical::{NewProperty, Property},
    projection::{Answer, Inexpressible, Reason, TroubleKind},
};

/// The member that says the own answer. It is read only at Graph; a change of it becomes an action.
pub(super) const ANSWER: &str = "responseStatus";
/// The most guests that an event of Graph's can have.
const MOST: usize = 500;

pub(super) const GROUP: Group = Group {
    says: &[("ATTENDEE", &["attendees", ANSWER])],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let is_guest = event.is_organizer == Some(false);
    if event.hide_attendees && is_guest {
        show.trouble("attendees", TroubleKind::Partial);
    }
    // Clients take an event with an organizer for a meeting.
    if event.attendees.is_empty() && !is_guest {
        return;
    }
    let organizer = event.organizer.as_ref();
    let organizer = organizer.and_then(|organizer| organizer.email_address.as_ref());
    if let Some(property) = organizer.and_then(|address| person("ORGANIZER", address)) {
        show.out.line(&property);
    }
    let own = event.response_status.as_ref();
    let own = own.and_then(|status| status.response.as_deref());
    let mut owner_is_listed = false;
    for guest in &event.attendees {
        let is_own = address_of(guest).is_some_and(|address| show.ctx.is_own(address));
        owner_is_listed |= is_own;
        let said = guest.status.as_ref();
        let said = said.and_then(|status| status.response.as_deref());
        let said = if is_own && is_guest { own } else { said };
        write(guest, said, show);
    }
    // Invited through a list of addresses: without a line of their own nobody could answer.
    if is_guest && !owner_is_listed {
        let owner = Attendee {
            email_address: Some(EmailAddress {
                name: None,
                address: show.ctx.own_addresses.first().cloned(),
            }),
            ..Attendee::default()
        };
        write(&owner, own, show);
    }
}

fn address_of(guest: &Attendee) -> Option<&str> {
    guest.email_address.as_ref()?.address.as_deref()
}

fn write(guest: &Attendee, said: Option<&str>, show: &mut Show<'_>) {
    let address = guest.email_address.as_ref();
    let Some(mut property) = address.and_then(|address| person("ATTENDEE", address)) else {
        return;
    };
    property = match guest.kind.as_deref() {
        None | Some("required") => property,
        Some("optional") => property.param("ROLE", "OPT-PARTICIPANT"),
        Some("resource") => property.param("CUTYPE", "RESOURCE"),
        Some(_) => {
            show.trouble("attendees.type", TroubleKind::UnknownValue);
            property
        }
    };
    let answer = match said {
        None | Some("none" | "notResponded") => Answer::NeedsAction,
        Some("accepted" | "organizer") => Answer::Accepted,
        Some("declined") => Answer::Declined,
        Some("tentativelyAccepted") => Answer::Tentative,
        Some(_) => {
            show.trouble("attendees.status.response", TroubleKind::UnknownValue);
            Answer::NeedsAction
        }
    };
    show.out
        .line(&property.param("PARTSTAT", answer.partstat()));
}

fn person(name: &str, person: &EmailAddress) -> Option<NewProperty> {
    let address = person.address.as_deref().filter(|text| !text.is_empty())?;
    let property = NewProperty::raw(name, &format!("mailto:{address}"));
    Some(
        match person.name.as_deref().filter(|text| !text.is_empty()) {
            Some(display) => property.param("CN", display),
            None => property,
        },
    )
}

fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let mut guests = Vec::new();
    let organizer = say.event.property("ORGANIZER");
    let organizer = organizer.and_then(|organizer| address(&organizer));
    let is_guest = organizer.is_some_and(|address| !say.ctx.is_own(&address));
    let event = say.event;
    for attendee in event.all("ATTENDEE") {
        let Some(address) = address(&attendee).filter(|_| is_for_the_server(&attendee)) else {
            continue;
        };
        if is_guest && say.ctx.is_own(&address) {
            let partstat = attendee.param("PARTSTAT").unwrap_or_default();
            match Answer::of_partstat(&partstat) {
                Some(Answer::NeedsAction) | None => {}
                Some(answer) => say.set(ANSWER, answer.partstat()),
            }
        }
        guests.push(guest(&attendee, &address));
    }
    if guests.len() > MOST {
        return Err(Inexpressible::new("ATTENDEE", Reason::TooMany));
    }
    // The order of lines says nothing.
    guests.sort_by_cached_key(key);
    say.set("attendees", guests);
    Ok(())
}

/// The answer behind what [`say`] says.
pub(super) fn answer(said: &Value) -> Option<Answer> {
    Answer::of_partstat(said.as_str()?)
}

/// Exchange mails everybody who is on the list. Whoever the client wants to tell itself, or not at all, is not put on it
/// (RFC 6638 section 7.1).
fn is_for_the_server(attendee: &Property<'_>) -> bool {
    attendee
        .param("SCHEDULE-AGENT")
        .is_none_or(|agent| agent.eq_ignore_ascii_case("SERVER"))
}

fn address(property: &Property<'_>) -> Option<String> {
    let address = property.value().trim().to_lowercase();
    address.strip_prefix("mailto:").map(str::to_owned)
}

fn guest(attendee: &Property<'_>, address: &str) -> Value {
    let is = |name: &str, value: &str| {
        attendee
            .param(name)
            .is_some_and(|param| param.eq_ignore_ascii_case(value))
    };
    let kind = if is("CUTYPE", "RESOURCE") || is("CUTYPE", "ROOM") {
        "resource"
    } else if is("ROLE", "OPT-PARTICIPANT") {
        "optional"
    } else {
        "required"
    };
    let email = match attendee.param("CN") {
        Some(name) => json!({ "address": address, "name": name }),
        None => json!({ "address": address }),
    };
    json!({ "emailAddress": email, "type": kind })
}

fn key(guest: &Value) -> String {
    let address = guest.pointer("/emailAddress/address");
    address
        .and_then(Value::as_str)
        .map_or_else(String::new, str::to_lowercase)
}

/// The list to write: each guest with all that Graph says of them, but for what was changed and for answers, which are
/// not ours.
pub(super) fn blend(before: &[Value], after: &[Value], known: &[Value]) -> Value {
    let find = |list: &[Value], guest: &Value| {
        let mut all = list.iter();
        let found = all.find(|one| key(one) == key(guest));
        found.and_then(Value::as_object).cloned()
    };
    let whole = |guest: &Value| {
        let (Some(mut whole), Some(new)) = (find(known, guest), guest.as_object()) else {
            return guest.clone();
        };
        let was = find(before, guest).unwrap_or_default();
        for (name, value) in new {
            if was.get(name) != Some(value) {
                whole.insert(name.clone(), value.clone());
            }
        }
        whole.remove("status");
        Value::Object(whole)
    };
    after.iter().map(whole).collect()
}
