//! A bar for whoever waits at a terminal; nothing for scripts.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows progress on standard error if that is a terminal; indicatif stays silent otherwise.
pub(crate) fn bar(steps: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
    {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
