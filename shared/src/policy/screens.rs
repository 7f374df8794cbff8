//! How the console arranges what everybody can do: matters of habit, never of what is allowed.

use serde::{Deserialize, Serialize};

use super::{Leaving, Policy, RolesPerUser};
use crate::edit::Edit;
use crate::ids::UserId;
use crate::lifecycle::Status;
use crate::wire::{TabCounts, UserTab};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ScreenRules {
    /// The form that invites someone (M3, O2).
    pub invite: InviteForm,
    /// What a click on a person in the list opens (O7).
    pub edit: EditForm,
    /// Where an account is ended or an invitation deleted (M13, M15).
    pub remove: RemoveControl,
    /// How several roles of a person are switched on and off (O3).
    pub role_toggles: RoleToggles,
    /// When the list of locked people is offered (M11, T3).
    pub locked_list: LockedList,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InviteForm {
    /// Everything on one page.
    #[default]
    Page,
    /// First who it is, then what they may do (M3, M7).
    Steps,
    /// In a dialog over the list: for short forms (O2).
    Dialog,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EditForm {
    /// The page of the person: profile, access, activity.
    #[default]
    Page,
    /// A dialog over the list with the whole form; the page is one click further (O7).
    Dialog,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RemoveControl {
    /// In the row's menu, among the other actions (A5).
    #[default]
    Menu,
    /// Besides, by an icon in the row (M13).
    Row,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleToggles {
    /// One below the other, each with what it is about.
    #[default]
    Switches,
    /// Side by side, each a button that stays pressed (O3).
    Buttons,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LockedList {
    #[default]
    Always,
    /// While somebody is locked.
    WhileSomebodyIs,
}

impl Policy {
    /// "Role", or "Roles" where a person may hold several.
    pub fn role_heading(&self) -> &str {
        match self.assignment.roles_per_user {
            RolesPerUser::One => &self.words.role,
            RolesPerUser::Many => &self.words.roles,
        }
    }

    /// What ends the account of somebody in this state, or takes the invitation back: deleting where the policy knows it,
    /// else deactivating (M13, M15). Nothing where there is no such way.
    pub fn removal(&self, user: UserId, status: Status) -> Option<Edit> {
        let leaving = &self.lifecycle.leaving;
        match status {
            Status::Invited => self
                .lifecycle
                .withdraw_invitation
                .then_some(Edit::WithdrawInvitation { user }),
            _ if leaving.contains(&Leaving::Delete) => Some(Edit::Delete { user }),
            Status::Active => leaving
                .contains(&Leaving::Deactivate)
                .then_some(Edit::Deactivate { user }),
            Status::Inactive => None,
        }
    }

    /// What [`removal`](Self::removal) is called; empty where there is none.
    pub fn removal_word(&self, status: Status) -> &str {
        match self.removal(UserId(uuid::Uuid::nil()), status) {
            Some(Edit::WithdrawInvitation { .. }) => &self.words.withdraw_invitation,
            Some(Edit::Delete { .. }) => &self.words.delete,
            Some(_) => &self.words.deactivate,
            None => "",
        }
    }

    /// The lists of people that are offered: those that the life of an account leads to, and any other while somebody is
    /// in it (M11, T3).
    pub fn lists(&self, counts: &TabCounts) -> Vec<UserTab> {
        let leads_to = |tab: UserTab| match tab {
            UserTab::Active | UserTab::Invited => true,
            UserTab::Inactive => self.lifecycle.leaving.contains(&Leaving::Deactivate),
            UserTab::Locked => self.screens.locked_list == LockedList::Always,
        };
        let offered = UserTab::ALL.into_iter();
        offered.filter(|tab| leads_to(*tab) || counts.of(*tab) > 0).collect()
    }
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::*;
    use crate::policy::preset;

    #[test]
    fn only_lists_that_somebody_can_be_in_are_offered() {
        let lists = |id: &str, counts: TabCounts| preset::find(id).unwrap().policy().lists(&counts);
        let (nobody, locked, inactive) = (
            TabCounts::default(),
            TabCounts {
                locked: 1,
                ..TabCounts::default()
            },
            TabCounts {
                inactive: 2,
                ..TabCounts::default()
            },
        );
        assert_eq!(lists("tebra", nobody), UserTab::ALL);
        assert_eq!(lists("atmanco", nobody), [UserTab::Active, UserTab::Invited]);
        assert_eq!(
            lists("atmanco", locked),
            [UserTab::Active, UserTab::Invited, UserTab::Locked]
        );
        assert_eq!(
            lists("optra", inactive),
            [UserTab::Active, UserTab::Invited, UserTab::Inactive]
        );
    }
}
