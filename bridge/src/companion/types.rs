//! The interface's TypeScript types, made from the Rust ones and checked in. The test fails when they differ;
//! `UPDATE_TYPES=1 cargo test -p bridge typescript` writes them anew.

use std::fs;
use std::path::Path;

use ts_rs::{Config, TS};

use super::account::{
    AccountCalendar, AccountEntry, AccountRequest, AccountState, CalendarChange, Compared,
    PresetEntry, Refreshes, Trouble,
};
use super::agenda::{Agenda, AgendaEntry, AgendaRange};
use super::decisions::{
    ConflictEntry, ConflictKind, Decisions, DeletionsDecision, HeldDeletions, Side, StillGone,
};
use super::listeners::Tag;
use super::overview::{
    Access, CalendarEntry, CalendarKind, FeedState, KeyPlace, LoginEntry, LoginRequest, NewLogin,
    Overview, View,
};
use super::problem::{Problem, ProblemCode};
use super::tray::{Sign, Standing};
use crate::accounts::Direction;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../ui/src/api/generated/bindings.ts"
);
const HEADER: &str =
    "// Made from bridge/src/companion by its test `typescript`; not edited by hand.\n";

fn declarations() -> String {
    let config = Config::default();
    let each = [
        Access::decl(&config),
        AccountCalendar::decl(&config),
        AccountEntry::decl(&config),
        AccountRequest::decl(&config),
        AccountState::decl(&config),
        Agenda::decl(&config),
        AgendaEntry::decl(&config),
        AgendaRange::decl(&config),
        CalendarChange::decl(&config),
        CalendarEntry::decl(&config),
        CalendarKind::decl(&config),
        Compared::decl(&config),
        ConflictEntry::decl(&config),
        ConflictKind::decl(&config),
        Decisions::decl(&config),
        DeletionsDecision::decl(&config),
        Direction::decl(&config),
        FeedState::decl(&config),
        HeldDeletions::decl(&config),
        KeyPlace::decl(&config),
        LoginEntry::decl(&config),
        LoginRequest::decl(&config),
        NewLogin::decl(&config),
        Overview::decl(&config),
        PresetEntry::decl(&config),
        Problem::decl(&config),
        ProblemCode::decl(&config),
        Refreshes::decl(&config),
        Side::decl(&config),
        Sign::decl(&config),
        Standing::decl(&config),
        StillGone::decl(&config),
        Tag::decl(&config),
        Trouble::decl(&config),
        View::decl(&config),
    ];
    let each = each.map(|declaration| format!("\nexport {declaration}\n"));
    format!("{HEADER}{}", each.concat())
}

#[test]
fn typescript_types_are_those_of_rust() {
    let wanted = declarations();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        fs::write(Path::new(FILE), &wanted).unwrap();
    }
    let found = fs::read_to_string(FILE).unwrap();
    assert_eq!(
        found, wanted,
        "run: UPDATE_TYPES=1 cargo test -p bridge typescript"
    );
}
