//! A word from the command line to the companion that runs beside it: "look at the store". Without it the companion would
//! see a new account with its next poll only, and nothing may wake up just to look.
//!
//! One datagram on the loopback with a word that only the database knows, new with each start: whoever cannot open the
//! database cannot wake the companion. It carries nothing, and a lost one costs minutes.

use std::io;
use std::net::{Ipv4Addr, UdpSocket as Blocking};

use tokio::net::UdpSocket;

use crate::ids::{self, Ids};
use crate::store::{Store, StoreError, meta};

/// Under this name the store remembers port and word.
const CHOICE: &str = "nudge";
/// Longer than any word.
const LONGEST: usize = 64;

/// Hears the word.
pub struct Ear {
    socket: UdpSocket,
    word: String,
}

impl Ear {
    /// Opens a port and tells the store where it is.
    ///
    /// # Errors
    /// When there is no port, no randomness, or the store cannot be written.
    pub async fn open(store: &Store, ids: &dyn Ids) -> io::Result<Self> {
        let word = ids::token(ids).map_err(io::Error::other)?;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let place = format!("{} {word}", socket.local_addr()?.port());
        let told = store.write_async::<_, StoreError>(move |tx| meta::remember(tx, CHOICE, &place));
        told.await.map_err(io::Error::other)?;
        Ok(Self { socket, word })
    }

    /// Returns when the word was said.
    ///
    /// # Errors
    /// When the port is gone.
    pub async fn heard(&self) -> io::Result<()> {
        let mut said = [0; LONGEST];
        loop {
            let (length, _) = self.socket.recv_from(&mut said).await?;
            if said.get(..length) == Some(self.word.as_bytes()) {
                return Ok(());
            }
        }
    }
}

/// Says the word to the companion that uses this store, if one runs.
///
/// # Errors
/// When the store cannot be read. That nobody hears it is none.
pub fn nudge(store: &Store) -> Result<(), StoreError> {
    let place = store.read::<_, StoreError>(|tx| meta::choice(tx, CHOICE))?;
    let place = place.as_deref().and_then(|place| place.split_once(' '));
    let Some((Ok(port), word)) = place.map(|(port, word)| (port.parse::<u16>(), word)) else {
        return Ok(());
    };
    let said = Blocking::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|socket| socket.send_to(word.as_bytes(), (Ipv4Addr::LOCALHOST, port)));
    if let Err(error) = said {
        tracing::debug!(%error, "nobody hears the nudge");
    }
    Ok(())
}
