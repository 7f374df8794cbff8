//! Edits of roles, sites, resources and the policy.

use crate::access::Place;
use crate::edit::Edit;
use crate::embed::parse_origin;
use crate::facts::{Headcount, Holders};
use crate::ids::ProductId;
use crate::organisation::{Resource, Site};
use crate::plan::Plan;
use crate::policy::areas_that_differ;
use crate::provider::ClientSecret;
use crate::verdict::{Change, Consequence, Verdict};

/// Those who are at it in a host's page.
fn pages_end(sessions: u32, verdict: &mut Verdict) {
    if sessions > 0 {
        verdict.consequences.push(Consequence::EmbedSessionsEnd { sessions });
    }
}

pub(super) fn structure(plan: &Plan<'_>, verdict: &mut Verdict) {
    let organisation = &plan.facts.organisation;
    match plan.edit {
        Edit::SetRolePermissions { .. } => role_permissions(plan, verdict),
        Edit::Export { .. } => {
            if let Some(count) = &plan.facts.headcount {
                verdict.changes.push(Change::Exported { rows: count.rows });
            }
        }
        Edit::PublishPolicy { version, .. } => {
            if let Some(proposed) = &plan.facts.proposed {
                verdict.changes.push(Change::PolicyPublished {
                    version: version.next(),
                    areas: areas_that_differ(&plan.facts.policy, proposed),
                });
                verdict.consequences.push(Consequence::RightsAtOnce);
            }
        }
        Edit::EnrolDevice { device, name } => {
            let (device, name) = (*device, name.trim().to_owned());
            verdict.changes.push(Change::DeviceEnrolled { device, name });
        }
        Edit::ReleaseDevice { device } => {
            let known = plan.facts.devices.iter().find(|known| known.id == *device);
            verdict.changes.extend(known.map(|known| Change::DeviceReleased {
                device: known.id,
                name: known.name.clone(),
            }));
        }
        Edit::MakeApiKey { key, name, scopes } => verdict.changes.push(Change::ApiKeyMade {
            key: *key,
            name: name.trim().to_owned(),
            scopes: scopes.clone(),
        }),
        Edit::RevokeApiKey { key } => {
            let known = plan.facts.embedding.good_keys().find(|known| known.id == *key);
            if let Some(known) = known {
                let (key, name) = (known.id, known.name.clone());
                verdict.changes.push(Change::ApiKeyRevoked { key, name });
                pages_end(known.open, verdict);
            }
        }
        Edit::AllowOrigin { origin } => {
            let origin = parse_origin(origin);
            verdict
                .changes
                .extend(origin.map(|origin| Change::OriginAllowed { origin }));
        }
        Edit::RemoveOrigin { origin } => {
            let known = plan
                .facts
                .embedding
                .origins
                .iter()
                .find(|known| known.origin == *origin);
            if let Some(known) = known {
                let origin = known.origin.clone();
                verdict.changes.push(Change::OriginRemoved { origin });
                pages_end(known.open, verdict);
            }
        }
        Edit::SetIdentityProvider { provider, secret } => {
            let (from, to) = (plan.facts.provider.set.clone(), provider.tidy());
            if from.as_ref() != Some(&to) || *secret != ClientSecret::Keep {
                let secret = *secret;
                verdict.changes.push(Change::IdentityProviderSet { from, to, secret });
            }
        }
        Edit::RemoveIdentityProvider => {
            let set = plan.facts.provider.set.clone();
            verdict
                .changes
                .extend(set.map(|provider| Change::IdentityProviderRemoved { provider }));
        }
        Edit::CreateSite { site, name } => {
            let site = Site {
                id: *site,
                name: name.trim().to_owned(),
                archived: false,
                products: at_new_sites(plan),
            };
            verdict.changes.push(Change::SiteCreated { site });
        }
        Edit::RenameSite { site, name } => {
            if let Some(found) = organisation.site(*site).filter(|found| found.name != name.trim()) {
                let (from, to) = (found.name.clone(), name.trim().to_owned());
                verdict.changes.push(Change::SiteRenamed { site: *site, from, to });
            }
        }
        Edit::ArchiveSite { site } => {
            verdict.changes.push(Change::SiteArchived { site: *site });
            let here = |holders: &&Holders| holders.place == Place::Site(*site) && holders.people > 0;
            for holders in plan
                .facts
                .headcount
                .iter()
                .flat_map(|count| &count.holders)
                .filter(here)
            {
                verdict.consequences.push(Consequence::HoldersLoseSite {
                    site: *site,
                    role: holders.role.clone(),
                    people: holders.people,
                });
            }
        }
        Edit::CreateResource {
            resource,
            of,
            site,
            name,
        } => {
            let resource = Resource {
                id: *resource,
                kind: of.clone(),
                site: *site,
                name: name.trim().to_owned(),
                archived: false,
            };
            verdict.changes.push(Change::ResourceCreated { resource });
        }
        Edit::RenameResource { resource, name } => {
            if let Some(found) = organisation
                .resource(*resource)
                .filter(|found| found.name != name.trim())
            {
                let (from, to) = (found.name.clone(), name.trim().to_owned());
                verdict.changes.push(Change::ResourceRenamed {
                    resource: *resource,
                    from,
                    to,
                });
            }
        }
        Edit::ArchiveResource { resource } => {
            verdict.changes.push(Change::ResourceArchived { resource: *resource });
            if let Some(people) = plan.facts.headcount.as_ref().map(|count| count.people)
                && people > 0
            {
                let resource = *resource;
                verdict.consequences.push(Consequence::PeopleLose { resource, people });
            }
            if let (Some(count), Some(found)) = (&plan.facts.headcount, organisation.resource(*resource))
                && count.left_without > 0
            {
                let (people, kind) = (count.left_without, found.kind.clone());
                verdict
                    .consequences
                    .push(Consequence::PeopleLeftWithout { people, kind });
            }
        }
        _ => {}
    }
}

fn role_permissions(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Edit::SetRolePermissions { role, grant, revoke } = plan.edit else {
        return;
    };
    let Some(found) = plan.facts.policy.role(role) else {
        return;
    };
    let (people, sites) = plan
        .facts
        .headcount
        .as_ref()
        .map_or((0, 0), |count| (count.people, sites_of(count)));
    let (role, known) = (role.clone(), |id: &&_| plan.facts.policy.permission(id).is_some());
    for permission in revoke
        .iter()
        .filter(known)
        .filter(|id| found.permits(id) && !grant.contains(*id))
    {
        let (role, permission) = (role.clone(), permission.clone());
        verdict.consequences.push(Consequence::HoldersLose {
            role: role.clone(),
            permission: permission.clone(),
            people,
            sites,
        });
        verdict.changes.push(Change::RolePermissionRevoked { role, permission });
    }
    for permission in grant.iter().filter(known).filter(|id| !found.permits(id)) {
        let (role, permission) = (role.clone(), permission.clone());
        verdict.consequences.push(Consequence::HoldersGain {
            role: role.clone(),
            permission: permission.clone(),
            people,
            sites,
        });
        verdict.changes.push(Change::RolePermissionGranted { role, permission });
    }
}

fn sites_of(count: &Headcount) -> u32 {
    let sites = count
        .holders
        .iter()
        .filter(|holders| holders.people > 0 && holders.place.site().is_some())
        .count();
    u32::try_from(sites).unwrap_or(u32::MAX)
}

/// The product modules that a site has from its first day (T10).
fn at_new_sites(plan: &Plan<'_>) -> Vec<ProductId> {
    let products = plan.facts.policy.products.iter().filter(|product| product.at_new_sites);
    products.map(|product| product.id.clone()).collect()
}
