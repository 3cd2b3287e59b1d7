//! Making, editing, moving and deleting, on each side.

use anyhow::Result;
use companion_tests::clients::text::event;

use crate::Practice;

pub(crate) fn edits_travel(practice: &Practice) -> Result<()> {
    let alarm = [
        "X-CLINIC-ROOM;X-WING=\"B\":12",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Now",
        "TRIGGER:-PT5M",
        "END:VALARM",
    ];
    practice.put_there(
        "round.ics",
        &event("round", "20261202T090000Z", "Ward round", &alarm),
    )?;
    practice.put_there("tea.ics", &event("tea", "20261202T150000Z", "Tea", &[]))?;
    practice.put_here(
        "visit.ics",
        &event("visit", "20261203T090000Z", "Visit", &alarm),
    )?;
    practice.sync()?;
    practice.agree_on("round.ics", &["Ward round", "TRIGGER:-PT5M"])?;
    practice.agree_on("visit.ics", &["Visit", "12", "TRIGGER:-PT5M"])?;

    practice.edit_here("round.ics", "20261202T090000Z", "20261202T100000Z")?;
    practice.edit_there(
        "visit.ics",
        "SUMMARY:Visit",
        "SUMMARY:Visit\\, second floor",
    )?;
    practice.delete_there("tea.ics")?;
    practice.sync()?;
    practice.agree_on(
        "round.ics",
        &["20261202T100000Z", "Ward round", "TRIGGER:-PT5M"],
    )?;
    practice.agree_on("visit.ics", &["second floor", "TRIGGER:-PT5M"])?;
    practice.agree_on_none("tea.ics")?;

    practice.delete_here("visit.ics")?;
    practice.sync()?;
    practice.agree_on_none("visit.ics")?;
    practice.is_at_rest(&["round.ics", "visit.ics", "tea.ics"])
}
