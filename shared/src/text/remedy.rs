//! What would help, as the text of a link: it says what a click does.

use super::names::{at, one_of};
use super::say;
use crate::access::{Place, Resources};
use crate::edit::{AccessPatch, Edit};
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::policy::Level;
use crate::text::Teller;
use crate::verdict::{Field, Reason, Remedy};

pub(super) fn remedy(t: &Teller<'_>, remedy: &Remedy) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match remedy {
        Remedy::Instead(edit) => instead(t, edit),
        Remedy::AddSite => say!(w, remedy::add_site, site = &words.site),
        Remedy::AddResource(site) => say!(
            w,
            remedy::add_resource,
            kind = one_of(t, t.policy.site_resource_kind()),
            site = t.site(*site)
        ),
        Remedy::Retype(field) => say!(w, remedy::correct, field = t.field(*field)),
        Remedy::Recreate(role)
            if t.policy
                .role(role)
                .is_some_and(|role| role.scope == Level::Organisation) =>
        {
            say!(w, remedy::promote, role = t.role(role))
        }
        Remedy::Recreate(role) => say!(w, remedy::recreate, role = t.role(role)),
        Remedy::AskAdministrator(power) => say!(w, remedy::ask, power = t.power(*power)),
        Remedy::AnotherAdministrator => say!(w, remedy::another_administrator),
        Remedy::Choose(field) => choose(t, field),
    }
}

/// The remedy of a refusal, of which field and reason are known: an edit instead is named by what it changes there.
pub(super) fn of(t: &Teller<'_>, field: &Field, reason: &Reason, help: &Remedy) -> String {
    let Remedy::Instead(edit) = help else {
        return remedy(t, help);
    };
    let w = t.words;
    let Some((_, access)) = edit.parts() else {
        return match (field, &**edit) {
            (Field::Product(product), Edit::AddProducts { products, .. }) if !products.contains(product) => {
                say!(w, remedy::leave_out, name = t.product(product))
            }
            (Field::Permission(permission), Edit::SetRolePermissions { .. }) => {
                say!(w, remedy::leave_permission, permission = t.permission(permission))
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
                say!(w, remedy::end_role, role = t.role(held), at = at(t, *place))
            } else {
                say!(w, remedy::choose_role_here, role = t.role(held))
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
            say!(w, remedy::keep_and_clear, stays = t.role(stays), goes = t.role(goes))
        }
        (_, Reason::OneRoleOnly { place, roles }) => keep_one(t, access, *place, roles),
        (Field::PrimarySite, _) => match access.primary_site {
            Some(site) => say!(
                w,
                remedy::make_primary_site,
                site = t.site(site),
                primary_site = &words.primary_site
            ),
            None => say!(w, remedy::leave_primary_site, primary_site = &words.primary_site),
        },
        (_, Reason::RoleMissing { .. }) => say!(w, remedy::keep_role, role = &words.role),
        (Field::Role(holding), _) => leave(t, t.place(holding.place)),
        (Field::Roles(place), _) => leave(t, t.place(*place)),
        (Field::Resources(site), _) => leave(t, t.site(*site)),
        (Field::Membership(resource), _) => leave_out(t, *resource),
        (Field::Profile(field), _) if matches!(**edit, Edit::Invite { .. }) => {
            say!(w, remedy::leave_empty, field = t.field(*field))
        }
        (Field::Profile(field), _) => leave(t, t.field(*field)),
        (
            Field::Whole
            | Field::Product(_)
            | Field::Permission(_)
            | Field::Name
            | Field::Note
            | Field::Origin
            | Field::Provider(_)
            | Field::Elements,
            _,
        ) => instead(t, edit),
    }
}

fn leave(t: &Teller<'_>, name: String) -> String {
    say!(t.words, remedy::leave, name = name)
}

/// An edit instead, when nothing is known about the refused one.
fn instead(t: &Teller<'_>, edit: &Edit) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match edit {
        Edit::Invite { .. } | Edit::Change { .. } | Edit::Recreate { .. } => match edit.parts() {
            Some((profile, access)) if profile.is_empty() && !access.revoke.is_empty() && access.grant.is_empty() => {
                let places: Vec<String> = access.revoke.iter().map(|gone| t.place(gone.place)).collect();
                say!(w, remedy::end_access_only, places = w.list(&places))
            }
            _ => say!(w, remedy::nearest),
        },
        Edit::ResendInvitation { .. } => words.resend_invitation.clone(),
        Edit::WithdrawInvitation { .. } => words.withdraw_invitation.clone(),
        Edit::Deactivate { .. } => say!(w, remedy::instead, action = &words.deactivate),
        Edit::Activate { .. } => words.activate.clone(),
        Edit::Delete { .. } => say!(w, remedy::instead, action = &words.delete),
        Edit::Lock { .. } => say!(w, remedy::lock_instead),
        Edit::Unlock { .. } => words.unlock.clone(),
        Edit::SetTemporaryPassword { .. } => say!(w, remedy::temporary_password_instead),
        Edit::EndSessions { .. } => say!(t.words, session::end_all),
        Edit::ResetFactors { .. } => say!(w, remedy::reset_factors_instead),
        Edit::AddProducts { products, .. } => {
            let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
            say!(w, remedy::add_products, products = w.list(&products))
        }
        Edit::OpenCase { product, .. } => say!(w, remedy::open_case, product = t.product(product)),
        Edit::CloseCase { .. } => say!(w, record::case_closed),
        Edit::SetRolePermissions { .. }
        | Edit::EnrolDevice { .. }
        | Edit::ReleaseDevice { .. }
        | Edit::MakeApiKey { .. }
        | Edit::RevokeApiKey { .. }
        | Edit::AllowOrigin { .. }
        | Edit::RemoveOrigin { .. }
        | Edit::SetIdentityProvider { .. }
        | Edit::RemoveIdentityProvider
        | Edit::ChangeFactors { .. }
        | Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::ArchiveResource { .. }
        | Edit::Export { .. }
        | Edit::PublishPolicy { .. } => say!(w, remedy::nearest),
    }
}

fn choose(t: &Teller<'_>, field: &Field) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match field {
        Field::Whole => say!(w, remedy::choose_else),
        Field::Profile(field) => say!(w, remedy::correct, field = t.field(*field)),
        Field::Role(holding) => say!(
            w,
            remedy::choose_another_role,
            role = &words.role,
            at = at(t, holding.place)
        ),
        Field::Roles(Place::Organisation) => say!(w, remedy::choose_role, role = &words.role),
        Field::Roles(place) => say!(w, remedy::choose_one_role, role = &words.role, at = at(t, *place)),
        Field::Resources(site) => say!(
            w,
            remedy::choose_resource,
            kind = one_of(t, t.policy.site_resource_kind()),
            site = t.site(*site)
        ),
        Field::PrimarySite => say!(w, remedy::choose_primary_site, primary_site = &words.primary_site),
        Field::Membership(resource) => say!(
            w,
            remedy::choose_another_resource,
            kind = one_of(t, t.kind_of(*resource))
        ),
        Field::Product(_) => say!(w, remedy::choose_another_product),
        Field::Permission(_) => say!(w, remedy::choose_another_permission),
        Field::Name => say!(w, remedy::choose_another_name),
        Field::Note => say!(w, remedy::write_note),
        Field::Origin => say!(w, remedy::type_another_origin),
        Field::Provider(_) => say!(w, remedy::change_setting),
        Field::Elements => say!(w, remedy::choose_other_elements),
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
            say!(t.words, remedy::assign, names = t.words.list(&names))
        }
        _ => leave(t, t.site(site)),
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
        Some(role) => say!(t.words, remedy::keep_only, role = t.role(role)),
        None => leave(t, t.place(place)),
    }
}

fn leave_out(t: &Teller<'_>, resource: ResourceId) -> String {
    say!(t.words, remedy::leave_out, name = t.resource(resource))
}
