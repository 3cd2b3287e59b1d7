//! Both sides change the same entry between two rounds: merged where that is possible, else one is kept and the other is
//! shown and can be had again.

use anyhow::{Result, ensure};
use companion_tests::clients::text::event;
use companion_tests::stage::item;

use crate::Practice;

pub(crate) fn fields(practice: &Practice) -> Result<()> {
    for name in ["apart", "same"] {
        let text = event(name, "20261202T090000Z", "Round", &["LOCATION:Ward 7"]);
        practice.put_there(&format!("{name}.ics"), &text)?;
    }
    practice.sync()?;
    practice.edit_here("apart.ics", "SUMMARY:Round", "SUMMARY:Long round")?;
    practice.edit_there("apart.ics", "Ward 7", "Ward 8")?;
    practice.edit_here("same.ics", "SUMMARY:Round", "SUMMARY:Ours")?;
    practice.edit_there("same.ics", "SUMMARY:Round", "SUMMARY:Theirs")?;
    practice.sync()?;
    practice.agree_on("apart.ics", &["SUMMARY:Long round", "Ward 8"])?;

    let text = practice.agree_on("same.ics", &["Ward 7"])?;
    let conflicts = practice.bridge(&["conflicts", "list", "--json"])?.json()?;
    ensure!(conflicts.as_array().map(Vec::len) == Some(1), "{conflicts}");
    let conflict = item(&conflicts, "kind", "fields")?;
    let lost = conflict["title"].as_str().unwrap_or_default().to_owned();
    ensure!(["Ours", "Theirs"].contains(&lost.as_str()), "{conflict}");
    ensure!(!text.contains(&lost), "{text}");

    let id = conflict["id"].to_string();
    practice.bridge(&["conflicts", "restore", &id])?.done()?;
    practice.sync()?;
    practice.agree_on("same.ics", &[&format!("SUMMARY:{lost}")])?;
    practice.is_at_rest(&["apart.ics", "same.ics"])
}

pub(crate) fn deletions(practice: &Practice) -> Result<()> {
    for name in ["gone-here", "gone-there"] {
        let text = event(name, "20261202T090000Z", "Round", &[]);
        practice.put_there(&format!("{name}.ics"), &text)?;
    }
    practice.sync()?;
    practice.delete_here("gone-here.ics")?;
    practice.edit_there(
        "gone-here.ics",
        "SUMMARY:Round",
        "SUMMARY:Still wanted there",
    )?;
    practice.delete_there("gone-there.ics")?;
    practice.edit_here(
        "gone-there.ics",
        "SUMMARY:Round",
        "SUMMARY:Still wanted here",
    )?;
    practice.sync()?;
    practice.agree_on("gone-here.ics", &["Still wanted there"])?;
    practice.agree_on("gone-there.ics", &["Still wanted here"])?;
    practice.is_at_rest(&["gone-here.ics", "gone-there.ics"])
}
