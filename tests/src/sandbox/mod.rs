//! The sandbox cloud: stand-ins for the services that the companion talks to.
//!
//! Each is a pure `handle(&mut self, request, now) -> answer`: no socket, no clock, no randomness, so the same seed gives
//! the same answers and the simulation can drive it. [`listen`] puts real http and https in front of them, [`control`]
//! lets a test or a person play the rest of the world, [`week`] fills them with a doctor's week.
//!
//! They are written from the standards and from what is known of the real services, never from our own clients: other
//! people's client libraries are the judges (`tests/tests/client_sandbox`).

pub mod authority;
pub mod caldav;
pub mod cloud;
pub mod control;
pub mod google;
pub mod graph;
pub mod listen;
pub mod oauth;
mod outside;
pub mod pharmadoc;
mod reply;
pub mod supabase;
pub mod week;
