//! The id of an object here, and the event that it is at Graph.
//!
//! Graph mints the id of every event, so an object that is made here cannot choose it: the event keeps the object's name,
//! which is the end of its id, in an extended property and is found by that. An object that was made elsewhere has the id
//! of its event for a name, behind a tilde.

use sha2::{Digest as _, Sha256};

use crate::{
    graph::{project, wire::Event},
    ids::RemoteId,
    projection::Source,
};

/// The id of the object of this name.
pub fn object_id(calendar: &RemoteId, name: &str) -> RemoteId {
    let calendar = calendar.as_str().trim_end_matches('/');
    RemoteId::new(format!("{calendar}/{name}"))
}

/// The name of an object; none for one of another calendar.
pub fn name_of(calendar: &RemoteId, object: &RemoteId) -> Option<String> {
    let calendar = calendar.as_str().trim_end_matches('/');
    let name = object.as_str().strip_prefix(calendar)?.strip_prefix('/')?;
    (!matches!(name, "" | "~")).then(|| name.to_owned())
}

/// The name of an object that was made elsewhere.
pub fn foreign_name(event: &RemoteId) -> String {
    format!("~{event}")
}

/// The event that a name of an object from elsewhere says.
pub fn foreign_event(name: &str) -> Option<RemoteId> {
    name.strip_prefix('~').map(RemoteId::new)
}

/// The name that an object was made with here; none for one that was made elsewhere.
pub fn own_name(source: &Source) -> Option<String> {
    let main: Event = source.main()?.body.read().ok()?;
    project::own_name(&main).map(str::to_owned)
}

/// The transaction that makes an object of this text: the same one however often it is sent, and another for whatever else
/// is made under the same id.
pub fn transaction(object: &RemoteId, octets: &[u8]) -> String {
    let mut digest = Sha256::new();
    digest.update(object.as_str().len().to_be_bytes());
    digest.update(object.as_str());
    digest.update(octets);
    let digest = format!("{:x}", digest.finalize());
    // The form of a UUID, which is what Graph's own examples have.
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|range| digest.get(range).unwrap_or_default())
        .join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{graph::requests, projection::Fields};

    #[test]
    fn p_70_an_object_is_named_by_what_its_event_keeps_and_by_its_id_otherwise() {
        let calendar = RemoteId::new("AAMk=");
        let named = |object: &str| name_of(&calendar, &RemoteId::new(object));
        assert_eq!(named("AAMk=/a.ics").as_deref(), Some("a.ics"));
        for foreign in ["AAMk=", "AAMk=/", "AAMk=/~", "AAMkX=/a.ics", "a.ics"] {
            assert_eq!(named(foreign), None, "{foreign}");
        }
        let event = RemoteId::new("AAk/+=");
        let name = foreign_name(&event);
        assert_eq!(foreign_event(&name), Some(event));
        assert_eq!(foreign_event("a.ics"), None);
        assert_eq!(named(object_id(&calendar, &name).as_str()), Some(name));

        let mut body = json!({"id": "e", "changeKey": "1"});
        let source = |body: &Value| requests::parse_get(body.to_string().as_bytes()).unwrap();
        assert_eq!(own_name(&source(&body)), None);
        let mut fields = Fields::new();
        project::set_name(&mut fields, "a.ics");
        body["singleValueExtendedProperties"] = fields["singleValueExtendedProperties"].clone();
        assert_eq!(own_name(&source(&body)).as_deref(), Some("a.ics"));
    }

    #[test]
    fn p_76_a_transaction_follows_from_the_object_and_its_text() {
        let made = transaction(&RemoteId::new("c/a.ics"), b"one");
        assert_eq!(made, transaction(&RemoteId::new("c/a.ics"), b"one"));
        assert_ne!(made, transaction(&RemoteId::new("c/a.ics"), b"two"));
        assert_ne!(made, transaction(&RemoteId::new("c/a.icso"), b"ne"));
        let lengths: Vec<_> = made.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
