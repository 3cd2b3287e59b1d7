//! Whether a JSON value has the shape that a service declares: the part of JSON Schema that our contracts use.
//!
//! Members that nobody declared are refused on purpose: a client must not send misspelt ones, and a sandbox must not
//! invent any.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// A contract.
#[derive(Debug)]
pub struct Contract(Value);

/// Whether a member may be `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// No.
    Refused,
    /// Yes: it takes a member away.
    Clear,
}

/// Calendar v3.
pub fn google_calendar() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let text = include_str!("../schemas/google-calendar-v3.schema.json");
        Contract(serde_json::from_str(text).unwrap_or_default())
    });
    &CONTRACT
}

/// The calendars of Microsoft Graph v1.0.
pub fn graph_calendar() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let text = include_str!("../schemas/msgraph-calendar-v1.schema.json");
        Contract(serde_json::from_str(text).unwrap_or_default())
    });
    &CONTRACT
}

/// The PharmaDOC API.
pub fn pharmadoc() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let text = include_str!("../schemas/pharmadoc.schema.json");
        Contract(serde_json::from_str(text).unwrap_or_default())
    });
    &CONTRACT
}

impl Contract {
    /// What is wrong with a value of this type, and where; nothing when it is as declared.
    pub fn faults(&self, kind: &str, value: &Value, nulls: Nulls) -> Vec<String> {
        let mut faults = Vec::new();
        match self.0.get("$defs").and_then(|all| all.get(kind)) {
            Some(schema) => self.check(schema, value, nulls, kind, &mut faults),
            None => faults.push(format!("there is no {kind}")),
        }
        faults
    }

    /// What is wrong with the parameters of a call of this method.
    pub fn query_faults(&self, method: &str, query: &[(String, String)]) -> Vec<String> {
        let declared = self.0.get("x-methods").and_then(|all| all.get(method));
        let Some(params) = declared.and_then(|one| one.get("params")) else {
            return vec![format!("there is no {method}")];
        };
        let globals = self.0.get("x-globalParameters");
        let find = |name: &str| {
            let own = params.get(name);
            own.or_else(|| globals.and_then(|all| all.get(name)))
        };
        let fault = |(name, value): &(String, String)| match find(name) {
            Some(schema) if schema["location"] == "query" => {
                (!fits(schema, value)).then(|| format!("{name} is {value}"))
            }
            _ => Some(format!("{name} is no parameter of {method}")),
        };
        query.iter().filter_map(fault).collect()
    }

    fn check(
        &self,
        schema: &Value,
        value: &Value,
        nulls: Nulls,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        if value.is_null() && nulls == Nulls::Clear {
            return;
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            if let Some(schema) = self.0.get("$defs").and_then(|all| all.get(name)) {
                self.check(schema, value, nulls, at, faults);
            }
            return;
        }
        if let Some(forms) = schema.get("anyOf").and_then(Value::as_array) {
            // One form, or nothing.
            let form = forms.iter().find(|form| form["type"] != "null");
            if let Some(form) = form.filter(|_| !value.is_null()) {
                self.check(form, value, nulls, at, faults);
            }
            return;
        }
        let is_right = match schema.get("type").and_then(Value::as_str) {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            _ => true,
        };
        if !is_right || !is_listed(schema, value) || !has_format(schema, value) {
            faults.push(format!("{at} is not as declared"));
            return;
        }
        match value {
            Value::Object(members) => self.members(schema, members, nulls, at, faults),
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for (number, item) in items.iter().enumerate() {
                        let at = format!("{at}[{number}]");
                        self.check(schema, item, Nulls::Refused, &at, faults);
                    }
                }
            }
            _ => {}
        }
    }

    fn members(
        &self,
        schema: &Value,
        members: &Map<String, Value>,
        nulls: Nulls,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        for (name, value) in members {
            let at = format!("{at}.{name}");
            let own = schema.get("properties").and_then(|all| all.get(name));
            let is_annotation = name.contains('@') && schema.get("patternProperties").is_some();
            if is_annotation {
                continue;
            }
            match own.or_else(|| schema.get("additionalProperties")) {
                Some(Value::Bool(false)) => faults.push(format!("{at} is not declared")),
                Some(schema) => self.check(schema, value, nulls, &at, faults),
                None => {}
            }
        }
    }
}

fn is_listed(schema: &Value, value: &Value) -> bool {
    let all = schema.get("enum").and_then(Value::as_array);
    all.is_none_or(|all| all.contains(value))
}

fn has_format(schema: &Value, value: &Value) -> bool {
    let (Some(format), Some(text)) = (schema.get("format"), value.as_str()) else {
        return true;
    };
    match format.as_str() {
        // An offset may be left out where a zone stands beside it.
        Some("date-time") => {
            chrono::DateTime::parse_from_rfc3339(text).is_ok()
                || text.parse::<chrono::NaiveDateTime>().is_ok()
        }
        Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
        _ => true,
    }
}

fn fits(schema: &Value, value: &str) -> bool {
    let in_list = schema.get("enum").and_then(Value::as_array);
    let in_list = in_list.is_none_or(|all| all.iter().any(|one| one == value));
    let has_type = match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => matches!(value, "true" | "false"),
        Some("integer") => value.parse::<i64>().is_ok_and(|number| {
            let bound = |name| schema.get(name)?.as_str()?.parse::<i64>().ok();
            bound("minimum").is_none_or(|least| number >= least)
                && bound("maximum").is_none_or(|most| number <= most)
        }),
        _ => true,
    };
    in_list && has_type
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_declared_is_a_fault() {
        let faults = |value, nulls| google_calendar().faults("Event", &value, nulls);
        let good = json!({"summary": "x", "start": {"date": "2026-03-02"}, "sequence": 1,
            "attendees": [{"email": "a@b", "self": true}],
            "extendedProperties": {"private": {"any": "thing"}}});
        assert!(faults(good, Nulls::Refused).is_empty());
        for (bad, at) in [
            (json!({"sumary": "x"}), "Event.sumary"),
            (json!({"summary": 1}), "Event.summary"),
            (json!({"start": {"date": "Monday"}}), "Event.start.date"),
            (
                json!({"attendees": [{"mail": "a"}]}),
                "Event.attendees[0].mail",
            ),
            (
                json!({"extendedProperties": {"private": {"a": 1}}}),
                "Event.extendedProperties.private.a",
            ),
            (json!({"location": null}), "Event.location"),
        ] {
            let found = faults(bad, Nulls::Refused);
            assert!(
                matches!(&found[..], [one] if one.starts_with(at)),
                "{found:?}"
            );
        }
        assert!(faults(json!({"location": null}), Nulls::Clear).is_empty());
    }

    #[test]
    fn a_member_may_be_absent_or_one_of_a_list_and_annotations_are_free() {
        let faults = |value| graph_calendar().faults("event", &value, Nulls::Refused);
        let good = json!({"@odata.etag": "W/\"1\"", "subject": null, "showAs": "busy", "type": "exception"});
        assert!(faults(good).is_empty());
        for bad in [
            json!({"showAs": "away"}),
            json!({"subject": 1}),
            json!({"id": null}),
            json!({"sumary": "x"}),
        ] {
            assert_eq!(faults(bad.clone()).len(), 1, "{bad}");
        }
    }

    #[test]
    fn parameters_are_checked_too() {
        let faults = |name: &str, value: &str| {
            let query = [(name.to_owned(), value.to_owned())];
            google_calendar().query_faults("calendar.events.insert", &query)
        };
        assert!(faults("sendUpdates", "all").is_empty());
        assert!(faults("alt", "json").is_empty());
        assert_eq!(faults("sendUpdates", "some").len(), 1);
        assert_eq!(faults("conferenceDataVersion", "2").len(), 1);
        assert_eq!(faults("showDeleted", "true").len(), 1);
    }
}
