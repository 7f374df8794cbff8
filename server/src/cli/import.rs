//! `lanyard import`.

use std::path::PathBuf;
use std::process::ExitCode;

use shared::import::{self, ImportRun, ImportView, RowOutcome, Words};
use shared::organisation::Organisation;
use shared::policy::Policy;
use shared::text::{self, Language};

use super::table::table;
use super::{DatabaseOptions, Outcome, block_on, log, named, open};
use crate::imports::{self, File, ImportError, NearMatches};
use crate::{config, store};

/// Import a staff roster: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252.
#[derive(clap::Args)]
pub(super) struct Import {
    /// The roster
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Into this organisation: its name or its id
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Only show what would happen with each row
    #[arg(long)]
    dry_run: bool,
    /// Take the nearest role or site for words that are not quite one ("Elm St" for "Elm Street")
    #[arg(long)]
    accept_near_matches: bool,
    /// Import the other rows when some need attention; without it, such rows stand against the whole
    #[arg(long)]
    leave_out_unready: bool,
    /// Confirm what the plan asks to be confirmed, such as deactivations
    #[arg(long)]
    confirm: bool,
    /// With the rights of this account, by its login e-mail [default: those of whoever runs the server]
    #[arg(long = "as", value_name = "EMAIL")]
    by: Option<String>,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// What came of it: the plan, the view after it was carried out, and what the words need.
struct Done {
    plan: ImportView,
    result: Option<ImportView>,
    policy: std::sync::Arc<Policy>,
    organisation: Organisation,
}

pub(super) fn run(command: Import) -> Outcome {
    let config = config::store(&command.database.file, &command.database.store)?;
    log::start(&config);
    let bytes = std::fs::read(&command.file).map_err(|error| format!("{}: {error}", command.file.display()))?;
    let name = command
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let dry_run = command.dry_run;
    let done = block_on(async {
        let (db, _) = open(&config).await?;
        let done = db.write(move |conn| import_in(conn, &command, &name, &bytes)).await;
        done.map_err(|error| explained(&error).into())
    })?;
    let words = Words::new(
        &done.policy,
        &done.organisation,
        text::Words::builtin(Language::English),
    );
    print!("{}", plan_table(&done.plan, &words));
    println!("{}", counts(&done.plan));
    if done.result.is_some() {
        println!("Imported.");
        return Ok(ExitCode::SUCCESS);
    }
    if dry_run {
        println!("Nothing was changed: this was a dry run.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "Nothing was changed: some rows need attention. Correct the file, or take near matches with \
         --accept-near-matches, or leave those rows out with --leave-out-unready."
    );
    Ok(ExitCode::FAILURE)
}

fn import_in(conn: &mut store::Conn, command: &Import, name: &str, bytes: &[u8]) -> Result<Done, ImportError> {
    let organisation = named(conn, &command.organisation)?.ok_or(ImportError::NotThere)?;
    let policy = store::parsed_policy(conn, &organisation)?;
    let places = store::places(conn, &organisation)?;
    let who = imports::at_command_line(conn, organisation.id, command.by.as_deref())?;
    let near_matches = if command.accept_near_matches {
        NearMatches::Accept
    } else {
        NearMatches::Propose
    };
    let file = File {
        name,
        bytes,
        near_matches,
    };
    let done = |plan, result| Done {
        plan,
        result,
        policy,
        organisation: places,
    };
    if command.dry_run {
        return Ok(done(imports::preview(conn, &who, &file)?, None));
    }
    let preview = imports::preview(conn, &who, &file)?;
    if preview.plan.counts.needs_you > 0 && !command.leave_out_unready {
        return Ok(done(preview, None));
    }
    let plan = imports::upload(conn, &who, &file)?;
    let asked = ImportRun {
        fingerprint: plan.fingerprint.clone(),
        leave_out_unready: command.leave_out_unready,
        confirmations: if command.confirm {
            plan.plan.confirmations.clone()
        } else {
            Vec::new()
        },
    };
    let result = imports::run(conn, &who, plan.id, &asked, text::Words::builtin(Language::English))?;
    Ok(done(plan, Some(result)))
}

fn explained(error: &ImportError) -> String {
    match error {
        ImportError::NotThere => "there is no such organisation, or no such account in it".to_owned(),
        ImportError::Forbidden => "this account may not import: it does not administer all users".to_owned(),
        ImportError::Unconfirmed(confirmations) => format!(
            "{} deactivations or other steps must be confirmed: look at them with --dry-run, then add --confirm",
            confirmations.len()
        ),
        error => error.to_string(),
    }
}

fn plan_table(view: &ImportView, words: &Words<'_>) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    // Those that need someone come last: that is what stays in sight on a terminal.
    for outcome in RowOutcome::ALL.into_iter().rev() {
        for row in view.plan.rows.iter().filter(|row| row.outcome == outcome) {
            let findings = row
                .findings
                .iter()
                .map(|finding| words.finding_in(&view.plan.columns, finding));
            let changes = row.changes.iter().map(|change| words.teller().change(change));
            let notes = row.notes.iter().map(|note| words.note(note));
            let why: Vec<String> = findings.chain(changes).chain(notes).collect();
            rows.push(vec![
                row.row.to_string(),
                printable(&row.name),
                printable(&row.login_email),
                words.outcome(row.outcome),
                printable(&why.join(" ")),
            ]);
        }
    }
    table(&["Row", "Name", "E-mail", "What", "Why"], &rows)
}

/// A file's text on a terminal: nothing in it may steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn counts(view: &ImportView) -> String {
    let counts = &view.plan.counts;
    format!(
        "{} to create · {} to change · {} to deactivate · {} skipped · {} need you   ({}, {})",
        counts.create,
        counts.change,
        counts.deactivate,
        counts.skip,
        counts.needs_you,
        import::encoding(view.encoding),
        import::delimiter(text::Words::builtin(Language::English), view.delimiter),
    )
}
