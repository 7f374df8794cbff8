//! `lanyard audit verify`.

use std::process::ExitCode;

use clap::Subcommand;

use super::table::table;
use super::{DatabaseOptions, Outcome, block_on, log, named, open};
use crate::store::StoreError;
use crate::{audit, config, store};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Find rows of the audit record that were changed, removed or inserted
    ///
    /// Reads the whole record of each organisation along its chain of hashes and names every row that is not as it was
    /// written. Ends with 1 when there is any. Who owns the database could write the whole record anew: keep the last hash
    /// somewhere else, and compare.
    #[command(
        after_help = "Examples:\n  lanyard audit verify\n  lanyard audit verify --organisation \"Riverside Clinics\""
    )]
    Verify(Verify),
}

#[derive(clap::Args)]
pub(super) struct Verify {
    /// Only this organisation: its name or its id [default: all]
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[command(flatten)]
    database: DatabaseOptions,
}

pub(super) fn run(command: Audit) -> Outcome {
    let Audit::Verify(command) = command;
    let config = config::store(&command.database.file, &command.database.store)?;
    log::start(&config);
    block_on(async {
        let (db, _) = open(&config).await?;
        let wanted = command.organisation.clone();
        let records = db
            .read(move |conn| {
                let organisations = match &wanted {
                    Some(name) => named(conn, name)?.into_iter().collect(),
                    None => store::organisations(conn)?,
                };
                let mut records = Vec::new();
                for organisation in organisations {
                    let findings = audit::verify(conn, organisation.id)?;
                    records.push((organisation, findings));
                }
                Ok::<_, StoreError>(records)
            })
            .await?;
        if let (Some(name), true) = (&command.organisation, records.is_empty()) {
            return Err(format!("there is no organisation \"{name}\"").into());
        }
        let rows: Vec<Vec<String>> = records
            .iter()
            .map(|(organisation, findings)| {
                let state = if findings.is_empty() {
                    "as it was written".to_owned()
                } else {
                    format!("{} findings", findings.len())
                };
                vec![
                    organisation.name.clone(),
                    organisation.audit_sequence.to_string(),
                    state,
                    organisation.audit_hash.clone(),
                ]
            })
            .collect();
        print!("{}", table(&["Organisation", "Rows", "Record", "Last hash"], &rows));
        let mut sound = true;
        for (organisation, findings) in &records {
            for finding in findings {
                sound = false;
                println!("{}: {finding}", organisation.name);
            }
        }
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
