//! The simulation: the real engine, the real provider and real SQLite files against the sandbox's servers, with time,
//! network and people played by a seed.
//!
//! A seed gives a [`Plan`]: a setting (what kind of server, how bad the network, how many devices) and a list of steps. A
//! step is something that people, machines or the provider do; between steps the world runs. The rules of `safety.md` are
//! checked all along (`watch`), and when everything has come to rest (`rest`). The same plan gives the same run; a run that
//! fails is shrunk to the steps that matter.
//!
//! - `plan`: what happens; `edits`: what people write; `history`: what must not be lost;
//! - `net`: how requests get lost; `direct` and `wire`: how calls reach the service; `far`: the services;
//! - `device`: store and engine; `world`: time; `watch` and `rest`: the rules; `shrink`;
//! - `slip`: what a careless client does on the wire.

mod device;
mod direct;
mod edits;
mod far;
mod history;
mod net;
mod plan;
mod rest;
mod shrink;
mod slip;
mod steps;
mod watch;
mod wire;
mod world;

use bridge::sync::Flaw;

pub use plan::{Family, Plan, Setting, Step};
pub use shrink::shrink;
pub use slip::Slip;
pub use world::World;

/// A deliberate bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// Of the engine.
    Engine(Flaw),
    /// Of a client of Google or Microsoft.
    Client(Slip),
}

impl Bug {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        let flaws = Flaw::ALL.iter().copied().map(Self::Engine);
        flaws.chain(Slip::ALL.iter().copied().map(Self::Client))
    }

    /// Where it can be: those of the engine were made for `CalDAV` servers, the others for services in JSON.
    pub fn is_at(self, family: Family) -> bool {
        matches!(self, Self::Engine(_)) == (family == Family::Caldav)
    }

    fn flaw(self) -> Option<Flaw> {
        match self {
            Self::Engine(flaw) => Some(flaw),
            Self::Client(_) => None,
        }
    }

    fn slip(self) -> Option<Slip> {
        match self {
            Self::Client(slip) => Some(slip),
            Self::Engine(_) => None,
        }
    }
}

impl std::fmt::Display for Bug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Engine(flaw) => write!(f, "{flaw:?}"),
            Self::Client(slip) => write!(f, "{slip:?}"),
        }
    }
}

/// A rule that was broken, with the rule's id first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

impl Violation {
    /// Which rule.
    pub fn rule(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

impl From<anyhow::Error> for Violation {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("harness: {error:#}"))
    }
}

/// What a run was like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Rounds from the last fault until nothing moved any more.
    pub rounds_to_rest: u32,
    /// Changes that people made.
    pub edits: u64,
    /// Writes that the server carried out for the devices.
    pub writes: u64,
    /// Requests.
    pub requests: u64,
    /// Things that went wrong on the way.
    pub faults: u64,
    /// Crashes.
    pub crashes: u64,
}

/// Runs a plan to its end.
///
/// # Errors
/// The first rule that is broken.
pub fn run(plan: &Plan, bug: Option<Bug>) -> Result<Figures, Violation> {
    let mut world = World::new(plan, bug)?;
    world.play()
}

/// The same, with everything that happened.
pub fn trace(plan: &Plan, bug: Option<Bug>) -> (Result<Figures, Violation>, Vec<String>) {
    match World::new(plan, bug) {
        Ok(mut world) => {
            world.keep_trace();
            let outcome = world.play();
            (outcome, world.take_trace())
        }
        Err(error) => (Err(error.into()), Vec::new()),
    }
}
