//! The sandbox's server without a socket, and a network without records.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use bridge::dns::{Dns, Place};
use bridge::http::{Http, HttpError};
use bridge_core::ids::RemoteId;
use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::DateTime;
use companion_tests::sandbox::caldav::CalDav;
use http::{Request, Response};
use percent_encoding::percent_decode_str;

use crate::conformance::Adversary;

/// Every domain is silent.
pub(crate) struct NoDns;

#[async_trait]
impl Dns for NoDns {
    async fn services(&self, _name: &str) -> Vec<Place> {
        Vec::new()
    }

    async fn texts(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The sandbox's CalDAV server, asked directly.
pub(crate) struct InMemory(Mutex<CalDav>);

impl InMemory {
    pub(crate) fn new(server: CalDav) -> Self {
        Self(Mutex::new(server))
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut CalDav, Instant) -> T) -> T {
        let mut server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut server, DateTime::UNIX_EPOCH)
    }
}

#[async_trait]
impl Http for InMemory {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let request = request.map(Bytes::from);
        let answer = self.with(|server, now| server.handle(&request, now));
        Ok(answer.map(|body| body.to_vec()))
    }
}

impl Adversary for InMemory {
    fn put(&self, id: &RemoteId, octets: &[u8]) -> Result<()> {
        let (calendar, name) = names(id)?;
        Ok(self.with(|server, now| server.put_as_other(&calendar, &name, octets.to_vec(), now))?)
    }

    fn delete(&self, id: &RemoteId) -> Result<()> {
        let (calendar, name) = names(id)?;
        Ok(self.with(|server, now| server.delete_as_other(&calendar, &name, now))?)
    }
}

/// The last two names of an id, decoded.
fn names(id: &RemoteId) -> Result<(String, String)> {
    let mut names = id.as_str().rsplit('/').map(|name| {
        let decoded = percent_decode_str(name).decode_utf8();
        decoded.map(Cow::into_owned)
    });
    let object = names.next().context("no name")??;
    Ok((names.next().context("no calendar")??, object))
}
