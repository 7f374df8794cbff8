//! Embedding: what an API key and an allowed origin may be, and what may be done with a token (X4, X8).

use crate::access::Place;
use crate::edit::Edit;
use crate::embed::{EmbedAccess, EmbedScopes, KEYS_AT_MOST, ORIGINS_AT_MOST, elements_of, parse_origin};
use crate::plan::Plan;
use crate::proof;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let known = &plan.facts.embedding;
    match plan.edit {
        Edit::MakeApiKey { key, name, scopes } => {
            if known.keys.iter().any(|other| other.id == *key) {
                verdict.refuse("X8", Field::Whole, Reason::IdTaken);
            }
            at_most(known.good_keys().count(), KEYS_AT_MOST, verdict);
            let names = known.good_keys().map(|key| key.name.as_str());
            super::sites::judge_name(name, names, verdict);
            judge_scopes(plan, scopes, verdict);
        }
        Edit::RevokeApiKey { key } if !known.good_keys().any(|good| good.id == *key) => {
            verdict.refuse("X8", Field::Whole, Reason::ApiKeyUnknown { key: *key });
        }
        Edit::AllowOrigin { origin } => match parse_origin(origin) {
            Err(fault) => verdict.refuse("X8", Field::Origin, Reason::OriginUnusable { fault }),
            Ok(origin) => {
                if known.origins.iter().any(|known| known.origin == origin) {
                    verdict.refuse("X8", Field::Origin, Reason::OriginAllowed { origin });
                }
                at_most(known.origins.len(), ORIGINS_AT_MOST, verdict);
            }
        },
        Edit::RemoveOrigin { origin } if !known.origins.iter().any(|known| known.origin == *origin) => {
            let origin = origin.clone();
            verdict.refuse("X8", Field::Whole, Reason::OriginUnknown { origin });
        }
        _ => {}
    }
}

fn at_most(there: usize, at_most: usize, verdict: &mut Verdict) {
    if there >= at_most {
        let at_most = u32::try_from(at_most).unwrap_or(u32::MAX);
        verdict.refuse("X8", Field::Whole, Reason::EnoughOfThem { at_most });
    }
}

/// Whoever has a key acts for anybody of the organisation: so nobody makes one for what they do not administer (X4).
fn judge_scopes(plan: &Plan<'_>, scopes: &EmbedScopes, verdict: &mut Verdict) {
    let facts = plan.facts;
    if scopes.elements.is_empty() {
        verdict.refuse("X8", Field::Elements, Reason::ElementsMissing);
    }
    if scopes.sites.as_ref().is_some_and(|sites| sites.is_empty()) {
        verdict.refuse("X8", Field::Elements, Reason::SitesOfKeyMissing);
    }
    for site in scopes.sites.iter().flatten() {
        if facts.organisation.site(*site).is_none() {
            verdict.refuse("X8", Field::Whole, Reason::SiteUnknown { site: *site });
        }
    }
    let place = Place::Organisation;
    for power in scopes.elements.iter().map(|element| element.power()) {
        if !facts.actor.has_power(&facts.policy, power, place) {
            verdict.refuse("X4", Field::Elements, Reason::PowerMissing { power, place });
        }
    }
}

/// What a token stands against, whatever its person may do.
pub(super) fn judge_token(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (facts, edit) = (plan.facts, plan.edit);
    let Some(scopes) = &facts.actor.embedded else {
        return;
    };
    let reason = if is_for_the_console(plan) {
        Reason::OnlyInConsole
    } else if !elements_of(edit)
        .iter()
        .any(|element| scopes.elements.contains(element))
    {
        Reason::OutsideEmbedding
    } else if scopes.access < EmbedAccess::Manage {
        Reason::EmbeddedToRead
    } else {
        return;
    };
    verdict.refuse("X8", Field::Whole, reason);
}

/// What asks for a recent proof of who one is, which no host's page may take; and what somebody does about the ways into
/// their own account.
fn is_for_the_console(plan: &Plan<'_>) -> bool {
    let (facts, edit) = (plan.facts, plan.edit);
    let own_sessions = matches!(edit, Edit::EndSessions { user, .. } if *user == facts.actor.user);
    own_sessions || proof::is_asked(&facts.policy, facts.actor.user, plan.before, edit)
}
