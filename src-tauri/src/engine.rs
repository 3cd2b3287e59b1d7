//! The engine in this process: there from the first moment, usable as soon as it has started.
//!
//! Opening the database may wait for a person (a keychain that asks for its password), and neither the tray nor the
//! window waits for that: whoever asks the engine something waits, on a thread that may.

use std::io::Write as _;
use std::sync::OnceLock;

use bridge::companion::{Companion, Effects, Options};
use tauri::{AppHandle, Manager};

use crate::{news, ready, window};

/// The companion, once it has started.
#[derive(Default)]
pub(crate) struct Engine(OnceLock<Companion>);

impl Engine {
    /// The companion; waits until it has started.
    pub(crate) fn companion(&self) -> &Companion {
        self.0.wait()
    }

    /// The companion, if it has started.
    pub(crate) fn started(&self) -> Option<&Companion> {
        self.0.get()
    }
}

/// Starts the companion in the background, says where it serves and passes on its news.
pub(crate) fn start(app: AppHandle, options: Options) {
    std::thread::spawn(move || {
        let companion = match Companion::start(options, Effects::real()) {
            Ok(companion) => app.state::<Engine>().inner().0.get_or_init(|| companion),
            Err(problem) => {
                drop(writeln!(
                    std::io::stderr(),
                    "pharmadoc-companion: {problem}"
                ));
                return app.exit(1);
            }
        };
        // Whoever reads the ready line may tell us to end at once.
        end_on_interrupt(app.clone(), companion);
        ready::announce(companion);
        window::tell_whether_open(&app);
        news::follow(&app, companion);
    });
}

/// Ctrl-C and a polite kill end the app as its menu does, from the return of this function on.
fn end_on_interrupt(app: AppHandle, companion: &Companion) {
    match companion.interrupt() {
        Ok(interrupt) => {
            std::thread::spawn(move || {
                interrupt.wait();
                app.exit(0);
            });
        }
        Err(problem) => tracing::warn!(%problem, "only the menu ends the app"),
    }
}
