//! What a form means: pure steps from one draft to the next, so that no page decides what a click clears or selects
//! (A7 to A10, D8, O8, O9), and the edit that a draft asks for.

mod anew;
mod members;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Place, Resources, Scope};
use crate::decide::{decide, judge};
use crate::edit::{AccessPatch, Edit};
use crate::facts::Facts;
use crate::ids::{ProductId, ResourceId, RoleId, SiteId, UserId};
use crate::licence::Standing;
use crate::lifecycle::Status;
use crate::policy::{Elsewhere, Leaving, Level, Need, Policy, Role, RoleKind, RoleResources, RolesPerUser, Way};
use crate::rules::licence;
use crate::user::{ProfileField, ProfileText, User};
use crate::verdict::{Field, Reason, Refusal, Remedy, Verdict};

pub use anew::recreation;
pub use members::{has, join, leave};

/// A user form as it stands: what was typed, and the access that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserForm {
    /// Fields that were touched.
    pub profile: ProfileText,
    pub access: AccessForm,
}

/// The access that is wanted, as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessForm {
    pub assignments: Vec<Assignment>,
    pub primary_site: Option<SiteId>,
    pub memberships: BTreeSet<ResourceId>,
}

impl UserForm {
    /// The form of someone who is there.
    pub fn of(user: &User) -> Self {
        Self {
            profile: ProfileText::new(),
            access: AccessForm::of(user),
        }
    }

    /// The form as an edit of `before` would fill it: how a remedy or a kept draft gets back into a form.
    pub fn from_edit(before: Option<&User>, edit: &Edit) -> Self {
        let mut form = before
            .filter(|_| !edit.makes_account())
            .map(Self::of)
            .unwrap_or_default();
        if let Some((profile, access)) = edit.parts() {
            form.profile.clone_from(profile);
            form.access.take(access);
        }
        form
    }

    /// The text that a field shows.
    pub fn text(&self, before: Option<&User>, field: ProfileField) -> String {
        self.profile
            .get(&field)
            .cloned()
            .or_else(|| before.map(|user| user.profile.text(field)))
            .unwrap_or_default()
    }

    /// The form of someone who is to be invited: in the policy's first language until another one is chosen (M6).
    pub fn begin(policy: &Policy) -> Self {
        let mut form = Self::default();
        let field = ProfileField::Language;
        if let Some(language) = policy.languages.first()
            && form.shows(policy, field)
        {
            form.profile.insert(field, language.clone());
        }
        form
    }

    /// Types into a field. An invitation proposes the login e-mail for messages too, until another address is typed for
    /// them (M5).
    pub fn type_text(&mut self, policy: &Policy, before: Option<&User>, field: ProfileField, text: String) {
        let mail = ProfileField::CommunicationEmail;
        if field == ProfileField::LoginEmail && before.is_none() && self.shows(policy, mail) {
            let login = self.text(None, field);
            if self.text(None, mail) == login {
                self.profile.insert(mail, text.clone());
            }
        }
        self.profile.insert(field, text);
    }

    /// Whether a field belongs on the form: the policy uses it, and a field for clinical staff only once the role is
    /// clinical (D7).
    pub fn shows(&self, policy: &Policy, field: ProfileField) -> bool {
        policy.field(field).is_some_and(|rule| {
            rule.need != Need::Unused
                && (!rule.clinical_only || crate::effective::is_clinical(policy, &self.access.assignments))
        })
    }

    /// What was typed into the fields that belong on the form. The rest is kept, should the role become clinical again.
    fn typed(&self, policy: &Policy) -> impl Iterator<Item = (ProfileField, &String)> {
        let clinical = crate::effective::is_clinical(policy, &self.access.assignments);
        self.profile
            .iter()
            .filter(move |(field, _)| clinical || policy.field(**field).is_none_or(|rule| !rule.clinical_only))
            .map(|(field, text)| (*field, text))
    }

    pub fn invite_edit(&self, policy: &Policy, user: UserId) -> Edit {
        Edit::Invite {
            user,
            profile: self.typed(policy).map(|(field, text)| (field, text.clone())).collect(),
            access: self.access.since(&AccessForm::default()),
        }
    }

    /// The edit that turns `before` into what the form wants: only what differs.
    pub fn change_edit(&self, policy: &Policy, before: &User) -> Edit {
        let profile = self
            .typed(policy)
            .filter(|(field, text)| before.profile.text(*field) != **text)
            .map(|(field, text)| (field, text.clone()))
            .collect();
        Edit::Change {
            user: before.id,
            profile,
            access: self.access.since(&AccessForm::of(before)),
        }
    }

    /// Whether the form wants something else than there is.
    pub fn differs_from(&self, policy: &Policy, before: &User) -> bool {
        match self.change_edit(policy, before) {
            Edit::Change { profile, access, .. } => !profile.is_empty() || !access.is_empty(),
            _ => true,
        }
    }
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

    fn take(&mut self, patch: &AccessPatch) {
        self.assignments
            .retain(|held| !patch.revoke.iter().any(|gone| gone.is(held)));
        for grant in &patch.grant {
            self.put(grant.clone());
        }
        self.primary_site = patch.primary_site.or(self.primary_site);
        self.memberships.extend(patch.join.iter().copied());
        self.memberships.retain(|resource| !patch.leave.contains(resource));
    }

    fn put(&mut self, assignment: Assignment) {
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

fn fresh_scope(role: &Role, place: Place, old: Option<&Scope>) -> Scope {
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

/// A role as an option of a form: whether it can be chosen now, and if not, why (X3, A12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOption {
    pub role: RoleId,
    /// The edit that choosing it would ask for.
    pub edit: Edit,
    /// The judgement of it, without remedies: a menu of forty roles is judged within a frame.
    pub verdict: Verdict,
}

impl RoleOption {
    /// The whole judgement, with remedies, for an option that someone asks about (X3).
    pub fn explain(&self, facts: &Facts) -> Verdict {
        decide(facts, &self.edit)
    }

    /// What stands against the role itself; resources that are still to be chosen do not (A7).
    pub fn refusals(&self) -> impl Iterator<Item = &crate::verdict::Refusal> {
        self.verdict.refusals.iter().filter(|refusal| {
            matches!(refusal.field, Field::Role(_) | Field::Roles(_) | Field::Whole)
                && !matches!(
                    refusal.reason,
                    Reason::ResourcesMissing { .. } | Reason::SitesMissing { .. }
                )
        })
    }
}

/// The main roles (or, with `kind`, the additional ones) that a form offers at a place, each judged as if it were chosen
/// now. Roles that the actor may not see are not among them (M9).
pub fn role_options(facts: &Facts, form: &UserForm, kind: RoleKind, place: Place) -> Vec<RoleOption> {
    let policy = &facts.policy;
    let visible = policy
        .roles
        .iter()
        .filter(|role| role.kind == kind && facts.actor.sees_role(policy, role));
    visible
        .map(|role| {
            let place = if role.scope == Level::Organisation {
                Place::Organisation
            } else {
                place
            };
            let access = if kind == RoleKind::Main && policy.assignment.roles_per_user == RolesPerUser::One {
                form.access.clone().choose_role(policy, &role.id, place)
            } else if form.access.holds(&role.id, place) {
                form.access.clone()
            } else {
                form.access.clone().toggle_role(policy, &role.id, place)
            };
            // Only the role is judged here; what was typed elsewhere on the form is judged with the whole edit.
            let chosen = UserForm {
                profile: ProfileText::new(),
                access,
            };
            let edit = match &facts.subject {
                Some(user) => chosen.change_edit(policy, user),
                None => chosen.invite_edit(policy, UserId(uuid::Uuid::nil())),
            };
            RoleOption {
                role: role.id.clone(),
                verdict: judge(facts, &edit),
                edit,
            }
        })
        .collect()
}

/// Whether the login e-mail of someone who is there can be changed at all, whatever is typed (M12, M14).
pub fn login_email_is_fixed(facts: &Facts) -> bool {
    let Some(subject) = &facts.subject else { return false };
    let field = ProfileField::LoginEmail;
    let other = Edit::Change {
        user: subject.id,
        profile: ProfileText::from([(field, format!("x{}", subject.profile.login_email))]),
        access: AccessPatch::default(),
    };
    let verdict = judge(facts, &other);
    verdict
        .refusals_at(&Field::Profile(field))
        .any(|refusal| refusal.reason == Reason::LoginEmailFixed)
}

/// Why the access at a person's primary site cannot end, with the nearest form of it that the rules allow: another site
/// that the person reaches becomes the primary one (D8, X3). What was typed in the profile stays in the remedy.
pub fn leave_primary(facts: &Facts, form: &UserForm, site: SiteId) -> Option<Refusal> {
    let subject = facts.subject.as_ref()?;
    let mut without = UserForm {
        profile: ProfileText::new(),
        access: form.access.clone(),
    };
    without
        .access
        .assignments
        .retain(|held| held.place() != Place::Site(site));
    let verdict = decide(facts, &without.change_edit(&facts.policy, subject));
    let mut refusal = verdict.refusals_at(&Field::PrimarySite).next()?.clone();
    if let Some(Remedy::Instead(edit)) = &mut refusal.remedy
        && let Some((profile, _)) = edit.parts_mut()
    {
        profile.clone_from(&form.profile);
    }
    Some(refusal)
}

/// What can be done with an account besides editing it, as a "…" menu offers it (A5). Only what the policy and the state
/// of the account know; whether this actor may do it now is in the verdict.
pub fn actions(facts: &Facts) -> Vec<(Edit, Verdict)> {
    let Some(subject) = &facts.subject else {
        return Vec::new();
    };
    let user = subject.id;
    let lifecycle = &facts.policy.lifecycle;
    let invited = subject.status == Status::Invited;
    let offered = [
        (invited, Edit::ResendInvitation { user }),
        (
            invited && lifecycle.withdraw_invitation,
            Edit::WithdrawInvitation { user },
        ),
        (subject.locked.is_some(), Edit::Unlock { user }),
        (subject.status == Status::Inactive, Edit::Activate { user }),
        (
            !invited && subject.status == Status::Active,
            Edit::SetTemporaryPassword { user },
        ),
        (subject.can_sign_in(), Edit::Lock { user }),
        (
            subject.status == Status::Active && lifecycle.leaving.contains(&Leaving::Deactivate),
            Edit::Deactivate { user },
        ),
        (
            !invited && lifecycle.leaving.contains(&Leaving::Delete),
            Edit::Delete { user },
        ),
    ];
    offered
        .into_iter()
        .filter(|(fits, _)| *fits)
        .map(|(_, edit)| (edit.clone(), decide(facts, &edit)))
        .collect()
}

/// How it stands with each of the policy's products for the subject, in the policy's order; nothing for people who are no
/// providers (T10, T11).
pub fn products(facts: &Facts) -> Vec<(ProductId, Standing)> {
    licence::standings(facts)
}
