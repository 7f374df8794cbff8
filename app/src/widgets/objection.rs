//! Refusals in words, with the link to what would help.

use leptos::prelude::*;
use shared::verdict::Remedy;

use super::{Icon, IconView};

/// A refusal, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(crate) text: String,
    pub(crate) remedy: Option<RemedyLink>,
}

/// The smallest change that would be allowed, as a link (X3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemedyLink {
    pub(crate) label: String,
    pub(crate) remedy: Remedy,
}

impl Objection {
    /// An objection for which there is nothing to follow.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            remedy: None,
        }
    }
}

/// All refusals of a form or field. `on_remedy` makes the change that the link names.
#[component]
pub(crate) fn RefusalList(
    #[prop(into)] objections: Signal<Vec<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
    /// For the `aria-describedby` of what is refused.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    view! {
        <ul class="refusals" id=id aria-live="polite">
            {move || objections.get().into_iter().map(|objection| line(objection, on_remedy)).collect_view()}
        </ul>
    }
    .into_any()
}

/// The link that makes the change.
pub(super) fn remedy_link(link: RemedyLink, follow: Callback<Remedy>) -> AnyView {
    let remedy = link.remedy;
    view! {
        <button type="button" class="link" on:click=move |_| follow.run(remedy.clone())>
            {link.label}
        </button>
    }
    .into_any()
}

fn line(objection: Objection, on_remedy: Option<Callback<Remedy>>) -> AnyView {
    let link = objection
        .remedy
        .zip(on_remedy)
        .map(|(link, follow)| remedy_link(link, follow));
    view! {
        <li class="refusal">
            <IconView icon=Icon::Alert />
            <span>{objection.text} " " {link}</span>
        </li>
    }
    .into_any()
}
