//! Why something is refused: what is the case, and where it is not plain, what is needed.

use super::names::{at, many_of, one_of, person};
use super::{Words, say};
use crate::access::Place;
use crate::embed::OriginFault;
use crate::ids::{PermissionId, ResourceId, ResourceKindId, RoleId, SiteId};
use crate::policy::{Leaving, Level, Power, Roles};
use crate::provider::{Claim, ProviderFault};
use crate::text::Teller;
use crate::user::ProfileField;
use crate::verdict::Reason;

pub(super) fn reason(t: &Teller<'_>, reason: &Reason) -> String {
    t.begun(sentence(t, reason))
}

fn sentence(t: &Teller<'_>, reason: &Reason) -> String {
    let (w, words) = (t.words, &t.policy.words);
    let label = |field: &ProfileField| t.field(*field);
    match reason {
        Reason::ActorCannotAct => say!(w, reason::actor_cannot_act),
        Reason::SupportMayNot { power } => say!(
            w,
            reason::support_may_not,
            vendor = &words.vendor,
            power = t.power(*power),
            organisation = &t.organisation.name
        ),
        Reason::PowerMissing {
            power,
            place: Place::Organisation,
        } => say!(
            w,
            reason::power_missing_everywhere,
            power = t.power(*power),
            organisation = &words.organisation
        ),
        Reason::PowerMissing { power, place } => {
            say!(w, reason::power_missing, power = t.power(*power), at = at(t, *place))
        }
        Reason::GrantsMoreThanHeld {
            role,
            place,
            permissions,
            powers,
        } => more_than_held(t, role, *place, permissions, powers),
        Reason::HoldsMore => say!(w, reason::holds_more, person = person(t)),
        Reason::NotAllResourcesHeld { role, site } => say!(
            w,
            reason::not_all_resources_held,
            role = t.role(role),
            at = at(t, Place::Site(*site))
        ),
        Reason::ResourceOutOfReach { resource } => {
            say!(w, reason::resource_out_of_reach, resource = t.resource(*resource))
        }
        Reason::PermissionNotHeld { permission } => {
            say!(w, reason::permission_not_held, permission = t.permission(permission))
        }
        Reason::LastAdministrator => say!(
            w,
            reason::last_administrator,
            person = person(t),
            organisation = &words.organisation
        ),
        Reason::UserUnknown => say!(w, reason::user_unknown),
        Reason::UserExists => say!(w, reason::user_exists),
        Reason::RoleUnknown { role: _ } => say!(w, reason::role_unknown, role = &words.role),
        Reason::SiteUnknown { site: _ } => say!(w, reason::site_unknown, site = &words.site),
        Reason::DeviceUnknown { .. } => say!(w, reason::device_unknown),
        Reason::ApiKeyUnknown { .. } => say!(w, reason::api_key_unknown),
        Reason::OriginUnusable { fault } => origin_fault(w, *fault),
        Reason::OriginAllowed { origin } => say!(w, reason::origin_allowed, origin = origin),
        Reason::OriginUnknown { origin } => say!(w, reason::origin_unknown, origin = origin),
        Reason::IdentityProviderUnusable { fault, .. } => provider_fault(w, fault),
        Reason::IdentityProviderMissing => say!(w, reason::no_provider),
        Reason::ElementsMissing => say!(w, reason::elements_missing),
        Reason::SitesOfKeyMissing => say!(w, reason::sites_of_key_missing, sites = &words.sites),
        Reason::EnoughOfThem { at_most } => say!(w, reason::enough_of_them, at_most = at_most.to_string()),
        Reason::EmbeddedToRead => say!(w, reason::embedded_to_read),
        Reason::OutsideEmbedding => say!(w, reason::outside_embedding),
        Reason::OnlyInConsole => say!(w, reason::only_in_console),
        Reason::SiteArchived { site } => say!(w, reason::site_archived, site = t.site(*site)),
        Reason::ResourceUnknown { resource } => match t.resource_name(*resource) {
            Some(name) => say!(w, reason::resource_unknown, resource = name),
            None => say!(w, reason::resource_gone),
        },
        Reason::ResourceArchived { resource } => say!(w, reason::resource_archived, resource = t.resource(*resource)),
        Reason::PermissionUnknown { permission: _ } => say!(w, reason::permission_unknown),
        Reason::ProductUnknown { product: _ } => say!(w, reason::product_unknown),
        Reason::KindUnknown { kind: _ } => say!(w, reason::kind_unknown),
        Reason::WrongLevel {
            role,
            place: Place::Site(_),
        } => say!(
            w,
            reason::wrong_level_site,
            role = t.role(role),
            organisation = &words.organisation,
            site = &words.site
        ),
        Reason::WrongLevel {
            role,
            place: Place::Organisation,
        } => say!(
            w,
            reason::wrong_level_organisation,
            role = t.role(role),
            organisation = &words.organisation,
            site = &words.site
        ),
        Reason::RoleMissing { at_least } => say!(
            w,
            reason::role_missing,
            at_least = *at_least,
            role = &words.role,
            roles = &words.roles
        ),
        Reason::OneRoleOnly { place, roles } => {
            let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
            say!(
                w,
                reason::one_role_only,
                role = &words.role,
                at = at(t, *place),
                roles = w.list(&roles)
            )
        }
        Reason::OtherRoleElsewhere { wanted, held, place } => say!(
            w,
            reason::other_role_elsewhere,
            held = t.role(held),
            at = at(t, *place),
            wanted = t.role(wanted),
            role = &words.role,
            site = &words.site
        ),
        Reason::Exclusive { role, other } => say!(w, reason::exclusive, role = t.role(role), other = t.role(other)),
        Reason::RecreateOnly { from, to } => {
            let level = match t.policy.role(to).map(|role| role.scope) {
                Some(Level::Organisation) => &words.organisation,
                Some(Level::Site) | None => &words.site,
            };
            say!(
                w,
                reason::recreate_only,
                from = t.role(from),
                to = t.role(to),
                level = level
            )
        }
        Reason::RecreationNotNeeded => say!(w, reason::recreation_not_needed),
        Reason::ResourcesMissing {
            role,
            site,
            kind,
            at_least,
        } => resources_missing(t, role, *site, kind.as_ref(), *at_least),
        Reason::MembershipNotForRole { resource } => not_for_role(t, *resource),
        Reason::PrimarySiteMissing => say!(w, reason::primary_site_missing, primary_site = &words.primary_site),
        Reason::PrimarySiteNotReached { site } => say!(
            w,
            reason::primary_site_not_reached,
            site = t.site(*site),
            sites = &words.sites,
            primary_site = &words.primary_site
        ),
        Reason::SitesMissing { at_least, there } => say!(
            w,
            reason::sites_missing,
            at_least = *at_least,
            there = *there,
            site = &words.site,
            sites = &words.sites
        ),
        Reason::FieldUnused { field } => say!(w, reason::field_unused, field = label(field)),
        Reason::FieldMissing { field } => say!(w, reason::field_missing, field = label(field)),
        Reason::FieldTooLong { field, at_most } => {
            say!(w, reason::field_too_long, field = label(field), at_most = *at_most)
        }
        Reason::FieldHasControlCharacters { field } => {
            say!(w, reason::field_has_control_characters, field = label(field))
        }
        Reason::ClinicalOnly { field } => say!(
            w,
            reason::clinical_only,
            field = label(field),
            roles = &words.roles,
            clinical = clinical(t)
        ),
        Reason::EmailMalformed { text } => say!(w, reason::email_malformed, text = text),
        Reason::EmailTaken { email } => say!(w, reason::email_taken, email = email),
        Reason::EmailRetired { email } => say!(w, reason::email_retired, email = email),
        Reason::LoginEmailFixed => say!(w, reason::login_email_fixed, field = label(&ProfileField::LoginEmail)),
        Reason::PhoneMalformed { text } => say!(w, reason::phone_malformed, text = text),
        Reason::LanguageUnknown { language } => {
            let known: Vec<String> = t.policy.languages.iter().map(|tag| t.language_name(tag)).collect();
            say!(w, reason::language_unknown, language = language, known = w.list(&known))
        }
        Reason::NpiNotDigits { at, found } => say!(w, reason::npi_not_digits, at = *at, found = found),
        Reason::NpiLength { digits } => say!(w, reason::npi_length, digits = *digits),
        Reason::NpiFirstDigit { found } => say!(w, reason::npi_first_digit, found = u32::from(*found)),
        Reason::NpiCheckDigit { found, fits } => say!(
            w,
            reason::npi_check_digit,
            found = u32::from(*found),
            fits = u32::from(*fits)
        ),
        Reason::TaxonomyMalformed { text } => say!(w, reason::taxonomy_malformed, text = text),
        Reason::TaxonomyTwice { code } => say!(w, reason::taxonomy_twice, code = code.to_string()),
        Reason::NumberMalformed { text } => say!(w, reason::number_malformed, text = text),
        Reason::CapacityTooSmall => say!(w, reason::capacity_too_small, field = label(&ProfileField::Capacity)),
        Reason::SchedulingStepUnknown { minutes, steps } => {
            let steps: Vec<String> = steps.iter().map(u16::to_string).collect();
            say!(
                w,
                reason::scheduling_step_unknown,
                minutes = *minutes,
                steps = w.either(&steps)
            )
        }
        Reason::NotInvited { status } => say!(w, reason::not_invited, status = t.status(*status)),
        Reason::StillInvited => say!(w, reason::still_invited, person = person(t)),
        Reason::AlreadyActive => say!(w, reason::already_active),
        Reason::AlreadyInactive => say!(w, reason::already_inactive),
        Reason::NotLocked => say!(w, reason::not_locked),
        Reason::AlreadyLocked => say!(w, reason::already_locked),
        Reason::WayOfLeavingUnused => {
            if t.policy.lifecycle.leaving.contains(&Leaving::Deactivate) {
                say!(w, reason::accounts_are_deactivated)
            } else {
                say!(w, reason::accounts_are_deleted)
            }
        }
        Reason::WithdrawalUnused => say!(w, reason::withdrawal_unused),
        Reason::OwnFactors => say!(w, reason::own_factors),
        Reason::NoSecondFactor => say!(w, reason::no_second_factor),
        Reason::NotClinical => say!(w, reason::not_clinical, roles = &words.roles, clinical = clinical(t)),
        Reason::ProductNotActivated { product } => say!(
            w,
            reason::product_not_activated,
            product = t.product(product),
            site = &words.site,
            person = person(t)
        ),
        Reason::ProductHeld { product } => {
            say!(
                w,
                reason::product_held,
                person = person(t),
                product = t.product(product)
            )
        }
        Reason::ProductNeedsCase { product, until } => say!(
            w,
            reason::product_needs_case,
            product = t.product(product),
            date = t.date(*until)
        ),
        Reason::CaseNotNeeded { product } => say!(w, reason::case_not_needed, product = t.product(product)),
        Reason::CaseOpen { product } => say!(w, reason::case_open, product = t.product(product)),
        Reason::CaseUnknown => say!(w, reason::case_unknown),
        Reason::CaseClosedAlready => say!(w, reason::case_closed_already),
        Reason::NoteMissing => say!(w, reason::note_missing),
        Reason::AccountUnusable => say!(w, reason::account_unusable),
        Reason::NothingChosen => say!(w, reason::nothing_chosen),
        Reason::RoleHoldsEverything { role } => say!(w, reason::role_holds_everything, role = t.role(role)),
        Reason::NameMissing => say!(w, reason::name_missing),
        Reason::NameTooLong { at_most } => say!(w, reason::name_too_long, at_most = *at_most),
        Reason::NameTaken { name } => say!(w, reason::name_taken, name = name),
        Reason::IdTaken => say!(w, reason::id_taken),
        Reason::SiteInUse {
            primary_here,
            only_here,
        } => site_in_use(t, *primary_here, *only_here),
        Reason::WrongLevelForKind { kind } => {
            let kind = t.policy.resource_kind(kind);
            let name = one_of(t, kind);
            match kind.map(|kind| kind.level) {
                Some(Level::Site) | None => say!(w, reason::kind_is_of_sites, kind = name, site = &words.site),
                Some(Level::Organisation) => say!(
                    w,
                    reason::kind_is_of_organisation,
                    kind = name,
                    organisation = &words.organisation
                ),
            }
        }
        Reason::PolicyContradicts { findings } => {
            let findings: Vec<String> = findings.iter().map(|finding| super::finding(w, finding)).collect();
            say!(w, reason::policy_contradicts, findings = findings.join(" "))
        }
        Reason::PolicyUnchanged => say!(w, reason::policy_unchanged),
        Reason::PolicyHidden => say!(w, reason::policy_hidden),
        Reason::NobodyAdministers => say!(w, reason::nobody_administers),
        Reason::NoteTooLong { at_most } => say!(w, reason::note_too_long, at_most = *at_most),
    }
}

fn clinical(t: &Teller<'_>) -> String {
    let roles = t.clinical_roles();
    if roles.is_empty() {
        super::grammar::lower(&t.policy.words.clinical)
    } else {
        t.words.list(&roles)
    }
}

fn more_than_held(
    t: &Teller<'_>,
    role: &RoleId,
    place: Place,
    permissions: &[PermissionId],
    powers: &[Power],
) -> String {
    let mut missing: Vec<String> = permissions
        .iter()
        .map(|permission| say!(t.words, names::quoted, text = t.permission(permission)))
        .collect();
    missing.extend(powers.iter().map(|power| t.power(*power)));
    say!(
        t.words,
        reason::grants_more_than_held,
        role = t.role(role),
        at = at(t, place),
        missing = t.words.cut_list(missing, 4)
    )
}

fn resources_missing(
    t: &Teller<'_>,
    role: &RoleId,
    site: SiteId,
    kind: Option<&ResourceKindId>,
    at_least: u32,
) -> String {
    let kind = kind.and_then(|kind| t.policy.resource_kind(kind));
    let (one, many, role, site) = (one_of(t, kind), many_of(t, kind), t.role(role), t.site(site));
    match kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty()) {
        Some(shows) => say!(
            t.words,
            reason::resources_missing_shows,
            role = role,
            site = site,
            at_least = at_least,
            one = one,
            many = many,
            shows = shows
        ),
        None => say!(
            t.words,
            reason::resources_missing,
            role = role,
            site = site,
            at_least = at_least,
            one = one,
            many = many
        ),
    }
}

fn not_for_role(t: &Teller<'_>, resource: ResourceId) -> String {
    let words = &t.policy.words;
    let members: Vec<String> = match t.kind_of(resource).map(|kind| &kind.members) {
        Some(Roles::Only(roles)) => roles.iter().map(|role| t.role(role)).collect(),
        Some(Roles::All) | None => Vec::new(),
    };
    let resource = t.resource(resource);
    if members.is_empty() {
        return say!(
            t.words,
            reason::membership_needs_role,
            resource = resource,
            role = &words.role
        );
    }
    say!(
        t.words,
        reason::membership_not_for_role,
        resource = resource,
        roles = &words.roles,
        members = t.words.list(&members)
    )
}

fn site_in_use(t: &Teller<'_>, primary_here: u32, only_here: u32) -> String {
    let words = &t.policy.words;
    let mut uses = Vec::new();
    if primary_here > 0 {
        uses.push(say!(
            t.words,
            reason::site_is_primary,
            people = primary_here,
            primary_site = &words.primary_site
        ));
    }
    if only_here > 0 {
        uses.push(say!(
            t.words,
            reason::site_is_only_one,
            people = only_here,
            site = &words.site,
            sites = &words.sites
        ));
    }
    say!(
        t.words,
        reason::site_in_use,
        site = &words.site,
        uses = t.words.list(&uses)
    )
}

/// An origin that can be allowed.
const EXAMPLE: &str = "https://portal.example";

/// Why a text is no origin that can be allowed, and what would be one.
/// What an issuer looks like.
const ISSUER: &str = "https://id.example.com";

fn provider_fault(w: &Words, fault: &ProviderFault) -> String {
    match fault {
        ProviderFault::Missing => say!(w, reason::provider_missing),
        ProviderFault::TooLong { at_most } => say!(w, reason::provider_too_long, at_most = at_most.to_string()),
        ProviderFault::IssuerMalformed => say!(w, reason::issuer_malformed, example = ISSUER),
        ProviderFault::IssuerNotSecure => say!(w, reason::issuer_not_secure),
        ProviderFault::LinkMalformed => say!(w, reason::link_malformed),
        ProviderFault::LinkTaken => say!(w, reason::link_taken),
        ProviderFault::DomainMalformed { domain } => say!(w, reason::domain_malformed, domain = domain),
        ProviderFault::DomainNotOurs { domain, claim } => match claim {
            Claim::NobodyHere => say!(w, reason::domain_nobody_here, domain = domain),
            Claim::UsedElsewhere => say!(w, reason::domain_used_elsewhere, domain = domain),
            Claim::Taken | Claim::Ours => say!(w, reason::domain_taken, domain = domain),
        },
        ProviderFault::TooManyDomains { at_most } => {
            say!(w, reason::too_many_domains, at_most = at_most.to_string())
        }
        ProviderFault::SecretOfAnother => say!(w, reason::secret_of_another),
    }
}

fn origin_fault(w: &Words, fault: OriginFault) -> String {
    match fault {
        OriginFault::Missing => say!(w, reason::origin_missing, example = EXAMPLE),
        OriginFault::Scheme => say!(w, reason::origin_scheme, example = EXAMPLE),
        OriginFault::NotSecure => say!(w, reason::origin_not_secure),
        OriginFault::Wildcard => say!(w, reason::origin_wildcard),
        OriginFault::Path => say!(w, reason::origin_path, example = EXAMPLE),
        OriginFault::UserInfo => say!(w, reason::origin_user_info),
        OriginFault::Host => say!(w, reason::origin_host),
        OriginFault::Port => say!(w, reason::origin_port),
    }
}
