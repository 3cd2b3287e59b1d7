//! vdirsyncer: keeps a folder of files in step with the server, for khal, todoman and backups.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use companion_tests::clients::text::{event, has_line};
use companion_tests::clients::vdirsyncer::{PARTS, Vdirsyncer};

use companion_tests::process::run;

use crate::Ward;

fn configure(ward: &Ward, url: &str, trust: Option<&Path>) -> Result<Vdirsyncer> {
    Vdirsyncer::configure(url, ward.credentials(), "ward", trust)
}

/// What the tests below do over http and https: everything, in both directions.
fn two_way(ward: &Ward, app: &Vdirsyncer) -> Result<()> {
    let alarm = [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Now",
        "TRIGGER:-PT5M",
        "END:VALARM",
    ];
    let more = [&["X-CLINIC-ROOM;X-WING=\"B\":12"][..], &alarm[..]].concat();
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &more)?;
    app.sync()?;
    let (file, object) = app.existing("round")?;
    assert!(has_line(&object, "SUMMARY:Ward round"), "{object}");

    fs::write(
        &file,
        object.replace("Ward round", "Ward round\\, with students"),
    )?;
    fs::write(
        app.folder().join("visit.ics"),
        event("visit", "20261126T100000Z", "Visit", &[]),
    )?;
    app.sync()?;
    let stored = ward
        .colleague
        .sees("round", "SUMMARY:Ward round\\, with students")?;
    for line in more {
        assert!(has_line(&stored, line), "{line} is lost:\n{stored}");
    }
    ward.colleague.sees("visit", "SUMMARY:Visit")?;

    ward.colleague
        .plan("round", "20261125T110000Z", "Later round", &[])?;
    app.sync()?;
    assert!(has_line(&app.existing("round")?.1, "SUMMARY:Later round"));

    fs::remove_file(app.existing("visit")?.0)?;
    ward.colleague.delete("round.ics")?;
    app.sync()?;
    assert!(
        app.file("round")?.is_none(),
        "deleted on the server, still here"
    );
    assert!(
        ward.colleague.object("visit")?.is_none(),
        "deleted here, still on the server"
    );
    Ok(())
}

#[test]
fn a_folder_and_the_server_stay_in_step() -> Result<()> {
    let Some(ward) = Ward::for_app("vdirsyncer", PARTS)? else {
        return Ok(());
    };
    two_way(&ward, &configure(&ward, &ward.server.url(), None)?)
}

#[test]
fn the_same_over_https_with_our_authority() -> Result<()> {
    let Some(ward) = Ward::for_app("vdirsyncer", PARTS)? else {
        return Ok(());
    };
    let https = ward
        .server
        .https_url()
        .context("no https address in the ready line")?
        .to_owned();
    two_way(&ward, &configure(&ward, &https, Some(&ward.authority()?))?)
}

#[test]
fn nobody_trusts_the_certificate_unasked() -> Result<()> {
    let Some(ward) = Ward::for_app("vdirsyncer", PARTS)? else {
        return Ok(());
    };
    let https = ward
        .server
        .https_url()
        .context("no https address in the ready line")?
        .to_owned();
    assert!(
        configure(&ward, &https, None).is_err(),
        "an unknown authority was trusted"
    );
    Ok(())
}

#[test]
fn edits_on_both_sides_are_a_conflict_and_nothing_is_lost() -> Result<()> {
    let Some(ward) = Ward::for_app("vdirsyncer", PARTS)? else {
        return Ok(());
    };
    let app = configure(&ward, &ward.server.url(), None)?;
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    app.sync()?;

    let (file, object) = app.existing("round")?;
    fs::write(&file, object.replace("Ward round", "Mine"))?;
    ward.colleague
        .plan("round", "20261125T100000Z", "Theirs", &[])?;
    let refused = app.sync().err().context("a conflict was not noticed")?;
    assert!(format!("{refused:#}").contains("onflict"), "{refused:#}");
    assert!(has_line(&app.existing("round")?.1, "SUMMARY:Mine"));
    ward.colleague.sees("round", "SUMMARY:Theirs")?;
    Ok(())
}

#[test]
fn name_and_colour_travel_both_ways() -> Result<()> {
    let Some(ward) = Ward::for_app("vdirsyncer", PARTS)? else {
        return Ok(());
    };
    let app = configure(&ward, &ward.server.url(), None)?;
    run(app.command().arg("metasync"))?;
    let of = |name: &str| fs::read_to_string(app.folder().join(name));
    assert_eq!(of("displayname")?.trim(), "Ward 7");
    assert!(
        of("color")?.to_ascii_lowercase().starts_with("#0b7a75"),
        "{}",
        of("color")?
    );

    fs::write(app.folder().join("displayname"), "Ward 8")?;
    fs::write(app.folder().join("color"), "#AA3377")?;
    run(app.command().arg("metasync"))?;
    assert_eq!(ward.colleague.title()?, "Ward 8");
    let again = configure(&ward, &ward.server.url(), None)?;
    run(again.command().arg("metasync"))?;
    let color = fs::read_to_string(again.folder().join("color"))?;
    assert!(color.to_ascii_lowercase().starts_with("#aa3377"), "{color}");
    Ok(())
}
