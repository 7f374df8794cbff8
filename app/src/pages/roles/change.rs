//! What the change of one role in hand would do, before it is saved: who gains what, who loses what, and their names.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::RoleId;
use shared::policy::Power;
use shared::verdict::{Field, Remedy};
use shared::wire::FactsQuery;

use super::draft::Draft;
use super::holders::RoleHolders;
use crate::edit_session::EditSession;
use crate::pages::parts::JudgementPanel;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind};
use crate::words::text;

/// The sessions that judge and save the roles in hand, one for each.
pub(super) type Sessions = RwSignal<BTreeMap<RoleId, EditSession>>;

#[component]
pub(super) fn RoleChange(role: RoleId, draft: Draft, sessions: Sessions) -> impl IntoView {
    let reader = use_reader();
    let policy = reader.policy();
    let role = StoredValue::new(role);
    let facts = RwSignal::new(reader.facts().get_untracked());
    // What is in force may have become other meanwhile, by ourselves or by others.
    let edit = Signal::derive(move || role.with_value(|role| policy.with(|policy| draft.edit(role, policy))));
    let session = EditSession::new(facts, edit);
    sessions.update(|all| {
        all.insert(role.get_value(), session);
    });
    on_cleanup(move || {
        let id = role.try_get_value();
        let _ = sessions.try_update(|all| id.map(|id| all.remove(&id)));
    });
    // Counts of people come with the facts about the role; until then they are undecided, never zero.
    let api = session.api();
    spawn_local(async move {
        let Some(id) = role.try_get_value() else { return };
        let query = FactsQuery {
            role: Some(id.0),
            ..FactsQuery::default()
        };
        if let Ok(found) = api.facts(&query).await {
            let _ = facts.try_set(Arc::new(found));
        }
    });
    let name = Signal::derive(move || {
        role.with_value(|role| policy.with(|policy| policy.role(role).map(|role| role.name.clone())))
            .unwrap_or_default()
    });
    let remedy = Callback::new(move |remedy: Remedy| {
        if let Remedy::Instead(edit) = remedy {
            draft.take(&edit);
        }
    });
    let discard = Callback::new(move |()| role.with_value(|role| draft.discard_role(role)));
    let sees_people = Memo::new(move |_| reader.may(Power::Users));
    view! {
        <section class="role-change">
            <header class="role-change__head">
                <h3 class="role-change__title">{move || name.get()}</h3>
                <Button label=text!(grid::discard_role, name = name.get()) kind=ButtonKind::Quiet on_press=discard />
            </header>
            <JudgementPanel
                session
                elsewhere=Callback::new(|_: Field| false)
                on_remedy=remedy
                nothing=text!(grid::already_so)
            />
            <Show when=move || sees_people.get()>
                <RoleHolders role=role.get_value() name />
            </Show>
        </section>
    }
    .into_any()
}
