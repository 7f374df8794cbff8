//! The frame of a screen: its header, its sections, its facts.

use leptos::prelude::*;

use crate::host::use_host;

/// The title of a screen, what leads back from it, and its actions.
#[component]
pub(crate) fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// The way back, before the title.
    #[prop(optional, into)]
    lead: ViewFn,
    #[prop(optional, into)] about: Signal<String>,
    /// The actions, at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header" part="header">
            <div class="page-header__lead">{lead.run()}</div>
            <div class="page-header__words">
                // The page around a widget has a title of its own.
                <h1 class="page-header__title" part="title" attr:aria-level=use_host().map(|_| "2")>{move || title.get()}</h1>
                {move || {
                    about.with(|text| (!text.is_empty()).then(|| view! { <p class="page-header__about">{text.clone()}</p> }))
                }}
            </div>
            {children.map(|children| view! { <div class="page-header__actions" part="actions">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// A part of a form or page, with a heading. No landmark: a form has many of them.
#[component]
pub(crate) fn Section(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] about: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section">
            <div class="section__head">
                <h2 class="section__title">{move || title.get()}</h2>
                {move || {
                    about.with(|text| (!text.is_empty()).then(|| view! { <p class="section__about">{text.clone()}</p> }))
                }}
            </div>
            <div class="section__body">{children()}</div>
        </section>
    }
    .into_any()
}

/// Names and values.
#[component]
pub(crate) fn DefinitionList(#[prop(into)] items: Signal<Vec<(String, String)>>) -> impl IntoView {
    let pair = |(name, value): (String, String)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! { <dl class="definitions">{move || items.get().into_iter().map(pair).collect_view()}</dl> }.into_any()
}
