//! Why something is refused: what is the case, and where it is not plain, what is needed.

use super::names::{at, many_of, one_of, person, whole};
use super::{an, begun, capital, count, cut_list, either, list, lower, people};
use crate::access::Place;
use crate::ids::{PermissionId, ResourceId, ResourceKindId, RoleId, SiteId};
use crate::policy::{Leaving, Level, Power, Roles};
use crate::text::Teller;
use crate::user::ProfileField;
use crate::verdict::Reason;

pub(in crate::text) fn reason(t: &Teller<'_>, reason: &Reason) -> String {
    begun(sentence(t, reason))
}

fn sentence(t: &Teller<'_>, reason: &Reason) -> String {
    let words = &t.policy.words;
    let label = |field: &ProfileField| t.field(*field);
    match reason {
        Reason::ActorCannotAct => {
            "Your account cannot change anything now: it is not active, or it is locked.".to_owned()
        }
        Reason::SupportMayNot { power } => format!(
            "Support staff of {} may not {} here; people of {} do that themselves.",
            words.vendor,
            t.power(*power),
            t.organisation.name
        ),
        Reason::PowerMissing {
            power,
            place: Place::Organisation,
        } => {
            format!("You may not {} in {}.", t.power(*power), whole(t))
        }
        Reason::PowerMissing { power, place } => format!("You may not {} {}.", t.power(*power), at(t, *place)),
        Reason::GrantsMoreThanHeld {
            role,
            place,
            permissions,
            powers,
        } => more_than_held(t, role, *place, permissions, powers),
        Reason::HoldsMore => format!("{} has access that you do not have yourself.", person(t)),
        Reason::NotAllResourcesHeld { role, site } => {
            format!(
                "{} reaches everything {}, and you do not.",
                t.role(role),
                at(t, Place::Site(*site))
            )
        }
        Reason::ResourceOutOfReach { resource } => {
            format!(
                "You cannot reach {} yourself, so you cannot give access to it.",
                t.resource(*resource)
            )
        }
        Reason::PermissionNotHeld { permission } => {
            format!(
                "You do not have “{}” yourself, so you cannot give or take it.",
                t.permission(permission)
            )
        }
        Reason::LastAdministrator => format!("{} is the last person who can manage users in {}.", person(t), whole(t)),
        Reason::UserUnknown => "This user is not there any more, or is out of your reach.".to_owned(),
        Reason::UserExists => "This user is there already.".to_owned(),
        Reason::RoleUnknown { role: _ } => format!("This {} does not exist.", lower(&words.role)),
        Reason::SiteUnknown { site: _ } => {
            format!("This {} does not exist, or is out of your reach.", lower(&words.site))
        }
        Reason::SiteArchived { site } => format!("{} is archived: nobody can be assigned there.", t.site(*site)),
        Reason::ResourceUnknown { resource } => unknown_resource(t, *resource),
        Reason::ResourceArchived { resource } => format!("{} is archived.", t.resource(*resource)),
        Reason::PermissionUnknown { permission: _ } => "This permission does not exist.".to_owned(),
        Reason::ProductUnknown { product: _ } => "This product does not exist.".to_owned(),
        Reason::KindUnknown { kind: _ } => "Nothing of this kind can be added here.".to_owned(),
        Reason::WrongLevel {
            role,
            place: Place::Site(_),
        } => {
            format!(
                "{} is held in {}, not at one {}.",
                t.role(role),
                whole(t),
                lower(&words.site)
            )
        }
        Reason::WrongLevel {
            role,
            place: Place::Organisation,
        } => {
            format!(
                "{} is held at {}, not in {}.",
                t.role(role),
                an(&lower(&words.site)),
                whole(t)
            )
        }
        Reason::RoleMissing { at_least } => role_missing(t, *at_least),
        Reason::OneRoleOnly { place, roles } => {
            let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
            format!(
                "Only one {} can be held {}; chosen are {}.",
                lower(&words.role),
                at(t, *place),
                list(&roles)
            )
        }
        Reason::OtherRoleElsewhere { wanted, held, place } => format!(
            "{} {} and {} here do not go together: the {} is the same in every {}.",
            t.role(held),
            at(t, *place),
            t.role(wanted),
            lower(&words.role),
            lower(&words.site)
        ),
        Reason::Exclusive { role, other } => format!("{} and {} cannot be held together.", t.role(role), t.role(other)),
        Reason::RecreateOnly { from, to } => recreate(t, from, to),
        Reason::ResourcesMissing {
            role,
            site,
            kind,
            at_least,
        } => resources_missing(t, role, *site, kind.as_ref(), *at_least),
        Reason::MembershipNotForRole { resource } => not_for_role(t, *resource),
        Reason::PrimarySiteMissing => format!("Choose {}.", an(&lower(&words.primary_site))),
        Reason::PrimarySiteNotReached { site } => format!(
            "{} is not among the {} with access, so it cannot be the {}.",
            t.site(*site),
            lower(&words.sites),
            lower(&words.primary_site)
        ),
        Reason::SitesMissing { at_least, there } => {
            let needed = count(*at_least, &lower(&words.site), &lower(&words.sites));
            let so_far = match there {
                0 => String::new(),
                1 => " So far there is 1.".to_owned(),
                _ => format!(" So far there are {there}."),
            };
            format!("Nobody can be invited yet: at least {needed} must exist first.{so_far}")
        }
        Reason::FieldUnused { field } => format!("{} is not used here.", label(field)),
        Reason::FieldMissing { field } => format!("{} is required.", label(field)),
        Reason::FieldTooLong { field, at_most } => format!("{} has room for {}.", label(field), characters(*at_most)),
        Reason::FieldHasControlCharacters { field } => {
            format!("{} contains characters that cannot be shown.", label(field))
        }
        Reason::ClinicalOnly { field } => {
            let roles = lower(&t.policy.words.roles);
            format!("{} is for these {roles} only: {}.", label(field), clinical(t))
        }
        Reason::EmailMalformed { text } => format!("“{text}” is not an e-mail address."),
        Reason::EmailTaken { email } => format!("{email} is in use by another account."),
        Reason::EmailRetired { email } => format!("{email} has been used before and cannot be used again."),
        Reason::LoginEmailFixed => {
            format!(
                "{} cannot be changed once the invitation is out.",
                label(&ProfileField::LoginEmail)
            )
        }
        Reason::PhoneMalformed { text } => format!("“{text}” is not a phone number."),
        Reason::LanguageUnknown { language } => {
            let known: Vec<String> = t.policy.languages.iter().map(|tag| t.language_name(tag)).collect();
            format!("“{language}” is not among the languages here: {}.", list(&known))
        }
        Reason::NpiNotDigits => "An NPI has digits only.".to_owned(),
        Reason::NpiLength { digits } => format!("An NPI has 10 digits; this one has {digits}."),
        Reason::NpiFirstDigit => "An NPI starts with 1 or 2.".to_owned(),
        Reason::NpiCheckDigit => {
            "The last digit does not fit the others: a digit is wrong, or two are swapped.".to_owned()
        }
        Reason::TaxonomyMalformed { text } => {
            format!("“{text}” is not a taxonomy code: 10 digits and capital letters, a digit first and X last.")
        }
        Reason::TaxonomyTwice { code } => format!("{code} is there twice."),
        Reason::NumberMalformed { text } => format!("“{text}” is not a whole number that fits here."),
        Reason::CapacityTooSmall => format!("{} is at least 1.", label(&ProfileField::Capacity)),
        Reason::SchedulingStepUnknown { minutes, steps } => {
            let steps: Vec<String> = steps.iter().map(u16::to_string).collect();
            format!(
                "{} is not a step that is used here; choose {} minutes.",
                count(*minutes, "minute", "minutes"),
                either(&steps)
            )
        }
        Reason::NotInvited { status } => format!(
            "This is for invitations that are still open; the account is {}.",
            lower(&t.status(*status))
        ),
        Reason::StillInvited => format!("{} has not accepted the invitation yet.", person(t)),
        Reason::AlreadyActive => "The account is active already.".to_owned(),
        Reason::AlreadyInactive => "The account is inactive already.".to_owned(),
        Reason::NotLocked => "The account is not locked.".to_owned(),
        Reason::AlreadyLocked => "The account is locked already.".to_owned(),
        Reason::WayOfLeavingUnused => {
            let deactivates = t.policy.lifecycle.leaving.contains(&Leaving::Deactivate);
            let way = if deactivates {
                "deactivated, not deleted"
            } else {
                "deleted, not deactivated"
            };
            format!("Here, accounts are {way}.")
        }
        Reason::WithdrawalUnused => "Invitations are not taken back here; they expire.".to_owned(),
        Reason::NotClinical => format!(
            "Products can be added for these {} only: {}.",
            lower(&words.roles),
            clinical(t)
        ),
        Reason::ProductNotActivated { product } => format!(
            "{} is not activated at any {} of {}.",
            t.product(product),
            lower(&words.site),
            person(t)
        ),
        Reason::ProductHeld { product } => format!("{} has {} already.", person(t), t.product(product)),
        Reason::ProductNeedsCase { product, until } => format!(
            "{} can be added here from {} on, because the account was deactivated recently. Until then, a support case is needed.",
            t.product(product),
            t.date(*until)
        ),
        Reason::CaseNotNeeded { product } => format!("{} can be added without a support case.", t.product(product)),
        Reason::AccountUnusable => "The account cannot be used now; it has to be active and unlocked first.".to_owned(),
        Reason::NothingChosen => "Nothing is chosen yet.".to_owned(),
        Reason::RoleHoldsEverything { role } => format!("{} always has every permission.", t.role(role)),
        Reason::NameMissing => "A name is required.".to_owned(),
        Reason::NameTooLong { at_most } => format!("A name has room for {}.", characters(*at_most)),
        Reason::NameTaken { name } => format!("“{name}” is there already."),
        Reason::IdTaken => "This has been added already.".to_owned(),
        Reason::SiteInUse {
            primary_here,
            only_here,
        } => site_in_use(t, *primary_here, *only_here),
        Reason::WrongLevelForKind { kind } => {
            let kind = t.policy.resource_kind(kind);
            let place = match kind.map(|kind| kind.level) {
                Some(Level::Site) | None => an(&lower(&words.site)),
                Some(Level::Organisation) => whole(t),
            };
            format!("{} belongs to {place}.", capital(&an(&lower(&one_of(kind)))))
        }
        Reason::PolicyContradicts { findings } => {
            let findings: Vec<String> = findings.iter().map(crate::text::en::finding::finding).collect();
            format!("The rules contradict themselves. {}", findings.join(" "))
        }
        Reason::PolicyUnchanged => "These rules are in force already.".to_owned(),
        Reason::PolicyHidden => {
            "Some of these rules are about access that you do not have, so you cannot write them anew.".to_owned()
        }
        Reason::NobodyAdministers => "By these rules nobody who can sign in could manage users.".to_owned(),
        Reason::NoteTooLong { at_most } => format!("A note has room for {}.", characters(*at_most)),
    }
}

fn characters(number: u32) -> String {
    count(number, "character", "characters")
}

fn clinical(t: &Teller<'_>) -> String {
    let roles = t.clinical_roles();
    if roles.is_empty() {
        lower(&t.policy.words.clinical)
    } else {
        list(&roles)
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
        .map(|permission| format!("“{}”", t.permission(permission)))
        .collect();
    missing.extend(powers.iter().map(|power| t.power(*power)));
    format!(
        "{} gives more than you have {} yourself: {}.",
        t.role(role),
        at(t, place),
        cut_list(missing, 4)
    )
}

fn unknown_resource(t: &Teller<'_>, resource: ResourceId) -> String {
    match t.resource_name(resource) {
        Some(name) => format!("{name} does not belong here."),
        None => "One of the choices does not exist any more, or is out of your reach.".to_owned(),
    }
}

fn role_missing(t: &Teller<'_>, at_least: u32) -> String {
    let words = &t.policy.words;
    if at_least == 1 {
        return format!("Everyone needs {}.", an(&lower(&words.role)));
    }
    format!(
        "Everyone needs at least {}.",
        count(at_least, &lower(&words.role), &lower(&words.roles))
    )
}

fn recreate(t: &Teller<'_>, from: &RoleId, to: &RoleId) -> String {
    let words = &t.policy.words;
    let level = match t.policy.role(to).map(|role| role.scope) {
        Some(Level::Organisation) => lower(&words.organisation),
        Some(Level::Site) | None => lower(&words.site),
    };
    format!(
        "{} does not become {} in place: the profile is deleted and made anew at {level} level.",
        t.role(from),
        t.role(to)
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
    let (one, many, role) = (lower(&one_of(kind)), lower(&many_of(kind)), t.role(role));
    let needed = format!(
        "{role} at {} needs at least {}",
        t.site(site),
        count(at_least, &one, &many)
    );
    match kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty()) {
        Some(shows) => format!("{needed}: {} user without {} sees no {shows}.", an(&role), an(&one)),
        None => format!("{needed}."),
    }
}

fn not_for_role(t: &Teller<'_>, resource: ResourceId) -> String {
    let members: Vec<String> = match t.kind_of(resource).map(|kind| &kind.members) {
        Some(Roles::Only(roles)) => roles.iter().map(|role| t.role(role)).collect(),
        Some(Roles::All) | None => Vec::new(),
    };
    let name = t.resource(resource);
    if members.is_empty() {
        return format!("{name} is for people with {} only.", an(&lower(&t.policy.words.role)));
    }
    format!(
        "{name} is for these {} only: {}.",
        lower(&t.policy.words.roles),
        list(&members)
    )
}

fn site_in_use(t: &Teller<'_>, primary_here: u32, only_here: u32) -> String {
    let words = &t.policy.words;
    let mut parts = Vec::new();
    if primary_here > 0 {
        let verb = if primary_here == 1 { "has" } else { "have" };
        parts.push(format!(
            "{} {verb} it as {}",
            people(primary_here),
            lower(&words.primary_site)
        ));
    }
    if only_here > 0 {
        let verb = if only_here == 1 { "reaches" } else { "reach" };
        parts.push(format!("{} {verb} no other {}", people(only_here), lower(&words.site)));
    }
    format!("This {} is in use: {}.", lower(&words.site), list(&parts))
}
