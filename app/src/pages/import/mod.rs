use leptos::prelude::*;

#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    ().into_any()
}
