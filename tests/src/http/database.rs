//! A database for one scenario: a file that goes, or a database of its own in the private PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub struct Database {
    pub url: String,
    pub backend: Backend,
    kept: Kept,
}

enum Kept {
    Folder(#[expect(dead_code, reason = "removes the folder when it is dropped")] tempfile::TempDir),
    Server { address: String, name: String },
}

/// Where `cargo xtask test` says that its private PostgreSQL is.
const POSTGRES: &str = "LANYARD_TEST_POSTGRES";

impl Database {
    pub fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a folder for the database");
                let url = format!("sqlite://{}", folder.path().join("lanyard.db").display());
                Self {
                    url,
                    backend,
                    kept: Kept::Folder(folder),
                }
            }
            Backend::Postgres => {
                let address = std::env::var(POSTGRES)
                    .expect("LANYARD_TEST_POSTGRES names a PostgreSQL server; `cargo xtask test http` starts one");
                let name = format!("scenario_{}", Uuid::now_v7().simple());
                run(&address, &format!("CREATE DATABASE {name}"));
                Self {
                    url: with_database(&address, &name),
                    backend,
                    kept: Kept::Server { address, name },
                }
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kept::Server { address, name } = &self.kept {
            run(address, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn run(address: &str, sql: &str) {
    PgConnection::establish(address)
        .expect("the private PostgreSQL answers")
        .batch_execute(sql)
        .expect("it makes and removes databases");
}

/// The same server, another database: `postgres://user@host:port/NAME?options`.
fn with_database(address: &str, name: &str) -> String {
    let (base, options) = address
        .split_once('?')
        .map_or((address, None), |(base, options)| (base, Some(options)));
    let (scheme, rest) = base.split_once("://").expect("an address with a scheme");
    let server = rest.split('/').next().unwrap_or(rest);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{scheme}://{server}/{name}{options}")
}
