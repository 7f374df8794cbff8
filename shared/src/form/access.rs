//! The part of a form that is about access: what a click on a role, a site or a resource means.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::AccessPatch;
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::policy::{Elsewhere, Level, Need, Policy, Role, RoleKind, RoleResources, RolesPerUser, Way};
use crate::user::User;

/// The access that is wanted, as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessForm {
    pub assignments: Vec<Assignment>,
    pub primary_site: Option<SiteId>,
    pub memberships: BTreeSet<ResourceId>,
}

impl AccessForm {
    pub fn of(user: &User) -> Self {
        Self {
            assignments: user.assignments.clone(),
            primary_site: user.primary_site,
            memberships: user.memberships.clone(),
        }
    }

    /// The difference to what there was.
    pub fn since(&self, before: &Self) -> AccessPatch {
        let grant = self
            .assignments
            .iter()
            .filter(|wanted| !before.assignments.contains(wanted))
            .cloned()
            .collect();
        let kept = |held: &Assignment| {
            let holding = held.holding();
            self.assignments.iter().any(|wanted| holding.is(wanted))
        };
        let revoke = before
            .assignments
            .iter()
            .filter(|held| !kept(held))
            .map(Assignment::holding)
            .collect();
        AccessPatch {
            grant,
            revoke,
            primary_site: self.primary_site.filter(|site| before.primary_site != Some(*site)),
            join: self.memberships.difference(&before.memberships).copied().collect(),
            leave: before.memberships.difference(&self.memberships).copied().collect(),
        }
    }

    /// The places at which something else is held here than in these assignments (X6).
    pub fn places_apart(&self, other: &[Assignment]) -> BTreeSet<Place> {
        let here = self.assignments.iter().filter(|held| !other.contains(held));
        let there = other.iter().filter(|held| !self.assignments.contains(held));
        here.chain(there).map(Assignment::place).collect()
    }

    /// What these assignments hold at a place, instead of what is held there until now (X6).
    pub fn take_place(&mut self, place: Place, from: &[Assignment]) {
        self.assignments.retain(|held| held.place() != place);
        let there = from.iter().filter(|held| held.place() == place);
        self.assignments.extend(there.cloned());
        self.assignments.sort();
    }

    pub(super) fn take(&mut self, patch: &AccessPatch) {
        self.assignments
            .retain(|held| !patch.revoke.iter().any(|gone| gone.is(held)));
        for grant in &patch.grant {
            self.put(grant.clone());
        }
        self.primary_site = patch.primary_site.or(self.primary_site);
        self.memberships.extend(patch.join.iter().copied());
        self.memberships.retain(|resource| !patch.leave.contains(resource));
    }

    pub(super) fn put(&mut self, assignment: Assignment) {
        let holding = assignment.holding();
        self.assignments.retain(|held| !holding.is(held));
        self.assignments.push(assignment);
        self.assignments.sort();
    }

    pub fn holds(&self, role: &RoleId, place: Place) -> bool {
        self.assignments
            .iter()
            .any(|held| held.role == *role && held.place() == place)
    }

    /// The main role at a place.
    pub fn main_role_at<'a>(&self, policy: &'a Policy, place: Place) -> Option<&'a Role> {
        self.assignments
            .iter()
            .filter(|held| held.place() == place)
            .filter_map(|held| policy.role(&held.role))
            .find(|role| role.kind == RoleKind::Main)
    }

    /// The main role, where the policy wants one for a person.
    pub fn main_role<'a>(&self, policy: &'a Policy) -> Option<&'a Role> {
        self.assignments
            .iter()
            .filter_map(|held| policy.role(&held.role))
            .find(|role| role.kind == RoleKind::Main)
    }

    /// A click on a role's toggle at a place. Selecting a role clears the roles that it excludes, and with one role per
    /// person the other one (O8, O9).
    #[must_use]
    pub fn toggle_role(mut self, policy: &Policy, role: &RoleId, place: Place) -> Self {
        if self.holds(role, place) {
            self.assignments
                .retain(|held| !(held.role == *role && held.place() == place));
            return self;
        }
        let Some(selected) = policy.role(role) else { return self };
        let one = policy.assignment.roles_per_user == RolesPerUser::One && selected.kind == RoleKind::Main;
        self.assignments.retain(|held| {
            let Some(other) = policy.role(&held.role) else {
                return true;
            };
            let replaced = one && held.place() == place && other.kind == RoleKind::Main;
            !replaced && !selected.excludes_or_is_excluded_by(other)
        });
        let assignment = Assignment {
            role: role.clone(),
            scope: fresh_scope(selected, place, None),
        };
        self.put(assignment);
        self
    }

    /// The roles that are held here and not after a click on another one: what it cleared (O8, O9).
    pub fn cleared(&self, after: &Self, clicked: &RoleId) -> Vec<RoleId> {
        let held = |form: &Self, role: &RoleId| form.assignments.iter().any(|held| held.role == *role);
        let mut cleared: Vec<RoleId> = self.assignments.iter().map(|held| held.role.clone()).collect();
        cleared.dedup();
        cleared.retain(|role| role != clicked && !held(after, role));
        cleared
    }

    /// Choosing the main role at a place, as in a "User Type" menu. A role that takes all resources takes them (A9); one
    /// whose resources are chosen by hand keeps what was chosen there, or begins with none (A7). Where the policy lets
    /// the role follow, the other sites follow (D4); where it ends there, that is the decision's to say (A10).
    #[must_use]
    pub fn choose_role(mut self, policy: &Policy, role: &RoleId, place: Place) -> Self {
        let Some(selected) = policy.role(role) else { return self };
        let place = if selected.scope == Level::Organisation {
            Place::Organisation
        } else {
            place
        };
        let replaced: Vec<Assignment> = self
            .assignments
            .iter()
            .filter(|held| {
                policy
                    .role(&held.role)
                    .is_some_and(|other| other.kind == RoleKind::Main)
            })
            .filter(|held| held.place() == place && held.role != *role)
            .cloned()
            .collect();
        let follows = |from: &RoleId| {
            policy
                .transition(from, role)
                .is_some_and(|t| t.elsewhere == Elsewhere::Follows && t.way == Way::InPlace)
        };
        let mut change: Vec<Assignment> = replaced.clone();
        for gone in &replaced {
            if follows(&gone.role) {
                change.extend(
                    self.assignments
                        .iter()
                        .filter(|held| held.role == gone.role && held.place() != place)
                        .cloned(),
                );
            }
        }
        // Moving between the levels: what was held at the sites becomes one role of the organisation, and the reverse.
        if policy.assignment.roles_per_user == RolesPerUser::One {
            let other_level = |held: &&Assignment| {
                let level_differs = (held.place() == Place::Organisation) != (place == Place::Organisation);
                level_differs && held.role != *role && policy.role(&held.role).is_some_and(|r| r.kind == RoleKind::Main)
            };
            let moved: Vec<Assignment> = self.assignments.iter().filter(other_level).cloned().collect();
            self.assignments.retain(|held| !moved.contains(held));
        }
        self.assignments.retain(|held| !change.contains(held));
        for old in change.iter().filter(|old| old.place() != place) {
            let scope = fresh_scope(selected, old.place(), Some(&old.scope));
            self.put(Assignment {
                role: role.clone(),
                scope,
            });
        }
        if !self.holds(role, place) {
            let old = replaced.first().map(|held| held.scope.clone());
            self.put(Assignment {
                role: role.clone(),
                scope: fresh_scope(selected, place, old.as_ref()),
            });
        }
        if self.primary_site.is_none() && policy.assignment.primary_site == Need::Required {
            self.primary_site = place.site();
        }
        self
    }

    /// A click on a site's toggle in the access rules (D8): the person's main role begins or ends there. The primary
    /// site cannot be toggled off; choose another one first.
    #[must_use]
    pub fn toggle_site(mut self, policy: &Policy, site: SiteId, role: &RoleId) -> Self {
        let place = Place::Site(site);
        if self.assignments.iter().any(|held| held.place() == place) {
            if self.primary_site != Some(site) {
                self.assignments.retain(|held| held.place() != place);
            }
            return self;
        }
        if let Some(role) = policy.role(role).filter(|role| role.scope == Level::Site) {
            self.put(Assignment {
                role: role.id.clone(),
                scope: fresh_scope(role, place, None),
            });
        }
        self
    }

    /// Choosing the primary site: whoever works mainly there reaches it (D2, D8).
    #[must_use]
    pub fn choose_primary(mut self, policy: &Policy, site: SiteId) -> Self {
        self.primary_site = Some(site);
        let reached = self
            .assignments
            .iter()
            .any(|held| held.place().covers(Place::Site(site)));
        if let (false, Some(role)) = (reached, self.main_role(policy).map(|role| role.id.clone())) {
            return self.toggle_site(policy, site, &role);
        }
        self
    }

    /// A click on a resource of a site, for roles whose resources are chosen by hand.
    #[must_use]
    pub fn toggle_resource(mut self, site: SiteId, resource: ResourceId) -> Self {
        for held in &mut self.assignments {
            if let Scope::Site {
                site: at,
                resources: Resources::Only(chosen),
            } = &mut held.scope
                && *at == site
                && !chosen.remove(&resource)
            {
                chosen.insert(resource);
            }
        }
        self
    }

    /// A click on a group or workspace.
    #[must_use]
    pub fn toggle_membership(mut self, resource: ResourceId) -> Self {
        if !self.memberships.remove(&resource) {
            self.memberships.insert(resource);
        }
        self
    }
}

pub(super) fn fresh_scope(role: &Role, place: Place, old: Option<&Scope>) -> Scope {
    let Some(site) = place.site() else {
        return Scope::Organisation;
    };
    let resources = match (role.resources, old.map(Scope::resources)) {
        (RoleResources::All, _) => Resources::All,
        (RoleResources::AtLeast(_), Some(Resources::Only(chosen))) => Resources::Only(chosen.clone()),
        (RoleResources::AtLeast(_), _) => Resources::Only(BTreeSet::new()),
    };
    Scope::Site { site, resources }
}
