//! One writing client and what it knows: the last acknowledged state of each of its objects, and the one write
//! whose answer it never saw.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Sender;

use anyhow::{Context as _, Result, bail, ensure};
use companion_tests::dataset::small;
use companion_tests::http::{Answer, Connection, Request};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Objects per client: few, so that each is made, changed and deleted often.
const NAMES: u32 = 12;

/// What the calendar holds under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    octets: Vec<u8>,
    /// The etag with its quotes; unknown for a write whose answer was lost.
    etag: Option<String>,
}

/// A write on its way: the name and what will be there if it is carried out.
type Pending = (String, Option<Stored>);

/// One client over all rounds.
pub(crate) struct Writer {
    number: usize,
    rng: StdRng,
    serial: u64,
    objects: BTreeMap<String, Stored>,
    pending: Option<Pending>,
    touched: BTreeSet<String>,
}

impl Writer {
    pub(crate) fn new(number: usize, seed: u64) -> Self {
        Self {
            number,
            rng: StdRng::seed_from_u64(seed ^ ((number as u64 + 1) << 40)),
            serial: 0,
            objects: BTreeMap::new(),
            pending: None,
            touched: BTreeSet::new(),
        }
    }

    /// Forgets what the round before touched.
    pub(crate) fn begin_round(&mut self) {
        self.touched.clear();
    }

    /// Writes until the connection breaks, saying so after each acknowledgement.
    pub(crate) fn write(
        &mut self,
        mut connection: Connection,
        path: &str,
        acknowledged: &Sender<()>,
    ) -> Result<()> {
        loop {
            let name = format!("w{}-{}.ics", self.number, self.rng.random_range(0..NAMES));
            let before = self.objects.get(&name).cloned();
            let Some(answer) = self.one_write(&mut connection, path, &name, before.as_ref()) else {
                return Ok(());
            };
            self.apply(before.as_ref(), &answer)?;
            // Nobody listens any more once the server has been killed.
            acknowledged.send(()).ok();
        }
    }

    /// `None` when the connection broke: the write stays pending.
    fn one_write(
        &mut self,
        connection: &mut Connection,
        path: &str,
        name: &str,
        before: Option<&Stored>,
    ) -> Option<Answer> {
        let target = format!("{path}{name}");
        let etag = before
            .and_then(|stored| stored.etag.clone())
            .unwrap_or_default();
        let delete = before.is_some() && self.rng.random_range(0..10) < 3;
        let next = (!delete).then(|| self.next_octets(name));
        self.pending = Some((
            name.to_owned(),
            next.clone().map(|octets| Stored { octets, etag: None }),
        ));
        let request = match (&next, before) {
            (Some(octets), None) => Request::new("PUT", &target)
                .header("If-None-Match", "*")
                .body(octets),
            (Some(octets), Some(_)) => Request::new("PUT", &target)
                .header("If-Match", &etag)
                .body(octets),
            (None, _) => Request::new("DELETE", &target).header("If-Match", &etag),
        };
        connection
            .send(&request.header("Content-Type", "text/calendar"))
            .ok()
    }

    /// A text that no other write had, from a few hundred octets to several database pages.
    fn next_octets(&mut self, name: &str) -> Vec<u8> {
        self.serial += 1;
        let padding = match self.rng.random_range(0..8) {
            0 => self.rng.random_range(4_000..20_000),
            _ => self.rng.random_range(0..800),
        };
        let summary = format!("{}-{} {}", self.number, self.serial, "ä".repeat(padding));
        small(
            &format!("{name}@crash.example"),
            &summary,
            self.rng.random_range(0..28),
        )
    }

    fn apply(&mut self, before: Option<&Stored>, answer: &Answer) -> Result<()> {
        let (name, after) = self.pending.take().context("an answer without a request")?;
        let expected: &[u16] = match (before, &after) {
            (None, _) => &[201],
            (Some(_), Some(_) | None) => &[200, 204],
        };
        ensure!(
            expected.contains(&answer.status),
            "{name}: {} instead of {expected:?}: {}",
            answer.status,
            answer.text()
        );
        match after {
            Some(mut stored) => {
                stored.etag = answer.header("etag").map(str::to_owned);
                ensure!(
                    stored.etag.is_some(),
                    "{name}: stored as sent, but no ETag came back"
                );
                self.objects.insert(name.clone(), stored);
            }
            None => drop(self.objects.remove(&name)),
        }
        self.touched.insert(name);
        Ok(())
    }

    /// Reads what the round touched (or everything) and compares the octets. A write that was never answered
    /// may or may not be there, but nothing in between; what is found is the truth from now on.
    pub(crate) fn verify(
        &mut self,
        connection: &mut Connection,
        path: &str,
        scope: Scope,
    ) -> Result<()> {
        let pending = self.pending.take();
        let names: Vec<String> = match scope {
            Scope::Touched => self.touched.iter().cloned().collect(),
            Scope::All => (0..NAMES)
                .map(|n| format!("w{}-{n}.ics", self.number))
                .collect(),
        };
        for name in &names {
            if pending
                .as_ref()
                .is_none_or(|(uncertain, _)| uncertain != name)
            {
                let found = read(connection, path, name)?;
                same(name, found.as_ref(), self.objects.get(name))?;
            }
        }
        match pending {
            Some(pending) => self.settle(connection, path, pending),
            None => Ok(()),
        }
    }

    fn settle(
        &mut self,
        connection: &mut Connection,
        path: &str,
        (name, after): Pending,
    ) -> Result<()> {
        let found = read(connection, path, &name)?;
        let octets = found.as_ref().map(|stored| &stored.octets);
        if octets == after.as_ref().map(|stored| &stored.octets) {
            self.touched.insert(name.clone());
        } else {
            same(&name, found.as_ref(), self.objects.get(&name))
                .context("neither the old nor the new state of an unanswered write")?;
        }
        match found {
            Some(stored) => drop(self.objects.insert(name, stored)),
            None => drop(self.objects.remove(&name)),
        }
        Ok(())
    }

    /// Whether a write of this round was never answered.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.pending.is_some()
    }

    /// Names whose state was changed in this round by a write that was carried out.
    pub(crate) fn touched(&self) -> &BTreeSet<String> {
        &self.touched
    }

    /// Name and etag of everything that must be there.
    pub(crate) fn expected(&self) -> impl Iterator<Item = (&str, &str)> {
        self.objects
            .iter()
            .map(|(name, stored)| (name.as_str(), stored.etag.as_deref().unwrap_or_default()))
    }
}

/// How much is compared octet by octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What the round touched.
    Touched,
    /// Every name of the client.
    All,
}

fn read(connection: &mut Connection, path: &str, name: &str) -> Result<Option<Stored>> {
    let answer = connection.send(&Request::new("GET", &format!("{path}{name}")))?;
    let etag = answer.header("etag").map(str::to_owned);
    match answer.status {
        200 => Ok(Some(Stored {
            octets: answer.body,
            etag,
        })),
        404 => Ok(None),
        other => bail!("GET {name}: {other}"),
    }
}

fn same(name: &str, found: Option<&Stored>, known: Option<&Stored>) -> Result<()> {
    match (found, known) {
        (None, None) => Ok(()),
        (None, Some(_)) => bail!("{name}: an acknowledged write is lost"),
        (Some(_), None) => bail!("{name}: an acknowledged deletion is back"),
        (Some(found), Some(known)) => {
            ensure!(
                found.octets == known.octets,
                "{name}: other octets than acknowledged"
            );
            ensure!(
                known.etag.is_none() || found.etag == known.etag,
                "{name}: another ETag for the same octets"
            );
            Ok(())
        }
    }
}
