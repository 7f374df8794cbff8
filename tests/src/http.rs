//! A real server on a real database, for scenarios over HTTP: [`TestApp`] listens on a free port of the loopback, with
//! a database of its own that goes when it goes.

mod browser;
mod database;
pub mod make;
pub mod provider;
mod seed;
pub mod smtp;

use std::net::SocketAddr;
use std::time::Duration;

use server::accounts::passwords::Passwords;
use server::config::{Origin, Secret, ServeConfig};
use server::secrets::Secrets;
use server::store::{Conn, Db, StoreError};
use server::{App, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use browser::{Answer, Session};
pub use database::{Backend, Database};
pub use seed::PASSWORD;

use crate::cases::{self, World};

/// The key that every server of the scenarios encrypts secrets with.
pub const SECRET_KEY: [u8; 32] = [7; 32];

/// One server process's worth of Lanyard.
pub struct TestApp {
    pub db: Db,
    pub address: SocketAddr,
    database: Option<Database>,
    /// The server stops when this is dropped.
    _stop: oneshot::Sender<()>,
}

impl TestApp {
    /// A server on an empty database.
    pub async fn start(backend: Backend) -> Self {
        let database = Database::create(backend);
        let mut app = Self::join(&database).await;
        app.database = Some(database);
        app
    }

    /// One more server on a database that is there: what several processes would be.
    pub async fn join(database: &Database) -> Self {
        Self::join_with(database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn join_with(database: &Database, set: impl FnOnce(&mut ServeConfig)) -> Self {
        let db = Db::open(&database.url, server::store::Options::default())
            .await
            .expect("the database opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port that was given");
        let mut config = ServeConfig {
            public_url: Origin::local(address),
            sign_ins_per_minute: 100_000,
            sign_in_failures_per_source: 100_000,
            look_ups_per_minute: 100_000,
            secrets: Secrets::with(Secret::new(SECRET_KEY)),
            ..ServeConfig::default()
        };
        set(&mut config);
        let passwords = Passwords::new(2).expect("randomness for the dummy password");
        let (stop, stopped) = oneshot::channel::<()>();
        let app = App::new(db.clone(), config, passwords);
        tokio::spawn(async move {
            let ended = async {
                let _ = stopped.await;
            };
            serve::serve(app, listener, ended).await.expect("the server serves");
        });
        Self {
            db,
            address,
            database: None,
            _stop: stop,
        }
    }

    /// The database under it.
    pub fn database(&self) -> &Database {
        self.database
            .as_ref()
            .expect("this server was started with a database of its own")
    }

    /// Puts a whole organisation into the database. Everyone in it has the password [`PASSWORD`].
    pub async fn put(&self, world: &World) {
        seed::put(&self.db, world).await;
    }

    /// Puts the organisation of a file of cases into the database, and gives it.
    pub async fn put_world(&self, name: &str) -> World {
        let world = cases::world(name);
        self.put(&world).await;
        world
    }

    /// Signs a person of the cases in, by the name that they have there.
    pub async fn as_person(&self, name: &str) -> Session {
        self.sign_in(&make::email(name)).await
    }

    /// Runs this against the database, past the server.
    pub async fn past_the_server<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.db.write(work).await
    }

    /// Nobody's browser: requests without a session.
    pub fn anonymous(&self) -> Session {
        Session::new(self.address)
    }

    /// Signs a person of a world in.
    pub async fn sign_in(&self, email: &str) -> Session {
        let mut session = self.anonymous();
        session.sign_in(email, PASSWORD).await.expect_status(204);
        session
    }
}

/// Runs a scenario on SQLite and on PostgreSQL, one after the other.
pub async fn on_both<F, Fut>(scenario: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    for backend in [Backend::Sqlite, Backend::Postgres] {
        eprintln!("— on {backend:?}");
        scenario(TestApp::start(backend).await).await;
    }
}

/// Looks again and again, until there is what is looked for: of what happens by itself soon after an answer.
///
/// # Panics
/// After half a minute.
pub async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looking)
        .await
        .expect("it is there within half a minute")
}
