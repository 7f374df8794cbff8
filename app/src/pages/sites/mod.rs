use leptos::prelude::*;

#[component]
pub(crate) fn SitesPage() -> impl IntoView {
    ().into_any()
}
