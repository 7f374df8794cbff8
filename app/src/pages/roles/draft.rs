//! The change in hand: one role at a time, because its holders are counted before it is saved.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::Policy;
use shared::edit::Edit;
use shared::ids::{PermissionId, RoleId};
use shared::policy::Role;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hand {
    role: Option<RoleId>,
    grant: BTreeSet<PermissionId>,
    revoke: BTreeSet<PermissionId>,
}

impl Hand {
    fn is_empty(&self) -> bool {
        self.grant.is_empty() && self.revoke.is_empty()
    }

    /// Turns a permission of `role` on or off; back to what it was, it is no change any more.
    fn toggle(&mut self, role: &Role, permission: &PermissionId, on: bool) {
        if self.role.as_ref() != Some(&role.id) {
            *self = Self {
                role: Some(role.id.clone()),
                ..Self::default()
            };
        }
        self.grant.remove(permission);
        self.revoke.remove(permission);
        if on != role.permits(permission) {
            let set = if on { &mut self.grant } else { &mut self.revoke };
            set.insert(permission.clone());
        }
        if self.is_empty() {
            self.role = None;
        }
    }

    fn edit(&self) -> Option<Edit> {
        let role = self.role.clone().filter(|_| !self.is_empty())?;
        Some(Edit::SetRolePermissions {
            role,
            grant: self.grant.clone(),
            revoke: self.revoke.clone(),
        })
    }
}

/// The change in hand, as the screen shares it.
#[derive(Clone, Copy)]
pub(super) struct Draft(RwSignal<Hand>);

impl Draft {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(Hand::default()))
    }

    /// The role in hand, if a change to one is.
    pub(super) fn role(self) -> Memo<Option<RoleId>> {
        Memo::new(move |_| self.0.with(|hand| hand.role.clone()))
    }

    pub(super) fn role_name(self, policy: &Policy) -> String {
        self.0
            .with(|hand| {
                hand.role
                    .as_ref()
                    .and_then(|id| policy.role(id))
                    .map(|role| role.name.clone())
            })
            .unwrap_or_default()
    }

    pub(super) fn edit(self) -> Signal<Option<Edit>> {
        Signal::derive(move || self.0.with(Hand::edit))
    }

    pub(super) fn is_changed(self) -> bool {
        self.0.with(|hand| !hand.is_empty())
    }

    /// Whether this cell is changed, and to what.
    pub(super) fn change(self, role: &RoleId, permission: &PermissionId) -> Option<bool> {
        self.0.with(|hand| {
            if hand.role.as_ref() != Some(role) {
                None
            } else if hand.grant.contains(permission) {
                Some(true)
            } else {
                hand.revoke.contains(permission).then_some(false)
            }
        })
    }

    pub(super) fn toggle(self, role: &Role, permission: &PermissionId, on: bool) {
        self.0.update(|hand| hand.toggle(role, permission, on));
    }

    /// Takes a remedy's edit instead.
    pub(super) fn take(self, edit: &Edit) {
        if let Edit::SetRolePermissions { role, grant, revoke } = edit {
            let hand = Hand {
                role: Some(role.clone()),
                grant: grant.clone(),
                revoke: revoke.clone(),
            };
            self.0.set(if hand.is_empty() { Hand::default() } else { hand });
        }
    }

    pub(super) fn discard(self) {
        self.0.set(Hand::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str) -> Role {
        serde_json::from_value(serde_json::json!({
            "id": id, "name": id, "scope": "site", "permissions": ["read"],
        }))
        .unwrap()
    }

    #[test]
    fn a_permission_put_back_is_no_change() {
        let (nurse, mut hand) = (role("nurse"), Hand::default());
        hand.toggle(&nurse, &"write".into(), true);
        hand.toggle(&nurse, &"read".into(), false);
        let Some(Edit::SetRolePermissions { grant, revoke, .. }) = hand.edit() else {
            panic!("two changes are in hand")
        };
        assert_eq!(
            (grant, revoke),
            (BTreeSet::from(["write".into()]), BTreeSet::from(["read".into()]))
        );
        hand.toggle(&nurse, &"write".into(), false);
        hand.toggle(&nurse, &"read".into(), true);
        assert_eq!(hand, Hand::default());
        assert_eq!(hand.edit(), None);
    }

    #[test]
    fn another_role_begins_anew() {
        let mut hand = Hand::default();
        hand.toggle(&role("nurse"), &"write".into(), true);
        hand.toggle(&role("clerk"), &"read".into(), false);
        let Some(Edit::SetRolePermissions { role, grant, .. }) = hand.edit() else {
            panic!("a change is in hand")
        };
        assert_eq!((role, grant), ("clerk".into(), BTreeSet::new()));
    }
}
