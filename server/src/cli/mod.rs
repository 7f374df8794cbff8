//! The command line: one file for each command.

mod admin;
mod audit;
mod demo;
mod import;
mod log;
mod policy;
mod provider;
mod serve;
mod table;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::accounts::passwords::Passwords;
use crate::config::{FileFlag, StoreConfig, StoreFlags};
use crate::openapi;
use crate::store::{self, Conn, Db, Options, OrganisationRow, StoreError};

/// What a command ends with: a code, or what went wrong in words for a person.
type Outcome = Result<ExitCode, Box<dyn Error + Send + Sync>>;

const ABOUT_SETTINGS: &str = "\
Settings: every option with a value can also stand in the environment (--database-url as LANYARD_DATABASE_URL) and in a \
TOML file (--config FILE, database-url = \"…\"). An option comes before the environment, the environment before the file. A \
database password belongs in the environment or the file: other people on the machine can read the options of a process.";

/// Users and roles of organisations with many sites.
#[derive(Parser)]
#[command(name = "lanyard", version, after_help = ABOUT_SETTINGS, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app and its API
    #[command(after_help = format!("Examples:\n  lanyard serve\n  lanyard serve --listen 0.0.0.0:8080 --public-url https://users.example.com\n  LANYARD_DATABASE_URL=postgres://lanyard@db/lanyard lanyard serve --log-format json\n\n{ABOUT_SETTINGS}"))]
    Serve(Box<serve::Serve>),
    /// Make demonstration organisations, where they do not exist yet, and tell how to sign in to each
    #[command(after_help = format!("Examples:\n  lanyard demo --serve\n  lanyard demo --database-url sqlite://demo.db\n\n{ABOUT_SETTINGS}"))]
    Demo(Box<demo::Demo>),
    /// Make administrators and organisations
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Read and check policies
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Let people sign in by the identity provider of their organisation
    #[command(subcommand)]
    Provider(provider::Provider),
    /// Verify the audit record
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Import a staff roster
    #[command(
        after_help = "Examples:\n  lanyard import staff.csv --organisation \"Riverside Clinics\" --dry-run\n  lanyard import staff.csv --organisation \"Riverside Clinics\" --accept-near-matches --leave-out-unready"
    )]
    Import(import::Import),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
}

/// The options of commands that work on the database.
#[derive(clap::Args, Clone, Default)]
struct DatabaseOptions {
    #[command(flatten)]
    file: FileFlag,
    #[command(flatten)]
    store: StoreFlags,
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Serve(command) => serve::run(&command),
        Command::Demo(command) => demo::run(&command),
        Command::Admin(command) => admin::run(command),
        Command::Policy(command) => policy::run(&command),
        Command::Provider(command) => provider::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Import(command) => import::run(command),
        Command::Openapi => {
            // Whoever reads may have had enough (| head): that is no failure.
            let _ = std::io::stdout().write_all(openapi::document().as_bytes());
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Runs asynchronous work to its end.
fn block_on<T>(
    work: impl Future<Output = Result<T, Box<dyn Error + Send + Sync>>>,
) -> Result<T, Box<dyn Error + Send + Sync>> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Opens the database of the settings.
async fn open(config: &StoreConfig) -> Result<(Db, Passwords), Box<dyn Error + Send + Sync>> {
    let options = Options {
        connections: config.database_connections,
        wait: config.database_wait,
    };
    let db = Db::open(config.database_url.expose(), options).await?;
    Ok((db, Passwords::new(config.password_hashes)?))
}

/// The organisation of this name or id.
fn named(conn: &mut Conn, text: &str) -> Result<Option<OrganisationRow>, StoreError> {
    match text.parse() {
        Ok(id) => store::organisation_row(conn, id),
        Err(_) => store::organisation_by_name(conn, text),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_reach_the_settings() {
        let cli = Cli::try_parse_from([
            "lanyard",
            "serve",
            "--listen",
            "[::1]:9",
            "--database-url",
            "sqlite://x.db",
        ])
        .unwrap();
        let Command::Serve(command) = cli.command else {
            panic!("another command")
        };
        let (store, serve) = command.settings().unwrap();
        assert_eq!(store.database_url.expose(), "sqlite://x.db");
        assert_eq!(serve.listen.port(), 9);
    }
}
