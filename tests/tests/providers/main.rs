//! Calendar providers: the same promises from every one, kept over real servers and over the sandbox's in each of its
//! manners.
//!
//! One binary, so that the servers run side by side.

mod conformance;
mod desk;
mod google;
mod google_sync;
mod graph;
mod graph_changes;
mod graph_sync;
mod graph_writes;
mod lost_answers;
mod memory;
mod real;
mod sandbox;
