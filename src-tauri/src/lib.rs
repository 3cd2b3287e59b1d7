//! The desktop shell: one window over the engine that runs in this very process.
//!
//! No rule lives here. A command parses, calls one function of [`bridge::companion`] and hands back its answer or its
//! problem; what the page may call at all is listed in `build.rs` and granted in `capabilities/`. Not here: anything
//! that `pharmadoc-bridge` does without a window.

mod arguments;
mod commands;
mod ready;
mod window;

use std::ffi::OsString;

use bridge::companion::{Companion, Effects};
use tauri::{AppHandle, Manager, RunEvent};

use crate::arguments::{Arguments, Face};

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

/// Runs the app until its window is closed or the process is told to end.
///
/// # Errors
/// [`Failure`] when the arguments are wrong or the desktop does not allow a window.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let Some(Arguments { options, face }) = arguments::parse(arguments)? else {
        return Ok(());
    };
    let companion =
        Companion::start(options, Effects::real()).map_err(|problem| Failure::failed(&problem))?;
    ready::announce(&companion);
    let app = tauri::Builder::default()
        .manage(companion)
        .invoke_handler(tauri::generate_handler![
            commands::overview,
            commands::restart_feed,
            commands::add_login,
            commands::revoke_login,
        ])
        .setup(move |app| {
            end_on_interrupt(app.handle().clone());
            match face {
                Face::Window => window::open(app.handle())?,
                Face::TrayOnly => {}
            }
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| Failure::failed(&error))?;
    app.run(move |app, event| on_event(app, &event, face));
    Ok(())
}

fn on_event(app: &AppHandle, event: &RunEvent, face: Face) {
    match event {
        // Without a window the app stays: it serves. An exit that was asked for has a code.
        RunEvent::ExitRequested {
            api, code: None, ..
        } if face == Face::TrayOnly => {
            api.prevent_exit();
        }
        RunEvent::Exit => app.state::<Companion>().stop(),
        _ => {}
    }
}

/// Ctrl-C and a polite kill end the app as closing its window does.
fn end_on_interrupt(app: AppHandle) {
    std::thread::spawn(move || {
        if app.state::<Companion>().wait_for_interrupt().is_ok() {
            app.exit(0);
        }
    });
}
