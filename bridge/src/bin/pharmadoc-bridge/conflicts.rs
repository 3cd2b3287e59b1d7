//! `conflicts`: versions that lost, and putting them back.

use bridge::accounts::{Accounts, ConflictId, ConflictView};
use bridge::nudge::nudge;
use bridge_core::merge::Side;
use bridge_core::sync::LostKind;
use serde_json::{Value, json};

use crate::arguments::{Common, Conflicts};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// Lists, shows or restores.
pub(crate) fn conflicts(common: &Common, command: &Conflicts) -> Result<(), Failure> {
    let accounts = Installation::open(common, Database::Needed)?.accounts(common)?;
    match command {
        Conflicts::List { json } => list(&accounts, *json),
        Conflicts::Show { id } => show(&accounts, *id),
        Conflicts::Restore { id } => {
            accounts.restore(ConflictId::of_number(*id))?;
            nudge(&accounts.store)?;
            output::note("it is back, and is sent to the provider with the next sync");
            Ok(())
        }
    }
}

fn list(accounts: &Accounts, json: bool) -> Result<(), Failure> {
    let all = accounts.conflicts()?;
    if json {
        return output::line(Value::from(all.iter().map(as_json).collect::<Vec<_>>()));
    }
    if all.is_empty() {
        output::note("no version has lost");
    }
    for conflict in &all {
        output::line(line(conflict))?;
    }
    Ok(())
}

fn line(conflict: &ConflictView) -> String {
    let (id, at) = (conflict.id, conflict.at.format("%Y-%m-%d %H:%M UTC"));
    let what = match (conflict.kind, conflict.winner) {
        (LostKind::Fields, Side::Local) => "both changed it; yours was kept",
        (LostKind::Fields, Side::Remote) => "both changed it; the provider's was kept",
        (LostKind::EditBeatDeletion, _) => "one side deleted what the other changed; it was kept",
        (LostKind::DeletionBeatEdit, _) => "one side changed what was cancelled; it is gone",
    };
    let restored = if conflict.restored.is_some() {
        " (restored)"
    } else {
        ""
    };
    format!(
        "{id:>4}  {at}  {}: {} [{}]{restored}",
        conflict.headline.title, what, conflict.calendar
    )
}

/// A version that lost, without its text.
pub(crate) fn as_json(conflict: &ConflictView) -> Value {
    json!({
        "id": conflict.id.number(),
        "kind": kind(conflict.kind),
        "calendar": conflict.calendar,
        "title": conflict.headline.title,
        "start": conflict.headline.start,
        "kept": match conflict.winner {
            Side::Local => "here",
            Side::Remote => "provider",
        },
        "fields": conflict.fields,
        "at": conflict.at,
        "restored": conflict.restored,
    })
}

fn kind(kind: LostKind) -> &'static str {
    match kind {
        LostKind::Fields => "fields",
        LostKind::EditBeatDeletion => "edit-beat-deletion",
        LostKind::DeletionBeatEdit => "deletion-beat-edit",
    }
}

fn show(accounts: &Accounts, id: i64) -> Result<(), Failure> {
    let id = ConflictId::of_number(id);
    let all = accounts.conflicts()?;
    let conflict = all.into_iter().find(|conflict| conflict.id == id);
    let conflict = conflict.ok_or_else(|| {
        Failure::new("there is no such version; `pharmadoc-bridge conflicts list` shows all")
    })?;
    match conflict.text {
        Some(text) => output::octets(text.as_bytes()),
        None => Err(Failure::new(
            "what lost is a deletion; `conflicts restore` deletes the entry",
        )),
    }
}
