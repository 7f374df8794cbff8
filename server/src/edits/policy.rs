//! Putting a policy in force: judged like every edit, with everyone held against it, and kept as a version.

use std::sync::Arc;

use shared::Policy;
use shared::edit::Edit;
use shared::facts::{Facts, Headcount, Known};
use shared::policy::PolicyProposal;
use shared::verdict::{Outcome, Verdict};
use shared::wire::{Accepted, AuditPerson, Proposal};

use super::apply::Applied;
use super::{Context, EditError, check_proof, idempotency, put_on_record};
use crate::facts;
use crate::queries::breach::Held;
use crate::store::{self, Conn, Publication, StoreError, codec};

/// Everything that the judgement of a proposed policy looks at: also who would administer users by it, and how many people
/// would not fit it any more.
pub fn facts_for_policy(conn: &mut Conn, context: &Context, proposed: Arc<Policy>) -> Result<Facts, EditError> {
    let mut facts = facts::of_asker(conn, &context.asker, context.now)?;
    let mut in_breach = 0_u32;
    Held::against(&facts, Arc::clone(&proposed)).each(conn, |_| in_breach = in_breach.saturating_add(1))?;
    let administrators = store::active_administrators(conn, context.asker.organisation, &proposed, None)?;
    facts.other_administrators = Known::Known(administrators);
    facts.headcount = Some(Headcount {
        in_breach,
        ..Headcount::default()
    });
    facts.proposed = Some(proposed);
    Ok(facts)
}

/// The edit that publishing this source is.
pub fn policy_edit(source: &str, note: &str, seen: shared::ids::Revision) -> Edit {
    Edit::PublishPolicy {
        version: seen,
        digest: codec::sha256(source.as_bytes()),
        note: note.trim().to_owned(),
    }
}

/// Judges a policy and puts it in force, in the caller's transaction.
///
/// # Errors
/// [`EditError::Refused`], [`EditError::PolicyChanged`] where another version is in force than the one that was seen,
/// [`EditError::KeyUsed`]; nothing has changed then.
pub fn publish_policy(
    conn: &mut Conn,
    context: &Context,
    asked: &PolicyProposal,
    policy: Arc<Policy>,
) -> Result<Accepted, EditError> {
    let organisation = context.asker.organisation;
    store::lock_organisation(conn, organisation)?;
    let proposal = Proposal {
        edit: policy_edit(&asked.source, &asked.note, asked.seen_version),
        seen_revision: Some(asked.seen_version),
        confirmations: asked.confirmations.clone(),
        idempotency_key: asked.idempotency_key,
    };
    if let Some(answer) = idempotency::first_answer(conn, &context.asker, &proposal)? {
        return Ok(answer);
    }
    let in_force = store::policy_version(conn, organisation)?;
    if in_force != asked.seen_version {
        return Err(EditError::PolicyChanged(in_force));
    }
    let facts = facts_for_policy(conn, context, Arc::clone(&policy))?;
    let verdict: Verdict = shared::decide(&facts, &proposal.edit);
    if verdict.outcome(&proposal.confirmations) != Outcome::Allowed {
        return Err(EditError::Refused(Box::new(verdict)));
    }
    check_proof(context, &facts, &proposal.edit)?;
    let publisher = AuditPerson {
        user: context.asker.user,
        name: facts::asker_name(conn, &context.asker)?,
    };
    let publication = Publication {
        source: Some(&asked.source),
        by: Some(&publisher),
        at: context.now,
        note: asked.note.trim(),
    };
    let version = store::publish_policy(conn, organisation, &policy, publication)?;
    if version != in_force.next() {
        return Err(StoreError::Corrupt(format!("version {} came after {}", version.0, in_force.0)).into());
    }
    let sequence = put_on_record(conn, context, &proposal, &facts, &verdict, &Applied::default())?;
    let accepted = Accepted {
        verdict,
        subject: None,
        audit_sequence: Some(sequence),
        temporary_password: None,
        api_key: None,
    };
    idempotency::remember(conn, context, &proposal, &accepted)?;
    Ok(accepted)
}
