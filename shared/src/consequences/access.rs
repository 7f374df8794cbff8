//! Access gained and lost, place by place.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::access::{Assignment, Place, Resources, Scope};
use crate::effective::{RightsMap, resources_at};
use crate::facts::Facts;
use crate::ids::{ResourceId, SiteId};
use crate::plan::Plan;
use crate::verdict::{Confirmation, Consequence, Verdict};

pub(super) fn elsewhere(plan: &Plan<'_>, verdict: &mut Verdict) {
    for holding in &plan.ends_elsewhere {
        if let Some(site) = holding.place.site() {
            verdict.consequences.push(Consequence::EndsElsewhere {
                site,
                role: holding.role.clone(),
            });
        }
    }
    let mut roles: Vec<_> = plan.ends_elsewhere.iter().map(|holding| &holding.role).collect();
    roles.dedup();
    for role in roles {
        let sites = plan
            .ends_elsewhere
            .iter()
            .filter(|h| h.role == *role)
            .filter_map(|h| h.place.site())
            .collect();
        verdict.confirmations.push(Confirmation::AccessEnds {
            role: role.clone(),
            sites,
        });
    }
    for (site, from, to) in &plan.follows_elsewhere {
        let (from, to) = (from.clone(), to.clone());
        verdict
            .consequences
            .push(Consequence::FollowsElsewhere { site: *site, from, to });
    }
}

/// Without roles that the actor may not see, which are for them as if there were none: a consequence tells nothing of
/// either (M9).
pub(super) fn visible<'a>(plan: &Plan<'_>, assignments: &'a [Assignment]) -> Cow<'a, [Assignment]> {
    let policy = &plan.facts.policy;
    let is_seen = |held: &&Assignment| {
        let role = policy.role(&held.role);
        role.is_some_and(|role| plan.facts.actor.sees_role(policy, role))
    };
    if assignments.iter().all(|held| is_seen(&held)) {
        return assignments.into();
    }
    assignments.iter().filter(is_seen).cloned().collect::<Vec<_>>().into()
}

/// What is gained and lost at every place, place by place.
pub(super) fn access(plan: &Plan<'_>, before: &[Assignment], after: &[Assignment], verdict: &mut Verdict) {
    let (before, after) = (&visible(plan, before)[..], &visible(plan, after)[..]);
    if before == after {
        return;
    }
    let policy = &plan.facts.policy;
    let mut places: Vec<Place> = before.iter().chain(after).map(Assignment::place).collect();
    places.sort_unstable();
    places.dedup();
    let (before_at, after_at) = (RightsMap::new(policy, before), RightsMap::new(policy, after));
    let (had_everywhere, has_everywhere) = (before_at.everywhere(), after_at.everywhere());
    let lost_everywhere = had_everywhere.without(has_everywhere);
    let gained_everywhere = has_everywhere.without(had_everywhere);
    for place in places {
        let (had, has) = (before_at.at(place), after_at.at(place));
        let (mut gained, mut lost) = (has.without(&had), had.without(&has));
        if place != Place::Organisation {
            // What comes or goes with the whole organisation is said once, there.
            gained = gained.without(&gained_everywhere);
            lost = lost.without(&lost_everywhere);
        }
        if !gained.is_empty() {
            let (permissions, administers) = (gained.permissions(policy), gained.powers());
            verdict.consequences.push(Consequence::AccessGained {
                place,
                permissions,
                administers,
            });
        }
        if !lost.is_empty() {
            let (permissions, administers) = (lost.permissions(policy), lost.powers());
            verdict.consequences.push(Consequence::AccessLost {
                place,
                permissions,
                administers,
            });
        }
        match place {
            Place::Organisation => {
                let whole = |list: &[Assignment]| list.iter().any(|a| a.scope == Scope::Organisation);
                let has_sites = policy.has_sites() || plan.facts.organisation.open_sites().next().is_some();
                if has_sites && whole(after) && !whole(before) {
                    verdict.consequences.push(Consequence::EverySite);
                }
            }
            Place::Site(site) if policy.site_resource_kind().is_some() => {
                resources(plan, site, before, after, verdict);
            }
            Place::Site(_) => {}
        }
    }
}

fn resources(plan: &Plan<'_>, site: SiteId, before: &[Assignment], after: &[Assignment], verdict: &mut Verdict) {
    let (had, has) = (resources_at(before, site), resources_at(after, site));
    let reaches = |list: &[Assignment]| list.iter().any(|a| a.place().covers(Place::Site(site)));
    if let Some(gained) = more(&has, &had).filter(|_| reaches(after)) {
        verdict.consequences.push(Consequence::ResourcesGained {
            site,
            resources: gained,
        });
    }
    if let Some(lost) = less(plan.facts, site, &had, &has) {
        verdict
            .consequences
            .push(Consequence::ResourcesLost { site, resources: lost });
    }
    if reaches(after) && had != has && has == Resources::Only(BTreeSet::new()) {
        let kind = plan.facts.policy.site_resource_kind().map(|kind| kind.id.clone());
        verdict.consequences.push(Consequence::SeesNothing { site, kind });
    }
}

/// What `has` reaches beyond `had`.
fn more(has: &Resources, had: &Resources) -> Option<Resources> {
    match (has, had) {
        (_, Resources::All) => None,
        (Resources::All, Resources::Only(_)) => Some(Resources::All),
        (Resources::Only(has), Resources::Only(had)) => {
            let gained: BTreeSet<ResourceId> = has.difference(had).copied().collect();
            (!gained.is_empty()).then_some(Resources::Only(gained))
        }
    }
}

/// What is lost: of "all", those that are there now and are not kept.
fn less(facts: &Facts, site: SiteId, had: &Resources, has: &Resources) -> Option<Resources> {
    match (had, has) {
        (Resources::All, Resources::Only(kept)) if kept.is_empty() => Some(Resources::All),
        (Resources::All, Resources::Only(kept)) => {
            let lost: BTreeSet<ResourceId> = facts
                .organisation
                .open_resources_of(site)
                .map(|resource| resource.id)
                .filter(|resource| !kept.contains(resource))
                .collect();
            Some(Resources::Only(lost))
        }
        _ => more(had, has),
    }
}
