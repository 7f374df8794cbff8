//! What an edit means for people, what they confirm, and what is not known yet.

use super::names::{many_of, one_of, person};
use super::{an, begun, count, cut_list, list, lower, lower_first, people};
use crate::access::{Place, Resources};
use crate::ids::{PermissionId, ResourceId, RoleId, SiteId};
use crate::policy::Power;
use crate::text::Teller;
use crate::verdict::{Confirmation, Consequence, Outcome, Undecided};

/// With the place in front: "Elm Street: all 6 lines, later ones too."
pub(in crate::text) fn consequence(t: &Teller<'_>, consequence: &Consequence) -> String {
    let text = here(t, consequence);
    match place_of(consequence) {
        Some(place) => format!("{}: {text}", t.place(place)),
        None => text,
    }
}

fn place_of(consequence: &Consequence) -> Option<Place> {
    match consequence {
        Consequence::AccessGained { place, .. } | Consequence::AccessLost { place, .. } => Some(*place),
        Consequence::ResourcesGained { site, .. }
        | Consequence::ResourcesLost { site, .. }
        | Consequence::EndsElsewhere { site, .. }
        | Consequence::FollowsElsewhere { site, .. }
        | Consequence::SeesNothing { site, .. } => Some(Place::Site(*site)),
        Consequence::EverySite
        | Consequence::MembershipBegins { .. }
        | Consequence::MembershipEnds { .. }
        | Consequence::Notifiable { .. }
        | Consequence::InvitationSent { .. }
        | Consequence::InvitationLinkEnds
        | Consequence::SignInAddressChanges { .. }
        | Consequence::RightsAtOnce
        | Consequence::SignInEnds
        | Consequence::SessionsEnd
        | Consequence::SignInPossible
        | Consequence::HistoryKept
        | Consequence::GoneForGood
        | Consequence::ReachesNothing
        | Consequence::ReviewAdvised
        | Consequence::TemporaryPassword
        | Consequence::ProductAdded { .. }
        | Consequence::CaseOpened { .. }
        | Consequence::HoldersGain { .. }
        | Consequence::HoldersLose { .. }
        | Consequence::PeopleLeftWithout { .. } => None,
    }
}

/// Without the place.
pub(in crate::text) fn here(t: &Teller<'_>, consequence: &Consequence) -> String {
    begun(sentence(t, consequence))
}

fn sentence(t: &Teller<'_>, consequence: &Consequence) -> String {
    let words = &t.policy.words;
    match consequence {
        Consequence::AccessGained {
            place: _,
            permissions,
            administers,
        } => {
            format!("May now {}.", rights(t, permissions, administers))
        }
        Consequence::AccessLost {
            place: _,
            permissions,
            administers,
        } => {
            format!("May no longer {}.", rights(t, permissions, administers))
        }
        Consequence::ResourcesGained { site, resources } => {
            format!("Gains {}.", resource_names(t, *site, resources, true))
        }
        Consequence::ResourcesLost { site, resources } => {
            format!("Loses {}.", resource_names(t, *site, resources, false))
        }
        Consequence::EverySite => format!("Reaches every {}, later ones too.", lower(&words.site)),
        Consequence::EndsElsewhere { site: _, role } => format!("{} access ends.", t.role(role)),
        Consequence::FollowsElsewhere { site: _, from, to } => format!("{} becomes {}.", t.role(from), t.role(to)),
        Consequence::SeesNothing { site: _, kind } => {
            let kind = kind.as_ref().and_then(|kind| t.policy.resource_kind(kind));
            match kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty()) {
                Some(shows) => format!("No {}: sees no {shows}.", lower(&one_of(kind))),
                None => format!("No {}.", lower(&one_of(kind))),
            }
        }
        Consequence::MembershipBegins { resource } => format!("Joins {}.", t.resource(*resource)),
        Consequence::MembershipEnds { resource } => {
            format!("Leaves {}. Others there are not affected.", t.resource(*resource))
        }
        Consequence::Notifiable {
            resource,
            field: _,
            possible: true,
        } => {
            format!("Can be notified in {}.", t.resource(*resource))
        }
        Consequence::Notifiable {
            resource,
            field,
            possible: false,
        } => {
            format!(
                "Cannot be notified in {} without {}.",
                t.resource(*resource),
                an(&lower(&t.field(*field)))
            )
        }
        Consequence::InvitationSent { to, language } if t.policy.languages.len() > 1 => {
            format!("An invitation goes to {to}, in {}.", t.language_name(language))
        }
        Consequence::InvitationSent { to, language: _ } => format!("An invitation goes to {to}."),
        Consequence::InvitationLinkEnds => "The invitation link that was sent before stops working.".to_owned(),
        Consequence::SignInAddressChanges { from, to } => format!("Signs in with {to} from now on, not with {from}."),
        Consequence::RightsAtOnce => format!("{} stays signed in; the new rights apply at once.", person(t)),
        Consequence::SignInEnds => format!("{} cannot sign in any more.", person(t)),
        Consequence::SessionsEnd => "All open sessions end at once.".to_owned(),
        Consequence::SignInPossible => format!("{} can sign in again.", person(t)),
        Consequence::HistoryKept => "Notes, transactions and the activity record are kept.".to_owned(),
        Consequence::GoneForGood => {
            "The account is gone for good; access needs a new invitation. This cannot be undone.".to_owned()
        }
        Consequence::ReachesNothing => {
            format!(
                "Reaches nothing until {} and {} are assigned.",
                lower(&words.roles),
                lower(&words.sites)
            )
        }
        Consequence::ReviewAdvised => "Have a look at the account: is everything in it still right?".to_owned(),
        Consequence::TemporaryPassword => {
            "A temporary password is made and shown once; it has to be changed at the next sign-in.".to_owned()
        }
        Consequence::ProductAdded {
            product,
            monthly_cents: 0,
        } => format!("{} is added.", t.product(product)),
        Consequence::ProductAdded { product, monthly_cents } => {
            format!(
                "{} is added for {} a month.",
                t.product(product),
                t.price(*monthly_cents)
            )
        }
        Consequence::CaseOpened { product } => {
            format!(
                "A support case for {} is opened that names {}.",
                t.product(product),
                person(t)
            )
        }
        Consequence::HoldersGain {
            role,
            permission,
            people,
            sites,
        } => {
            let verb = if *people == 1 { "gains" } else { "gain" };
            format!(
                "{} {verb} “{}”.",
                holders(t, role, *people, *sites),
                t.permission(permission)
            )
        }
        Consequence::HoldersLose {
            role,
            permission,
            people,
            sites,
        } => {
            let verb = if *people == 1 { "loses" } else { "lose" };
            format!(
                "{} {verb} “{}”.",
                holders(t, role, *people, *sites),
                t.permission(permission)
            )
        }
        Consequence::PeopleLeftWithout { people: number, kind } => {
            let verb = if *number == 1 { "is" } else { "are" };
            let kind = t.policy.resource_kind(kind);
            let shows = kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty());
            let sees = match (shows, number) {
                (None, _) => String::new(),
                (Some(shows), 1) => format!(" and sees no {shows}"),
                (Some(shows), _) => format!(" and see no {shows}"),
            };
            format!(
                "{} {verb} left without {}{sees}.",
                people(*number),
                an(&lower(&one_of(kind)))
            )
        }
    }
}

fn rights(t: &Teller<'_>, permissions: &[PermissionId], powers: &[Power]) -> String {
    let mut names: Vec<String> = powers.iter().map(|power| t.power(*power)).collect();
    if permissions.len() > 1 && permissions.len() == t.policy.permissions.len() {
        names.insert(0, "do everything in the product".to_owned());
    } else {
        let permissions: Vec<String> = permissions
            .iter()
            .map(|permission| lower_first(&t.permission(permission)))
            .collect();
        names.splice(0..0, permissions);
    }
    cut_list(names, 8)
}

fn resource_names(t: &Teller<'_>, site: SiteId, resources: &Resources, gained: bool) -> String {
    let kind = t.policy.site_resource_kind();
    let (one, many) = (lower(&one_of(kind)), lower(&many_of(kind)));
    match resources {
        Resources::All => {
            let there = t.organisation.open_resources_of(site).count();
            let later = if gained { ", later ones too" } else { "" };
            match there {
                0 | 1 => format!("every {one}{later}"),
                _ => format!("all {there} {many}{later}"),
            }
        }
        Resources::Only(chosen) => {
            let names: Vec<String> = chosen.iter().map(|id: &ResourceId| t.resource(*id)).collect();
            let number = u64::try_from(names.len()).unwrap_or(u64::MAX);
            format!("{}: {}", count(number, &one, &many), cut_list(names, 8))
        }
    }
}

/// "38 people with Front Desk at 6 locations".
fn holders(t: &Teller<'_>, role: &RoleId, number: u32, sites: u32) -> String {
    let words = &t.policy.words;
    let places = match sites {
        0 => String::new(),
        _ => format!(" at {}", count(sites, &lower(&words.site), &lower(&words.sites))),
    };
    format!("{} with {}{places}", people(number), t.role(role))
}

pub(in crate::text) fn confirmation(t: &Teller<'_>, confirmation: &Confirmation) -> String {
    begun(asked(t, confirmation))
}

fn asked(t: &Teller<'_>, confirmation: &Confirmation) -> String {
    match confirmation {
        Confirmation::AccessEnds { role, sites } => {
            let sites: Vec<String> = sites.iter().map(|site| t.site(*site)).collect();
            format!("{} access ends at {}.", t.role(role), list(&sites))
        }
        Confirmation::OtherDomain { domain } => {
            format!("The address is at {domain}, which is not your own domain. That is intended.")
        }
        Confirmation::Deletion { user: _ } => {
            format!("Delete {} at once and for good. This cannot be undone.", person(t))
        }
        Confirmation::Deactivation { user: _ } => {
            format!("{} cannot sign in any more, from now on.", person(t))
        }
        Confirmation::Terms {
            version: _,
            products,
            monthly_cents,
        } => match &t.policy.terms {
            // The sentence of the terms, word for word: it is what goes on record.
            Some(terms) => terms.agreement.clone(),
            None => {
                let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
                format!("{} for {} a month.", list(&products), t.price(*monthly_cents))
            }
        },
        Confirmation::Archiving { people: 1 } => "1 person loses access.".to_owned(),
        Confirmation::Archiving { people: number } => format!("{} lose access.", people(*number)),
        Confirmation::Breach { people: 1 } => "1 person does not fit the new rules until they are edited.".to_owned(),
        Confirmation::Breach { people: number } => {
            format!("{} do not fit the new rules until they are edited.", people(*number))
        }
    }
}

pub(in crate::text) fn undecided(_: &Teller<'_>, undecided: &Undecided) -> String {
    match undecided {
        Undecided::LoginEmail { email } => format!("Whether {email} is free is checked when you save."),
        Undecided::OtherAdministrators => "Whether someone else can manage users is checked when you save.".to_owned(),
        Undecided::HeldAccess => {
            "Whether this person has access that you do not have is checked when you save.".to_owned()
        }
        Undecided::Headcount => "How many people this touches is checked when you save.".to_owned(),
    }
}

pub(in crate::text) fn outcome(_: &Teller<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused => "This cannot be saved yet.".to_owned(),
        Outcome::Undecided => "Some of this is checked when you save.".to_owned(),
        Outcome::NeedsConfirmation => "Please confirm what will change.".to_owned(),
        Outcome::Allowed => "Ready to save.".to_owned(),
    }
}
