//! Setting the identity provider of an organisation: judged like every edit. What is no part of the edit comes beside it:
//! the client secret, and which settings were seen.

use shared::edit::Edit;
use shared::facts::{ActorKind, Facts};
use shared::ids::Timestamp;
use shared::policy::Power;
use shared::provider::{ClientSecret, IdentityProvider, ProviderFacts, ProviderFault, ProviderField};
use shared::verdict::{Change, Field, Outcome, Reason, Refusal, Verdict};
use shared::wire::{Accepted, Proposal};
use uuid::Uuid;

use super::announce::about_settings;
use super::apply::Applied;
use super::{Context, EditError, check_proof, idempotency, put_on_record};
use crate::accounts::provider;
use crate::facts;
use crate::mail::outbox::Kind;
use crate::store::{self, Conn};

/// A provider that somebody asks for.
#[derive(Clone, Debug)]
pub struct ProviderAsked {
    pub provider: IdentityProvider,
    pub secret: ClientSecret,
    /// The new secret, encrypted.
    pub sealed: Option<String>,
    /// When the settings that were seen had changed last (X6); none where none was set. Whoever runs the server overwrites.
    pub seen: Option<Timestamp>,
    /// Whether a provider on the server's own machine may be asked.
    pub own_machine: bool,
    pub idempotency_key: Uuid,
}

impl ProviderAsked {
    fn edit(&self) -> Edit {
        Edit::SetIdentityProvider {
            provider: self.provider.clone(),
            secret: self.secret,
        }
    }
}

/// Judges the settings, so that nothing is asked of a provider for an edit that is refused anyway.
///
/// # Errors
/// [`EditError::Refused`], [`EditError::ProofNeeded`].
pub fn judge_provider(
    conn: &mut Conn,
    context: &Context,
    asked: &ProviderAsked,
) -> Result<(Facts, Verdict), EditError> {
    let edit = asked.edit();
    let mut facts = facts::of_asker(conn, &context.asker, context.now)?;
    let asker = &context.asker;
    facts.provider = ProviderFacts {
        own_machine: asked.own_machine,
        claims: provider::claims(conn, asker.organisation, &asked.provider.tidy(), asker.kind)?,
        ..facts::of_provider(conn, asker.organisation)?
    };
    let mut verdict = shared::decide(&facts, &edit);
    // It comes beside the edit: the rules do not see it.
    if asked.secret == ClientSecret::New && asked.sealed.is_none() {
        let (field, fault) = (ProviderField::Secret, ProviderFault::Missing);
        verdict.refusals.push(Refusal {
            rule: "X4".into(),
            field: Field::Provider(field),
            reason: Reason::IdentityProviderUnusable { field, fault },
            remedy: None,
        });
    }
    if verdict.outcome(&[]) != Outcome::Allowed {
        return Err(EditError::Refused(Box::new(verdict)));
    }
    check_proof(context, &facts, &edit)?;
    Ok((facts, verdict))
}

/// Sets it, in the caller's transaction.
///
/// # Errors
/// [`EditError::Refused`], [`EditError::ProviderChanged`] where other settings are in force than those that were seen,
/// [`EditError::KeyUsed`]; nothing has changed then.
pub fn set_provider(conn: &mut Conn, context: &Context, asked: &ProviderAsked) -> Result<Accepted, EditError> {
    let organisation = context.asker.organisation;
    store::lock_organisation(conn, organisation)?;
    let proposal = Proposal {
        edit: asked.edit(),
        seen_revision: None,
        confirmations: Vec::new(),
        idempotency_key: asked.idempotency_key,
    };
    if let Some(answer) = idempotency::first_answer(conn, &context.asker, &proposal)? {
        return Ok(answer);
    }
    let changed_at = provider::of(conn, organisation)?.map(|set| set.changed_at);
    if context.asker.kind != ActorKind::Operator && changed_at != asked.seen {
        return Err(EditError::ProviderChanged);
    }
    let (facts, verdict) = judge_provider(conn, context, asked)?;
    let sequence = match verdict.changes.as_slice() {
        [Change::IdentityProviderSet { from, to, secret }] => {
            // To another client the same provider may call its accounts otherwise (OpenID Connect Core 1.0, 8.1).
            let is_other =
                |before: &IdentityProvider| (&before.issuer, &before.client_id) != (&to.issuer, &to.client_id);
            if from.as_ref().is_some_and(is_other) {
                provider::let_go(conn, organisation, context.asker.user)?;
            }
            provider::store(conn, organisation, to, *secret, asked.sealed.as_deref(), context.now)?;
            let what = format!("{} ({})", to.name, to.issuer);
            about_settings(conn, context, &facts.policy, Power::Policy, (Kind::ProviderSet, &what))?;
            Some(put_on_record(
                conn,
                context,
                &proposal,
                &facts,
                &verdict,
                &Applied::default(),
            )?)
        }
        _ => None,
    };
    let accepted = Accepted {
        verdict,
        subject: None,
        audit_sequence: sequence,
        temporary_password: None,
        api_key: None,
    };
    idempotency::remember(conn, context, &proposal, &accepted)?;
    Ok(accepted)
}
