//! The ready line: one line of JSON on standard output that tells scripts and tests where the feed is.

use std::io::Write;

use bridge::companion::{Companion, FeedState};
use serde_json::json;

/// Says where the feed is, or why it is not (on standard error).
pub(crate) fn announce(companion: &Companion) {
    match companion.overview().map(|overview| overview.feed) {
        Ok(FeedState::Serving { http, https }) => {
            say(&json!({ "ready": true, "http": http, "https": https, "login": null }));
        }
        Ok(FeedState::Stopped { problem }) | Err(problem) => {
            drop(writeln!(
                std::io::stderr(),
                "pharmadoc-companion: {problem}"
            ));
        }
    }
}

/// Says that the page is there.
pub(crate) fn window_shown() {
    say(&json!({ "window": "shown" }));
}

/// Says that the window is gone.
pub(crate) fn window_closed() {
    say(&json!({ "window": "closed" }));
}

/// Whoever started us may have stopped listening; that is no reason to end.
fn say(line: &serde_json::Value) {
    drop(writeln!(std::io::stdout(), "{line}"));
}
