//! Applying an accepted change to a user. The server stores the result; there is no second meaning of a change.

use crate::user::{Profile, ProfileField, User};
use crate::verdict::Change;

impl User {
    /// Applies one change of a verdict. Changes that are not about the user's own state leave it as it is.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::UserCreated { user } => *self = user.clone(),
            Change::ProfileChanged { field, to, .. } => self.profile.set(*field, to),
            Change::Granted { assignment } => {
                let holding = assignment.holding();
                self.assignments.retain(|held| !holding.is(held));
                self.assignments.push(assignment.clone());
                self.assignments.sort();
            }
            Change::Revoked { assignment } => {
                let holding = assignment.holding();
                self.assignments.retain(|held| !holding.is(held));
            }
            Change::PrimarySiteChanged { to, .. } => self.primary_site = *to,
            Change::Joined { resource } => {
                self.memberships.insert(*resource);
            }
            Change::Left { resource } => {
                self.memberships.remove(resource);
            }
            Change::StatusChanged { to, .. } => self.status = *to,
            Change::Deactivated { at } => self.deactivated_at = Some(*at),
            Change::Locked { lock } => self.locked = Some(*lock),
            Change::Unlocked { .. } => self.locked = None,
            Change::ProductAdded { product, .. } => {
                self.products.insert(product.clone());
            }
            Change::ProductEnded { product, .. } => {
                self.products.remove(product);
            }
            Change::UserDeleted { .. }
            | Change::InvitationIssued { .. }
            | Change::InvitationEnded
            | Change::SessionsEnded
            | Change::SomeSessionsEnded { .. }
            | Change::TemporaryPasswordSet
            | Change::Factors { .. }
            | Change::CaseOpened { .. }
            | Change::CaseClosed { .. }
            | Change::RolePermissionGranted { .. }
            | Change::RolePermissionRevoked { .. }
            | Change::DeviceEnrolled { .. }
            | Change::DeviceReleased { .. }
            | Change::ApiKeyMade { .. }
            | Change::ApiKeyRevoked { .. }
            | Change::OriginAllowed { .. }
            | Change::OriginRemoved { .. }
            | Change::IdentityProviderSet { .. }
            | Change::IdentityProviderRemoved { .. }
            | Change::SiteCreated { .. }
            | Change::SiteRenamed { .. }
            | Change::SiteArchived { .. }
            | Change::ResourceCreated { .. }
            | Change::ResourceRenamed { .. }
            | Change::ResourceArchived { .. }
            | Change::Exported { .. }
            | Change::PolicyPublished { .. } => {}
        }
    }
}

impl Profile {
    /// Sets a field from text that a decision has accepted; what cannot be parsed leaves the field as it is.
    fn set(&mut self, field: ProfileField, text: &str) {
        // A value was parsed when it was judged; parsing its own normal form again cannot fail.
        let _ = crate::rules::profile::parse_into(self, field, text);
    }
}
