//! What an edited text leads to at Google.
//!
//! A write holds the members that the agreed and the wanted text say differently, and nothing else. Guests are told when
//! there are any besides the owner and something they see changed; reminders, colour, visibility and whether it takes
//! up time are the owner's own affair.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Event, GROUPS, identity, kinds, people, project, recurrence, say, times};
use crate::{
    ical::{CalendarObject, Component, RecurrenceId},
    projection::{
        Access, Act, CalendarContext, Fields, Inexpressible, Kept, Notify, Original, Pair, Part,
        Plan, Reason, Role, Source, Target, Write, changed_properties, diff, pairs, times_of,
    },
    tz::Zones,
};

/// Members that only the owner of this copy sees.
const OWN: [&str; 5] = [
    "reminders",
    "transparency",
    "visibility",
    "colorId",
    "extendedProperties",
];

/// The most guests, attachments and lines are Google's affair; a refusal comes back as an error of the request.
///
/// What it takes to make the provider say `wanted`, where `agreed` is the text both sides last agreed on. Without a source
/// the object is new; without an agreed text the source itself is what was agreed.
///
/// # Errors
/// [`Inexpressible`] for a change that has no form at Google and must not be made approximately; nothing is to be
/// written then.
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
    let known = Known::of(source, ctx);
    let mut planner = Planner {
        ctx,
        known,
        before: agreed.as_ref().map(|agreed| Zones::new(agreed, &ctx.zone)),
        after: Zones::new(&wanted, &ctx.zone),
        series: None,
        is_moved: false,
        plan: Plan::default(),
    };
    for pair in &pairs {
        planner.pair(pair)?;
    }
    planner.check(&pairs)?;
    Ok(planner.plan)
}

/// What it takes to remove an object: its main part, or each occurrence of a series that may not be seen.
pub fn remove(source: &Source) -> Plan {
    let parts: Vec<_> = match source.main() {
        Some(main) => vec![main],
        None => source.of(Role::Exception).collect(),
    };
    let write = |part: &Part| Write {
        notify: match part.body.read::<Event>() {
            Ok(event) if event.attendees.iter().any(|guest| !guest.is_self) => Notify::Guests,
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

/// What is known of the object at Google.
struct Known<'s> {
    main: Option<(&'s Part, Event)>,
    occurrences: Vec<(Original, &'s Part, Event)>,
    in_text: recurrence::Exceptions,
}

impl<'s> Known<'s> {
    fn of(source: Option<&'s Source>, ctx: &CalendarContext) -> Self {
        let read = |part: &'s Part| Some((part, part.body.read::<Event>().ok()?));
        let main = source.and_then(Source::main).and_then(read);
        let parts = source.into_iter().flat_map(Source::parts);
        let occurrences = parts
            .filter(|part| part.role != Role::Main)
            .filter_map(read);
        let occurrences = occurrences.filter_map(|(part, event)| {
            let start = event.original_start_time.as_ref()?;
            let original = times::moment(start, None, ctx).0?.original();
            Some((original, part, event))
        });
        let text = main.as_ref().map(|(_, event)| &event.recurrence[..]);
        Self {
            occurrences: occurrences.collect(),
            in_text: recurrence::in_text(text.unwrap_or_default(), ctx),
            main,
        }
    }

    fn find(&self, original: Option<Original>) -> Option<(&'s Part, &Event)> {
        match original {
            None => self.main.as_ref().map(|(part, event)| (*part, event)),
            Some(original) => {
                let mut all = self.occurrences.iter();
                let (_, part, event) = all.find(|(at, ..)| *at == original)?;
                Some((part, event))
            }
        }
    }
}

struct Planner<'a> {
    ctx: &'a CalendarContext,
    known: Known<'a>,
    before: Option<Zones<'a>>,
    after: Zones<'a>,
    /// What the wanted series says, for occurrences that have no word of their own.
    series: Option<(crate::projection::Times, Fields)>,
    /// Whether the series begins at another time: its occurrences are others then.
    is_moved: bool,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn pair(&mut self, pair: &Pair<'a>) -> Result<(), Inexpressible> {
        let is_main = pair.original.is_none();
        let in_text = (is_main && self.known.main.is_some()).then(|| self.known.in_text.clone());
        let before = match (&pair.before, &mut self.before) {
            (Some(event), Some(zones)) => {
                // What was agreed may be older than what can be read now.
                Some(say(event, zones, self.ctx, in_text.as_ref())?)
            }
            _ => None,
        };
        let after = match &pair.after {
            Some(event) => Some(say(event, &mut self.after, self.ctx, in_text.as_ref())?),
            None => None,
        };
        match (is_main, before, after) {
            (true, None, Some(after)) => self.make(pair, after)?,
            (true, Some(_), None) => return Err(Inexpressible::new("RRULE", Reason::NoMain)),
            (true, Some(before), Some(after)) => self.main(pair, &before, &after)?,
            (false, before, after) => self.occurrence(pair, before, after)?,
            (true, None, None) => {}
        }
        Ok(())
    }

    fn make(&mut self, pair: &Pair<'a>, mut after: Fields) -> Result<(), Inexpressible> {
        let Some(event) = pair.after else {
            return Ok(());
        };
        self.remember(&event, &after)?;
        let notify = self.notify(None, Some(&after), &after);
        if let Some(uid) = event.uid() {
            let own = after
                .entry("extendedProperties")
                .or_insert_with(|| json!({}));
            if let (Some(own), Value::Object(mark)) =
                (own.as_object_mut(), identity::own_uid(uid.as_str()))
            {
                let private = own.entry("private").or_insert_with(|| json!({}));
                let mark = mark.get("private").and_then(Value::as_object).cloned();
                if let (Some(private), Some(mark)) = (private.as_object_mut(), mark) {
                    private.extend(mark);
                }
            }
        }
        self.keep(pair, &after);
        self.push(Target::New, Act::Insert(after), notify);
        Ok(())
    }

    fn main(
        &mut self,
        pair: &Pair<'a>,
        before: &Fields,
        after: &Fields,
    ) -> Result<(), Inexpressible> {
        let (Some(was), Some(event), Some((part, known))) =
            (pair.before, pair.after, self.known.find(None))
        else {
            return Err(Inexpressible::new("RRULE", Reason::NoMain));
        };
        let target = at(part);
        let guests = guests_of(part);
        let known = known.clone();
        self.remember(&event, after)?;
        let changed = diff(before, after);
        self.is_moved = changed.contains_key("start");
        self.keep(pair, &changed);
        refuse(&known, &changed, None)?;
        if changed.get("status").and_then(Value::as_str) == Some("cancelled") {
            let notify = self.notify(Some(before), Some(after), after);
            self.push(target, Act::Delete, notify);
            return Ok(());
        }
        self.patch(target, before, after, changed, &guests, &known, None)?;
        self.exceptions(&was, &event, before, after);
        Ok(())
    }

    /// Occurrences that were taken out of the series, or put back.
    fn exceptions(
        &mut self,
        was: &Component<'_>,
        event: &Component<'_>,
        before: &Fields,
        after: &Fields,
    ) {
        let old = self
            .before
            .as_mut()
            .map(|zones| recurrence::of(was, zones, self.ctx));
        let old = old.unwrap_or_default();
        let new = recurrence::of(event, &mut self.after, self.ctx);
        let added: Vec<_> = new.difference(&old).copied().collect();
        let removed: Vec<_> = old.difference(&new).copied().collect();
        let notify = self.notify(Some(before), Some(after), after);
        for original in added {
            let target = self.target(original);
            self.push(target, Act::Delete, notify);
        }
        let removed = if self.is_moved { Vec::new() } else { removed };
        for original in removed {
            let part = self.known.find(Some(original)).map(|(part, _)| part);
            if let Some(part) = part.filter(|part| part.role == Role::Cancelled) {
                let mut back = Fields::new();
                back.insert("status".to_owned(), json!("confirmed"));
                self.push(at(part), Act::Patch(back), notify);
            }
        }
    }

    fn target(&self, original: Original) -> Target {
        let part = self.known.find(Some(original)).filter(|_| !self.is_moved);
        part.map_or(Target::Instance(original), |(part, _)| at(part))
    }

    fn occurrence(
        &mut self,
        pair: &Pair<'a>,
        before: Option<Fields>,
        after: Option<Fields>,
    ) -> Result<(), Inexpressible> {
        let Some(original) = pair.original else {
            return Ok(());
        };
        let inherited = self.series.as_ref().map(|(times, fields)| {
            let mut fields = fields.clone();
            fields.remove("recurrence");
            times::move_to(times, original, self.ctx, &mut fields);
            fields
        });
        let is_excepted = self
            .plan
            .writes
            .iter()
            .any(|write| write.act == Act::Delete && write.target == self.target(original));
        let before = before
            .filter(|_| !self.is_moved)
            .or_else(|| inherited.clone().filter(|_| after.is_some()));
        let (before, after) = match (before, after, inherited) {
            (Some(before), Some(after), _) => (before, after),
            // Taken away as a version of its own: the occurrence follows the series again.
            (Some(before), None, Some(inherited)) if !is_excepted && !self.is_moved => {
                (before, inherited)
            }
            (None, Some(_), None) => {
                return Err(
                    Inexpressible::new("RECURRENCE-ID", Reason::NoMain).at(pair.recurrence_id())
                );
            }
            _ => return Ok(()),
        };
        let changed = diff(&before, &after);
        self.keep(pair, &changed);
        let target = self.target(original);
        let (guests, known) = match self
            .known
            .find(Some(original))
            .or_else(|| self.known.find(None))
        {
            Some((part, event)) => (guests_of(part), event.clone()),
            None => (Vec::new(), Event::default()),
        };
        refuse(&known, &changed, pair.recurrence_id().as_ref())?;
        if changed.get("status").and_then(Value::as_str) == Some("cancelled") {
            let notify = self.notify(Some(&before), Some(&after), &after);
            self.push(target, Act::Delete, notify);
            return Ok(());
        }
        self.patch(
            target,
            &before,
            &after,
            changed,
            &guests,
            &known,
            pair.recurrence_id(),
        )
    }

    fn remember(&mut self, event: &Component<'_>, fields: &Fields) -> Result<(), Inexpressible> {
        let times = times_of(event, &mut self.after, &self.ctx.zone)?;
        self.series = Some((times, fields.clone()));
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "two versions, what is known, and where it goes"
    )]
    fn patch(
        &mut self,
        target: Target,
        before: &Fields,
        after: &Fields,
        mut changed: Fields,
        guests: &[Value],
        known: &Event,
        occurrence: Option<RecurrenceId>,
    ) -> Result<(), Inexpressible> {
        if changed.is_empty() {
            return Ok(());
        }
        let notify = self.notify(Some(before), Some(after), &changed);
        if changed.contains_key("attendees") {
            let change = people::change(before.get("attendees"), after.get("attendees"), guests);
            match change {
                people::Change::Answer(answer, own) => {
                    changed.insert("attendees".to_owned(), own);
                    changed.insert("attendeesOmitted".to_owned(), json!(true));
                    if changed.len() == 2 {
                        let comment = None;
                        let act = Act::Respond {
                            answer,
                            comment,
                            fields: changed,
                        };
                        self.push(target, act, Notify::Guests);
                        return Ok(());
                    }
                }
                people::Change::List(list) => {
                    refuse_hidden(known).map_err(|error| error.at(occurrence))?;
                    changed.insert("attendees".to_owned(), list);
                }
            }
        }
        self.push(target, Act::Patch(changed), notify);
        Ok(())
    }

    /// Names what changed without a member of Google's changing with it.
    fn keep(&mut self, pair: &Pair<'_>, changed: &Fields) {
        let differ = changed_properties(pair.before.as_ref(), pair.after.as_ref());
        let written: BTreeSet<&str> = GROUPS
            .iter()
            .filter(|group| {
                group
                    .members
                    .iter()
                    .any(|member| changed.contains_key(*member))
            })
            .flat_map(|group| group.properties.iter().copied())
            .chain(["UID", "RECURRENCE-ID", "EXDATE", "ORGANIZER"])
            .collect();
        let kept = differ
            .into_iter()
            .filter(|name| !written.contains(name.as_str()));
        let occurrence = pair.recurrence_id();
        // A text without an override says nothing about it.
        if pair.after.is_some() && (pair.before.is_some() || pair.original.is_none()) {
            self.plan.kept_here.extend(kept.map(|property| Kept {
                property,
                occurrence: occurrence.clone(),
            }));
        }
    }

    fn notify(&self, before: Option<&Fields>, after: Option<&Fields>, changed: &Fields) -> Notify {
        let is_other = |guest: &Value| {
            guest["email"]
                .as_str()
                .is_some_and(|email| !self.ctx.is_own(email))
        };
        let guests = before
            .into_iter()
            .chain(after)
            .filter_map(|fields| fields.get("attendees"));
        let has_guests = guests.filter_map(Value::as_array).flatten().any(is_other);
        let is_seen = changed.keys().any(|member| !OWN.contains(&member.as_str()));
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

fn refuse_hidden(known: &Event) -> Result<(), Inexpressible> {
    let is_own = known
        .organizer
        .as_ref()
        .is_none_or(|organizer| organizer.is_self);
    let is_hidden = known.guests_can_see_other_guests == Some(false) && !is_own;
    if known.attendees_omitted || is_hidden {
        return Err(Inexpressible::new("ATTENDEE", Reason::NotWhole));
    }
    if !is_own && !known.guests_can_modify {
        return Err(Inexpressible::new("ATTENDEE", Reason::NotOrganizer));
    }
    Ok(())
}

/// The guests as Google has them, whatever else it says of each.
fn guests_of(part: &Part) -> Vec<Value> {
    let event: Option<Fields> = part.body.read().ok();
    let guests = event.and_then(|mut event| event.remove("attendees"));
    match guests {
        Some(Value::Array(guests)) => guests,
        _ => Vec::new(),
    }
}

/// The first property of the group that says a member.
fn property_of(member: &str) -> &'static str {
    match member {
        "summary" => "SUMMARY",
        "description" => "DESCRIPTION",
        "location" => "LOCATION",
        "source" => "URL",
        "end" => "DTEND",
        "transparency" => "TRANSP",
        "visibility" => "CLASS",
        "colorId" => "COLOR",
        "attendees" => "ATTENDEE",
        _ => {
            let says = |group: &&&super::Group| group.members.contains(&member);
            let group = GROUPS.iter().find(says);
            group
                .and_then(|group| group.properties.first())
                .copied()
                .unwrap_or("VEVENT")
        }
    }
}

/// Refuses what only Google, or only the organizer, may change.
fn refuse(
    known: &Event,
    changed: &Fields,
    occurrence: Option<&RecurrenceId>,
) -> Result<(), Inexpressible> {
    let refusal = |member: &String, reason| {
        Err(Inexpressible::new(property_of(member), reason).at(occurrence.cloned()))
    };
    let Some(first) = changed.keys().next() else {
        return Ok(());
    };
    if !kinds::is_writable(known) {
        return refusal(first, Reason::KeptByProvider);
    }
    let is_foreign = known
        .organizer
        .as_ref()
        .is_some_and(|organizer| !organizer.is_self)
        && !known.guests_can_modify;
    let is_shared = |member: &&String| !OWN.contains(&member.as_str()) && *member != "attendees";
    match changed.keys().find(is_shared) {
        Some(shared) if is_foreign || known.locked => refusal(shared, Reason::NotOrganizer),
        _ => Ok(()),
    }
}
