//! The desktop app's entry: reads the arguments, runs the shell, and says why when it cannot.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match companion_app::run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            drop(writeln!(
                std::io::stderr(),
                "pharmadoc-companion: {}",
                failure.message
            ));
            ExitCode::from(failure.exit_code)
        }
    }
}
