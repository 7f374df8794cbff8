//! What SQLite does its own way: opening, locking and searching.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Writers of one process queue before they come here; this is for several processes on one file, and for backups.
const BUSY_MILLIS: u32 = 10_000;

/// `synchronous = FULL`: in WAL mode NORMAL may lose the last commits when the power fails, and an answered edit with
/// its audit record must not be lost.
pub(super) fn connect(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {BUSY_MILLIS};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -32768;
         PRAGMA mmap_size = 268435456;"
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

/// A search term for the trigram index, which knows parts of three characters and more.
pub(crate) fn match_term(term: &str) -> Option<String> {
    (term.chars().count() >= 3).then(|| format!("\"{}\"", term.replace('"', "\"\"")))
}
