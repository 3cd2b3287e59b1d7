//! A plain HTTP/1.1 client over one kept-alive connection (RFC 9112).
//!
//! A library client retries, pools and hides when an answer was really read. The crash test must know precisely
//! which write was acknowledged, and the load bench must not measure its own client, so this one does nothing
//! but write a request and read the whole answer. It knows `Content-Length` and chunked bodies, no TLS.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// No answer of the server may take longer; the server's own limit for a handler is 30 s.
const PATIENCE: Duration = Duration::from_mins(1);

/// One request; `Host`, `Authorization` and `Content-Length` are added by the connection.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// The method as it stands on the wire.
    pub method: &'a str,
    /// The path as it stands on the wire.
    pub path: &'a str,
    /// Further header fields.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The body, empty for none.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request without headers or body.
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Self {
            method,
            path,
            ..Self::default()
        }
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same request with a body.
    #[must_use]
    pub fn body(mut self, body: &'a [u8]) -> Self {
        self.body = body;
        self
    }
}

/// A complete answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header fields in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, decoded if it came in chunks.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first value of a header field; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text, for messages and for answers that are XML.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// How a connection signs in.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The login name.
    pub login: String,
    /// The password; of a test, so not a secret.
    pub password: String,
}

impl Credentials {
    fn header(&self) -> String {
        let pair = format!("{}:{}", self.login, self.password);
        format!("Basic {}", BASE64.encode(pair))
    }
}

/// One connection, kept alive from request to request.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
    authorization: Option<String>,
}

impl Connection {
    /// Connects to `address`; every request carries `credentials` if there are any.
    ///
    /// # Errors
    /// When nothing listens there.
    pub fn open(address: SocketAddr, credentials: Option<&Credentials>) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            host: address.to_string(),
            authorization: credentials.map(Credentials::header),
        })
    }

    /// Waits longer for answers than any answer of ours may take: for other servers.
    ///
    /// # Errors
    /// When the connection is gone already.
    pub fn be_patient(&mut self, patience: Duration) -> io::Result<()> {
        self.stream.get_ref().set_read_timeout(Some(patience))
    }

    /// The `Authorization` value that every request carries, for requests written by hand.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// Sends one request and reads its whole answer.
    ///
    /// # Errors
    /// When the connection ends before the answer is complete: the request may or may not have been carried out.
    pub fn send(&mut self, request: &Request<'_>) -> io::Result<Answer> {
        let mut wire = Vec::with_capacity(512 + request.body.len());
        write!(
            wire,
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            request.method, request.path, self.host
        )?;
        if let Some(authorization) = &self.authorization {
            write!(wire, "Authorization: {authorization}\r\n")?;
        }
        for (name, value) in &request.headers {
            write!(wire, "{name}: {value}\r\n")?;
        }
        write!(wire, "Content-Length: {}\r\n\r\n", request.body.len())?;
        wire.extend_from_slice(request.body);
        self.stream.get_mut().write_all(&wire)?;
        self.read_answer(request.method == "HEAD")
    }

    /// Sends octets as they are and reads one answer: for requests that no client library would make.
    ///
    /// # Errors
    /// When the connection ends before the answer is complete.
    pub fn send_raw(&mut self, octets: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(octets)?;
        self.read_answer(false)
    }

    /// Writes octets and reads nothing: what a client does that then vanishes.
    ///
    /// # Errors
    /// When the connection is gone already.
    pub fn write_only(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(octets)
    }

    fn read_answer(&mut self, head_only: bool) -> io::Result<Answer> {
        let status = loop {
            let status = self.read_status()?;
            if status >= 200 {
                break status;
            }
            self.read_headers()?;
        };
        let headers = self.read_headers()?;
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        if !head_only && status != 204 && status != 304 {
            self.read_body(&mut answer)?;
        }
        Ok(answer)
    }

    fn read_status(&mut self) -> io::Result<u16> {
        let line = self.read_line()?;
        let code = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        code.ok_or_else(|| malformed("no status line"))
    }

    fn read_headers(&mut self) -> io::Result<Vec<(String, String)>> {
        let mut headers = Vec::new();
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                return Ok(headers);
            }
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| malformed("a header field without a colon"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn read_body(&mut self, answer: &mut Answer) -> io::Result<()> {
        if answer.header("transfer-encoding") == Some("chunked") {
            return self.read_chunks(&mut answer.body);
        }
        if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| malformed("a bad length"))?;
            answer.body = vec![0; length];
            return self.stream.read_exact(&mut answer.body);
        }
        self.stream.read_to_end(&mut answer.body).map(drop)
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let line = self.read_line()?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| malformed("a bad chunk"))?;
            let read = (&mut self.stream).take(size).read_to_end(body)?;
            if read as u64 != size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read_line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn read_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        match line.strip_suffix('\n') {
            Some(text) => Ok(text.trim_end_matches('\r').to_owned()),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn serve_once(answer: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(answer).unwrap();
        });
        address
    }

    fn get(answer: &'static [u8]) -> io::Result<Answer> {
        let mut connection = Connection::open(serve_once(answer), None)?;
        connection.send(&Request::new("GET", "/"))
    }

    #[test]
    fn reads_a_sized_and_a_chunked_body() {
        let sized = get(b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 3\r\n\r\nabc").unwrap();
        assert_eq!(
            (sized.status, sized.body.as_slice()),
            (200, b"abc".as_slice())
        );
        assert_eq!(sized.header("etag"), Some("\"a\""));
        let chunked = get(
            b"HTTP/1.1 207 M\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        );
        assert_eq!(chunked.unwrap().body, b"abc");
    }

    #[test]
    fn an_answer_cut_short_is_an_error() {
        assert!(get(b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nab").is_err());
        assert!(get(b"HTTP/1.1 201 Created\r\nETag: \"").is_err());
        assert!(get(b"").is_err());
    }
}
