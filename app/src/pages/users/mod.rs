use leptos::prelude::*;

#[component]
pub(crate) fn UsersPage() -> impl IntoView {
    ().into_any()
}
