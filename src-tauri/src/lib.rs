//! The desktop shell: a tray icon and one window over the engine that runs in this very process.
//!
//! The app lives in the tray. The window is made when somebody asks for it and destroyed when it is closed; the engine
//! knows nothing of either.
//!
//! No rule lives here. A command parses, calls one function of [`bridge::companion`] and hands back its answer or its
//! problem; what the page may call at all is listed in `build.rs` and granted in `capabilities/`. Not here: anything
//! that `pharmadoc-bridge` does without a window.

mod arguments;
mod commands;
mod engine;
mod host;
mod news;
mod ready;
mod single;
mod tray;
mod window;

use std::ffi::OsString;

use bridge::companion::TrayView;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::arguments::{Arguments, Face};
use crate::engine::Engine;

/// Why the app ended, with the exit code of the outside world's contract: 1 failed, 2 wrong usage.
#[derive(Debug)]
pub struct Failure {
    /// What happened and what to do.
    pub message: String,
    /// What the process ends with.
    pub exit_code: u8,
}

impl Failure {
    fn failed(said: &dyn std::fmt::Display) -> Self {
        Self {
            message: said.to_string(),
            exit_code: 1,
        }
    }
}

/// Runs the app until it is told to quit: in its menu, in its window, or by the system.
///
/// # Errors
/// [`Failure`] when the arguments are wrong or the desktop does not allow a window.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let Some(Arguments { options, face }) = arguments::parse(arguments)? else {
        return Ok(());
    };
    let app = tauri::Builder::default()
        .plugin(single::plugin(&options.paths))
        .manage(Engine::default())
        .invoke_handler(tauri::generate_handler![
            commands::overview,
            commands::restart_feed,
            commands::add_login,
            commands::revoke_login,
            commands::presets,
            commands::add_account,
            commands::reconnect_account,
            commands::connect_account,
            commands::reconnect_in_browser,
            commands::cancel_connecting,
            commands::remove_account,
            commands::sync_now,
            commands::choose_calendar,
            commands::change_calendar,
            commands::agenda,
            commands::decisions,
            commands::restore,
            commands::decide_deletions,
            commands::open_help,
            commands::tray_is_there,
            commands::quit,
        ])
        .setup(move |app| {
            tray::show(app.handle(), TrayView::starting())?;
            engine::start(app.handle().clone(), options);
            match face {
                Face::Window => window::open(app.handle())?,
                Face::TrayOnly => {}
            }
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| Failure::failed(&error))?;
    app.run(on_event);
    Ok(())
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // The last window was closed: the app stays in the tray. An exit that was asked for has a code.
        RunEvent::ExitRequested {
            api, code: None, ..
        } => api.prevent_exit(),
        RunEvent::WindowEvent {
            event: WindowEvent::Destroyed,
            ..
        } => window::closed(app),
        RunEvent::Exit => {
            if let Some(companion) = app.state::<Engine>().started() {
                companion.stop();
            }
        }
        _ => {}
    }
}
