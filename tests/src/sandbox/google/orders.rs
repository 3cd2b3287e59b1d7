//! The rest of the world by hand, as orders of the control API.

use anyhow::{Context as _, Result, ensure};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::merge::merge;
use super::{Access, Google};

/// Something to do at Google, as `{"do": "throttle", "seconds": 60}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    /// Shows an event.
    Show {
        /// The calendar's id.
        calendar: String,
        /// The event's id.
        event: String,
    },
    /// Adds an event, or replaces it, as another device or person does.
    Put {
        /// The calendar's id.
        calendar: String,
        /// Its members, the id among them.
        fields: Value,
    },
    /// Changes members of an event, as another device or person does; `null` takes one away.
    Edit {
        /// The calendar's id.
        calendar: String,
        /// The event's id.
        event: String,
        /// The members.
        fields: Value,
    },
    /// Deletes an event, a series or an exception, as another device or person does.
    Delete {
        /// The calendar's id.
        calendar: String,
        /// The event's id.
        event: String,
    },
    /// Asks everybody to wait.
    Throttle {
        /// This long.
        seconds: i64,
    },
    /// Lets the next requests fail.
    Fail {
        /// How many.
        count: usize,
        /// With this status.
        status: u16,
        /// For this reason.
        reason: String,
    },
    /// Makes all sync tokens of a calendar invalid.
    ResetTokens {
        /// The calendar's id.
        calendar: String,
    },
    /// Adds a calendar.
    AddCalendar {
        /// Its id.
        calendar: String,
        /// What people call it.
        display_name: String,
        /// Whether it is for reading only.
        #[serde(default)]
        read_only: bool,
    },
    /// Takes a calendar off the list.
    DeleteCalendar {
        /// Its id.
        calendar: String,
    },
    /// Everything works again.
    Calm,
}

impl Google {
    /// Carries out an order.
    ///
    /// # Errors
    /// When the calendar or event it names is not there.
    pub fn obey(&mut self, order: Order, now: Instant) -> Result<Value> {
        match order {
            Order::Show { calendar, event } => {
                return Ok(json!({"event": self.existing(&calendar, &event)?}));
            }
            Order::Put { calendar, fields } => self.put_event(&calendar, &fields, now)?,
            Order::Edit {
                calendar,
                event,
                fields,
            } => {
                self.existing(&calendar, &event)?;
                let there = self
                    .calendar(&calendar)
                    .and_then(|all| all.events.get(&event));
                let mut edited = there.context("there is no such event")?.fields.clone();
                merge(
                    &mut edited,
                    fields.as_object().context("these are no members")?,
                );
                self.put_event(&calendar, &Value::Object(edited), now)?;
            }
            Order::Delete { calendar, event } => self.delete_event(&calendar, &event, now)?,
            Order::Throttle { seconds } => self.trouble.throttle(now + TimeDelta::seconds(seconds)),
            Order::Fail {
                count,
                status,
                reason,
            } => self.trouble.fail(count, status, &reason),
            Order::ResetTokens { calendar } => self.reset_tokens(&calendar),
            Order::AddCalendar {
                calendar,
                display_name,
                read_only,
            } => {
                let access = if read_only {
                    Access::Reader
                } else {
                    Access::Owner
                };
                self.add_calendar(&calendar, &display_name, access);
            }
            Order::DeleteCalendar { calendar } => {
                ensure!(
                    self.delete_calendar(&calendar).is_some(),
                    "there is no {calendar}"
                );
            }
            Order::Calm => self.calm(),
        }
        Ok(json!({}))
    }

    fn existing(&self, calendar: &str, event: &str) -> Result<Value> {
        let there = self.calendar(calendar).and_then(|all| all.event(event));
        there.with_context(|| format!("there is no {event} in {calendar}"))
    }
}
