//! The policy of an organisation: reading it with its versions, and seeing what another one would mean. Putting one in force
//! is the write path's, `crate::edits`.

mod revise;

use std::sync::Arc;

use shared::Facts;
use shared::access::Place;
use shared::facts::Headcount;
use shared::ids::{Revision, UserId};
use shared::policy::check::Finding;
use shared::policy::{
    PersonInBreach, Policy, PolicyAsk, PolicyChecked, PolicyComparison, PolicyDifference, PolicyPreset, PolicyPresets,
    PolicyPreview, PolicyProposal, PolicyRevised, PolicyRevision, PolicyVersionView, PolicyView, Power, source,
};
use shared::policy::{compare, preset};
use shared::verdict::{Field, Reason, Refusal, Verdict};
use shared::wire::Accepted;

use crate::edits::{self, Context, EditError};
use crate::facts::{self, Asker, FactsError, Reach};
use crate::queries::QueryError;
use crate::queries::breach::Held;
use crate::store::{self, Conn, StoreError, StoredVersion};

/// Why a policy is not read or not published.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The policy has parts that the reader may not see (403, M9).
    #[error("parts of the policy are not the reader's to see")]
    Hidden,
    /// A change is about something that a source does not have (400).
    #[error("a policy has no {0}")]
    NoSuchPart(String),
    /// No such version (404).
    #[error("there is no such version")]
    NotThere,
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<StoreError> for PolicyError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

impl From<FactsError> for PolicyError {
    fn from(error: FactsError) -> Self {
        Self::Query(error.into())
    }
}

/// Facts for those who write policies: the power, and all of the policy to see.
fn allowed_facts(conn: &mut Conn, asker: &Asker) -> Result<Facts, PolicyError> {
    let facts = facts::of_asker(conn, asker, crate::clock::now())?;
    let (actor, policy) = (&facts.actor, &facts.policy);
    if !actor.has_power(policy, Power::Policy, Place::Organisation) {
        return Err(QueryError::PowerMissing(Power::Policy).into());
    }
    if policy.roles.iter().any(|role| !actor.sees_role(policy, role)) {
        return Err(PolicyError::Hidden);
    }
    Ok(facts)
}

/// The policy in force, and those before it.
///
/// # Errors
/// [`PolicyError`].
pub fn view(conn: &mut Conn, asker: &Asker) -> Result<PolicyView, PolicyError> {
    let facts = allowed_facts(conn, asker)?;
    let version = store::policy_version(conn, asker.organisation)?;
    let stored = stored(conn, asker, version)?;
    Ok(PolicyView {
        version,
        source: stored.source,
        policy: Policy::clone(&facts.policy),
        versions: store::policy_versions(conn, asker.organisation)?,
    })
}

/// One version, whole.
///
/// # Errors
/// [`PolicyError::NotThere`] and the others.
pub fn version(conn: &mut Conn, asker: &Asker, version: Revision) -> Result<PolicyVersionView, PolicyError> {
    allowed_facts(conn, asker)?;
    let stored = stored(conn, asker, version)?;
    Ok(PolicyVersionView {
        version: stored.version,
        source: stored.source,
        policy: stored.policy,
    })
}

fn stored(conn: &mut Conn, asker: &Asker, version: Revision) -> Result<StoredVersion, PolicyError> {
    store::load_policy_version(conn, asker.organisation, version)?.ok_or(PolicyError::NotThere)
}

/// Two versions, side by side.
///
/// # Errors
/// [`PolicyError::NotThere`] and the others.
pub fn compare(conn: &mut Conn, asker: &Asker, from: Revision, to: Revision) -> Result<PolicyComparison, PolicyError> {
    allowed_facts(conn, asker)?;
    let (from, to) = (stored(conn, asker, from)?, stored(conn, asker, to)?);
    Ok(PolicyComparison {
        differences: differences(&from.policy, &to.policy)?,
        from: from.version,
        to: to.version,
    })
}

fn differences(before: &Policy, after: &Policy) -> Result<Vec<PolicyDifference>, StoreError> {
    compare::differences(before, after).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// What is wrong with a source, with the lines.
///
/// # Errors
/// [`PolicyError`] where the reader may not write policies.
pub fn check(conn: &mut Conn, asker: &Asker, text: &str) -> Result<PolicyChecked, PolicyError> {
    allowed_facts(conn, asker)?;
    Ok(match source::read(text) {
        Ok(policy) => PolicyChecked {
            findings: Vec::new(),
            policy: Some(policy),
        },
        Err(findings) => PolicyChecked {
            findings,
            policy: source::parse(text).ok(),
        },
    })
}

/// The policies that come with the product.
///
/// # Errors
/// [`PolicyError`] where the reader may not write policies.
pub fn presets(conn: &mut Conn, asker: &Asker) -> Result<PolicyPresets, PolicyError> {
    allowed_facts(conn, asker)?;
    let presets = preset::all().iter().map(|preset| PolicyPreset {
        id: preset.id.to_owned(),
        name: preset.policy().name,
        source: preset.source.to_owned(),
    });
    Ok(PolicyPresets {
        presets: presets.collect(),
    })
}

/// A source with changes made in it; all else in it stays as it was written.
///
/// # Errors
/// [`EditError::Refused`] with the findings where the source cannot be read, before or after, and the others.
pub fn revise(conn: &mut Conn, asker: &Asker, asked: &PolicyRevision) -> Result<PolicyRevised, PolicyError> {
    allowed_facts(conn, asker)?;
    source::parse(&asked.source).map_err(contradictory)?;
    let source = revise::revised(&asked.source, &asked.changes).map_err(PolicyError::NoSuchPart)?;
    let policy = source::parse(&source).map_err(contradictory)?;
    Ok(PolicyRevised { source, policy })
}

const TOLD: u32 = 100;
const TOLD_AT_MOST: u32 = 500;

/// What publishing a source would mean: the verdict, what differs, and who would not fit it any more.
///
/// # Errors
/// [`EditError::Refused`] with the findings where the source is no policy, and the others.
pub fn preview(conn: &mut Conn, asker: &Asker, ask: &PolicyAsk) -> Result<PolicyPreview, PolicyError> {
    let facts = allowed_facts(conn, asker)?;
    let proposed = Arc::new(source::read(&ask.source).map_err(contradictory)?);
    let version = store::policy_version(conn, asker.organisation)?;
    let held = Held::against(&facts, Arc::clone(&proposed));
    let reach = Reach::of(&facts.actor, &facts.policy, Power::Users);
    let (mut in_breach, mut in_reach) = (0_u32, 0_u32);
    let until = ask.offset.saturating_add(ask.limit.unwrap_or(TOLD).min(TOLD_AT_MOST));
    let mut told: Vec<UserId> = Vec::new();
    held.each(conn, |user| {
        in_breach = in_breach.saturating_add(1);
        if reach.as_ref().is_some_and(|reach| reach.meets(user)) {
            if (ask.offset..until).contains(&in_reach) {
                told.push(user.id);
            }
            in_reach = in_reach.saturating_add(1);
        }
    })?;
    let people = store::load_users(conn, &told)?;
    let people = people.into_iter().map(|record| PersonInBreach {
        user: record.user.id,
        name: record.user.profile.display_name(),
        breaches: held.breaches(&record.user),
        login_email: record.user.profile.login_email,
    });
    let people = people.collect();
    let differences = differences(&facts.policy, &proposed)?;
    let administrators = store::active_administrators(conn, asker.organisation, &proposed, None)?;
    let mut judged = facts;
    judged.other_administrators = shared::facts::Known::Known(administrators);
    judged.headcount = Some(Headcount {
        in_breach,
        ..Headcount::default()
    });
    judged.proposed = Some(proposed);
    let verdict = shared::decide(&judged, &edits::policy_edit(&ask.source, "", version));
    Ok(PolicyPreview {
        version,
        verdict,
        differences,
        in_breach,
        in_reach,
        people,
    })
}

/// Puts a policy in force.
///
/// # Errors
/// [`EditError::Refused`] with the findings where the source is no policy, and the others.
pub fn publish(conn: &mut Conn, context: &Context, asked: &PolicyProposal) -> Result<Accepted, PolicyError> {
    let policy = source::read(&asked.source).map_err(contradictory)?;
    Ok(edits::publish_policy(conn, context, asked, policy.into())?)
}

/// Findings as a refusal, as the rules would refuse a policy that can be read.
fn contradictory(findings: Vec<Finding>) -> EditError {
    EditError::Refused(Box::new(Verdict {
        refusals: vec![Refusal {
            rule: "X1".into(),
            field: Field::Whole,
            reason: Reason::PolicyContradicts { findings },
            remedy: None,
        }],
        ..Verdict::default()
    }))
}
