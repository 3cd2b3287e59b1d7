//! What a service can call on its own: an address that somebody gave it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

type Answers = dyn Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync;

/// Whoever answers at such addresses; nobody by default.
#[derive(Clone, Default)]
pub struct Outside(Option<Arc<Answers>>);

impl Outside {
    /// This one answers.
    pub fn new(
        answers: impl Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(answers)))
    }

    /// Calls an address.
    pub(in crate::sandbox) fn post(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Response<Bytes> {
        let mut request = Request::post(address);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let (Some(answers), Ok(request)) = (&self.0, request.body(Bytes::from(body))) {
            return answers(&request);
        }
        let mut nobody = Response::new(Bytes::new());
        *nobody.status_mut() = StatusCode::NOT_FOUND;
        nobody
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}
