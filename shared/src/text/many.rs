//! The same about several people alike: sentences that speak of all of them, and say how many they are.

use super::consequence::asked;
use super::{Teller, consequence, reason, say};
use crate::verdict::{Confirmation, Consequence, Reason};

/// Why so many people are refused.
pub(super) fn reason(t: &Teller<'_>, reason: &Reason, people: u32) -> String {
    let w = t.words;
    match reason {
        Reason::HoldsMore => say!(w, many::holds_more, people = people),
        Reason::LastAdministrator => say!(
            w,
            many::last_administrator,
            people = people,
            organisation = &t.policy.words.organisation
        ),
        Reason::UserUnknown => say!(w, many::user_unknown, people = people),
        Reason::NotInvited { status } => say!(w, many::not_invited, people = people, status = t.status(*status)),
        Reason::StillInvited => say!(w, many::still_invited, people = people),
        Reason::AlreadyActive => say!(w, many::already_active, people = people),
        Reason::AlreadyInactive => say!(w, many::already_inactive, people = people),
        Reason::NotLocked => say!(w, many::not_locked, people = people),
        Reason::AlreadyLocked => say!(w, many::already_locked, people = people),
        Reason::AccountUnusable => say!(w, many::account_unusable, people = people),
        // The others speak of what was asked for, not of the person.
        other => say!(w, many::for_people, text = reason::reason(t, other), people = people),
    }
}

/// What is confirmed about so many people. What differs from one to the other, such as sites and addresses, is not in it.
pub(super) fn confirmation(t: &Teller<'_>, confirmation: &Confirmation, people: u32) -> String {
    let w = t.words;
    match confirmation {
        Confirmation::AccessEnds { .. } => {
            say!(w, many::access_ends, people = people, sites = &t.policy.words.sites)
        }
        Confirmation::OtherDomain { .. } => say!(w, many::other_domain, people = people),
        Confirmation::Deletion { .. } => say!(w, many::deletion, people = people),
        Confirmation::Recreation { user: _, roles } => {
            let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
            say!(w, many::recreation, people = people, roles = w.list(&roles))
        }
        Confirmation::Deactivation { .. } => say!(w, many::deactivation, people = people),
        Confirmation::Terms { .. } => say!(w, many::for_people, text = asked(t, confirmation), people = people),
        // These count people by themselves.
        Confirmation::Archiving { .. } | Confirmation::Breach { .. } => asked(t, confirmation),
    }
}

/// What an edit means for each of several people: under a heading that says so, without a name.
pub(super) fn consequence_for_each(t: &Teller<'_>, consequence: &Consequence) -> String {
    match consequence {
        Consequence::RightsAtOnce => say!(t.words, many::rights_at_once),
        Consequence::SignInEnds => say!(t.words, many::sign_in_ends),
        Consequence::SignInPossible => say!(t.words, many::sign_in_possible),
        other => consequence::here(t, other),
    }
}
