//! Settings › Embedding: which pages may show users and roles, the keys with which their servers ask for tokens, and what to
//! copy into them.

mod copying;
mod end;
mod example;
mod keys;
mod make_key;
mod origins;
mod snippets;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::embed::Embedding;
use shared::wire::{EmbeddingView, Topic};

use self::example::Example;
use self::keys::Keys;
use self::origins::Origins;
use self::snippets::HowTo;
use crate::api::{Api, ApiError, use_api};
use crate::live;
use crate::session::use_reader;
use crate::widgets::{ErrorNote, PageHeader, Skeleton, SkeletonShape};
use crate::words::{tell, text};

/// What is settled, as it was last read, and the facts by which edits of it are judged.
#[derive(Clone, Copy)]
struct Settled {
    view: RwSignal<Option<Arc<EmbeddingView>>>,
    facts: RwSignal<Arc<Facts>>,
    reload: Callback<()>,
}

#[component]
pub(crate) fn EmbeddingPage() -> impl IntoView {
    let reader = use_reader();
    let api = StoredValue::new(use_api());
    let facts = RwSignal::new(reader.facts().get_untracked());
    let view = RwSignal::new(None::<Arc<EmbeddingView>>);
    let failed = RwSignal::new(None::<ApiError>);
    let load_with = move |api: Api| {
        spawn_local(async move {
            match api.embedding().await {
                Ok(found) => {
                    let _ = facts.try_update(|facts| {
                        Arc::make_mut(facts).embedding = Embedding {
                            origins: found.origins.clone(),
                            keys: found.keys.clone(),
                        };
                    });
                    let _ = failed.try_set(None);
                    let _ = view.try_set(Some(Arc::new(found)));
                }
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    };
    let reload = Callback::new(move |()| load_with(api.get_value()));
    reload.run(());
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Embedding) {
            load_with(api.get_value().by_itself());
        }
    });
    let settled = Settled { view, facts, reload };
    let is_there = Memo::new(move |_| view.with(Option::is_some));
    let trouble = move || {
        failed.get().map(|error| {
            view! {
                <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=reload />
            }
        })
    };
    let body = move || {
        if is_there.get() {
            view! {
                <Origins settled />
                <Keys settled />
                <Example />
                <HowTo settled />
            }
            .into_any()
        } else if failed.with(Option::is_none) {
            view! { <Skeleton shape=SkeletonShape::Lines rows=8 /> }.into_any()
        } else {
            ().into_any()
        }
    };
    let about = Signal::derive(move || {
        let name = facts.with(|facts| facts.organisation.name.clone());
        tell!(embedding::about, organisation = name)
    });
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(embedding::title) about=about />
            {trouble}
            {body}
        </div>
    }
    .into_any()
}
