//! What the engine says is passed on: to the page as the names of what to ask anew, to the tray as its new state.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use bridge::companion::{Companion, Tag};
use tauri::{AppHandle, Emitter as _};

use crate::tray;

/// The event the page listens to; its payload is a [`Tag`].
const CHANGED: &str = "changed";
/// News come in bursts; the tray is drawn once for those that follow each other so closely.
const BURST: Duration = Duration::from_millis(150);
/// A burst without an end is cut after so many.
const LONGEST_BURST: usize = 64;

/// Passes news on until the engine is gone. Nothing happens between two news but at the time when the tray's lines are no
/// longer true.
pub(crate) fn follow(app: &AppHandle, companion: &Companion) {
    let (tell, told) = mpsc::channel();
    // Nobody listens any more: the app is ending.
    companion.on_change(move |tag| tell.send(tag).unwrap_or_default());
    loop {
        let (view, good_for) = companion.tray();
        tray::draw(app, view);
        match told.recv_timeout(good_for) {
            Ok(tag) => pass_on(app, tag, &told),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Tells the page of this and of what follows closely, each thing once.
fn pass_on(app: &AppHandle, first: Tag, told: &Receiver<Tag>) {
    let mut tags = vec![first];
    let following = std::iter::from_fn(|| told.recv_timeout(BURST).ok()).take(LONGEST_BURST);
    for tag in following {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    for tag in tags {
        // Without a window nobody listens; the next one asks for everything anyway.
        drop(app.emit(CHANGED, tag));
    }
}
