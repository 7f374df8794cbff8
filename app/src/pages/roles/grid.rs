//! Permissions by module down, roles across; one role at a time where the container is narrow. One cell is in the order
//! of the Tab key, the arrow keys go to the others (the pattern "grid" of the WAI-ARIA Authoring Practices).

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use shared::access::Place;
use shared::edit::Edit;
use shared::ids::{ModuleId, PermissionId, RoleId};
use shared::text::lower;
use shared::wire::RolesView;
use shared::{Facts, decide};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::draft::Draft;
use crate::session::use_reader;
use crate::verdict_words::objection;
use crate::widgets::{Checkbox, Choice, Select};
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

/// A cell: the number of its row, and of its column.
type At = (usize, usize);

/// Which rows and columns there are; the cells themselves follow the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Layout {
    roles: Vec<RoleId>,
    /// With the number of the first row of each.
    modules: Vec<(ModuleId, usize, Vec<PermissionId>)>,
    rows: usize,
}

impl Layout {
    fn of(facts: &Facts) -> Self {
        let seen = facts
            .policy
            .roles
            .iter()
            .filter(|role| facts.actor.sees_role(&facts.policy, role));
        let mut layout = Self {
            roles: seen.map(|role| role.id.clone()).collect(),
            ..Self::default()
        };
        for module in &facts.policy.modules {
            let of_module = facts.policy.permissions.iter().filter(|one| one.module == module.id);
            let permissions: Vec<PermissionId> = of_module.map(|one| one.id.clone()).collect();
            let first = layout.rows;
            layout.rows += permissions.len();
            layout.modules.push((module.id.clone(), first, permissions));
        }
        layout
    }

    /// Where a key leads from a cell; nothing for other keys.
    fn next(&self, (row, column): At, key: &str, to_the_end: bool) -> Option<At> {
        let (last_row, last_column) = (self.rows.checked_sub(1)?, self.roles.len().checked_sub(1)?);
        let starts = || self.modules.iter().map(|(_, first, _)| *first);
        Some(match key {
            "ArrowRight" => (row, (column + 1).min(last_column)),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowDown" => ((row + 1).min(last_row), column),
            "ArrowUp" => (row.saturating_sub(1), column),
            "Home" if to_the_end => (0, 0),
            "End" if to_the_end => (last_row, last_column),
            "Home" => (row, 0),
            "End" => (row, last_column),
            // From module to module.
            "PageDown" => (starts().find(|first| *first > row).unwrap_or(last_row), column),
            "PageUp" => (starts().rfind(|first| *first < row).unwrap_or(0), column),
            _ => return None,
        })
    }
}

/// What a cell needs of the grid around it.
#[derive(Clone, Copy)]
struct Grid {
    draft: Draft,
    may_edit: Signal<bool>,
    /// The cell that is in the order of the Tab key; its column is the one that a narrow container shows.
    at: RwSignal<At>,
}

#[component]
pub(super) fn RolesGrid(
    #[prop(into)] holders: Signal<Arc<RolesView>>,
    /// Whether the reader may change roles at all.
    #[prop(into)]
    may_edit: Signal<bool>,
    draft: Draft,
    table: NodeRef<html::Table>,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let layout = Memo::new(move |_| facts.with(|facts| Layout::of(facts)));
    let grid = Grid {
        draft,
        may_edit,
        at: RwSignal::new((0, 0)),
    };
    let shown = Memo::new(move |_| {
        let (_, column) = grid.at.get();
        layout.with(|layout| layout.roles.get(column).cloned())
    });
    let choices = Signal::derive(move || {
        layout.with(|layout| {
            policy.with(|policy| {
                let roles = layout.roles.iter().filter_map(|id| policy.role(id));
                roles
                    .map(|role| Choice::new(role.id.as_str(), role.name.clone()))
                    .collect()
            })
        })
    });
    let pick = Callback::new(move |id: String| {
        let column = layout.with_untracked(|layout| layout.roles.iter().position(|role| role.as_str() == id));
        if let Some(column) = column {
            grid.at.update(|at| at.1 = column);
        }
    });
    let head = move |(column, role): (usize, RoleId)| {
        let name = {
            let role = role.clone();
            move || policy.with(|policy| policy.role(&role).map(|role| role.name.clone()))
        };
        let counts = Memo::new(move |_| {
            holders.with(|holders| {
                let count = people(holders, &role);
                let people = match count {
                    0 => tell!(screen::nobody),
                    _ => tell!(screen::people, count = count),
                };
                let words =
                    |what: fn(&shared::policy::Words) -> &String| policy.with(|policy| lower(what(&policy.words)));
                let places = match sites(holders, &role) {
                    None => tell!(screen::everywhere),
                    Some(0) => String::new(),
                    Some(1) => tell!(screen::at_sites, count = 1_u32, what = words(|words| &words.site)),
                    Some(sites) => tell!(screen::at_sites, count = sites, what = words(|words| &words.sites)),
                };
                (people, places)
            })
        });
        view! {
            <th scope="col" class="grid__role" class:is-shown=move || grid.at.get().1 == column>
                <span class="grid__name">{name}</span>
                <span class="grid__count">{move || counts.get().0}</span>
                <span class="grid__count">{move || counts.get().1}</span>
            </th>
        }
    };
    let row = move |(row, permission): (usize, PermissionId)| {
        let name = {
            let permission = permission.clone();
            move || policy.with(|policy| policy.permission(&permission).map(|one| one.name.clone()))
        };
        let cells = layout.with(|layout| {
            let roles = layout.roles.iter().cloned().enumerate();
            roles
                .map(|(column, role)| view! { <Cell grid at=(row, column) role permission=permission.clone() /> })
                .collect_view()
        });
        view! {
            <tr>
                <th scope="row" class="grid__permission">{name}</th>
                {cells}
            </tr>
        }
    };
    let module = move |id: ModuleId, first: usize, permissions: Vec<PermissionId>| {
        let name = move || {
            policy.with(|policy| {
                let module = policy.modules.iter().find(|module| module.id == id);
                module.map(|module| module.name.clone())
            })
        };
        let columns = layout.with(|layout| layout.roles.len() + 1);
        let rows = permissions.into_iter().enumerate();
        view! {
            <tbody>
                <tr class="grid__module">
                    <th scope="colgroup" colspan=columns.to_string()>{name}</th>
                </tr>
                {rows.map(|(at, permission)| row((first + at, permission))).collect_view()}
            </tbody>
        }
    };
    let bodies = move || {
        let modules = layout.with(|layout| layout.modules.clone());
        let all = modules.into_iter();
        all.map(|(id, first, permissions)| module(id, first, permissions))
            .collect_view()
    };
    let steer = move |event: ev::KeyboardEvent| {
        if !may_edit.get_untracked() || event.alt_key() || event.meta_key() {
            return;
        }
        let at = grid.at.get_untracked();
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some(input) = input_at(table, at) {
                input.click();
            }
            return;
        }
        let next = layout.with_untracked(|layout| layout.next(at, &event.key(), event.ctrl_key()));
        if let Some(next) = next {
            event.prevent_default();
            grid.at.set(next);
            // At once, for the next key may come before the next frame. A column that was not shown can have the focus
            // once it is.
            if !take_focus(table, next) {
                request_animation_frame(move || {
                    take_focus(table, next);
                });
            }
        }
    };
    view! {
        <div class="roles__grid">
            <div class="roles__pick">
                <Select
                    label=Signal::derive(move || policy.with(|policy| policy.words.role.clone()))
                    value=Signal::derive(move || shown.get().map(|role| role.0).unwrap_or_default())
                    options=choices
                    on_choose=pick
                />
            </div>
            // What scrolls is in reach of the keyboard: by its cells where they can be changed, else by itself.
            <div class="table-frame grid__frame" tabindex=move || (!may_edit.get()).then_some("0")>
                <table
                    class="table grid"
                    role=move || may_edit.get().then_some("grid")
                    aria-label=text!(screen::permissions_by_role)
                    node_ref=table
                    on:keydown=steer
                >
                    <thead>
                        <tr>
                            <th scope="col">{text!(screen::permission)}</th>
                            {move || {
                                let roles = layout.with(|layout| layout.roles.clone());
                                roles.into_iter().enumerate().map(head).collect_view()
                            }}
                        </tr>
                    </thead>
                    {bodies}
                </table>
            </div>
            <Show when=move || may_edit.get()>
                <p class="roles__keys quiet">{text!(grid::keys)}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// The checkbox of a cell.
fn input_at(table: NodeRef<html::Table>, (row, column): At) -> Option<HtmlElement> {
    let table = table.try_get_untracked().flatten()?;
    let selector = format!("[data-at='{row}-{column}'] input");
    table.query_selector(&selector).ok().flatten()?.dyn_into().ok()
}

/// Whether the cell has the focus now.
fn take_focus(table: NodeRef<html::Table>, at: At) -> bool {
    input_at(table, at).is_some_and(|input| {
        let _ = input.focus();
        input.matches(":focus").unwrap_or_default()
    })
}

/// Gives the focus back to the cell that had it last.
pub(super) fn focus(table: NodeRef<html::Table>) {
    request_animation_frame(move || {
        let found = table
            .try_get_untracked()
            .flatten()
            .and_then(|table| table.query_selector("input[tabindex='0']").ok().flatten());
        if let Some(input) = found.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
            let _ = input.focus();
        }
    });
}

#[component]
fn Cell(grid: Grid, at: At, role: RoleId, permission: PermissionId) -> impl IntoView {
    let Grid { draft, may_edit, .. } = grid;
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let (role, permission) = (StoredValue::new(role), StoredValue::new(permission));
    let both = move || (role.get_value(), permission.get_value());
    let permits = Memo::new(move |_| {
        let (role, permission) = both();
        policy.with(|policy| policy.role(&role).is_some_and(|role| role.permits(&permission)))
    });
    let change = Memo::new(move |_| {
        let (role, permission) = both();
        draft.change(&role, &permission).filter(|to| *to != permits.get())
    });
    let checked = Signal::derive(move || change.get().unwrap_or(permits.get()));
    let refused = Memo::new(move |_| {
        let (role, permission) = both();
        let permits = permits.get();
        facts.with(|facts| {
            may_edit
                .get()
                .then(|| refusal(facts, &role, &permission, permits))
                .flatten()
        })
    });
    let label = Signal::derive(move || {
        let (role, permission) = both();
        let name = policy.with(|policy| {
            let role = policy.role(&role).map(|role| role.name.as_str()).unwrap_or_default();
            let permission = policy.permission(&permission).map(|one| one.name.as_str());
            format!("{role}: {}", permission.unwrap_or_default())
        });
        match change.get() {
            Some(true) => format!("{name},{}", tell!(screen::will_be_granted)),
            Some(false) => format!("{name},{}", tell!(screen::will_be_taken)),
            None => name,
        }
    });
    let toggle = Callback::new(move |on: bool| {
        let (role, permission) = both();
        policy.with_untracked(|policy| {
            if let Some(role) = policy.role(&role) {
                draft.toggle(role, &permission, on);
            }
        });
    });
    let sign = move || match change.get() {
        Some(true) => Some(view! { <span class="grid__sign tone-gained" aria-hidden="true">"+"</span> }),
        Some(false) => Some(view! { <span class="grid__sign tone-lost" aria-hidden="true">"−"</span> }),
        None => None,
    };
    let is_current = Memo::new(move |_| grid.at.get() == at);
    let tab = Signal::derive(move || if is_current.get() { "0" } else { "-1" });
    view! {
        <td
            class="grid__cell"
            class:is-shown=move || grid.at.get().1 == at.1
            class:is-changed=move || change.get().is_some()
            role=move || may_edit.get().then_some("gridcell")
            data-at=format!("{}-{}", at.0, at.1)
            on:focusin=move |_| grid.at.set(at)
        >
            <span class="grid__box">
                {move || {
                    if may_edit.get() {
                        view! { <Checkbox label bare=true checked=checked refused=refused tab=tab on_change=toggle /> }.into_any()
                    } else if permits.get() {
                        view! { <span class="grid__yes" role="img" aria-label=text!(screen::permitted)>"✓"</span> }.into_any()
                    } else {
                        view! { <span class="grid__no" role="img" aria-label=text!(screen::not_permitted)>"–"</span> }.into_any()
                    }
                }}
                {sign}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_from_cell_to_cell_and_stop_at_the_edges() {
        let permissions = |count: usize| (0..count).map(|at| PermissionId(at.to_string())).collect();
        let layout = Layout {
            roles: ["a", "b", "c"].map(RoleId::from).into(),
            modules: vec![("one".into(), 0, permissions(2)), ("two".into(), 2, permissions(3))],
            rows: 5,
        };
        for (from, key, ctrl, to) in [
            ((0, 0), "ArrowRight", false, (0, 1)),
            ((0, 2), "ArrowRight", false, (0, 2)),
            ((0, 0), "ArrowLeft", false, (0, 0)),
            ((1, 1), "ArrowDown", false, (2, 1)),
            ((4, 1), "ArrowDown", false, (4, 1)),
            ((0, 1), "ArrowUp", false, (0, 1)),
            ((3, 1), "Home", false, (3, 0)),
            ((3, 1), "End", false, (3, 2)),
            ((3, 1), "Home", true, (0, 0)),
            ((3, 1), "End", true, (4, 2)),
            ((0, 1), "PageDown", false, (2, 1)),
            ((3, 1), "PageDown", false, (4, 1)),
            ((4, 1), "PageUp", false, (2, 1)),
            ((2, 1), "PageUp", false, (0, 1)),
        ] {
            assert_eq!(layout.next(from, key, ctrl), Some(to), "{key} from {from:?}");
        }
        assert_eq!(layout.next((0, 0), "a", false), None);
        assert_eq!(Layout::default().next((0, 0), "ArrowDown", false), None);
    }
}
