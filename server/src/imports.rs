//! Importing a roster: the file is kept, planned as often as asked, and carried out in one transaction. What a row
//! means is decided in `shared::import`; what it may change, by the one write path, row by row.

mod read;
mod result;
mod run;
mod store;

use sha2::{Digest as _, Sha256};
use shared::access::Place;
use shared::edit::{AccessPatch, Edit};
use shared::facts::{ActorKind, Facts};
use shared::ids::{OrganisationId, UserId};
use shared::import::{
    self, Choices, ColumnUse, Delimiter, ImportRun, ImportState, ImportView, Plan, Planned, Progress, RowOutcome,
    RowPlan, RowResult, Table, TableError, Words, World, addresses,
};
use shared::policy::Power;
use shared::text::{self, Language};
use shared::user::ProfileText;
use shared::verdict::Confirmation;
use shared::wire::Proposal;
use uuid::Uuid;

use crate::edits::{self, Context, EditError};
use crate::facts::FactsError;
use crate::store::{Conn, StoreError, codec, lock_organisation};
use crate::{clock, facts};

pub use read::{BYTES_AT_MOST, Text, decode, table};
use run::Running;
use store::{Addresses, Stored};

/// What can stand against an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", import::table_error(text::Words::builtin(Language::English), .0))]
    File(TableError),
    /// None of this id, or none of this organisation.
    #[error("there is no such import")]
    NotThere,
    /// Importing is for those who administer users in the whole organisation.
    #[error("you may not import here")]
    Forbidden,
    #[error("the import is running")]
    Running,
    #[error("the import is done")]
    Done,
    #[error("the import is not done")]
    NotDone,
    /// What would be done now is not what was seen.
    #[error("the plan has changed since it was seen")]
    Changed,
    #[error("{0} rows need someone to look at them")]
    NotReady(u32),
    #[error("something must be confirmed")]
    Unconfirmed(Vec<Confirmation>),
    /// The write path refuses a row; nothing was changed.
    #[error("row {row}: {error}")]
    Row { row: u32, error: Box<EditError> },
}

impl From<TableError> for ImportError {
    fn from(error: TableError) -> Self {
        Self::File(error)
    }
}

impl From<FactsError> for ImportError {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::AskerGone => Self::Forbidden,
            FactsError::Store(error) => Self::Store(error),
        }
    }
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Who imports, and from where.
pub type Who = facts::Asker;

/// Who imports on the command line: whoever runs the server, or an account of the organisation.
///
/// # Errors
/// [`ImportError::NotThere`] when there is no such account.
pub fn at_command_line(conn: &mut Conn, organisation: OrganisationId, email: Option<&str>) -> Result<Who, ImportError> {
    let operator = Who::operator(organisation);
    let Some(email) = email else { return Ok(operator) };
    let user = store::account_of(conn, organisation, &email.trim().to_lowercase())?.ok_or(ImportError::NotThere)?;
    Ok(Who {
        user,
        kind: ActorKind::Member,
        ..operator
    })
}

/// Plans the import of a file without keeping it.
///
/// # Errors
/// [`ImportError::File`] when it is no roster, [`ImportError::Forbidden`].
pub fn preview(conn: &mut Conn, who: &Who, file: &File<'_>) -> Result<ImportView, ImportError> {
    let (import, table, facts) = read_file(conn, who, file)?;
    let planned = plan(conn, &import, &table, facts)?;
    view(import, planned)
}

/// Keeps a file and plans its import.
///
/// # Errors
/// [`ImportError::File`] when it is no roster, [`ImportError::Forbidden`].
pub fn upload(conn: &mut Conn, who: &Who, file: &File<'_>) -> Result<ImportView, ImportError> {
    let (import, table, facts) = read_file(conn, who, file)?;
    store::insert(conn, &import)?;
    let planned = plan(conn, &import, &table, facts)?;
    view(import, planned)
}

/// A file to import, and what is settled about it from the start.
#[derive(Clone, Debug)]
pub struct File<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub near_matches: NearMatches,
}

/// What to do with words that are near to a name of the organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NearMatches {
    /// They wait for someone.
    #[default]
    Propose,
    /// The nearest is taken.
    Accept,
}

fn read_file(conn: &mut Conn, who: &Who, file: &File<'_>) -> Result<(Stored, Table, Facts), ImportError> {
    let Text { text, encoding } = decode(file.bytes)?;
    let delimiter = Delimiter::of(&text);
    let table = table(&text, delimiter)?;
    let facts = allowed_facts(conn, who)?;
    let mut import = Stored {
        id: Uuid::now_v7(),
        organisation: who.organisation,
        uploaded_by: who.user,
        uploaded_at: clock::now(),
        file_name: file.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        encoding,
        delimiter,
        content: text,
        choices: Choices::default(),
        results: None,
    };
    if file.near_matches == NearMatches::Accept {
        let planned = plan(conn, &import, &table, facts.clone())?;
        import.choices = planned.plan.with_near_matches(import.choices);
    }
    Ok((import, table, facts))
}

/// An import as it is now, planned anew.
///
/// # Errors
/// [`ImportError::NotThere`], [`ImportError::Forbidden`].
pub fn show(conn: &mut Conn, who: &Who, id: Uuid) -> Result<ImportView, ImportError> {
    let facts = allowed_facts(conn, who)?;
    let import = store::load(conn, who.organisation, id)?.ok_or(ImportError::NotThere)?;
    planned_view(conn, import, facts)
}

/// Keeps what the person settled, and plans anew.
///
/// # Errors
/// [`ImportError::NotThere`], [`ImportError::Forbidden`], [`ImportError::Running`], [`ImportError::Done`].
pub fn choose(conn: &mut Conn, who: &Who, id: Uuid, choices: Choices) -> Result<ImportView, ImportError> {
    let facts = allowed_facts(conn, who)?;
    let mut import = store::load(conn, who.organisation, id)?.ok_or(ImportError::NotThere)?;
    if import.results.is_some() {
        return Err(ImportError::Done);
    }
    store::save_choices(conn, id, &choices)?;
    import.choices = choices;
    planned_view(conn, import, facts)
}

/// How far an import is.
///
/// # Errors
/// [`ImportError::NotThere`], [`ImportError::Forbidden`].
pub fn progress(conn: &mut Conn, who: &Who, id: Uuid) -> Result<Progress, ImportError> {
    allowed_facts(conn, who)?;
    let import = store::load(conn, who.organisation, id)?.ok_or(ImportError::NotThere)?;
    if let Some(progress) = run::progress(id) {
        return Ok(progress);
    }
    let rows = import
        .results
        .as_ref()
        .map_or(0, |results| u32::try_from(results.len()).unwrap_or(u32::MAX));
    let state = if import.results.is_some() {
        ImportState::Done
    } else {
        ImportState::Planned
    };
    Ok(Progress {
        state,
        done: rows,
        total: rows,
    })
}

/// Carries the plan out: every row through the write path, in the transaction that `conn` is in. Asking again for one
/// that is done changes nothing and gives its results.
///
/// # Errors
/// Every [`ImportError`]; the caller rolls back, and nothing has happened.
pub fn run(
    conn: &mut Conn,
    who: &Who,
    id: Uuid,
    asked: &ImportRun,
    told: &text::Words,
) -> Result<ImportView, ImportError> {
    let running = Running::begin(id).ok_or(ImportError::Running)?;
    // Whoever imports the same file elsewhere waits here, and then finds it done.
    lock_organisation(conn, who.organisation)?;
    let facts = allowed_facts(conn, who)?;
    let mut import = store::load(conn, who.organisation, id)?.ok_or(ImportError::NotThere)?;
    if import.results.is_some() {
        return view(
            import,
            Planned {
                plan: Plan::default(),
                steps: Vec::new(),
            },
        );
    }
    let policy = facts.policy.clone();
    let organisation = facts.organisation.clone();
    let table = table(&import.content, import.delimiter)?;
    let planned = plan(conn, &import, &table, facts)?;
    check(&planned, asked)?;

    let context = Context::now(who.clone());
    running.counter.set_total(planned.steps.len());
    for step in &planned.steps {
        let proposal = Proposal {
            edit: step.edit.clone(),
            seen_revision: step.seen_revision,
            confirmations: step.confirmations.clone(),
            idempotency_key: key_of(id, step.row),
        };
        edits::propose_in(conn, &context, &proposal).map_err(|error| ImportError::Row {
            row: step.row,
            error: Box::new(error),
        })?;
        running.counter.one_more();
    }
    let policy = policy.spoken(told);
    let words = Words::new(&policy, &organisation, told);
    let results: Vec<RowResult> = planned
        .plan
        .rows
        .iter()
        .map(|row| result_of(&planned.plan.columns, row, &words))
        .collect();
    store::save_results(conn, id, &results, clock::now())?;
    import.results = Some(results);
    view(
        import,
        Planned {
            plan: Plan::default(),
            steps: Vec::new(),
        },
    )
}

/// The results of an import as a file for spreadsheet programs.
///
/// # Errors
/// [`ImportError::NotThere`], [`ImportError::Forbidden`], [`ImportError::NotDone`].
pub fn result_file(conn: &mut Conn, who: &Who, id: Uuid, told: &text::Words) -> Result<Vec<u8>, ImportError> {
    let facts = allowed_facts(conn, who)?;
    let import = store::load(conn, who.organisation, id)?.ok_or(ImportError::NotThere)?;
    let results = import.results.ok_or(ImportError::NotDone)?;
    let policy = facts.policy.spoken(told);
    let words = Words::new(&policy, &facts.organisation, told);
    Ok(result::csv(&results, &words).map_err(|error| StoreError::Corrupt(error.to_string()))?)
}

/// Whether this is the plan that was seen, and everything it asks for was given.
fn check(planned: &Planned, asked: &ImportRun) -> Result<(), ImportError> {
    if fingerprint(planned)? != asked.fingerprint {
        return Err(ImportError::Changed);
    }
    if planned.plan.counts.needs_you > 0 && !asked.leave_out_unready {
        return Err(ImportError::NotReady(planned.plan.counts.needs_you));
    }
    let missing: Vec<Confirmation> = planned
        .plan
        .confirmations
        .iter()
        .filter(|wanted| !asked.confirmations.contains(wanted))
        .cloned()
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(ImportError::Unconfirmed(missing))
    }
}

fn result_of(columns: &[ColumnUse], row: &RowPlan, words: &Words<'_>) -> RowResult {
    let mut reasons: Vec<String> = row
        .findings
        .iter()
        .map(|finding| words.finding_in(columns, finding))
        .collect();
    if row.outcome == RowOutcome::Change {
        reasons.extend(row.changes.iter().map(|change| words.teller().change(change)));
    }
    reasons.extend(row.notes.iter().map(|note| words.note(note)));
    RowResult {
        row: row.row,
        name: row.name.clone(),
        login_email: row.login_email.clone(),
        done: row.outcome.into(),
        reasons,
    }
}

/// Facts for someone who may import: who administers users in the whole organisation. What each row may change is
/// decided row by row all the same.
fn allowed_facts(conn: &mut Conn, who: &Who) -> Result<Facts, ImportError> {
    let nobody = Edit::Invite {
        user: UserId(Uuid::nil()),
        profile: ProfileText::new(),
        access: AccessPatch::default(),
    };
    let facts = facts::load(conn, who, &nobody, clock::now())?;
    if facts.actor.has_power(&facts.policy, Power::Users, Place::Organisation) {
        Ok(facts)
    } else {
        Err(ImportError::Forbidden)
    }
}

fn planned_view(conn: &mut Conn, import: Stored, facts: Facts) -> Result<ImportView, ImportError> {
    if import.results.is_some() {
        return view(
            import,
            Planned {
                plan: Plan::default(),
                steps: Vec::new(),
            },
        );
    }
    let table = table(&import.content, import.delimiter)?;
    let planned = plan(conn, &import, &table, facts)?;
    view(import, planned)
}

fn plan(conn: &mut Conn, import: &Stored, table: &Table, mut facts: Facts) -> Result<Planned, StoreError> {
    let addresses = addresses(table, &import.choices, &facts.policy);
    let Addresses { uses, accounts } = store::accounts(conn, import.organisation, &facts.policy, &addresses)?;
    facts.login_emails = uses;
    let new_user = |email: &str| {
        let hash = Sha256::digest(import::seed_of_new_user(import.organisation, import.id, email));
        import::id_of_new_user(first_half(&hash.into()))
    };
    Ok(import::plan(
        table,
        &import.choices,
        World { facts, accounts },
        new_user,
    ))
}

fn view(import: Stored, planned: Planned) -> Result<ImportView, ImportError> {
    let state = match (&import.results, run::progress(import.id)) {
        (Some(_), _) => ImportState::Done,
        (None, Some(_)) => ImportState::Running,
        (None, None) => ImportState::Planned,
    };
    Ok(ImportView {
        id: import.id,
        file_name: import.file_name,
        uploaded_at: import.uploaded_at,
        state,
        encoding: import.encoding,
        delimiter: import.delimiter,
        choices: import.choices,
        fingerprint: fingerprint(&planned)?,
        plan: planned.plan,
        results: import.results.unwrap_or_default(),
    })
}

/// What names a plan: the edits that carry it out, and what becomes of every row.
fn fingerprint(planned: &Planned) -> Result<String, StoreError> {
    let outcomes: Vec<(u32, RowOutcome)> = planned.plan.rows.iter().map(|row| (row.row, row.outcome)).collect();
    Ok(codec::sha256(codec::json(&(&planned.steps, outcomes))?.as_bytes()))
}

/// The idempotency key of one row of one import.
fn key_of(import: Uuid, row: u32) -> Uuid {
    let mut seed = import.as_bytes().to_vec();
    seed.extend_from_slice(&row.to_be_bytes());
    uuid::Builder::from_custom_bytes(first_half(&Sha256::digest(seed).into())).into_uuid()
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(hash) {
        *to = *from;
    }
    half
}

#[cfg(test)]
mod tests;
