//! The two records in which a domain says where its calendars are (RFC 6764 section 3).
//!
//! A hint, never a need: whoever gets no answer tries the domain itself.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

/// Something that knows the records of domains.
#[async_trait]
pub trait Dns: Send + Sync {
    /// Where a service is offered, the preferred place first; empty when there is no such record, or no answer.
    async fn services(&self, name: &str) -> Vec<Place>;

    /// The texts of a name, each put together from its parts.
    async fn texts(&self, name: &str) -> Vec<String>;
}

/// A host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The host, without the dot at its end.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// The resolver of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDns;

#[async_trait]
impl Dns for SystemDns {
    async fn services(&self, name: &str) -> Vec<Place> {
        let Some(resolver) = resolver() else {
            return Vec::new();
        };
        let Ok(answer) = resolver.srv_lookup(name).await else {
            return Vec::new();
        };
        let mut offers: Vec<_> = answer
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::SRV(service) => Some(service),
                _ => None,
            })
            // A single dot says that there is no such service.
            .filter(|service| !service.target.is_root())
            .collect();
        offers.sort_by_key(|service| (service.priority, std::cmp::Reverse(service.weight)));
        offers
            .into_iter()
            .map(|service| Place {
                host: service.target.to_ascii().trim_end_matches('.').to_owned(),
                port: service.port,
            })
            .collect()
    }

    async fn texts(&self, name: &str) -> Vec<String> {
        let Some(resolver) = resolver() else {
            return Vec::new();
        };
        let Ok(answer) = resolver.txt_lookup(name).await else {
            return Vec::new();
        };
        answer
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => {
                    Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
                }
                _ => None,
            })
            .collect()
    }
}

/// Made anew for each sign-in: the network may be another one by then.
fn resolver() -> Option<TokioResolver> {
    TokioResolver::builder_tokio().ok()?.build().ok()
}
