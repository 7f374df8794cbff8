//! What is wrong with a policy, for whoever writes one: what is the case, and how to put it right. Ids and keys stand in
//! quotes as the source has them.

use super::count;
use super::names::plain_field;
use crate::policy::check::{Finding, Problem};

/// "line 12, role[2].permissions: …".
pub(in crate::text) fn finding(finding: &Finding) -> String {
    let path = finding.path.to_string();
    let place = match (finding.line, path.is_empty()) {
        (Some(line), true) => format!("line {line}: "),
        (Some(line), false) => format!("line {line}, {path}: "),
        (None, true) => String::new(),
        (None, false) => format!("{path}: "),
    };
    format!("{place}{}", problem(&finding.problem))
}

pub(in crate::text) fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Syntax { message } => format!("This is not TOML: {message}."),
        Problem::Shape { message } => format!("This does not belong in a policy: {message}."),
        Problem::NeitherAllNorList => {
            "Neither \"all\" nor a list. Write \"all\", or ids in brackets: [\"one\", \"two\"].".to_owned()
        }
        Problem::NameEmpty => "This is empty. People read it on the screen: write what it is called.".to_owned(),
        Problem::IdMalformed { id } => {
            format!("The id {id:?} has characters that ids cannot have. Use lower-case letters, digits, _, - and dots.")
        }
        Problem::IdTwice { id } => format!("The id {id:?} is declared twice. Rename or remove one of the two."),
        Problem::ModuleUnknown { module } => {
            format!(
                "No module has the id {:?}. Declare it as a [[module]], or correct the id.",
                module.as_str()
            )
        }
        Problem::PermissionUnknown { permission } => format!(
            "No permission has the id {:?}. Declare it as a [[permission]], or correct the id.",
            permission.as_str()
        ),
        Problem::RoleUnknown { role } => {
            format!(
                "No role has the id {:?}. Declare it as a [[role]], or correct the id.",
                role.as_str()
            )
        }
        Problem::NoLanguage => {
            "There is no language. Name at least one, such as \"en\"; the first is the default.".to_owned()
        }
        Problem::LanguageMalformed { language } => {
            format!("{language:?} is not a language tag. Write one such as \"en\", \"fr\" or \"es-MX\".")
        }
        Problem::LanguageTwice { language } => format!("The language {language:?} is there twice. Remove one."),
        Problem::NoAdministrator => {
            "No role in the whole organisation administers users, so nobody could manage anyone. Give a role with \
             scope = \"organisation\" administers = [\"users\"]."
                .to_owned()
        }
        Problem::NobodyCanGrant { role } => format!(
            "Nobody could grant {:?}: no role that administers users has all that it gives, where it is held. Give \
             such a role these permissions and powers, or take them from {:?}.",
            role.as_str(),
            role.as_str()
        ),
        Problem::ExcludesItself { role } => format!(
            "{:?} excludes itself, so nobody could hold it. Remove it from its own list; \"all\" means all others.",
            role.as_str()
        ),
        Problem::ExcludedByEveryMainRole { role } => format!(
            "{:?} comes on top of a main role and can be held beside none of them. Let it exclude fewer, or make it a \
             main role.",
            role.as_str()
        ),
        Problem::HiddenMainRole { role } => format!(
            "{:?} says what a person is and is hidden from others, who would see a person without a role. Make it \
             additional, or visible to everyone.",
            role.as_str()
        ),
        Problem::HiddenAdministrator { role } => format!(
            "{:?} administers and is hidden, so people could not learn who administers. Make it visible to everyone, \
             or give what it administers to another role.",
            role.as_str()
        ),
        Problem::HiddenExclusion { role, other } => format!(
            "{:?} is hidden and cannot be held together with {:?}: the refusal would show that it exists. Remove the \
             exclusion, or make it visible to everyone.",
            role.as_str(),
            other.as_str()
        ),
        Problem::HiddenForNobody { role } => format!(
            "{:?} is hidden from those who lack what it gives, and it gives nothing. Give it permissions, or make it \
             visible to everyone.",
            role.as_str()
        ),
        Problem::ResourcesAtOrganisation { role } => format!(
            "{:?} is held in the whole organisation, where no site's resources are chosen. Remove resources, or give \
             it scope = \"site\".",
            role.as_str()
        ),
        Problem::NoResourceToChoose { role } => format!(
            "{:?} needs resources of a site, and no [[resource_kind]] has level = \"site\". Declare one, or remove \
             resources.",
            role.as_str()
        ),
        Problem::TooManyRolesNeeded { at_least, at_most } => format!(
            "Everyone needs {}, and nobody can hold more than {at_most}. Lower at_least, or let people hold more.",
            count(*at_least, "role", "roles")
        ),
        Problem::ManyRolesAndTheSame => {
            "People may hold several roles, and the role is the same at every site: no two roles would go together. \
             Set roles_per_user = \"one\", or same_role_at_every_site = false."
                .to_owned()
        }
        Problem::PrimarySiteWithoutSites => {
            "A primary site is required, and no role is held at a site. Remove primary_site, or give a role scope = \
             \"site\"."
                .to_owned()
        }
        Problem::TransitionNowhere => {
            "This transition leads from no role to another one. Name different roles in from and to.".to_owned()
        }
        Problem::TransitionShadowed => {
            "An earlier transition takes every case of this one; the first that fits counts. Put this one before it, \
             or remove it."
                .to_owned()
        }
        Problem::RecreateWithoutDelete => {
            "Profiles would have to be deleted and made anew, and nobody can be deleted. Add \"delete\" to leaving, or \
             let the change be made in place."
                .to_owned()
        }
        Problem::RecreateElsewhere => {
            "The profile is made anew, so nothing of it is left elsewhere. Remove elsewhere, or way = \"recreate\"."
                .to_owned()
        }
        Problem::ElsewhereAtOrganisation { role } => format!(
            "{:?} is held in the whole organisation: nothing of it can end or follow at other sites. Remove it from \
             this transition, or remove elsewhere.",
            role.as_str()
        ),
        Problem::TransitionOfAdditional { role } => format!(
            "{:?} is an additional role: it is given and taken by itself. Remove it from this transition.",
            role.as_str()
        ),
        Problem::MembersInSite { kind } => format!(
            "{:?} lies in sites, where roles decide who reaches it. Remove members, or set level = \"organisation\".",
            kind.as_str()
        ),
        Problem::NoMembers { kind } => {
            format!(
                "Nobody may be a member of any {:?}. Name roles in members, or remove it for all.",
                kind.as_str()
            )
        }
        Problem::NotifiesByUnusedField { field } => format!(
            "Members are notified by {}, and nobody is asked for it. Declare it as a [[field]], or remove notifies_by.",
            key(*field)
        ),
        Problem::FieldTwice { field } => format!("The field {} is declared twice. Remove one of the two.", key(*field)),
        Problem::LoginEmailNotRequired => {
            "People sign in with their login e-mail. Declare a [[field]] with id = \"login_email\", need = \
             \"required\", for everyone."
                .to_owned()
        }
        Problem::FixedLoginEmailIsOwn => {
            "The login e-mail is fixed, and people may change it themselves. Remove own, or set login_email = \
             \"editable\"."
                .to_owned()
        }
        Problem::TwoNames => {
            "Both the whole name and a first or last name are asked for, and only one of them can be shown. Keep name, \
             or first_name and last_name."
                .to_owned()
        }
        Problem::NobodyClinical { field } => format!(
            "Only clinical staff have {}, and no role is clinical. Give a role clinical = true, or remove clinical_only.",
            key(*field)
        ),
        Problem::NoSchedulingStep => {
            "A scheduling step is asked for and there is none to choose. List minutes in scheduling_steps.".to_owned()
        }
        Problem::SchedulingStepZero => "A scheduling step of 0 minutes is none. Remove it.".to_owned(),
        Problem::SchedulingStepTwice { minutes } => {
            format!(
                "The step of {} is there twice. Remove one.",
                count(*minutes, "minute", "minutes")
            )
        }
        Problem::NoWayOfLeaving => {
            "Nobody could ever leave. Name \"deactivate\", \"delete\" or both in leaving.".to_owned()
        }
        Problem::InvitationExpiresAtOnce => {
            "Invitations would expire at once. Set invitation_days to 1 or more.".to_owned()
        }
        Problem::LocksAtOnce => "Accounts would be locked at once. Set lock_after to 1 or more.".to_owned(),
        Problem::ProductsWithoutTerms => {
            "There are products and no terms to agree to. Declare [terms] with version and agreement.".to_owned()
        }
        Problem::ProductsWithoutClinicalRole => {
            "Products are licensed for clinical staff, and no role is clinical. Give a role clinical = true, or remove \
             the products."
                .to_owned()
        }
        Problem::PriceWithoutCurrency { product } => {
            format!(
                "{:?} costs something, and no currency is named. Set currency in [terms].",
                product.as_str()
            )
        }
    }
}

fn key(field: crate::user::ProfileField) -> String {
    format!("“{}”", plain_field(field))
}
