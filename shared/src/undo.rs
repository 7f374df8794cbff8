//! The way back from an edit that was just accepted: another edit, which goes through the same door and is judged by the
//! same rules. Nothing is undone behind the rules' back.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::decide::judge;
use crate::edit::Edit;
use crate::facts::Facts;
use crate::form::AccessForm;
use crate::lifecycle::Status;
use crate::policy::{Permissions, Policy};
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation};

/// An edit that takes another one back, and what has to be confirmed with it. Pressing "Undo" confirms it: what it asks
/// for is what held a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub edit: Edit,
    pub confirmations: Vec<Confirmation>,
}

/// The way back from `edit`, which was accepted on the facts `before`. Nothing where the edit cannot be taken back
/// entirely (an account that is gone, a mail that is out), or where the rules would refuse it.
pub fn inverse(before: &Facts, edit: &Edit) -> Option<Undo> {
    let changes = judge(before, edit).changes;
    let mut after = before.clone();
    let back = match edit {
        Edit::Change { .. } | Edit::Deactivate { .. } | Edit::Activate { .. } | Edit::Lock { .. } => {
            let subject = before.subject.as_ref()?;
            let mut changed = subject.clone();
            changes.iter().for_each(|change| changed.apply(change));
            let back = back_to(subject, &changed, edit);
            after.subject = Some(changed);
            back?
        }
        Edit::SetRolePermissions { role, .. } => {
            let (mut grant, mut revoke) = (BTreeSet::new(), BTreeSet::new());
            for change in &changes {
                match change {
                    Change::RolePermissionGranted { permission, .. } => revoke.insert(permission.clone()),
                    Change::RolePermissionRevoked { permission, .. } => grant.insert(permission.clone()),
                    _ => false,
                };
            }
            let policy: &mut Policy = Arc::make_mut(&mut after.policy);
            let permissions = policy.roles.iter_mut().find(|one| one.id == *role);
            if let Some(Permissions::Only(ids)) = permissions.map(|role| &mut role.permissions) {
                ids.extend(revoke.iter().cloned());
                ids.retain(|id| !grant.contains(id));
            }
            let role = role.clone();
            Edit::SetRolePermissions { role, grant, revoke }
        }
        Edit::RenameSite { site, name } => {
            let here = after.organisation.sites.iter_mut().find(|one| one.id == *site)?;
            let name = std::mem::replace(&mut here.name, name.trim().to_owned());
            Edit::RenameSite { site: *site, name }
        }
        Edit::RenameResource { resource, name } => {
            let here = after
                .organisation
                .resources
                .iter_mut()
                .find(|one| one.id == *resource)?;
            let name = std::mem::replace(&mut here.name, name.trim().to_owned());
            Edit::RenameResource {
                resource: *resource,
                name,
            }
        }
        _ => return None,
    };
    let verdict = judge(&after, &back);
    let restores = verdict.refusals.is_empty()
        && before.subject.as_ref().is_none_or(|subject| {
            let mut restored = after.subject.clone();
            if let Some(restored) = &mut restored {
                verdict.changes.iter().for_each(|change| restored.apply(change));
            }
            restored.is_some_and(|restored| is_same(subject, &restored))
        });
    restores.then_some(Undo {
        edit: back,
        confirmations: verdict.confirmations,
    })
}

/// The edit that leads from `now` back to `then`.
fn back_to(then: &User, now: &User, edit: &Edit) -> Option<Edit> {
    let user = then.id;
    Some(match edit {
        Edit::Deactivate { .. } if then.status == Status::Active => Edit::Activate { user },
        Edit::Activate { .. } => Edit::Deactivate { user },
        Edit::Lock { .. } => Edit::Unlock { user },
        Edit::Change { .. } => {
            let differs = |field: &ProfileField| then.profile.text(*field) != now.profile.text(*field);
            Edit::Change {
                user,
                profile: ProfileField::ALL
                    .into_iter()
                    .filter(differs)
                    .map(|field| (field, then.profile.text(field)))
                    .collect(),
                access: AccessForm::of(then).since(&AccessForm::of(now)),
            }
        }
        _ => return None,
    })
}

/// Whether the account is as it was, but for the note of when it was last deactivated.
fn is_same(then: &User, now: &User) -> bool {
    let compared = User {
        deactivated_at: then.deactivated_at,
        revision: then.revision,
        ..now.clone()
    };
    compared == *then
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests;
