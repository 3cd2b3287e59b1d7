//! What an edited text leads to at Graph.
//!
//! A write holds the members that the agreed and the wanted text say differently, and nothing else. There is no switch
//! for mail at Exchange: whoever is invited hears of what they see. A series whose rule or start changes loses its
//! exceptions at Exchange, so they are written anew then.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Event, GROUPS, Say, identity, marks, people, project, reminder, series, source, text, times,
};
use crate::{
    ical::{CalendarObject, Component, RecurrenceId},
    projection::{
        Access, Act, CalendarContext, Fields, Inexpressible, Kept, Notify, Original, Pair, Part,
        Plan, Reason, Role, Source, Target, Times, Write, changed_properties, diff, pairs,
        times_of,
    },
    tz::Zones,
};

/// Members that only the owner of this copy sees.
const OWN: [&str; 7] = [
    "showAs",
    "sensitivity",
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    identity::EXTENDED,
    people::ANSWER,
];

/// Members that are not taken away by saying nothing: a text without them has no word on them.
const KEPT: [&str; 5] = [
    "importance",
    "reminderMinutesBeforeStart",
    "isCancelled",
    identity::EXTENDED,
    people::ANSWER,
];

/// Properties that are written in other ways than by members, or never.
const ASIDE: [&str; 4] = ["UID", "RECURRENCE-ID", "EXDATE", "ORGANIZER"];

/// What it takes to make Graph say `wanted`, where `agreed` is the text both sides last agreed on. Without a source the
/// object is new; without an agreed text the source itself is what was agreed.
///
/// # Errors
/// [`Inexpressible`] for a change that has no form at Graph and must not be made approximately; nothing is to be written
/// then.
pub fn plan(
    source: Option<&Source>,
    agreed: Option<&[u8]>,
    wanted: &[u8],
    ctx: &CalendarContext,
) -> Result<Plan, Inexpressible> {
    let projected = match (source, agreed) {
        (Some(source), None) => project(source, ctx).octets,
        _ => None,
    };
    let agreed = source
        .and(agreed.or(projected.as_deref()))
        .map(CalendarObject::read);
    let wanted = CalendarObject::read(wanted);
    let pairs = pairs(agreed.as_ref(), &wanted, &ctx.zone)?;
    let mut planner = Planner {
        ctx,
        known: Known::of(source, ctx),
        before: agreed.as_ref().map(|agreed| Zones::new(agreed, &ctx.zone)),
        after: Zones::new(&wanted, &ctx.zone),
        series: None,
        is_reset: false,
        taken_out: BTreeSet::new(),
        plan: Plan::default(),
    };
    for pair in &pairs {
        planner.pair(pair)?;
    }
    planner.check(&pairs)?;
    Ok(planner.plan)
}

/// What it takes to remove an object: its main part, or each occurrence of a series that may not be seen. Exchange tells
/// those who are invited when the organizer does it.
pub fn remove(source: &Source) -> Plan {
    let parts: Vec<_> = match source.main() {
        Some(main) => vec![main],
        None => source.of(Role::Exception).collect(),
    };
    let write = |part: &Part| Write {
        notify: match part.body.read::<Event>() {
            Ok(event) if event.is_organizer != Some(false) && !event.attendees.is_empty() => {
                Notify::Guests
            }
            _ => Notify::Nobody,
        },
        target: at(part),
        act: Act::Delete,
    };
    Plan {
        writes: parts.into_iter().map(write).collect(),
        kept_here: Vec::new(),
    }
}

fn at(part: &Part) -> Target {
    Target::Part {
        id: part.id.clone(),
        if_match: part.etag.clone(),
    }
}

/// A part and what it says.
type Read<'s> = (&'s Part, Event);

/// What is known of the object at Graph.
struct Known<'s> {
    main: Option<Read<'s>>,
    exceptions: Vec<(Original, Read<'s>)>,
    cancelled: BTreeSet<Original>,
}

impl<'s> Known<'s> {
    fn of(source: Option<&'s Source>, ctx: &CalendarContext) -> Self {
        let read = |part: &'s Part| Some((part, part.body.read::<Event>().ok()?));
        let main = source.and_then(Source::main).and_then(read);
        let series = main.as_ref().map(|(_, event)| event);
        let parts = source.into_iter().flat_map(|all| all.of(Role::Exception));
        let exceptions = parts.filter_map(read).filter_map(|(part, event)| {
            let original = times::original(&event, series, ctx)?.original();
            Some((original, (part, event)))
        });
        let exceptions = exceptions.collect();
        let found = source.map(source::cancelled).unwrap_or_default();
        let cancelled = series.map(|series| series::cancelled_originals(series, &found, ctx));
        Self {
            exceptions,
            cancelled: cancelled.unwrap_or_default(),
            main,
        }
    }

    fn find(&self, original: Option<Original>) -> Option<&Read<'s>> {
        let Some(original) = original else {
            return self.main.as_ref();
        };
        let mut all = self.exceptions.iter();
        all.find(|(at, _)| *at == original).map(|(_, read)| read)
    }

    /// The part of an occurrence, or that of its series, which says what the occurrence does not.
    fn nearest(&self, original: Option<Original>) -> Option<&Read<'s>> {
        self.find(original).or(self.main.as_ref())
    }
}

struct Planner<'a> {
    ctx: &'a CalendarContext,
    known: Known<'a>,
    before: Option<Zones<'a>>,
    after: Zones<'a>,
    /// What the wanted series says, for occurrences that have no word of their own.
    series: Option<(Times, Fields)>,
    /// Whether the series takes place at other times: its exceptions are gone then.
    is_reset: bool,
    /// The occurrences that this plan takes out.
    taken_out: BTreeSet<Original>,
    plan: Plan,
}

/// What differs about one event.
struct Change<'p, 'a> {
    pair: &'p Pair<'a>,
    target: Target,
    before: Fields,
    after: Fields,
    /// The members that differ.
    fields: Fields,
}

impl<'a> Planner<'a> {
    fn pair(&mut self, pair: &Pair<'a>) -> Result<(), Inexpressible> {
        let differ = changed_properties(pair.before.as_ref(), pair.after.as_ref());
        let with_series = series::LINES.iter().any(|name| differ.contains(*name));
        let is_exact = marks::is_exact_edit(&differ);
        let before = match (&pair.before, &mut self.before) {
            (Some(event), Some(zones)) => Some(say(event, zones, self.ctx, with_series, false)?),
            _ => None,
        };
        let after = match &pair.after {
            Some(event) => Some(say(
                event,
                &mut self.after,
                self.ctx,
                with_series,
                is_exact,
            )?),
            None => None,
        };
        match (pair.original, before, after) {
            (None, None, Some(after)) => self.make(pair, after)?,
            (None, Some(_), None) => return Err(Inexpressible::new("RRULE", Reason::NoMain)),
            (None, Some(before), Some(after)) => self.main(pair, before, after)?,
            (Some(original), before, after) => self.occurrence(pair, original, before, after)?,
            (None, None, None) => {}
        }
        Ok(())
    }

    fn make(&mut self, pair: &Pair<'a>, mut fields: Fields) -> Result<(), Inexpressible> {
        let Some(event) = pair.after else {
            return Ok(());
        };
        self.remember(&event, &fields)?;
        self.keep(pair, &fields);
        let notify = self.notify(&[&fields], &fields);
        fields.remove(people::ANSWER);
        fields.remove("isCancelled");
        fields.retain(|_, value| !value.is_null());
        fields.insert("body".to_owned(), text::body(&event, None));
        if let Some(uid) = event.uid() {
            let own = fields
                .entry(identity::EXTENDED)
                .or_insert_with(|| json!([]));
            if let Some(own) = own.as_array_mut() {
                own.push(identity::own_uid(uid.as_str()));
            }
        }
        self.push(Target::New, Act::Insert(fields), notify);
        for original in series::exceptions(&event, &mut self.after, self.ctx) {
            self.take_out(original, notify);
        }
        Ok(())
    }

    fn main(
        &mut self,
        pair: &Pair<'a>,
        before: Fields,
        after: Fields,
    ) -> Result<(), Inexpressible> {
        let (Some(was), Some(event), Some((part, _))) =
            (pair.before, pair.after, self.known.find(None))
        else {
            return Err(Inexpressible::new("RRULE", Reason::NoMain));
        };
        let target = at(part);
        self.remember(&event, &after)?;
        let fields = difference(&before, &after);
        let moves = |name: &str| fields.contains_key(name);
        self.is_reset = moves("start") || moves("recurrence") || moves("isAllDay");
        let notify = self.notify(&[&before, &after], &after);
        let is_over = fields.contains_key("isCancelled");
        self.change(Change {
            pair,
            target,
            before,
            after,
            fields,
        })?;
        if is_over {
            return Ok(());
        }
        self.exceptions(&was, &event, notify)
    }

    /// Occurrences that are taken out of the series, or were.
    fn exceptions(
        &mut self,
        was: &Component<'_>,
        event: &Component<'_>,
        notify: Notify,
    ) -> Result<(), Inexpressible> {
        let mut old = match &mut self.before {
            Some(zones) => series::exceptions(was, zones, self.ctx),
            None => BTreeSet::new(),
        };
        let new = series::exceptions(event, &mut self.after, self.ctx);
        if self.is_reset {
            old.clear();
        }
        let mut returned = old.difference(&new);
        if returned.any(|original| self.known.cancelled.contains(original)) {
            return Err(Inexpressible::new("EXDATE", Reason::TakenOut));
        }
        for original in new.difference(&old) {
            self.take_out(*original, notify);
        }
        Ok(())
    }

    fn take_out(&mut self, original: Original, notify: Notify) {
        self.taken_out.insert(original);
        let target = self.target(original);
        self.push(target, Act::Delete, notify);
    }

    fn target(&self, original: Original) -> Target {
        let read = self.known.find(Some(original));
        let part = read.filter(|_| !self.is_reset);
        part.map_or(Target::Instance(original), |(part, _)| at(part))
    }

    fn occurrence(
        &mut self,
        pair: &Pair<'a>,
        original: Original,
        before: Option<Fields>,
        after: Option<Fields>,
    ) -> Result<(), Inexpressible> {
        let inherited = self.series.as_ref().map(|(times, fields)| {
            let mut fields = fields.clone();
            times::move_to(times, original, self.ctx, &mut fields);
            fields
        });
        let before = before.filter(|_| !self.is_reset);
        let (before, after) = match (before, after, inherited) {
            _ if self.taken_out.contains(&original) => return Ok(()),
            (Some(before), Some(after), _) | (None, Some(after), Some(before)) => (before, after),
            // Taken away as a version of its own: the occurrence follows the series again.
            (Some(before), None, Some(inherited)) => (before, inherited),
            (None, Some(_), None) => {
                let refused = Inexpressible::new("RECURRENCE-ID", Reason::NoMain);
                return Err(refused.at(pair.recurrence_id()));
            }
            _ => return Ok(()),
        };
        let mut fields = difference(&before, &after);
        fields.remove("recurrence");
        let target = self.target(original);
        self.change(Change {
            pair,
            target,
            before,
            after,
            fields,
        })
    }

    fn remember(&mut self, event: &Component<'_>, fields: &Fields) -> Result<(), Inexpressible> {
        let times = times_of(event, &mut self.after, &self.ctx.zone)?;
        self.series = Some((times, fields.clone()));
        Ok(())
    }

    /// Writes what differs: the members as one patch, the own answer and the end of the event as actions.
    fn change(&mut self, change: Change<'_, 'a>) -> Result<(), Inexpressible> {
        let Change {
            pair,
            target,
            before,
            after,
            mut fields,
        } = change;
        self.keep(pair, &fields);
        self.refuse(pair, &fields)?;
        let notify = self.notify(&[&before, &after], &fields);
        if fields.contains_key("isCancelled") {
            let guests = self.notify(&[&before, &after], &after);
            let act = match guests {
                Notify::Guests => Act::Cancel,
                Notify::Nobody => Act::Delete,
            };
            self.push(target, act, guests);
            return Ok(());
        }
        let known = self.known.nearest(pair.original);
        if fields.contains_key("body")
            && let Some(event) = pair.after.as_ref()
        {
            let body = text::body(event, known.map(|(_, event)| event));
            fields.insert("body".to_owned(), body);
        }
        if fields.contains_key("attendees") {
            let known = known.map(|(part, _)| guests_of(part)).unwrap_or_default();
            let list = people::blend(list(&before), list(&after), &known);
            fields.insert("attendees".to_owned(), list);
        }
        let answer = fields.remove(people::ANSWER);
        if !fields.is_empty() {
            self.push(target.clone(), Act::Patch(fields), notify);
        }
        if let Some(answer) = answer.as_ref().and_then(people::answer) {
            let act = Act::Respond {
                answer,
                comment: None,
                fields: Fields::new(),
            };
            self.push(target, act, Notify::Guests);
        }
        Ok(())
    }

    /// Refuses what only the organizer may change.
    fn refuse(&self, pair: &Pair<'_>, fields: &Fields) -> Result<(), Inexpressible> {
        let known = self.known.nearest(pair.original);
        let is_guest = known.is_some_and(|(_, event)| event.is_organizer == Some(false));
        let mut shared = fields.keys().filter(|name| !OWN.contains(&name.as_str()));
        match shared.next() {
            Some(member) if is_guest => {
                let refused = Inexpressible::new(property_of(member), Reason::NotOrganizer);
                Err(refused.at(pair.recurrence_id()))
            }
            _ => Ok(()),
        }
    }

    /// Names what changed without a member of Graph's changing with it.
    fn keep(&mut self, pair: &Pair<'_>, fields: &Fields) {
        // A text without an override says nothing about it, and a new override repeats what its series says.
        if pair.after.is_none() || (pair.before.is_none() && pair.original.is_some()) {
            return;
        }
        let differ = changed_properties(pair.before.as_ref(), pair.after.as_ref());
        let has_more = pair.after.as_ref().is_some_and(reminder::has_more);
        let is_written = |name: &String| {
            if name == "VALARM" && has_more {
                return false;
            }
            let says = GROUPS.iter().flat_map(|group| group.says);
            let mut members = says.filter(|(property, _)| property == name);
            members.any(|(_, members)| members.iter().any(|one| fields.contains_key(*one)))
        };
        let occurrence = pair.recurrence_id();
        let kept = differ
            .into_iter()
            .filter(|name| !ASIDE.contains(&name.as_str()) && !is_written(name));
        self.plan.kept_here.extend(kept.map(|property| Kept {
            property,
            occurrence: occurrence.clone(),
        }));
    }

    fn notify(&self, said: &[&Fields], fields: &Fields) -> Notify {
        let is_other = |guest: &Value| {
            let address = guest.pointer("/emailAddress/address");
            address
                .and_then(Value::as_str)
                .is_some_and(|address| !self.ctx.is_own(address))
        };
        let has_guests = said.iter().flat_map(|said| list(said)).any(is_other);
        let is_seen = fields.keys().any(|name| !OWN.contains(&name.as_str()));
        if has_guests && is_seen {
            Notify::Guests
        } else {
            Notify::Nobody
        }
    }

    fn push(&mut self, target: Target, act: Act, notify: Notify) {
        self.plan.writes.push(Write {
            target,
            act,
            notify,
        });
    }

    /// Nothing is written to a calendar that can only be read.
    fn check(&self, pairs: &[Pair<'_>]) -> Result<(), Inexpressible> {
        if self.plan.writes.is_empty() || self.ctx.access == Access::Write {
            return Ok(());
        }
        let changed = pairs.iter().find_map(|pair| {
            changed_properties(pair.before.as_ref(), pair.after.as_ref()).pop_first()
        });
        Err(Inexpressible::new(
            changed.unwrap_or_default(),
            Reason::ReadOnly,
        ))
    }
}

/// The members that an event would have at Graph.
fn say(
    event: &Component<'_>,
    zones: &mut Zones<'_>,
    ctx: &CalendarContext,
    with_series: bool,
    prefers_exact: bool,
) -> Result<Fields, Inexpressible> {
    let id: Option<RecurrenceId> = event.recurrence_id();
    let mut say = Say {
        event,
        zones,
        ctx,
        with_series: with_series && id.is_none(),
        prefers_exact,
        fields: Fields::new(),
    };
    for group in GROUPS {
        (group.say)(&mut say).map_err(|error| error.at(id.clone()))?;
    }
    Ok(say.fields)
}

/// What differs, without what the new text merely does not mention.
fn difference(before: &Fields, after: &Fields) -> Fields {
    let mut fields = diff(before, after);
    fields.retain(|name, value| !(value.is_null() && KEPT.contains(&name.as_str())));
    if fields.contains_key("isAllDay") {
        // Exchange takes the three only together.
        for name in ["start", "end"] {
            fields.extend(after.get(name).map(|time| (name.to_owned(), time.clone())));
        }
    }
    fields
}

fn list(fields: &Fields) -> &[Value] {
    let guests = fields.get("attendees").and_then(Value::as_array);
    guests.map_or(&[], Vec::as_slice)
}

/// The guests as Graph has them, whatever else it says of each.
fn guests_of(part: &Part) -> Vec<Value> {
    let event: Option<Fields> = part.body.read().ok();
    match event.and_then(|mut event| event.remove("attendees")) {
        Some(Value::Array(guests)) => guests,
        _ => Vec::new(),
    }
}

/// The first property that says a member.
fn property_of(member: &str) -> &'static str {
    let mut says = GROUPS.iter().flat_map(|group| group.says);
    let found = says.find(|(_, members)| members.contains(&member));
    found.map_or("VEVENT", |(property, _)| *property)
}
