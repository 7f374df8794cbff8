//! What can be found: screens, roles and sites from what the reader knows already, people from the server.

use std::collections::BTreeSet;

use shared::Facts;
use shared::policy::{Power, Section};
use shared::wire::{UserQuery, UserTab};

use crate::api::Api;
use crate::pages::parts::{called, organisation_people, roles_line};
use crate::route::Route;
use crate::widgets::Icon;
use crate::words::tell;

/// So many people of each list are shown; more are a matter of typing more.
const PEOPLE: u32 = 6;

/// Something to go to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    pub(super) icon: Icon,
    pub(super) label: String,
    /// What kind of thing it is.
    pub(super) about: String,
    pub(super) to: Route,
}

/// Screens, and once something is typed also roles and sites: those that have the typed text in their name.
pub(super) fn local_hits(facts: &Facts, typed: &str) -> Vec<Hit> {
    let needle = typed.trim().to_lowercase();
    let (policy, actor) = (&facts.policy, &facts.actor);
    let words = &policy.words;
    let may = |power| actor.has_power_somewhere(policy, power);
    let hit = |icon, label: &str, about: &str, to| Hit {
        icon,
        label: label.to_owned(),
        about: about.to_owned(),
        to,
    };
    let mut hits = Vec::new();
    let mut screen = |power, icon, label: &str, to| {
        if may(power) {
            hits.push(hit(icon, label, &tell!(screen::screen), to));
        }
    };
    screen(Power::Users, Icon::People, &words.users, Route::default());
    screen(
        Power::Users,
        Icon::Add,
        words.invite.trim_start_matches(['+', ' ']),
        Route::invite(),
    );
    screen(Power::Roles, Icon::Roles, &words.roles, Route::Roles);
    if let Some(places) = policy.places().filter(|_| policy.has_section(Section::Sites)) {
        screen(Power::Sites, Icon::Site, places, Route::Sites);
    }
    if let Some(people) = organisation_people(policy) {
        screen(
            Power::Users,
            Icon::People,
            &words.organisation_users,
            Route::Users(people),
        );
    }
    if policy.has_section(Section::Cases) {
        let cases = tell!(screen::support_cases);
        screen(Power::Users, Icon::Case, &cases, Route::Cases);
    }
    screen(Power::Users, Icon::Record, &tell!(outbox::title), Route::Mail);
    screen(Power::Audit, Icon::Record, &tell!(screen::activity), Route::Activity);
    screen(Power::Policy, Icon::Record, &tell!(policies::title), Route::Policy);
    let provider = tell!(identity::title);
    screen(Power::Policy, Icon::Lock, &provider, Route::IdentityProvider);
    let embedding = tell!(embedding::title);
    screen(Power::Embedding, Icon::Device, &embedding, Route::Embedding);
    if may(Power::Users) && !needle.is_empty() {
        for role in policy.roles.iter().filter(|role| actor.sees_role(policy, role)) {
            let query = UserQuery {
                role: Some(role.id.to_string()),
                ..UserQuery::default()
            };
            hits.push(hit(Icon::Roles, &role.name, &words.role, Route::Users(query)));
        }
        for site in facts.organisation.open_sites() {
            let query = UserQuery {
                site: Some(site.id),
                ..UserQuery::default()
            };
            hits.push(hit(Icon::Site, &site.name, &words.site, Route::Users(query)));
        }
    }
    hits.retain(|hit| hit.label.to_lowercase().contains(&needle));
    hits
}

/// The people whose name or address has the text in it, whatever state their account is in.
pub(super) async fn people(api: &Api, facts: &Facts, search: &str) -> Vec<Hit> {
    let policy = &facts.policy;
    let mut hits = Vec::new();
    if !facts.actor.has_power_somewhere(policy, Power::Users) {
        return hits;
    }
    let mut seen = BTreeSet::new();
    for tab in UserTab::ALL {
        let query = UserQuery {
            tab,
            search: search.to_owned(),
            limit: Some(PEOPLE),
            ..UserQuery::default()
        };
        // A list that does not answer has nobody to show; the others may have.
        let Ok(page) = api.users(&query).await else { continue };
        for row in page.rows {
            if seen.insert(row.id) {
                hits.push(Hit {
                    icon: Icon::People,
                    label: called(policy, &row.name, &row.login_email, row.status),
                    about: roles_line(policy, &row.assignments),
                    to: Route::user(row.id),
                });
            }
        }
    }
    hits
}
