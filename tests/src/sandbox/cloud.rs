//! Services that people sign in to in the browser: an authorization server, and the calendars behind its door.

use std::collections::BTreeMap;

use anyhow::Result;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::google::Google;
use super::graph::Graph;
use super::oauth::{Client, OAuth, Rotation, User};

/// The address and password of the Google account.
pub const GOOGLE_LOGIN: (&str, &str) = ("anna.mueller@gmail.example", "correct horse");
/// The address and password of the Microsoft account.
pub const MICROSOFT_LOGIN: (&str, &str) = ("anna.mueller@outlook.example", "battery staple");
/// What the companion is registered as at Google.
const GOOGLE_CLIENT: (&str, &str) = ("companion.apps.example", "not-so-secret");
/// What it is registered as at Microsoft.
const MICROSOFT_CLIENT: &str = "5f1c3a52-6a0e-4c0b-9d0e-c0ffee000001";
/// The directory of all personal accounts there.
const MICROSOFT_DIRECTORY: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Such a service.
pub struct Cloud<C> {
    /// Who signs in.
    pub oauth: OAuth,
    /// The calendars.
    pub calendars: C,
}

/// Google: its refresh tokens stay.
pub type GoogleCloud = Cloud<Google>;
/// Microsoft: each refresh gives a new refresh token.
pub type MicrosoftCloud = Cloud<Graph>;

/// Calendars that a cloud can have.
pub trait Calendars {
    /// Below this path they answer.
    const PATH: &'static str;

    /// Answers a request below it.
    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes>;

    /// Calls whoever wanted to know when something changed.
    fn tell(&mut self, now: Instant);

    /// Fills them with a doctor's week.
    ///
    /// # Errors
    /// When something in it cannot be read, which would be a defect.
    fn fill_week(&mut self, seed: u64, now: Instant) -> Result<()>;

    /// The calendars with the ids of what is in them.
    fn contents(&self) -> BTreeMap<String, Vec<String>>;

    /// Every event of a calendar as the service has it, exceptions among them, but none that is cancelled.
    fn events(&self, calendar: &str) -> Vec<Value>;

    /// What was sent or answered against the service's contract.
    fn violations(&self) -> &[String];
}

impl Calendars for Google {
    const PATH: &'static str = "/calendar/v3/";

    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        Self::handle(self, request, now)
    }

    fn tell(&mut self, now: Instant) {
        Self::tell(self, now);
    }

    fn fill_week(&mut self, seed: u64, now: Instant) -> Result<()> {
        Self::fill_week(self, seed, now)
    }

    fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let own = |id: &str| id.to_owned();
        self.calendars()
            .map(|(id, one)| (own(id), one.ids().map(own).collect()))
            .collect()
    }

    fn events(&self, calendar: &str) -> Vec<Value> {
        let there = self.calendar(calendar).into_iter();
        let all = there.flat_map(|there| there.ids().filter_map(|id| there.event(id)));
        all.collect()
    }

    fn violations(&self) -> &[String] {
        &self.violations
    }
}

impl Calendars for Graph {
    const PATH: &'static str = "/v1.0/";

    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        Self::handle(self, request, now)
    }

    fn tell(&mut self, now: Instant) {
        Self::tell(self, now);
    }

    fn fill_week(&mut self, seed: u64, now: Instant) -> Result<()> {
        Self::fill_week(self, seed, now)
    }

    fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let own = |id: &str| id.to_owned();
        self.calendars()
            .map(|(id, one)| (own(id), one.ids().map(own).collect()))
            .collect()
    }

    fn events(&self, calendar: &str) -> Vec<Value> {
        let there = self.calendar(calendar).into_iter();
        let all = there.flat_map(|there| there.ids().filter_map(|id| there.event(id)));
        all.collect()
    }

    fn violations(&self) -> &[String] {
        &self.violations
    }
}

impl<C: Calendars> Cloud<C> {
    /// Answers a request to any of its addresses. `now` is the server's clock.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        if request.uri().path().starts_with(C::PATH) {
            self.calendars.handle(request, now)
        } else {
            self.oauth.handle(request, now)
        }
    }

    /// What the control API shows of it.
    pub fn state(&self) -> Value {
        let calendars = self.calendars.contents();
        json!({"calendars": calendars, "violations": self.calendars.violations()})
    }
}

impl GoogleCloud {
    /// One account without events.
    pub fn google() -> Self {
        let (id, secret) = GOOGLE_CLIENT;
        let oauth = OAuth::new(
            client(id, Some(secret)),
            user(GOOGLE_LOGIN),
            Rotation::Never,
        );
        let calendars = Google::new(GOOGLE_LOGIN.0, oauth.door());
        Self { oauth, calendars }
    }

    /// What the ready line says of it.
    pub fn line(origin: &str) -> Value {
        json!({
            "auth_uri": format!("{origin}/o/oauth2/v2/auth"),
            "token_uri": format!("{origin}/token"),
            "revoke_uri": format!("{origin}/revoke"),
            "api": format!("{origin}/calendar/v3"),
            "client_id": GOOGLE_CLIENT.0,
            "client_secret": GOOGLE_CLIENT.1,
            "user": GOOGLE_LOGIN.0,
            "password": GOOGLE_LOGIN.1,
        })
    }
}

impl MicrosoftCloud {
    /// One account without events.
    pub fn microsoft() -> Self {
        let oauth = OAuth::new(
            client(MICROSOFT_CLIENT, None),
            user(MICROSOFT_LOGIN),
            Rotation::Added,
        );
        let oauth = oauth.with_directory(MICROSOFT_DIRECTORY);
        let mut calendars = Graph::new(MICROSOFT_LOGIN.0, oauth.door());
        calendars.add_calendar("AAMkCalendar", "Calendar", true);
        Self { oauth, calendars }
    }

    /// What the ready line says of it.
    pub fn line(origin: &str) -> Value {
        json!({
            "authority": format!("{origin}/common"),
            "graph": format!("{origin}/v1.0"),
            "client_id": MICROSOFT_CLIENT,
            "user": MICROSOFT_LOGIN.0,
            "password": MICROSOFT_LOGIN.1,
        })
    }
}

fn client(id: &str, secret: Option<&str>) -> Client {
    Client {
        id: id.to_owned(),
        secret: secret.map(str::to_owned),
    }
}

fn user((address, password): (&str, &str)) -> User {
    User {
        address: address.to_owned(),
        password: password.to_owned(),
    }
}
