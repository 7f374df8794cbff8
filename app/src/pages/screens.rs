//! The screens whose code comes when they are first asked for: the first load is the list of users and what is around it.

use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::ids::UserId;

use super::activity::ActivityPage;
use super::import::ImportPage;
use super::invite::InvitePage;
use super::roles::RolesPage;
use super::sites::SitesPage;
use super::user::UserPage;
use crate::widgets::{ErrorNote, Skeleton};

type Loaded = Result<AnyView, SplitLoaderError>;

/// A screen outside the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lazy {
    Invite,
    User(UserId),
    Settings(Settings),
    Import,
}

/// What one administers: their code comes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settings {
    Roles,
    Sites,
    Activity,
}

#[wasm_split(people, wasm_split_path = ::leptos::wasm_split, preload(fetch_people), fallible)]
fn people(user: Option<UserId>) -> Loaded {
    Ok(match user {
        Some(user) => view! { <UserPage user /> }.into_any(),
        None => view! { <InvitePage /> }.into_any(),
    })
}

#[wasm_split(settings, wasm_split_path = ::leptos::wasm_split, preload(fetch_settings), fallible)]
fn settings(of: Settings) -> Loaded {
    Ok(match of {
        Settings::Roles => view! { <RolesPage /> }.into_any(),
        Settings::Sites => view! { <SitesPage /> }.into_any(),
        Settings::Activity => view! { <ActivityPage /> }.into_any(),
    })
}

#[wasm_split(import, wasm_split_path = ::leptos::wasm_split, preload(fetch_import), fallible)]
fn import() -> Loaded {
    Ok(view! { <ImportPage /> }.into_any())
}

impl Lazy {
    /// Fetches the code, unless it is there.
    async fn fetch(self) -> bool {
        match self {
            Self::Invite | Self::User(_) => fetch_people().await,
            Self::Settings(_) => fetch_settings().await,
            Self::Import => fetch_import().await,
        }
        .is_ok()
    }

    /// The screen; nothing while its code is not there. Made at once, so that it belongs to whoever asks for it.
    fn make(self) -> Option<AnyView> {
        match self {
            Self::Invite => people(None).now_or_never(),
            Self::User(id) => people(Some(id)).now_or_never(),
            Self::Settings(of) => settings(of).now_or_never(),
            Self::Import => import().now_or_never(),
        }?
        .ok()
    }

    /// The screen, or what to show until its code is there.
    pub(crate) fn view(self) -> AnyView {
        let fetched = RwSignal::new(None);
        let fetch = move || {
            fetched.set(None);
            spawn_local(async move {
                let there = self.fetch().await;
                let _ = fetched.try_set(Some(there));
            });
        };
        fetch();
        let again = Callback::new(move |()| fetch());
        let shown = move || {
            match fetched.get() {
            Some(true) => self.make(),
            Some(false) => Some(
                view! {
                    <div class="page page--reading">
                        <ErrorNote
                            happened="This screen could not be loaded"
                            next="The connection may be gone, or the application has been updated since: then load the page again."
                            action="Try again".to_owned()
                            on_action=again
                        />
                    </div>
                }
                .into_any(),
            ),
            None => Some(view! { <div class="page page--reading"><Skeleton /></div> }.into_any()),
        }
        };
        shown.into_any()
    }
}
