//! `lanyard admin create`.

use std::error::Error;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use shared::policy::{Policy, preset, source};

use super::policy::told;
use super::{DatabaseOptions, Outcome, block_on, log, open};
use crate::accounts::administrator::{self, NewAdministrator};
use crate::accounts::passwords::{self, Passwords};
use crate::config::{self, Secret};
use crate::edits::Password;

#[derive(Subcommand)]
pub(super) enum Admin {
    /// Make an administrator, and the organisation if it does not exist yet
    ///
    /// Asks for a password. Where nobody can be asked, or with --generate-password, a temporary one is made, shown once,
    /// and has to be changed at the first sign-in.
    #[command(
        after_help = "Examples:\n  lanyard admin create --organisation \"Riverside Clinics\" --preset decoda \\\n    --site \"Elm Street\" --email ana@riverside.example --name \"Ana García\"\n  lanyard admin create --organisation \"Riverside Clinics\" --email bo@riverside.example --name \"Bo Li\""
    )]
    Create(Box<Create>),
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// The organisation's name; made if it does not exist
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The policy of a new organisation: one that comes with the product
    #[arg(long, value_name = "PRESET", value_parser = PossibleValuesParser::new(preset::all().iter().map(|one| one.id)))]
    preset: Option<String>,
    /// The policy of a new organisation: a file of your own (see lanyard policy check)
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    policy: Option<PathBuf>,
    /// The address that the administrator signs in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The administrator's name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The administrator's role [default: the one that administers most]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// A site, made if it does not exist; the first is the administrator's primary one. May be given several times
    #[arg(long = "site", value_name = "NAME")]
    sites: Vec<String>,
    /// Do not ask for a password: make a temporary one and show it
    #[arg(long)]
    generate_password: bool,
    #[command(flatten)]
    database: DatabaseOptions,
}

pub(super) fn run(command: Admin) -> Outcome {
    let Admin::Create(command) = command;
    let config = config::store(&command.database.file, &command.database.store)?;
    log::start(&config);
    let policy = policy(&command)?;
    block_on(async {
        let (db, hashing) = open(&config).await?;
        let about: Vec<String> = [&command.organisation, &command.email]
            .into_iter()
            .chain(&command.name)
            .cloned()
            .collect();
        let chosen = if command.generate_password || !std::io::stdin().is_terminal() {
            None
        } else {
            Some(ask(&about)?)
        };
        let (password_hash, generated) = hashed(&hashing, chosen, about).await?;
        let new = NewAdministrator {
            organisation: command.organisation,
            policy,
            email: command.email,
            name: command.name.unwrap_or_default(),
            role: command.role,
            sites: command.sites,
            password_hash,
            password: if generated.is_some() {
                Password::Temporary
            } else {
                Password::Chosen
            },
        };
        let made = db.write(move |conn| administrator::create(conn, &new)).await?;
        let made_too = if made.organisation_is_new { " (new)" } else { "" };
        println!(
            "{} can sign in to {}{made_too} as {}.",
            made.email, made.organisation, made.role
        );
        if let Some(generated) = generated {
            println!("Temporary password, shown only now: {}", generated.expose());
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn policy(command: &Create) -> Result<Option<Policy>, Box<dyn Error + Send + Sync>> {
    if let Some(id) = &command.preset {
        return Ok(preset::find(id).map(preset::Preset::policy));
    }
    let Some(file) = &command.policy else { return Ok(None) };
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let findings = match source::read(&text) {
        Ok(policy) => return Ok(Some(policy)),
        Err(findings) => findings,
    };
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| told(&name.to_string(), finding))
        .collect();
    Err(format!("this policy cannot be used:\n{}", lines.join("\n")).into())
}

/// Asks twice at the terminal, without showing what is typed.
fn ask(about: &[String]) -> Result<Secret<String>, Box<dyn Error + Send + Sync>> {
    loop {
        let password = rpassword::prompt_password("Password: ")?;
        if let Err(error) = passwords::check(&password, about, passwords::MIN_CHARACTERS) {
            eprintln!("This cannot be used: {error}.");
            continue;
        }
        if rpassword::prompt_password("Once more: ")? == password {
            return Ok(Secret::new(password));
        }
        eprintln!("The two differ.");
    }
}

/// The hash of the chosen password, or of a temporary one and that one itself.
async fn hashed(
    hashing: &Passwords,
    chosen: Option<Secret<String>>,
    about: Vec<String>,
) -> Result<(String, Option<Secret<String>>), Box<dyn Error + Send + Sync>> {
    match chosen {
        Some(password) => Ok((
            hashing.hash(password, about, passwords::MIN_CHARACTERS).await?.text,
            None,
        )),
        None => {
            let temporary = hashing.temporary().await?;
            Ok((temporary.hash, Some(temporary.plain)))
        }
    }
}
