//! The smallest edit that would be allowed instead of a refused one (X3). A remedy is only offered after the same rules
//! have judged it: what is offered is allowed.
//!
//! Every keystroke asks for the remedies of all refusals, so the search judges little: refusals of one kind are repaired
//! together, and an edit that two searches come upon is judged once.

use std::collections::BTreeSet;
use std::mem::discriminant;

use crate::access::{Assignment, Holding, Place, Resources, Scope};
use crate::edit::{AccessPatch, Edit};
use crate::facts::Facts;
use crate::ids::{RoleId, UserId};
use crate::plan::Plan;
use crate::policy::{Leaving, Need, Power};
use crate::rules::power_for;
use crate::user::User;
use crate::verdict::{Field, Reason, Refusal, Remedy, Verdict};
use crate::{consequences, rules};

/// So many kinds of refusals one after the other are repaired before giving up.
const STEPS: usize = 8;

/// The remedy for each refusal of an edit, in their order.
pub(crate) fn find_all(facts: &Facts, edit: &Edit, refusals: &[Refusal]) -> Vec<Option<Remedy>> {
    let mut search = Search {
        facts,
        asked: edit,
        tried: Vec::new(),
    };
    let mut nearest: Vec<Option<Edit>> = Vec::with_capacity(refusals.len());
    let mut remedies = Vec::with_capacity(refusals.len());
    for refusal in refusals {
        // Repaired together, so the same edit comes of both.
        let found = match refusals.iter().zip(&nearest).find(|(one, _)| are_akin(one, refusal)) {
            Some((_, found)) => found.clone(),
            None => repaired(facts, edit, refusals, refusal).and_then(|candidate| search.allowed(candidate)),
        };
        nearest.push(found.clone());
        let instead = found.or_else(|| {
            let mut others = alternatives(facts, edit, refusal).into_iter();
            others.find_map(|candidate| search.allowed(candidate))
        });
        let instead = instead.map(|allowed| Remedy::Instead(Box::new(allowed)));
        remedies.push(instead.or_else(|| advice(facts, edit, refusal)));
    }
    remedies
}

struct Search<'a> {
    facts: &'a Facts,
    asked: &'a Edit,
    /// What was judged, and what came of it in the end. Few, so comparing them is quicker than any key.
    tried: Vec<(Edit, Option<Edit>)>,
}

impl Search<'_> {
    /// The candidate, repaired further where other things stand against it too, when it is allowed in the end and still
    /// changes something.
    fn allowed(&mut self, mut candidate: Edit) -> Option<Edit> {
        let from = self.tried.len();
        let mut found = None;
        for _ in 0..STEPS {
            if candidate == *self.asked {
                break;
            }
            if let Some((_, known)) = self.tried.iter().find(|(edit, _)| *edit == candidate) {
                found = known.clone();
                break;
            }
            let next = match judge(self.facts, &candidate) {
                Judged::Allowed => {
                    found = Some(candidate.clone());
                    None
                }
                Judged::Pointless => None,
                Judged::Refused(refusals) => refusals.first().and_then(|first| {
                    repaired(self.facts, &candidate, &refusals, first)
                        .or_else(|| alternatives(self.facts, &candidate, first).into_iter().next())
                }),
            };
            self.tried.push((candidate, None));
            match next {
                Some(next) => candidate = next,
                None => break,
            }
        }
        for (_, outcome) in self.tried.iter_mut().skip(from) {
            outcome.clone_from(&found);
        }
        found
    }
}

enum Judged {
    /// Nothing stands against it, and it changes something.
    Allowed,
    /// Nothing stands against it; it changes nothing.
    Pointless,
    Refused(Vec<Refusal>),
}

/// What the rules say. What an edit means for people nobody asks of one that is only tried.
fn judge(facts: &Facts, edit: &Edit) -> Judged {
    let mut verdict = Verdict::default();
    let plan = Plan::make(facts, edit, &mut verdict);
    rules::apply_all(&plan, &mut verdict);
    if !verdict.refusals.is_empty() {
        return Judged::Refused(verdict.refusals);
    }
    consequences::describe(&plan, &mut verdict);
    if verdict.changes.is_empty() {
        Judged::Pointless
    } else {
        Judged::Allowed
    }
}

/// Whether two refusals of an edit are repaired in the same way, each for itself: neither's repair is one for the other.
fn are_akin(one: &Refusal, other: &Refusal) -> bool {
    match (&one.field, &other.field) {
        // Whichever way a text is wrong, it goes.
        (Field::Profile(_), Field::Profile(_)) => true,
        (Field::Whole, _) | (_, Field::Whole) => false,
        // Whoever gives up one role may be rid of several of these.
        _ if matches!(one.reason, Reason::Exclusive { .. }) => one == other,
        (here, there) => {
            discriminant(here) == discriminant(there) && discriminant(&one.reason) == discriminant(&other.reason)
        }
    }
}

/// The edit without what the refusal names, nor what is refused in the same way; nothing where no repair is known.
fn repaired(facts: &Facts, edit: &Edit, refusals: &[Refusal], refusal: &Refusal) -> Option<Edit> {
    let mut smaller = edit.clone();
    if !repair(facts, &mut smaller, refusal) {
        return None;
    }
    for akin in refusals
        .iter()
        .filter(|other| *other != refusal && are_akin(refusal, other))
    {
        repair(facts, &mut smaller, akin);
    }
    Some(smaller)
}

/// Takes out of the edit what the refusal names, and says whether it knows how.
fn repair(facts: &Facts, edit: &mut Edit, refusal: &Refusal) -> bool {
    if let (Field::Product(product), reason) = (&refusal.field, &refusal.reason) {
        return repair_products(edit, product, reason);
    }
    if let (Field::Permission(permission), Edit::SetRolePermissions { grant, revoke, .. }) =
        (&refusal.field, &mut *edit)
    {
        grant.remove(permission);
        revoke.remove(permission);
        return true;
    }
    let reached = match refusal.field {
        Field::PrimarySite => sites_after(facts, edit).first().copied(),
        _ => None,
    };
    let Some((profile, access)) = edit.parts_mut() else {
        return false;
    };
    match (&refusal.field, &refusal.reason) {
        (
            _,
            Reason::ResourcesMissing {
                role, site, at_least, ..
            },
        ) => add_resources(facts, access, role, *site, *at_least),
        (Field::Resources(_), Reason::ResourceUnknown { resource } | Reason::ResourceArchived { resource })
        | (_, Reason::ResourceOutOfReach { resource }) => {
            for grant in &mut access.grant {
                if let Scope::Site {
                    resources: Resources::Only(chosen),
                    ..
                } = &mut grant.scope
                {
                    chosen.remove(resource);
                }
            }
        }
        (_, Reason::OtherRoleElsewhere { wanted, held, .. }) => {
            for grant in access.grant.iter_mut().filter(|grant| grant.role == *wanted) {
                grant.role = held.clone();
            }
        }
        (_, Reason::Exclusive { role, other }) => clear_exclusive(facts, access, role, other),
        (_, Reason::OneRoleOnly { place, roles }) => keep_one(access, *place, roles),
        (_, Reason::PrimarySiteMissing | Reason::PrimarySiteNotReached { .. })
        | (Field::PrimarySite, Reason::SiteUnknown { .. } | Reason::SiteArchived { .. }) => {
            access.primary_site = reached
        }
        (Field::PrimarySite, Reason::PowerMissing { .. }) => access.primary_site = None,
        (_, Reason::RoleMissing { .. }) => access.revoke.clear(),
        (Field::Role(holding), _) => drop_role(facts, access, holding),
        (Field::Membership(resource), _) => {
            access.join.remove(resource);
            access.leave.remove(resource);
        }
        (Field::Profile(field), _) => {
            profile.remove(field);
        }
        _ => return false,
    }
    true
}

/// Other edits that may do instead, where the nearest does not or there is none.
fn alternatives(facts: &Facts, edit: &Edit, refusal: &Refusal) -> Vec<Edit> {
    match (&refusal.field, &refusal.reason) {
        (_, Reason::OtherRoleElsewhere { held, place, .. }) => {
            let mut other = edit.clone();
            if let Some((_, access)) = other.parts_mut() {
                access.grant.retain(|grant| grant.place() != *place);
                access.revoke.push(Holding {
                    role: held.clone(),
                    place: *place,
                });
            }
            vec![other]
        }
        (Field::Whole, Reason::RecreationNotNeeded) => in_place(facts, edit).into_iter().collect(),
        (Field::Whole, reason) => another_way(facts, edit, reason),
        _ => Vec::new(),
    }
}

/// Adds resources of the site, in the order in which people see them, until there are enough.
fn add_resources(
    facts: &Facts,
    access: &mut AccessPatch,
    role: &crate::ids::RoleId,
    site: crate::ids::SiteId,
    at_least: u32,
) {
    let place = Place::Site(site);
    if !access
        .grant
        .iter()
        .any(|grant| grant.role == *role && grant.place() == place)
    {
        let scope = Scope::Site {
            site,
            resources: Resources::Only(BTreeSet::new()),
        };
        access.grant.push(Assignment {
            role: role.clone(),
            scope,
        });
    }
    for grant in access
        .grant
        .iter_mut()
        .filter(|grant| grant.role == *role && grant.place() == place)
    {
        let mut chosen = match grant.scope.resources() {
            Resources::Only(chosen) => chosen.clone(),
            Resources::All => BTreeSet::new(),
        };
        for resource in facts.organisation.open_resources_of(site) {
            if u32::try_from(chosen.len()).unwrap_or(u32::MAX) >= at_least {
                break;
            }
            chosen.insert(resource.id);
        }
        grant.scope = Scope::Site {
            site,
            resources: Resources::Only(chosen),
        };
    }
}

/// What is newly asked for stays, what was held goes; of two that are asked for, the first stays.
fn clear_exclusive(facts: &Facts, access: &mut AccessPatch, role: &crate::ids::RoleId, other: &crate::ids::RoleId) {
    let asked = |id: &crate::ids::RoleId| access.grant.iter().position(|grant| grant.role == *id);
    let gone = match (asked(role), asked(other)) {
        (Some(first), Some(second)) if first <= second => other,
        (Some(_), None) => other,
        (Some(_) | None, Some(_)) | (None, None) => role,
    };
    access.grant.retain(|grant| grant.role != *gone);
    let held = facts
        .subject
        .iter()
        .flat_map(|user| &user.assignments)
        .filter(|held| held.role == *gone);
    for holding in held.map(Assignment::holding) {
        if !access.revoke.contains(&holding) {
            access.revoke.push(holding);
        }
    }
}

fn keep_one(access: &mut AccessPatch, place: Place, roles: &[crate::ids::RoleId]) {
    let wanted = access
        .grant
        .iter()
        .find(|grant| grant.place() == place)
        .map(|grant| grant.role.clone());
    access
        .grant
        .retain(|grant| grant.place() != place || Some(&grant.role) == wanted.as_ref());
    for role in roles.iter().filter(|role| Some(*role) != wanted.as_ref()) {
        let holding = Holding {
            role: role.clone(),
            place,
        };
        if !access.revoke.contains(&holding) {
            access.revoke.push(holding);
        }
    }
}

/// Leaves the place as it is: neither the grant nor the revocation that made room for it.
fn drop_role(facts: &Facts, access: &mut AccessPatch, holding: &Holding) {
    let held = |holding: &Holding| {
        facts
            .subject
            .iter()
            .flat_map(|user| &user.assignments)
            .any(|assignment| holding.is(assignment))
    };
    access.grant.retain(|grant| !holding.is(grant));
    access
        .revoke
        .retain(|gone| gone != holding && (gone.place != holding.place || !held(gone)));
    if access.primary_site.map(Place::Site) == Some(holding.place) {
        access.primary_site = None;
    }
}

fn sites_after(facts: &Facts, edit: &Edit) -> Vec<crate::ids::SiteId> {
    let mut ignored = crate::verdict::Verdict::default();
    let plan = crate::plan::Plan::make(facts, edit, &mut ignored);
    let Some(after) = plan.after else { return Vec::new() };
    facts
        .organisation
        .open_sites()
        .map(|site| site.id)
        .filter(|site| {
            after
                .assignments
                .iter()
                .any(|held| held.place().covers(Place::Site(*site)))
        })
        .collect()
}

fn repair_products(edit: &mut Edit, product: &crate::ids::ProductId, reason: &Reason) -> bool {
    match (&mut *edit, reason) {
        (Edit::AddProducts { user, products }, Reason::ProductNeedsCase { .. }) if products.len() == 1 => {
            let (user, product) = (*user, product.clone());
            *edit = Edit::OpenCase { user, product };
        }
        (Edit::AddProducts { products, .. }, _) => {
            products.remove(product);
        }
        (Edit::OpenCase { user, .. }, Reason::CaseNotNeeded { .. }) => {
            let (user, products) = (*user, BTreeSet::from([product.clone()]));
            *edit = Edit::AddProducts { user, products };
        }
        _ => return false,
    }
    true
}

/// Another edit that reaches what this one is for.
fn another_way(facts: &Facts, edit: &Edit, reason: &Reason) -> Vec<Edit> {
    let (Some(user), Some(subject)) = (edit.user(), facts.subject.as_ref()) else {
        return Vec::new();
    };
    match reason {
        Reason::WayOfLeavingUnused => {
            let leaving = &facts.policy.lifecycle.leaving;
            match edit {
                Edit::Delete { .. } if leaving.contains(&Leaving::Deactivate) => vec![Edit::Deactivate { user }],
                Edit::Deactivate { .. } if leaving.contains(&Leaving::Delete) => vec![Edit::Delete { user }],
                _ => Vec::new(),
            }
        }
        Reason::NotInvited { .. } if matches!(edit, Edit::ResendInvitation { .. }) => vec![Edit::Activate { user }],
        Reason::NotInvited { .. } => vec![Edit::Delete { user }, Edit::Deactivate { user }],
        Reason::StillInvited if matches!(edit, Edit::Deactivate { .. }) => {
            vec![Edit::WithdrawInvitation { user }, Edit::Delete { user }]
        }
        Reason::StillInvited => vec![Edit::ResendInvitation { user }],
        Reason::AccountUnusable => vec![Edit::Unlock { user }, Edit::Activate { user }],
        // Someone who also works where the actor has no say: the access that the actor has a say in can end.
        Reason::PowerMissing {
            power: Power::Users, ..
        } if matches!(edit, Edit::Delete { .. } | Edit::Deactivate { .. }) => revoke_within_reach(facts, subject),
        _ => Vec::new(),
    }
}

fn revoke_within_reach(facts: &Facts, subject: &User) -> Vec<Edit> {
    let within = |held: &&Assignment| facts.actor.has_power(&facts.policy, Power::Users, held.place());
    let revoke: Vec<Holding> = subject
        .assignments
        .iter()
        .filter(within)
        .map(Assignment::holding)
        .collect();
    if revoke.is_empty() || revoke.len() == subject.assignments.len() {
        return Vec::new();
    }
    let access = AccessPatch {
        revoke,
        ..AccessPatch::default()
    };
    vec![Edit::Change {
        user: subject.id,
        profile: Default::default(),
        access,
    }]
}

/// What to do when no other edit helps.
fn advice(facts: &Facts, edit: &Edit, refusal: &Refusal) -> Option<Remedy> {
    let power = power_for(&facts.policy, edit);
    match (&refusal.field, &refusal.reason) {
        (_, Reason::SitesMissing { .. }) => Some(Remedy::AddSite),
        (_, Reason::ResourcesMissing { site, .. }) => {
            let none = facts.organisation.open_resources_of(*site).next().is_none();
            Some(if none {
                Remedy::AddResource(*site)
            } else {
                Remedy::Choose(refusal.field.clone())
            })
        }
        (_, Reason::RecreateOnly { to, .. }) => recreation(facts, edit, to),
        (_, Reason::LastAdministrator) => Some(Remedy::AnotherAdministrator),
        (
            _,
            Reason::PowerMissing { .. }
            | Reason::SupportMayNot { .. }
            | Reason::GrantsMoreThanHeld { .. }
            | Reason::PermissionNotHeld { .. }
            | Reason::ResourceOutOfReach { .. }
            | Reason::HoldsMore
            | Reason::NotAllResourcesHeld { .. }
            | Reason::ActorCannotAct,
        ) => Some(Remedy::AskAdministrator(power)),
        (Field::Profile(field), Reason::ClinicalOnly { .. } | Reason::FieldUnused { .. }) => {
            let used = facts.policy.field(*field).is_some_and(|rule| rule.need != Need::Unused);
            used.then_some(Remedy::Choose(Field::Roles(Place::Organisation)))
        }
        (Field::Profile(_), Reason::LoginEmailFixed) => None,
        (Field::Profile(field), _) => Some(Remedy::Retype(*field)),
        (
            field @ (Field::Roles(_)
            | Field::Role(_)
            | Field::PrimarySite
            | Field::Name
            | Field::Note
            | Field::Origin
            | Field::Provider(_)
            | Field::Elements
            | Field::Resources(_)),
            _,
        ) => Some(Remedy::Choose(field.clone())),
        _ => None,
    }
}

/// The same change as an edit of the account that is there.
fn in_place(facts: &Facts, edit: &Edit) -> Option<Edit> {
    let (subject, (profile, access)) = (facts.subject.as_ref()?, edit.parts()?);
    let kept = |holding: &Holding| access.grant.iter().any(|grant| holding.is(grant));
    let held = subject.assignments.iter().map(Assignment::holding);
    let revoke = held.filter(|holding| !kept(holding)).collect();
    Some(Edit::Change {
        user: subject.id,
        profile: profile.clone(),
        access: AccessPatch {
            revoke,
            ..access.clone()
        },
    })
}

/// Making the account anew with the role (A12), unless something stands against that which cannot be typed or chosen on
/// the way: then what would help there.
fn recreation(facts: &Facts, edit: &Edit, role: &RoleId) -> Option<Remedy> {
    let (subject, (_, access)) = (facts.subject.as_ref()?, edit.parts()?);
    let grant = access.grant.iter().filter(|grant| grant.role == *role);
    let anew = Edit::Recreate {
        user: subject.id,
        // Any other id than the account's own: it is only judged.
        successor: UserId(uuid::Uuid::from_u128(!subject.id.0.as_u128())),
        profile: Default::default(),
        access: AccessPatch {
            grant: grant.cloned().collect(),
            ..AccessPatch::default()
        },
    };
    let mut verdict = Verdict::default();
    let plan = Plan::make(facts, &anew, &mut verdict);
    rules::apply_all(&plan, &mut verdict);
    let on_the_way = |refusal: &&Refusal| {
        matches!(
            refusal.field,
            Field::Profile(_) | Field::Resources(_) | Field::PrimarySite
        )
    };
    match verdict.refusals.iter().find(|refusal| !on_the_way(refusal)) {
        None => Some(Remedy::Recreate(role.clone())),
        Some(refusal) => advice(facts, &anew, refusal),
    }
}
