use leptos::prelude::*;

#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    ().into_any()
}
