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
        // Without their second factors somebody's password is enough.
        Edit::PublishPolicy { .. } | Edit::ResetFactors { .. } => true,
        // Whoever has a key and a page acts for anybody.
        Edit::MakeApiKey { .. } | Edit::RevokeApiKey { .. } | Edit::AllowOrigin { .. } | Edit::RemoveOrigin { .. } => {
            true
        }
        // Whoever signs people in can be anybody.
        Edit::SetIdentityProvider { .. } | Edit::RemoveIdentityProvider => true,
        // It opens the account to whoever is shown the password.
        Edit::SetTemporaryPassword { .. } => of_administrator(),
        _ => edit.parts().is_some_and(|(profile, access)| {
            let given = access.grant.iter().map(|grant| &grant.role);
            let taken = access.revoke.iter().map(|gone| &gone.role);
            // Where mail goes to is a way in: "Forgot your password?" sends a link there.
            let address = profile.keys().any(|field| field.is_credential());
            let of_theirs = address && (edit.user() == Some(actor) || of_administrator());
            of_theirs || given.chain(taken).any(administers)
        }),
    }
}

/// Whether a proof that was given then is recent enough now.
pub fn is_recent(policy: &Policy, given: Timestamp, now: Timestamp) -> bool {
    let minutes = i64::from(policy.lifecycle.proof_minutes);
    now.0.saturating_sub(given.0) <= minutes.saturating_mul(60_000)
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::access::{Assignment, Scope};
    use crate::edit::AccessPatch;
    use crate::ids::Revision;
    use crate::lifecycle::Status;
    use crate::policy::preset;
    use crate::user::{Profile, ProfileField, ProfileText};

    const ACTOR: UserId = UserId(uuid::Uuid::from_u128(1));
    const OTHER: UserId = UserId(uuid::Uuid::from_u128(2));

    /// In every preset: giving a role that administers asks, giving one that does not does not.
    #[test]
    fn roles_that_administer_ask_for_it() {
        for preset in preset::all() {
            let policy = preset.policy();
            for role in &policy.roles {
                let access = AccessPatch {
                    grant: vec![Assignment::new(role.id.as_str(), Scope::Organisation)],
                    ..AccessPatch::default()
                };
                let profile = ProfileText::new();
                let edit = Edit::Change {
                    user: OTHER,
                    profile,
                    access,
                };
                let asked = is_asked(&policy, ACTOR, None, &edit);
                assert_eq!(asked, !role.administers.is_empty(), "{} in {}", role.id, policy.name);
            }
        }
    }

    #[test]
    fn the_address_of_an_administrator_asks_for_it_and_that_of_others_does_not() {
        for preset in preset::all() {
            let policy = preset.policy();
            for role in &policy.roles {
                let subject = User {
                    id: OTHER,
                    revision: Revision(1),
                    profile: Profile::default(),
                    status: Status::Active,
                    locked: None,
                    assignments: vec![Assignment::new(role.id.as_str(), Scope::Organisation)],
                    primary_site: None,
                    memberships: BTreeSet::new(),
                    products: BTreeSet::new(),
                    deactivated_at: None,
                };
                let asked = |field| {
                    let edit = Edit::Change {
                        user: OTHER,
                        profile: [(field, "x".to_owned())].into(),
                        access: AccessPatch::default(),
                    };
                    is_asked(&policy, ACTOR, Some(&subject), &edit)
                };
                let administers = !role.administers.is_empty();
                assert_eq!(
                    asked(ProfileField::LoginEmail),
                    administers,
                    "{} in {}",
                    role.id,
                    policy.name
                );
                assert_eq!(asked(ProfileField::CommunicationEmail), administers, "{}", role.id);
                assert!(!asked(ProfileField::Phone));
            }
        }
    }

    #[test]
    fn the_own_address_and_the_policy_ask_for_it_and_a_name_does_not() {
        let policy = preset::all().first().map(preset::Preset::policy).unwrap();
        let retype = |user, field| Edit::Change {
            user,
            profile: [(field, "x".to_owned())].into(),
            access: AccessPatch::default(),
        };
        let asked = |edit| is_asked(&policy, ACTOR, None, &edit);
        assert!(asked(retype(ACTOR, ProfileField::LoginEmail)));
        assert!(asked(retype(ACTOR, ProfileField::CommunicationEmail)));
        assert!(!asked(retype(OTHER, ProfileField::LoginEmail)));
        assert!(!asked(retype(ACTOR, ProfileField::Phone)));
        assert!(asked(Edit::ResetFactors { user: OTHER }));
        assert!(asked(Edit::PublishPolicy {
            version: Revision(1),
            digest: String::new(),
            note: String::new(),
        }));
    }

    #[test]
    fn a_proof_is_recent_for_as_long_as_the_policy_says() {
        let mut policy = preset::all().first().map(preset::Preset::policy).unwrap();
        policy.lifecycle.proof_minutes = 5;
        let given = Timestamp(1_000);
        assert!(is_recent(&policy, given, Timestamp(301_000)));
        assert!(!is_recent(&policy, given, Timestamp(301_001)));
    }
}
