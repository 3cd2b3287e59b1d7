//! The official client libraries before the sandbox.

use anyhow::{Context as _, Result, ensure};
use companion_tests::process::run;
use companion_tests::sandbox::control;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::Stage;

use crate::node;

/// What a library said and was told kept to the service's contract, and nothing went wrong inside the sandbox.
fn judged_by(suite: &str, service: &str) -> Result<()> {
    if !node::is_here()? {
        return Ok(());
    }
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let authority = stage.ready["ca_file"].as_str().context("no ca_file")?;
    run(node::program(suite)
        .env("SANDBOX", stage.ready.to_string())
        .env("NODE_EXTRA_CA_CERTS", authority))?;
    let after = control::state(&stage.sandbox);
    let violations = &after[service]["violations"];
    ensure!(
        violations.as_array().is_some_and(Vec::is_empty),
        "{violations}"
    );
    ensure!(after["faults"] == 0, "{after}");
    Ok(())
}

#[test]
fn google_is_as_its_client_library_knows_it() -> Result<()> {
    judged_by("google.js", "google")
}

#[test]
fn microsoft_is_as_its_client_libraries_know_it() -> Result<()> {
    judged_by("microsoft.js", "microsoft")
}
