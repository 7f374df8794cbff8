//! What an edit means for people, what they confirm, and what is not known yet.

use super::grammar::lower_first;
use super::names::{many_of, one_of, person};
use super::{Words, say};
use crate::access::{Place, Resources};
use crate::ids::{PermissionId, ResourceId, SiteId};
use crate::policy::Power;
use crate::text::Teller;
use crate::user::ProfileField;
use crate::verdict::{Confirmation, Consequence, Outcome, Undecided, Verdict};

/// With the place in front: "Elm Street: all 6 lines, later ones too."
pub(super) fn consequence(t: &Teller<'_>, consequence: &Consequence) -> String {
    let text = here(t, consequence);
    match place_of(consequence) {
        Some(place) => say!(t.words, consequence::at_place, place = t.place(place), text = text),
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
        | Consequence::HoldersLoseSite { site, .. }
        | Consequence::SeesNothing { site, .. } => Some(Place::Site(*site)),
        Consequence::EverySite
        | Consequence::RolesEnd { .. }
        | Consequence::EmbedSessionsEnd { .. }
        | Consequence::MembershipBegins { .. }
        | Consequence::MembershipEnds { .. }
        | Consequence::Notifiable { .. }
        | Consequence::InvitationSent { .. }
        | Consequence::InvitationLinkEnds
        | Consequence::SignInAddressChanges { .. }
        | Consequence::RightsAtOnce
        | Consequence::ClinicalKept { .. }
        | Consequence::ClinicalReturns { .. }
        | Consequence::SignInEnds
        | Consequence::SessionsEnd
        | Consequence::SignInPossible
        | Consequence::HistoryKept
        | Consequence::GoneForGood
        | Consequence::SignInAnew
        | Consequence::HistoryContinues
        | Consequence::ReachesNothing
        | Consequence::ReviewAdvised
        | Consequence::TemporaryPassword
        | Consequence::FactorsRemoved
        | Consequence::ProductAdded { .. }
        | Consequence::ProductEnds { .. }
        | Consequence::CaseOpened { .. }
        | Consequence::CaseEnds { .. }
        | Consequence::HoldersGain { .. }
        | Consequence::HoldersLose { .. }
        | Consequence::PeopleLose { .. }
        | Consequence::PeopleLeftWithout { .. } => None,
    }
}

fn fields_named(t: &Teller<'_>, fields: &[ProfileField]) -> String {
    let names: Vec<String> = fields.iter().map(|field| t.field(*field)).collect();
    t.words.list(&names)
}

/// Without the place.
pub(super) fn here(t: &Teller<'_>, consequence: &Consequence) -> String {
    t.begun(sentence(t, consequence))
}

fn sentence(t: &Teller<'_>, consequence: &Consequence) -> String {
    let (w, words) = (t.words, &t.policy.words);
    match consequence {
        Consequence::AccessGained {
            place: _,
            permissions,
            administers,
        } => say!(
            w,
            consequence::access_gained,
            rights = rights(t, permissions, administers)
        ),
        Consequence::AccessLost {
            place: _,
            permissions,
            administers,
        } => say!(
            w,
            consequence::access_lost,
            rights = rights(t, permissions, administers)
        ),
        Consequence::ResourcesGained { site, resources } => resources_gained(t, *site, resources),
        Consequence::ResourcesLost { site, resources } => resources_lost(t, *site, resources),
        Consequence::RolesEnd { roles } => {
            let names: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
            say!(w, consequence::roles_end, roles = w.list(&names))
        }
        Consequence::EverySite => say!(w, consequence::every_site, site = &words.site),
        Consequence::EndsElsewhere { site: _, role } => say!(w, consequence::ends_elsewhere, role = t.role(role)),
        Consequence::FollowsElsewhere { site: _, from, to } => {
            say!(w, consequence::follows_elsewhere, from = t.role(from), to = t.role(to))
        }
        Consequence::ClinicalKept { fields } => say!(w, consequence::clinical_kept, fields = fields_named(t, fields)),
        Consequence::ClinicalReturns { fields } => {
            say!(w, consequence::clinical_returns, fields = fields_named(t, fields))
        }
        Consequence::SeesNothing { site: _, kind } => {
            let kind = kind.as_ref().and_then(|kind| t.policy.resource_kind(kind));
            let one = one_of(t, kind);
            match kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty()) {
                Some(shows) => say!(w, consequence::sees_nothing_of, one = one, shows = shows),
                None => say!(w, consequence::sees_nothing, one = one),
            }
        }
        Consequence::MembershipBegins { resource } => {
            say!(w, consequence::membership_begins, resource = t.resource(*resource))
        }
        Consequence::MembershipEnds { resource } => {
            say!(w, consequence::membership_ends, resource = t.resource(*resource))
        }
        Consequence::Notifiable {
            resource,
            field,
            possible,
        } => notifiable(t, *resource, *field, *possible),
        Consequence::InvitationSent { to, language } if t.policy.languages.len() > 1 => say!(
            w,
            consequence::invitation_sent_in,
            to = to,
            language = t.language_name(language)
        ),
        Consequence::InvitationSent { to, language: _ } => say!(w, consequence::invitation_sent, to = to),
        Consequence::InvitationLinkEnds => say!(w, consequence::invitation_link_ends),
        Consequence::SignInAddressChanges { from, to } => {
            say!(w, consequence::sign_in_address_changes, to = to, from = from)
        }
        // Of a policy everyone is concerned.
        Consequence::RightsAtOnce if t.subject.is_none() => say!(w, consequence::rights_at_once_for_all),
        Consequence::RightsAtOnce => say!(w, consequence::rights_at_once, person = person(t)),
        Consequence::SignInEnds => say!(w, consequence::sign_in_ends, person = person(t)),
        Consequence::EmbedSessionsEnd { sessions } => say!(w, consequence::embed_sessions_end, sessions = *sessions),
        Consequence::SessionsEnd => say!(w, consequence::sessions_end),
        Consequence::SignInPossible => say!(w, consequence::sign_in_possible, person = person(t)),
        Consequence::HistoryKept => say!(w, consequence::history_kept),
        Consequence::GoneForGood => say!(w, consequence::gone_for_good),
        Consequence::SignInAnew => say!(w, consequence::sign_in_anew, person = person(t)),
        Consequence::HistoryContinues => say!(w, consequence::history_continues),
        Consequence::ReachesNothing => say!(
            w,
            consequence::reaches_nothing,
            roles = &words.roles,
            sites = &words.sites
        ),
        Consequence::ReviewAdvised => say!(w, consequence::review_advised),
        Consequence::TemporaryPassword => say!(w, consequence::temporary_password),
        Consequence::FactorsRemoved => say!(w, consequence::factors_removed, person = person(t)),
        Consequence::ProductAdded {
            product,
            monthly_cents: 0,
        } => say!(w, consequence::product_added_free, product = t.product(product)),
        Consequence::ProductAdded { product, monthly_cents } => say!(
            w,
            consequence::product_added,
            product = t.product(product),
            price = t.price(*monthly_cents)
        ),
        Consequence::ProductEnds {
            product,
            monthly_cents: 0,
        } => say!(w, consequence::product_ends_free, product = t.product(product)),
        Consequence::ProductEnds { product, monthly_cents } => say!(
            w,
            consequence::product_ends,
            product = t.product(product),
            price = t.price(*monthly_cents)
        ),
        Consequence::CaseOpened { product } => say!(
            w,
            consequence::case_opened,
            product = t.product(product),
            person = person(t)
        ),
        Consequence::CaseEnds {
            product,
            self_service_from: Some(from),
        } => say!(
            w,
            consequence::case_ends_early,
            product = t.product(product),
            date = t.date(*from)
        ),
        Consequence::CaseEnds { product, .. } => say!(w, consequence::case_ends, product = t.product(product)),
        Consequence::HoldersGain {
            role,
            permission,
            people,
            sites,
        } => say!(
            w,
            consequence::holders_gain,
            people = *people,
            role = t.role(role),
            places = *sites,
            site = &words.site,
            sites = &words.sites,
            permission = t.permission(permission)
        ),
        Consequence::HoldersLose {
            role,
            permission,
            people,
            sites,
        } => say!(
            w,
            consequence::holders_lose,
            people = *people,
            role = t.role(role),
            places = *sites,
            site = &words.site,
            sites = &words.sites,
            permission = t.permission(permission)
        ),
        Consequence::HoldersLoseSite { site: _, role, people } => {
            say!(w, consequence::holders_lose_site, people = *people, role = t.role(role))
        }
        Consequence::PeopleLose { resource, people } => say!(
            w,
            consequence::people_lose,
            people = *people,
            resource = t.resource(*resource)
        ),
        Consequence::PeopleLeftWithout { people, kind } => {
            let kind = t.policy.resource_kind(kind);
            let one = one_of(t, kind);
            match kind.map(|kind| kind.shows.as_str()).filter(|shows| !shows.is_empty()) {
                Some(shows) => say!(
                    w,
                    consequence::people_left_without_seeing,
                    people = *people,
                    one = one,
                    shows = shows
                ),
                None => say!(w, consequence::people_left_without, people = *people, one = one),
            }
        }
    }
}

fn notifiable(t: &Teller<'_>, resource: ResourceId, field: ProfileField, possible: bool) -> String {
    let w = t.words;
    let called = t.kind_of(resource).map(|kind| kind.notification.as_str());
    let (resource, field) = (t.resource(resource), t.field(field));
    match (called.filter(|called| !called.is_empty()), possible) {
        (Some(called), true) => say!(w, consequence::gets, notification = called, resource = resource),
        (Some(called), false) => say!(
            w,
            consequence::gets_not,
            notification = called,
            resource = resource,
            field = field
        ),
        (None, true) => say!(w, consequence::notifiable, resource = resource),
        (None, false) => say!(w, consequence::not_notifiable, resource = resource, field = field),
    }
}

fn rights(t: &Teller<'_>, permissions: &[PermissionId], powers: &[Power]) -> String {
    let mut names: Vec<String> = powers.iter().map(|power| t.power(*power)).collect();
    if permissions.len() > 1 && permissions.len() == t.policy.permissions.len() {
        names.insert(0, say!(t.words, consequence::everything));
    } else {
        let permissions: Vec<String> = permissions
            .iter()
            .map(|permission| lower_first(&t.permission(permission)))
            .collect();
        names.splice(0..0, permissions);
    }
    t.words.cut_list(names, 8)
}

fn resources_gained(t: &Teller<'_>, site: SiteId, resources: &Resources) -> String {
    let kind = t.policy.site_resource_kind();
    let (one, many) = (one_of(t, kind), many_of(t, kind));
    match resources {
        Resources::All => say!(
            t.words,
            consequence::every_resource_gained,
            there = t.organisation.open_resources_of(site).count(),
            one = one,
            many = many
        ),
        Resources::Only(chosen) => say!(
            t.words,
            consequence::resources_gained,
            count = chosen.len(),
            one = one,
            many = many,
            names = resource_names(t, chosen.iter())
        ),
    }
}

fn resources_lost(t: &Teller<'_>, site: SiteId, resources: &Resources) -> String {
    let kind = t.policy.site_resource_kind();
    let (one, many) = (one_of(t, kind), many_of(t, kind));
    match resources {
        Resources::All => say!(
            t.words,
            consequence::every_resource_lost,
            there = t.organisation.open_resources_of(site).count(),
            one = one,
            many = many
        ),
        Resources::Only(chosen) => say!(
            t.words,
            consequence::resources_lost,
            count = chosen.len(),
            one = one,
            many = many,
            names = resource_names(t, chosen.iter())
        ),
    }
}

fn resource_names<'i>(t: &Teller<'_>, chosen: impl Iterator<Item = &'i ResourceId>) -> String {
    t.words.cut_list(chosen.map(|id| t.resource(*id)).collect(), 8)
}

pub(super) fn confirmation(t: &Teller<'_>, confirmation: &Confirmation) -> String {
    t.begun(asked(t, confirmation))
}

pub(super) fn asked(t: &Teller<'_>, confirmation: &Confirmation) -> String {
    let w = t.words;
    match confirmation {
        Confirmation::AccessEnds { role, sites } => {
            let sites: Vec<String> = sites.iter().map(|site| t.site(*site)).collect();
            say!(
                w,
                confirmation::access_ends,
                role = t.role(role),
                sites = w.list(&sites)
            )
        }
        Confirmation::OtherDomain { domain } if t.own_domain.is_empty() => {
            say!(w, confirmation::other_domain, domain = domain)
        }
        Confirmation::OtherDomain { domain } => {
            say!(w, confirmation::other_domain_than, domain = domain, own = t.own_domain)
        }
        Confirmation::Deletion { user: _ } => say!(w, confirmation::deletion, person = person(t)),
        Confirmation::Recreation { user: _, roles } => {
            let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
            say!(w, confirmation::recreation, person = person(t), roles = w.list(&roles))
        }
        Confirmation::Deactivation { user: _ } => say!(w, confirmation::deactivation, person = person(t)),
        Confirmation::Terms {
            version: _,
            products,
            monthly_cents,
        } => match &t.policy.terms {
            // The sentence of the terms, word for word: it is what goes on record.
            Some(terms) => terms.agreement.clone(),
            None => {
                let products: Vec<String> = products.iter().map(|product| t.product(product)).collect();
                say!(
                    w,
                    confirmation::terms,
                    products = w.list(&products),
                    price = t.price(*monthly_cents)
                )
            }
        },
        Confirmation::Archiving { people } => say!(w, confirmation::archiving, people = *people),
        Confirmation::Breach { people } => say!(w, confirmation::breach, people = *people),
    }
}

pub(super) fn undecided(t: &Teller<'_>, undecided: &Undecided) -> String {
    match undecided {
        Undecided::LoginEmail { email } => say!(t.words, undecided::login_email, email = email),
        Undecided::OtherAdministrators => say!(t.words, undecided::other_administrators),
        Undecided::HeldAccess => say!(t.words, undecided::held_access),
        Undecided::Headcount => say!(t.words, undecided::headcount),
        Undecided::ProviderClaims => say!(t.words, undecided::provider_claims),
    }
}

pub(super) fn outcome(t: &Teller<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused => say!(t.words, outcome::refused),
        Outcome::Undecided => say!(t.words, outcome::undecided),
        Outcome::NeedsConfirmation => say!(t.words, outcome::needs_confirmation),
        Outcome::Allowed => say!(t.words, outcome::allowed),
    }
}

/// What a verdict comes to, in one line: "2 to correct, 1 to confirm".
pub(super) fn summary(words: &Words, verdict: &Verdict, given: &[Confirmation]) -> String {
    let mut parts = Vec::new();
    let (refused, missing) = (verdict.refusals.len(), verdict.missing(given).count());
    if refused > 0 {
        parts.push(say!(words, outcome::to_correct, count = refused));
    }
    if missing > 0 {
        parts.push(say!(words, outcome::to_confirm, count = missing));
    }
    if !verdict.undecided.is_empty() {
        parts.push(say!(words, outcome::to_check, count = verdict.undecided.len()));
    }
    if !parts.is_empty() {
        parts.join(", ")
    } else if verdict.changes.is_empty() {
        say!(words, outcome::nothing_changes)
    } else {
        say!(words, outcome::ready)
    }
}
