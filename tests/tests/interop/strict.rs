//! `oidc-provider` as an authorization server, behind the addresses of the real ones.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use anyhow::{Context as _, Result};
use bridge::oauth::{Authority, Client};
use serde::Deserialize;

use crate::node;

/// The server; ends when dropped.
pub(crate) struct Strict {
    process: Child,
    _stdout: BufReader<ChildStdout>,
    issuer: String,
}

#[derive(Deserialize)]
struct Ready {
    issuer: String,
}

impl Strict {
    /// Starts it; nothing, said loudly, where it is not installed.
    pub(crate) fn start() -> Result<Option<Self>> {
        if !node::is_here()? {
            return Ok(None);
        }
        let mut process = node::program("strict.js")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node does not start")?;
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().context("no output")?);
        stdout.read_line(&mut line)?;
        let Ready { issuer } = serde_json::from_str(&line)
            .with_context(|| format!("strict.js is not ready but says {line:?}"))?;
        Ok(Some(Self {
            process,
            _stdout: stdout,
            issuer,
        }))
    }

    /// It with the ways of each provider.
    pub(crate) fn authorities(&self) -> Result<[Authority; 2]> {
        Ok([self.like_google()?, self.like_microsoft()?])
    }

    pub(crate) fn like_google(&self) -> Result<Authority> {
        let places = ["oauth2/v2.0/authorize", "oauth2/v2.0/token", "revoke"];
        let places = places.map(|place| format!("{}/{place}", self.issuer));
        let places = places.each_ref().map(String::as_str);
        Ok(Authority::google(places, client())?)
    }

    pub(crate) fn like_microsoft(&self) -> Result<Authority> {
        Ok(Authority::microsoft(&self.issuer, client())?)
    }

    /// Where an access token is good for something.
    pub(crate) fn person(&self) -> String {
        format!("{}/me", self.issuer)
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn client() -> Client {
    Client {
        id: "companion".to_owned(),
        secret: None,
    }
}
