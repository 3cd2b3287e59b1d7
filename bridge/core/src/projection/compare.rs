//! Which component of the agreed text is which of the wanted one, and which properties differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    plan::{Inexpressible, Original, Reason},
    times::moment_of,
};
use crate::{
    ical::{CalendarObject, Component, RecurrenceId},
    merge::{content, is_stamp},
    tz::{Zone, Zones},
};

/// The same event in both texts.
#[derive(Clone, Copy)]
pub struct Pair<'o> {
    /// The occurrence it stands for; none for the single event or the series.
    pub original: Option<Original>,
    /// As it was agreed.
    pub before: Option<Component<'o>>,
    /// As it is wanted.
    pub after: Option<Component<'o>>,
}

impl Pair<'_> {
    /// The occurrence as the text names it.
    pub fn recurrence_id(&self) -> Option<RecurrenceId> {
        self.after.or(self.before)?.recurrence_id()
    }
}

/// The events of two texts, those of one occurrence together, however its time is spelt. The main one comes first, then
/// the occurrences in their order. Floating times are read in `default`.
///
/// # Errors
/// When an occurrence cannot be told, a change reaches from one occurrence on, or something is no event.
pub fn pairs<'o>(
    before: Option<&'o CalendarObject<'o>>,
    after: &'o CalendarObject<'o>,
    default: &Zone,
) -> Result<Vec<Pair<'o>>, Inexpressible> {
    let mut found: BTreeMap<Option<Original>, Pair<'o>> = BTreeMap::new();
    for (object, is_before) in before
        .map(|o| (o, true))
        .into_iter()
        .chain([(after, false)])
    {
        let mut zones = Zones::new(object, default);
        for component in object.subjects() {
            if !component.is("VEVENT") {
                let name = component.name().to_ascii_uppercase();
                return Err(Inexpressible::new(name, Reason::NotAnEvent));
            }
            let original = original_of(&component, &mut zones, default)?;
            let pair = found.entry(original).or_insert(Pair {
                original,
                before: None,
                after: None,
            });
            let side = if is_before {
                &mut pair.before
            } else {
                &mut pair.after
            };
            side.get_or_insert(component);
        }
    }
    Ok(found.into_values().collect())
}

fn original_of(
    component: &Component<'_>,
    zones: &mut Zones<'_>,
    default: &Zone,
) -> Result<Option<Original>, Inexpressible> {
    let Some(property) = component.property("RECURRENCE-ID") else {
        return Ok(None);
    };
    let id = component.recurrence_id();
    if id.as_ref().is_some_and(|id| id.this_and_future) {
        return Err(Inexpressible::new("RECURRENCE-ID", Reason::ThisAndFuture).at(id));
    }
    let moment = moment_of(&property, zones, default).map_err(|error| error.at(id))?;
    Ok(Some(moment.original()))
}

/// The names of the properties that differ between two versions of an event, in upper case, and those of the components
/// inside it. Time stamps and counters that every writer touches are no difference, nor is the order of lines.
pub fn changed_properties(
    before: Option<&Component<'_>>,
    after: Option<&Component<'_>>,
) -> BTreeSet<String> {
    let (before, after) = (lines(before), lines(after));
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    before
        .keys()
        .chain(after.keys())
        .filter(differs)
        .cloned()
        .collect()
}

/// What an event says, by the names of its properties in upper case.
pub(super) fn lines(component: Option<&Component<'_>>) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut lines: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for property in component.into_iter().flat_map(Component::properties) {
        let name = property.name().to_ascii_uppercase();
        if !is_stamp(&name) {
            lines.entry(name).or_default().push(content(&property));
        }
    }
    for inside in component.into_iter().flat_map(Component::children) {
        let mut said: Vec<_> = inside.properties().map(|one| content(&one)).collect();
        said.sort();
        let name = inside.name().to_ascii_uppercase();
        lines.entry(name).or_default().push(said.join(&b'\n'));
    }
    for said in lines.values_mut() {
        said.sort();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(body: &str) -> Vec<u8> {
        format!("BEGIN:VCALENDAR\r\n{body}END:VCALENDAR\r\n").into_bytes()
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:a\r\n{lines}END:VEVENT\r\n")
    }

    #[test]
    fn p_11_occurrences_are_matched_by_what_they_mean() {
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let override_at = |id: &str| object(&format!("{}{}", event(""), event(id)));
        let before = override_at("RECURRENCE-ID;TZID=Europe/Vienna:20260303T090000\r\n");
        let before = CalendarObject::read(&before);
        for same in [
            "RECURRENCE-ID:20260303T080000Z\r\n",
            "RECURRENCE-ID:20260303T090000\r\n",
        ] {
            let after = override_at(same);
            let after = CalendarObject::read(&after);
            let pairs = pairs(Some(&before), &after, &vienna).unwrap();
            assert_eq!(pairs.len(), 2, "{same}");
            assert!(
                pairs
                    .iter()
                    .all(|pair| pair.before.is_some() && pair.after.is_some())
            );
            assert!(pairs[0].original.is_none());
        }
        let task = object("BEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\n");
        let task = CalendarObject::read(&task);
        let refused = pairs(None, &task, &vienna).err().unwrap();
        assert_eq!(
            (refused.property.as_str(), refused.reason),
            ("VTODO", Reason::NotAnEvent)
        );
        let range = override_at("RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T080000Z\r\n");
        let range = CalendarObject::read(&range);
        let refused = pairs(None, &range, &vienna).err().unwrap();
        assert_eq!(refused.reason, Reason::ThisAndFuture);
    }

    #[test]
    fn p_12_stamps_folds_and_order_are_no_change() {
        let before = object(&event("DTSTAMP:1\r\nSUMMARY:a\r\nX-B:1\r\nX-B:2\r\n"));
        let same = object(&event("X-B:2\r\nx-b:1\r\nSUMM\r\n ARY:a\r\nDTSTAMP:2\r\n"));
        let other = object(&event(
            "SUMMARY:b\r\nX-B:1\r\nBEGIN:VALARM\r\nEND:VALARM\r\n",
        ));
        let [before, same, other] = [&before, &same, &other].map(|text| CalendarObject::read(text));
        let changed = |after: &CalendarObject<'_>| {
            changed_properties(before.master().as_ref(), after.master().as_ref())
        };
        assert!(changed(&same).is_empty());
        assert_eq!(
            Vec::from_iter(changed(&other)),
            ["SUMMARY", "VALARM", "X-B"]
        );
    }
}
