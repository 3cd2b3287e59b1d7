//! Subscriptions: whoever asked is called when an event of the mailbox changed.

use bridge_core::time::Instant;
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

use super::Graph;
use super::answer::{Refusal, refusal};
use super::request::Asked;

/// How long a subscription to events lives at most.
const LONGEST: TimeDelta = TimeDelta::minutes(10_080);

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    address: String,
    state: String,
    expires: Instant,
    /// The latest change that was told.
    told: u64,
}

impl Graph {
    /// How many there are.
    pub fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    pub(super) fn subscribe(&mut self, asked: &Asked, now: Instant) -> Result<Value, Refusal> {
        let bad = || refusal(400, "InvalidRequest");
        let fields = asked.fields()?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str).ok_or_else(bad);
        let (address, state) = (text("notificationUrl")?, text("clientState")?);
        let expires =
            DateTime::parse_from_rfc3339(text("expirationDateTime")?).map_err(|_| bad())?;
        let expires = expires.to_utc();
        if text("resource")? != "/me/events" || !address.starts_with("https://") {
            return Err(bad());
        }
        if expires <= now || expires > now + LONGEST {
            return Err(refusal(400, "ExtensionError"));
        }
        self.check_address(address)?;
        let id = format!("5ub5c71b-0000-4000-8000-{:012}", self.next_revision());
        let answer = json!({"id": id, "resource": "/me/events", "changeType": text("changeType")?,
            "clientState": null, "notificationUrl": address,
            "expirationDateTime": expires.format("%Y-%m-%dT%H:%M:%S.0000000Z").to_string()});
        let subscription = Subscription {
            address: address.to_owned(),
            state: state.to_owned(),
            expires,
            told: self.revision,
        };
        self.subscriptions.insert(id, subscription);
        Ok(answer)
    }

    /// The address has to say what it is told before anything is sent there.
    fn check_address(&self, address: &str) -> Result<(), Refusal> {
        const TOKEN: &str = "Validation: is <somebody> there?";
        const ENCODED: &str = "Validation%3A+is+%3Csomebody%3E+there%3F";
        let address = format!("{address}?validationToken={ENCODED}");
        let answer = self.outside.post(&address, &[], String::new());
        if answer.status() == 200 && answer.body() == TOKEN {
            return Ok(());
        }
        Err(refusal(400, "ValidationError"))
    }

    pub(super) fn unsubscribe(&mut self, id: &str) -> Result<(), Refusal> {
        let gone = self.subscriptions.remove(id);
        gone.map(drop)
            .ok_or_else(|| refusal(404, "ResourceNotFound"))
    }

    /// Calls whoever subscribed when something changed; twice, as Graph likes to.
    pub fn tell(&mut self, now: Instant) {
        self.subscriptions.retain(|_, one| one.expires > now);
        if self.subscriptions.is_empty() {
            return;
        }
        let latest = self.calendars.values().map(super::Calendar::latest).max();
        let latest = latest.unwrap_or_default();
        let outside = self.outside.clone();
        for (id, one) in &mut self.subscriptions {
            if latest <= one.told {
                continue;
            }
            one.told = latest;
            let data = json!({"@odata.type": "#Microsoft.Graph.Event", "@odata.id": "Users/u/Events/e",
                "id": "e", "@odata.etag": format!("W/\"{latest}\"")});
            let item = json!({"subscriptionId": id, "clientState": one.state, "changeType": "updated",
                "subscriptionExpirationDateTime": one.expires.to_rfc3339(), "tenantId": "",
                "resource": "Users/u/Events/e", "resourceData": data});
            let body = json!({"value": [item.clone(), item]}).to_string();
            outside.post(&one.address, &[], body);
        }
    }
}
