//! What happens to requests on their way.

use std::collections::VecDeque;

use bridge_core::time::Instant;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Something that happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    RequestLost,
    /// It is carried out; the answer never arrives.
    AnswerLost,
    /// It arrives twice; the first answer comes back.
    Twice,
    /// It arrives twice; the second answer comes back.
    TwiceAnsweredLast,
    /// The answer is cut off.
    Torn,
    /// The answer is a web page.
    Html,
    /// It is refused with this status.
    Status(u16),
    /// It is asked to come back after this many seconds (429).
    Wait(u16),
}

const STATUSES: [u16; 13] = [
    400, 401, 403, 404, 409, 410, 412, 413, 423, 429, 500, 503, 507,
];

impl Fault {
    /// Any of them.
    pub fn draw(rng: &mut StdRng) -> Self {
        match rng.random_range(0..12) {
            0 | 1 => Self::RequestLost,
            2..5 => Self::AnswerLost,
            5 => Self::Twice,
            6 => Self::TwiceAnsweredLast,
            7 => Self::Torn,
            8 => Self::Html,
            9 => Self::Wait(rng.random_range(1..1200)),
            _ => Self::Status(
                STATUSES
                    .get(rng.random_range(0..STATUSES.len()))
                    .copied()
                    .unwrap_or(500),
            ),
        }
    }

    /// Whether it could be meant for such a request: nobody is told that an object is gone that is to be deleted, because
    /// that is what was wanted.
    fn suits(self, method: Method) -> bool {
        !(method == Method::Delete && matches!(self, Self::Status(404 | 410)))
    }
}

/// What kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Read,
    Put,
    /// Something is made where the service chooses the place.
    Post,
    Delete,
}

/// The network between the devices and the server.
#[derive(Debug)]
pub(super) struct Net {
    rng: StdRng,
    pub(super) now: Instant,
    /// Of a thousand requests.
    pub(super) faults: u32,
    pub(super) slow: u32,
    planned: VecDeque<Fault>,
    requests: u64,
    happened: u64,
    /// What happened since the last look, for the trace.
    pub(super) seen: Vec<String>,
    /// Requests that broke a rule on the wire.
    pub(super) complaints: Vec<String>,
    /// The server's objects have no entity tags, so no write can have a condition.
    pub(super) tagless: bool,
}

impl Net {
    pub(super) fn new(seed: u64, faults: u32, slow: u32, now: Instant) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed ^ 0x6e65_7477_6f72_6b21),
            now,
            faults,
            slow,
            planned: VecDeque::new(),
            requests: 0,
            happened: 0,
            seen: Vec::new(),
            complaints: Vec::new(),
            tagless: false,
        }
    }

    pub(super) fn plan(&mut self, fault: Fault) {
        self.planned.push_back(fault);
    }

    /// Nothing happens any more.
    pub(super) fn calm(&mut self) {
        self.planned.clear();
        self.faults = 0;
        self.slow = 0;
    }

    /// What happens to this request.
    pub(super) fn meets(&mut self, method: Method) -> Option<Fault> {
        self.requests += 1;
        let drawn = self.rng.random_range(0..1000) < self.faults;
        let fault = self
            .planned
            .pop_front()
            .or_else(|| drawn.then(|| Fault::draw(&mut self.rng)));
        let fault = fault.filter(|fault| fault.suits(method));
        self.happened += u64::from(fault.is_some());
        fault
    }

    /// Requests so far, and how many something happened to.
    pub(super) fn counted(&self) -> (u64, u64) {
        (self.requests, self.happened)
    }

    /// How long one way takes, in milliseconds.
    pub(super) fn delay(&mut self) -> i64 {
        if self.rng.random_range(0..1000) < self.slow {
            return self.rng.random_range(1000..1_800_000);
        }
        self.rng.random_range(20..1500)
    }

    pub(super) fn toss(&mut self) -> bool {
        self.rng.random_bool(0.5)
    }
}
