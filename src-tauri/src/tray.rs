//! The icon in the tray and its menu: draws what the engine projected, and passes clicks on.
//!
//! Items are changed in place where that is enough: an open menu stays open while a round of syncing begins and ends.

use std::sync::Mutex;
use std::sync::PoisonError;

use bridge::companion::{Sign, TrayView};
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuEvent, MenuItem, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Wry, include_image};

use crate::engine::Engine;
use crate::window;

const SYNC: &str = "sync";
const OPEN: &str = "open";
const QUIT: &str = "quit";
const NAME: &str = "PharmaDOC Companion";

/// What is in the tray now.
pub(crate) struct Tray {
    icon: TrayIcon,
    drawn: Mutex<Drawn>,
}

/// The state that is drawn, and the item that is changed in place.
struct Drawn {
    view: TrayView,
    status: MenuItem<Wry>,
}

/// Puts the icon into the tray.
///
/// # Errors
/// When the desktop refuses the menu.
pub(crate) fn show(app: &AppHandle, view: TrayView) -> tauri::Result<()> {
    let (menu, status) = menu(app, &view)?;
    let icon = TrayIconBuilder::with_id("companion")
        .icon(picture(view.standing.sign))
        .tooltip(NAME)
        .menu(&menu)
        .on_menu_event(on_click)
        .build(app)?;
    let drawn = Mutex::new(Drawn { view, status });
    app.manage(Tray { icon, drawn });
    Ok(())
}

/// Draws a new state, on the thread that draws.
pub(crate) fn draw(app: &AppHandle, view: TrayView) {
    let of = app.clone();
    let drawing = app.run_on_main_thread(move || {
        if let Err(error) = redraw(&of, view) {
            tracing::warn!(%error, "the tray cannot be drawn");
        }
    });
    // The app is ending.
    drop(drawing);
}

fn redraw(app: &AppHandle, view: TrayView) -> tauri::Result<()> {
    let tray = app.state::<Tray>();
    let mut drawn = tray.drawn.lock().unwrap_or_else(PoisonError::into_inner);
    if drawn.view.standing.sign != view.standing.sign {
        tray.icon.set_icon(Some(picture(view.standing.sign)))?;
    }
    if drawn.view.standing.words != view.standing.words {
        drawn.status.set_text(plain(&view.standing.words))?;
        tray.icon
            .set_tooltip(Some(format!("{NAME}: {}", view.standing.words)))?;
    }
    if drawn.view.coming != view.coming {
        let (menu, status) = menu(app, &view)?;
        tray.icon.set_menu(Some(menu))?;
        drawn.status = status;
    }
    drawn.view = view;
    Ok(())
}

/// How everything is; what comes; what can be done. Every line that is no command opens the window.
fn menu(app: &AppHandle, view: &TrayView) -> tauri::Result<(Menu<Wry>, MenuItem<Wry>)> {
    let status = MenuItemBuilder::with_id("status", plain(&view.standing.words)).build(app)?;
    let mut menu = MenuBuilder::new(app).item(&status).separator();
    for (place, line) in view.coming.iter().enumerate() {
        menu = menu.text(format!("event-{place}"), plain(line));
    }
    if view.coming.is_empty() {
        let nothing = MenuItemBuilder::new("Nothing more today").enabled(false);
        menu = menu.item(&nothing.build(app)?);
    }
    let menu = menu
        .separator()
        .text(SYNC, "Sync now")
        .text(OPEN, "Open")
        .separator()
        .text(QUIT, "Quit")
        .build()?;
    Ok((menu, status))
}

/// In a menu `&` marks the letter of a shortcut; in a title it is an ampersand.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}

fn picture(sign: Sign) -> Image<'static> {
    match sign {
        Sign::Fine => include_image!("icons/tray/fine.png"),
        Sign::NeedsYou => include_image!("icons/tray/needs-you.png"),
        Sign::Syncing => include_image!("icons/tray/syncing.png"),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of tauri's callback"
)]
fn on_click(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        SYNC => sync(app.clone()),
        QUIT => app.exit(0),
        _ => window::open_or_say(app),
    }
}

fn sync(app: AppHandle) {
    std::thread::spawn(move || {
        if let Err(problem) = app.state::<Engine>().companion().sync_now(None) {
            tracing::warn!(%problem, "cannot sync now");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ampersand_stays_one() {
        assert_eq!(plain("Weber & Sons"), "Weber && Sons");
    }
}
