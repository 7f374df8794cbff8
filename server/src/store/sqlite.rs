//! What SQLite does its own way: opening, locking and searching.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Writers of one process queue before they come here; this is for several processes on one file, and for backups.
const BUSY_MILLIS: u32 = 10_000;

/// `synchronous = FULL`: in WAL mode NORMAL may lose the last commits when the power fails, and an answered edit with
/// its audit record must not be lost. The file is not mapped into memory: pages would count as the program's own for each
/// connection that read them (1.9 GB for 16 connections and 100,000 people), and queries are hardly quicker for it, since
/// the system has the file in its cache either way. What each connection keeps is bounded by `cache_size`: 8 MB.
pub(super) fn connect(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {BUSY_MILLIS};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8192;"
    ))?;
    Ok(conn)
}

/// Brings the schema up to date; one of several processes does, the others wait.
pub(super) fn migrate(conn: &mut SqliteConnection) -> Result<usize, StoreError> {
    conn.immediate_transaction(|conn| {
        conn.run_pending_migrations(MIGRATIONS)
            .map(|done| done.len())
            .map_err(StoreError::Migration)
    })
}

/// Whether the schema is up to date.
pub(super) fn is_migrated(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    conn.has_pending_migration(MIGRATIONS)
        .map(|pending| !pending)
        .map_err(StoreError::Migration)
}

/// A writer takes the write lock at once: taken later, it could fail although nothing is wrong.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
pub(super) const BEGIN_READ: &str = "BEGIN DEFERRED";

/// Up to so many rows of the full-text index are worth looking up one by one; of a term that more people have, the first
/// rows of a list are found sooner by going through the list.
const RARE: i64 = 4_000;

/// What the trigram index is asked for rows with all these terms (each of three characters at least), when they are few.
pub(super) fn rare_match(conn: &mut SqliteConnection, terms: &[&str]) -> Result<Option<String>, StoreError> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let quoted = terms.iter().map(|term| format!("\"{}\"", term.replace('"', "\"\"")));
    let asked = quoted.collect::<Vec<_>>().join(" ");
    let found: Found = diesel::sql_query(
        "SELECT COUNT(*) AS rows FROM (SELECT 1 FROM users_search WHERE users_search MATCH ? LIMIT ?)",
    )
    .bind::<Text, _>(&asked)
    .bind::<BigInt, _>(RARE)
    .get_result(conn)?;
    Ok((found.rows < RARE).then_some(asked))
}
