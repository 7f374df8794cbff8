//! What a screen shows instead of its contents: nothing yet, still loading, gone wrong.

use leptos::prelude::*;

use super::{Button, Icon, IconView, sign::Tone};
use crate::words::text;

/// Says what will be here, and offers the first step.
#[component]
pub(crate) fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Signal<String>,
    #[prop(optional, into)] icon: Option<Icon>,
    /// The first step, as a button.
    #[prop(optional)]
    children: Option<ChildrenFn>,
    /// There is nothing else on the page: the title is its heading.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let title = if alone {
        view! { <h1 class="empty__title">{move || title.get()}</h1> }.into_any()
    } else {
        view! { <p class="empty__title">{move || title.get()}</p> }.into_any()
    };
    view! {
        <div class="empty">
            {icon.map(|icon| view! { <span class="empty__icon"><IconView icon /></span> })}
            {title}
            {move || text.with(|text| (!text.is_empty()).then(|| view! { <p class="empty__text">{text.clone()}</p> }))}
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// A line or two that matter here.
#[component]
pub(crate) fn Note(#[prop(into)] text: Signal<String>, #[prop(optional)] tone: Tone) -> impl IntoView {
    let icon = match tone {
        Tone::Gained => Icon::Check,
        Tone::Lost | Tone::Attention => Icon::Alert,
        Tone::Neutral | Tone::Information => Icon::Info,
    };
    view! {
        <div class=format!("note {}", tone.class()) role="note">
            <IconView icon />
            <span>{move || text.get()}</span>
        </div>
    }
    .into_any()
}

/// Something went wrong: what happened, what was kept, what to do.
#[component]
pub(crate) fn ErrorNote(
    #[prop(into)] happened: Signal<String>,
    #[prop(optional, into)] kept: Signal<String>,
    #[prop(optional, into)] next: Signal<String>,
    /// The word on the button: "Try again".
    #[prop(optional, into)]
    action: Option<Signal<String>>,
    #[prop(optional, into)] on_action: Option<Callback<()>>,
) -> impl IntoView {
    let sentence =
        |text: Signal<String>| move || text.with(|text| (!text.is_empty()).then(|| view! { <p>{text.clone()}</p> }));
    view! {
        <div class="note note--error tone-lost" role="alert">
            <IconView icon=Icon::Alert />
            <div class="note__text">
                <p class="note__title">{move || happened.get()}</p>
                {sentence(kept)}
                {sentence(next)}
                {action.zip(on_action).map(|(label, on_press)| view! { <Button label on_press /> })}
            </div>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SkeletonShape {
    /// Rows with a circle before them.
    #[default]
    People,
    /// Labelled fields.
    Form,
    /// Lines of text.
    Lines,
    /// Cells under a heading.
    Grid,
}

/// The shape of what is being loaded, in the place that it will take.
#[component]
pub(crate) fn Skeleton(#[prop(optional)] shape: SkeletonShape, #[prop(default = 8)] rows: usize) -> impl IntoView {
    let class = match shape {
        SkeletonShape::People => "skeleton skeleton--people",
        SkeletonShape::Form => "skeleton skeleton--form",
        SkeletonShape::Lines => "skeleton skeleton--lines",
        SkeletonShape::Grid => "skeleton skeleton--grid",
    };
    let row = |_| {
        view! {
            <div class="skeleton__row">
                <span></span>
                <span></span>
                <span></span>
                <span></span>
            </div>
        }
    };
    view! {
        <div class=class role="status">
            <span class="visually-hidden">{text!(screen::loading)}</span>
            <div aria-hidden="true">{(0..rows).map(row).collect_view()}</div>
        </div>
    }
    .into_any()
}
