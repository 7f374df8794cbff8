//! The screens, and which part of the application's code each is in. The list of users and what is around it make the
//! first load; the code of other screens comes when they are first asked for.

use std::time::Duration;

use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::ids::{ResourceId, UserId};
use shared::policy::{InviteForm, Level, Policy, Power, Section};
use shared::wire::SharedHere;

use super::account::AccountPage;
use super::activity::ActivityPage;
use super::cases::CasesPage;
use super::embedding::EmbeddingPage;
use super::identity::IdentityPage;
use super::import::ImportPage;
use super::invite::{InviteDialog, InvitePage};
use super::mail::MailPage;
use super::my_account::MyAccountPage;
use super::parts::{ChosenPassword, Desk, FactorsToSetUp, PasskeyAlone, PasskeyOffered, SecondStepForm};
use super::policy::PolicyPage;
use super::resource::ResourcePage;
use super::roles::RolesPage;
use super::sites::SitesPage;
use super::switcher::Finder;
use super::user::{EditDialog, UserPage};
use super::users::{Doing, UsersPage, WhatToDo};
use crate::api::sleep;
use crate::route::{AccountPart, Route};
use crate::widgets::{ErrorNote, Skeleton};
use crate::words::text;

/// The browser has something better to do right after the first rows are there.
const IDLE_AFTER: Duration = Duration::from_millis(1500);

/// The screen that a route leads to; other parts and filters of it are the screen's own affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    Users,
    Invite,
    User(UserId),
    Roles,
    Sites,
    Groups,
    Resource(ResourceId),
    Activity,
    Cases,
    Mail,
    Policy,
    Embedding,
    IdentityProvider,
    Import,
    MyAccount,
    Account(AccountPart),
    NotFound,
}

/// Code that comes in one piece, after the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    People,
    Settings,
    Policy,
    Embedding,
    Import,
    Mine,
    Account,
}

type Made = Result<AnyView, SplitLoaderError>;

/// What the part about people has.
#[derive(Clone, Copy)]
enum People {
    Invite,
    User(UserId),
    Doing(Doing),
    Over(Over),
    Finder(RwSignal<bool>),
}

/// What the part about oneself has.
#[derive(Clone, Copy)]
pub(crate) enum Mine {
    Account,
    /// The second step of signing in; and back to the first.
    SecondStep(Callback<()>),
    /// One's own password instead of the temporary one of this address; whether it was sent in vain.
    NewPassword(RwSignal<String>, RwSignal<String>, RwSignal<bool>),
    /// Passkeys offered where the address is typed, while nothing else is tried.
    PasskeyOffered,
    /// Signing in with a passkey alone, at once; until it has ended.
    PasskeyAlone(RwSignal<bool>),
    /// A second factor has to be set up before anything else.
    SetUp,
    /// Who goes on at a shared browser; and the way to a password instead.
    Desk(RwSignal<Option<SharedHere>>, Callback<()>),
}

/// A form over the list of users.
#[derive(Clone, Copy)]
pub(crate) struct Over {
    pub(crate) what: Opened,
    /// Back to the list.
    pub(crate) close: Callback<()>,
    /// Back to the list, which has changed.
    pub(crate) done: Callback<()>,
}

/// What stands over the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    Invite,
    Edit(UserId),
}

#[wasm_split(people, wasm_split_path = ::leptos::wasm_split, preload(fetch_people), fallible)]
fn make_people(what: People) -> Made {
    Ok(match what {
        People::Invite => view! { <InvitePage /> }.into_any(),
        People::User(user) => view! { <UserPage user /> }.into_any(),
        People::Over(over) => match over.what {
            Opened::Invite => view! { <InviteDialog over /> }.into_any(),
            Opened::Edit(user) => view! { <EditDialog user over /> }.into_any(),
        },
        People::Doing(doing) => view! { <WhatToDo doing /> }.into_any(),
        People::Finder(open) => view! { <Finder open /> }.into_any(),
    })
}

#[wasm_split(settings, wasm_split_path = ::leptos::wasm_split, preload(fetch_settings), fallible)]
fn make_settings(screen: Screen) -> Made {
    Ok(match screen {
        Screen::Roles => view! { <RolesPage /> }.into_any(),
        Screen::Sites => view! { <SitesPage of=Level::Site /> }.into_any(),
        Screen::Groups => view! { <SitesPage of=Level::Organisation /> }.into_any(),
        Screen::Resource(id) => view! { <ResourcePage id /> }.into_any(),
        Screen::Cases => view! { <CasesPage /> }.into_any(),
        Screen::Mail => view! { <MailPage /> }.into_any(),
        _ => view! { <ActivityPage /> }.into_any(),
    })
}

#[wasm_split(policy, wasm_split_path = ::leptos::wasm_split, preload(fetch_policy), fallible)]
fn make_policy(screen: Screen) -> Made {
    Ok(match screen {
        Screen::IdentityProvider => view! { <IdentityPage /> }.into_any(),
        _ => view! { <PolicyPage /> }.into_any(),
    })
}

#[wasm_split(embedding, wasm_split_path = ::leptos::wasm_split, preload(fetch_embedding), fallible)]
fn make_embedding() -> Made {
    Ok(view! { <EmbeddingPage /> }.into_any())
}

#[wasm_split(import, wasm_split_path = ::leptos::wasm_split, preload(fetch_import), fallible)]
fn make_import() -> Made {
    Ok(view! { <ImportPage /> }.into_any())
}

#[wasm_split(mine, wasm_split_path = ::leptos::wasm_split, preload(fetch_mine), fallible)]
fn make_mine(what: Mine) -> Made {
    Ok(match what {
        Mine::Account => view! { <MyAccountPage /> }.into_any(),
        Mine::SecondStep(back) => view! { <SecondStepForm back /> }.into_any(),
        Mine::NewPassword(new, email, tried) => {
            view! { <ChosenPassword value=new token=None at_least=1 tried instead=email /> }.into_any()
        }
        Mine::PasskeyOffered => view! { <PasskeyOffered /> }.into_any(),
        Mine::PasskeyAlone(busy) => view! { <PasskeyAlone busy /> }.into_any(),
        Mine::SetUp => view! { <FactorsToSetUp /> }.into_any(),
        Mine::Desk(here, on_password) => view! { <Desk here on_password /> }.into_any(),
    })
}

#[wasm_split(account, wasm_split_path = ::leptos::wasm_split, preload(fetch_account), fallible)]
fn make_account(part: AccountPart) -> Made {
    Ok(view! { <AccountPage part /> }.into_any())
}

impl Part {
    /// Fetches the code, unless it is there; whether it is there now.
    async fn fetch(self) -> bool {
        match self {
            Self::People => fetch_people().await,
            Self::Settings => fetch_settings().await,
            Self::Policy => fetch_policy().await,
            Self::Embedding => fetch_embedding().await,
            Self::Import => fetch_import().await,
            Self::Mine => fetch_mine().await,
            Self::Account => fetch_account().await,
        }
        .is_ok()
    }
}

impl Screen {
    pub(crate) fn of(route: &Route) -> Self {
        match route {
            Route::Users(_) | Route::Edit(_) | Route::SignIn(_) => Self::Users,
            Route::Invite { .. } => Self::Invite,
            Route::User { user, .. } => Self::User(*user),
            Route::Roles => Self::Roles,
            Route::Sites => Self::Sites,
            Route::Groups => Self::Groups,
            Route::Resource(id) => Self::Resource(*id),
            Route::Activity => Self::Activity,
            Route::Cases => Self::Cases,
            Route::Mail => Self::Mail,
            Route::Policy => Self::Policy,
            Route::Embedding => Self::Embedding,
            Route::IdentityProvider => Self::IdentityProvider,
            Route::Import => Self::Import,
            Route::MyAccount => Self::MyAccount,
            Route::Account(part) => Self::Account(*part),
            Route::NotFound => Self::NotFound,
        }
    }

    /// The screen as this organisation has it: an invitation in a dialog stands over the list (O2).
    pub(crate) fn under(self, policy: &Policy) -> Self {
        match self {
            Self::Invite if policy.screens.invite == InviteForm::Dialog => Self::Users,
            Self::Sites if !policy.has_section(Section::Sites) => Self::NotFound,
            Self::Groups if !policy.has_section(Section::Organisation) => Self::NotFound,
            Self::Cases if !policy.has_section(Section::Cases) => Self::NotFound,
            other => other,
        }
    }

    /// The power without which the screen has nothing to show.
    pub(crate) fn power(self) -> Option<Power> {
        match self {
            Self::Users
            | Self::Invite
            | Self::User(_)
            | Self::Import
            | Self::Resource(_)
            | Self::Cases
            | Self::Mail => Some(Power::Users),
            Self::Roles => Some(Power::Roles),
            Self::Sites | Self::Groups => Some(Power::Sites),
            Self::Activity => Some(Power::Audit),
            Self::Policy | Self::IdentityProvider => Some(Power::Policy),
            Self::Embedding => Some(Power::Embedding),
            Self::MyAccount | Self::Account(_) | Self::NotFound => None,
        }
    }

    fn part(self) -> Option<Part> {
        match self {
            Self::Users | Self::NotFound => None,
            Self::Invite | Self::User(_) => Some(Part::People),
            Self::Roles
            | Self::Sites
            | Self::Groups
            | Self::Resource(_)
            | Self::Activity
            | Self::Cases
            | Self::Mail => Some(Part::Settings),
            Self::Policy | Self::IdentityProvider => Some(Part::Policy),
            Self::Embedding => Some(Part::Embedding),
            Self::Import => Some(Part::Import),
            Self::MyAccount => Some(Part::Mine),
            Self::Account(_) => Some(Part::Account),
        }
    }

    /// Fetches what the screen will need, while something else is waited for.
    pub(crate) fn prepare(self) {
        if let Some(part) = self.part() {
            spawn_local(async move {
                part.fetch().await;
            });
        }
    }

    /// From a list one goes on to a person: fetches that code once the list is there and nothing else is to be done.
    pub(crate) fn prepare_next(self) {
        if self == Self::Users {
            spawn_local(async {
                sleep(IDLE_AFTER).await;
                Part::People.fetch().await;
            });
        }
    }

    /// The screen, or what to show until its code is there.
    pub(crate) fn view(self) -> Option<AnyView> {
        match self.part() {
            Some(part) => Some(when_fetched(
                part,
                || view! { <div class="page page--reading"><Skeleton /></div> }.into_any(),
                move || self.make(),
            )),
            None if self == Self::Users => Some(view! { <UsersPage /> }.into_any()),
            None => None,
        }
    }

    /// The screen; nothing while its code is not there. Made at once, so that it belongs to whoever asks for it.
    fn make(self) -> Option<AnyView> {
        let made = match self {
            Self::Invite => make_people(People::Invite).now_or_never(),
            Self::User(id) => make_people(People::User(id)).now_or_never(),
            Self::Roles
            | Self::Sites
            | Self::Groups
            | Self::Resource(_)
            | Self::Activity
            | Self::Cases
            | Self::Mail => make_settings(self).now_or_never(),
            Self::Policy | Self::IdentityProvider => make_policy(self).now_or_never(),
            Self::Embedding => make_embedding().now_or_never(),
            Self::Import => make_import().now_or_never(),
            Self::MyAccount => make_mine(Mine::Account).now_or_never(),
            Self::Account(part) => make_account(part).now_or_never(),
            Self::Users | Self::NotFound => None,
        };
        made?.ok()
    }
}

/// What is about oneself, and is not a screen by itself.
pub(crate) fn mine(what: Mine) -> AnyView {
    when_fetched(
        Part::Mine,
        || view! { <Skeleton rows=3 /> }.into_any(),
        move || make_mine(what).now_or_never()?.ok(),
    )
}

/// Passkeys, offered by the browser where the address is typed; nothing where the code for it does not come.
pub(crate) fn passkey_offered() -> AnyView {
    let there = RwSignal::new(false);
    spawn_local(async move {
        let fetched = Part::Mine.fetch().await;
        let _ = there.try_set(fetched);
    });
    let shown = move || {
        there
            .get()
            .then(|| make_mine(Mine::PasskeyOffered).now_or_never()?.ok())
    };
    shown.into_any()
}

/// What can be done from the list of users; nothing until it is wanted.
pub(crate) fn what_to_do(doing: Doing, wanted: Memo<bool>) -> AnyView {
    let shown = move || {
        let make = move || make_people(People::Doing(doing)).now_or_never()?.ok();
        wanted.get().then(|| when_fetched(Part::People, || ().into_any(), make))
    };
    shown.into_any()
}

/// A form over the list of users; nothing while none is open.
pub(crate) fn over_list(over: Memo<Option<Opened>>, close: Callback<()>, done: Callback<()>) -> AnyView {
    let shown = move || {
        over.get().map(|what| {
            let over = Over { what, close, done };
            when_fetched(
                Part::People,
                || ().into_any(),
                move || make_people(People::Over(over)).now_or_never()?.ok(),
            )
        })
    };
    shown.into_any()
}

/// The search for everything, inside its dialog.
pub(crate) fn finder(open: RwSignal<bool>) -> AnyView {
    when_fetched(
        Part::People,
        || view! { <Skeleton rows=3 /> }.into_any(),
        move || make_people(People::Finder(open)).now_or_never()?.ok(),
    )
}

/// What `make` makes once the code of a part is there, `meanwhile` until then, and the way to try again if it does not come.
fn when_fetched(
    part: Part,
    meanwhile: fn() -> AnyView,
    make: impl Fn() -> Option<AnyView> + Send + Sync + 'static,
) -> AnyView {
    let fetched = RwSignal::new(part.fetch().now_or_never());
    let fetch = move || {
        fetched.set(None);
        spawn_local(async move {
            let there = part.fetch().await;
            let _ = fetched.try_set(Some(there));
        });
    };
    if fetched.get_untracked() != Some(true) {
        fetch();
    }
    let again = Callback::new(move |()| fetch());
    let shown = move || match fetched.get() {
        Some(true) => make(),
        Some(false) => Some(
            view! {
                <div class="page page--reading">
                    <ErrorNote
                        happened=text!(screen::no_screen)
                        next=text!(screen::no_screen_next)
                        action=text!(screen::try_again)
                        on_action=again
                    />
                </div>
            }
            .into_any(),
        ),
        None => Some(meanwhile()),
    };
    shown.into_any()
}
