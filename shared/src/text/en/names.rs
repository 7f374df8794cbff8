//! What things and people are called.

use super::{list, lower};
use crate::access::Place;
use crate::export::Column;
use crate::facts::ActorKind;
use crate::ids::{ModuleId, PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp};
use crate::lifecycle::{LockCause, Status};
use crate::policy::{Area, Power, ResourceKind};
use crate::text::Teller;
use crate::user::ProfileField;
use crate::wire::UserTab;

/// A thing that the reader may not see, or that is gone, is called by its kind, never by its id.
fn named(name: Option<&str>, kind: &str) -> String {
    name.map_or_else(|| format!("another {}", lower(kind)), str::to_owned)
}

pub(in crate::text) fn role(t: &Teller<'_>, id: &RoleId) -> String {
    named(t.role_name(id), &t.policy.words.role)
}

pub(in crate::text) fn permission(t: &Teller<'_>, id: &PermissionId) -> String {
    named(t.permission_name(id), "permission")
}

pub(in crate::text) fn module(t: &Teller<'_>, id: &ModuleId) -> String {
    let module = t.policy.modules.iter().find(|module| module.id == *id);
    named(module.map(|module| module.name.as_str()), "module")
}

pub(in crate::text) fn site(t: &Teller<'_>, id: SiteId) -> String {
    named(t.site_name(id), &t.policy.words.site)
}

pub(in crate::text) fn resource(t: &Teller<'_>, id: ResourceId) -> String {
    named(
        t.resource_name(id),
        t.policy.site_resource_kind().map_or("group", |kind| kind.name.as_str()),
    )
}

pub(in crate::text) fn kind(t: &Teller<'_>, id: &ResourceKindId) -> String {
    one_of(t.policy.resource_kind(id))
}

pub(in crate::text) fn kinds(t: &Teller<'_>, id: &ResourceKindId) -> String {
    many_of(t.policy.resource_kind(id))
}

pub(super) fn one_of(kind: Option<&ResourceKind>) -> String {
    kind.map_or_else(|| "resource".to_owned(), |kind| kind.name.clone())
}

pub(super) fn many_of(kind: Option<&ResourceKind>) -> String {
    kind.map_or_else(|| "resources".to_owned(), |kind| kind.plural.clone())
}

pub(in crate::text) fn product(t: &Teller<'_>, id: &ProductId) -> String {
    named(t.product_name(id), "product")
}

pub(in crate::text) fn place(t: &Teller<'_>, place: Place) -> String {
    match place {
        Place::Site(id) => site(t, id),
        Place::Organisation if t.has_sites() => format!("All {}", lower(&t.policy.words.sites)),
        Place::Organisation => t.organisation.name.clone(),
    }
}

/// "at Elm Street", "in all practices".
pub(super) fn at(t: &Teller<'_>, place: Place) -> String {
    match place {
        Place::Site(id) => format!("at {}", site(t, id)),
        Place::Organisation if t.has_sites() => format!("in all {}", lower(&t.policy.words.sites)),
        Place::Organisation => format!("in {}", t.organisation.name),
    }
}

/// "the whole enterprise".
pub(super) fn whole(t: &Teller<'_>) -> String {
    format!("the whole {}", lower(&t.policy.words.organisation))
}

/// The person an edit is about.
pub(super) fn person(t: &Teller<'_>) -> String {
    t.known_name().unwrap_or_else(|| "this person".to_owned())
}

pub(in crate::text) fn field(t: &Teller<'_>, field: ProfileField) -> String {
    t.policy
        .field(field)
        .map_or_else(|| plain_field(field).to_owned(), |rule| rule.label.clone())
}

/// What a field is called where no policy says so.
pub(super) fn plain_field(field: ProfileField) -> &'static str {
    match field {
        ProfileField::Name => "Name",
        ProfileField::FirstName => "First name",
        ProfileField::LastName => "Last name",
        ProfileField::LoginEmail => "Login e-mail",
        ProfileField::CommunicationEmail => "Communication e-mail",
        ProfileField::Phone => "Phone",
        ProfileField::Language => "Language",
        ProfileField::Npi => "NPI",
        ProfileField::Taxonomies => "Taxonomies",
        ProfileField::Bio => "Bio",
        ProfileField::Capacity => "Capacity",
        ProfileField::SchedulingStep => "Scheduling step",
    }
}

pub(in crate::text) fn status(t: &Teller<'_>, status: Status) -> String {
    let words = &t.policy.words;
    match status {
        Status::Invited => words.invited.clone(),
        Status::Active => words.active.clone(),
        Status::Inactive => words.inactive.clone(),
    }
}

pub(in crate::text) fn tab(t: &Teller<'_>, tab: UserTab) -> String {
    let words = &t.policy.words;
    match tab {
        UserTab::Active => words.active_users.clone(),
        UserTab::Invited => words.invited_users.clone(),
        UserTab::Inactive => words.inactive_users.clone(),
        UserTab::Locked => words.locked_users.clone(),
    }
}

pub(in crate::text) fn power(t: &Teller<'_>, power: Power) -> String {
    let words = &t.policy.words;
    match power {
        Power::Users => "manage users".to_owned(),
        Power::Roles => format!("change {}", lower(&words.roles)),
        Power::Sites if t.has_sites() => format!("manage {}", lower(&words.sites)),
        Power::Sites => {
            let kinds: Vec<String> = t.policy.resource_kinds.iter().map(|kind| lower(&kind.plural)).collect();
            if kinds.is_empty() {
                format!("manage {}", lower(&words.sites))
            } else {
                format!("manage {}", list(&kinds))
            }
        }
        Power::Audit => "read the activity record".to_owned(),
        Power::Policy => format!("change the rules of the {}", lower(&words.organisation)),
    }
}

/// The heading of a column of an exported list.
pub(in crate::text) fn column(t: &Teller<'_>, column: Column) -> String {
    let words = &t.policy.words;
    let name = match column {
        Column::Name => return field(t, ProfileField::Name),
        Column::LoginEmail => return field(t, ProfileField::LoginEmail),
        Column::Roles => return words.role.clone(),
        Column::Sites => return words.sites.clone(),
        Column::Access => return words.access_rules.clone(),
        Column::LastSeen => "Last seen",
        Column::InvitedAt => "Invited",
        Column::Status => "Status",
        Column::Sequence => "Number",
        Column::At => "When",
        Column::Actor => "Who",
        Column::Origin => "From where",
        Column::Subject => "About",
        Column::Action => "What",
        Column::Changes => "Changes",
        Column::Confirmed => "Confirmed",
    };
    name.to_owned()
}

/// A part of a policy, as it stands in the middle of a sentence.
pub(in crate::text) fn area(t: &Teller<'_>, area: Area) -> String {
    let words = &t.policy.words;
    let name = match area {
        Area::Name => "name",
        Area::Words => "words",
        Area::Languages => "languages",
        Area::Sites => return lower(&words.sites),
        Area::Assignment => "rules of assignment",
        Area::Identity => "e-mail rules",
        Area::Lifecycle => "life of an account",
        Area::Support => "vendor support",
        Area::Modules => "modules",
        Area::Permissions => "permissions",
        Area::Roles => return lower(&words.roles),
        Area::Transitions => "changes of role",
        Area::ResourceKinds => "resources",
        Area::Fields => "profile fields",
        Area::Products => "products",
        Area::Terms => "terms",
    };
    name.to_owned()
}

pub(in crate::text) fn lock_cause(_: &Teller<'_>, cause: LockCause) -> String {
    match cause {
        LockCause::FailedSignIns => "Locked after too many failed sign-ins".to_owned(),
        LockCause::Administrator => "Locked by an administrator".to_owned(),
    }
}

pub(in crate::text) fn actor_kind(t: &Teller<'_>, kind: ActorKind) -> String {
    match kind {
        ActorKind::Member => t.organisation.name.clone(),
        ActorKind::Support => format!("Support staff of {}", t.policy.words.vendor),
        ActorKind::Operator => "Command line".to_owned(),
    }
}

pub(in crate::text) fn language(_: &Teller<'_>, tag: &str) -> String {
    let name = match tag.split('-').next().unwrap_or_default() {
        "ar" => "Arabic",
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ru" => "Russian",
        "tl" => "Tagalog",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        _ => tag,
    };
    name.to_owned()
}

pub(in crate::text) fn date(_: &Teller<'_>, at: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = civil(at.0.div_euclid(86_400_000));
    let month = usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or_default();
    format!("{day} {month} {year}")
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`). A crate for dates would weigh more than the rest of the words.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

pub(in crate::text) fn price(t: &Teller<'_>, cents: u32) -> String {
    let currency = t.policy.terms.as_ref().map_or("", |terms| terms.currency.as_str());
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    if currency.is_empty() {
        amount
    } else {
        format!("{currency} {amount}")
    }
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_778), (2026, 11, 21));
    }
}
