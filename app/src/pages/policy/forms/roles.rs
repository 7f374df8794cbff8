//! The roles: one at a time, and a new one.

use std::time::Duration;

use leptos::prelude::*;
use shared::policy::check::Path;
use shared::policy::{Level, Policy, PolicyValue};

use super::role::RoleForm;
use super::{edit, name_of};
use crate::pages::policy::draft::Draft;
use crate::widgets::{Button, ButtonKind, Choice, Dialog, FieldSetup, Section, Select, TextField};
use crate::words::{tell, text};

/// An id for a new role that no other one has: its name in small letters, with a number where that is taken.
fn new_id(policy: &Policy, name: &str) -> String {
    let folded = shared::import::fold(name);
    let slug: String = folded
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let slug = if slug.is_empty() { "role".to_owned() } else { slug };
    let is_free = |id: &String| policy.roles.iter().all(|role| role.id.as_str() != id);
    (1_u32..)
        .map(|number| match number {
            1 => slug.clone(),
            _ => format!("{slug}_{number}"),
        })
        .find(is_free)
        .unwrap_or(slug)
}

#[component]
pub(super) fn Roles(draft: Draft) -> impl IntoView {
    let first = draft
        .policy()
        .with_untracked(|policy| policy.roles.first().map(|role| role.id.as_str().to_owned()));
    let chosen = RwSignal::new(first.unwrap_or_default());
    let adding = RwSignal::new(false);
    let options = Signal::derive(move || {
        draft.policy().with(|policy| {
            let roles = policy.roles.iter();
            roles
                .map(|role| Choice::new(role.id.as_str(), &role.name))
                .collect::<Vec<_>>()
        })
    });
    // Another one is shown where the chosen one is gone.
    let shown = Memo::new(move |_| {
        draft.policy().with(|policy| {
            let chosen = chosen.get();
            let there = policy.roles.iter().any(|role| role.id.as_str() == chosen);
            let first = policy.roles.first().map(|role| role.id.as_str().to_owned());
            if there { chosen } else { first.unwrap_or_default() }
        })
    });
    let form = move || {
        let role = shown.get();
        (!role.is_empty()).then(|| view! { <RoleForm draft role /> })
    };
    let made = Callback::new(move |id: String| {
        adding.set(false);
        chosen.set(id);
    });
    view! {
        <Section title=text!(policies::roles) about=text!(policies::roles_about)>
            <div class="policy__pick">
                <Select
                    label=text!(policies::role)
                    value=shown
                    options=options
                    on_choose=move |id| chosen.set(id)
                />
                <Button label=text!(policies::add_role) on_press=move |()| adding.set(true) />
            </div>
            {form}
        </Section>
        <AddRole draft open=adding on_made=made />
    }
    .into_any()
}

#[component]
fn AddRole(draft: Draft, open: RwSignal<bool>, on_made: Callback<String>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let level = RwSignal::new(name_of(&Level::Organisation));
    let levels = Signal::derive(|| {
        vec![
            Choice::new(name_of(&Level::Organisation), tell!(policies::everywhere)),
            Choice::new(name_of(&Level::Site), tell!(policies::at_sites)),
        ]
    });
    let refused = Signal::derive(move || {
        let none = name.with(|name| name.trim().is_empty());
        none.then(|| tell!(policies::role_name_first))
    });
    let add = Callback::new(move |()| {
        let name = name.get_untracked().trim().to_owned();
        let id = draft.policy().with_untracked(|policy| new_id(policy, &name));
        let role = Path::default().key("role").item(&id);
        draft.change(edit(role.clone().key("name"), PolicyValue::Text(name)), Duration::ZERO);
        draft.change(
            edit(role.key("scope"), PolicyValue::Text(level.get_untracked())),
            Duration::ZERO,
        );
        on_made.run(id);
    });
    Effect::new(move |_| {
        if open.get() {
            name.set(String::new());
        }
    });
    let actions = move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=move |()| open.set(false) />
            <Button label=text!(policies::add_role) kind=ButtonKind::Primary refused=refused on_press=add />
        }
    };
    let setup = FieldSetup {
        required: true,
        spellcheck: true,
        ..FieldSetup::default()
    };
    view! {
        <Dialog open title=text!(policies::add_role) on_close=move |()| open.set(false) actions=actions>
            <TextField label=text!(policies::role_name) value=name on_input=move |text| name.set(text) setup=setup />
            <Select
                label=text!(policies::role_scope)
                value=level
                options=levels
                on_choose=move |name| level.set(name)
            />
        </Dialog>
    }
    .into_any()
}
