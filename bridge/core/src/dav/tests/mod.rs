//! Tests of the whole module: what clients send, what attackers send, what is printed and read back.

mod answers;
mod hostile;
mod reports;
mod requests;
mod roundtrip;
