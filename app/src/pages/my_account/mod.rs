//! One's own account: what one signs in with, and where one is signed in. A form of its own for each thing that can be changed about it.

use leptos::prelude::*;

use shared::policy::Power;

use super::parts::{OwnPin, Sessions, SharedBrowsers, SignInAndSecurity};
use crate::session::use_reader;
use crate::widgets::PageHeader;
use crate::words::text;

#[component]
pub(crate) fn MyAccountPage() -> impl IntoView {
    let reader = use_reader();
    let me = reader.me();
    let enrols = reader.may_everywhere(Power::Users);
    let email = Signal::derive(move || me.with(|me| me.user.profile.login_email.clone()));
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(session::my_account) about=email />
            <SignInAndSecurity />
            <OwnPin />
            <Sessions />
            <Show when=move || enrols.get()>
                <SharedBrowsers />
            </Show>
        </div>
    }
    .into_any()
}
