//! Bringing a database to the latest version: numbered SQL files, forward only, never edited after a release.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours (`PhDc`).
const APPLICATION_ID: i64 = 0x5068_4463;

/// Migration `n` brings version `n` to `n + 1`.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_accounts.sql"),
    include_str!("migrations/0003_said.sql"),
    include_str!("migrations/0004_visits_health_nudges.sql"),
];

/// The version this program writes.
fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Applies what is missing, all of it in one transaction.
pub(super) fn to_latest(connection: &mut Connection) -> Result<(), StoreError> {
    // An up-to-date database is opened without waiting for a process that happens to write.
    if version(connection)? == latest() {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > latest() {
        return Err(StoreError::Newer {
            found,
            known: latest(),
        });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for sql in MIGRATIONS.iter().skip(done) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "user_version", latest())?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(tx.commit()?)
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema as the migrations make it, statement by statement.
    fn schema() -> String {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        let mut statements = connection
            .prepare(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name",
            )
            .unwrap();
        let statements = statements
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        let header = format!(
            "-- Version {}, made by the migrations. Do not edit.\n",
            latest()
        );
        statements.fold(header, |schema, sql| schema + "\n" + &sql.unwrap() + ";\n")
    }

    #[test]
    fn the_committed_schema_is_what_the_migrations_make() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.sql");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, schema()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            schema(),
            committed,
            "a new migration? UPDATE_SCHEMA=1 writes the file anew"
        );
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        connection
            .pragma_update(None, "user_version", latest() + 1)
            .unwrap();
        let refused = to_latest(&mut connection).unwrap_err();
        assert_eq!(
            refused,
            StoreError::Newer {
                found: latest() + 1,
                known: latest()
            }
        );
        assert!(refused.to_string().contains("Update"));
        assert_eq!(version(&connection).unwrap(), latest() + 1);
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        to_latest(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), latest());
    }
}
