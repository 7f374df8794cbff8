//! Starting from a preset: which there are, what would be different, and who would not fit.

use std::sync::Arc;

use leptos::prelude::*;
use shared::policy::{PolicyAsk, PolicyPreset};

use super::differences::Differences;
use crate::api::use_api;
use crate::pages::parts::fetched;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Choice, Dialog, Note, RadioCards, SkeletonShape, Tone};
use crate::words::{tell, text};

#[component]
pub(super) fn StartFromPreset(
    open: RwSignal<bool>,
    /// Takes a preset's source as the draft.
    on_adopt: Callback<PolicyPreset>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<PolicyPreset>);
    let refused = Signal::derive(move || chosen.with(Option::is_none).then(|| tell!(policies::choose_preset)));
    let adopt = Callback::new(move |()| {
        if let Some(preset) = chosen.get_untracked() {
            open.set(false);
            on_adopt.run(preset);
        }
    });
    let actions = move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=move |()| open.set(false) />
            <Button label=text!(policies::adopt) kind=ButtonKind::Primary refused=refused on_press=adopt />
        }
    };
    view! {
        <Dialog open title=text!(policies::start_from) on_close=move |()| open.set(false) actions=actions>
            <p class="policy__quiet">{text!(policies::start_about)}</p>
            <Presets chosen />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Presets(chosen: RwSignal<Option<PolicyPreset>>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let found = LocalResource::new(move || {
        let api = api.get_value();
        async move { api.policy_presets().await.map(|found| Arc::new(found.presets)) }
    });
    chosen.set(None);
    move || {
        fetched(found.get(), (SkeletonShape::Lines, 5), None, |presets| {
            let offered = Arc::clone(&presets);
            let choices = Signal::derive(move || {
                offered
                    .iter()
                    .map(|preset| Choice::new(&preset.id, &preset.name))
                    .collect::<Vec<_>>()
            });
            let value = Signal::derive(move || {
                chosen.with(|chosen| chosen.as_ref().map(|preset| preset.id.clone()).unwrap_or_default())
            });
            let choose = move |id: String| chosen.set(presets.iter().find(|preset| preset.id == id).cloned());
            view! {
                <RadioCards label=text!(policies::presets) value choices on_choose=choose />
                {move || chosen.get().map(|preset| view! { <Compared preset /> })}
            }
            .into_any()
        })
    }
}

/// What adopting it would mean, held against the policy in force.
#[component]
fn Compared(preset: PolicyPreset) -> impl IntoView {
    let facts = use_reader().facts();
    let api = StoredValue::new(use_api());
    let ask = PolicyAsk {
        source: preset.source,
        offset: 0,
        limit: Some(1),
    };
    let seen = LocalResource::new(move || {
        let (api, ask) = (api.get_value(), ask.clone());
        async move { api.preview_policy(&ask).await.map(Arc::new) }
    });
    move || {
        fetched(seen.get(), (SkeletonShape::Lines, 3), None, |seen| {
            if seen.differences.is_empty() {
                return view! { <Note text=text!(policies::same_meaning) /> }.into_any();
            }
            let facts = facts.with(|facts| shared::Facts::clone(facts));
            let count = seen.differences.len();
            let people = match seen.in_breach {
                0 => view! { <Note text=text!(policies::everyone_fits) tone=Tone::Gained /> }.into_any(),
                count => view! {
                    <Note text=Signal::derive(move || tell!(policies::would_breach, count = count)) tone=Tone::Attention />
                }
                .into_any(),
            };
            view! {
                {people}
                <div role="status">
                    <h3 class="policy__heading">{move || tell!(policies::differences, count = count)}</h3>
                </div>
                <Differences differences=seen.differences.clone() facts />
            }
            .into_any()
        })
    }
}
