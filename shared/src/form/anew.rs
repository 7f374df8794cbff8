//! The form of an account that is made anew (A12).

use super::{AccessForm, UserForm};
use crate::access::Place;
use crate::edit::Edit;
use crate::facts::Facts;
use crate::ids::{RoleId, UserId};

/// The form for making the subject's account anew with a role: the profile is taken over; of what they are a member of,
/// what holders of the role may be members of. A role of a site begins at `place`.
pub fn recreation(facts: &Facts, role: &RoleId, place: Place) -> UserForm {
    let policy = &facts.policy;
    let mut access = AccessForm::default().choose_role(policy, role, place);
    let kept = |resource: &crate::organisation::Resource| {
        !resource.archived
            && policy
                .resource_kind(&resource.kind)
                .is_some_and(|kind| kind.members.fits(role))
    };
    access.memberships = facts
        .subject
        .iter()
        .flat_map(|user| &user.memberships)
        .filter(|id| facts.organisation.resource(**id).is_some_and(kept))
        .copied()
        .collect();
    UserForm {
        profile: Default::default(),
        access,
    }
}

impl UserForm {
    /// The edit that ends the account and makes it anew as the form wants it.
    pub fn recreate_edit(&self, user: UserId, successor: UserId) -> Edit {
        Edit::Recreate {
            user,
            successor,
            profile: self.profile.clone(),
            access: self.access.since(&AccessForm::default()),
        }
    }
}
