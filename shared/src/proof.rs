//! Which edits ask for a recent proof of who one is, besides the session (OWASP ASVS 5.0, 7.5): those by which whoever
//! finds an unlocked device could keep the account, or make themselves an administrator.

use crate::edit::Edit;
use crate::ids::{RoleId, Timestamp, UserId};
use crate::policy::Policy;
use crate::user::User;

/// Whether an edit by `actor` of `subject`, as they are now, asks for a recent proof.
pub fn is_asked(policy: &Policy, actor: UserId, subject: Option<&User>, edit: &Edit) -> bool {
    let administers = |role: &RoleId| policy.role(role).is_some_and(|role| !role.administers.is_empty());
    let of_administrator = || {
        let held = subject.iter().flat_map(|user| &user.assignments);
        held.map(|held| &held.role).any(administers)
    };
    match edit {
        Edit::PublishPolicy { .. } => true,
        // It opens the account to whoever is shown the password.
        Edit::SetTemporaryPassword { .. } => of_administrator(),
        _ => edit.parts().is_some_and(|(profile, access)| {
            let given = access.grant.iter().map(|grant| &grant.role);
            let taken = access.revoke.iter().map(|gone| &gone.role);
            let own_address = edit.user() == Some(actor) && profile.keys().any(|field| field.is_credential());
            own_address || given.chain(taken).any(administers)
        }),
    }
}

/// Whether a proof that was given then is recent enough now.
pub fn is_recent(policy: &Policy, given: Timestamp, now: Timestamp) -> bool {
    let minutes = i64::from(policy.lifecycle.proof_minutes);
    now.0.saturating_sub(given.0) <= minutes.saturating_mul(60_000)
}
