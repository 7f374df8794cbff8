//! Words, languages, resources, profile fields, the life of an account, and products.

use super::roles::unknown_roles;
use super::{Found, Path, Problem, at};
use crate::ids::ProductId;
use crate::policy::{EditForm, FieldRule, Level, LoginEmail, Need, Policy, RoleToggles, Roles, RolesPerUser};
use crate::user::ProfileField;

pub(super) fn check(policy: &Policy, found: &mut Found) {
    check_words(policy, found);
    check_languages(policy, found);
    check_resource_kinds(policy, found);
    check_fields(policy, found);
    check_lifecycle(policy, found);
    check_screens(policy, found);
    check_products(policy, found);
}

fn check_words(policy: &Policy, found: &mut Found) {
    found.name(Path::default().key("name"), &policy.name);
    let words = &policy.words;
    // What sentences are made of; an empty one leaves a hole in them.
    let needed = [
        ("portal", &words.portal),
        ("organisation", &words.organisation),
        ("site", &words.site),
        ("sites", &words.sites),
        ("primary_site", &words.primary_site),
        ("role", &words.role),
        ("roles", &words.roles),
        ("users", &words.users),
        ("clinical", &words.clinical),
        ("invited", &words.invited),
        ("active", &words.active),
        ("inactive", &words.inactive),
        ("locked", &words.locked),
        ("unnamed", &words.unnamed),
        ("invite", &words.invite),
        ("save", &words.save),
    ];
    for (key, word) in needed {
        found.name(Path::default().key("words").key(key), word);
    }
}

fn check_languages(policy: &Policy, found: &mut Found) {
    let path = Path::default().key("languages");
    if policy.languages.is_empty() {
        found.add(path.clone(), Problem::NoLanguage);
    }
    for (index, language) in policy.languages.iter().enumerate() {
        let place = || path.clone().index(index);
        let language = || language.clone();
        if !is_language_tag(&language()) {
            found.add(place(), Problem::LanguageMalformed { language: language() });
        }
        let before = policy.languages.get(..index).unwrap_or_default();
        if before.iter().any(|other| other.eq_ignore_ascii_case(&language())) {
            found.add(place(), Problem::LanguageTwice { language: language() });
        }
    }
    let translations = Path::default().key("translation");
    for (language, named, id) in policy.unknown_translations() {
        let path = translations.clone().key(language).key(named.key()).key(id);
        found.add(path, Problem::TranslationUnknown { id: id.to_owned() });
    }
    for language in policy.translations.keys().filter(|language| !is_language_tag(language)) {
        let language = language.clone();
        let path = translations.clone().key(&language);
        found.add(path, Problem::LanguageMalformed { language });
    }
}

/// The shape of a tag as in BCP 47: a language of two or three letters, then parts of up to eight letters and digits.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn check_resource_kinds(policy: &Policy, found: &mut Found) {
    for (index, kind) in policy.resource_kinds.iter().enumerate() {
        let path = at("resource_kind", index);
        found.name(path.clone().key("name"), &kind.name);
        found.name(path.clone().key("plural"), &kind.plural);
        let members = path.clone().key("members");
        unknown_roles(policy, &kind.members, &members, found);
        match &kind.members {
            Roles::Only(_) if kind.level == Level::Site => {
                found.add(members, Problem::MembersInSite { kind: kind.id.clone() });
            }
            Roles::Only(roles) if roles.is_empty() => {
                found.add(members, Problem::NoMembers { kind: kind.id.clone() });
            }
            Roles::Only(_) | Roles::All => {}
        }
        if let Some(field) = kind.notifies_by
            && used(policy, field).is_none()
        {
            found.add(path.key("notifies_by"), Problem::NotifiesByUnusedField { field });
        }
    }
}

fn used(policy: &Policy, field: ProfileField) -> Option<&FieldRule> {
    policy.field(field).filter(|rule| rule.need != Need::Unused)
}

fn check_fields(policy: &Policy, found: &mut Found) {
    let mut seen: Vec<ProfileField> = Vec::new();
    for (index, rule) in policy.fields.iter().enumerate() {
        let path = at("field", index);
        found.name(path.clone().key("label"), &rule.label);
        if seen.contains(&rule.id) {
            found.add(path.clone().key("id"), Problem::FieldTwice { field: rule.id });
        }
        seen.push(rule.id);
        if rule.clinical_only && rule.need != Need::Unused && !policy.roles.iter().any(|role| role.clinical) {
            found.add(path.key("clinical_only"), Problem::NobodyClinical { field: rule.id });
        }
    }
    let place = |field| {
        let index = policy.fields.iter().position(|rule| rule.id == field);
        index.map_or_else(|| Path::default().key("field"), |index| at("field", index))
    };
    let login = policy.field(ProfileField::LoginEmail);
    if !login.is_some_and(|rule| rule.need == Need::Required && !rule.clinical_only) {
        found.add(place(ProfileField::LoginEmail), Problem::LoginEmailNotRequired);
    }
    if login.is_some_and(|rule| rule.own) && policy.identity.login_email == LoginEmail::Fixed {
        found.add(
            place(ProfileField::LoginEmail).key("own"),
            Problem::FixedLoginEmailIsOwn,
        );
    }
    let parts = [ProfileField::FirstName, ProfileField::LastName];
    if used(policy, ProfileField::Name).is_some() && parts.iter().any(|part| used(policy, *part).is_some()) {
        found.add(place(ProfileField::Name), Problem::TwoNames);
    }
    check_steps(policy, found);
}

fn check_steps(policy: &Policy, found: &mut Found) {
    let path = Path::default().key("identity").key("scheduling_steps");
    let steps = &policy.identity.scheduling_steps;
    if steps.is_empty() && used(policy, ProfileField::SchedulingStep).is_some() {
        found.add(path.clone(), Problem::NoSchedulingStep);
    }
    for (index, minutes) in steps.iter().enumerate() {
        if *minutes == 0 {
            found.add(path.clone().index(index), Problem::SchedulingStepZero);
        }
        if steps.get(..index).unwrap_or_default().contains(minutes) {
            found.add(
                path.clone().index(index),
                Problem::SchedulingStepTwice { minutes: *minutes },
            );
        }
    }
}

fn check_lifecycle(policy: &Policy, found: &mut Found) {
    let (rules, path) = (&policy.lifecycle, Path::default().key("lifecycle"));
    if rules.leaving.is_empty() {
        found.add(path.clone().key("leaving"), Problem::NoWayOfLeaving);
    }
    if rules.invitation_days == 0 {
        found.add(path.clone().key("invitation_days"), Problem::InvitationExpiresAtOnce);
    }
    if rules.lock_after == 0 {
        found.add(path.clone().key("lock_after"), Problem::LocksAtOnce);
    }
    if rules.temporary_password_hours == 0 {
        found.add(
            path.clone().key("temporary_password_hours"),
            Problem::TemporaryExpiresAtOnce,
        );
    }
    let times = [
        ("session_idle_minutes", rules.session_idle_minutes),
        ("shared_idle_minutes", rules.shared_idle_minutes),
        ("session_hours", rules.session_hours),
        ("proof_minutes", rules.proof_minutes),
    ];
    for (key, _) in times.iter().filter(|(_, time)| *time == 0) {
        found.add(path.clone().key(key), Problem::EndsAtOnce);
    }
    if rules.session_idle_minutes > rules.session_hours.saturating_mul(60) && rules.session_hours > 0 {
        found.add(path.key("session_idle_minutes"), Problem::IdleBeyondSession);
    }
}

fn check_screens(policy: &Policy, found: &mut Found) {
    let (rules, path) = (&policy.screens, Path::default().key("screens"));
    if rules.role_toggles == RoleToggles::Buttons && policy.assignment.roles_per_user == RolesPerUser::One {
        found.add(path.clone().key("role_toggles"), Problem::ButtonsForOneRole);
    }
    if rules.edit == EditForm::Dialog && !policy.products.is_empty() {
        found.add(path.key("edit"), Problem::ProductsWithoutPage);
    }
}

fn check_products(policy: &Policy, found: &mut Found) {
    for (index, product) in policy.products.iter().enumerate() {
        found.name(at("product", index).key("name"), &product.name);
    }
    if policy.products.is_empty() {
        return;
    }
    let path = Path::default().key("terms");
    match &policy.terms {
        None => found.add(at("product", 0), Problem::ProductsWithoutTerms),
        Some(terms) => {
            found.name(path.clone().key("version"), &terms.version);
            found.name(path.clone().key("agreement"), &terms.agreement);
            let dear: Option<&ProductId> = policy
                .products
                .iter()
                .find(|product| product.monthly_cents > 0)
                .map(|product| &product.id);
            if let Some(product) = dear
                && terms.currency.trim().is_empty()
            {
                found.add(
                    path.key("currency"),
                    Problem::PriceWithoutCurrency {
                        product: product.clone(),
                    },
                );
            }
        }
    }
    if !policy.roles.iter().any(|role| role.clinical) {
        found.add(at("product", 0), Problem::ProductsWithoutClinicalRole);
    }
}
