//! The PharmaDOC platform: its requests and refusals as values. Contract: `pharmadoc-openapi.yaml` version 0.1.0, and
//! Supabase Auth (<https://supabase.com/docs/reference/self-hosting-auth/introduction>).
//!
//! Nothing here can carry what an event says: requests are made of ids, digests and states.

pub mod api;
pub mod auth;
pub mod nudges;

pub use crate::rest::{BadRequest, Unreadable};
