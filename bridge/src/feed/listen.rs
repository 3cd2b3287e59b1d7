//! Opening the server's ports: the loopback addresses and nothing else.
//!
//! macOS reaches `localhost` over `::1`, so both loopback addresses are opened on the same port. If another program
//! holds the port on one of them, a client could send that program its password: then the port is not used at all.

use std::{
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

/// How often a free port is drawn anew when its twin on `::1` is taken.
const DRAWS: usize = 16;

/// Why a port could not be opened, with the way out.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is not on this machine's loopback.
    #[error(
        "{0} is not a loopback address; use 127.0.0.1:PORT, the feed is never offered to the network"
    )]
    NotLoopback(SocketAddr),
    /// Another program has the port.
    #[error("port {port} is in use by another program; stop that program or choose another port")]
    Taken {
        /// The port asked for.
        port: u16,
    },
    /// The system refused for another reason.
    #[error("cannot open {address}: {source}")]
    Refused {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// The sockets of one port: IPv4 first, then IPv6 where the machine has it.
#[derive(Debug)]
pub struct Port {
    pub(super) number: u16,
    pub(super) sockets: Vec<TcpListener>,
}

impl Port {
    /// Opens `address` and its twin on the other loopback address; port 0 draws a free one.
    ///
    /// # Errors
    /// When the address is not loopback, the port is taken on either address, or the system refuses.
    pub async fn open(address: SocketAddr) -> Result<Self, ListenError> {
        if !address.ip().is_loopback() {
            return Err(ListenError::NotLoopback(address));
        }
        let mut draws = if address.port() == 0 { DRAWS } else { 1 };
        loop {
            draws -= 1;
            match Self::try_open(address).await {
                Err(ListenError::Taken { .. }) if draws > 0 => {}
                outcome => return outcome,
            }
        }
    }

    /// The number of the port.
    pub fn number(&self) -> u16 {
        self.number
    }

    async fn try_open(address: SocketAddr) -> Result<Self, ListenError> {
        let first = bind(address).await?;
        let number = first
            .local_addr()
            .map_err(|source| ListenError::Refused { address, source })?
            .port();
        let mut sockets = vec![first];
        if address.is_ipv4() {
            match bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), number)).await {
                Ok(twin) => sockets.push(twin),
                Err(taken @ ListenError::Taken { .. }) => return Err(taken),
                Err(_no_ipv6) => {}
            }
        }
        Ok(Self { number, sockets })
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ListenError::Taken {
                port: address.port(),
            },
            _ => ListenError::Refused { address, source },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_loopback_is_opened() {
        let outcome = Port::open("0.0.0.0:0".parse().unwrap()).await;
        assert!(matches!(outcome, Err(ListenError::NotLoopback(_))));
    }

    #[tokio::test]
    async fn both_loopback_addresses_share_the_number() {
        let port = Port::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
        for socket in &port.sockets {
            assert_eq!(socket.local_addr().unwrap().port(), port.number());
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let port = Port::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let again = Port::open(SocketAddr::from(([127, 0, 0, 1], port.number()))).await;
        let message = again.unwrap_err().to_string();
        assert!(message.contains(&port.number().to_string()), "{message}");
        assert!(message.contains("choose another port"), "{message}");
    }
}
