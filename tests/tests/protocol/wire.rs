//! One request, one answer, octet by octet.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// Longer than the server's own limit for headers that never end.
const PATIENCE: Duration = Duration::from_secs(40);

/// Sends the octets over a connection of their own and returns the answer as it came: head, empty line, body.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // A server that refuses early need not read the rest; what it says is looked at all the same.
    let sent = stream.write_all(request);
    let has_no_body = request.starts_with(b"HEAD ");
    let mut answer = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while !is_complete(&answer, has_no_body) {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(chunk.get(..count).context("a chunk")?),
            Err(error) if answer.is_empty() => return Err(error).context("there is no answer"),
            Err(_) => break,
        }
    }
    if answer.is_empty() {
        sent.context("the connection ended without an answer")?;
    }
    Ok(answer)
}

/// The status code of an answer; 0 if there is none.
pub(crate) fn status(answer: &[u8]) -> u16 {
    let line = answer
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let code = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    std::str::from_utf8(code)
        .ok()
        .and_then(|code| code.parse().ok())
        .unwrap_or_default()
}

/// An answer as text: the head with its lines ended plainly, the body with its carriage returns visible.
pub(crate) fn readable(answer: &[u8]) -> String {
    if answer.is_empty() {
        return "(the connection was closed)\n".to_owned();
    }
    let (head, body) = split(answer).unwrap_or((answer, &[]));
    let length = format!("\r\ncontent-length: {}", body.len());
    let mut head = String::from_utf8_lossy(head).into_owned();
    if !body.is_empty() {
        head = head.replacen(&length, "\r\ncontent-length: [that of the body]", 1);
    }
    // Every answer has it; the feed's own tests look at it.
    let head = head.replacen("\r\nx-content-type-options: nosniff", "", 1);
    let head = head.replacen("\r\nserver: PharmaDOC-Companion", "", 1);
    let head = head.replace("\r\n", "\n");
    let body = shortened(&String::from_utf8_lossy(body).replace('\r', "␍"));
    if body.is_empty() {
        format!("{head}\n")
    } else {
        format!("{head}\n\n{body}\n")
    }
}

/// A very long body with its middle counted instead of shown.
fn shortened(body: &str) -> String {
    const ENDS: usize = 1_500;
    let count = body.chars().count();
    if count <= 10 * ENDS {
        return body.to_owned();
    }
    let start: String = body.chars().take(ENDS).collect();
    let end: String = body.chars().skip(count - ENDS).collect();
    format!("{start}\n[{} more characters]\n{end}", count - 2 * ENDS)
}

fn split(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, rest) = answer.split_at(at);
    Some((head, rest.get(4..)?))
}

fn is_complete(answer: &[u8], has_no_body: bool) -> bool {
    let Some((head, body)) = split(answer) else {
        return false;
    };
    if has_no_body || matches!(status(answer), 204 | 304) {
        return true;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with(b"0\r\n\r\n");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse().ok())
        .is_some_and(|length: usize| body.len() >= length)
}
