//! Which actions people have, as a list of them offers.

use super::BulkAction;
use crate::policy::{Leaving, Policy};
use crate::wire::UserTab;

/// The actions that somebody among the people may have, in the order of the menu of one. `is_some_in` says whether
/// somebody of them may be in a list.
pub fn offered(policy: &Policy, is_some_in: impl Fn(UserTab) -> bool) -> Vec<BulkAction> {
    let leaves = |way| policy.lifecycle.leaving.contains(&way);
    let (invited, active, inactive) = (
        is_some_in(UserTab::Invited),
        is_some_in(UserTab::Active),
        is_some_in(UserTab::Inactive),
    );
    let all = [
        (invited, BulkAction::ResendInvitation),
        (
            invited && policy.lifecycle.withdraw_invitation,
            BulkAction::WithdrawInvitation,
        ),
        (is_some_in(UserTab::Locked), BulkAction::Unlock),
        (inactive, BulkAction::Activate),
        (active && leaves(Leaving::Deactivate), BulkAction::Deactivate),
        ((active || inactive) && leaves(Leaving::Delete), BulkAction::Delete),
    ];
    all.into_iter()
        .filter_map(|(fits, action)| fits.then_some(action))
        .collect()
}

/// Whether somebody of one list may be in another, too: who is locked is active or inactive besides (T14).
pub fn may_be_in(listed: UserTab, other: UserTab) -> bool {
    listed == other || (listed == UserTab::Locked && matches!(other, UserTab::Active | UserTab::Inactive))
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests {
    use super::{may_be_in, offered};
    use crate::bulk::BulkAction;
    use crate::policy::preset;
    use crate::wire::UserTab;

    fn of(preset: &str, listed: UserTab) -> Vec<BulkAction> {
        let policy = preset::all().iter().find(|one| one.id == preset).unwrap().policy();
        offered(&policy, |tab| may_be_in(listed, tab))
    }

    #[test]
    fn a_list_offers_what_its_people_have() {
        assert_eq!(of("tebra", UserTab::Inactive), [BulkAction::Activate]);
        assert_eq!(of("tebra", UserTab::Active), [BulkAction::Deactivate]);
        assert_eq!(
            of("tebra", UserTab::Locked),
            [BulkAction::Unlock, BulkAction::Activate, BulkAction::Deactivate]
        );
        assert_eq!(of("optra", UserTab::Active), [BulkAction::Delete]);
        assert_eq!(
            of("atmanco", UserTab::Invited),
            [BulkAction::ResendInvitation, BulkAction::WithdrawInvitation]
        );
    }
}
