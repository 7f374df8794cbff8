use leptos::prelude::*;
use shared::ids::UserId;

#[component]
pub(crate) fn UserPage(user: UserId) -> impl IntoView {
    ().into_any()
}
