//! What would help, as the text of a link: it says what a click does.

use super::names::{at, one_of};
use super::{an, list, lower};
use crate::access::{Place, Resources};
use crate::edit::{AccessPatch, Edit};
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::text::Teller;
use crate::verdict::{Field, Reason, Remedy};

pub(in crate::text) fn remedy(t: &Teller<'_>, remedy: &Remedy) -> String {
    let words = &t.policy.words;
    match remedy {
        Remedy::Instead(edit) => instead(t, edit),
        Remedy::AddSite => format!("Add {}", an(&lower(&words.site))),
        Remedy::AddResource(site) => {
            format!(
                "Add {} at {}",
                an(&lower(&one_of(t.policy.site_resource_kind()))),
                t.site(*site)
            )
        }
        Remedy::Retype(field) => format!("Correct {}", t.field(*field)),
        Remedy::Recreate(role) => format!("Delete the profile and make it anew as {}", t.role(role)),
        Remedy::AskAdministrator(power) => format!("Ask someone who can {}", t.power(*power)),
        Remedy::AnotherAdministrator => "Let someone else manage users first".to_owned(),
        Remedy::Choose(field) => choose(t, field),
    }
}

/// The remedy of a refusal, of which field and reason are known: an edit instead is named by what it changes there.
pub(in crate::text) fn of(t: &Teller<'_>, field: &Field, reason: &Reason, help: &Remedy) -> String {
    let Remedy::Instead(edit) = help else {
        return remedy(t, help);
    };
    let Some((_, access)) = edit.parts() else {
        return match (field, &**edit) {
            (Field::Product(product), Edit::AddProducts { products, .. }) if !products.contains(product) => {
                format!("Leave {} out", t.product(product))
            }
            (Field::Permission(permission), Edit::SetRolePermissions { .. }) => {
                format!("Leave “{}” as it is", t.permission(permission))
            }
            _ => instead(t, edit),
        };
    };
    let words = &t.policy.words;
    match (field, reason) {
        (_, Reason::ResourcesMissing { role, site, .. }) => assign_resources(t, access, role, *site),
        (_, Reason::ResourceOutOfReach { resource } | Reason::ResourceUnknown { resource })
        | (_, Reason::ResourceArchived { resource }) => leave_out(t, *resource),
        (_, Reason::OtherRoleElsewhere { held, place, .. }) => {
            if access
                .revoke
                .iter()
                .any(|gone| gone.role == *held && gone.place == *place)
            {
                format!("End {} {}", t.role(held), at(t, *place))
            } else {
                format!("Choose {} here too", t.role(held))
            }
        }
        (_, Reason::Exclusive { role, other }) => {
            let gone = |id: &RoleId| access.revoke.iter().any(|gone| gone.role == *id);
            let granted = |id: &RoleId| access.grant.iter().any(|grant| grant.role == *id);
            let stays = if gone(role) || (!gone(other) && granted(other) && !granted(role)) {
                other
            } else {
                role
            };
            let goes = if stays == role { other } else { role };
            format!("Keep {}, clear {}", t.role(stays), t.role(goes))
        }
        (_, Reason::OneRoleOnly { place, roles }) => keep_one(t, access, *place, roles),
        (Field::PrimarySite, _) => match access.primary_site {
            Some(site) => format!("Make {} the {}", t.site(site), lower(&words.primary_site)),
            None => format!("Leave the {} as it is", lower(&words.primary_site)),
        },
        (_, Reason::RoleMissing { .. }) => format!("Keep the {}", lower(&words.role)),
        (Field::Role(holding), _) => format!("Leave {} as it is", t.place(holding.place)),
        (Field::Roles(place), _) => format!("Leave {} as it is", t.place(*place)),
        (Field::Resources(site), _) => format!("Leave {} as it is", t.site(*site)),
        (Field::Membership(resource), _) => leave_out(t, *resource),
        (Field::Profile(field), _) => {
            let how = if matches!(**edit, Edit::Invite { .. }) {
                "empty"
            } else {
                "as it is"
            };
            format!("Leave {} {how}", t.field(*field))
        }
        (Field::Whole | Field::Product(_) | Field::Permission(_) | Field::Name, _) => instead(t, edit),
    }
}

/// An edit instead, when nothing is known about the refused one.
fn instead(t: &Teller<'_>, edit: &Edit) -> String {
    let words = &t.policy.words;
    match edit {
        Edit::Invite { .. } | Edit::Change { .. } => match edit.parts() {
            Some((profile, access)) if profile.is_empty() && !access.revoke.is_empty() && access.grant.is_empty() => {
                let places: Vec<String> = access.revoke.iter().map(|gone| t.place(gone.place)).collect();
                format!("End the access at {} only", list(&places))
            }
            _ => "Make the nearest change that is allowed".to_owned(),
        },
        Edit::ResendInvitation { .. } => words.resend_invitation.clone(),
        Edit::WithdrawInvitation { .. } => words.withdraw_invitation.clone(),
        Edit::Deactivate { .. } => format!("{} instead", words.deactivate),
        Edit::Activate { .. } => words.activate.clone(),
        Edit::Delete { .. } => format!("{} instead", words.delete),
        Edit::Lock { .. } => "Lock the account instead".to_owned(),
        Edit::Unlock { .. } => words.unlock.clone(),
        Edit::SetTemporaryPassword { .. } => "Make a temporary password instead".to_owned(),
        Edit::AddProducts { products, .. } => {
            let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
            format!("Add {}", list(&products))
        }
        Edit::OpenCase { product, .. } => format!("Open a support case for {}", t.product(product)),
        Edit::SetRolePermissions { .. }
        | Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::ArchiveResource { .. }
        | Edit::Export { .. }
        | Edit::PublishPolicy { .. } => "Make the nearest change that is allowed".to_owned(),
    }
}

fn choose(t: &Teller<'_>, field: &Field) -> String {
    let words = &t.policy.words;
    match field {
        Field::Whole => "Choose something else".to_owned(),
        Field::Profile(field) => format!("Correct {}", t.field(*field)),
        Field::Role(holding) => format!("Choose another {} {}", lower(&words.role), at(t, holding.place)),
        Field::Roles(Place::Organisation) => format!("Choose {}", an(&lower(&words.role))),
        Field::Roles(place) => format!("Choose one {} {}", lower(&words.role), at(t, *place)),
        Field::Resources(site) => {
            format!(
                "Choose {} at {}",
                an(&lower(&one_of(t.policy.site_resource_kind()))),
                t.site(*site)
            )
        }
        Field::PrimarySite => format!("Choose the {}", lower(&words.primary_site)),
        Field::Membership(resource) => {
            let kind = t.kind_of(*resource);
            format!("Choose another {}", lower(&one_of(kind)))
        }
        Field::Product(_) => "Choose another product".to_owned(),
        Field::Permission(_) => "Choose another permission".to_owned(),
        Field::Name => "Choose another name".to_owned(),
    }
}

fn assign_resources(t: &Teller<'_>, access: &AccessPatch, role: &RoleId, site: SiteId) -> String {
    let grant = access
        .grant
        .iter()
        .find(|grant| grant.role == *role && grant.place() == Place::Site(site));
    match grant.map(|grant| grant.scope.resources()) {
        Some(Resources::Only(chosen)) if !chosen.is_empty() => {
            let names: Vec<String> = chosen.iter().map(|resource| t.resource(*resource)).collect();
            format!("Assign {}", list(&names))
        }
        _ => format!("Leave {} as it is", t.site(site)),
    }
}

fn keep_one(t: &Teller<'_>, access: &AccessPatch, place: Place, roles: &[RoleId]) -> String {
    let gone = |role: &RoleId| {
        access
            .revoke
            .iter()
            .any(|gone| gone.role == *role && gone.place == place)
    };
    match roles.iter().find(|role| !gone(role)) {
        Some(role) => format!("Keep only {}", t.role(role)),
        None => format!("Leave {} as it is", t.place(place)),
    }
}

fn leave_out(t: &Teller<'_>, resource: ResourceId) -> String {
    format!("Leave {} out", t.resource(resource))
}
