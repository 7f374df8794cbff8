//! The one write path. Nothing else writes what a rule governs.
//!
//! In one transaction: the organisation's lock, the first answer to a repeated request, fresh facts, the one decision,
//! the changes, the audit row, outgoing mail. Whatever goes wrong, nothing has happened.

mod accounts;
mod announce;
mod apply;
mod archiving;
mod export;
mod idempotency;
mod policy;
mod providers;

use shared::edit::Edit;
use shared::facts::Facts;
use shared::ids::{Revision, Timestamp};
use shared::proof;
use shared::user::User;
use shared::verdict::{Outcome, Verdict};
use shared::wire::{Accepted, AuditEntry, AuditPerson, Proposal};

use crate::accounts::passwords::{PasswordError, Passwords, Temporary};
use crate::facts::{self, Asker, FactsError};
use crate::store::{self, Conn, Db, StoreError};
use crate::{audit, queries};

pub use accounts::{
    Acceptance, accept_invitation, accept_invitation_by_provider, accept_invitation_with, change_factors,
    change_password, lock_after_failures, refuse_provider_account, reset_password, send_new_link, tell_person,
    want_new_link,
};
pub use apply::Password;
pub(crate) use apply::set_password;
pub use export::put_export_on_record;
pub use idempotency::forget_before;
pub use policy::{facts_for_policy, policy_edit, publish_policy};
pub use providers::{ProviderAsked, judge_provider, set_provider};

/// Whether an accepted edit is carried out or only judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Apply,
    DryRun,
}

/// Why an edit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The rules refuse it, or something is not confirmed (422).
    #[error("refused by the rules, or not confirmed")]
    Refused(Box<Verdict>),
    /// The subject is newer than what the proposer saw (409, X6).
    #[error("changed meanwhile")]
    ChangedMeanwhile { facts: Box<Facts>, since: Vec<AuditEntry> },
    /// An edit of an existing user has to say which revision was seen.
    #[error("the seen revision is missing")]
    RevisionMissing,
    /// The idempotency key was used for another edit.
    #[error("the idempotency key was used for another edit")]
    KeyUsed,
    /// Another version of the policy is in force than the one that was seen (409, X6).
    #[error("version {} of the policy is in force", .0.0)]
    PolicyChanged(Revision),
    /// Another identity provider is set, or other settings of it, than those that were seen (409, X6).
    #[error("the identity provider was changed meanwhile")]
    ProviderChanged,
    /// It comes with something that is no part of an edit, and is asked for where that is taken (400).
    #[error("this is asked for elsewhere")]
    OtherDoor,
    /// The edit makes something of an id that is used already (409).
    #[error("the id is used already")]
    IdTaken,
    /// Such an edit asks for a recent proof of who one is (403).
    #[error("a recent proof of who asks is needed")]
    ProofNeeded,
    /// The account that asks is gone (401).
    #[error("the account that asks does not exist any more")]
    AskerGone,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FactsError> for EditError {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::AskerGone => Self::AskerGone,
            FactsError::Store(error) => Self::Store(error),
        }
    }
}

impl From<diesel::result::Error> for EditError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Who proposes, when, and how far it goes.
#[derive(Clone, Debug)]
pub struct Context {
    pub asker: Asker,
    pub now: Timestamp,
    pub mode: Mode,
    /// Made before the transaction, because hashing is slow; made inside it where it is missing.
    pub temporary: Option<Temporary>,
}

impl Context {
    /// An edit that is carried out now.
    pub fn now(asker: Asker) -> Self {
        Self {
            asker,
            now: crate::clock::now(),
            mode: Mode::Apply,
            temporary: None,
        }
    }
}

/// How often a transaction is tried that another one got in the way of: two organisations that invite one address.
const ATTEMPTS: usize = 3;

/// Proposes an edit in a transaction of its own.
///
/// # Errors
/// [`EditError`]; nothing has changed then.
pub async fn propose(
    db: &Db,
    passwords: &Passwords,
    asker: Asker,
    proposal: Proposal,
    mode: Mode,
) -> Result<Accepted, EditError> {
    let mut context = Context {
        asker,
        now: crate::clock::now(),
        mode,
        temporary: None,
    };
    if mode == Mode::Apply && matches!(proposal.edit, Edit::SetTemporaryPassword { .. }) {
        context.temporary = Some(passwords.temporary().await?);
    }
    let mut attempt = 1;
    loop {
        let (context, proposal) = (context.clone(), proposal.clone());
        let result = match mode {
            Mode::Apply => db.write(move |conn| propose_in(conn, &context, &proposal)).await,
            Mode::DryRun => db.read(move |conn| propose_in(conn, &context, &proposal)).await,
        };
        match result {
            Err(EditError::Store(error)) if attempt < ATTEMPTS && error.is_worth_retrying() => attempt += 1,
            // Other organisations' ids are unknown to the rules, and unique all the same.
            Err(EditError::Store(error)) if error.is_taken() => return Err(EditError::IdTaken),
            result => return result,
        }
    }
}

/// Proposes an edit in the caller's transaction: an import proposes many in one. An error leaves the transaction as it was
/// before the edit only if it is not a [`EditError::Store`]; after one of those the caller must not commit.
pub fn propose_in(conn: &mut Conn, context: &Context, proposal: &Proposal) -> Result<Accepted, EditError> {
    let asker = &context.asker;
    if context.mode == Mode::Apply {
        if matches!(proposal.edit, Edit::SetIdentityProvider { .. }) {
            return Err(EditError::OtherDoor);
        }
        store::lock_organisation(conn, asker.organisation)?;
        if let Some(answer) = idempotency::first_answer(conn, asker, proposal)? {
            return Ok(answer);
        }
    }
    let facts = facts::load(conn, asker, &proposal.edit, context.now)?;
    check_revision(conn, context, proposal, &facts)?;
    let verdict = shared::decide(&facts, &proposal.edit);
    let outcome = verdict.outcome(&proposal.confirmations);
    if context.mode == Mode::DryRun {
        return Ok(Accepted {
            verdict,
            subject: None,
            audit_sequence: None,
            temporary_password: None,
            api_key: None,
        });
    }
    if outcome != Outcome::Allowed {
        return Err(EditError::Refused(Box::new(verdict)));
    }
    check_proof(context, &facts, &proposal.edit)?;
    let applied = apply::apply(conn, context, &facts, &verdict)?;
    let sequence = if verdict.changes.is_empty() {
        None
    } else {
        Some(put_on_record(conn, context, proposal, &facts, &verdict, &applied)?)
    };
    let mut seen = facts;
    seen.subject = applied.subject;
    let seen = seen.for_reader();
    let accepted = Accepted {
        verdict,
        subject: seen.subject,
        audit_sequence: sequence,
        temporary_password: None,
        api_key: None,
    };
    // Before the password or key goes in: it is shown once and kept nowhere.
    idempotency::remember(conn, context, proposal, &accepted)?;
    Ok(Accepted {
        temporary_password: applied.temporary_password,
        api_key: applied.api_key,
        ..accepted
    })
}

/// Sensitive edits are for those who have proved lately who they are. Asked last: nobody types a password for an edit that
/// the rules refuse.
fn check_proof(context: &Context, facts: &Facts, edit: &Edit) -> Result<(), EditError> {
    let Some(given) = context.asker.authenticated else {
        return Ok(());
    };
    let is_asked = proof::is_asked(&facts.policy, context.asker.user, facts.subject.as_ref(), edit);
    if is_asked && !proof::is_recent(&facts.policy, given, context.now) {
        return Err(EditError::ProofNeeded);
    }
    Ok(())
}

/// Whether none of these edits asks for a more recent proof of who one is than there is.
pub fn is_proof_recent<'e>(
    conn: &mut Conn,
    asker: &Asker,
    mut edits: impl Iterator<Item = &'e Edit>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (Some(given), Some(row)) = (asker.authenticated, store::organisation_row(conn, asker.organisation)?) else {
        return Ok(true);
    };
    let policy = store::parsed_policy(conn, &row)?;
    let is_asked = edits.any(|edit| proof::is_asked(&policy, asker.user, None, edit));
    Ok(!is_asked || proof::is_recent(&policy, given, now))
}

/// Whether somebody has proved lately who they are, as the policy understands lately.
pub fn is_lately_proved(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<bool, StoreError> {
    let (Some(given), Some(row)) = (asker.authenticated, store::organisation_row(conn, asker.organisation)?) else {
        return Ok(true);
    };
    Ok(proof::is_recent(store::parsed_policy(conn, &row)?.as_ref(), given, now))
}

/// X6: whoever edits a user says which revision they saw. Only those who may see the user learn what is newer.
fn check_revision(conn: &mut Conn, context: &Context, proposal: &Proposal, facts: &Facts) -> Result<(), EditError> {
    // A session that is ended is ended whatever else has changed: there is nothing to overwrite.
    let overwrites_nothing = matches!(proposal.edit, Edit::Invite { .. } | Edit::EndSessions { .. });
    let (Some(subject), false) = (&facts.subject, overwrites_nothing) else {
        return Ok(());
    };
    match proposal.seen_revision {
        Some(seen) if seen == subject.revision => Ok(()),
        Some(seen) if facts::may_see_subject(facts) => Err(changed_meanwhile(conn, context, subject, seen)?),
        None if context.mode == Mode::Apply && facts::may_see_subject(facts) => Err(EditError::RevisionMissing),
        // Refused by the rules for those who may not see the user.
        _ => Ok(()),
    }
}

/// Entries that a conflict tells at most.
const TOLD: u64 = 20;

fn changed_meanwhile(
    conn: &mut Conn,
    context: &Context,
    subject: &User,
    seen: Revision,
) -> Result<EditError, EditError> {
    let facts = facts::for_client(conn, &context.asker, Some(subject.id), context.now)?;
    // Each edit on record has raised the revision by one.
    let newer = subject.revision.0.saturating_sub(seen.0).min(TOLD);
    let since = queries::audit::latest_about(conn, &facts, subject.id, newer)?;
    Ok(EditError::ChangedMeanwhile {
        facts: Box::new(facts),
        since,
    })
}

fn put_on_record(
    conn: &mut Conn,
    context: &Context,
    proposal: &Proposal,
    facts: &Facts,
    verdict: &Verdict,
    applied: &apply::Applied,
) -> Result<u64, EditError> {
    let asker = &context.asker;
    let actor = AuditPerson {
        user: asker.user,
        name: facts::asker_name(conn, asker)?,
    };
    let after = applied.subject.as_ref();
    let subject = proposal.edit.user().map(|user| AuditPerson {
        // An account that was made anew begins with how that came about (A12).
        user: after.map_or(user, |after| after.id),
        name: after
            .or(facts.subject.as_ref())
            .map(|user| store::record_name(&user.profile))
            .unwrap_or_default(),
    });
    // Only what was asked for is put on record as confirmed.
    let confirmations: Vec<_> = proposal
        .confirmations
        .iter()
        .filter(|given| verdict.confirmations.contains(given))
        .cloned()
        .collect();
    let record = audit::Record {
        organisation: asker.organisation,
        at: context.now,
        actor: &actor,
        actor_kind: asker.kind,
        origin: &asker.origin,
        edit: &proposal.edit,
        subject: subject.as_ref(),
        changes: &verdict.changes,
        confirmations: &confirmations,
    };
    let sequence = audit::append(conn, &record)?;
    // Right behind it, the same edit as each of them has it on their own record.
    for touched in &applied.touched {
        let of_one = audit::Record {
            subject: Some(&touched.person),
            changes: &touched.changes,
            confirmations: &[],
            ..record.clone()
        };
        audit::append(conn, &of_one)?;
    }
    Ok(sequence)
}

#[cfg(test)]
mod tests;
