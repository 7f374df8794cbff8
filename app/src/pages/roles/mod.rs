//! Roles: what each permits, as a grid of permissions by module; what a change does to how many people, before it is
//! saved (D4, D5); and a reference of what each role can do (O13).

mod draft;
mod grid;
mod reference;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::RoleId;
use shared::policy::Power;
use shared::verdict::{Field, Remedy};
use shared::wire::{Accepted, FactsQuery, RolesView};

use self::draft::Draft;
use self::grid::RolesGrid;
use self::reference::RolesReference;
use super::parts::{JudgementPanel, say_done};
use crate::api::use_api;
use crate::edit_session::EditSession;
use crate::navigation::use_navigation;
use crate::session::{use_reader, use_session};
use crate::verdict_words;
use crate::widgets::{
    Button, ButtonKind, ErrorNote, PageHeader, SavePanel, Skeleton, SkeletonShape, Tab, Tabs, Toasts,
};
use crate::words::{tell, text};

const PERMISSIONS: &str = "permissions";
const REFERENCE: &str = "reference";

#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    let policy = use_reader().policy();
    let tab = RwSignal::new(PERMISSIONS.to_owned());
    let api = StoredValue::new(use_api());
    let again = RwSignal::new(0_u32);
    let holders = LocalResource::new(move || {
        let api = api.get_value();
        again.track();
        async move { api.roles().await.map(Arc::new) }
    });
    let reload = Callback::new(move |()| again.update(|times| *times += 1));
    let tabs = Signal::derive(|| {
        vec![
            Tab::new(PERMISSIONS, tell!(screen::permissions), None),
            Tab::new(REFERENCE, tell!(screen::reference), None),
        ]
    });
    let body = move || match holders.get() {
        None => view! { <Skeleton shape=SkeletonShape::Grid /> }.into_any(),
        Some(Err(error)) => view! {
            <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=reload />
        }
        .into_any(),
        Some(Ok(view)) if tab.with(|tab| tab == REFERENCE) => view! { <RolesReference holders=view /> }.into_any(),
        Some(Ok(view)) => view! { <Permissions holders=view on_saved=reload /> }.into_any(),
    };
    view! {
        <div class="page">
            <PageHeader title=Signal::derive(move || policy.with(|policy| policy.words.roles.clone())) />
            <Tabs
                label=text!(screen::views)
                tabs=tabs
                selected=tab
                on_select=move |id| tab.set(id)
            />
            {body}
        </div>
    }
    .into_any()
}

/// The grid, and beside it what the change in hand would do.
#[component]
fn Permissions(holders: Arc<RolesView>, on_saved: Callback<()>) -> impl IntoView {
    let reader = use_reader();
    let session = use_session();
    let toasts = Toasts::get();
    let may_edit = reader.may_everywhere(Power::Roles);
    let draft = Draft::new();
    let facts = RwSignal::new(reader.facts().get_untracked());
    let edits = EditSession::new(facts, draft.edit());
    use_navigation().guard(Signal::derive(move || draft.is_changed()));
    // Counts of people come with the facts about the role in hand; until then they are undecided, never zero.
    let begin = Callback::new(move |role: RoleId| {
        let api = edits.api();
        spawn_local(async move {
            let query = FactsQuery {
                role: Some(role.to_string()),
                ..FactsQuery::default()
            };
            if let Ok(found) = api.facts(&query).await
                && draft.role().try_get_untracked().flatten() == Some(role)
            {
                let _ = facts.try_set(Arc::new(found));
            }
        });
    });
    let undone = Callback::new(move |_| {
        session.refresh_soon();
        on_saved.run(());
    });
    let saved = Callback::new(move |accepted: Accepted| {
        let name = untrack(|| draft.role_name(&reader.policy().get_untracked()));
        draft.discard();
        let text = move || tell!(screen::role_saved, name = &name);
        say_done(toasts, text, edits.way_back(&accepted), undone);
        undone.run(accepted);
    });
    let discard = Callback::new(move |()| {
        draft.discard();
        edits.reset();
    });
    let remedy = Callback::new(move |remedy: Remedy| {
        if let Remedy::Instead(edit) = remedy {
            draft.take(&edit);
        }
    });
    let refused = Signal::derive(move || {
        let (verdict, given) = (edits.verdict().get(), edits.given().get());
        if !verdict.refusals.is_empty() {
            Some(tell!(screen::refused_see_list))
        } else if verdict.missing(&given).next().is_some() {
            Some(tell!(screen::confirm_in_list))
        } else {
            None
        }
    });
    let actions = ViewFn::from(move || {
        let save = Signal::derive(move || {
            reader
                .policy()
                .with(|policy| tell!(screen::save_role, name = draft.role_name(policy)))
        });
        view! {
            <Show when=move || draft.is_changed()>
                <Button label=text!(screen::discard) kind=ButtonKind::Quiet on_press=discard />
                <Button
                    label=save
                    kind=ButtonKind::Primary
                    busy=edits.is_busy()
                    refused=refused
                    on_press=move |()| edits.save(saved)
                />
            </Show>
        }
    });
    let summary = Signal::derive(move || {
        let (verdict, given) = (edits.verdict().get(), edits.given().get());
        verdict_words::summary(&verdict, &given)
    });
    let is_idle = Memo::new(move |_| !draft.is_changed());
    view! {
        <div class="roles" class:split=move || may_edit.get() class:is-idle=move || is_idle.get()>
            <RolesGrid holders may_edit draft on_begin=begin />
            // Always there, so that nothing moves under the pointer when a change begins.
            <Show when=move || may_edit.get()>
                <SavePanel title=text!(screen::what_will_change) summary=summary actions=actions.clone()>
                    <JudgementPanel
                        session=edits
                        elsewhere=Callback::new(|_: Field| false)
                        on_remedy=remedy
                        nothing=text!(screen::change_and_see)
                    />
                </SavePanel>
            </Show>
        </div>
    }
    .into_any()
}
