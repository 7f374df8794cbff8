//! What PostgreSQL does its own way: opening, locking and searching.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number, the same in every server process: whoever holds it may migrate.
const MIGRATION_LOCK: i64 = 0x6c61_6e79_6172_6401;

pub(super) fn connect(url: &str) -> Result<PgConnection, StoreError> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(
        "SET client_min_messages = warning;
         SET lock_timeout = '10s';
         SET statement_timeout = '60s';
         SET idle_in_transaction_session_timeout = '60s'",
    )?;
    Ok(conn)
}

/// Brings the schema up to date; one of several processes does, the others wait.
pub(super) fn migrate(conn: &mut PgConnection) -> Result<usize, StoreError> {
    conn.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0")?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
    let done = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|done| done.len())
        .map_err(StoreError::Migration);
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    done
}

/// Whether the schema is up to date.
pub(super) fn is_migrated(conn: &mut PgConnection) -> Result<bool, StoreError> {
    conn.has_pending_migration(MIGRATIONS)
        .map(|pending| !pending)
        .map_err(StoreError::Migration)
}

/// Writers of one organisation queue at its row; what they read after they have it is what the one before committed.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// One answer is made of several queries; all see the same moment.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
