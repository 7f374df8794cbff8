//! Settings › Identity provider: who signs the organisation's people in besides Lanyard, and setting it.

mod form;
mod remove;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::provider::ProviderFacts;
use shared::wire::{IdentityProviderView, Topic};

use self::form::SettingsForm;
use self::remove::Remove;
use crate::api::{ApiError, use_api};
use crate::dates;
use crate::live;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{ErrorNote, PageHeader, Skeleton, SkeletonShape};
use crate::words::{spoken, tell, text};

/// What is set, as it was last read, and the facts by which edits of it are judged.
#[derive(Clone, Copy)]
struct Settled {
    view: RwSignal<Option<Arc<IdentityProviderView>>>,
    facts: RwSignal<Arc<Facts>>,
    /// From the press of Save until what was saved is read.
    saving: RwSignal<bool>,
    reload: Callback<()>,
}

#[component]
pub(crate) fn IdentityPage() -> impl IntoView {
    let (reader, navigation) = (use_reader(), use_navigation());
    let api = StoredValue::new(use_api());
    let facts = RwSignal::new(reader.facts().get_untracked());
    let view = RwSignal::new(None::<Arc<IdentityProviderView>>);
    let failed = RwSignal::new(None::<ApiError>);
    let saving = RwSignal::new(false);
    // Somebody else has changed it while something was typed here.
    let newer = RwSignal::new(None::<IdentityProviderView>);
    let show = Callback::new(move |found: IdentityProviderView| {
        let _ = facts.try_update(|facts| {
            Arc::make_mut(facts).provider = ProviderFacts {
                set: found.provider.clone(),
                has_secret: found.has_secret,
                own_machine: found.own_machine,
                ..ProviderFacts::default()
            };
        });
        let _ = saving.try_set(false);
        let _ = newer.try_set(None);
        let _ = failed.try_set(None);
        let _ = view.try_set(Some(Arc::new(found)));
    });
    let reload = Callback::new(move |()| {
        let api = api.get_value();
        spawn_local(async move {
            match api.identity_provider().await {
                Ok(found) => show.try_run(found).unwrap_or_default(),
                Err(error) => {
                    let _ = saving.try_set(false);
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    reload.run(());
    live::hear(&api.get_value(), move |change| {
        if !change.touches(Topic::Provider) {
            return;
        }
        let api = api.get_value().by_itself();
        spawn_local(async move {
            let Ok(found) = api.identity_provider().await else {
                return;
            };
            let seen = view.try_with_untracked(|view| view.as_ref().and_then(|view| view.changed_at));
            // One's own is heard of, too.
            if saving.try_get_untracked() != Some(false) || seen.is_none_or(|seen| seen == found.changed_at) {
                return;
            }
            if navigation.has_unsaved() {
                let _ = newer.try_set(Some(found));
            } else {
                let _ = show.try_run(found);
            }
        });
    });
    let take = Callback::new(move |()| {
        if let Some(found) = newer.get_untracked() {
            show.run(found);
        }
    });
    let settled = Settled {
        view,
        facts,
        saving,
        reload,
    };
    let trouble = move || {
        failed.get().map(|error| {
            view! {
                <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=reload />
            }
        })
    };
    let meanwhile = move || {
        newer.with(Option::is_some).then(|| {
            view! {
                <ErrorNote
                    happened=text!(identity::newer)
                    next=text!(identity::newer_next)
                    action=text!(identity::show_theirs)
                    on_action=take
                />
            }
        })
    };
    // The form is made anew from what was read.
    let body = move || match view.get() {
        Some(found) => view! {
            <Now settled />
            <SettingsForm settled found />
            <Remove settled />
        }
        .into_any(),
        None if failed.with(Option::is_none) => view! { <Skeleton shape=SkeletonShape::Lines rows=8 /> }.into_any(),
        None => ().into_any(),
    };
    let about = Signal::derive(move || {
        let name = facts.with(|facts| facts.organisation.name.clone());
        tell!(identity::about, organisation = name)
    });
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(identity::title) about=about />
            {trouble}
            {meanwhile}
            {body}
        </div>
    }
    .into_any()
}

/// Who signs people in now, and where.
#[component]
fn Now(settled: Settled) -> impl IntoView {
    let navigation = use_navigation();
    let said = move || {
        spoken();
        let found = settled.view.get()?;
        let Some(provider) = &found.provider else {
            return Some(view! { <p class="field__hint">{tell!(identity::none)}</p> }.into_any());
        };
        let date = found.changed_at.map(dates::day).unwrap_or_default();
        let href = navigation.href(&Route::SignIn(Some(provider.link.clone())));
        let said = tell!(identity::now, name = &provider.name, date = date);
        Some(
            view! {
                <p>
                    {said} " "
                    <a class="link" href=href target="_blank" rel="noopener">{tell!(identity::its_page)}</a>
                </p>
            }
            .into_any(),
        )
    };
    said.into_any()
}
