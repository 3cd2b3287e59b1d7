//! Channels: whoever asked is called when a calendar changed, without being told what.

use bridge_core::time::Instant;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Google;
use super::answer::{Refusal, refusal};
use super::request::Asked;

/// How long a channel lives at most.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A channel.
#[derive(Clone, Debug)]
pub struct Channel {
    calendar: String,
    address: String,
    token: Option<String>,
    resource: String,
    expires: Instant,
    /// The latest change that was told, and how often something was.
    told: u64,
    messages: u64,
}

impl Google {
    /// The calendars that somebody watches.
    pub fn watched(&self) -> impl Iterator<Item = &str> {
        self.channels.values().map(|one| one.calendar.as_str())
    }

    pub(super) fn watch(
        &mut self,
        calendar: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let told = self.calendar_of(calendar)?.latest();
        let fields = asked.fields()?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let (Some(id), Some(address), Some("web_hook")) =
            (text("id"), text("address"), text("type"))
        else {
            return Err(refusal(400, "required"));
        };
        if !address.starts_with("https://") {
            return Err(refusal(400, "push.webhookUrlNotHttps"));
        }
        if self.spent.contains(id) {
            return Err(refusal(400, "channelIdNotUnique"));
        }
        let wish = text("expiration").and_then(|millis| millis.parse().ok());
        let wish = wish.and_then(Instant::from_timestamp_millis);
        let expires = wish.unwrap_or(now + LONGEST).min(now + LONGEST);
        let channel = Channel {
            calendar: calendar.to_owned(),
            address: address.to_owned(),
            token: text("token").map(str::to_owned),
            resource: format!("resource-{}", self.next_revision()),
            expires,
            told,
            messages: 0,
        };
        let answer = json!({"kind": "api#channel", "id": id, "resourceId": channel.resource,
            "resourceUri": "https://google.example/calendar/v3/calendars/events",
            "expiration": expires.timestamp_millis().to_string()});
        self.spent.insert(id.to_owned());
        self.channels.insert(id.to_owned(), channel);
        self.call(id, "sync");
        Ok(answer)
    }

    pub(super) fn stop(&mut self, asked: &Asked) -> Result<(), Refusal> {
        let fields = asked.fields()?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let id = text("id").unwrap_or_default();
        let found = self.channels.get(id);
        let is_it = found.is_some_and(|one| Some(one.resource.as_str()) == text("resourceId"));
        if !is_it {
            return Err(refusal(404, "channelIdNotFound"));
        }
        self.channels.remove(id);
        Ok(())
    }

    /// Calls whoever watches a calendar that changed.
    pub fn tell(&mut self, now: Instant) {
        self.channels.retain(|_, one| one.expires > now);
        let mut due = Vec::new();
        for (id, one) in &mut self.channels {
            let there = self.calendars.get(&one.calendar);
            let latest = there.map_or(u64::MAX, super::Calendar::latest);
            if latest > one.told {
                one.told = latest;
                due.push(id.clone());
            }
        }
        for id in due {
            self.call(&id, "exists");
        }
    }

    fn call(&mut self, id: &str, state: &str) {
        let Some(one) = self.channels.get_mut(id) else {
            return;
        };
        one.messages += 1;
        let mut headers = vec![
            ("x-goog-channel-id", id.to_owned()),
            ("x-goog-message-number", one.messages.to_string()),
            ("x-goog-resource-id", one.resource.clone()),
            ("x-goog-resource-state", state.to_owned()),
            ("x-goog-resource-uri", "https://google.example/".to_owned()),
        ];
        headers.extend(
            one.token
                .clone()
                .map(|token| ("x-goog-channel-token", token)),
        );
        let answer = self.outside.post(&one.address, &headers, String::new());
        // Whoever does not want to be called is not called again.
        if answer.status().is_client_error() {
            self.channels.remove(id);
        }
    }
}
