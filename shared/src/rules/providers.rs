//! Identity providers: what may be set, and whose domains they may vouch for (X4, X7).

use crate::edit::Edit;
use crate::plan::Plan;
use crate::provider::{Claim, ClientSecret, IdentityProvider, ProviderFault, ProviderField};
use crate::verdict::{Field, Reason, Undecided, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let known = &plan.facts.provider;
    match plan.edit {
        Edit::SetIdentityProvider { provider, secret } => {
            let provider = provider.tidy();
            for (field, fault) in provider.faults(known.own_machine) {
                refuse(field, fault, verdict);
            }
            judge_secret(plan, &provider, *secret, verdict);
            judge_claims(plan, &provider, verdict);
        }
        Edit::RemoveIdentityProvider if known.set.is_none() => {
            verdict.refuse("X7", Field::Whole, Reason::IdentityProviderMissing);
        }
        _ => {}
    }
}

fn refuse(field: ProviderField, fault: ProviderFault, verdict: &mut Verdict) {
    verdict.refuse(
        "X4",
        Field::Provider(field),
        Reason::IdentityProviderUnusable { field, fault },
    );
}

/// A secret that was given for one provider is not sent to another one by whoever does not know it.
fn judge_secret(plan: &Plan<'_>, provider: &IdentityProvider, secret: ClientSecret, verdict: &mut Verdict) {
    let known = &plan.facts.provider;
    let is_for_another = known
        .set
        .as_ref()
        .is_some_and(|set| set.issuer != provider.issuer || set.client_id != provider.client_id);
    if secret == ClientSecret::Keep && known.has_secret && is_for_another {
        refuse(ProviderField::Secret, ProviderFault::SecretOfAnother, verdict);
    }
}

/// A domain says whose provider is asked about an address: so it is one that this organisation's people use, and nobody else's.
fn judge_claims(plan: &Plan<'_>, provider: &IdentityProvider, verdict: &mut Verdict) {
    let known = &plan.facts.provider;
    let set = known.set.as_ref();
    let is_new = |name: &str| set.is_none_or(|set| set.domains.iter().all(|domain| domain.name != name));
    let new_link = Some(&provider.link).filter(|link| set.is_none_or(|set| set.link != **link));
    let claims = &known.claims;
    let mut unknown = false;
    match new_link.map(|link| claims.get(link)) {
        Some(Some(Claim::Taken)) => refuse(ProviderField::Link, ProviderFault::LinkTaken, verdict),
        Some(None) => unknown = true,
        Some(Some(_)) | None => {}
    }
    for domain in provider.domains.iter().filter(|domain| is_new(&domain.name)) {
        match claims.get(&domain.name) {
            Some(Claim::Ours) => {}
            Some(claim) => {
                let (domain, claim) = (domain.name.clone(), *claim);
                refuse(
                    ProviderField::Domains,
                    ProviderFault::DomainNotOurs { domain, claim },
                    verdict,
                );
            }
            None => unknown = true,
        }
    }
    if unknown && verdict.refusals.is_empty() {
        verdict.undecided.push(Undecided::ProviderClaims);
    }
}
