//! vdirsyncer keeps a folder in step with the same server: after edits on all three sides, all three have the same.
//!
//! It reads objects out of XML, which makes a line feed of every line end (XML 1.0 section 2.11), and writes them so; in
//! everything else what it fetches must have the octets of the server and of the feed. What it uploaded itself it
//! never fetches again, although these servers write it in an order of their own: there the lines must be the same.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::present::is_present;
use companion_tests::clients::text::event;
use companion_tests::clients::vdirsyncer::{PARTS, Vdirsyncer};

use crate::Practice;

pub(crate) fn agrees(practice: &Practice) -> Result<()> {
    if !is_present("vdirsyncer", PARTS)? {
        return Ok(());
    }
    let far = fresh(practice)?;
    let plan =
        |name: &str, title: &str| event(name, "20261202T090000Z", title, &["X-CLINIC-ROOM:12"]);
    for name in ["a", "b", "c"] {
        practice.put_there(&format!("{name}.ics"), &plan(name, "Made at the server"))?;
    }
    practice.put_here("d.ics", &plan("d", "Made by an app"))?;
    fs::write(far.folder().join("e.ics"), plan("e", "Made by vdirsyncer"))?;
    all_round(practice, &far)?;
    ensure!(agree(practice, &far)?.len() == 5);

    edit(&far, "a", "Made at the server", "Edited by vdirsyncer")?;
    practice.edit_here("b.ics", "Made at the server", "Edited by an app")?;
    practice.edit_there("c.ics", "Made at the server", "Edited at the server")?;
    fs::remove_file(far.existing("d")?.0)?;
    all_round(practice, &far)?;
    let agreed = agree(practice, &far)?;
    let texts: Vec<&String> = agreed.values().collect();
    for title in [
        "Edited by vdirsyncer",
        "Edited by an app",
        "Edited at the server",
        "Made by vdirsyncer",
    ] {
        ensure!(
            texts.iter().filter(|text| text.contains(title)).count() == 1,
            "{title}: {texts:?}"
        );
    }
    ensure!(agreed.len() == 4, "{texts:?}");

    // Both far sides edit one entry in two fields, between two rounds of each.
    edit(&far, "a", "SUMMARY:Edited by vdirsyncer", "SUMMARY:Twice")?;
    far.sync()?;
    let name = name_of(practice, "a")?;
    practice.edit_here(&name, "X-CLINIC-ROOM:12", "X-CLINIC-ROOM:13")?;
    all_round(practice, &far)?;
    let agreed = agree(practice, &far)?;
    let both = agreed
        .values()
        .filter(|text| text.contains("SUMMARY:Twice") && text.contains("ROOM:13"));
    ensure!(both.count() == 1, "{agreed:?}");
    Ok(())
}

/// What each side did goes to the server, and then to the others.
fn all_round(practice: &Practice, far: &Vdirsyncer) -> Result<()> {
    far.sync()?;
    practice.sync()?;
    far.sync().map(drop)
}

/// What all three have, by UID, with line feeds.
fn agree(practice: &Practice, far: &Vdirsyncer) -> Result<BTreeMap<String, String>> {
    let mut agreed = BTreeMap::new();
    for name in practice.server.names(&practice.path)? {
        let text = practice.agree_on(&name, &[])?.replace("\r\n", "\n");
        agreed.insert(uid(&text)?, text);
    }
    ensure!(practice.names_here()?.len() == agreed.len());
    let kept = files_of(far)?;
    ensure!(
        lines_of(&kept) == lines_of(&agreed),
        "vdirsyncer has {kept:?}\nthe server has {agreed:?}"
    );
    let fetched = fresh(practice)?;
    fetched.sync()?;
    ensure!(
        files_of(&fetched)? == agreed,
        "vdirsyncer fetched something else than {agreed:?}"
    );
    Ok(agreed)
}

/// A vdirsyncer that has nothing yet.
fn fresh(practice: &Practice) -> Result<Vdirsyncer> {
    let server = &practice.server;
    Vdirsyncer::configure(&server.url(), server.credentials(), "ward", None)
}

fn files_of(far: &Vdirsyncer) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in far.files()? {
        let text = fs::read_to_string(path)?.replace("\r\n", "\n");
        files.insert(uid(&text)?, text);
    }
    Ok(files)
}

/// The lines of each, in one order.
fn lines_of(all: &BTreeMap<String, String>) -> Vec<Vec<&str>> {
    let mut each: Vec<Vec<&str>> = all.values().map(|text| text.lines().collect()).collect();
    for lines in &mut each {
        lines.sort_unstable();
    }
    each
}

fn edit(far: &Vdirsyncer, uid: &str, from: &str, to: &str) -> Result<()> {
    let (path, text) = far.existing(uid)?;
    ensure!(text.contains(from), "no {from:?} in {text}");
    Ok(fs::write(path, text.replace(from, to))?)
}

fn name_of(practice: &Practice, wanted: &str) -> Result<String> {
    for name in practice.server.names(&practice.path)? {
        let text = practice.there(&name)?.unwrap_or_default();
        if uid(&text)? == wanted {
            return Ok(name);
        }
    }
    anyhow::bail!("no {wanted} at the server")
}

fn uid(text: &str) -> Result<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("UID:"));
    Ok(line.context("no UID")?.trim().to_owned())
}
