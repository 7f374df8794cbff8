//! What things and people are called.

use std::collections::BTreeSet;

use super::{Arg, Words, say};
use crate::access::Place;
use crate::bulk::BulkDone;
use crate::calendar::Date;
use crate::embed::Element;
use crate::export::Column;
use crate::facts::ActorKind;
use crate::ids::{ModuleId, PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp};
use crate::lifecycle::{LockCause, Status};
use crate::policy::{Area, Power, ResourceKind};
use crate::text::Teller;
use crate::text::grammar::lower;
use crate::user::ProfileField;
use crate::wire::UserTab;

/// A thing that the reader may not see, or that is gone, is called by its kind, never by its id.
fn named<'k>(t: &Teller<'_>, name: Option<&str>, kind: impl Into<Arg<'k>>) -> String {
    name.map_or_else(|| say!(t.words, names::hidden, kind = kind.into()), str::to_owned)
}

pub(super) fn role(t: &Teller<'_>, id: &RoleId) -> String {
    named(t, t.role_name(id), &t.policy.words.role)
}

pub(super) fn permission(t: &Teller<'_>, id: &PermissionId) -> String {
    named(t, t.permission_name(id), say!(t.words, names::permission))
}

pub(super) fn module(t: &Teller<'_>, id: &ModuleId) -> String {
    let module = t.policy.modules.iter().find(|module| module.id == *id);
    let name = module.map(|module| module.name.as_str());
    named(t, name, say!(t.words, names::module))
}

pub(super) fn site(t: &Teller<'_>, id: SiteId) -> String {
    named(t, t.site_name(id), &t.policy.words.site)
}

/// Several sites, by name.
pub(super) fn sites(t: &Teller<'_>, ids: &BTreeSet<SiteId>) -> String {
    let names: Vec<String> = ids.iter().map(|id| site(t, *id)).collect();
    t.words.list(&names)
}

/// Parts of the product, inside a sentence.
pub(super) fn elements(t: &Teller<'_>, elements: &BTreeSet<Element>) -> String {
    let names: Vec<String> = elements.iter().map(|element| t.words.element(*element)).collect();
    t.words.list(&names)
}

impl Words {
    /// A part of the product that other applications can have in their pages, inside a sentence.
    pub fn element(&self, element: Element) -> String {
        match element {
            Element::Users => say!(self, names::element_users),
            Element::User => say!(self, names::element_user),
            Element::Roles => say!(self, names::element_roles),
            Element::Activity => say!(self, names::element_activity),
        }
    }
}

pub(super) fn resource(t: &Teller<'_>, id: ResourceId) -> String {
    named(t, t.resource_name(id), resource_kind(t))
}

/// What a resource is called whose kind is not known.
fn resource_kind(t: &Teller<'_>) -> String {
    t.policy
        .site_resource_kind()
        .map_or_else(|| say!(t.words, names::group), |kind| kind.name.clone())
}

pub(super) fn kind(t: &Teller<'_>, id: &ResourceKindId) -> String {
    one_of(t, t.policy.resource_kind(id))
}

pub(super) fn kinds(t: &Teller<'_>, id: &ResourceKindId) -> String {
    many_of(t, t.policy.resource_kind(id))
}

pub(super) fn one_of(t: &Teller<'_>, kind: Option<&ResourceKind>) -> String {
    kind.map_or_else(|| say!(t.words, names::resource), |kind| kind.name.clone())
}

pub(super) fn many_of(t: &Teller<'_>, kind: Option<&ResourceKind>) -> String {
    kind.map_or_else(|| say!(t.words, names::resources), |kind| kind.plural.clone())
}

pub(super) fn product(t: &Teller<'_>, id: &ProductId) -> String {
    named(t, t.product_name(id), say!(t.words, names::product))
}

pub(super) fn place(t: &Teller<'_>, place: Place) -> String {
    match place {
        Place::Site(id) => site(t, id),
        Place::Organisation if t.has_sites() => say!(t.words, names::all_sites, sites = &t.policy.words.sites),
        Place::Organisation => t.organisation.name.clone(),
    }
}

/// "at Elm Street", "in all practices".
pub(super) fn at(t: &Teller<'_>, place: Place) -> String {
    match place {
        Place::Site(id) => say!(t.words, names::at_site, site = site(t, id)),
        Place::Organisation if t.has_sites() => say!(t.words, names::in_all_sites, sites = &t.policy.words.sites),
        Place::Organisation => say!(t.words, names::in_organisation, organisation = &t.organisation.name),
    }
}

/// The person an edit is about.
pub(super) fn person(t: &Teller<'_>) -> String {
    t.known_name().unwrap_or_else(|| say!(t.words, names::this_person))
}

/// Everything that stands for a name that is not known.
pub(super) fn stand_ins(t: &Teller<'_>) -> Vec<String> {
    let words = &t.policy.words;
    let kinds = [
        words.role.clone(),
        words.site.clone(),
        resource_kind(t),
        say!(t.words, names::permission),
        say!(t.words, names::module),
        say!(t.words, names::product),
    ];
    let mut names: Vec<String> = kinds.map(|kind| named(t, None, kind)).into();
    names.push(say!(t.words, names::this_person));
    names
}

pub(super) fn field(t: &Teller<'_>, field: ProfileField) -> String {
    t.policy
        .field(field)
        .map_or_else(|| plain_field(t.words, field), |rule| rule.label.clone())
}

/// What a field is called where no policy says so.
pub(super) fn plain_field(words: &Words, field: ProfileField) -> String {
    match field {
        ProfileField::Name => say!(words, names::field_name),
        ProfileField::FirstName => say!(words, names::field_first_name),
        ProfileField::LastName => say!(words, names::field_last_name),
        ProfileField::LoginEmail => say!(words, names::field_login_email),
        ProfileField::CommunicationEmail => say!(words, names::field_communication_email),
        ProfileField::Phone => say!(words, names::field_phone),
        ProfileField::Language => say!(words, names::field_language),
        ProfileField::Npi => say!(words, names::field_npi),
        ProfileField::Taxonomies => say!(words, names::field_taxonomies),
        ProfileField::Bio => say!(words, names::field_bio),
        ProfileField::Capacity => say!(words, names::field_capacity),
        ProfileField::SchedulingStep => say!(words, names::field_scheduling_step),
    }
}

pub(super) fn status(t: &Teller<'_>, status: Status) -> String {
    let words = &t.policy.words;
    match status {
        Status::Invited => words.invited.clone(),
        Status::Active => words.active.clone(),
        Status::Inactive => words.inactive.clone(),
    }
}

pub(super) fn tab(t: &Teller<'_>, tab: UserTab) -> String {
    let words = &t.policy.words;
    match tab {
        UserTab::Active => words.active_users.clone(),
        UserTab::Invited => words.invited_users.clone(),
        UserTab::Inactive => words.inactive_users.clone(),
        UserTab::Locked => words.locked_users.clone(),
    }
}

pub(super) fn power(t: &Teller<'_>, power: Power) -> String {
    let words = &t.policy.words;
    match power {
        Power::Users => say!(t.words, names::power_users),
        Power::Roles => say!(t.words, names::power_roles, roles = &words.roles),
        Power::Sites if !t.has_sites() && !t.policy.resource_kinds.is_empty() => {
            let kinds: Vec<String> = t.policy.resource_kinds.iter().map(|kind| lower(&kind.plural)).collect();
            say!(t.words, names::power_resources, kinds = t.words.list(&kinds))
        }
        Power::Sites => say!(t.words, names::power_sites, sites = &words.sites),
        Power::Audit => say!(t.words, names::power_audit),
        Power::Policy => say!(t.words, names::power_policy, organisation = &words.organisation),
        Power::Embedding => say!(t.words, names::power_embedding, organisation = &words.organisation),
    }
}

/// The heading of a column of an exported list.
pub(super) fn column(t: &Teller<'_>, column: Column) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match column {
        Column::Name => field(t, ProfileField::Name),
        Column::LoginEmail => field(t, ProfileField::LoginEmail),
        Column::Roles => words.role.clone(),
        Column::Sites => words.sites.clone(),
        Column::Access => words.access_rules.clone(),
        Column::LastSeen => say!(w, names::column_last_seen),
        Column::InvitedAt => say!(w, names::column_invited),
        Column::Status => say!(w, names::column_status),
        Column::Sequence => say!(w, names::column_number),
        Column::At => say!(w, names::column_when),
        Column::Actor => say!(w, names::column_who),
        Column::Origin => say!(w, names::column_from_where),
        Column::Subject => say!(w, names::column_about),
        Column::Action => say!(w, names::column_what),
        Column::Changes => say!(w, names::column_changes),
        Column::Confirmed => say!(w, names::column_confirmed),
        Column::Outcome => say!(w, names::column_outcome),
        Column::Reason => say!(w, names::column_reason),
    }
}

/// What came of an action for one of many people.
pub(super) fn bulk_done(t: &Teller<'_>, done: BulkDone) -> String {
    let w = t.words;
    match done {
        BulkDone::Waiting => say!(w, names::bulk_waiting),
        BulkDone::Changed => say!(w, names::bulk_changed),
        BulkDone::Nothing => say!(w, names::bulk_nothing),
        BulkDone::Refused => say!(w, names::bulk_refused),
        BulkDone::ChangedMeanwhile => say!(w, names::bulk_changed_meanwhile),
    }
}

/// A part of a policy, as it stands in the middle of a sentence.
pub(super) fn area(t: &Teller<'_>, area: Area) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match area {
        Area::Name => say!(w, names::area_name),
        Area::Words => say!(w, names::area_words),
        Area::Languages => say!(w, names::area_languages),
        Area::Sites => lower(&words.sites),
        Area::Assignment => say!(w, names::area_assignment),
        Area::Identity => say!(w, names::area_identity),
        Area::Lifecycle => say!(w, names::area_lifecycle),
        Area::Support => say!(w, names::area_support),
        Area::Screens => say!(w, names::area_screens),
        Area::Modules => say!(w, names::area_modules),
        Area::Permissions => say!(w, names::area_permissions),
        Area::Roles => lower(&words.roles),
        Area::Transitions => say!(w, names::area_transitions),
        Area::ResourceKinds => say!(w, names::area_resource_kinds),
        Area::Fields => say!(w, names::area_fields),
        Area::Products => say!(w, names::area_products),
        Area::Terms => say!(w, names::area_terms),
        Area::Translations => say!(w, names::area_translations),
    }
}

pub(super) fn lock_cause(t: &Teller<'_>, cause: LockCause) -> String {
    match cause {
        LockCause::FailedSignIns => say!(t.words, names::locked_after_failures),
        LockCause::Administrator => say!(t.words, names::locked_by_administrator),
    }
}

pub(super) fn actor_kind(t: &Teller<'_>, kind: ActorKind) -> String {
    match kind {
        ActorKind::Member => t.organisation.name.clone(),
        ActorKind::Support => say!(t.words, names::actor_support, vendor = &t.policy.words.vendor),
        ActorKind::Operator => say!(t.words, names::actor_operator),
        ActorKind::System => say!(t.words, names::actor_system),
    }
}

pub(super) fn language(t: &Teller<'_>, tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or_default();
    say!(t.words, names::language, tag = primary, written = tag)
}

pub(super) fn date(t: &Teller<'_>, at: Timestamp) -> String {
    date_in(t.words, at)
}

pub(super) fn date_in(words: &Words, at: Timestamp) -> String {
    let Date { year, month, day } = Date::of(at);
    say!(
        words,
        names::date,
        day = day.to_string(),
        month = month.to_string(),
        year = year.to_string()
    )
}

pub(super) fn price(t: &Teller<'_>, cents: u32) -> String {
    let amount = Arg::Hundredths(cents);
    match t.policy.terms.as_ref().map(|terms| terms.currency.as_str()) {
        None | Some("") => t.words.hundredths(cents),
        Some(currency) => say!(t.words, names::price, currency = currency, amount = amount),
    }
}
