//! `deletions`: those that look like an accident, and the decision.

use bridge::accounts::{Accounts, AccountsError, Decision, HeldView, Side};
use bridge::nudge::nudge;
use serde_json::{Value, json};

use crate::arguments::{Common, Deletions, Held};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// Lists or decides.
pub(crate) fn deletions(common: &Common, command: &Deletions) -> Result<(), Failure> {
    let accounts = Installation::open(common, Database::Needed)?.accounts(common)?;
    match command {
        Deletions::List { json } => list(&accounts, *json),
        Deletions::Agree(held) => decide(&accounts, held, Decision::Agree),
        Deletions::Restore(held) => decide(&accounts, held, Decision::Restore),
    }
}

fn list(accounts: &Accounts, json: bool) -> Result<(), Failure> {
    let all = accounts.held()?;
    if json {
        return output::line(Value::from(all.iter().map(as_json).collect::<Vec<_>>()));
    }
    if all.is_empty() {
        output::note("no deletions wait");
    }
    for held in &all {
        let place = match held.deleted {
            Side::Here => "deleted here, still at the provider",
            Side::Provider => "deleted at the provider, still here",
        };
        let titles = held.titles.join(", ");
        output::line(format_args!(
            "{}  {}  {} entries {place}: {titles} …",
            held.account, held.calendar, held.count
        ))?;
    }
    Ok(())
}

/// Deletions that wait.
pub(crate) fn as_json(held: &HeldView) -> Value {
    json!({
        "account": held.account,
        "calendar": held.calendar,
        "deleted": match held.deleted {
            Side::Here => "here",
            Side::Provider => "provider",
        },
        "count": held.count,
        "titles": held.titles,
        "since": held.since,
    })
}

/// Deletions of both sides are decided together: whoever looks at the list sees both.
fn decide(accounts: &Accounts, held: &Held, decision: Decision) -> Result<(), Failure> {
    let account = accounts.named(&held.account)?;
    let calendar = accounts.calendar_named(&account, &held.calendar)?;
    let (mut decided, mut still_gone) = (false, Vec::new());
    for side in [Side::Here, Side::Provider] {
        match accounts.decide(calendar.id, side, decision) {
            Ok(those) => {
                decided = true;
                still_gone.extend(those);
            }
            Err(AccountsError::NothingHeld) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if !decided {
        return Err(AccountsError::NothingHeld.into());
    }
    nudge(&accounts.store)?;
    if !still_gone.is_empty() {
        let each = still_gone
            .iter()
            .map(|one| format!("\n  {}: {}", one.title, one.why));
        return Err(Failure::new(format_args!(
            "all others are back, these are not and stay held:{}",
            each.collect::<String>()
        )));
    }
    output::note(match decision {
        Decision::Agree => "agreed; the other side follows with the next sync",
        Decision::Restore => "the entries are back; the provider follows with the next sync",
    });
    Ok(())
}
