//! The changes in hand: permissions turned on and off, role by role, until they are saved or discarded.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use shared::Policy;
use shared::edit::Edit;
use shared::ids::{PermissionId, RoleId};
use shared::policy::Role;

/// What of one role is turned over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hand {
    grant: BTreeSet<PermissionId>,
    revoke: BTreeSet<PermissionId>,
}

/// The roles in hand; of each of them something is turned over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hands(BTreeMap<RoleId, Hand>);

impl Hands {
    /// Turns a permission of `role` on or off; back to what it was, it is no change any more.
    fn toggle(&mut self, role: &Role, permission: &PermissionId, on: bool) {
        let hand = self.0.entry(role.id.clone()).or_default();
        hand.grant.remove(permission);
        hand.revoke.remove(permission);
        if on != role.permits(permission) {
            let set = if on { &mut hand.grant } else { &mut hand.revoke };
            set.insert(permission.clone());
        }
        self.tidy();
    }

    /// Takes a remedy's edit instead of what is in hand of its role.
    fn take(&mut self, edit: &Edit) {
        if let Edit::SetRolePermissions { role, grant, revoke } = edit {
            let hand = Hand {
                grant: grant.clone(),
                revoke: revoke.clone(),
            };
            self.0.insert(role.clone(), hand);
            self.tidy();
        }
    }

    fn tidy(&mut self) {
        self.0.retain(|_, hand| *hand != Hand::default());
    }

    /// The edit of one role. What the policy says meanwhile is left out.
    fn edit(&self, role: &Role) -> Option<Edit> {
        let hand = self.0.get(&role.id)?;
        let grant: BTreeSet<_> = hand.grant.iter().filter(|id| !role.permits(id)).cloned().collect();
        let revoke: BTreeSet<_> = hand.revoke.iter().filter(|id| role.permits(id)).cloned().collect();
        (!grant.is_empty() || !revoke.is_empty()).then(|| Edit::SetRolePermissions {
            role: role.id.clone(),
            grant,
            revoke,
        })
    }
}

/// The changes in hand, as the screen shares them.
#[derive(Clone, Copy)]
pub(super) struct Draft(RwSignal<Hands>);

impl Draft {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(Hands::default()))
    }

    /// The roles in hand, in the policy's order.
    pub(super) fn roles(self, policy: &Policy) -> Vec<RoleId> {
        self.0.with(|hands| {
            let in_hand = policy.roles.iter().filter(|role| hands.0.contains_key(&role.id));
            in_hand.map(|role| role.id.clone()).collect()
        })
    }

    pub(super) fn edit(self, role: &RoleId, policy: &Policy) -> Option<Edit> {
        let role = policy.role(role)?;
        self.0.with(|hands| hands.edit(role))
    }

    pub(super) fn is_changed(self) -> bool {
        self.0.with(|hands| !hands.0.is_empty())
    }

    /// How many cells are turned over.
    pub(super) fn count(self) -> usize {
        self.0
            .with(|hands| hands.0.values().map(|hand| hand.grant.len() + hand.revoke.len()).sum())
    }

    /// Whether this cell is changed, and to what.
    pub(super) fn change(self, role: &RoleId, permission: &PermissionId) -> Option<bool> {
        self.0.with(|hands| {
            let hand = hands.0.get(role)?;
            if hand.grant.contains(permission) {
                Some(true)
            } else {
                hand.revoke.contains(permission).then_some(false)
            }
        })
    }

    pub(super) fn toggle(self, role: &Role, permission: &PermissionId, on: bool) {
        self.0.update(|hands| hands.toggle(role, permission, on));
    }

    pub(super) fn take(self, edit: &Edit) {
        self.0.update(|hands| hands.take(edit));
    }

    pub(super) fn discard_role(self, role: &RoleId) {
        self.0.update(|hands| {
            hands.0.remove(role);
        });
    }

    pub(super) fn discard(self) {
        self.0.set(Hands::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str, permissions: &[&str]) -> Role {
        serde_json::from_value(serde_json::json!({
            "id": id, "name": id, "scope": "site", "permissions": permissions,
        }))
        .unwrap()
    }

    fn asked(hands: &Hands, role: &Role) -> Option<(Vec<String>, Vec<String>)> {
        let names = |ids: BTreeSet<PermissionId>| ids.into_iter().map(|id| id.0).collect();
        match hands.edit(role)? {
            Edit::SetRolePermissions { grant, revoke, .. } => Some((names(grant), names(revoke))),
            other => panic!("an edit of a role, not {other:?}"),
        }
    }

    #[test]
    fn a_permission_put_back_is_no_change() {
        let (nurse, mut hands) = (role("nurse", &["read"]), Hands::default());
        hands.toggle(&nurse, &"write".into(), true);
        hands.toggle(&nurse, &"read".into(), false);
        assert_eq!(
            asked(&hands, &nurse),
            Some((vec!["write".to_owned()], vec!["read".to_owned()]))
        );
        hands.toggle(&nurse, &"write".into(), false);
        hands.toggle(&nurse, &"read".into(), true);
        assert_eq!(hands, Hands::default());
        assert_eq!(asked(&hands, &nurse), None);
    }

    #[test]
    fn each_role_is_an_edit_of_its_own() {
        let (nurse, clerk, mut hands) = (role("nurse", &["read"]), role("clerk", &["read"]), Hands::default());
        hands.toggle(&nurse, &"write".into(), true);
        hands.toggle(&clerk, &"write".into(), true);
        let wanted = Some((vec!["write".to_owned()], Vec::new()));
        assert_eq!(asked(&hands, &nurse), wanted);
        assert_eq!(asked(&hands, &clerk), wanted);
        // Somebody else has done one of them meanwhile.
        assert_eq!(asked(&hands, &role("clerk", &["read", "write"])), None);
    }
}
