//! The rest of the world by hand, as orders of the control API.

use anyhow::{Context as _, Result, ensure};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Graph;

/// Something to do at Graph, as `{"do": "throttle", "seconds": 60}`.
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
        /// The event's id.
        event: String,
        /// Its members.
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
        /// And this code.
        code: String,
    },
    /// Makes all tokens of a calendar invalid.
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
    /// Takes a calendar away.
    DeleteCalendar {
        /// Its id.
        calendar: String,
    },
    /// Everything works again.
    Calm,
}

impl Graph {
    /// Carries out an order.
    ///
    /// # Errors
    /// When the calendar or event it names is not there.
    pub fn obey(&mut self, order: Order, now: Instant) -> Result<Value> {
        match order {
            Order::Show { calendar, event } => {
                let there = self.calendar(&calendar).and_then(|all| all.event(&event));
                return Ok(json!({"event": there.context("there is no such event")?}));
            }
            Order::Put {
                calendar,
                event,
                fields,
            } => self.put_event(&calendar, &event, &fields, now)?,
            Order::Edit {
                calendar,
                event,
                fields,
            } => {
                let fields = fields.as_object().context("these are no members")?;
                self.edit_event(&calendar, &event, fields, now)?;
            }
            Order::Delete { calendar, event } => self.delete_event(&calendar, &event)?,
            Order::Throttle { seconds } => self.trouble.throttle(now + TimeDelta::seconds(seconds)),
            Order::Fail {
                count,
                status,
                code,
            } => self.trouble.fail(count, status, &code),
            Order::ResetTokens { calendar } => self.reset_tokens(&calendar),
            Order::AddCalendar {
                calendar,
                display_name,
                read_only,
            } => self.add_calendar(&calendar, &display_name, !read_only),
            Order::DeleteCalendar { calendar } => {
                let gone = self.delete_calendar(&calendar);
                ensure!(gone.is_some(), "there is no {calendar}");
            }
            Order::Calm => self.trouble.end(),
        }
        Ok(json!({}))
    }
}
