//! The words for everything that the rules answer, in the reader's language, for app and server alike. Rules give typed
//! values; names come from the policy's words and from the organisation; only here do they become sentences.
//!
//! The sentences are data: `text/catalogue` has a file of patterns for each language (`compile.rs` says how they are
//! written), the build makes a type of each message ([`message`]), and [`say!`] tells one.

pub mod catalogue;
#[cfg(test)]
mod compile;
mod consequence;
mod finding;
mod grammar;
mod language;
mod many;
mod names;
mod policy_change;
mod reason;
mod record;
mod remedy;
#[cfg(test)]
mod tests;
mod words;

/// A type for each message of the catalogues; its fields are what the patterns need. Told by [`say!`].
#[allow(non_camel_case_types, missing_docs)]
pub mod message {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

pub use grammar::{capital, lower};
pub use language::Language;
pub use words::{Arg, NotWords, Plain, Words};

use crate::access::{Assignment, Place};
use crate::bulk::BulkDone;
use crate::edit::Edit;
use crate::export::Column;
use crate::facts::{ActorKind, Facts};
use crate::ids::{ModuleId, PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp};
use crate::lifecycle::{LockCause, Status};
use crate::organisation::Organisation;
use crate::policy::check::{Finding, Problem};
use crate::policy::{Area, Level, Policy, PolicyChange, Power, ResourceKind};
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation, Consequence, Outcome, Reason, Refusal, Remedy, Undecided, Verdict};
use crate::wire::{AuditEntry, Difference, UserTab};

/// Tells a message: `say!(words, reason::email_taken, email = address)`. A message that no catalogue has does not
/// compile, nor does one that is told without something that its patterns need.
#[macro_export]
macro_rules! say {
    ($words:expr, $area:ident :: $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::message::$area::$key { $($name: $crate::text::Arg::from($value)),* }.tell($words)
    };
}
pub use say;

/// Tells what the rules answer, in one language and with the names of one organisation. The policy's own names are told
/// as they stand in it: [`Policy::speak`] puts them into the language first.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    policy: &'a Policy,
    organisation: &'a Organisation,
    /// Whom it is about, where that is known.
    subject: Option<&'a User>,
    /// The domain of the reader's own address, where it is known (O5).
    own_domain: &'a str,
    words: &'a Words,
}

impl<'a> Teller<'a> {
    /// Tells of these facts; their subject is called by name.
    pub fn of(facts: &'a Facts, words: &'a Words) -> Self {
        Self {
            policy: &facts.policy,
            organisation: &facts.organisation,
            subject: facts.subject.as_ref(),
            own_domain: &facts.actor.email_domain,
            words,
        }
    }

    /// Tells of nobody in particular.
    pub fn new(policy: &'a Policy, organisation: &'a Organisation, words: &'a Words) -> Self {
        Self {
            policy,
            organisation,
            subject: None,
            own_domain: "",
            words,
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
        self.words.language()
    }

    /// The words that it tells with.
    pub fn words(&self) -> &'a Words {
        self.words
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

    /// A sentence that may begin with a stand-in for a name ("this person", "another line"). A name or an address at the
    /// beginning stays as it is written.
    fn begun(&self, sentence: String) -> String {
        let small = sentence.starts_with(char::is_lowercase);
        if small
            && names::stand_ins(self)
                .iter()
                .any(|name| sentence.starts_with(name.as_str()))
        {
            grammar::capital(&sentence)
        } else {
            sentence
        }
    }

    /// Whether people are told apart by sites at all.
    fn has_sites(&self) -> bool {
        !self.organisation.sites.is_empty() || self.policy.roles.iter().any(|role| role.scope == Level::Site)
    }

    /// What is wrong in one field or another, and what would help: the remedy of a refusal, as the text of a link.
    pub fn remedy_of(&self, refusal: &Refusal) -> Option<String> {
        refusal
            .remedy
            .as_ref()
            .map(|remedy| remedy::of(self, &refusal.field, &refusal.reason, remedy))
    }

    /// Why so many people are refused alike.
    pub fn reason_of_many(&self, reason: &Reason, people: u32) -> String {
        self.begun(many::reason(self, reason, people))
    }

    /// What is confirmed about so many people, as the text beside a checkbox.
    pub fn confirmation_of_many(&self, confirmation: &Confirmation, people: u32) -> String {
        self.begun(many::confirmation(self, confirmation, people))
    }

    /// What a verdict comes to when `given` has been confirmed, in one line.
    pub fn summary(&self, verdict: &Verdict, given: &[Confirmation]) -> String {
        consequence::summary(self.words, verdict, given)
    }

    /// What was done, as the headline of an entry of the audit record: "Changed user type from Staff to Manager at Elm
    /// Street".
    pub fn headline(&self, entry: &AuditEntry) -> String {
        self.done(&entry.edit, &entry.changes)
    }

    /// What somebody holds at a place: "Staff at Elm Street (Front and Nurse)".
    pub fn held_at(&self, assignments: &[Assignment], place: Place) -> String {
        record::held_at(self, assignments, place)
    }

    /// What an edit that made these changes did, in one line.
    pub fn done(&self, edit: &Edit, changes: &[Change]) -> String {
        record::done(self, edit, changes)
    }
}

/// Methods that have a function in one of the modules.
macro_rules! told {
    ($($(#[$doc:meta])* $name:ident($what:ty) => $module:ident::$function:ident;)+) => {
        impl Teller<'_> {$(
            $(#[$doc])*
            pub fn $name(&self, what: $what) -> String {
                $module::$function(self, what)
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
    /// What came of an action for one of many people.
    bulk_done(BulkDone) => names::bulk_done;
    /// A part of a policy: "roles", "e-mail rules".
    area(Area) => names::area;
    /// What differs between two policies, in a sentence.
    policy_change(&PolicyChange) => policy_change::change;
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
    /// What an edit means for each of several people, without a name or a place.
    consequence_for_each(&Consequence) => many::consequence_for_each;
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

/// The day of a moment, in UTC, where no organisation's names are needed to tell it.
pub fn date(words: &Words, at: Timestamp) -> String {
    names::date_in(words, at)
}

/// What is wrong with a policy and how to put it right.
pub fn problem(words: &Words, problem: &Problem) -> String {
    finding::problem(words, problem)
}

/// A finding with its line and place, as a line of a report.
pub fn finding(words: &Words, finding: &Finding) -> String {
    finding::finding(words, finding)
}
