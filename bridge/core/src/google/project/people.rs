//! Organizer, guests and the owner's own answer. Others' answers are theirs and never written.

use serde_json::{Map, Value, json};

use super::{Event, Group, Say, Show};
use crate::{
    google::wire::Person,
    ical::{NewProperty, Property},
    projection::{Answer, Inexpressible, TroubleKind},
};

pub(super) const GROUP: Group = Group {
    properties: &["ORGANIZER", "ATTENDEE"],
    members: &["attendees"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    if event.attendees_omitted {
        show.trouble("attendees", TroubleKind::Partial);
    }
    // Clients take an event with an organizer for a meeting.
    if event.attendees.is_empty() && !event.attendees_omitted {
        return;
    }
    if let Some(organizer) = &event.organizer
        && let Some(property) = address("ORGANIZER", organizer)
    {
        show.out.line(&property);
    }
    for guest in &event.attendees {
        let Some(mut property) = address("ATTENDEE", guest) else {
            continue;
        };
        if guest.resource {
            property = property.param("CUTYPE", "RESOURCE");
        }
        if guest.optional {
            property = property.param("ROLE", "OPT-PARTICIPANT");
        }
        let partstat = match guest.response_status.as_deref() {
            None | Some("needsAction") => Answer::NeedsAction.partstat(),
            Some("accepted") => Answer::Accepted.partstat(),
            Some("declined") => Answer::Declined.partstat(),
            Some("tentative") => Answer::Tentative.partstat(),
            Some(_) => {
                show.trouble("attendees.responseStatus", TroubleKind::UnknownValue);
                Answer::NeedsAction.partstat()
            }
        };
        show.out.line(&property.param("PARTSTAT", partstat));
    }
}

fn address(name: &str, person: &Person) -> Option<NewProperty> {
    let email = person.email.as_deref()?;
    let property = NewProperty::raw(name, &format!("mailto:{email}"));
    Some(match person.display_name.as_deref() {
        Some(display) => property.param("CN", display),
        None => property,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let guests: Vec<Value> = say
        .event
        .all("ATTENDEE")
        .filter_map(|attendee| guest(&attendee, say))
        .collect();
    if !guests.is_empty() {
        say.set("attendees", guests);
    }
    Ok(())
}

fn guest(attendee: &Property<'_>, say: &Say<'_, '_>) -> Option<Value> {
    let address = attendee.value().trim().to_lowercase();
    let email = address.strip_prefix("mailto:")?.to_owned();
    let is = |name: &str, value: &str| {
        attendee
            .param(name)
            .is_some_and(|param| param.eq_ignore_ascii_case(value))
    };
    let mut guest = Map::new();
    let mut set = |member: &str, value| guest.insert(member.to_owned(), value);
    set("email", json!(email));
    if let Some(name) = attendee.param("CN") {
        set("displayName", json!(name));
    }
    if is("ROLE", "OPT-PARTICIPANT") {
        set("optional", json!(true));
    }
    if is("CUTYPE", "RESOURCE") || is("CUTYPE", "ROOM") {
        set("resource", json!(true));
    }
    if say.ctx.is_own(&email) {
        let partstat = attendee.param("PARTSTAT").unwrap_or_default();
        if let Some(answer) = Answer::of_partstat(&partstat) {
            set("responseStatus", json!(word(answer)));
        }
    }
    Some(Value::Object(guest))
}

/// An answer in Google's spelling.
fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::NeedsAction => "needsAction",
        Answer::Accepted => "accepted",
        Answer::Declined => "declined",
        Answer::Tentative => "tentative",
    }
}

/// How a list of guests changed.
pub(super) enum Change {
    /// Only the owner's answer did: this one.
    Answer(Answer, Value),
    /// Guests came, went, or are described otherwise: the whole list, each with all that Google says of them.
    List(Value),
}

/// Compares two lists as [`say`] gives them. `known` is the list as Google has it, with members nobody here knows.
pub(super) fn change(before: Option<&Value>, after: Option<&Value>, known: &[Value]) -> Change {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let (before, after) = (list(before), list(after));
    if let Some(own) = after
        .iter()
        .find(|guest| guest.get("responseStatus").is_some())
        && unanswered(&before) == unanswered(&after)
    {
        let own = json!([{ "email": own["email"], "responseStatus": own["responseStatus"] }]);
        let said = own.pointer("/0/responseStatus").and_then(Value::as_str);
        let all = [
            Answer::NeedsAction,
            Answer::Accepted,
            Answer::Declined,
            Answer::Tentative,
        ];
        let answer = all.into_iter().find(|answer| Some(word(*answer)) == said);
        return Change::Answer(answer.unwrap_or(Answer::NeedsAction), own);
    }
    let blended = after.iter().map(|guest| {
        let was = find(&before, guest);
        let Some(Value::Object(mut whole)) = find(known, guest).cloned() else {
            return guest.clone();
        };
        for member in ["displayName", "optional", "resource", "responseStatus"] {
            let new = guest.get(member);
            if was.and_then(|was| was.get(member)) != new {
                match new {
                    Some(new) => whole.insert(member.to_owned(), new.clone()),
                    None => whole.remove(member),
                };
            }
        }
        Value::Object(whole)
    });
    Change::List(blended.collect())
}

fn find<'v>(guests: &'v [Value], like: &Value) -> Option<&'v Value> {
    let email = |guest: &Value| guest["email"].as_str().map(str::to_lowercase);
    guests.iter().find(|guest| email(guest) == email(like))
}

fn unanswered(guests: &[Value]) -> Vec<Value> {
    let mut guests = guests.to_vec();
    for guest in guests.iter_mut().filter_map(Value::as_object_mut) {
        guest.remove("responseStatus");
    }
    guests.sort_by_key(|guest| guest["email"].to_string());
    guests
}
