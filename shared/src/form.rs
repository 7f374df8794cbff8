//! What a form means: pure steps from one draft to the next, so that no page decides what a click clears or selects
//! (A7 to A10, D8, O8, O9), and the edit that a draft asks for.

mod access;
mod anew;
mod members;

use serde::{Deserialize, Serialize};

use crate::access::Place;
use crate::decide::{decide, judge};
use crate::edit::{AccessPatch, Edit};
use crate::facts::Facts;
use crate::ids::{ProductId, RoleId, SiteId, UserId};
use crate::licence::Standing;
use crate::lifecycle::Status;
use crate::policy::{Leaving, Level, Need, Policy, RoleKind, RolesPerUser};
use crate::rules::licence;
use crate::user::{ProfileField, ProfileText, User};
use crate::verdict::{Field, Reason, Refusal, Remedy, Verdict};

pub use access::AccessForm;
pub use anew::recreation;
pub use members::{has, join, leave};

/// A user form as it stands: what was typed, and the access that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserForm {
    /// Fields that were touched.
    pub profile: ProfileText,
    pub access: AccessForm,
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
        (
            !facts.second_factors.is_empty() && user != facts.actor.user,
            Edit::ResetFactors { user },
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
