//! What is set for the whole organisation, where that stands apart from the sites: its people, and what belongs to it
//! (A13).

use leptos::prelude::*;
use shared::Facts;
use shared::policy::{Level, Policy, Section};
use shared::wire::UserQuery;

use crate::navigation::{Link, use_navigation};
use crate::route::Route;
use crate::session::use_reader;

/// The list of the people of the whole organisation; nothing where they are not a list of their own.
pub(crate) fn organisation_people(policy: &Policy) -> Option<UserQuery> {
    policy.organisation_role().map(|role| UserQuery {
        role: Some(role.id.to_string()),
        ..UserQuery::default()
    })
}

/// Whether a list is that of the people of the whole organisation.
pub(crate) fn is_of_organisation(policy: &Policy, query: &UserQuery) -> bool {
    policy
        .organisation_role()
        .is_some_and(|role| query.role.as_deref() == Some(role.id.as_str()))
}

/// The section of the navigation that a screen belongs to.
pub(crate) fn section_of(facts: &Facts, route: &Route) -> Option<Section> {
    let policy = &facts.policy;
    let apart = policy.has_organisation_settings();
    match route {
        Route::Users(query) if apart && is_of_organisation(policy, query) => Some(Section::Organisation),
        Route::Resource(id) if apart => match facts.organisation.resource(*id) {
            Some(resource) if resource.site.is_none() => Some(Section::Organisation),
            _ => Some(Section::Sites),
        },
        other => other.section(),
    }
}

/// The parts of these settings, one beside the other: people, and each kind of what belongs to the organisation.
#[component]
pub(crate) fn OrganisationParts() -> impl IntoView {
    let navigation = use_navigation();
    let policy = use_reader().policy();
    let people =
        Signal::derive(move || Route::Users(policy.with(|policy| organisation_people(policy)).unwrap_or_default()));
    let groups = move || {
        policy.with(|policy| {
            let kinds = policy
                .resource_kinds
                .iter()
                .filter(|kind| kind.level == Level::Organisation);
            let names: Vec<&str> = kinds.map(|kind| kind.plural.as_str()).collect();
            names.join(", ")
        })
    };
    let at_groups = move || matches!(navigation.route().get(), Route::Groups);
    let current = Signal::derive(at_groups);
    view! {
        <nav class="parts" aria-label=move || policy.with(|policy| policy.words.organisation_settings.clone())>
            <Link to=people class="parts__link" current=Signal::derive(move || !at_groups())>
                {move || policy.with(|policy| policy.words.organisation_users.clone())}
            </Link>
            <Show when=move || !groups().is_empty()>
                <Link to=Signal::stored(Route::Groups) class="parts__link" current=current>{groups}</Link>
            </Show>
        </nav>
    }
    .into_any()
}
