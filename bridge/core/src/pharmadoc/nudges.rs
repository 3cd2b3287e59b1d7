//! Which watches an account has to have, and what follows from those it has.
//!
//! A watch is renewed by another beside it: what changes while one takes the other's place is told twice, never not at all.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::time::Instant;

/// The longest life that Google and Graph both give a watch.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// A watch, as far as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Its name here.
    pub key: String,
    /// What it watches.
    pub target: String,
    /// When another takes its place; none as long as the provider has not answered.
    pub due: Option<Instant>,
}

/// What has to be done about a watch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// This target gets another watch.
    Begin(String),
    /// This one was begun; it goes on.
    GoOn(String),
    /// This one is not wanted any more.
    End(String),
}

/// The steps, those that begin something first.
pub fn plan(targets: &BTreeSet<String>, watches: &[Watch], now: Instant) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut kept = BTreeSet::new();
    for target in targets {
        let of_target = || watches.iter().filter(|watch| watch.target == *target);
        let fresh = of_target().filter(|watch| watch.due.is_some_and(|due| due > now));
        let fresh = fresh.max_by_key(|watch| (watch.due, &watch.key));
        let begun = of_target().find(|watch| watch.due.is_none());
        match (fresh, begun) {
            (Some(fresh), _) => drop(kept.insert(&fresh.key)),
            (None, Some(begun)) => {
                kept.extend(of_target().map(|watch| &watch.key));
                steps.push(Step::GoOn(begun.key.clone()));
            }
            (None, None) => {
                kept.extend(of_target().map(|watch| &watch.key));
                steps.push(Step::Begin(target.clone()));
            }
        }
    }
    let rest = watches.iter().filter(|watch| !kept.contains(&watch.key));
    steps.extend(rest.map(|watch| Step::End(watch.key.clone())));
    steps
}

/// When a watch that ends then has to be followed by another: after four fifths of its life.
pub fn due(now: Instant, expires: Instant) -> Instant {
    now + (expires - now).max(TimeDelta::zero()) * 4 / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn watch(key: &str, target: &str, due: Option<i64>) -> Watch {
        Watch {
            key: key.to_owned(),
            target: target.to_owned(),
            due: due.map(at),
        }
    }

    fn steps(targets: &[&str], watches: &[Watch], now: i64) -> Vec<Step> {
        let targets = targets.iter().map(|&target| target.to_owned()).collect();
        plan(&targets, watches, at(now))
    }

    #[test]
    fn what_is_wanted_is_begun_once_and_what_is_not_wanted_ends() {
        let first = Step::Begin("a".to_owned());
        assert_eq!(steps(&["a"], &[], 0), [first]);
        assert_eq!(steps(&["a"], &[watch("1", "a", Some(5))], 0), []);
        let go_on = Step::GoOn("1".to_owned());
        assert_eq!(steps(&["a"], &[watch("1", "a", None)], 0), [go_on]);
        let end = Step::End("1".to_owned());
        assert_eq!(steps(&[], &[watch("1", "a", Some(5))], 0), [end]);
    }

    #[test]
    fn a_watch_ends_only_after_another_took_its_place() {
        let old = watch("1", "a", Some(5));
        let next = Step::Begin("a".to_owned());
        assert_eq!(steps(&["a"], std::slice::from_ref(&old), 5), [next]);
        let begun = [old.clone(), watch("2", "a", None)];
        assert_eq!(steps(&["a"], &begun, 5), [Step::GoOn("2".to_owned())]);
        let both = [old, watch("2", "a", Some(9))];
        assert_eq!(steps(&["a"], &both, 5), [Step::End("1".to_owned())]);
    }

    #[test]
    fn a_watch_is_due_before_it_ends_even_when_clocks_disagree() {
        assert_eq!(due(at(0), at(10)), at(8));
        assert_eq!(due(at(10), at(0)), at(10));
    }
}
