//! The official client libraries before the sandbox.

use anyhow::{Context as _, Result, ensure};
use companion_tests::process::run;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::Stage;

use crate::node;

/// A library finds what it knows, and nothing goes wrong inside the sandbox; the stage watches over the contract.
fn judged_by(suite: &str) -> Result<()> {
    if !node::is_here()? {
        return Ok(());
    }
    let now = "2026-11-26T08:00:00Z".parse()?;
    let stage = Stage::at(Some(now), Scenario::ClinicWeek)?;
    let authority = stage.ready["ca_file"].as_str().context("no ca_file")?;
    run(node::program(suite)
        .env("SANDBOX", stage.ready.to_string())
        .env("NODE_EXTRA_CA_CERTS", authority))?;
    let faults = stage.sandbox.faults();
    ensure!(faults == 0, "{faults} answers of the 5xx kind");
    Ok(())
}

#[test]
fn google_is_as_its_client_library_knows_it() -> Result<()> {
    judged_by("google.js")
}

#[test]
fn microsoft_is_as_its_client_libraries_know_it() -> Result<()> {
    judged_by("microsoft.js")
}
