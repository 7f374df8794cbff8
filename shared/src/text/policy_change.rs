//! What differs between two policies, in a sentence.

use super::{Teller, names, say};
use crate::policy::{Need, PolicyChange, PolicyFlag, PolicyItem, PolicyNumber};
use crate::user::ProfileField;

pub(super) fn change(t: &Teller<'_>, change: &PolicyChange) -> String {
    let w = t.words;
    match change {
        PolicyChange::Item { named, name, there } => {
            let kind = named.key();
            if *there {
                say!(w, policy_change::item_new, kind = kind, name = name)
            } else {
                say!(w, policy_change::item_gone, kind = kind, name = name)
            }
        }
        PolicyChange::Renamed { from, to } => say!(w, policy_change::renamed, from = from, to = to),
        PolicyChange::RolePermits { role, permission, on } => say!(
            w,
            policy_change::role_permits,
            role = self::role(t, role),
            permission = t
                .permission_name(&permission.id.as_str().into())
                .unwrap_or(&permission.name),
            on = yes(*on)
        ),
        PolicyChange::RolePermitsAll { role, on } => say!(
            w,
            policy_change::role_permits_all,
            role = self::role(t, role),
            on = yes(*on)
        ),
        PolicyChange::RoleAdministers { role, power, on } => say!(
            w,
            policy_change::role_administers,
            role = self::role(t, role),
            power = names::power(t, *power),
            on = yes(*on)
        ),
        PolicyChange::RoleExcludes { role, other, on } => say!(
            w,
            policy_change::role_excludes,
            role = self::role(t, role),
            other = self::role(t, other),
            on = yes(*on)
        ),
        PolicyChange::RoleExcludesAll { role, on } => say!(
            w,
            policy_change::role_excludes_all,
            role = self::role(t, role),
            on = yes(*on)
        ),
        PolicyChange::RoleClinical { role, on } => {
            say!(
                w,
                policy_change::role_clinical,
                role = self::role(t, role),
                on = yes(*on)
            )
        }
        PolicyChange::RoleSecondFactor { role, on } => say!(
            w,
            policy_change::role_second_factor,
            role = self::role(t, role),
            on = yes(*on)
        ),
        PolicyChange::FieldNeed { field, need } => say!(
            w,
            policy_change::field_need,
            field = self::field(t, field),
            need = self::need(*need)
        ),
        PolicyChange::PrimarySiteNeed { need } => say!(
            w,
            policy_change::primary_site_need,
            site = &t.policy.words.primary_site,
            need = self::need(*need)
        ),
        PolicyChange::Number { setting, from, to } => number(t, *setting, *from, *to),
        PolicyChange::Flag { setting, on } => flag(t, *setting, yes(*on)),
        PolicyChange::Language { language, on } => say!(
            w,
            policy_change::language,
            language = names::language(t, language),
            on = yes(*on)
        ),
        PolicyChange::Translated { language, from, to } => {
            let language = names::language(t, language);
            match from {
                Some(from) => say!(
                    w,
                    policy_change::translated_otherwise,
                    language = language,
                    from = from,
                    to = to
                ),
                None => say!(w, policy_change::translated, language = language, to = to),
            }
        }
        PolicyChange::Price { product, from, to } => say!(
            w,
            policy_change::price,
            product = t.product_name(&product.id.as_str().into()).unwrap_or(&product.name),
            from = names::price(t, *from),
            to = names::price(t, *to)
        ),
    }
}

fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Required => "required",
        Need::Optional => "optional",
        Need::Unused => "unused",
    }
}

/// As the reader's own policy calls it, in their language; else as it is written.
fn role<'a>(t: &Teller<'a>, role: &'a PolicyItem) -> &'a str {
    t.role_name(&role.id.as_str().into()).unwrap_or(&role.name)
}

fn field<'a>(t: &Teller<'a>, field: &'a PolicyItem) -> &'a str {
    ProfileField::ALL
        .into_iter()
        .find(|known| known.key() == field.id)
        .and_then(|known| t.policy.field(known))
        .map_or(field.name.as_str(), |rule| rule.label.as_str())
}

fn number(t: &Teller<'_>, setting: PolicyNumber, from: u32, to: u32) -> String {
    let w = t.words;
    match setting {
        PolicyNumber::BeforeInviting => say!(
            w,
            policy_change::before_inviting,
            sites = &t.policy.words.sites,
            from = from,
            to = to
        ),
        PolicyNumber::AtLeast => say!(
            w,
            policy_change::at_least,
            roles = &t.policy.words.roles,
            from = from,
            to = to
        ),
        PolicyNumber::InvitationDays => say!(w, policy_change::invitation_days, from = from, to = to),
        PolicyNumber::LockAfter => say!(w, policy_change::lock_after, from = from, to = to),
        PolicyNumber::TemporaryPasswordHours => {
            say!(w, policy_change::temporary_password_hours, from = from, to = to)
        }
        PolicyNumber::SessionIdleMinutes => say!(w, policy_change::session_idle_minutes, from = from, to = to),
        PolicyNumber::SharedIdleMinutes => say!(w, policy_change::shared_idle_minutes, from = from, to = to),
        PolicyNumber::SessionHours => say!(w, policy_change::session_hours, from = from, to = to),
        PolicyNumber::ProofMinutes => say!(w, policy_change::proof_minutes, from = from, to = to),
    }
}

fn flag(t: &Teller<'_>, setting: PolicyFlag, on: &str) -> String {
    let w = t.words;
    match setting {
        PolicyFlag::ManyRoles => say!(w, policy_change::many_roles, on = on),
        PolicyFlag::SameRoleAtEverySite => say!(w, policy_change::same_role, on = on),
        PolicyFlag::LoginEmailFixed => say!(w, policy_change::email_fixed, on = on),
        PolicyFlag::LoginEmailNew => say!(w, policy_change::email_new, on = on),
        PolicyFlag::OtherDomainConfirmed => say!(w, policy_change::other_domain, on = on),
        PolicyFlag::LeaveByDeactivation => say!(w, policy_change::leave_deactivate, on = on),
        PolicyFlag::LeaveByDeletion => say!(w, policy_change::leave_delete, on = on),
        PolicyFlag::WithdrawInvitation => say!(w, policy_change::withdraw, on = on),
        PolicyFlag::AcceptByProvider => say!(w, policy_change::accept_by_provider, on = on),
        PolicyFlag::NewLinkSent => say!(w, policy_change::new_link, on = on),
    }
}
