//! Where to begin, from what the doctor typed (RFC 6764 sections 4 to 6).

use url::Url;

use super::session::host;
use super::sign_in::{SignIn, SignInError};
use super::site::{is_private, is_same_site};
use crate::dns::Dns;
use crate::provider::Preset;

const WELL_KNOWN: &str = "/.well-known/caldav";

/// A server, and where to ask there, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) url: Url,
    pub(super) paths: Vec<String>,
}

/// The servers to ask, in this order.
pub(super) async fn starts(dns: &dyn Dns, sign_in: &SignIn<'_>) -> Result<Vec<Start>, SignInError> {
    match (sign_in.address, &sign_in.preset.address) {
        (Some(typed), _) if typed.contains("://") || !typed.contains('@') => {
            let url = parse(typed, sign_in)?;
            let is_bare = url.path() == "/" && url.port().is_none();
            match url.domain() {
                Some(domain) if is_bare => of_domain(dns, domain, &url, sign_in.preset).await,
                _ => Ok(vec![at(url, sign_in.preset)]),
            }
        }
        (None, Some(known)) => Ok(vec![at(known.clone(), sign_in.preset)]),
        (Some(mail), _) => of_mail(dns, mail, sign_in).await,
        (None, None) => of_mail(dns, sign_in.user, sign_in).await,
    }
}

async fn of_mail(
    dns: &dyn Dns,
    mail: &str,
    sign_in: &SignIn<'_>,
) -> Result<Vec<Start>, SignInError> {
    let (_, domain) = mail.rsplit_once('@').ok_or(SignInError::NoAddress)?;
    let url = parse(domain, sign_in)?;
    of_domain(dns, domain.trim(), &url, sign_in.preset).await
}

/// The place that a domain's records name, then the domain itself.
async fn of_domain(
    dns: &dyn Dns,
    domain: &str,
    itself: &Url,
    preset: &Preset,
) -> Result<Vec<Start>, SignInError> {
    let mut starts = Vec::new();
    let service = format!("_caldavs._tcp.{domain}.");
    if let Some(place) = dns.services(&service).await.into_iter().next()
        && let Ok(url) = Url::parse(&format!("https://{}:{}/", place.host, place.port))
    {
        // Whoever answers for DNS on this network could name any server: it gets no password for that.
        if !is_same_site(itself, &url) {
            return Err(SignInError::Elsewhere {
                from: domain.to_owned(),
                to: url,
            });
        }
        let texts = dns.texts(&service).await;
        let path = texts.iter().find_map(|text| text.strip_prefix("path="));
        let mut start = at(url, preset);
        start.paths.splice(0..0, path.map(str::to_owned));
        starts.push(start);
    }
    starts.push(at(itself.clone(), preset));
    Ok(starts)
}

/// A server: what was typed if it says more than the host, then where it should say, then where servers often are.
fn at(url: Url, preset: &Preset) -> Start {
    let mut paths = Vec::new();
    if url.path() != "/" {
        paths.push(url.path().to_owned());
        paths.extend(
            preset
                .paths
                .iter()
                .map(|path| format!("{}{path}", url.path().trim_end_matches('/'))),
        );
    }
    paths.push(WELL_KNOWN.to_owned());
    paths.push("/".to_owned());
    paths.extend(preset.paths.iter().cloned());
    Start { url, paths }
}

/// Reads what was typed, with `https://` where nothing is said.
fn parse(typed: &str, sign_in: &SignIn<'_>) -> Result<Url, SignInError> {
    let typed = typed.trim();
    let bad = || SignInError::BadAddress(typed.to_owned());
    let text = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let mut url = Url::parse(&text).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad());
    }
    // A password in the address would end up in the log.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SignInError::BadAddress(host(&url)));
    }
    url.set_query(None);
    url.set_fragment(None);
    if is_private(&url, sign_in.plain_http) {
        Ok(url)
    } else {
        Err(SignInError::Unencrypted(url))
    }
}
