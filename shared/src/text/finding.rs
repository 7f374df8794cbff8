//! What is wrong with a policy, for whoever writes one: what is the case, and how to put it right. Ids and keys stand in
//! quotes as the source has them.

use super::names::plain_field;
use super::{Words, say};
use crate::policy::check::{Finding, Problem};
use crate::user::ProfileField;

/// "line 12, role[2].permissions: …".
pub(super) fn finding(words: &Words, finding: &Finding) -> String {
    let path = finding.path.to_string();
    let problem = problem(words, &finding.problem);
    // A line is a place, not an amount: it is not grouped.
    match (finding.line, path.is_empty()) {
        (Some(line), true) => say!(words, finding::line, line = line.to_string(), problem = problem),
        (Some(line), false) => say!(
            words,
            finding::line_and_path,
            line = line.to_string(),
            path = path,
            problem = problem
        ),
        (None, true) => problem,
        (None, false) => say!(words, finding::path, path = path, problem = problem),
    }
}

pub(super) fn problem(words: &Words, problem: &Problem) -> String {
    match problem {
        Problem::Syntax { message } => say!(words, finding::syntax, message = message),
        Problem::Shape { message } => say!(words, finding::shape, message = message),
        Problem::NeitherAllNorList => say!(words, finding::neither_all_nor_list),
        Problem::NameEmpty => say!(words, finding::name_empty),
        Problem::IdMalformed { id } => say!(words, finding::id_malformed, id = quoted(id)),
        Problem::IdTwice { id } => say!(words, finding::id_twice, id = quoted(id)),
        Problem::ModuleUnknown { module } => say!(words, finding::module_unknown, id = quoted(module.as_str())),
        Problem::PermissionUnknown { permission } => {
            say!(words, finding::permission_unknown, id = quoted(permission.as_str()))
        }
        Problem::RoleUnknown { role } => say!(words, finding::role_unknown, id = quoted(role.as_str())),
        Problem::NoLanguage => say!(words, finding::no_language),
        Problem::LanguageMalformed { language } => {
            say!(words, finding::language_malformed, language = quoted(language))
        }
        Problem::LanguageTwice { language } => say!(words, finding::language_twice, language = quoted(language)),
        Problem::TranslationUnknown { id } => say!(words, finding::translation_unknown, id = quoted(id)),
        Problem::NoAdministrator => say!(words, finding::no_administrator),
        Problem::NobodyCanGrant { role } => say!(words, finding::nobody_can_grant, role = quoted(role.as_str())),
        Problem::ExcludesItself { role } => say!(words, finding::excludes_itself, role = quoted(role.as_str())),
        Problem::ExcludedByEveryMainRole { role } => say!(
            words,
            finding::excluded_by_every_main_role,
            role = quoted(role.as_str())
        ),
        Problem::HiddenMainRole { role } => say!(words, finding::hidden_main_role, role = quoted(role.as_str())),
        Problem::HiddenAdministrator { role } => {
            say!(words, finding::hidden_administrator, role = quoted(role.as_str()))
        }
        Problem::HiddenExclusion { role, other } => say!(
            words,
            finding::hidden_exclusion,
            role = quoted(role.as_str()),
            other = quoted(other.as_str())
        ),
        Problem::HiddenForNobody { role } => say!(words, finding::hidden_for_nobody, role = quoted(role.as_str())),
        Problem::ResourcesAtOrganisation { role } => {
            say!(words, finding::resources_at_organisation, role = quoted(role.as_str()))
        }
        Problem::NoResourceToChoose { role } => {
            say!(words, finding::no_resource_to_choose, role = quoted(role.as_str()))
        }
        Problem::TooManyRolesNeeded { at_least, at_most } => say!(
            words,
            finding::too_many_roles_needed,
            at_least = *at_least,
            at_most = *at_most
        ),
        Problem::ManyRolesAndTheSame => say!(words, finding::many_roles_and_the_same),
        Problem::PrimarySiteWithoutSites => say!(words, finding::primary_site_without_sites),
        Problem::TransitionNowhere => say!(words, finding::transition_nowhere),
        Problem::TransitionShadowed => say!(words, finding::transition_shadowed),
        Problem::RecreateWithoutDelete => say!(words, finding::recreate_without_delete),
        Problem::RecreateElsewhere => say!(words, finding::recreate_elsewhere),
        Problem::ElsewhereAtOrganisation { role } => {
            say!(words, finding::elsewhere_at_organisation, role = quoted(role.as_str()))
        }
        Problem::TransitionOfAdditional { role } => {
            say!(words, finding::transition_of_additional, role = quoted(role.as_str()))
        }
        Problem::MembersInSite { kind } => say!(words, finding::members_in_site, kind = quoted(kind.as_str())),
        Problem::NoMembers { kind } => say!(words, finding::no_members, kind = quoted(kind.as_str())),
        Problem::NotifiesByUnusedField { field } => say!(
            words,
            finding::notifies_by_unused_field,
            field = field_name(words, *field)
        ),
        Problem::FieldTwice { field } => say!(words, finding::field_twice, field = field_name(words, *field)),
        Problem::LoginEmailNotRequired => say!(words, finding::login_email_not_required),
        Problem::FixedLoginEmailIsOwn => say!(words, finding::fixed_login_email_is_own),
        Problem::TwoNames => say!(words, finding::two_names),
        Problem::NobodyClinical { field } => say!(words, finding::nobody_clinical, field = field_name(words, *field)),
        Problem::NoSchedulingStep => say!(words, finding::no_scheduling_step),
        Problem::SchedulingStepZero => say!(words, finding::scheduling_step_zero),
        Problem::SchedulingStepTwice { minutes } => say!(words, finding::scheduling_step_twice, minutes = *minutes),
        Problem::NoWayOfLeaving => say!(words, finding::no_way_of_leaving),
        Problem::InvitationExpiresAtOnce => say!(words, finding::invitation_expires_at_once),
        Problem::LocksAtOnce => say!(words, finding::locks_at_once),
        Problem::TemporaryExpiresAtOnce => say!(words, finding::temporary_expires_at_once),
        Problem::EndsAtOnce => say!(words, finding::ends_at_once),
        Problem::IdleBeyondSession => say!(words, finding::idle_beyond_session),
        Problem::ButtonsForOneRole => say!(words, finding::buttons_for_one_role),
        Problem::ProductsWithoutPage => say!(words, finding::products_without_page),
        Problem::ProductsWithoutTerms => say!(words, finding::products_without_terms),
        Problem::ProductsWithoutClinicalRole => say!(words, finding::products_without_clinical_role),
        Problem::PriceWithoutCurrency { product } => say!(
            words,
            finding::price_without_currency,
            product = quoted(product.as_str())
        ),
    }
}

/// As the source has it.
fn quoted(id: &str) -> String {
    format!("{id:?}")
}

fn field_name(words: &Words, field: ProfileField) -> String {
    say!(words, names::quoted, text = plain_field(words, field))
}
