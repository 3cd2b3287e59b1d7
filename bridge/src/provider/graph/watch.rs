//! Subscriptions of Graph: one for all calendars of the mailbox.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bridge_core::graph::requests::{self, Asked};
use bridge_core::ids::RemoteId;

use super::Graph;
use crate::provider::{Callback, ErrorKind, ProviderError, Watch, Watching};

#[async_trait]
impl Watching for Graph {
    fn targets(&self, calendars: &[RemoteId]) -> BTreeSet<String> {
        let any = calendars.first().map(|_| String::new());
        any.into_iter().collect()
    }

    async fn watch(&self, _target: &str, callback: &Callback) -> Result<Watch, ProviderError> {
        let request = requests::subscribe(
            &self.session.root,
            &callback.address,
            &callback.address,
            callback.state.expose(),
            callback.until,
        );
        let body = self.session.ask(Asked::Write, request).await?;
        let made = requests::parse_subscription(&body);
        let made = made.map_err(|why| self.session.unreadable(why))?;
        Ok(Watch {
            name: made.id.as_str().to_owned(),
            until: made.expires,
        })
    }

    async fn end(&self, watch: &str) -> Result<(), ProviderError> {
        let request = requests::unsubscribe(&self.session.root, &RemoteId::new(watch));
        match self.session.ask(Asked::Write, request).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
