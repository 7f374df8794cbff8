//! The data layer: one for SQLite and PostgreSQL. What really differs is in `store/sqlite.rs` and `store/postgres.rs`.
//!
//! Reading is [`Db::read`]: one snapshot. Writing is [`Db::write`]: one transaction. Both run in blocking tasks; as many
//! wait outside as there are no connections for, so that a rush never becomes a crowd of threads.

mod cases;
pub mod codec;
mod counts;
mod devices;
mod embedding;
mod organisations;
mod postgres;
pub mod schema;
mod sqlite;
mod successions;
#[cfg(test)]
pub(crate) mod testing;
mod users;
mod versions;

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2;
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionError, RunQueryDsl as _};
use tokio::sync::Semaphore;

pub use cases::{CLOSED, CaseRow, OPEN, cases_of, close_case, close_cases_of, licences_of, open_case};
pub(crate) use counts::number;
pub use counts::{HeadcountOf, active_administrators, headcount, holders, role_people, site_people};
pub use devices::{devices_of, enrol_device, release_device, shared_device};
pub use embedding::{
    NewApiKey, allow_origin, allowed_origins, embedding, end_embed_sessions_of, end_examples_of, insert_api_key,
    is_allowed_anywhere, remove_origin, revoke_api_key,
};
pub use organisations::{
    OrganisationRow, create_organisation, insert_resource, insert_site, lock_organisation, organisation_by_name,
    organisation_row, organisations, parsed_policy, places, save_policy, site_names,
};
pub use successions::{lineage, made_anew_at, note_succession};
pub use users::{
    UserRecord, administering, analyze, assignments_of, delete_user, insert_users, load_user, load_users, name_of_user,
    record_name, save_user, user_record,
};
pub use versions::{Publication, StoredVersion, load_policy_version, policy_version, policy_versions, publish_policy};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The backend of [`Conn`]: for boxed queries.
pub type Backend = <Conn as diesel::Connection>::Backend;

/// What can go wrong with the database itself.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database address {0:?} is neither sqlite://… nor postgres://…")]
    Address(String),
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] ConnectionError),
    #[error("no connection to the database was free in time: {0}")]
    Busy(#[from] diesel::r2d2::PoolError),
    #[error("the database schema could not be brought up to date: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
    #[error("database: {0}")]
    Query(#[from] diesel::result::Error),
    /// Something stored cannot be read back: not written by this program, or by a newer one.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    #[error("the task was stopped")]
    Stopped,
}

impl StoreError {
    /// Whether something unique is there already.
    pub fn is_taken(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(
            self,
            Self::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        )
    }

    /// Whether the same transaction may succeed when it is tried again: another one was in its way.
    pub fn is_worth_retrying(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(
            self,
            Self::Query(Error::DatabaseError(
                DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::UniqueViolation,
                _
            ))
        )
    }
}

/// How many connections, and how long to wait for one.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub connections: u32,
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            wait: Duration::from_secs(10),
        }
    }
}

/// How many connections there are and how many are in use, for the metrics.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    pub connections: u32,
    pub idle: u32,
}

/// A database, open. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// As many as there are connections.
    seats: Arc<Semaphore>,
    /// SQLite has one writer at a time: here they queue, first come, first served, instead of polling for the lock.
    writer: Option<Arc<Semaphore>>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("Db")
            .field("state", &self.pool.state())
            .finish_non_exhaustive()
    }
}

#[derive(Clone)]
enum Target {
    Sqlite(String),
    Postgres(String),
}

impl Target {
    fn of(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            return if path.is_empty() {
                Err(StoreError::Address(url.to_owned()))
            } else {
                Ok(Self::Sqlite(path.to_owned()))
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        // Not the whole text: a password may be in it.
        Err(StoreError::Address(
            url.split(':').next().unwrap_or_default().to_owned(),
        ))
    }

    fn connect(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Self::Sqlite(path) => Conn::Sqlite(sqlite::connect(path)?),
            Self::Postgres(url) => Conn::Postgres(postgres::connect(url)?),
        })
    }
}

/// Makes connections for the pool.
pub struct Manager(Target);

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        self.0.connect()
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::sql_query("SELECT 1").execute(conn)?;
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        r2d2::R2D2Connection::is_broken(conn)
    }
}

impl Db {
    /// Opens a database, `sqlite://path` or `postgres://…`, and brings its schema up to date.
    ///
    /// # Errors
    /// When the address makes no sense, nothing answers there, or a migration fails.
    pub async fn open(url: &str, options: Options) -> Result<Self, StoreError> {
        let url = url.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(&url, options))
            .await
            .map_err(|_| StoreError::Stopped)?
    }

    /// The same for callers that may block.
    ///
    /// # Errors
    /// As for [`Db::open`].
    pub fn open_blocking(url: &str, options: Options) -> Result<Self, StoreError> {
        let target = Target::of(url)?;
        let migrated = match target.connect()? {
            Conn::Sqlite(mut conn) => sqlite::migrate(&mut conn)?,
            Conn::Postgres(mut conn) => postgres::migrate(&mut conn)?,
        };
        if migrated > 0 {
            tracing::info!(migrations = migrated, "database schema brought up to date");
        }
        let connections = options.connections.max(1);
        let (writer, test) = match target {
            Target::Sqlite(_) => (Some(Arc::new(Semaphore::new(1))), false),
            // The other end may have gone away.
            Target::Postgres(_) => (None, true),
        };
        let pool = r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(options.wait)
            .test_on_check_out(test)
            .build(Manager(target))?;
        Ok(Self {
            pool,
            seats: Arc::new(Semaphore::new(connections as usize)),
            writer,
        })
    }

    /// Runs `work` on one snapshot of the database.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _seat = self.seats.acquire().await.map_err(|_| E::from(StoreError::Stopped))?;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut conn = pool.get().map_err(StoreError::from)?;
            in_transaction(&mut conn, Access::Read, work)
        })
        .await
        .map_err(|_| E::from(StoreError::Stopped))?
    }

    /// Runs `work` in one transaction: when it fails, nothing has happened.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let stopped = |_| E::from(StoreError::Stopped);
        let turn = match &self.writer {
            Some(writer) => Some(Arc::clone(writer).acquire_owned().await.map_err(stopped)?),
            None => None,
        };
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(stopped)?;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for the answer any more.
            let _held = (turn, seat);
            let mut conn = pool.get().map_err(StoreError::from)?;
            in_transaction(&mut conn, Access::Write, work)
        })
        .await
        .map_err(|_| E::from(StoreError::Stopped))?
    }

    /// Whether the database answers and its schema is the one of this program.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || match &mut *pool.get()? {
            Conn::Sqlite(conn) => sqlite::is_migrated(conn),
            Conn::Postgres(conn) => postgres::is_migrated(conn),
        })
        .await
        .map_err(|_| StoreError::Stopped)?
    }

    /// How many connections there are and how many idle.
    pub fn pool_state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            connections: state.connections,
            idle: state.idle_connections,
        }
    }
}

/// Whether an index of groups of three characters can find a search term.
pub(crate) fn is_indexed(term: &str) -> bool {
    term.chars().count() >= 3
}

/// What the full-text index of SQLite is asked for people with all these terms, each of them [`is_indexed`], when there
/// are few such people. PostgreSQL sees for itself which terms are rare.
pub(crate) fn rare_match(conn: &mut Conn, terms: &[&str]) -> Result<Option<String>, StoreError> {
    match conn {
        Conn::Sqlite(conn) if !terms.is_empty() => sqlite::rare_match(conn, terms),
        Conn::Sqlite(_) | Conn::Postgres(_) => Ok(None),
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

fn in_transaction<T, E: From<StoreError>>(
    conn: &mut Conn,
    access: Access,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    let begun = match (&mut *conn, access) {
        (Conn::Sqlite(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(c, sqlite::BEGIN_READ),
        (Conn::Sqlite(c), Access::Write) => AnsiTransactionManager::begin_transaction_sql(c, sqlite::BEGIN_WRITE),
        (Conn::Postgres(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(c, postgres::BEGIN_READ),
        (Conn::Postgres(c), Access::Write) => AnsiTransactionManager::begin_transaction_sql(c, postgres::BEGIN_WRITE),
    };
    begun.map_err(StoreError::from)?;
    match work(conn) {
        Ok(value) => {
            <Conn as diesel::Connection>::TransactionManager::commit_transaction(conn).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one to tell; a connection that cannot roll back is thrown away by the pool.
            let _ = <Conn as diesel::Connection>::TransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}
