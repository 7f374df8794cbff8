//! What an edit would make of its subject: the state before, the state after, and what the policy does by itself. Rules
//! compare the two; none of them reads the edit's steps one by one.

use std::collections::BTreeSet;

use crate::access::{Assignment, Holding, Place, Resources, Scope};
use crate::edit::{AccessPatch, Edit};
use crate::effective::is_clinical;
use crate::facts::Facts;
use crate::ids::{Revision, RoleId, SiteId, UserId};
use crate::lifecycle::{Lock, LockCause, Status};
use crate::policy::{Elsewhere, RoleKind, RoleResources};
use crate::rules::profile;
use crate::user::{Profile, ProfileText, User};
use crate::verdict::{Field, Reason, Verdict};

pub(crate) struct Plan<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) edit: &'a Edit,
    /// The subject as it is; absent for an invitation.
    pub(crate) before: Option<&'a User>,
    /// The subject as it would be; absent when the account ends, or when the edit is about no user.
    pub(crate) after: Option<User>,
    /// Assignments that the subject would have and has not now, or not with these resources.
    pub(crate) granted: Vec<Assignment>,
    /// Assignments that the subject has and would have no more, whatever their resources.
    pub(crate) revoked: Vec<Assignment>,
    /// What ends at other sites without having been asked for (A10).
    pub(crate) ends_elsewhere: Vec<Holding>,
    /// What changes at other sites without having been asked for: site, from, to.
    pub(crate) follows_elsewhere: Vec<(SiteId, RoleId, RoleId)>,
}

impl<'a> Plan<'a> {
    pub(crate) fn make(facts: &'a Facts, edit: &'a Edit, verdict: &mut Verdict) -> Self {
        let before = facts.subject.as_ref().filter(|user| Some(user.id) == edit.user());
        let mut plan = Self {
            facts,
            edit,
            before,
            after: None,
            granted: Vec::new(),
            revoked: Vec::new(),
            ends_elsewhere: Vec::new(),
            follows_elsewhere: Vec::new(),
        };
        if edit.user().is_none() {
            return plan;
        }
        if let Edit::Invite { user, profile, access } = edit {
            if before.is_some() {
                verdict.refuse("X6", Field::Whole, Reason::UserExists);
            }
            let mut after = invited(*user);
            plan.change(&mut after, profile, access, verdict);
            plan.after = Some(after);
            plan.compare();
            return plan;
        }
        let Some(before) = before else {
            return plan;
        };
        if let Edit::Recreate {
            user,
            successor,
            profile,
            access,
        } = edit
        {
            if successor == user {
                verdict.refuse("X6", Field::Whole, Reason::UserExists);
            }
            let mut after = invited(*successor);
            after.profile = before.profile.clone();
            plan.change(&mut after, profile, access, verdict);
            plan.after = Some(after);
            plan.compare();
            return plan;
        }
        let mut after = before.clone();
        match edit {
            Edit::Change { profile, access, .. } => {
                plan.change(&mut after, profile, access, verdict);
                // Who is no provider any more has no licence either (T10, T12).
                if !is_clinical(&facts.policy, &after.assignments) {
                    after.products.clear();
                }
            }
            Edit::Deactivate { .. } => {
                after.status = Status::Inactive;
                after.deactivated_at = Some(facts.now);
                after.products.clear();
            }
            Edit::Activate { .. } => after.status = Status::Active,
            Edit::Lock { .. } => {
                after.locked = Some(Lock {
                    since: facts.now,
                    cause: LockCause::Administrator,
                })
            }
            Edit::Unlock { .. } => after.locked = None,
            Edit::AddProducts { products, .. } => after.products.extend(products.iter().cloned()),
            Edit::Delete { .. } | Edit::WithdrawInvitation { .. } => return plan,
            _ => {}
        }
        plan.after = Some(after);
        plan.compare();
        plan
    }

    fn change(&mut self, after: &mut User, typed: &ProfileText, access: &AccessPatch, verdict: &mut Verdict) {
        for (field, text) in typed {
            if let Err(reason) = profile::parse_into(&mut after.profile, *field, text) {
                verdict.refuse(profile::rule_of(*field), Field::Profile(*field), reason);
            }
        }
        after
            .assignments
            .retain(|held| !access.revoke.iter().any(|holding| holding.is(held)));
        for grant in &access.grant {
            let holding = grant.holding();
            after.assignments.retain(|held| !holding.is(held));
            after.assignments.push(self.normal(grant));
        }
        if matches!(self.edit, Edit::Change { .. }) {
            self.carry_elsewhere(after, access);
        }
        after.assignments.sort();
        if access.primary_site.is_some() {
            after.primary_site = access.primary_site;
        }
        after.memberships.extend(access.join.iter().copied());
        after.memberships.retain(|resource| !access.leave.contains(resource));
    }

    /// A role that takes all resources takes them whatever was sent; a whole-organisation scope has no choice either.
    fn normal(&self, grant: &Assignment) -> Assignment {
        let takes_all = self
            .facts
            .policy
            .role(&grant.role)
            .is_some_and(|role| role.resources == RoleResources::All);
        match &grant.scope {
            Scope::Site { site, .. } if takes_all => Assignment {
                role: grant.role.clone(),
                scope: Scope::whole_site(*site),
            },
            _ => grant.clone(),
        }
    }

    /// What the policy's transitions do at the sites that the edit does not name (A10).
    fn carry_elsewhere(&mut self, after: &mut User, access: &AccessPatch) {
        let (Some(before), policy) = (self.before, &self.facts.policy) else {
            return;
        };
        let grants = access.grant.iter().map(Assignment::place);
        let touched: BTreeSet<Place> = grants
            .chain(access.revoke.iter().map(|holding| holding.place))
            .collect();
        let untouched: Vec<(SiteId, &Assignment)> = before
            .assignments
            .iter()
            .filter(|held| !touched.contains(&held.place()))
            .filter_map(|held| held.place().site().map(|site| (site, held)))
            .collect();
        if untouched.is_empty() {
            return;
        }
        for grant in &access.grant {
            let gives_way = |held: &&Assignment| {
                held.place() == grant.place()
                    && held.role != grant.role
                    && access.revoke.iter().any(|holding| holding.is(held))
                    && policy.role(&held.role).is_some_and(|role| role.kind == RoleKind::Main)
            };
            let Some(from) = before.assignments.iter().find(gives_way).map(|held| &held.role) else {
                continue;
            };
            let Some(transition) = policy.transition(from, &grant.role) else {
                continue;
            };
            for (site, held) in untouched.iter().filter(|(_, held)| held.role == *from) {
                match transition.elsewhere {
                    Elsewhere::Stays => {}
                    Elsewhere::Ends => {
                        after.assignments.retain(|other| other != *held);
                        self.ends_elsewhere.push(held.holding());
                    }
                    Elsewhere::Follows if self.follows_elsewhere.iter().any(|(done, ..)| done == site) => {}
                    Elsewhere::Follows => {
                        let scope = Scope::Site {
                            site: *site,
                            resources: held.scope.resources().clone(),
                        };
                        let next = Assignment {
                            role: grant.role.clone(),
                            scope,
                        };
                        after.assignments.retain(|other| other != *held);
                        after.assignments.push(self.normal(&next));
                        self.follows_elsewhere.push((*site, from.clone(), grant.role.clone()));
                    }
                }
            }
        }
        self.ends_elsewhere.sort();
        self.ends_elsewhere.dedup();
    }

    /// What the account holds already that the edit is about: nothing for one that is made.
    pub(crate) fn held(&self) -> &'a [Assignment] {
        match self.before {
            Some(before) if !self.edit.makes_account() => &before.assignments,
            _ => &[],
        }
    }

    /// Notes what comes and what goes, for the rules to look at.
    fn compare(&mut self) {
        let held = self.held();
        let wanted = self
            .after
            .as_ref()
            .map(|user| user.assignments.as_slice())
            .unwrap_or_default();
        if held == wanted {
            return;
        }
        let (old, new): (BTreeSet<&Assignment>, BTreeSet<&Assignment>) =
            (held.iter().collect(), wanted.iter().collect());
        let granted: Vec<Assignment> = wanted
            .iter()
            .filter(|assignment| !old.contains(assignment))
            .cloned()
            .collect();
        let stays = |assignment: &Assignment| {
            new.contains(assignment) || granted.iter().any(|kept| assignment.holding().is(kept))
        };
        self.revoked = held.iter().filter(|assignment| !stays(assignment)).cloned().collect();
        self.granted = granted;
    }

    /// The resources that a granted assignment leaves to choose, when it is at a site.
    pub(crate) fn chosen(assignment: &Assignment) -> Option<(SiteId, &BTreeSet<crate::ids::ResourceId>)> {
        match &assignment.scope {
            Scope::Site {
                site,
                resources: Resources::Only(chosen),
            } => Some((*site, chosen)),
            _ => None,
        }
    }
}

/// An account as it is made.
fn invited(id: UserId) -> User {
    User {
        id,
        revision: Revision::default(),
        profile: Profile::default(),
        status: Status::Invited,
        locked: None,
        assignments: Vec::new(),
        primary_site: None,
        memberships: BTreeSet::new(),
        products: BTreeSet::new(),
        deactivated_at: None,
    }
}
