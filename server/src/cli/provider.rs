//! `lanyard provider`: identity providers of organisations.

use std::error::Error;
use std::process::ExitCode;

use clap::Subcommand;
use shared::Edit;
use shared::provider::{ClientSecret, IdentityProvider};
use shared::text::{Language, Teller, Words};
use shared::wire::{Accepted, Proposal};
use uuid::Uuid;

use super::table::table;
use super::{DatabaseOptions, Outcome, block_on, named, open};
use crate::accounts::openid::{self, callback};
use crate::accounts::outbound::{Outbound, is_safe};
use crate::accounts::provider::{self, Domain};
use crate::config::Secret;
use crate::edits::{self, Context, EditError, ProviderAsked};
use crate::facts::Asker;
use crate::store::{self, Db, OrganisationRow, StoreError};

/// Where the client secret is taken from: it would be seen among the options of a process.
const SECRET: &str = "LANYARD_CLIENT_SECRET";

#[derive(Subcommand)]
pub(super) enum Provider {
    /// Let the people of an organisation sign in by its identity provider (OpenID Connect)
    ///
    /// Asks the provider first whether it is there. The client secret is taken from the environment, LANYARD_CLIENT_SECRET, and
    /// kept encrypted. At the provider, register the address that is printed.
    #[command(
        after_help = "Example:\n  LANYARD_CLIENT_SECRET=… lanyard provider set \"Riverside Clinics\" --issuer https://id.riverside.example \\\n      --client-id lanyard --name \"Riverside ID\" --link riverside --domain riverside.example"
    )]
    Set(Box<Set>),
    /// Remove the identity provider of an organisation: its people sign in with their passwords
    Remove {
        /// Name or id of the organisation
        organisation: String,
        #[command(flatten)]
        database: DatabaseOptions,
    },
    /// Tell which organisation has which identity provider
    List {
        #[command(flatten)]
        database: DatabaseOptions,
    },
}

#[derive(clap::Args)]
pub(super) struct Set {
    /// Name or id of the organisation
    organisation: String,
    /// The provider's issuer, as its description says it: https://id.example.com
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What this server is called there
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// What people know the provider as; stands on the button
    #[arg(long)]
    name: String,
    /// The organisation's part of the address of its own sign-in page: /sign-in/LINK
    #[arg(long, value_parser = link)]
    link: String,
    /// A domain of e-mail addresses that the provider vouches for, and to whose people it is offered; may be repeated. Without
    /// any it vouches for every address, and is offered on the organisation's own page alone
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// The same, and the organisation's people with such an address sign in this way and no other
    #[arg(long = "only-way-domain", value_name = "DOMAIN")]
    only_domains: Vec<String>,
    /// The address that people type, to print what to register at the provider [default: that of the server]
    #[arg(long, value_name = "URL", env = "LANYARD_PUBLIC_URL", default_value = "https://HOST")]
    public_url: String,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Letters, digits and hyphens: it stands in an address.
fn link(text: &str) -> Result<String, String> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if text.is_empty() || text.len() > 60 || !text.chars().all(fits) {
        return Err("it must be of the letters a to z, digits and hyphens, 60 at most".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn run(command: Provider) -> Outcome {
    match command {
        Provider::Set(set) => run_set(*set),
        Provider::Remove { organisation, database } => run_remove(organisation, &database),
        Provider::List { database } => run_list(&database),
    }
}

fn run_set(set: Set) -> Outcome {
    if !is_safe(&set.issuer) {
        return Err("the issuer must be https, or a provider on this machine".into());
    }
    let config = crate::config::store(&set.database.file, &set.database.store)?;
    let secrets = config.secrets()?;
    let domain = |only_way: bool| {
        move |name: String| Domain {
            name: name.trim().trim_start_matches('@').to_lowercase(),
            only_way,
        }
    };
    let mut domains: Vec<Domain> = set.only_domains.into_iter().map(domain(true)).collect();
    for one in set.domains.into_iter().map(domain(false)) {
        if !domains.iter().any(|known| known.name == one.name) {
            domains.push(one);
        }
    }
    let client_secret = std::env::var(SECRET)
        .ok()
        .filter(|text| !text.is_empty())
        .map(Secret::new);
    let provider = IdentityProvider {
        name: set.name,
        issuer: set.issuer,
        client_id: set.client_id,
        link: set.link,
        domains,
    };
    block_on(async {
        openid::describe(&Outbound::new(), &provider.issuer)
            .await
            .map_err(|why| format!("the provider {} cannot be used: {why}", provider.issuer))?;
        let (db, _) = open(&config).await?;
        let (told, link) = (set.organisation.clone(), provider.link.clone());
        let row = db.read(move |conn| named(conn, &set.organisation)).await?;
        let row = row.ok_or_else(|| format!("there is no organisation \"{told}\""))?;
        let is_public = client_secret.is_none();
        let asked = ProviderAsked {
            provider,
            secret: if is_public {
                ClientSecret::None
            } else {
                ClientSecret::New
            },
            sealed: provider::sealed(&secrets, row.id, client_secret.as_ref())?,
            seen: None,
            own_machine: true,
            idempotency_key: Uuid::now_v7(),
        };
        let context = Context::now(Asker::operator(row.id));
        let done = db.write(move |conn| edits::set_provider(conn, &context, &asked));
        told_in_english(&db, &row, done.await).await?;
        let base = set.public_url.trim_end_matches('/');
        println!(
            "{} signs in at {base}/sign-in/{link}. Register this address at the provider:",
            row.name
        );
        println!("  {}", callback(base, row.id));
        if is_public {
            println!("No client secret was given ({SECRET}): the provider has to take a public client with PKCE.");
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// What the rules refuse, in words.
async fn told_in_english(
    db: &Db,
    row: &OrganisationRow,
    done: Result<Accepted, EditError>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let verdict = match done {
        Ok(_) => return Ok(()),
        Err(EditError::Refused(verdict)) => verdict,
        Err(error) => return Err(error.into()),
    };
    let of = row.clone();
    let (policy, places) = db
        .read(move |conn| Ok::<_, StoreError>((store::parsed_policy(conn, &of)?, store::places(conn, &of)?)))
        .await?;
    let teller = Teller::new(&policy, &places, Words::builtin(Language::English));
    let reasons: Vec<String> = verdict
        .refusals
        .iter()
        .map(|refusal| teller.reason(&refusal.reason))
        .collect();
    Err(reasons.join(" ").into())
}

fn run_remove(organisation: String, database: &DatabaseOptions) -> Outcome {
    let config = crate::config::store(&database.file, &database.store)?;
    block_on(async {
        let (db, _) = open(&config).await?;
        let told = organisation.clone();
        let row = db.read(move |conn| named(conn, &organisation)).await?;
        let row = row.ok_or_else(|| format!("there is no organisation \"{told}\""))?;
        let id = row.id;
        if db.read(move |conn| provider::of(conn, id)).await?.is_none() {
            println!("{} has no identity provider.", row.name);
            return Ok(ExitCode::SUCCESS);
        }
        let proposal = Proposal {
            edit: Edit::RemoveIdentityProvider,
            seen_revision: None,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        let context = Context::now(Asker::operator(id));
        let done = db.write(move |conn| edits::propose_in(conn, &context, &proposal));
        told_in_english(&db, &row, done.await).await?;
        println!("The people of {} sign in with their passwords now.", row.name);
        Ok(ExitCode::SUCCESS)
    })
}

fn run_list(database: &DatabaseOptions) -> Outcome {
    let config = crate::config::store(&database.file, &database.store)?;
    block_on(async {
        let (db, _) = open(&config).await?;
        let all = db
            .read(|conn| {
                let mut rows = Vec::new();
                for one in provider::all(conn)? {
                    let organisation = crate::store::organisation_row(conn, one.organisation)?;
                    rows.push((organisation.map(|row| row.name).unwrap_or_default(), one));
                }
                Ok::<_, crate::store::StoreError>(rows)
            })
            .await?;
        let rows: Vec<Vec<String>> = all
            .into_iter()
            .map(|(organisation, one)| {
                let domains = one.domains.iter().map(|domain| match domain.only_way {
                    true => format!("{} (only way)", domain.name),
                    false => domain.name.clone(),
                });
                let domains = domains.collect::<Vec<_>>().join(", ");
                vec![
                    organisation,
                    one.name,
                    one.issuer,
                    format!("/sign-in/{}", one.link),
                    domains,
                ]
            })
            .collect();
        print!(
            "{}",
            table(&["Organisation", "Name", "Issuer", "Page", "Domains"], &rows)
        );
        Ok(ExitCode::SUCCESS)
    })
}
