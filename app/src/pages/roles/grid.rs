//! Permissions by module down, roles across; one role at a time where the container is narrow.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Place;
use shared::edit::Edit;
use shared::ids::{PermissionId, RoleId};
use shared::policy::{Module, Permission, Role};
use shared::wire::RolesView;
use shared::{Facts, Policy, decide};

use super::draft::Draft;
use crate::session::use_reader;
use crate::verdict_words::objection;
use crate::widgets::{Checkbox, Choice, Select, Table};
use crate::words::{tell, text};

/// How many people hold the role, wherever they hold it.
pub(super) fn people(view: &RolesView, role: &RoleId) -> u32 {
    view.people
        .iter()
        .find(|held| held.role == *role)
        .map_or(0, |held| held.people)
}

/// At how many sites somebody holds it; `None` for roles of the whole organisation.
pub(super) fn sites(view: &RolesView, role: &RoleId) -> Option<usize> {
    let places: BTreeSet<Place> = view
        .holders
        .iter()
        .filter(|holders| holders.role == *role && holders.people > 0)
        .map(|holders| holders.place)
        .collect();
    (!places.contains(&Place::Organisation)).then_some(places.len())
}

#[component]
pub(super) fn RolesGrid(
    holders: Arc<RolesView>,
    /// Whether the reader may change roles at all.
    #[prop(into)]
    may_edit: Signal<bool>,
    draft: Draft,
    /// Called when a role comes into hand.
    on_begin: Callback<RoleId>,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let roles = Memo::new(move |_| {
        let facts = facts.get();
        let seen = |role: &&Role| facts.actor.sees_role(&facts.policy, role);
        facts.policy.roles.iter().filter(seen).cloned().collect::<Vec<_>>()
    });
    let picked = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let first = roles.with(|roles| roles.first().map(|role| role.id.to_string()).unwrap_or_default());
        draft.role().get().map(|role| role.to_string()).unwrap_or_else(|| {
            let picked = picked.get();
            if picked.is_empty() { first } else { picked }
        })
    });
    let choices = Signal::derive(move || {
        roles.with(|roles| {
            roles
                .iter()
                .map(|role| Choice::new(role.id.as_str(), role.name.clone()))
                .collect()
        })
    });
    let head = move |role: &Role| {
        let (id, name) = (role.id.to_string(), role.name.clone());
        let count = people(&holders, &role.id);
        let people = match count {
            0 => tell!(screen::nobody),
            _ => tell!(screen::people, count = count),
        };
        let places = policy.with(|policy| match sites(&holders, &role.id) {
            None => tell!(screen::everywhere),
            Some(0) => String::new(),
            Some(1) => tell!(screen::at_sites, count = 1_u32, what = policy.words.site.to_lowercase()),
            Some(sites) => tell!(
                screen::at_sites,
                count = sites,
                what = policy.words.sites.to_lowercase()
            ),
        });
        view! {
            <th scope="col" class="grid__role" class:is-shown=move || shown.get() == id>
                <span class="grid__name">{name}</span>
                <span class="grid__count">{people}</span>
                <span class="grid__count">{places}</span>
            </th>
        }
    };
    let cell = move |role: &Role, permission: &Permission| {
        view! { <Cell role=role.clone() permission=permission.clone() shown may_edit draft on_begin /> }
    };
    let module = move |policy: &Policy, module: &Module| {
        let permissions = policy
            .permissions
            .iter()
            .filter(|permission| permission.module == module.id);
        let columns = roles.with(|roles| roles.len() + 1);
        let rows = permissions
            .map(|permission| {
                view! {
                    <tr>
                        <th scope="row" class="grid__permission">{permission.name.clone()}</th>
                        {roles.with(|roles| roles.iter().map(|role| cell(role, permission)).collect_view())}
                    </tr>
                }
            })
            .collect_view();
        view! {
            <tbody>
                <tr class="grid__module">
                    <th scope="colgroup" colspan=columns.to_string()>{module.name.clone()}</th>
                </tr>
                {rows}
            </tbody>
        }
    };
    view! {
        <div class="roles__grid">
            <div class="roles__pick">
                <Select
                    label=Signal::derive(move || policy.with(|policy| policy.words.role.clone()))
                    value=shown
                    options=choices
                    on_choose=move |id| picked.set(id)
                />
            </div>
            <Table label=text!(screen::permissions_by_role) class="grid">
                <thead>
                    <tr>
                        <th scope="col">{text!(screen::permission)}</th>
                        {move || roles.with(|roles| roles.iter().map(&head).collect_view())}
                    </tr>
                </thead>
                {move || policy.with(|policy| policy.modules.iter().map(|one| module(policy, one)).collect_view())}
            </Table>
        </div>
    }
    .into_any()
}

#[component]
fn Cell(
    role: Role,
    permission: Permission,
    /// The role that a narrow container shows.
    shown: Memo<String>,
    may_edit: Signal<bool>,
    draft: Draft,
    on_begin: Callback<RoleId>,
) -> impl IntoView {
    let facts = use_reader().facts();
    let (role, permission) = (StoredValue::new(role), StoredValue::new(permission));
    let permits = role.with_value(|role| permission.with_value(|permission| role.permits(&permission.id)));
    let change = Memo::new(move |_| {
        role.with_value(|role| permission.with_value(|permission| draft.change(&role.id, &permission.id)))
    });
    let checked = Signal::derive(move || change.get().unwrap_or(permits));
    let in_hand = draft.role();
    let other_in_hand = Memo::new(move |_| {
        in_hand.with(|in_hand| {
            in_hand
                .as_ref()
                .is_some_and(|other| role.with_value(|role| *other != role.id))
        })
    });
    let refused_by_rule = Memo::new(move |_| {
        facts.with(|facts| {
            role.with_value(|role| {
                permission.with_value(|permission| refusal(facts, &role.id, &permission.id, permits))
            })
        })
    });
    let refused = Signal::derive(move || {
        if let Some(reason) = refused_by_rule.get() {
            Some(reason)
        } else if other_in_hand.get() {
            let name = facts.with(|facts| draft.role_name(&facts.policy));
            Some(tell!(screen::save_or_discard_first, name = name))
        } else {
            None
        }
    });
    let label = role.with_value(|role| permission.with_value(|one| format!("{}: {}", role.name, one.name)));
    let toggle = move |on: bool| {
        let begins = in_hand.get_untracked().is_none();
        role.with_value(|role| permission.with_value(|permission| draft.toggle(role, &permission.id, on)));
        if begins {
            on_begin.run(role.with_value(|role| role.id.clone()));
        }
    };
    let id = role.with_value(|role| role.id.to_string());
    let state = move || match change.get() {
        Some(true) => Some(
            view! { <span class="grid__sign tone-gained">"+"<span class="visually-hidden">{text!(screen::will_be_granted)}</span></span> },
        ),
        Some(false) => Some(
            view! { <span class="grid__sign tone-lost">"−"<span class="visually-hidden">{text!(screen::will_be_taken)}</span></span> },
        ),
        None => None,
    };
    view! {
        <td class="grid__cell" class:is-shown=move || shown.get() == id class:is-changed=move || change.get().is_some()>
            <span class="grid__box">
                {move || {
                    if may_edit.get() {
                        let label = label.clone();
                        view! { <Checkbox label bare=true checked=checked refused=refused on_change=toggle /> }.into_any()
                    } else if permits {
                        view! { <span class="grid__yes" role="img" aria-label=text!(screen::permitted)>"✓"</span> }.into_any()
                    } else {
                        view! { <span class="grid__no" role="img" aria-label=text!(screen::not_permitted)>"–"</span> }.into_any()
                    }
                }}
                {state}
            </span>
        </td>
    }
    .into_any()
}

/// Why the cell cannot be turned over, by the same rules that judge the whole change.
fn refusal(facts: &Facts, role: &RoleId, permission: &PermissionId, permits: bool) -> Option<String> {
    let turned = BTreeSet::from([permission.clone()]);
    let (grant, revoke) = if permits {
        (BTreeSet::new(), turned)
    } else {
        (turned, BTreeSet::new())
    };
    let verdict = decide(
        facts,
        &Edit::SetRolePermissions {
            role: role.clone(),
            grant,
            revoke,
        },
    );
    verdict.refusals.first().map(|refusal| objection(facts, refusal).text)
}
