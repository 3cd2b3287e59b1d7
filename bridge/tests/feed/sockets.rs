//! The server on real sockets: floods, slow, vanishing and greedy clients, and its own end.

use std::{future::Future, time::Duration};

use bridge::feed::{Limits, Port, Ports};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::world::{PASSWORD, World, event};

/// Short enough for a test that waits for the limit to bite.
const SHORT: Duration = Duration::from_millis(100);
/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// A server on a port of its own.
struct Served {
    port: u16,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

impl Served {
    async fn start(world: &World) -> Self {
        let port = Port::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let number = port.number();
        let ports = Ports {
            http: Some(port),
            https: None,
        };
        let (stop, stopped) = oneshot::channel();
        let feed = world.feed.clone();
        let done = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            feed.serve(ports, stopped).await.unwrap();
        });
        Self {
            port: number,
            stop,
            done,
        }
    }

    async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(("127.0.0.1", self.port)).await.unwrap())
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        timeout(LONG, self.done).await.unwrap().unwrap();
    }

    /// A request of `doctor` as it stands on the wire.
    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let token = STANDARD.encode(format!("doctor:{PASSWORD}"));
        let (port, length) = (self.port, body.len());
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Basic {token}\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        )
    }

    fn options(&self) -> String {
        self.request("OPTIONS", "/", "", "")
    }
}

struct Connection(TcpStream);

impl Connection {
    async fn send(&mut self, octets: impl AsRef<[u8]>) {
        self.0.write_all(octets.as_ref()).await.unwrap();
    }

    /// The status of the next answer, which has no body or a short one.
    async fn status(&mut self) -> u16 {
        let mut head = vec![0; 4096];
        let read = timeout(LONG, self.0.read(&mut head))
            .await
            .unwrap()
            .unwrap();
        let text = String::from_utf8_lossy(head.get(..read).unwrap()).into_owned();
        text.get(9..12)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    }

    /// Everything until the server closes.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        // A reset is an end, too.
        drop(timeout(LONG, self.0.read_to_end(&mut rest)).await.unwrap());
        String::from_utf8_lossy(&rest).into_owned()
    }
}

fn with<F: Future<Output = ()>>(limits: Limits, test: impl FnOnce(Served) -> F) {
    let world = World::with_limits(limits);
    world.runtime.block_on(async {
        let served = Served::start(&world).await;
        test(served).await;
    });
}

/// F6.
#[test]
fn too_many_or_too_long_headers_are_431() {
    with(Limits::default(), |served| async move {
        for headers in [
            "X: y\r\n".repeat(101),
            format!("X: {}\r\n", "y".repeat(17 * 1024)),
        ] {
            let mut connection = served.connect().await;
            connection
                .send(served.request("OPTIONS", "/", &headers, ""))
                .await;
            assert_eq!(connection.status().await, 431);
        }
        let mut garbage = served.connect().await;
        garbage.send("\u{16}\u{3}\u{1} no http\r\n\r\n").await;
        assert_eq!(garbage.status().await, 400);
        let mut ancient = served.connect().await;
        ancient.send("GET / HTTP/1.0\r\n\r\n").await;
        assert_eq!(ancient.status().await, 421);
    });
}

/// F6.
#[test]
fn a_client_that_dribbles_its_headers_is_let_go() {
    let limits = Limits {
        header_time: SHORT,
        ..Limits::default()
    };
    with(limits, |served| async move {
        let mut slow = served.connect().await;
        slow.send("OPTIONS / HTTP/1.1\r\nHost: loc").await;
        assert!(!slow.rest().await.contains("200"));
        let mut silent = served.connect().await;
        assert_eq!(silent.rest().await, "");
    });
}

/// F6.
#[test]
fn a_body_that_stops_is_408_and_one_that_is_too_large_is_413() {
    let limits = Limits {
        body_stall: SHORT,
        ..Limits::default()
    };
    with(limits, |served| async move {
        let path = "/dav/calendars/doctor/calendar/a.ics";
        let whole = served.request("PUT", path, "", &event("a", 3, "x"));
        let mut stalled = served.connect().await;
        stalled.send(&whole[..whole.len() - 10]).await;
        assert_eq!(stalled.status().await, 408);

        let announced = served.request("PUT", path, "Expect: 100-continue\r\n", "");
        let mut large = served.connect().await;
        large
            .send(announced.replace("Content-Length: 0", "Content-Length: 99999999"))
            .await;
        assert_eq!(
            large.status().await,
            413,
            "said before a single octet of it was sent"
        );

        let mut chunked = served.connect().await;
        let head = served.request(
            "PROPFIND",
            "/",
            "Transfer-Encoding: chunked\r\nDepth: 0\r\n",
            "",
        );
        chunked
            .send(head.replace("Content-Length: 0\r\n", ""))
            .await;
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        for _ in 0..17 {
            chunked.send(&chunk).await;
        }
        chunked.send("0\r\n\r\n").await;
        assert_eq!(chunked.status().await, 413);
    });
}

/// F6.
#[test]
fn clients_that_vanish_leave_nothing_behind() {
    let limits = Limits {
        connections: 8,
        ..Limits::default()
    };
    with(limits, |served| async move {
        let options = served.options();
        for cut in 0..200 {
            let mut vanishing = served.connect().await;
            vanishing.send(&options[..cut * options.len() / 200]).await;
        }
        let mut connection = served.connect().await;
        connection.send(&options).await;
        assert_eq!(connection.status().await, 200);
    });
}

#[test]
fn beyond_the_cap_a_connection_waits_for_its_turn() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    with(limits, |served| async move {
        let mut first = served.connect().await;
        let mut second = served.connect().await;
        for connection in [&mut first, &mut second] {
            connection.send(served.options()).await;
            assert_eq!(connection.status().await, 200);
        }
        let mut third = served.connect().await;
        third.send(served.options()).await;
        assert!(timeout(SHORT, third.0.readable()).await.is_err());
        drop(first);
        assert_eq!(third.status().await, 200);
    });
}

#[test]
fn a_client_that_reads_nothing_loses_its_connection() {
    let limits = Limits {
        connections: 1,
        write_stall: SHORT,
        ..Limits::default()
    };
    with(limits, |served| async move {
        let path = "/dav/calendars/doctor/calendar/a.ics";
        let fill = format!("X-FILL:{}\r\nSUMMARY", "0".repeat(9_000_000));
        let large = event("a", 3, "x").replace("SUMMARY", &fill);
        let mut greedy = served.connect().await;
        greedy.send(served.request("PUT", path, "", &large)).await;
        assert_eq!(greedy.status().await, 201);
        greedy.send(served.request("GET", path, "", "")).await;
        let mut next = served.connect().await;
        next.send(served.options()).await;
        assert_eq!(next.status().await, 200);
    });
}

/// F5.
#[test]
fn a_revoked_client_is_out_on_its_open_connection() {
    let world = World::new();
    world.runtime.block_on(async {
        let served = Served::start(&world).await;
        let mut connection = served.connect().await;
        connection.send(served.options()).await;
        assert_eq!(connection.status().await, 200);
        let (login, now) = (bridge_core::ids::Login::new("doctor"), crate::world::noon());
        world
            .store
            .write_async(move |tx| bridge::store::clients::revoke(tx, &login, now))
            .await
            .unwrap();
        connection.send(served.options()).await;
        assert_eq!(connection.status().await, 401);
    });
}

#[test]
fn a_refused_upload_still_gets_to_read_the_refusal() {
    with(Limits::default(), |served| async move {
        let body = "x".repeat(500_000);
        let port = served.port;
        let request = format!(
            "PUT /dav/x HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 500000\r\n\r\n{body}"
        );
        let mut connection = served.connect().await;
        connection.send(&request).await;
        assert_eq!(connection.status().await, 401);
        connection.send(served.options()).await;
        assert_eq!(connection.status().await, 200, "on the same connection");
    });
}

#[test]
fn stopping_answers_what_is_asked_and_closes_what_is_idle() {
    let world = World::new();
    world.runtime.block_on(async {
        let served = Served::start(&world).await;
        let mut idle = served.connect().await;
        idle.send(served.options()).await;
        assert_eq!(idle.status().await, 200);
        let port = served.port;
        served.stop().await;
        assert_eq!(idle.rest().await, "");
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    });
}

/// F1.
#[test]
fn ipv6_answers_on_the_same_port_where_the_machine_has_it() {
    with(Limits::default(), |served| async move {
        let Ok(stream) = TcpStream::connect(("::1", served.port)).await else {
            return;
        };
        let mut connection = Connection(stream);
        connection
            .send(served.options().replace("localhost", "[::1]"))
            .await;
        assert_eq!(connection.status().await, 200);
    });
}
