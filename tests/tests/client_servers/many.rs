//! Ten thousand events: all of them arrive, each once, and a round without a change asks for next to nothing.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use companion_tests::dataset::{Object, small};

use crate::Practice;

const COUNT: usize = 10_000;

pub(crate) fn ten_thousand(practice: &Practice) -> Result<()> {
    let object = |number: usize| {
        let day = u32::try_from(number).unwrap_or(0);
        Object {
            name: format!("e{number:05}.ics"),
            octets: small(&format!("e{number:05}"), &format!("Event {number}"), day),
        }
    };
    let objects: Vec<Object> = (0..COUNT).map(object).collect();
    practice.server.fill(&practice.path, &objects)?;
    practice.sync()?;
    ensure!(practice.names_here()? == practice.server.names(&practice.path)?);
    ensure!(practice.names_here()?.len() == COUNT);
    for name in ["e00000.ics", "e04711.ics", "e09999.ics"] {
        practice.agree_on(name, &[])?;
    }

    practice.edit_there("e04711.ics", "Event 4711", "Moved there")?;
    practice.edit_here("e00815.ics", "Event 815", "Moved here")?;
    practice.delete_there("e00007.ics")?;
    practice.delete_here("e00008.ics")?;
    practice.sync()?;
    practice.agree_on("e04711.ics", &["Moved there"])?;
    practice.agree_on("e00815.ics", &["Moved here"])?;
    let gone = ["e00007.ics", "e00008.ics"].map(str::to_owned);
    let expected: BTreeSet<String> = objects.into_iter().map(|object| object.name).collect();
    let expected = &expected - &BTreeSet::from(gone);
    ensure!(practice.names_here()? == expected, "here");
    ensure!(practice.server.names(&practice.path)? == expected, "there");
    practice.is_at_rest(&["e04711.ics", "e00815.ics"])
}
