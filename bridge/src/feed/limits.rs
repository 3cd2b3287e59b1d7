//! Every limit of the server in one value, so that a test can make each of them bite at once.

use std::time::Duration;

/// What one client, one connection and one request may take. The defaults are those of the safety reference.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections served at the same time; the next one waits until one of them ends.
    pub connections: usize,
    /// Octets of a request line and its headers together.
    pub header_bytes: usize,
    /// Headers of one request.
    pub headers: usize,
    /// Time for a TLS handshake, for one request's headers, and how long a connection may lie idle between two.
    pub header_time: Duration,
    /// Time without a single octet read by a client that has an answer coming.
    pub write_stall: Duration,
    /// Time without a single octet of a body that has been announced.
    pub body_stall: Duration,
    /// Octets of an XML body.
    pub xml_bytes: usize,
    /// Octets of a calendar object.
    pub object_bytes: usize,
    /// Time for one request, from its headers to its answer.
    pub handler: Duration,
    /// Requests worked on at the same time; the others wait their turn. One less than the store has readers, so that
    /// signing in and brief requests never wait for a report.
    pub workers: usize,
    /// Wrong passwords a minute and name before an answer is delayed.
    pub failures: usize,
    /// That delay.
    pub failure_delay: Duration,
    /// Time that open connections get to finish when the server stops.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            header_bytes: 16 * 1024,
            headers: 100,
            header_time: Duration::from_secs(15),
            write_stall: Duration::from_secs(30),
            body_stall: Duration::from_secs(10),
            xml_bytes: 1024 * 1024,
            object_bytes: 10 * 1024 * 1024,
            handler: Duration::from_secs(30),
            workers: 3,
            failures: 10,
            failure_delay: Duration::from_secs(1),
            farewell: Duration::from_secs(5),
        }
    }
}
