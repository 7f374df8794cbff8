//! What an edit would store, and what that means for people: access gained and lost per site, links and sessions that
//! end, costs (X2).

use std::collections::BTreeSet;

use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::{Edit, WhichSessions};
use crate::effective::{RightsMap, is_clinical, resources_at};
use crate::facts::{Facts, Headcount, Holders};
use crate::ids::{CaseId, ProductId, ResourceId, RoleId, SiteId};
use crate::lifecycle::Status;
use crate::organisation::{Resource, Site};
use crate::plan::Plan;
use crate::policy::{FieldRule, Leaving, Need, Role, areas_that_differ};
use crate::rules::licence::case_needed_until;
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation, Consequence, Verdict};

pub(crate) fn describe(plan: &Plan<'_>, verdict: &mut Verdict) {
    match (plan.edit, plan.before, plan.after.as_ref()) {
        (Edit::Invite { .. }, None, Some(after)) => invite(plan, after, verdict),
        (Edit::Change { .. }, Some(before), Some(after)) => change(plan, before, after, verdict),
        (Edit::Recreate { .. }, Some(before), Some(after)) => recreate(plan, before, after, verdict),
        (Edit::Delete { .. } | Edit::WithdrawInvitation { .. }, Some(before), None) => end(plan, before, verdict),
        (_, Some(before), Some(after)) => live(plan, before, after, verdict),
        (_, None, None) => structure(plan, verdict),
        _ => {}
    }
}

fn invite(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    verdict.changes.push(Change::UserCreated { user: after.clone() });
    access(plan, &[], &after.assignments, verdict);
    for resource in &after.memberships {
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    notifiable(plan, after, &after.memberships, verdict);
    send_invitation(plan, after, verdict);
}

fn send_invitation(plan: &Plan<'_>, user: &User, verdict: &mut Verdict) {
    let to = user.profile.mail_address().to_owned();
    let language = language_of(plan.facts, user);
    if !to.is_empty() {
        verdict.consequences.push(Consequence::InvitationSent {
            to: to.clone(),
            language: language.clone(),
        });
    }
    verdict.changes.push(Change::InvitationIssued { to, language });
}

/// The person's language, else the policy's first (M6).
fn language_of(facts: &Facts, user: &User) -> String {
    if user.profile.language.is_empty() {
        facts.policy.languages.first().cloned().unwrap_or_default()
    } else {
        user.profile.language.clone()
    }
}

fn change(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    for field in ProfileField::ALL {
        let (from, to) = (before.profile.text(field), after.profile.text(field));
        if from != to {
            if field == ProfileField::LoginEmail {
                let (from, to) = (from.clone(), to.clone());
                verdict
                    .consequences
                    .push(Consequence::SignInAddressChanges { from, to });
            }
            verdict.changes.push(Change::ProfileChanged { field, from, to });
        }
    }
    for assignment in &plan.revoked {
        verdict.changes.push(Change::Revoked {
            assignment: assignment.clone(),
        });
    }
    for assignment in &plan.granted {
        verdict.changes.push(Change::Granted {
            assignment: assignment.clone(),
        });
    }
    if before.primary_site != after.primary_site {
        let (from, to) = (before.primary_site, after.primary_site);
        verdict.changes.push(Change::PrimarySiteChanged { from, to });
    }
    access(plan, &before.assignments, &after.assignments, verdict);
    elsewhere(plan, verdict);
    clinical(plan, before, after, verdict);
    memberships(plan, before, after, verdict);
    if before.assignments != after.assignments && before.can_sign_in() {
        verdict.consequences.push(Consequence::RightsAtOnce);
    }
    // An invitation that is out goes to the address that was known then: a new address needs a new link.
    if before.status == Status::Invited && before.profile.mail_address() != after.profile.mail_address() {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
        send_invitation(plan, after, verdict);
    }
}

/// What becomes of the fields for clinical staff when a role begins or stops being clinical.
fn clinical(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    let (was, is) = (
        is_clinical(policy, &before.assignments),
        is_clinical(policy, &after.assignments),
    );
    if was == is {
        return;
    }
    let kept = |rule: &&FieldRule| {
        let is_there = |user: &User| !user.profile.text(rule.id).is_empty();
        rule.clinical_only && rule.need != Need::Unused && is_there(before) && is_there(after)
    };
    let fields: Vec<ProfileField> = policy.fields.iter().filter(kept).map(|rule| rule.id).collect();
    if !fields.is_empty() {
        verdict.consequences.push(if was {
            Consequence::ClinicalKept { fields }
        } else {
            Consequence::ClinicalReturns { fields }
        });
    }
}

fn elsewhere(plan: &Plan<'_>, verdict: &mut Verdict) {
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

fn memberships(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    let joined: BTreeSet<ResourceId> = after.memberships.difference(&before.memberships).copied().collect();
    for resource in &joined {
        verdict.changes.push(Change::Joined { resource: *resource });
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    for resource in before.memberships.difference(&after.memberships) {
        verdict.changes.push(Change::Left { resource: *resource });
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    let reachable = before.profile.phone != after.profile.phone;
    notifiable(
        plan,
        after,
        if reachable { &after.memberships } else { &joined },
        verdict,
    );
}

/// Whether a member of a group can be notified: the kind names the profile field that this needs (A17).
fn notifiable(plan: &Plan<'_>, user: &User, groups: &BTreeSet<ResourceId>, verdict: &mut Verdict) {
    for resource in groups {
        let kind = plan
            .facts
            .organisation
            .resource(*resource)
            .and_then(|found| plan.facts.policy.resource_kind(&found.kind));
        if let Some(field) = kind.and_then(|kind| kind.notifies_by) {
            let possible = !user.profile.text(field).is_empty();
            verdict.consequences.push(Consequence::Notifiable {
                resource: *resource,
                field,
                possible,
            });
        }
    }
}

/// Without roles that the actor may not see: a consequence tells nothing of them either (M9).
fn visible<'a>(plan: &Plan<'_>, assignments: &'a [Assignment]) -> std::borrow::Cow<'a, [Assignment]> {
    let policy = &plan.facts.policy;
    let hidden = |role: &&Role| !plan.facts.actor.sees_role(policy, role);
    let hidden: Vec<&RoleId> = policy.roles.iter().filter(hidden).map(|role| &role.id).collect();
    if hidden.is_empty() {
        return assignments.into();
    }
    assignments
        .iter()
        .filter(|held| !hidden.contains(&&held.role))
        .cloned()
        .collect::<Vec<_>>()
        .into()
}

/// What is gained and lost at every place, place by place.
fn access(plan: &Plan<'_>, before: &[Assignment], after: &[Assignment], verdict: &mut Verdict) {
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

fn end(plan: &Plan<'_>, before: &User, verdict: &mut Verdict) {
    if before.status == Status::Invited {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
    }
    let actor = &plan.facts.actor;
    let seen = plan.facts.policy.roles.iter().filter(|role| {
        let held = |assignment: &Assignment| assignment.role == role.id;
        before.assignments.iter().any(held) && actor.sees_role(&plan.facts.policy, role)
    });
    let roles: Vec<RoleId> = seen.map(|role| role.id.clone()).collect();
    if !roles.is_empty() {
        verdict.consequences.push(Consequence::RolesEnd { roles });
    }
    access(plan, &before.assignments, &[], verdict);
    for resource in &before.memberships {
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
    if matches!(plan.edit, Edit::Delete { .. }) {
        verdict.consequences.push(Consequence::GoneForGood);
    }
    verdict.changes.push(Change::UserDeleted {
        user: before.id,
        profile: before.profile.clone(),
    });
}

/// One account ends, another one begins: what the person gains and loses by both, place by place (A12).
fn recreate(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    if before.status == Status::Invited {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
    }
    access(plan, &before.assignments, &after.assignments, verdict);
    for resource in before.memberships.difference(&after.memberships) {
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    for resource in after.memberships.difference(&before.memberships) {
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    notifiable(plan, after, &after.memberships, verdict);
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
    verdict.changes.push(Change::UserDeleted {
        user: before.id,
        profile: before.profile.clone(),
    });
    let (from, to) = (&before.profile.login_email, &after.profile.login_email);
    if from != to {
        let (from, to) = (from.clone(), to.clone());
        verdict
            .consequences
            .push(Consequence::SignInAddressChanges { from, to });
    }
    verdict.changes.push(Change::UserCreated { user: after.clone() });
    send_invitation(plan, after, verdict);
    verdict.consequences.push(Consequence::SignInAnew);
    verdict.consequences.push(Consequence::HistoryContinues);
}

/// The edits of an account's life.
fn live(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    if before.status != after.status {
        verdict.changes.push(Change::StatusChanged {
            from: before.status,
            to: after.status,
        });
    }
    match plan.edit {
        Edit::ResendInvitation { .. } => {
            verdict.consequences.push(Consequence::InvitationLinkEnds);
            verdict.changes.push(Change::InvitationEnded);
            send_invitation(plan, after, verdict);
        }
        Edit::Deactivate { .. } => {
            verdict.changes.push(Change::Deactivated { at: plan.facts.now });
            access(plan, &before.assignments, &[], verdict);
            sign_in_ends(verdict);
            if plan.facts.policy.lifecycle.leaving.contains(&Leaving::Deactivate) {
                verdict.consequences.push(Consequence::HistoryKept);
            }
        }
        Edit::Activate { .. } => {
            access(plan, &[], &before.assignments, verdict);
            if before.locked.is_none() {
                verdict.consequences.push(Consequence::SignInPossible);
            }
            if before.assignments.is_empty() {
                verdict.consequences.push(Consequence::ReachesNothing);
            }
        }
        Edit::Lock { .. } => {
            if let Some(lock) = after.locked {
                verdict.changes.push(Change::Locked { lock });
            }
            sign_in_ends(verdict);
        }
        Edit::Unlock { .. } => {
            if let Some(lock) = before.locked {
                verdict.changes.push(Change::Unlocked { lock });
            }
            if after.can_sign_in() {
                verdict.consequences.push(Consequence::SignInPossible);
            }
            verdict.consequences.push(Consequence::ReviewAdvised);
        }
        Edit::SetTemporaryPassword { .. } => {
            verdict.consequences.push(Consequence::TemporaryPassword);
            verdict.consequences.push(Consequence::SessionsEnd);
            verdict.changes.push(Change::TemporaryPasswordSet);
            verdict.changes.push(Change::SessionsEnded);
        }
        Edit::EndSessions {
            which: WhichSessions::All,
            ..
        } => {
            verdict.consequences.push(Consequence::SessionsEnd);
            verdict.changes.push(Change::SessionsEnded);
        }
        Edit::EndSessions { which, .. } => verdict.changes.push(Change::SomeSessionsEnded { which: *which }),
        Edit::AddProducts { products, .. } => licences(plan, products, verdict),
        Edit::CloseCase { case, note, .. } => close_case(plan, before, *case, note, verdict),
        Edit::OpenCase { product, .. } => {
            verdict.consequences.push(Consequence::CaseOpened {
                product: product.clone(),
            });
            verdict.changes.push(Change::CaseOpened {
                product: product.clone(),
            });
        }
        _ => {}
    }
}

fn sign_in_ends(verdict: &mut Verdict) {
    verdict.consequences.push(Consequence::SignInEnds);
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
}

fn licences(plan: &Plan<'_>, products: &BTreeSet<ProductId>, verdict: &mut Verdict) {
    let terms = plan
        .facts
        .policy
        .terms
        .as_ref()
        .map(|terms| terms.version.clone())
        .unwrap_or_default();
    for id in products {
        let monthly_cents = plan.facts.policy.product(id).map_or(0, |product| product.monthly_cents);
        verdict.consequences.push(Consequence::ProductAdded {
            product: id.clone(),
            monthly_cents,
        });
        verdict.changes.push(Change::ProductAdded {
            product: id.clone(),
            terms: terms.clone(),
            monthly_cents,
        });
    }
}

fn close_case(plan: &Plan<'_>, subject: &User, id: CaseId, note: &str, verdict: &mut Verdict) {
    let Some(case) = plan.facts.cases.iter().find(|case| case.id == id) else {
        return;
    };
    // A product that the policy has no more leaves nothing to say.
    if let Some(product) = plan.facts.policy.product(&case.product) {
        verdict.consequences.push(Consequence::CaseEnds {
            product: product.id.clone(),
            self_service_from: case_needed_until(plan.facts, subject, product),
        });
    }
    verdict.changes.push(Change::CaseClosed {
        case: id,
        product: case.product.clone(),
        note: note.trim().to_owned(),
    });
}

/// Edits of roles, sites and resources.
fn structure(plan: &Plan<'_>, verdict: &mut Verdict) {
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
        Edit::CreateSite { site, name } => {
            let site = Site {
                id: *site,
                name: name.trim().to_owned(),
                archived: false,
                products: Vec::new(),
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
