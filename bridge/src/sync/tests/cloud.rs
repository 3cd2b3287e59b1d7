//! A provider as a table: what the calls of the engine do to it, and what it can be told to do wrong.

use std::collections::{BTreeMap, VecDeque};

use bridge_core::ical::ComponentSet;
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};

use crate::provider::{
    ChangePage, ErrorKind, Extent, Fetched, Found, Next, ProviderError, RemoteCalendar, Stored,
    Write,
};
use crate::sync::{Answer, Call};

/// What the provider does to its next call of a kind.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Fails without an effect.
    Fails(ProviderError),
    /// Does it, and the answer is lost.
    Loses,
    /// Each object that is handed out breaks off in the middle.
    Tears,
    /// Says of each object that is asked for that there is none.
    Denies,
}

/// What a server makes of a text.
pub(super) type Rewrite = fn(&[u8]) -> Vec<u8>;

/// One calendar there.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub(super) objects: BTreeMap<RemoteId, (u64, Vec<u8>)>,
    /// Which id changed when.
    log: Vec<RemoteId>,
    /// Objects per page of a listing; all on one without.
    pub(super) page: Option<usize>,
    /// Whether it knows tokens.
    pub(super) without_tokens: bool,
    /// What it makes of a text it stores.
    pub(super) rewrites: Option<Rewrite>,
    /// Ids it lists and does not hand out.
    pub(super) withheld: Vec<RemoteId>,
    /// Ids it takes nothing for.
    pub(super) refused: Vec<RemoteId>,
    /// Ids it forgets to list.
    pub(super) unlisted: Vec<RemoteId>,
    /// Tokens up to here have expired.
    pub(super) expired: usize,
    pub(super) read_only: bool,
}

impl Shelf {
    pub(super) fn put(&mut self, id: &RemoteId, octets: &[u8]) -> RemoteEtag {
        let octets = self
            .rewrites
            .map_or_else(|| octets.to_vec(), |rewrite| rewrite(octets));
        self.log.push(id.clone());
        let version = u64::try_from(self.log.len()).unwrap();
        self.objects.insert(id.clone(), (version, octets));
        etag(version)
    }

    pub(super) fn remove(&mut self, id: &RemoteId) {
        self.log.push(id.clone());
        self.objects.remove(id);
    }

    fn version(&self) -> String {
        format!("v{}", self.log.len())
    }

    /// Gives an object a new mark without changing it.
    pub(super) fn touch(&mut self, id: &RemoteId) {
        let (_, octets) = self.objects[id].clone();
        self.put(id, &octets);
    }
}

fn etag(version: u64) -> RemoteEtag {
    RemoteEtag::new(format!("\"{version}\""))
}

/// The provider.
#[derive(Debug, Default)]
pub(super) struct Cloud {
    pub(super) shelves: BTreeMap<RemoteId, Shelf>,
    pub(super) faults: BTreeMap<&'static str, VecDeque<Fault>>,
    /// The names of the calls that came, in order.
    pub(super) calls: Vec<&'static str>,
}

fn denied(mut answer: Answer) -> Answer {
    if let Answer::Objects(objects) = &mut answer {
        for object in objects {
            object.found = Found::Nothing;
        }
    }
    answer
}

fn torn(mut answer: Answer) -> Answer {
    if let Answer::Objects(objects) = &mut answer {
        for object in objects {
            if let Found::Object { octets, .. } = &mut object.found {
                octets.truncate(octets.len() / 2);
            }
        }
    }
    answer
}

impl Cloud {
    pub(super) fn fault(&mut self, call: &'static str, fault: Fault) {
        self.faults.entry(call).or_default().push_back(fault);
    }

    pub(super) fn fails(&mut self, call: &'static str, kind: ErrorKind) {
        self.fault(call, Fault::Fails(ProviderError::new(kind, "as told")));
    }

    pub(super) fn count(&self, call: &str) -> usize {
        self.calls.iter().filter(|one| **one == call).count()
    }

    pub(super) fn writes(&self) -> usize {
        ["Create", "Update", "Delete"]
            .map(|call| self.count(call))
            .iter()
            .sum()
    }

    pub(super) fn answer(&mut self, call: Call) -> Result<Answer, ProviderError> {
        let name = match &call {
            Call::ListCalendars => "ListCalendars",
            Call::Changes { .. } => "Changes",
            Call::Get { .. } => "Get",
            Call::Create { .. } => "Create",
            Call::Update { .. } => "Update",
            Call::Delete { .. } => "Delete",
        };
        self.calls.push(name);
        match self.faults.get_mut(name).and_then(VecDeque::pop_front) {
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::Loses) => {
                drop(self.carry_out(call));
                Err(ProviderError::new(ErrorKind::Interrupted, "as told").unknown())
            }
            Some(Fault::Tears) => self.carry_out(call).map(torn),
            Some(Fault::Denies) => self.carry_out(call).map(denied),
            None => self.carry_out(call),
        }
    }

    fn carry_out(&mut self, call: Call) -> Result<Answer, ProviderError> {
        match call {
            Call::ListCalendars => Ok(Answer::Calendars(self.list())),
            Call::Changes { calendar, since } => self
                .shelf(&calendar)?
                .changes(since.as_ref())
                .map(Answer::Changes),
            Call::Get { calendar, ids } => Ok(Answer::Objects(self.shelf(&calendar)?.get(&ids))),
            Call::Create {
                calendar,
                id,
                octets,
            } => {
                let rack = self.shelf(&calendar)?;
                if rack.refused.contains(&id) {
                    return Err(ProviderError::new(
                        ErrorKind::InvalidRequest,
                        "not that one",
                    ));
                }
                if rack.objects.contains_key(&id) {
                    return Err(ProviderError::new(
                        ErrorKind::PreconditionFailed,
                        "there is one",
                    ));
                }
                if rack.has_uid_of(&octets) {
                    return Err(ProviderError::new(ErrorKind::UidTaken, "same UID"));
                }
                let etag = Some(rack.put(&id, &octets));
                Ok(Answer::Stored(Stored {
                    etag,
                    kept_here: Vec::new(),
                }))
            }
            Call::Update {
                calendar,
                id,
                octets,
                if_match,
            } => {
                let rack = self.shelf(&calendar)?;
                rack.check(&id, &if_match)?;
                let etag = Some(rack.put(&id, &octets));
                Ok(Answer::Stored(Stored {
                    etag,
                    kept_here: Vec::new(),
                }))
            }
            Call::Delete {
                calendar,
                id,
                if_match,
            } => {
                let rack = self.shelf(&calendar)?;
                rack.check(&id, &if_match)?;
                rack.remove(&id);
                Ok(Answer::Deleted)
            }
        }
    }

    fn list(&self) -> Vec<RemoteCalendar> {
        let calendar = |(id, rack): (&RemoteId, &Shelf)| RemoteCalendar {
            id: id.clone(),
            display_name: id.to_string(),
            color: None,
            components: ComponentSet::ALL,
            write: if rack.read_only {
                Write::Denied
            } else {
                Write::Allowed
            },
            version: Some(rack.version()),
        };
        self.shelves.iter().map(calendar).collect()
    }

    fn shelf(&mut self, id: &RemoteId) -> Result<&mut Shelf, ProviderError> {
        let gone = || ProviderError::new(ErrorKind::NotFound, "no such calendar");
        self.shelves.get_mut(id).ok_or_else(gone)
    }
}

impl Shelf {
    fn check(&self, id: &RemoteId, if_match: &RemoteEtag) -> Result<(), ProviderError> {
        let current = self.objects.get(id).map(|(version, _)| etag(*version));
        if current.as_ref() == Some(if_match) {
            return Ok(());
        }
        Err(ProviderError::new(
            ErrorKind::PreconditionFailed,
            "another version",
        ))
    }

    fn has_uid_of(&self, octets: &[u8]) -> bool {
        let uid = |octets: &[u8]| bridge_core::ical::CalendarObject::read(octets).uid();
        self.objects
            .values()
            .any(|(_, other)| uid(other) == uid(octets))
    }

    fn get(&self, ids: &[RemoteId]) -> Vec<Fetched> {
        let fetch = |id: &RemoteId| Fetched {
            id: id.clone(),
            found: match self.objects.get(id) {
                _ if self.withheld.contains(id) => Found::Refused,
                Some((version, octets)) => Found::Object {
                    etag: etag(*version),
                    octets: octets.clone(),
                },
                None => Found::Nothing,
            },
        };
        ids.iter().map(fetch).collect()
    }

    /// A token is a place in the log; of a page of everything, `all` and how many were shown.
    fn changes(&self, since: Option<&SyncToken>) -> Result<ChangePage, ProviderError> {
        let page_or_known = |token: &&str| !self.without_tokens || token.starts_with("all");
        let token = since.map(SyncToken::as_str).filter(page_or_known);
        if let Some(number) = token.filter(|token| !token.starts_with("all")) {
            return self.delta(number.parse().unwrap());
        }
        // A further page begins behind the last name of the one before, and all lead to where the first one was.
        let further = token.map(|token| token.split_once(' ').unwrap());
        let begun = further.map_or(self.log.len(), |(begun, _)| {
            begun["all".len()..].parse().unwrap()
        });
        let last = further.map(|(_, last)| RemoteId::new(last));
        let size = self.page.unwrap_or(usize::MAX);
        let mut rest = self
            .objects
            .iter()
            .filter(|(id, _)| !self.unlisted.contains(id))
            .filter(|(id, _)| last.as_ref().is_none_or(|last| *id > last))
            .peekable();
        let present: Vec<_> = rest
            .by_ref()
            .take(size)
            .map(|(id, (v, _))| (id.clone(), etag(*v)))
            .collect();
        let next = match present.last().filter(|_| rest.peek().is_some()) {
            Some((last, _)) => Next::Page(SyncToken::new(format!("all{begun} {last}"))),
            None => Next::Done((!self.without_tokens).then(|| SyncToken::new(begun.to_string()))),
        };
        Ok(ChangePage {
            present,
            removed: Vec::new(),
            extent: if further.is_none() {
                Extent::Complete
            } else {
                Extent::Delta
            },
            next,
        })
    }

    fn delta(&self, since: usize) -> Result<ChangePage, ProviderError> {
        if since < self.expired {
            return Err(ProviderError::new(ErrorKind::TokenExpired, "forgotten"));
        }
        let until = self
            .log
            .len()
            .min(since + self.page.unwrap_or(usize::MAX - since));
        let (mut present, mut removed) = (BTreeMap::new(), Vec::new());
        for id in &self.log[since..until] {
            match self.objects.get(id) {
                Some((version, _)) => drop(present.insert(id.clone(), etag(*version))),
                None => removed.push(id.clone()),
            }
        }
        let token = SyncToken::new(until.to_string());
        Ok(ChangePage {
            present: present.into_iter().collect(),
            removed,
            extent: Extent::Delta,
            next: if until < self.log.len() {
                Next::Page(token)
            } else {
                Next::Done(Some(token))
            },
        })
    }
}
