//! `serve` and `run`: the engine, until somebody stops it.

use std::io::IsTerminal as _;
use std::path::Path;

use bridge::companion::{Companion, Duty, Effects, FeedState, Listen, Options};
use bridge::secrets::Sensitive;
use bridge_core::ids::Login;
use zeroize::Zeroize as _;

use crate::arguments::{Common, Serve};
use crate::installation;
use crate::output::{self, Failure};
use crate::view;

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn serve(common: &Common, serve: &Serve, duty: Duty) -> Result<(), Failure> {
    let paths = installation::paths(common)?;
    let options = Options {
        key: installation::key_choice(common, &paths)?,
        listen: Listen {
            http: serve.listen,
            https: serve.tls_listen,
        },
        duty,
        endpoints: common.endpoints.clone(),
        paths,
    };
    let companion = Companion::start_or_fail(options, Effects::real())?;
    if let (Some(login), Some(file)) = (&serve.login, &serve.password_file) {
        companion.allow_login(login, &password(file)?)?;
    }
    let interrupt = companion.interrupt()?;
    announce(&companion, serve.login.as_ref())?;
    if duty == Duty::Run && std::io::stdout().is_terminal() {
        view::show_until_told(&companion, interrupt)?;
    } else {
        interrupt.wait();
    }
    companion.stop();
    tracing::info!("stopped");
    Ok(())
}

/// The line that tells a script where we are.
fn announce(companion: &Companion, login: Option<&Login>) -> Result<(), Failure> {
    match companion.overview()?.feed {
        FeedState::Serving { http, https } => output::line(serde_json::json!({
            "ready": true,
            "http": http,
            "https": https,
            "login": login.map(Login::as_str),
        })),
        FeedState::Stopped { problem } => Err(problem.into()),
    }
}

/// The first line of the password file.
pub(crate) fn password(file: &Path) -> Result<Sensitive<String>, Failure> {
    let wrong = |problem: &dyn std::fmt::Display| {
        Failure::new(format_args!(
            "the password file {}: {problem}",
            file.display()
        ))
    };
    let mut text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    text.zeroize();
    if first.is_empty() {
        return Err(wrong(&"its first line must be the password"));
    }
    Ok(Sensitive::new(first))
}
