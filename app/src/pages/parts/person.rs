//! How a person is told about in one line.

use shared::access::{Assignment, Place};
use shared::effective;
use shared::facts::Known;
use shared::ids::{SiteId, Timestamp};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::organisation::Organisation;
use shared::policy::Role;
use shared::text::lower;
use shared::user::{Profile, User};
use shared::wire::{Delivery, InvitationState, UserRow};
use shared::{Facts, Policy};

use crate::dates;
use crate::words::tell;

/// The name, or what a person without one is called (O6).
pub(crate) fn name_or_unnamed(policy: &Policy, name: &str) -> String {
    if name.is_empty() {
        policy.words.unnamed.clone()
    } else {
        name.to_owned()
    }
}

/// What someone is called: by their name; without one, as the policy calls those who were never here (O6), and by their
/// address afterwards.
pub(crate) fn called(policy: &Policy, name: &str, email: &str, status: Status) -> String {
    match status {
        _ if !name.is_empty() => name.to_owned(),
        Status::Invited => policy.words.unnamed.clone(),
        Status::Active | Status::Inactive => email.to_owned(),
    }
}

/// How far the mail of an invitation has come, and whether that calls for attention (D6).
pub(crate) fn delivery_line(invitation: &InvitationState, now: Timestamp) -> Option<(bool, String)> {
    if invitation.asked_at.is_some() {
        return Some((true, tell!(account::asks_for_link)));
    }
    match &invitation.delivery {
        Some(Delivery::Failed { why, .. }) => Some((true, tell!(account::mail_failed, why = why))),
        Some(Delivery::Waiting { next, why: Some(_) }) if next.0 > now.0 => {
            Some((true, tell!(account::mail_waiting, when = dates::day_and_time(*next))))
        }
        Some(Delivery::Waiting { .. }) => Some((false, tell!(account::mail_waiting_now))),
        _ if invitation.expires.0 <= now.0 => Some((true, tell!(account::link_over))),
        Some(Delivery::Sent { .. }) => Some((false, tell!(account::mail_sent))),
        None => None,
    }
}

pub(crate) fn status_word(policy: &Policy, status: Status) -> String {
    match status {
        Status::Active => policy.words.active.clone(),
        Status::Invited => policy.words.invited.clone(),
        Status::Inactive => policy.words.inactive.clone(),
    }
}

/// "Front Desk, Billing Manager"
pub(crate) fn roles_line(policy: &Policy, assignments: &[Assignment]) -> String {
    role_names(policy, assignments).join(", ")
}

/// The roles that are held, each once, in the policy's order.
pub(crate) fn role_names(policy: &Policy, assignments: &[Assignment]) -> Vec<String> {
    let held = |role: &&Role| assignments.iter().any(|assignment| assignment.role == role.id);
    policy.roles.iter().filter(held).map(|role| role.name.clone()).collect()
}

/// "Elm Street +2", the primary site first; "All locations" for roles of the whole organisation, where it has any.
pub(crate) fn sites_line(
    policy: &Policy,
    organisation: &Organisation,
    assignments: &[Assignment],
    primary: Option<SiteId>,
) -> String {
    if assignments
        .iter()
        .any(|assignment| assignment.place() == Place::Organisation)
    {
        if !policy.has_sites() {
            return String::new();
        }
        return tell!(screen::all_sites, sites = lower(&policy.words.sites));
    }
    let mut sites: Vec<SiteId> = assignments
        .iter()
        .filter_map(|assignment| assignment.place().site())
        .collect();
    sites.sort_unstable();
    sites.dedup();
    let first = primary
        .filter(|site| sites.contains(site))
        .or_else(|| sites.first().copied());
    let name = first
        .and_then(|site| organisation.site(site))
        .map(|site| site.name.clone())
        .unwrap_or_default();
    match sites.len() {
        0 | 1 => name,
        count => format!("{name} +{}", count - 1),
    }
}

/// What the list marks about someone's access: no line, so no channel (A8); nothing at all (T6).
pub(crate) fn sees_nothing_mark(policy: &Policy, assignments: &[Assignment]) -> Option<String> {
    if assignments.is_empty() {
        return Some(tell!(screen::no_access_yet));
    }
    let kind = policy.site_resource_kind()?;
    let nothing = !effective::sees_nothing_at(policy, assignments).is_empty();
    nothing.then(|| match kind.shows.as_str() {
        "" => tell!(screen::no_kind, kind = lower(&kind.name)),
        shows => tell!(screen::no_kind_sees_no, kind = lower(&kind.name), shows = shows),
    })
}

/// Why an account is locked (T14).
pub(crate) fn lock_words(lock: Lock) -> String {
    match lock.cause {
        LockCause::FailedSignIns => tell!(names::locked_after_failures),
        LockCause::Administrator => tell!(names::locked_by_administrator),
    }
}

/// The same in a few words, for a list of people.
pub(crate) fn short_lock_words(lock: Lock) -> String {
    match lock.cause {
        LockCause::FailedSignIns => tell!(screen::failed_sign_ins),
        LockCause::Administrator => tell!(screen::by_administrator),
    }
}

/// "Reaches nothing until …" (T6).
pub(crate) fn reaches_nothing_words(policy: &Policy) -> String {
    let words = &policy.words;
    tell!(consequence::reaches_nothing, roles = &words.roles, sites = &words.sites)
}

/// What to do about it, in the organisation's words: "Assign roles and practices".
pub(crate) fn assign_words(policy: &Policy) -> String {
    let words = &policy.words;
    if policy.has_sites() {
        tell!(screen::assign_both, roles = &words.roles, sites = &words.sites)
    } else {
        tell!(screen::assign_roles, roles = &words.roles)
    }
}

/// The reader's facts with a row's user as their subject. They count every administrator, the subject too perhaps: how many
/// others there are is not known (X5).
pub(crate) fn facts_of_row(facts: &Facts, row: &UserRow) -> Facts {
    Facts {
        subject: Some(row_as_user(row)),
        other_administrators: Known::Unknown,
        ..facts.clone()
    }
}

/// What a row of a list knows about a user, as far as it goes: enough to say which actions there are.
fn row_as_user(row: &UserRow) -> User {
    User {
        id: row.id,
        revision: row.revision,
        profile: Profile {
            name: row.name.clone(),
            login_email: row.login_email.clone(),
            ..Profile::default()
        },
        status: row.status,
        locked: row.locked,
        assignments: row.assignments.clone(),
        primary_site: row.primary_site,
        memberships: Default::default(),
        products: Default::default(),
        deactivated_at: None,
    }
}
