//! A loopback server that answers every request with the same octets: the floor below which no HTTP server on this
//! machine gets. It is built like ours (hyper on a multi-threaded tokio) and does nothing else.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::io::Write as _;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The environment variable that turns this program into the bare server; it names the file to answer with.
pub(crate) const ANSWER: &str = "COMPANION_BENCH_BARE_ANSWER";

/// Serves the file until the process is killed; prints the address first.
pub(crate) fn serve(file: &OsStr) -> Result<()> {
    let octets = Bytes::from(std::fs::read(file)?);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(accept(octets))
}

async fn accept(octets: Bytes) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let octets = octets.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |_: Request<Incoming>| {
                let octets = octets.clone();
                async move { Ok::<_, Infallible>(Response::new(Full::new(octets))) }
            });
            let served = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer);
            // A client that goes away is no concern of this server.
            drop(served.await);
        });
    }
}
