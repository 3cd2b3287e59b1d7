//! The whole companion against CalDAV servers of others: the real `pharmadoc-bridge`, real Radicale, real Xandikos, and
//! vdirsyncer at the far side of the server.
//!
//! An app writes into the feed, another device writes to the server, one round is made, and both sides must then have
//! the same octets. Each test skips loudly when its server is not installed, and fails instead under
//! `cargo xtask test`, which installs all of them.

mod both_ways;
mod conflicts;
mod many;
mod practice;
mod series;
mod third_side;

use anyhow::{Context as _, Result};
use companion_tests::servers::RealServer;

use practice::Practice;

/// Runs a test in a practice that is connected to this server.
fn over(server: Option<RealServer>, test: fn(&Practice) -> Result<()>) -> Result<()> {
    let Some(server) = server else {
        return Ok(());
    };
    let name = server.name;
    let practice = Practice::over(server).context(name)?;
    test(&practice).with_context(|| format!("{name}, which says: {}", practice.server.log()))
}

/// The same test against each server.
macro_rules! with_each_server {
    ($($test:path => $radicale:ident, $xandikos:ident;)+) => {$(
        #[test]
        fn $radicale() -> Result<()> {
            over(companion_tests::servers::radicale()?, $test)
        }

        #[test]
        fn $xandikos() -> Result<()> {
            over(companion_tests::servers::xandikos()?, $test)
        }
    )+};
}

with_each_server! {
    both_ways::edits_travel => edits_travel_to_and_from_radicale, edits_travel_to_and_from_xandikos;
    series::edits => edits_of_a_series_reach_radicale_and_come_back, edits_of_a_series_reach_xandikos_and_come_back;
    conflicts::fields => both_sides_edit_with_radicale, both_sides_edit_with_xandikos;
    conflicts::deletions => an_edit_wins_over_a_deletion_with_radicale, an_edit_wins_over_a_deletion_with_xandikos;
    third_side::agrees => vdirsyncer_beyond_radicale_agrees, vdirsyncer_beyond_xandikos_agrees;
    many::ten_thousand => ten_thousand_events_of_radicale, ten_thousand_events_of_xandikos;
}
