//! What providers call. Whom to believe is the library's to say (`bridge_core::hooks`).

use bridge_core::hooks::{self, About, NotOurs, Notice};
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{Hint, PharmaDoc, uuid};
use crate::sandbox::reply::reply;

impl PharmaDoc {
    pub(super) fn hook(
        &mut self,
        provider: &str,
        channel: &str,
        request: &Request<Bytes>,
        now: Instant,
    ) -> Response<Bytes> {
        self.channels.retain(|_, one| one.expires > now);
        if provider == "microsoft"
            && self.channels.contains_key(channel)
            && let Some(token) = hooks::handshake(request.uri().query())
        {
            return Response::new(Bytes::from(token));
        }
        match self.notices(provider, channel, request) {
            Ok((integration, notices)) => {
                for notice in notices {
                    self.take_in(provider, &integration, &notice, now);
                }
                let status = if provider == "google" { 204 } else { 202 };
                reply(status, &Value::Null, "application/json")
            }
            Err(NotOurs) => reply(404, &Value::Null, "application/problem+json"),
        }
    }

    fn notices(
        &self,
        provider: &str,
        channel: &str,
        request: &Request<Bytes>,
    ) -> Result<(String, Vec<Notice>), NotOurs> {
        let channel = self.channels.get(channel).ok_or(NotOurs)?;
        let notices = match provider {
            "google" => hooks::google(request.headers(), &channel.secret)?
                .into_iter()
                .collect(),
            "microsoft" => hooks::microsoft(request.body(), &channel.secret)?,
            _ => return Err(NotOurs),
        };
        Ok((channel.integration.clone(), notices))
    }

    fn take_in(&mut self, provider: &str, integration: &str, notice: &Notice, now: Instant) {
        if !self.deliveries.insert(notice.delivery.clone()) {
            return;
        }
        self.numbered += 1;
        self.hints.push(Hint {
            id: uuid(self.numbered),
            integration: integration.to_owned(),
            provider: provider.to_owned(),
            kind: match notice.about {
                About::Change => "calendar_change",
                About::Lifecycle => "lifecycle",
            },
            at: now,
        });
    }
}
