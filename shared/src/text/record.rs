//! What was done: the audit record, and how a newer state differs from the one that was seen.

use super::names::{self, at, elements, one_of, person};
use super::{Words, say};
use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::{Edit, WhichSessions};
use crate::embed::EmbedAccess;
use crate::export::ExportedList;
use crate::factors::{FactorKind, FactorStep, PasswordChange};
use crate::ids::{ResourceId, SiteId};
use crate::policy::RoleKind;
use crate::provider::{ClientSecret, IdentityProvider};
use crate::text::Teller;
use crate::user::{Profile, ProfileField};
use crate::verdict::Change;
use crate::wire::Difference;

/// What kind of edit it was, in the past tense.
pub(super) fn edit_title(t: &Teller<'_>, edit: &Edit) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match edit {
        Edit::Invite { .. } => say!(w, record::invited),
        Edit::Change { .. } => say!(w, record::edited),
        Edit::ResendInvitation { .. } => say!(w, record::invitation_sent_again),
        Edit::WithdrawInvitation { .. } => say!(w, record::invitation_withdrawn),
        Edit::Deactivate { .. } => say!(w, record::deactivated),
        Edit::Activate { .. } => say!(w, record::activated),
        Edit::Delete { .. } => say!(w, record::deleted),
        Edit::Recreate { access, .. } => {
            let mut roles: Vec<String> = Vec::new();
            for role in access.grant.iter().map(|grant| t.role(&grant.role)) {
                if !roles.contains(&role) {
                    roles.push(role);
                }
            }
            say!(w, record::recreated, roles = w.list(&roles))
        }
        Edit::Lock { .. } => say!(w, record::locked),
        Edit::Unlock { .. } => say!(w, record::unlocked),
        Edit::SetTemporaryPassword { .. } => say!(w, record::temporary_password),
        Edit::EndSessions { .. } => say!(w, record::ended_sessions),
        Edit::ResetFactors { .. } => say!(w, record::factors_reset),
        Edit::ChangeFactors { step, .. } => factor_step(t, step),
        Edit::AddProducts { products, .. } => {
            let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
            say!(w, record::products_added, products = w.list(&products))
        }
        Edit::OpenCase { product, .. } => say!(w, record::case_opened, product = t.product(product)),
        Edit::CloseCase { .. } => say!(w, record::case_closed),
        Edit::SetRolePermissions { role, .. } => say!(w, record::role_permissions_changed, role = t.role(role)),
        Edit::CreateSite { name, .. } => say!(w, record::site_added, site = &words.site, name = name),
        Edit::EnrolDevice { name, .. } => say!(w, record::device_enrolled, name = name),
        Edit::ReleaseDevice { .. } => say!(w, record::a_device_released),
        Edit::MakeApiKey { name, .. } => say!(w, record::api_key_made, name = name),
        Edit::RevokeApiKey { .. } => say!(w, record::an_api_key_revoked),
        Edit::AllowOrigin { origin } => say!(w, record::origin_allowed, origin = origin),
        Edit::RemoveOrigin { origin } => say!(w, record::origin_removed, origin = origin),
        Edit::SetIdentityProvider { provider, .. } => say!(w, record::provider_set, name = provider.name.trim()),
        Edit::RemoveIdentityProvider => say!(w, record::provider_removed),
        Edit::RenameSite { name, .. } => say!(w, record::a_site_renamed, site = &words.site, name = name),
        Edit::ArchiveSite { site } => say!(w, record::archived, name = t.site(*site)),
        Edit::CreateResource {
            of, site: None, name, ..
        } => say!(w, record::resource_added, kind = t.kind(of), name = name),
        Edit::CreateResource {
            of,
            site: Some(site),
            name,
            ..
        } => say!(
            w,
            record::resource_added_at,
            kind = t.kind(of),
            name = name,
            site = t.site(*site)
        ),
        Edit::RenameResource { name, .. } => say!(w, record::renamed, name = name),
        Edit::ArchiveResource { resource } => say!(w, record::archived, name = t.resource(*resource)),
        Edit::Export { list, format } => match list {
            ExportedList::Users(query) => {
                say!(
                    w,
                    record::list_exported,
                    list = t.tab(query.tab),
                    format = format.name()
                )
            }
            ExportedList::Activity(_) => say!(w, record::activity_exported, format = format.name()),
        },
        Edit::PublishPolicy { version, .. } => {
            say!(w, record::policy_published, version = version.next().0.to_string())
        }
    }
}

/// The headline of an edit, from what it changed.
pub(super) fn done(t: &Teller<'_>, edit: &Edit, changes: &[Change]) -> String {
    match (edit, changes) {
        (Edit::Change { .. }, changes) => changed(t, changes).unwrap_or_else(|| edit_title(t, edit)),
        (Edit::RenameSite { .. } | Edit::RenameResource { .. }, [one]) => change(t, one),
        (Edit::SetRolePermissions { .. } | Edit::ReleaseDevice { .. } | Edit::RevokeApiKey { .. }, [one]) => {
            change(t, one)
        }
        // As one of those has it on record who were there.
        (Edit::ArchiveSite { site }, changes)
            if !changes.iter().any(|one| matches!(one, Change::SiteArchived { .. })) =>
        {
            by_archiving(t, t.site(*site), changes)
        }
        (Edit::ArchiveResource { resource }, changes)
            if !changes.iter().any(|one| matches!(one, Change::ResourceArchived { .. })) =>
        {
            by_archiving(t, t.resource(*resource), changes)
        }
        _ => edit_title(t, edit),
    }
}

/// All settings of an identity provider, in a sentence.
fn provider_settings(w: &Words, provider: &IdentityProvider) -> String {
    let domains: Vec<String> = provider
        .domains
        .iter()
        .map(|domain| match domain.only_way {
            true => say!(w, record::provider_only_way, domain = &domain.name),
            false => domain.name.clone(),
        })
        .collect();
    let domains = match domains.as_slice() {
        [] => say!(w, record::provider_every_address),
        some => w.list(some),
    };
    say!(
        w,
        record::provider_settings,
        name = &provider.name,
        issuer = &provider.issuer,
        client = &provider.client_id,
        link = &provider.link,
        domains = domains
    )
}

fn factor_step(t: &Teller<'_>, step: &FactorStep) -> String {
    let w = t.words;
    match step {
        FactorStep::Added { kind, name } => match kind {
            FactorKind::AuthenticatorApp => say!(w, record::authenticator_added),
            FactorKind::Passkey => say!(w, record::passkey_added, name = name),
        },
        FactorStep::Removed { kind, name } => match kind {
            FactorKind::AuthenticatorApp => say!(w, record::authenticator_removed),
            FactorKind::Passkey => say!(w, record::passkey_removed, name = name),
        },
        FactorStep::RecoveryCodesMade => say!(w, record::recovery_codes_made),
        FactorStep::RecoveryCodeUsed => say!(w, record::recovery_code_used),
        FactorStep::PinChosen => say!(w, record::pin_chosen),
        FactorStep::PinRemoved => say!(w, record::pin_removed),
        FactorStep::PasswordChanged { how } => match how {
            PasswordChange::Own => say!(w, record::password_changed),
            PasswordChange::Link => say!(w, record::password_changed_by_link),
            PasswordChange::Temporary => say!(w, record::password_changed_temporary),
        },
        FactorStep::ProviderAccountRefused => say!(w, record::provider_account_refused),
        FactorStep::Reset => say!(w, record::factors_reset),
    }
}

fn by_archiving(t: &Teller<'_>, name: String, changes: &[Change]) -> String {
    let text = changed(t, changes).unwrap_or_default();
    t.begun(say!(t.words, record::by_archiving, name = name, text = text))
}

/// A change of role says it in one sentence; else the only change says it; else how many there are.
fn changed(t: &Teller<'_>, changes: &[Change]) -> Option<String> {
    if let Some((from, to)) = role_change(t, changes) {
        let sentence = say!(
            t.words,
            record::role_changed,
            role = &t.policy.words.role,
            from = t.role(&from.role),
            to = t.role(&to.role),
            at = at(t, to.place())
        );
        return Some(and_more(t, sentence, changes.len().saturating_sub(2)));
    }
    let (first, rest) = changes.split_first()?;
    Some(and_more(t, change(t, first), rest.len()))
}

fn and_more(t: &Teller<'_>, text: String, more: usize) -> String {
    match more {
        0 => text,
        _ => say!(t.words, record::and_more, text = text, count = more),
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
pub(super) fn change(t: &Teller<'_>, change: &Change) -> String {
    t.begun(line(t, change))
}

fn line(t: &Teller<'_>, change: &Change) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match change {
        Change::UserCreated { user } => say!(w, record::account_made, person = called(&user.profile)),
        Change::ProfileChanged { field, from, to } => {
            from_to(t, &t.field(*field), &value(t, *field, from), &value(t, *field, to))
        }
        Change::Granted { assignment } => say!(w, record::given, holding = holding(t, assignment, FEW)),
        Change::Revoked { assignment } => say!(w, record::taken_away, holding = holding(t, assignment, FEW)),
        Change::PrimarySiteChanged { from, to } => {
            from_to(t, &words.primary_site, &optional_site(t, *from), &optional_site(t, *to))
        }
        Change::Joined { resource } => say!(w, record::joined, resource = t.resource(*resource)),
        Change::Left { resource } => say!(w, record::left, resource = t.resource(*resource)),
        Change::StatusChanged { from, to } => from_to(t, &say!(w, record::status), &t.status(*from), &t.status(*to)),
        Change::Deactivated { at } => say!(w, record::deactivated_on, date = t.date(*at)),
        Change::Locked { lock } => t.lock_cause(lock.cause),
        Change::Unlocked { lock } => say!(w, record::unlocked_since, date = t.date(lock.since)),
        Change::UserDeleted { user: _, profile } => say!(w, record::account_deleted, person = called(profile)),
        Change::InvitationIssued { to, language } => say!(
            w,
            record::invitation_issued,
            to = to,
            language = t.language_name(language)
        ),
        Change::InvitationEnded => say!(w, record::invitation_ended),
        Change::SessionsEnded => say!(w, record::sessions_ended),
        Change::SomeSessionsEnded {
            which: WhichSessions::Only(_),
        } => say!(w, record::one_session_ended),
        Change::SomeSessionsEnded { .. } => say!(w, record::other_sessions_ended),
        Change::TemporaryPasswordSet => say!(w, record::temporary_password_set),
        Change::Factors { step } => factor_step(t, step),
        Change::ProductAdded {
            product,
            terms,
            monthly_cents,
        } => say!(
            w,
            record::product_added,
            product = t.product(product),
            price = t.price(*monthly_cents),
            terms = terms
        ),
        Change::ProductEnded { product, monthly_cents } => say!(
            w,
            record::product_ended,
            product = t.product(product),
            price = t.price(*monthly_cents)
        ),
        Change::CaseOpened { product } => say!(
            w,
            record::case_opened_naming,
            product = t.product(product),
            person = person(t)
        ),
        Change::CaseClosed { product, note, .. } if note.is_empty() => {
            say!(w, record::case_closed_about, product = t.product(product))
        }
        Change::CaseClosed { product, note, .. } => {
            say!(w, record::case_closed_with, product = t.product(product), note = note)
        }
        Change::RolePermissionGranted { role, permission } => say!(
            w,
            record::permission_gained,
            role = t.role(role),
            permission = t.permission(permission)
        ),
        Change::RolePermissionRevoked { role, permission } => say!(
            w,
            record::permission_lost,
            role = t.role(role),
            permission = t.permission(permission)
        ),
        Change::SiteCreated { site } => say!(w, record::site_created, site = &words.site, name = &site.name),
        Change::DeviceEnrolled { name, .. } => say!(w, record::device_enrolled, name = name),
        Change::DeviceReleased { name, .. } => say!(w, record::device_released, name = name),
        Change::ApiKeyMade { name, scopes, .. } => {
            let elements = elements(t, &scopes.elements);
            let name = name.as_str();
            match (scopes.access, &scopes.sites) {
                (EmbedAccess::Read, None) => say!(w, record::api_key_to_read, name = name, elements = elements),
                (EmbedAccess::Manage, None) => say!(w, record::api_key_to_manage, name = name, elements = elements),
                (EmbedAccess::Read, Some(sites)) => {
                    let sites = names::sites(t, sites);
                    say!(
                        w,
                        record::api_key_to_read_at,
                        name = name,
                        elements = elements,
                        sites = sites
                    )
                }
                (EmbedAccess::Manage, Some(sites)) => {
                    let sites = names::sites(t, sites);
                    say!(
                        w,
                        record::api_key_to_manage_at,
                        name = name,
                        elements = elements,
                        sites = sites
                    )
                }
            }
        }
        Change::ApiKeyRevoked { name, .. } => say!(w, record::api_key_revoked, name = name),
        Change::OriginAllowed { origin } => say!(w, record::origin_allowed, origin = origin),
        Change::OriginRemoved { origin } => say!(w, record::origin_removed, origin = origin),
        Change::IdentityProviderSet { from, to, secret } => {
            let settings = provider_settings(w, to);
            let told = match from {
                Some(from) if from == to => settings,
                Some(from) => say!(
                    w,
                    record::provider_changed,
                    from = provider_settings(w, from),
                    to = settings
                ),
                None => settings,
            };
            match secret {
                ClientSecret::Keep => told,
                ClientSecret::New => say!(w, record::provider_new_secret, text = told),
                ClientSecret::None => say!(w, record::provider_no_secret, text = told),
            }
        }
        Change::IdentityProviderRemoved { provider } => {
            say!(w, record::provider_gone, text = provider_settings(w, provider))
        }
        Change::SiteRenamed { site: _, from, to } => {
            say!(w, record::site_renamed, site = &words.site, from = from, to = to)
        }
        Change::SiteArchived { site } => say!(w, record::name_archived, name = t.site(*site)),
        Change::ResourceCreated { resource } => {
            let (kind, name) = (t.kind(&resource.kind), &resource.name);
            match resource.site {
                Some(site) => say!(
                    w,
                    record::resource_created_at,
                    kind = kind,
                    name = name,
                    site = t.site(site)
                ),
                None => say!(w, record::resource_created, kind = kind, name = name),
            }
        }
        Change::ResourceRenamed { resource, from, to } => {
            let kind = match t.kind_of(*resource) {
                Some(kind) => kind.name.clone(),
                None => say!(w, names::resource_title),
            };
            say!(w, record::resource_renamed, kind = kind, from = from, to = to)
        }
        Change::ResourceArchived { resource } => say!(w, record::name_archived, name = t.resource(*resource)),
        Change::Exported { rows } => say!(w, record::rows_exported, rows = *rows),
        Change::PolicyPublished { version, areas } => {
            let areas: Vec<String> = areas.iter().map(|area| t.area(*area)).collect();
            say!(
                w,
                record::policy_in_force,
                version = version.0.to_string(),
                areas = w.list(&areas)
            )
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

/// "Phone set to 555 0100", "Phone removed; it was 555 0100".
fn from_to(t: &Teller<'_>, what: &str, from: &str, to: &str) -> String {
    match (from.is_empty(), to.is_empty()) {
        (true, true) => say!(t.words, record::stays_empty, what = what),
        (true, false) => say!(t.words, record::value_set, what = what, to = to),
        (false, true) => say!(t.words, record::value_removed, what = what, from = from),
        (false, false) => say!(t.words, record::value_changed, what = what, from = from, to = to),
    }
}

fn optional_site(t: &Teller<'_>, site: Option<SiteId>) -> String {
    site.map(|site| t.site(site)).unwrap_or_default()
}

/// So many resources are named in a line of a record.
const FEW: usize = 8;

/// What somebody holds at a place, whole: two that differ are told differently (X6).
pub(super) fn held_at(t: &Teller<'_>, assignments: &[Assignment], place: Place) -> String {
    let there = assignments.iter().filter(|held| held.place() == place);
    let held: Vec<String> = there.map(|held| holding(t, held, usize::MAX)).collect();
    match held.is_empty() {
        true => say!(t.words, difference::no_access),
        false => t.words.list(&held),
    }
}

/// "Staff at Elm Street (Front and Nurse)".
fn holding(t: &Teller<'_>, assignment: &Assignment, at_most: usize) -> String {
    let (w, role) = (t.words, t.role(&assignment.role));
    let (Scope::Site { site, resources }, Some(kind)) = (&assignment.scope, t.policy.site_resource_kind()) else {
        return say!(w, record::held, role = role, at = at(t, assignment.place()));
    };
    let site = t.site(*site);
    match resources {
        Resources::All => say!(w, record::held_with_all, role = role, site = site, many = &kind.plural),
        Resources::Only(chosen) if chosen.is_empty() => say!(
            w,
            record::held_with_none,
            role = role,
            site = site,
            one = one_of(t, Some(kind))
        ),
        Resources::Only(chosen) => say!(
            w,
            record::held_with,
            role = role,
            site = site,
            names = resources_of(t, chosen.iter(), at_most)
        ),
    }
}

fn resources_of<'i>(t: &Teller<'_>, resources: impl Iterator<Item = &'i ResourceId>, at_most: usize) -> String {
    let names = resources.map(|resource| t.resource(*resource)).collect();
    t.words.cut_list(names, at_most)
}

/// Another person's newer change: what it is now, and what was seen (X6).
pub(super) fn difference(t: &Teller<'_>, difference: &Difference) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match difference {
        Difference::Profile { field, seen, now } => {
            now_was(t, &t.field(*field), &value(t, *field, now), &value(t, *field, seen))
        }
        Difference::Access { seen, now } => now_was(t, &say!(w, difference::access), &access(t, now), &access(t, seen)),
        Difference::PrimarySite { seen, now } => now_was(
            t,
            &words.primary_site,
            &optional_site(t, *now),
            &optional_site(t, *seen),
        ),
        Difference::Status { seen, now } => now_was(t, &say!(w, difference::status), &t.status(*now), &t.status(*seen)),
        Difference::Locked { seen: _, now: true } => say!(w, difference::locked),
        Difference::Locked { seen: _, now: false } => say!(w, difference::not_locked),
        Difference::Memberships { seen, now } => now_was(
            t,
            &say!(w, difference::member_of),
            &resources_of(t, now.iter(), FEW),
            &resources_of(t, seen.iter(), FEW),
        ),
    }
}

fn now_was(t: &Teller<'_>, what: &str, now: &str, was: &str) -> String {
    match (now.is_empty(), was.is_empty()) {
        (true, _) => say!(t.words, difference::now_empty, what = what, was = was),
        (false, true) => say!(t.words, difference::was_empty, what = what, now = now),
        (false, false) => say!(t.words, difference::changed, what = what, now = now, was = was),
    }
}

fn access(t: &Teller<'_>, assignments: &[Assignment]) -> String {
    if assignments.is_empty() {
        return say!(t.words, difference::no_access);
    }
    let every_place = assignments
        .iter()
        .any(|assignment| assignment.place() == Place::Organisation);
    if assignments.len() > 6 && !every_place {
        let words = &t.policy.words;
        return say!(
            t.words,
            difference::many_roles,
            count = assignments.len(),
            role = &words.role,
            roles = &words.roles,
            sites = &words.sites
        );
    }
    let held = assignments
        .iter()
        .map(|assignment| holding(t, assignment, FEW))
        .collect();
    t.words.cut_list(held, 6)
}
