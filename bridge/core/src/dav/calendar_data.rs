//! What a report wants to see of each object: `CALDAV:calendar-data` (RFC 4791 section 9.6).

use crate::time::Span;

/// `CALDAV:calendar-data` in a request. The default asks for the object as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarData {
    /// Which components and properties to return; `None` is everything.
    pub selection: Option<CompSelection>,
    /// What to do with series.
    pub recurrence: Recurrence,
    /// Keep only the `FREEBUSY` values that overlap this range (section 9.6.7).
    pub limit_freebusy: Option<Span>,
}

impl CalendarData {
    /// Whether the stored octets are the answer.
    pub fn is_verbatim(&self) -> bool {
        *self == Self::default()
    }
}

/// How a series is returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recurrence {
    /// As stored: rule and overrides.
    #[default]
    AsStored,
    /// Every occurrence in the range as a component of its own, in UTC (section 9.6.5).
    Expand(Span),
    /// The master and only those overrides that matter in the range (section 9.6.6).
    LimitSet(Span),
}

/// `CALDAV:comp`: what of a component to return (section 9.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompSelection {
    /// The component's name in upper case.
    pub name: String,
    /// Which of its properties.
    pub props: Props,
    /// Which of the components inside it.
    pub comps: Comps,
}

/// Which properties of a component to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Props {
    /// All (`CALDAV:allprop`).
    All,
    /// Those named here; none when empty.
    Some(Vec<PropSelection>),
}

/// Which components inside a component to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comps {
    /// All, with everything in them (`CALDAV:allcomp`).
    All,
    /// Those named here; none when empty.
    Some(Vec<CompSelection>),
}

/// `CALDAV:prop`: one property to return (section 9.6.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropSelection {
    /// The property's name in upper case.
    pub name: String,
    /// Whether its value is wanted too.
    pub value: Value,
}

/// Whether a property is returned with its value (`novalue`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Name, parameters and value.
    Full,
    /// Name and parameters, nothing after the colon.
    Omitted,
}
