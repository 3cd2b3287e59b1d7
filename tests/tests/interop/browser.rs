//! A browser, as far as pages need one that lead on by themselves: it follows them and keeps their cookies.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use bridge::http::{Http as _, HttpClient};
use http::{Request, Response, header};
use url::Url;

pub(crate) struct Browser {
    http: HttpClient,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(http: HttpClient) -> Self {
        Self {
            http,
            cookies: BTreeMap::new(),
        }
    }

    /// Follows a page until it leads away from its site, and says where to.
    pub(crate) async fn follow(&mut self, page: &Url) -> Result<Url> {
        let mut at = page.clone();
        while at.origin() == page.origin() {
            let answer = self.open(&at).await?;
            let to = answer.headers().get(header::LOCATION);
            let to = to.with_context(|| String::from_utf8_lossy(answer.body()).into_owned())?;
            at = at.join(to.to_str()?)?;
        }
        Ok(at)
    }

    pub(crate) async fn open(&mut self, at: &Url) -> Result<Response<Vec<u8>>> {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::get(at.as_str()).header(header::COOKIE, cookies.join("; "));
        let answer = self.http.send(request.body(Vec::new())?).await?;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("no cookie")?;
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Ok(answer)
    }
}
