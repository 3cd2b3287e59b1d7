//! A complete request of a client that has signed in, with its headers as typed values.

use std::borrow::Cow;

use bridge_core::{
    dav::{
        Verbosity,
        headers::{Depth, Destination, Overwrite, ReturnPreference},
        path::parse_reference,
    },
    ids::Href,
    time::Instant,
};
use bytes::Bytes;
use http::{StatusCode, request::Parts};

use super::{
    Feed,
    answer::Refusal,
    conditions::{self, Preconditions},
    gate::head::is_ours,
    method::Method,
    resource::Resource,
    session::Session,
    subject::Scene,
};

/// Everything a handler needs to answer.
pub(super) struct Request<'a> {
    pub(super) feed: &'a Feed,
    pub(super) session: &'a Session,
    pub(super) method: Method,
    pub(super) resource: &'a Resource,
    pub(super) head: &'a Parts,
    pub(super) body: &'a Bytes,
    pub(super) port: u16,
    pub(super) now: Instant,
}

impl<'a> Request<'a> {
    /// A header's value; several lines of it as one.
    pub(super) fn header(&self, name: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
        conditions::header(&self.head.headers, name)
    }

    /// `Depth`; what a missing one means depends on the method.
    pub(super) fn depth(&self) -> Result<Option<Depth>, Refusal> {
        Ok(Depth::parse(self.header("depth")?.as_deref())?)
    }

    /// Whether a COPY or MOVE may replace something.
    pub(super) fn overwrite(&self) -> Result<Overwrite, Refusal> {
        Ok(Overwrite::parse(self.header("overwrite")?.as_deref())?)
    }

    /// How much a multi-status says.
    pub(super) fn verbosity(&self) -> Result<Verbosity, Refusal> {
        let (prefer, brief) = (self.header("prefer")?, self.header("brief")?);
        Ok(ReturnPreference::parse(prefer.as_deref(), brief.as_deref()).verbosity())
    }

    /// Whether the client said `Prefer: return=minimal`, in these words.
    pub(super) fn prefers_minimal(&self) -> Result<bool, Refusal> {
        let prefer = self.header("prefer")?;
        Ok(ReturnPreference::parse(prefer.as_deref(), None) == ReturnPreference::Minimal)
    }

    /// Where a COPY or MOVE goes: a place of this very server.
    pub(super) fn destination(&self) -> Result<Resource, Refusal> {
        let header = self.header("destination")?.ok_or_else(|| {
            Refusal::text(
                StatusCode::BAD_REQUEST,
                "The header Destination is missing.",
            )
        })?;
        let destination = Destination::parse(&header)?;
        match &destination.authority {
            Some(authority) if !is_ours(authority, self.port) => Err(Refusal::text(
                StatusCode::BAD_GATEWAY,
                "Objects can only be copied and moved within this server.",
            )),
            Some(_) | None => Ok(Resource::at(&destination.path)),
        }
    }

    /// What an href in the request means, if it points to this server.
    pub(super) fn place(&self, href: &Href) -> Option<Resource> {
        let (authority, path) = parse_reference(href.as_str()).ok()?;
        authority
            .is_none_or(|authority| is_ours(authority, self.port))
            .then(|| Resource::at(&path))
    }

    /// The conditions about the object at the request's address.
    pub(super) fn preconditions(&self) -> Result<Preconditions, Refusal> {
        Preconditions::of(&self.head.headers, self.resource)
    }

    /// What the properties of all resources in the answer share.
    pub(super) fn scene(&self) -> Scene<'a> {
        Scene {
            session: self.session,
            addresses: &self.feed.addresses,
            object_bytes: self.feed.limits.object_bytes,
        }
    }

    /// The canonical address of what was asked for.
    pub(super) fn href(&self) -> Href {
        self.resource.href()
    }
}
