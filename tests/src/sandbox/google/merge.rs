//! How a patch changes an event: objects member by member, lists whole, `null` takes away.

use serde_json::{Map, Value};

/// Takes a patch in.
pub(in crate::sandbox) fn merge(into: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, new) in patch {
        match (into.get_mut(name), new) {
            (_, Value::Null) => {
                into.remove(name);
            }
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, Value::Object(new)) => {
                let mut made = Map::new();
                merge(&mut made, new);
                into.insert(name.clone(), Value::Object(made));
            }
            (_, new) => {
                into.insert(name.clone(), new.clone());
            }
        }
    }
}
