//! Slowing down whoever guesses passwords, without locking out whoever knows one.
//!
//! After a number of wrong passwords for one name within a minute, each further wrong answer is delayed. The right
//! password is never delayed: a storm must not keep the doctor's calendar app out. The names come from the network,
//! so only so many are remembered; the quietest makes room.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use bridge_core::{ids::Login, time::Instant};
use chrono::TimeDelta;

/// How long a failure counts.
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// How many names are remembered.
const NAMES: usize = 1024;

/// Whether a failed sign-in is answered at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    AtOnce,
    Delayed,
}

/// The recent failures, by name.
#[derive(Debug)]
pub(in crate::feed) struct Throttle {
    allowed: usize,
    recent: Mutex<HashMap<Login, VecDeque<Instant>>>,
}

impl Throttle {
    /// Tolerates `allowed` failures a minute and name.
    pub(in crate::feed) fn new(allowed: usize) -> Self {
        Self {
            allowed,
            recent: Mutex::default(),
        }
    }

    /// Notes a wrong password for `login` and says how its answer is to be given.
    pub(super) fn failed(&self, login: &Login, now: Instant) -> Pace {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if !recent.contains_key(login) {
            make_room(&mut recent, now);
        }
        let failures = recent.entry(login.clone()).or_default();
        failures.retain(|at| now - *at < WINDOW);
        let pace = if failures.len() < self.allowed {
            Pace::AtOnce
        } else {
            failures.pop_front();
            Pace::Delayed
        };
        failures.push_back(now);
        pace
    }
}

/// Forgets names without a recent failure, then, if there are still too many, the one whose last failure is oldest.
fn make_room(recent: &mut HashMap<Login, VecDeque<Instant>>, now: Instant) {
    if recent.len() < NAMES {
        return;
    }
    recent.retain(|_, failures| failures.back().is_some_and(|at| now - *at < WINDOW));
    if recent.len() >= NAMES {
        let quietest = recent
            .iter()
            .min_by_key(|(_, failures)| failures.back().copied())
            .map(|(login, _)| login.clone());
        quietest.and_then(|login| recent.remove(&login));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_timestamp(1_000_000 + second, 0).unwrap()
    }

    #[test]
    fn the_eleventh_failure_of_a_minute_is_delayed() {
        let throttle = Throttle::new(10);
        let login = Login::new("thunderbird");
        for second in 0..10 {
            assert_eq!(throttle.failed(&login, at(second)), Pace::AtOnce);
        }
        assert_eq!(throttle.failed(&login, at(10)), Pace::Delayed);
        assert_eq!(throttle.failed(&Login::new("other"), at(10)), Pace::AtOnce);
        assert_eq!(
            throttle.failed(&login, at(80)),
            Pace::AtOnce,
            "a minute later"
        );
    }

    #[test]
    fn a_storm_of_names_takes_bounded_memory() {
        let throttle = Throttle::new(10);
        for number in 0..5_000 {
            throttle.failed(&Login::new(format!("name{number}")), at(number / 100));
        }
        assert!(throttle.recent.lock().unwrap().len() <= NAMES);
    }
}
