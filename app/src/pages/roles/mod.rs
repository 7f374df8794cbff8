use leptos::prelude::*;

#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    ().into_any()
}
