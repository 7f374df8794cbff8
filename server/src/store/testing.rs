//! A database for one test: a file that goes with it, or, where `LANYARD_TEST_POSTGRES` names a server, a database there.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Db, Options};

pub(crate) struct TestDb {
    pub(crate) db: Db,
    _kept: Kept,
}

enum Kept {
    Folder(#[expect(dead_code, reason = "removes the folder when it is dropped")] tempfile::TempDir),
    Database { server: String, name: String },
}

impl TestDb {
    pub(crate) async fn open() -> Self {
        let (url, kept) = match std::env::var("LANYARD_TEST_POSTGRES") {
            Err(_) => Self::on_sqlite(),
            Ok(server) => {
                let name = format!("unit_{}", Uuid::now_v7().simple());
                let (base, options) = server.split_once('?').unwrap_or((&server, ""));
                let host = base
                    .rsplit_once('/')
                    .filter(|(host, _)| !host.ends_with('/'))
                    .map_or(base, |(host, _)| host);
                let url = format!("{host}/{name}?{options}");
                run(&server, &format!("CREATE DATABASE {name}"));
                (url, Kept::Database { server, name })
            }
        };
        let db = Db::open(
            &url,
            Options {
                connections: 4,
                ..Options::default()
            },
        )
        .await
        .unwrap();
        Self { db, _kept: kept }
    }

    /// For tests of what only SQLite does.
    pub(crate) async fn open_sqlite() -> Self {
        let (url, kept) = Self::on_sqlite();
        let db = Db::open(
            &url,
            Options {
                connections: 4,
                ..Options::default()
            },
        )
        .await
        .unwrap();
        Self { db, _kept: kept }
    }

    fn on_sqlite() -> (String, Kept) {
        let folder = tempfile::tempdir().unwrap();
        (
            format!("sqlite://{}", folder.path().join("test.db").display()),
            Kept::Folder(folder),
        )
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            run(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn run(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}
