//! Reading a request's body: at most so much, and never waiting for a client that has stopped sending.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::answer::Refusal;

/// How much of a refused body is read so that the client, still sending, gets to see the refusal.
const COURTESY: usize = 1024 * 1024;

/// How long a body may be, and what is said about a longer one.
#[derive(Clone, Copy)]
pub(super) struct Cap {
    pub(super) octets: usize,
    pub(super) refusal: fn(usize) -> Refusal,
}

/// Reads the whole body.
///
/// # Errors
/// 413 beyond the cap, 415 for a coded body (RFC 9110 section 8.4), 408 when nothing arrives for `stall`, 400 when the
/// client breaks off.
pub(super) async fn read(
    mut body: Body,
    headers: &HeaderMap,
    cap: Cap,
    stall: Duration,
) -> Result<Bytes, Refusal> {
    if is_encoded(headers) {
        drain(body, headers, stall).await;
        return Err(encoded());
    }
    if announced(headers).is_some_and(|length| length > cap.octets) {
        drain(body, headers, stall).await;
        return Err((cap.refusal)(cap.octets));
    }
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(data) = next(&mut body, stall).await? {
        if first.len() + rest.len() + data.len() > cap.octets {
            drain(body, headers, stall).await;
            return Err((cap.refusal)(cap.octets));
        }
        if first.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(
                    announced(headers)
                        .unwrap_or_default()
                        .max(first.len() + data.len()),
                );
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() {
        first
    } else {
        rest.freeze()
    })
}

/// Reads and forgets what a client is still sending, within bounds, so that it reads the answer instead of a reset.
pub(super) async fn drain(mut body: Body, headers: &HeaderMap, stall: Duration) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let mut left = COURTESY;
    while let Ok(Some(data)) = next(&mut body, stall).await {
        match left.checked_sub(data.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
}

async fn next(body: &mut Body, stall: Duration) -> Result<Option<Bytes>, Refusal> {
    loop {
        let frame = timeout(stall, body.frame()).await.map_err(|_| stalled())?;
        let Some(frame) = frame else { return Ok(None) };
        match frame.map_err(|_| broken_off())?.into_data() {
            Ok(data) if data.is_empty() => {}
            Ok(data) => return Ok(Some(data)),
            Err(_trailers) => {}
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn encoded() -> Refusal {
    Refusal::text(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Send the body as it is, without a content coding.",
    )
}

fn stalled() -> Refusal {
    Refusal::text(
        StatusCode::REQUEST_TIMEOUT,
        "The rest of the request did not arrive in time.",
    )
}

fn broken_off() -> Refusal {
    Refusal::text(StatusCode::BAD_REQUEST, "The request broke off.")
}
