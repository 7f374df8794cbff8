//! The part of the audit record that is about one person.

use leptos::prelude::*;
use shared::ids::UserId;

#[component]
pub(crate) fn PersonActivity(user: UserId) -> impl IntoView {
    let _ = user;
    ().into_any()
}
