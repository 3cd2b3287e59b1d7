//! What is there: calendars, events by id and by our mark, occurrences.

use chrono::DateTime;
use serde_json::{Value, json};

use super::Graph;
use super::answer::{Refusal, put, refusal};
use super::calendar::{Calendar, Stored};
use super::request::Asked;
use super::series::{find, occurrences};

impl Graph {
    pub(super) fn list_calendars(&self, asked: &Asked) -> Result<Value, Refusal> {
        let begin = match asked.param("$skip") {
            None => 0,
            Some(text) => text.parse().map_err(|_| refusal(400, "BadRequest"))?,
        };
        let top = asked.param("$top").and_then(|text| text.parse().ok());
        let most = top.or(asked.page()).unwrap_or(10).min(self.manners.page);
        let all = self.calendars.iter().enumerate().skip(begin).take(most);
        let entry = |(at, (id, one)): (usize, (&String, &Calendar))| {
            json!({"id": id, "name": one.name, "color": "auto", "hexColor": "", "canEdit": one.can_edit,
                "isDefaultCalendar": at == 0, "owner": {"name": "Anna", "address": self.account},
                "allowedOnlineMeetingProviders": ["teamsForBusiness"]})
        };
        let mut answer = json!({"value": all.map(entry).collect::<Vec<_>>()});
        if begin + most < self.calendars.len() {
            let top = top.map(|top| format!("&$top={top}")).unwrap_or_default();
            let link = format!("{}/me/calendars?$skip={}{top}", asked.root, begin + most);
            put(&mut answer, "@odata.nextLink", link);
        }
        Ok(answer)
    }

    pub(super) fn calendar_of(&self, id: &str) -> Result<&Calendar, Refusal> {
        let found = self.calendars.get(id);
        found.ok_or_else(|| refusal(404, "ErrorItemNotFound"))
    }

    pub(super) fn get(&self, calendar: &str, id: &str, asked: &Asked) -> Result<Value, Refusal> {
        let there = self.calendar_of(calendar)?;
        let missing = || refusal(404, "ErrorItemNotFound");
        let Some(event) = there.events.get(id) else {
            let one = find(there, id).ok_or_else(missing)?;
            let series = there.events.get(&one.series).ok_or_else(missing)?;
            return one.shown(series).ok_or_else(missing);
        };
        let mut shown = event.shown(id);
        let expand = asked.param("$expand").unwrap_or_default();
        let select = asked.param("$select").unwrap_or_default();
        if event.is_series() && select.contains("cancelledOccurrences") {
            let days = event.cancelled.iter().map(|day| format!("OID.{id}.{day}"));
            put(&mut shown, "cancelledOccurrences", days.collect::<Vec<_>>());
        }
        if event.is_series() && expand.contains("exceptionOccurrences") {
            let all = there.exceptions(id).into_iter();
            let all = all.map(|(id, one)| one.shown(id));
            put(&mut shown, "exceptionOccurrences", all.collect::<Vec<_>>());
        }
        let marks = extended(event).filter(|mark| {
            let id = mark["id"].as_str().unwrap_or_default();
            expand.contains(&format!("id eq '{id}'"))
        });
        let marks: Vec<_> = marks.cloned().collect();
        if !marks.is_empty() {
            put(&mut shown, "singleValueExtendedProperties", marks);
        }
        Ok(shown)
    }

    /// The events with a mark, or with a UID.
    pub(super) fn find(&self, calendar: &str, asked: &Asked) -> Result<Value, Refusal> {
        let there = self.calendar_of(calendar)?;
        let filter = asked.param("$filter").unwrap_or_default();
        let uid = filter
            .strip_prefix("iCalUId eq '")
            .and_then(|rest| rest.strip_suffix('\''));
        let wanted = mark(filter);
        if uid.is_none() && wanted.is_none() {
            return Err(refusal(400, "ErrorInvalidUrlQueryFilter"));
        }
        let is_wanted = |event: &Stored| {
            let has_uid =
                |uid: &str| event.fields.get("iCalUId") == Some(&json!(uid.replace("''", "'")));
            wanted
                .as_ref()
                .is_some_and(|wanted| has_mark(event, wanted))
                || uid.is_some_and(has_uid)
        };
        let found = there
            .events
            .iter()
            .filter(|(_, event)| is_wanted(event) && !self.manners.finds_late);
        let found: Vec<_> = found.map(|(id, event)| event.shown(id)).collect();
        Ok(json!({"value": found}))
    }

    pub(super) fn instances(&self, series: &str, asked: &Asked) -> Result<Value, Refusal> {
        let (_, there) = self.holding(series)?;
        let time = |name| {
            let text = asked.param(name)?;
            Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
        };
        let (Some(from), Some(until)) = (time("startDateTime"), time("endDateTime")) else {
            return Err(refusal(400, "ErrorInvalidRequest"));
        };
        let event = there.events.get(series).filter(|event| event.is_series());
        let event = event.ok_or_else(|| refusal(400, "ErrorInvalidRequest"))?;
        let all = occurrences(there, series, from, until);
        let mut shown: Vec<_> = all.iter().filter_map(|one| one.shown(event)).collect();
        let exceptions = there.exceptions(series).into_iter();
        let exceptions = exceptions.filter(|(_, one)| one.is_within(from, until));
        shown.extend(exceptions.map(|(id, one)| one.shown(id)));
        Ok(json!({"value": shown}))
    }

    /// The calendar that holds an event or the series of an occurrence.
    pub(super) fn holding(&self, event: &str) -> Result<(&String, &Calendar), Refusal> {
        let has = |one: &Calendar| one.events.contains_key(event) || find(one, event).is_some();
        let mut all = self.calendars.iter();
        let found = all.find(|(_, one)| has(one));
        found.ok_or_else(|| refusal(404, "ErrorItemNotFound"))
    }
}

/// The marks of an event: its extended properties.
pub(super) fn extended(event: &Stored) -> impl Iterator<Item = &Value> {
    let all = event.fields.get("singleValueExtendedProperties");
    all.and_then(Value::as_array).into_iter().flatten()
}

/// Whether an event has an extended property of this id and value.
pub(super) fn has_mark(event: &Stored, (id, value): &(String, String)) -> bool {
    let mut all = extended(event);
    all.any(|one| one["id"] == id.as_str() && one["value"] == value.as_str())
}

/// The id and the value that a filter asks for.
fn mark(filter: &str) -> Option<(String, String)> {
    let rest = filter.strip_prefix("singleValueExtendedProperties/Any(ep: ep/id eq '")?;
    let (id, value) = rest.split_once("' and ep/value eq '")?;
    let value = value.strip_suffix("')")?.replace("''", "'");
    Some((id.to_owned(), value))
}
