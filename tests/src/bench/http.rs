//! The server under load: lists, searches and edits in a large organisation, on both databases; how long it takes to
//! start and how much memory it holds.

use std::fmt::Write as _;
use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use reqwest::RequestBuilder;
use shared::user::{ProfileField, ProfileText};
use shared::wire::{Accepted, Me, Proposal, RolesView, UserPage, UserRow};
use shared::{AccessPatch, Edit};
use uuid::Uuid;

use super::Outcome;
use super::load::{self, Client, Measured};
use super::options::Options;
use super::running::{Prepared, Running};
use super::samples::Summary;
use super::table::{bytes, grouped, markdown, micros};
use crate::http::Backend;
use crate::process::Memory;

const CONNECTIONS: [usize; 2] = [1, 16];
const STARTS: usize = 5;
/// What people type: beginnings and middles of names, some frequent, some rare, one nobody has.
const SEARCHES: &[&str] = &[
    "mar",
    "son",
    "garcia",
    "ann",
    "person4711",
    "lee",
    "qqq",
    "li%20ch",
    "ez",
    "rodr",
];

pub(super) async fn report(options: &Options) -> Outcome<String> {
    let mut requests = Vec::new();
    let mut programs = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        if backend == Backend::Postgres {
            make_durable()?;
        }
        let database = name(backend);
        eprintln!("making {} people on {database} …", options.users);
        let prepared = Prepared::new(backend, options.users).await?;
        let mut starts = Vec::new();
        for _ in 1..STARTS {
            starts.push(prepared.serve().await?.started_within.as_secs_f64() * 1e6);
        }
        let server = Arc::new(prepared.serve().await?);
        starts.push(server.started_within.as_secs_f64() * 1e6);
        let idle = server.memory();
        let (rows, loaded) = measure(&server, database, options.seconds).await?;
        requests.extend(rows);
        programs.push(vec![
            database.to_owned(),
            Summary::of(starts)
                .map(|times| micros(times.median))
                .unwrap_or_default(),
            idle.map_or_else(unknown, |memory| bytes(memory.own)),
            idle.map_or_else(unknown, |memory| bytes(memory.mapped)),
            loaded.map_or_else(unknown, |memory| bytes(memory.own)),
            loaded.map_or_else(unknown, |memory| bytes(memory.mapped)),
        ]);
    }
    let mut text = format!(
        "### Requests in an organisation of {} people\n\n",
        grouped(options.users)
    );
    text.push_str(&markdown(
        &[
            "request",
            "database",
            "connections",
            "per second",
            "p50",
            "p99",
            "middle half",
        ],
        &requests,
    ));
    write!(
        text,
        "\nEach for {} s, over HTTP/1.1 with a session. Edits are durable: SQLite with `synchronous = FULL`, PostgreSQL \
         with `fsync` and `synchronous_commit` on.\n\n### Start and memory with {} people\n\n",
        options.seconds,
        grouped(options.users)
    )?;
    text.push_str(&markdown(
        &[
            "database",
            "start to ready",
            "memory, idle",
            "mapped",
            "memory, under load",
            "mapped",
        ],
        &programs,
    ));
    text.push_str(
        "\nThe start is the median of 5. Resident memory of the server alone: its own, and mapped files, which are the \
         system's cache (a page of SQLite's file counts once for each connection that read it). PostgreSQL's processes \
         come on top.\n",
    );
    Ok(text)
}

fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}

fn unknown() -> String {
    "–".to_owned()
}

/// The private PostgreSQL of tests does without durability; what is measured here has it.
fn make_durable() -> Outcome<()> {
    let address = std::env::var("LANYARD_TEST_POSTGRES")?;
    let mut server = PgConnection::establish(&address)?;
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        server.batch_execute(&format!("ALTER SYSTEM SET {setting} = on"))?;
    }
    server.batch_execute("SELECT pg_reload_conf()")?;
    Ok(())
}

/// A row for each kind of request and number of connections, and the most memory that the server held after one of them.
async fn measure(server: &Arc<Running>, database: &str, seconds: f64) -> Outcome<(Vec<Vec<String>>, Option<Memory>)> {
    let page: UserPage = read(server, "/api/v1/users?limit=500").await?;
    let later = page.next.ok_or("the organisation has one page only")?;
    let roles: RolesView = read(server, "/api/v1/roles").await?;
    let reads: [(&str, Vec<String>); 5] = [
        ("users, first page", vec!["/api/v1/users".to_owned()]),
        ("users, a later page", vec![format!("/api/v1/users?after={later}")]),
        (
            "search",
            SEARCHES
                .iter()
                .map(|term| format!("/api/v1/users?search={term}"))
                .collect(),
        ),
        (
            "filter by role",
            roles
                .people
                .iter()
                .map(|held| format!("/api/v1/users?role={}", held.role))
                .collect(),
        ),
        (
            "one user with facts",
            page.rows
                .iter()
                .map(|row| format!("/api/v1/users/{}", row.id))
                .collect(),
        ),
    ];
    let (mut rows, mut memory) = (Vec::new(), None::<Memory>);
    let mut add = |what: &str, connections: usize, measured: &Measured| {
        let times = measured.micros;
        let held = server.memory();
        memory = memory.zip(held).map(|(most, held)| most.most(held)).or(held);
        rows.push(vec![
            what.to_owned(),
            database.to_owned(),
            connections.to_string(),
            format!("{:.0}", measured.per_second),
            micros(times.median),
            micros(times.p99),
            format!("{} – {}", micros(times.quarter), micros(times.three_quarters)),
        ]);
    };
    for (what, paths) in reads {
        let paths: Arc<[String]> = paths.into();
        for connections in CONNECTIONS {
            eprintln!("{what}, {connections} connections, {database} …");
            let clients = (0..connections).map(|at| Reading {
                server: Arc::clone(server),
                paths: Arc::clone(&paths),
                at,
            });
            let measured = load::run(clients.collect(), seconds).await;
            add(
                what,
                connections,
                &measured.map_err(|error| format!("{what}: {error}"))?,
            );
        }
    }
    let me: Me = read(server, "/api/v1/me").await?;
    let whole = me.facts.policy.field(ProfileField::Name).is_some();
    let field = if whole {
        ProfileField::Name
    } else {
        ProfileField::LastName
    };
    for connections in CONNECTIONS {
        eprintln!("edits, {connections} connections, {database} …");
        // Read anew: their revisions have changed meanwhile.
        let page: UserPage = read(server, "/api/v1/users?limit=500").await?;
        let share = page.rows.len() / connections;
        let clients = page.rows.chunks(share.max(1)).take(connections).map(|rows| Editing {
            server: Arc::clone(server),
            field,
            rows: rows.to_vec(),
            sent: 0,
        });
        let measured = load::run(clients.collect(), seconds).await;
        let measured = measured.map_err(|error| format!("edits: {error}"))?;
        add("change a profile (durable)", connections, &measured);
    }
    Ok((rows, memory))
}

async fn read<T: serde::de::DeserializeOwned>(server: &Running, path: &str) -> Outcome<T> {
    Ok(server.get(path).send().await?.error_for_status()?.json().await?)
}

/// Asks for one address after the other.
struct Reading {
    server: Arc<Running>,
    paths: Arc<[String]>,
    at: usize,
}

impl Client for Reading {
    fn next(&mut self) -> Outcome<RequestBuilder> {
        let path = self
            .paths
            .get(self.at % self.paths.len().max(1))
            .ok_or("nothing to ask for")?;
        self.at += 1;
        Ok(self.server.get(path))
    }
}

/// Changes the names of its people, one after the other, again and again.
struct Editing {
    server: Arc<Running>,
    field: ProfileField,
    rows: Vec<UserRow>,
    sent: usize,
}

impl Editing {
    fn turn(&self) -> usize {
        self.sent % self.rows.len().max(1)
    }
}

impl Client for Editing {
    fn next(&mut self) -> Outcome<RequestBuilder> {
        let row = self.rows.get(self.turn()).ok_or("nobody to edit")?;
        // Another name than the one before, whichever measurement gave it.
        let name = match row.name.as_str() {
            "Jordan Lee" | "Lee" => "Jordan Okafor",
            _ => "Jordan Lee",
        };
        let name = match self.field {
            ProfileField::Name => name,
            _ => name.rsplit(' ').next().unwrap_or(name),
        };
        let proposal = Proposal {
            edit: Edit::Change {
                user: row.id,
                profile: ProfileText::from([(self.field, name.to_owned())]),
                access: AccessPatch::default(),
            },
            seen_revision: Some(row.revision),
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        Ok(self.server.post("/api/v1/edits").json(&proposal))
    }

    fn answered(&mut self, body: &[u8]) -> Outcome<()> {
        let accepted: Accepted = serde_json::from_slice(body)?;
        let subject = accepted.subject.ok_or("an edit without a subject")?;
        let turn = self.turn();
        if let Some(row) = self.rows.get_mut(turn) {
            row.revision = subject.revision;
            row.name = subject.profile.display_name();
        }
        self.sent += 1;
        Ok(())
    }
}
