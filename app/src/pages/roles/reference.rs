//! What each role can do, from the policy itself (O13).

use std::sync::Arc;

use leptos::prelude::*;
use shared::policy::{Permissions, Policy, Power, Role, RoleResources, Roles};
use shared::text::{Teller, capital, lower};
use shared::wire::{RolesView, UserQuery};

use super::grid;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::Badge;
use crate::words::{tell, words};

#[component]
pub(super) fn RolesReference(holders: Arc<RolesView>) -> impl IntoView {
    let facts = use_reader().facts();
    let all = move || {
        let facts = facts.get();
        let roles = facts
            .policy
            .roles
            .iter()
            .filter(|role| facts.actor.sees_role(&facts.policy, role));
        roles
            .map(|role| {
                let teller = Teller::of(&facts, words());
                let powers = Power::ALL.into_iter().filter(|power| role.administers.contains(power));
                let powers: Vec<String> = powers.map(|power| teller.power(power)).collect();
                article(&facts.policy, role, powers, grid::people(&holders, &role.id))
            })
            .collect_view()
    };
    view! { <div class="reference">{all}</div> }.into_any()
}

fn article(policy: &Policy, role: &Role, powers: Vec<String>, people: u32) -> AnyView {
    let users = Route::Users(UserQuery {
        role: Some(role.id.to_string()),
        ..UserQuery::default()
    });
    let people = tell!(screen::people, count = people);
    let terms = &policy.words;
    let about = role.about.clone();
    let modules = policy
        .modules
        .iter()
        .filter_map(|module| {
            let names: Vec<&str> = policy
                .permissions
                .iter()
                .filter(|permission| permission.module == module.id && role.permits(&permission.id))
                .map(|permission| permission.name.as_str())
                .collect();
            (!names.is_empty()).then(|| pair(module.name.clone(), names.join(", ")))
        })
        .collect_view();
    let nothing = matches!(&role.permissions, Permissions::Only(ids) if ids.is_empty());
    view! {
        <article class="reference__role">
            <header class="reference__head">
                <h2 class="section__title">{role.name.clone()}</h2>
                {role.clinical.then(|| view! { <Badge label=terms.clinical.clone() /> })}
                <Link to=users class="reference__people".to_owned()>{people}</Link>
            </header>
            {(!about.is_empty()).then(|| view! { <p class="quiet">{about}</p> })}
            <dl class="definitions reference__facts">
                {modules}
                {nothing.then(|| pair(tell!(screen::permissions), tell!(screen::none_of_its_own)))}
                {(!powers.is_empty()).then(|| pair(tell!(screen::administers), capital(&powers.join(", "))))}
                {pair(tell!(screen::held_at), held_at(policy, role))}
                {excludes(policy, role).map(|names| pair(tell!(screen::never_with), names))}
            </dl>
        </article>
    }
    .into_any()
}

fn pair(name: String, value: String) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn held_at(policy: &Policy, role: &Role) -> String {
    use shared::policy::Level;
    let kind = policy.site_resource_kind();
    match (role.scope, role.resources, kind) {
        (Level::Organisation, ..) if !policy.has_sites() => {
            tell!(screen::whole, organisation = lower(&policy.words.organisation))
        }
        (Level::Organisation, ..) => {
            tell!(
                screen::whole_later,
                organisation = lower(&policy.words.organisation),
                sites = lower(&policy.words.sites)
            )
        }
        (Level::Site, RoleResources::All, Some(kind)) => {
            tell!(
                screen::site_all_resources,
                site = lower(&policy.words.site),
                resources = lower(&kind.plural)
            )
        }
        (Level::Site, RoleResources::AtLeast(count), Some(kind)) => tell!(
            screen::site_chosen_resources,
            site = lower(&policy.words.site),
            resources = lower(&kind.plural),
            count = count
        ),
        (Level::Site, _, None) => tell!(screen::each_site, site = lower(&policy.words.site)),
    }
}

fn excludes(policy: &Policy, role: &Role) -> Option<String> {
    if role.excludes == Roles::All {
        return Some(tell!(screen::any_other_role));
    }
    let names: Vec<&str> = policy
        .roles
        .iter()
        .filter(|other| role.excludes_or_is_excluded_by(other))
        .map(|other| other.name.as_str())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}
