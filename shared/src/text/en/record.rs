//! What was done: the audit record, and how a newer state differs from the one that was seen.

use super::names::{at, person};
use super::{begun, capital, count, cut_list, list, lower};
use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::Edit;
use crate::export::ExportedList;
use crate::ids::{ResourceId, SiteId};
use crate::policy::RoleKind;
use crate::text::Teller;
use crate::user::{Profile, ProfileField};
use crate::verdict::Change;
use crate::wire::Difference;

/// What kind of edit it was, in the past tense.
pub(in crate::text) fn edit_title(t: &Teller<'_>, edit: &Edit) -> String {
    let site_word = lower(&t.policy.words.site);
    match edit {
        Edit::Invite { .. } => "Invited".to_owned(),
        Edit::Change { .. } => "Edited".to_owned(),
        Edit::ResendInvitation { .. } => "Sent a new invitation".to_owned(),
        Edit::WithdrawInvitation { .. } => "Took the invitation back".to_owned(),
        Edit::Deactivate { .. } => "Deactivated".to_owned(),
        Edit::Activate { .. } => "Activated".to_owned(),
        Edit::Delete { .. } => "Deleted for good".to_owned(),
        Edit::Lock { .. } => "Locked".to_owned(),
        Edit::Unlock { .. } => "Unlocked".to_owned(),
        Edit::SetTemporaryPassword { .. } => "Made a temporary password".to_owned(),
        Edit::AddProducts { products, .. } => {
            let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
            format!("Added {}", list(&products))
        }
        Edit::OpenCase { product, .. } => format!("Opened a support case for {}", t.product(product)),
        Edit::SetRolePermissions { role, .. } => format!("Changed what {} permits", t.role(role)),
        Edit::CreateSite { name, .. } => format!("Added the {site_word} {name}"),
        Edit::RenameSite { name, .. } => format!("Renamed {} to {name}", a_site(t)),
        Edit::ArchiveSite { site } => format!("Archived {}", t.site(*site)),
        Edit::CreateResource {
            of, site: None, name, ..
        } => format!("Added the {} {name}", lower(&t.kind(of))),
        Edit::CreateResource {
            of,
            site: Some(site),
            name,
            ..
        } => {
            format!("Added the {} {name} at {}", lower(&t.kind(of)), t.site(*site))
        }
        Edit::RenameResource { name, .. } => format!("Renamed to {name}"),
        Edit::ArchiveResource { resource } => format!("Archived {}", t.resource(*resource)),
        Edit::Export { list, format } => match list {
            ExportedList::Users(query) => format!("Exported the list “{}” as {}", t.tab(query.tab), format.name()),
            ExportedList::Activity(_) => format!("Exported the activity record as {}", format.name()),
        },
        Edit::PublishPolicy { version, .. } => format!("Published version {} of the rules", version.next().0),
    }
}

fn a_site(t: &Teller<'_>) -> String {
    super::an(&lower(&t.policy.words.site))
}

/// The headline of an edit, from what it changed.
pub(in crate::text) fn done(t: &Teller<'_>, edit: &Edit, changes: &[Change]) -> String {
    match (edit, changes) {
        (Edit::Change { .. }, changes) => changed(t, changes).unwrap_or_else(|| edit_title(t, edit)),
        (Edit::RenameSite { .. } | Edit::RenameResource { .. }, [one]) => change(t, one),
        (Edit::SetRolePermissions { .. }, [one]) => change(t, one),
        _ => edit_title(t, edit),
    }
}

/// A change of role says it in one sentence; else the only change says it; else how many there are.
fn changed(t: &Teller<'_>, changes: &[Change]) -> Option<String> {
    if let Some((from, to)) = role_change(t, changes) {
        let words = &t.policy.words;
        let (from_name, to_name) = (t.role(&from.role), t.role(&to.role));
        let sentence = format!(
            "Changed {} from {from_name} to {to_name} {}",
            lower(&words.role),
            at(t, to.place())
        );
        let more = changes.len().saturating_sub(2);
        return Some(if more == 0 {
            sentence
        } else {
            format!("{sentence}, and {more} more")
        });
    }
    match changes {
        [] => None,
        [one] => Some(change(t, one)),
        [first, rest @ ..] => Some(format!("{}, and {} more", change(t, first), rest.len())),
    }
}

/// One main role in place of another, at one place.
fn role_change<'c>(t: &Teller<'_>, changes: &'c [Change]) -> Option<(&'c Assignment, &'c Assignment)> {
    let is_main = |assignment: &Assignment| {
        t.policy
            .role(&assignment.role)
            .is_some_and(|role| role.kind == RoleKind::Main)
    };
    changes.iter().find_map(|change| match change {
        Change::Granted { assignment: to } if is_main(to) => changes.iter().find_map(|other| match other {
            Change::Revoked { assignment: from } if from.place() == to.place() && is_main(from) => Some((from, to)),
            _ => None,
        }),
        _ => None,
    })
}

/// One change, with old and new values.
pub(in crate::text) fn change(t: &Teller<'_>, change: &Change) -> String {
    begun(line(t, change))
}

fn line(t: &Teller<'_>, change: &Change) -> String {
    let words = &t.policy.words;
    match change {
        Change::UserCreated { user } => format!("Account made for {}", called(&user.profile)),
        Change::ProfileChanged { field, from, to } => {
            from_to(&t.field(*field), &value(t, *field, from), &value(t, *field, to))
        }
        Change::Granted { assignment } => format!("Given: {}", holding(t, assignment)),
        Change::Revoked { assignment } => format!("Taken away: {}", holding(t, assignment)),
        Change::PrimarySiteChanged { from, to } => {
            from_to(&words.primary_site, &optional_site(t, *from), &optional_site(t, *to))
        }
        Change::Joined { resource } => format!("Joined {}", t.resource(*resource)),
        Change::Left { resource } => format!("Left {}", t.resource(*resource)),
        Change::StatusChanged { from, to } => from_to("Status", &t.status(*from), &t.status(*to)),
        Change::Deactivated { at } => format!("Deactivated on {}", t.date(*at)),
        Change::Locked { lock } => t.lock_cause(lock.cause),
        Change::Unlocked { lock } => format!("Unlocked; was locked since {}", t.date(lock.since)),
        Change::UserDeleted { user: _, profile } => format!("Account of {} deleted for good", called(profile)),
        Change::InvitationIssued { to, language } => {
            format!("Invitation sent to {to}, in {}", t.language_name(language))
        }
        Change::InvitationEnded => "Earlier invitation link ended".to_owned(),
        Change::SessionsEnded => "Open sessions ended".to_owned(),
        Change::TemporaryPasswordSet => "Temporary password made".to_owned(),
        Change::ProductAdded {
            product,
            terms,
            monthly_cents,
        } => format!(
            "{} added for {} a month, under the terms of {terms}",
            t.product(product),
            t.price(*monthly_cents)
        ),
        Change::CaseOpened { product } => {
            format!("Support case opened for {}, naming {}", t.product(product), person(t))
        }
        Change::RolePermissionGranted { role, permission } => {
            format!("{} gained “{}”", t.role(role), t.permission(permission))
        }
        Change::RolePermissionRevoked { role, permission } => {
            format!("{} lost “{}”", t.role(role), t.permission(permission))
        }
        Change::SiteCreated { site } => format!("{} {} added", words.site, site.name),
        Change::SiteRenamed { site: _, from, to } => format!("{} renamed from {from} to {to}", words.site),
        Change::SiteArchived { site } => format!("{} archived", t.site(*site)),
        Change::ResourceCreated { resource } => {
            let place = resource
                .site
                .map(|site| format!(" at {}", t.site(site)))
                .unwrap_or_default();
            format!("{} {}{place} added", capital(&t.kind(&resource.kind)), resource.name)
        }
        Change::ResourceRenamed { resource, from, to } => {
            let kind = t.kind_of(*resource).map_or("Resource", |kind| kind.name.as_str());
            format!("{kind} renamed from {from} to {to}")
        }
        Change::ResourceArchived { resource } => format!("{} archived", t.resource(*resource)),
        Change::Exported { rows } => format!("{} exported", count(*rows, "row", "rows")),
        Change::PolicyPublished { version, areas } => {
            let areas: Vec<String> = areas.iter().map(|area| t.area(*area)).collect();
            format!("Version {} of the rules put in force; changed: {}", version.0, list(&areas))
        }
    }
}

fn called(profile: &Profile) -> String {
    let name = profile.display_name();
    if name.is_empty() {
        profile.login_email.clone()
    } else {
        name
    }
}

/// A value of a field as a person reads it.
fn value(t: &Teller<'_>, field: ProfileField, text: &str) -> String {
    match field {
        ProfileField::Language if !text.is_empty() => t.language_name(text),
        _ => text.to_owned(),
    }
}

/// "Phone: 555 0100, was empty", "Phone removed, was 555 0100".
fn from_to(what: &str, from: &str, to: &str) -> String {
    match (from.is_empty(), to.is_empty()) {
        (true, true) => format!("{what} stays empty"),
        (true, false) => format!("{what} set to {to}"),
        (false, true) => format!("{what} removed; it was {from}"),
        (false, false) => format!("{what} changed from {from} to {to}"),
    }
}

fn optional_site(t: &Teller<'_>, site: Option<SiteId>) -> String {
    site.map(|site| t.site(site)).unwrap_or_default()
}

/// "Staff at Elm Street (Front and Nurse)".
fn holding(t: &Teller<'_>, assignment: &Assignment) -> String {
    let role = t.role(&assignment.role);
    let kind = t.policy.site_resource_kind();
    match (&assignment.scope, kind) {
        (Scope::Site { site, resources }, Some(kind)) => {
            let which = match resources {
                Resources::All => format!("all {}", lower(&kind.plural)),
                Resources::Only(chosen) if chosen.is_empty() => format!("no {}", lower(&kind.name)),
                Resources::Only(chosen) => resources_of(t, chosen.iter()),
            };
            format!("{role} at {} ({which})", t.site(*site))
        }
        (scope, _) => format!("{role} {}", at(t, scope.place())),
    }
}

fn resources_of<'i>(t: &Teller<'_>, resources: impl Iterator<Item = &'i ResourceId>) -> String {
    cut_list(resources.map(|resource| t.resource(*resource)).collect(), 8)
}

/// Another person's newer change: what it is now, and what was seen (X6).
pub(in crate::text) fn difference(t: &Teller<'_>, difference: &Difference) -> String {
    let words = &t.policy.words;
    match difference {
        Difference::Profile { field, seen, now } => {
            now_was(&t.field(*field), &value(t, *field, now), &value(t, *field, seen))
        }
        Difference::Access { seen, now } => now_was("Access", &access(t, now), &access(t, seen)),
        Difference::PrimarySite { seen, now } => {
            now_was(&words.primary_site, &optional_site(t, *now), &optional_site(t, *seen))
        }
        Difference::Status { seen, now } => now_was("Status", &t.status(*now), &t.status(*seen)),
        Difference::Locked { seen: _, now: true } => "The account is locked now.".to_owned(),
        Difference::Locked { seen: _, now: false } => "The account is not locked any more.".to_owned(),
        Difference::Memberships { seen, now } => {
            now_was("Member of", &resources_of(t, now.iter()), &resources_of(t, seen.iter()))
        }
    }
}

fn now_was(what: &str, now: &str, was: &str) -> String {
    match (now.is_empty(), was.is_empty()) {
        (true, _) => format!("{what} is empty now; you saw {was}."),
        (false, true) => format!("{what} is now {now}; it was empty."),
        (false, false) => format!("{what} is now {now}; you saw {was}."),
    }
}

fn access(t: &Teller<'_>, assignments: &[Assignment]) -> String {
    if assignments.is_empty() {
        return "none".to_owned();
    }
    let every_place = assignments
        .iter()
        .any(|assignment| assignment.place() == Place::Organisation);
    if assignments.len() > 6 && !every_place {
        let words = &t.policy.words;
        let number = u64::try_from(assignments.len()).unwrap_or(u64::MAX);
        return count(
            number,
            &lower(&words.role),
            &format!("{} at {}", lower(&words.roles), lower(&words.sites)),
        );
    }
    cut_list(assignments.iter().map(|assignment| holding(t, assignment)).collect(), 6)
}
