//! One role: its name and description, what it permits and administers, what it excludes.

use std::time::Duration;

use leptos::prelude::*;
use shared::ids::{ModuleId, RoleId};
use shared::policy::check::Path;
use shared::policy::{Permissions, PolicyValue, Power, Role, Roles};

use super::inputs::{Emptied, FlagInput, Lines, ListInput, TextInput};
use super::{edit, name_of};
use crate::pages::policy::draft::Draft;
use crate::widgets::{Button, ButtonKind, Checkbox};
use crate::words::{tell, text};

/// As the source says that it is all of them.
fn all() -> PolicyValue {
    PolicyValue::Text(name_of(&Roles::All))
}

#[component]
pub(super) fn RoleForm(draft: Draft, role: String) -> impl IntoView {
    let id = StoredValue::new(RoleId::from(role.as_str()));
    let at = Path::default().key("role").item(&role);
    let of = move |read: fn(&Role) -> String| {
        Signal::derive(move || {
            let found = draft
                .policy()
                .with(|policy| id.with_value(|id| policy.role(id).map(read)));
            found.unwrap_or_default()
        })
    };
    let excludes_all = is_all(draft, at.clone().key("excludes"), id, |role| {
        role.excludes == Roles::All
    });
    let excluded = Signal::derive(move || {
        draft.policy().with(
            |policy| match id.with_value(|id| policy.role(id).map(|role| role.excludes.clone())) {
                Some(Roles::Only(roles)) => roles.iter().map(|role| role.as_str().to_owned()).collect(),
                _ => Vec::new(),
            },
        )
    });
    let others = Signal::derive(move || {
        draft.policy().with(|policy| {
            let others = policy.roles.iter().filter(|role| id.with_value(|id| role.id != *id));
            others
                .map(|role| (role.id.as_str().to_owned(), role.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let exclude_all = {
        let at = at.clone().key("excludes");
        move |on: bool| {
            let value = if on { all() } else { PolicyValue::List(Vec::new()) };
            draft.change(edit(at.clone(), value), Duration::ZERO);
        }
    };
    let powers = Signal::derive(|| {
        let named = |power: &Power| (name_of(power), power_name(*power));
        Power::ALL.iter().map(named).collect::<Vec<_>>()
    });
    let administered = Signal::derive(move || {
        draft.policy().with(|policy| {
            let found = id.with_value(|id| {
                policy
                    .role(id)
                    .map(|role| role.administers.iter().map(name_of).collect())
            });
            found.unwrap_or_default()
        })
    });
    let only_one = Signal::derive(move || draft.policy().with(|policy| policy.roles.len() < 2));
    let remove = {
        let at = at.clone();
        move |()| draft.change(edit(at.clone(), None), Duration::ZERO)
    };
    let name = of(|role| role.name.clone());
    view! {
        <div class="policy__fields">
            <TextInput
                draft
                path=at.clone().key("name")
                label=text!(policies::role_name)
                value=name
                emptied=Emptied::Written
            />
            <TextInput
                draft
                path=at.clone().key("about")
                label=text!(policies::role_about)
                value=of(|role| role.about.clone())
                lines=Lines::Several
            />
        </div>
        <PermissionsForm draft id at=at.clone() />
        <ListInput
            draft
            path=at.clone().key("administers")
            label=text!(policies::administers)
            items=powers
            chosen=administered
        />
        <div>
            <Checkbox label=text!(policies::excludes_all) checked=excludes_all on_change=exclude_all />
            <Show when=move || !excludes_all.get()>
                <ListInput
                    draft
                    path=at.clone().key("excludes")
                    label=text!(policies::excludes)
                    items=others
                    chosen=excluded
                />
            </Show>
        </div>
        <FlagInput
            draft
            path=Path::default().key("role").item(&role).key("clinical")
            label=text!(policies::clinical)
            on=Signal::derive(move || is_of(draft, id, |role| role.clinical))
        />
        <FlagInput
            draft
            path=Path::default().key("role").item(&role).key("requires_second_factor")
            label=text!(policies::requires_second_factor)
            on=Signal::derive(move || is_of(draft, id, |role| role.requires_second_factor))
        />
        <div>
            <Button
                label=Signal::derive(move || tell!(policies::remove_role, role = name.get()))
                kind=ButtonKind::Danger
                refused=Signal::derive(move || only_one.get().then(|| tell!(policies::last_role)))
                on_press=remove
            />
        </div>
    }
    .into_any()
}

fn is_of(draft: Draft, id: StoredValue<RoleId>, is: fn(&Role) -> bool) -> bool {
    draft
        .policy()
        .with(|policy| id.with_value(|id| policy.role(id).is_some_and(is)))
}

/// Whether it is all of them, as it stands or as it was just asked for.
fn is_all(draft: Draft, path: Path, id: StoredValue<RoleId>, is: fn(&Role) -> bool) -> Signal<bool> {
    Signal::derive(move || match draft.wish(&path) {
        Some(PolicyValue::Text(_)) => true,
        Some(PolicyValue::List(_)) => false,
        _ => is_of(draft, id, is),
    })
}

fn power_name(power: Power) -> String {
    match power {
        Power::Users => tell!(policies::power_users),
        Power::Roles => tell!(policies::power_roles),
        Power::Sites => tell!(policies::power_sites),
        Power::Audit => tell!(policies::power_audit),
        Power::Policy => tell!(policies::power_policy),
        Power::Embedding => tell!(policies::power_embedding),
    }
}

/// What the role permits, module by module; or everything, later permissions too.
#[component]
fn PermissionsForm(draft: Draft, id: StoredValue<RoleId>, at: Path) -> impl IntoView {
    let path = at.key("permissions");
    let everything = is_all(draft, path.clone(), id, |role| role.permissions == Permissions::All);
    let chosen = Signal::derive(move || {
        draft.policy().with(
            |policy| match id.with_value(|id| policy.role(id).map(|role| role.permissions.clone())) {
                Some(Permissions::Only(ids)) => ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>(),
                _ => Vec::new(),
            },
        )
    });
    let permit_all = {
        let path = path.clone();
        move |on: bool| {
            let value = if on {
                all()
            } else {
                // All that there is now, to take out of.
                let ids = draft.policy().with_untracked(|policy| {
                    let all = policy.permissions.iter();
                    all.map(|permission| permission.id.as_str().to_owned()).collect()
                });
                PolicyValue::List(ids)
            };
            draft.change(edit(path.clone(), value), Duration::ZERO);
        }
    };
    let modules = Memo::new(move |_| {
        draft.policy().with(|policy| {
            let modules = policy.modules.iter();
            modules
                .map(|module| (module.id.clone(), module.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let one = move |(module, name): (ModuleId, String)| {
        let items = Signal::derive(move || {
            draft.policy().with(|policy| {
                let inside = policy
                    .permissions
                    .iter()
                    .filter(|permission| permission.module == module);
                inside
                    .map(|one| (one.id.as_str().to_owned(), one.name.clone()))
                    .collect::<Vec<_>>()
            })
        });
        view! { <ListInput draft path=path.clone() label=name items chosen /> }
    };
    let one = StoredValue::new(one);
    view! {
        <div>
            <Checkbox label=text!(policies::permits_all) checked=everything on_change=permit_all />
            <Show when=move || !everything.get()>
                <div class="policy__modules">
                    {move || modules.get().into_iter().map(|module| one.with_value(|one| one(module))).collect_view()}
                </div>
            </Show>
        </div>
    }
    .into_any()
}
