//! The sandbox cloud as a program: what `cargo xtask run` connects the companion to.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use clap::Parser;
use companion_tests::sandbox::listen::{Home, Scenario, Start, start};

/// Stand-ins for the services that the companion talks to. Prints one JSON line when ready.
#[derive(Debug, Parser)]
#[command(name = "sandbox")]
struct Arguments {
    /// Where to listen for http; port 0 draws a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where to listen for https.
    #[arg(long, default_value = "127.0.0.1:0")]
    tls_listen: SocketAddr,
    /// What the content follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `clinic-week`, `empty`, or a file with a JSON list of orders of the control API.
    #[arg(long, default_value = "clinic-week")]
    scenario: String,
    /// What the sandbox's clock shows at the start, as `2026-11-26T08:00:00Z`; the present without.
    #[arg(long)]
    now: Option<DateTime<Utc>>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // Ends with the program; whoever trusts the file reads it before.
    let folder = tempfile::Builder::new().prefix("sandbox-").tempdir()?;
    let how = Start {
        listen: arguments.listen,
        tls_listen: arguments.tls_listen,
        seed: arguments.seed,
        now: arguments.now,
        scenario: scenario(&arguments.scenario)?,
        home: Home::AtTheFront,
        folder: folder.path().to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (sandbox, ready) = start(&how).await?;
        writeln!(std::io::stdout(), "{ready}")?;
        tokio::select! {
            () = sandbox.ended() => {}
            asked = stopped() => asked?,
        }
        Ok::<_, anyhow::Error>(())
    })?;
    runtime.shutdown_background();
    Ok(())
}

/// Ctrl-C, or the signal that ends a service.
#[cfg(unix)]
async fn stopped() -> Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked?,
        _ = term.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn stopped() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

fn scenario(name: &str) -> Result<Scenario> {
    match name {
        "clinic-week" => Ok(Scenario::ClinicWeek),
        "empty" => Ok(Scenario::Empty),
        file => {
            let file = PathBuf::from(file);
            let text = std::fs::read(&file)
                .with_context(|| format!("{} cannot be read", file.display()))?;
            let orders = serde_json::from_slice(&text)
                .with_context(|| format!("{} is no list of orders", file.display()))?;
            Ok(Scenario::Orders(orders))
        }
    }
}
