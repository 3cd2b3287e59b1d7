//! Writes an object as a report wants it: expanded, limited, in parts (RFC 4791 section 9.6).
//!
//! What nothing touches is copied octet for octet. Several calendars in one object become one.

use std::collections::BTreeSet;

use super::{instance, select::Wanted, takes_place};
use crate::{
    dav::{CalendarData, Recurrence, Value},
    ical::{CalendarObject, Component, ComponentKind, LineEnd, NewProperty, Property},
    recur::{self, Allowance, Limits, Occurrence, budget::Budget, instances::Window, value},
    time::Span,
    tz::Zone,
};

/// How many octets longer than the object itself an expansion may become: instances of a few kilobytes have room, a
/// thousand copies of megabytes have not.
const MOST_MORE: usize = 16 * 1024 * 1024;

/// One component that goes into the answer.
struct Entry<'o> {
    component: Component<'o>,
    /// The instance it is written as; as stored without.
    instance: Option<Occurrence>,
}

/// Writes one object.
pub(super) struct Renderer<'r> {
    wish: &'r CalendarData,
    object: &'r CalendarObject<'r>,
    default_zone: &'r Zone,
    allowance: &'r mut Allowance,
    end: LineEnd,
    out: Vec<u8>,
}

impl<'r> Renderer<'r> {
    pub(super) fn new(
        wish: &'r CalendarData,
        object: &'r CalendarObject<'_>,
        default_zone: &'r Zone,
        allowance: &'r mut Allowance,
    ) -> Self {
        Self {
            wish,
            object,
            default_zone,
            allowance,
            end: object.line_end(),
            out: Vec::with_capacity(object.octets().len()),
        }
    }

    pub(super) fn run(mut self) -> Vec<u8> {
        if let Some(wanted) = Wanted::of_calendar(self.wish.selection.as_ref()) {
            self.calendar(wanted);
        }
        self.out
    }

    fn calendar(&mut self, wanted: Wanted<'_>) {
        let most = self.object.octets().len() + MOST_MORE;
        self.line(&NewProperty::raw("BEGIN", "VCALENDAR"));
        if let Some(calendar) = self.object.calendars().next() {
            for property in calendar.properties() {
                self.stored(wanted, &property);
            }
        }
        for entry in self.entries() {
            if self.out.len() > most {
                self.allowance.note_cut();
                break;
            }
            if let Some(wanted) = wanted.inside(&entry.component.name()) {
                self.component(wanted, &entry.component, entry.instance.as_ref());
            }
        }
        self.line(&NewProperty::raw("END", "VCALENDAR"));
    }

    /// The components to write, by what is to be done with series.
    fn entries(&mut self) -> Vec<Entry<'r>> {
        let stored = |component| Entry {
            component,
            instance: None,
        };
        match self.wish.recurrence {
            Recurrence::AsStored => self.object.components().map(stored).collect(),
            Recurrence::LimitSet(range) => self.limited(range).into_iter().map(stored).collect(),
            Recurrence::Expand(range) => self.expanded(range),
        }
    }

    /// Everything but the overrides that neither take place in the range nor replace an instance there.
    fn limited(&mut self, range: Span) -> Vec<Component<'r>> {
        let mut wanted = takes_place::overrides_from(self.object, range.into(), self.default_zone);
        wanted.extend(self.in_range(range));
        let components = self.object.components().enumerate();
        components
            .filter(|(index, component)| {
                wanted.contains(index) || component.property("RECURRENCE-ID").is_none()
            })
            .map(|(_, component)| component)
            .collect()
    }

    /// Every instance in a range, and what takes place there without being an instance, such as tasks without a time.
    fn expanded(&mut self, range: Span) -> Vec<Entry<'r>> {
        let Limits { instances, steps } = self.allowance.limits();
        let mut budget = Budget::new(steps);
        let window = range.into();
        let expansion = recur::expand_within(
            self.object,
            window,
            self.default_zone,
            instances,
            &mut budget,
        );
        self.allowance.take_steps(&budget);
        self.allowance.take_instances(&expansion);
        let components: Vec<_> = self.object.components().collect();
        let mut entries = self.timeless(&components, range);
        entries.extend(expansion.occurrences.into_iter().filter_map(|instance| {
            Some(Entry {
                component: *components.get(instance.component)?,
                instance: Some(instance),
            })
        }));
        entries
    }

    /// The components that take place in a range without being instances.
    fn timeless(&mut self, components: &[Component<'r>], range: Span) -> Vec<Entry<'r>> {
        let is_timeless = |component: &Component<'_>| {
            !matches!(
                component.kind(),
                ComponentKind::Event | ComponentKind::Timezone
            ) && !instance::has_time(component)
        };
        if !components.iter().any(is_timeless) {
            return Vec::new(); // most objects: spares reading the series again
        }
        let in_range = self.in_range(range);
        let components = components.iter().enumerate();
        components
            .filter(|(index, component)| is_timeless(component) && in_range.contains(index))
            .map(|(_, component)| Entry {
                component: *component,
                instance: None,
            })
            .collect()
    }

    fn in_range(&mut self, range: Span) -> BTreeSet<usize> {
        let Limits { instances, steps } = self.allowance.limits();
        let mut budget = Budget::new(steps);
        let window = range.into();
        let components = takes_place::components_in(
            self.object,
            window,
            self.default_zone,
            instances,
            &mut budget,
        );
        self.allowance.take_steps(&budget);
        components
    }

    fn component(
        &mut self,
        wanted: Wanted<'_>,
        component: &Component<'_>,
        instance: Option<&Occurrence>,
    ) {
        self.line(&NewProperty::raw("BEGIN", &component.name()));
        match instance {
            Some(instance) => self.instance(wanted, component, instance),
            None => {
                for property in component.properties() {
                    self.stored(wanted, &property);
                }
            }
        }
        for child in component.children() {
            if let Some(wanted) = wanted.inside(&child.name()) {
                self.component(wanted, &child, None);
            }
        }
        self.line(&NewProperty::raw("END", &component.name()));
    }

    /// The properties of an instance: its own times first, then what is left of the component's.
    fn instance(&mut self, wanted: Wanted<'_>, component: &Component<'_>, instance: &Occurrence) {
        for (name, property) in instance::times(component, instance) {
            match wanted.property(name) {
                Some(Value::Full) => self.line(&property),
                Some(Value::Omitted) => self.line(&NewProperty::raw(name, "")),
                None => {}
            }
        }
        for property in component
            .properties()
            .filter(|property| !instance::is_replaced(property))
        {
            match instance::without_zone(&property, self.object, self.default_zone) {
                Some(converted) if wanted.property(&property.name()) == Some(Value::Full) => {
                    self.line(&converted);
                }
                _ => self.stored(wanted, &property),
            }
        }
    }

    /// A property as it is stored, as far as it is wanted.
    fn stored(&mut self, wanted: Wanted<'_>, property: &Property<'_>) {
        match wanted.property(&property.name()) {
            None => {}
            Some(Value::Omitted) => {
                let name = property.name();
                self.line(&NewProperty::raw(&name, "").params_of(property));
            }
            Some(Value::Full) => match self.wish.limit_freebusy {
                Some(range) if property.is("FREEBUSY") => self.free_busy(property, range),
                _ => self.copy(property),
            },
        }
    }

    /// The periods of a `FREEBUSY` that touch a range (section 9.6.7).
    fn free_busy(&mut self, property: &Property<'_>, range: Span) {
        let window = Window::from(crate::time::TimeRange::from(range));
        let text = property.value();
        let kept: Vec<_> = text
            .split(',')
            .filter(|period| value::utc_period(period).is_none_or(|span| window.overlaps(span)))
            .collect();
        if !kept.is_empty() {
            self.line(&NewProperty::raw("FREEBUSY", &kept.join(",")).params_of(property));
        }
    }

    fn copy(&mut self, property: &Property<'_>) {
        let octets = property.octets();
        self.out.extend_from_slice(octets);
        if !octets.ends_with(b"\n") {
            self.out.extend_from_slice(self.end.octets());
        }
    }

    fn line(&mut self, property: &NewProperty) {
        property.write(self.end, &mut self.out);
    }
}

/// Whether a component of this kind can be an instance of a series.
pub(super) fn can_recur(kind: ComponentKind) -> bool {
    matches!(
        kind,
        ComponentKind::Event | ComponentKind::Todo | ComponentKind::Journal
    )
}
