//! The words for everything that the rules answer, in the reader's language, for app and server alike. Rules give typed
//! values; names come from the policy's words and from the organisation; only here do they become sentences.

pub mod en;
#[cfg(test)]
mod tests;

use crate::access::Place;
use crate::edit::Edit;
use crate::export::Column;
use crate::facts::{ActorKind, Facts};
use crate::ids::{ModuleId, PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp};
use crate::lifecycle::{LockCause, Status};
use crate::organisation::Organisation;
use crate::policy::check::{Finding, Problem};
use crate::policy::{Area, Level, Policy, Power, ResourceKind};
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation, Consequence, Outcome, Reason, Refusal, Remedy, Undecided, Verdict};
use crate::wire::{AuditEntry, Difference, UserTab};

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
}

impl Language {
    /// The language nearest to a tag (BCP 47); English where there is none near.
    pub fn nearest(_tag: &str) -> Self {
        Self::English
    }

    /// The tag (BCP 47), for the `lang` attribute of a page.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }
}

/// Tells what the rules answer, in one language and with the names of one organisation.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    policy: &'a Policy,
    organisation: &'a Organisation,
    /// Whom it is about, where that is known.
    subject: Option<&'a User>,
    language: Language,
}

impl<'a> Teller<'a> {
    /// Tells of these facts; their subject is called by name.
    pub fn of(facts: &'a Facts, language: Language) -> Self {
        Self {
            policy: &facts.policy,
            organisation: &facts.organisation,
            subject: facts.subject.as_ref(),
            language,
        }
    }

    /// Tells of nobody in particular.
    pub fn new(policy: &'a Policy, organisation: &'a Organisation, language: Language) -> Self {
        Self {
            policy,
            organisation,
            subject: None,
            language,
        }
    }

    /// The same, about this user.
    #[must_use]
    pub fn about(self, subject: &'a User) -> Self {
        Self {
            subject: Some(subject),
            ..self
        }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// The name of the person, or the address that they are known by until they have one (O6).
    fn known_name(&self) -> Option<String> {
        let profile = &self.subject?.profile;
        let name = profile.display_name();
        let known_by = if name.is_empty() {
            profile.login_email.clone()
        } else {
            name
        };
        Some(known_by).filter(|name| !name.is_empty())
    }

    fn role_name(&self, id: &RoleId) -> Option<&'a str> {
        self.policy.role(id).map(|role| role.name.as_str())
    }

    fn site_name(&self, id: SiteId) -> Option<&'a str> {
        self.organisation.site(id).map(|site| site.name.as_str())
    }

    fn resource_name(&self, id: ResourceId) -> Option<&'a str> {
        self.organisation.resource(id).map(|resource| resource.name.as_str())
    }

    fn kind_of(&self, id: ResourceId) -> Option<&'a ResourceKind> {
        self.organisation
            .resource(id)
            .and_then(|resource| self.policy.resource_kind(&resource.kind))
    }

    fn permission_name(&self, id: &PermissionId) -> Option<&'a str> {
        self.policy.permission(id).map(|permission| permission.name.as_str())
    }

    fn product_name(&self, id: &ProductId) -> Option<&'a str> {
        self.policy.product(id).map(|product| product.name.as_str())
    }

    fn clinical_roles(&self) -> Vec<String> {
        self.policy
            .roles
            .iter()
            .filter(|role| role.clinical)
            .map(|role| role.name.clone())
            .collect()
    }

    /// Whether people are told apart by sites at all.
    fn has_sites(&self) -> bool {
        !self.organisation.sites.is_empty() || self.policy.roles.iter().any(|role| role.scope == Level::Site)
    }

    /// What is wrong in one field or another, and what would help: the remedy of a refusal, as the text of a link.
    pub fn remedy_of(&self, refusal: &Refusal) -> Option<String> {
        refusal.remedy.as_ref().map(|remedy| match self.language {
            Language::English => en::remedy::of(self, &refusal.field, &refusal.reason, remedy),
        })
    }

    /// What a verdict comes to when `given` has been confirmed, in one line.
    pub fn summary(&self, verdict: &Verdict, given: &[Confirmation]) -> String {
        match self.language {
            Language::English => en::summary(verdict, given),
        }
    }

    /// What was done, as the headline of an entry of the audit record: "Changed user type from Staff to Manager at Elm
    /// Street".
    pub fn headline(&self, entry: &AuditEntry) -> String {
        self.done(&entry.edit, &entry.changes)
    }

    /// What an edit that made these changes did, in one line.
    pub fn done(&self, edit: &Edit, changes: &[Change]) -> String {
        match self.language {
            Language::English => en::record::done(self, edit, changes),
        }
    }
}

/// Methods that each language has a function for: this is where a language is chosen.
macro_rules! told {
    ($($(#[$doc:meta])* $name:ident($what:ty) => $module:ident::$function:ident;)+) => {
        impl Teller<'_> {$(
            $(#[$doc])*
            pub fn $name(&self, what: $what) -> String {
                match self.language {
                    Language::English => en::$module::$function(self, what),
                }
            }
        )+}
    };
}

told! {
    /// The role's name.
    role(&RoleId) => names::role;
    permission(&PermissionId) => names::permission;
    module(&ModuleId) => names::module;
    site(SiteId) => names::site;
    resource(ResourceId) => names::resource;
    /// The name of a kind of resource, for one of them.
    kind(&ResourceKindId) => names::kind;
    /// The name of a kind of resource, for many of them.
    kinds(&ResourceKindId) => names::kinds;
    product(&ProductId) => names::product;
    /// A site's name, or what the whole organisation is called.
    place(Place) => names::place;
    /// What the policy calls a field.
    field(ProfileField) => names::field;
    status(Status) => names::status;
    /// The list of people of a status.
    tab(UserTab) => names::tab;
    /// What someone with the power may do: "manage users".
    power(Power) => names::power;
    /// The heading of a column of an exported list.
    column(Column) => names::column;
    /// A part of a policy: "roles", "e-mail rules".
    area(Area) => names::area;
    lock_cause(LockCause) => names::lock_cause;
    /// Which kind of actor made a change.
    actor_kind(ActorKind) => names::actor_kind;
    /// The name of a language, from its tag.
    language_name(&str) => names::language;
    /// The day of a moment, in UTC.
    date(Timestamp) => names::date;
    /// A monthly price of the policy's currency, in hundredths.
    price(u32) => names::price;

    /// Why something is refused.
    reason(&Reason) => reason::reason;
    /// What would help, as the text of a link; [`Teller::remedy_of`] says more, for it knows what it helps against.
    remedy(&Remedy) => remedy::remedy;
    /// What an edit means, with the place in front.
    consequence(&Consequence) => consequence::consequence;
    /// What an edit means, where the place is in the heading over it.
    consequence_here(&Consequence) => consequence::here;
    /// What is confirmed, as the text beside a checkbox.
    confirmation(&Confirmation) => consequence::confirmation;
    undecided(&Undecided) => consequence::undecided;
    outcome(Outcome) => consequence::outcome;
    /// What kind of edit it was: "Invited", "Unlocked".
    edit_title(&Edit) => record::edit_title;
    /// One change, with old and new values.
    change(&Change) => record::change;
    /// How what a person saw differs from what there is now.
    difference(&Difference) => record::difference;
}

/// What is wrong with a policy and how to put it right.
pub fn problem(language: Language, problem: &Problem) -> String {
    match language {
        Language::English => en::finding::problem(problem),
    }
}

/// A finding with its line and place, as a line of a report.
pub fn finding(language: Language, finding: &Finding) -> String {
    match language {
        Language::English => en::finding::finding(finding),
    }
}
