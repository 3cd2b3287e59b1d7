//! Channels of Calendar v3: one for each calendar.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bridge_core::google::requests::{self, Asked};
use bridge_core::ids::RemoteId;

use super::Google;
use crate::provider::{Callback, ErrorKind, ProviderError, Watch, Watching};

#[async_trait]
impl Watching for Google {
    fn targets(&self, calendars: &[RemoteId]) -> BTreeSet<String> {
        let names = calendars
            .iter()
            .map(|calendar| calendar.as_str().to_owned());
        names.collect()
    }

    async fn watch(&self, target: &str, callback: &Callback) -> Result<Watch, ProviderError> {
        let request = requests::watch(
            &self.session.root,
            &RemoteId::new(target),
            &callback.channel,
            (&callback.address, callback.state.expose()),
            callback.until,
        );
        let body = self.session.ask(Asked::Write, request).await?;
        let channel = requests::parse_watch(&body).map_err(|why| self.session.unreadable(why))?;
        Ok(Watch {
            name: [&callback.channel, channel.resource.as_str()].join(" "),
            until: channel.expires.unwrap_or(callback.until),
        })
    }

    async fn end(&self, watch: &str) -> Result<(), ProviderError> {
        let (channel, resource) = watch.split_once(' ').unwrap_or((watch, ""));
        let request = requests::stop(&self.session.root, channel, resource);
        match self.session.ask(Asked::Write, request).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
