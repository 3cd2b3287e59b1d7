//! The one window: made when it is wanted, gone with its memory when it is closed, and never anywhere but on our own
//! page.

use tauri::webview::{PageLoadEvent, PageLoadPayload};
use tauri::{AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder};

use crate::engine::Engine;
use crate::ready;

const LABEL: &str = "main";

/// Opens the window, or brings it to the front.
///
/// # Errors
/// When the desktop does not allow a window.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.show()?;
        return window.set_focus();
    }
    let windows = &app.config().app.windows;
    let Some(config) = windows.iter().find(|config| config.label == LABEL) else {
        return Err(tauri::Error::WindowNotFound);
    };
    WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(is_our_page)
        .on_page_load(on_page_load)
        .build()?;
    Ok(())
}

/// Opens the window for somebody who cannot be told an error.
pub(crate) fn open_or_say(app: &AppHandle) {
    if let Err(error) = open(app) {
        tracing::error!(%error, "the window does not open");
    }
}

/// The window is gone: nobody looks.
pub(crate) fn closed(app: &AppHandle) {
    ready::window_closed();
    tell_whether_open(app);
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of tauri's callback"
)]
fn on_page_load(window: WebviewWindow, load: PageLoadPayload<'_>) {
    if load.event() == PageLoadEvent::Finished {
        ready::window_shown();
        tell_whether_open(window.app_handle());
    }
}

/// While somebody looks, the engine looks more often. One that is still starting is told when it has started.
pub(crate) fn tell_whether_open(app: &AppHandle) {
    if let Some(companion) = app.state::<Engine>().started() {
        companion.window_is(!app.webview_windows().is_empty());
    }
}

/// No link, script or redirect leads the window away; links to the outside open elsewhere, by a command.
fn is_our_page(url: &Url) -> bool {
    let bundled = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    let of_the_dev_server = tauri::is_dev() && url.host_str() == Some("localhost");
    bundled || of_the_dev_server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_our_page() {
        let ours = |text: &str| is_our_page(&text.parse().unwrap());
        assert!(ours("tauri://localhost/index.html"));
        assert!(ours("http://tauri.localhost/"));
        for foreign in [
            "https://example.com/",
            "file:///etc/passwd",
            "tauri://evil/",
            "data:text/html,x",
        ] {
            assert!(!ours(foreign), "{foreign}");
        }
    }
}
