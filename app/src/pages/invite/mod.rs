use leptos::prelude::*;

#[component]
pub(crate) fn InvitePage() -> impl IntoView {
    ().into_any()
}
