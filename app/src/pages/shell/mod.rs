//! The frame around every screen of someone who is signed in: name, navigation, account, connection.

mod connection;
mod watch;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::policy::{Policy, Power};
use shared::text::Language;
use shared::wire::{Administrator, Me, Topic};

use self::connection::{ConnectionBar, UpdateBar};
use self::watch::SessionWatch;
use super::parts::{organisation_people, section_of};
use super::screens::Screen;
use super::switcher::Switcher;
use crate::api::use_api;
use crate::host::use_host;
use crate::language::{choose_language, own_name};
use crate::live;
use crate::navigation::{Link, use_navigation};
use crate::route::{Route, Section};
use crate::session::{Reader, use_reader, use_session};
use crate::theme::{Colours, Theme};
use crate::widgets::{
    Avatar, Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconView, Menu, MenuItem, Toasts, unique_id,
};
use crate::words::{spoken, tell, text};

/// The frame. Made anew only when another person signs in.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let session = use_session();
    // While somebody else signs in the last person's data stays; the shell is made anew right after.
    let me =
        Memo::new(move |before: Option<&Option<Arc<Me>>>| session.me().get().or_else(|| before.cloned().flatten()));
    let Some(first) = me.get_untracked() else {
        return ().into_any();
    };
    let reader = Reader::new(Signal::derive(move || me.get().unwrap_or_else(|| Arc::clone(&first))));
    provide_context(reader);

    // What was allowed and no longer is: the rights are read anew, and the screens follow (X8).
    let forbidden = use_api().forbidden();
    Effect::new(move |before: Option<u32>| {
        let times = forbidden.get();
        if before.is_some_and(|before| before != times) {
            session.refresh_soon();
        }
        times
    });

    let host = use_host();
    // What others do to the policy, to roles and places, or to oneself.
    live::hear(&use_api(), move |change| {
        if change.touches(Topic::Me) {
            session.refresh_by_itself();
        }
    });

    let navigation = use_navigation();
    let policy = reader.policy();
    let screen = Memo::new(move |_| policy.with(|policy| navigation.route().with(Screen::of).under(policy)));
    // A screen is made anew when it or the right to it changes, not whenever the facts are read anew. One memo for both:
    // what reads a memo and another one that follows from it may miss the change of the first.
    let allowed = Memo::new(move |_| {
        let screen = screen.get();
        screen.power().is_none_or(|power| reader.may(power)).then_some(screen)
    });
    let shown = move || {
        // The page around a widget may ask for everything anew.
        if let Some(host) = host {
            host.again().track();
        }
        let Some(screen) = allowed.get() else {
            let missing = Memo::new(move |_| screen.get().power().unwrap_or(Power::Users));
            return view! { <NotAllowed power=missing /> }.into_any();
        };
        screen.prepare_next();
        screen.view().unwrap_or_else(|| view! { <NotFound /> }.into_any())
    };
    // A host has the rest itself.
    if host.is_some() {
        return view! {
            <ConnectionBar />
            <div class="main">{shown}</div>
            <LeaveDialog />
        }
        .into_any();
    }
    let content = unique_id("content");
    let main = NodeRef::<leptos::html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            // A link that cannot move the focus leaves it where it is.
            let _ = main.focus();
        }
    };
    view! {
        <a class="skip-link" href=format!("#{content}") on:click=skip>{text!(screen::skip_to_content)}</a>
        <TopBar />
        <ConnectionBar />
        <UpdateBar />
        <main class="main" id=content tabindex="-1" node_ref=main>{shown}</main>
        <Nav class="nav nav--bottom" />
        <LeaveDialog />
        <SessionWatch />
    }
    .into_any()
}

#[component]
fn TopBar() -> impl IntoView {
    let reader = use_reader();
    let name = move || reader.me().with(|me| me.facts.organisation.name.clone());
    view! {
        <header class="topbar">
            <span class="topbar__name">{name}</span>
            <Nav class=TOP />
            <div class="topbar__end"><Switcher /><LockButton /><AccountMenu /></div>
        </header>
    }
    .into_any()
}

#[component]
fn Nav(class: &'static str) -> impl IntoView {
    let reader = use_reader();
    let navigation = use_navigation();
    let entry = move |section: Section| {
        let policy = reader.policy();
        let (power, icon) = section_parts(section);
        let to = policy.with_untracked(|policy| section_route(policy, section));
        let may = move || may_see(reader, section, power);
        let label = move || policy.with(|policy| section_name(policy, section));
        let facts = reader.facts();
        let current = Signal::derive(move || {
            navigation
                .route()
                .with(|route| facts.with(|facts| section_of(facts, route)))
                == Some(section)
        });
        let to = StoredValue::new(to);
        view! {
            <Show when=move || may() && policy.with(|policy| policy.has_section(section))>
                <Link to=Signal::derive(move || to.get_value()) class="nav__link" current=current>
                    <IconView icon />
                    <span>{label}</span>
                </Link>
            </Show>
        }
        .into_any()
    };
    // The name that leads to the sections, where they stand under one (M2); nothing for those who have no section.
    let settings = Memo::new(move |_| {
        let policy = reader.policy();
        let first = SECTIONS.into_iter().find(|section| {
            let (power, _) = section_parts(*section);
            may_see(reader, *section, power) && policy.with(|policy| policy.has_section(*section))
        })?;
        let (name, to) = policy.with(|policy| (policy.words.settings.clone(), section_route(policy, first)));
        (!name.is_empty()).then_some((name, to))
    });
    let group = move || {
        settings.get().map(|(name, to)| {
            view! {
                <span class="nav__group">
                    <Link to=Signal::stored(to) class="nav__link">{name}</Link>
                    <IconView icon=Icon::ChevronRight />
                </span>
            }
        })
    };
    // On a phone the name is all that stands at the top: two parts of the page of one name would be told apart by nothing.
    let label = move || match settings.get() {
        Some((name, _)) if class == TOP => name,
        _ => tell!(screen::main_navigation),
    };
    view! { <nav class=class aria-label=label>{group}{SECTIONS.map(entry).collect_view()}</nav> }.into_any()
}

const TOP: &str = "nav nav--top";

const SECTIONS: [Section; 6] = [
    Section::Users,
    Section::Roles,
    Section::Sites,
    Section::Organisation,
    Section::Cases,
    Section::Activity,
];

/// The power that a section takes, and its sign.
fn section_parts(section: Section) -> (Power, Icon) {
    match section {
        Section::Users | Section::Organisation => (Power::Users, Icon::People),
        Section::Roles => (Power::Roles, Icon::Roles),
        Section::Sites => (Power::Sites, Icon::Site),
        Section::Activity => (Power::Audit, Icon::Record),
        Section::Cases => (Power::Users, Icon::Case),
    }
}

fn section_route(policy: &Policy, section: Section) -> Route {
    match section {
        Section::Users => Route::default(),
        Section::Roles => Route::Roles,
        Section::Sites => Route::Sites,
        Section::Organisation => Route::Users(organisation_people(policy).unwrap_or_default()),
        Section::Activity => Route::Activity,
        Section::Cases => Route::Cases,
    }
}

/// What belongs to the whole organisation is for those who administer all of it.
fn may_see(reader: Reader, section: Section, power: Power) -> bool {
    match section {
        Section::Organisation => reader.may_everywhere(power).get(),
        _ => reader.may(power),
    }
}

fn section_name(policy: &Policy, section: Section) -> String {
    match section {
        Section::Users => policy.words.users.clone(),
        Section::Roles => policy.words.roles.clone(),
        Section::Sites => policy.places().unwrap_or_default().to_owned(),
        Section::Organisation => policy.words.organisation_settings.clone(),
        Section::Activity => tell!(screen::activity),
        Section::Cases => tell!(screen::support_cases),
    }
}

/// At a browser that people share, one press leaves it to whoever comes next.
#[component]
fn LockButton() -> impl IntoView {
    let session = use_session();
    let reader = use_reader();
    let toasts = Toasts::get();
    let is_shared = Memo::new(move |_| reader.me().with(|me| me.shared_browser.is_some()));
    let lock = move || {
        spawn_local(async move {
            if let Err(error) = session.lock().await {
                toasts.warn(move || tell!(screen::still_signed_in, why = error.title()));
            }
        });
    };
    view! {
        <Show when=move || is_shared.get()>
            <Button label=text!(desk::lock) icon=Icon::Lock on_press=move |()| lock() />
        </Show>
    }
    .into_any()
}

#[component]
fn AccountMenu() -> impl IntoView {
    let reader = use_reader();
    let session = use_session();
    let toasts = Toasts::get();
    let theme: Theme = expect_context();
    let name = Signal::derive(move || {
        reader.me().with(|me| {
            let name = me.user.profile.display_name();
            if name.is_empty() {
                me.user.profile.login_email.clone()
            } else {
                name
            }
        })
    });
    const MY_ACCOUNT: &str = "my-account";
    const SIGN_OUT: &str = "sign-out";
    const MAIL: &str = "mail";
    const POLICY: &str = "policy";
    const EMBEDDING: &str = "embedding";
    const IDENTITY: &str = "identity";
    let navigation = use_navigation();
    let writes_policy = reader.may_everywhere(Power::Policy);
    let embeds = reader.may_everywhere(Power::Embedding);
    let manages_users = Memo::new(move |_| reader.may(Power::Users));
    let items = Signal::derive(move || {
        let chosen = theme.colours();
        let policy = writes_policy
            .get()
            .then(|| MenuItem::new(POLICY, tell!(policies::title)));
        let mut items = vec![MenuItem::new(MY_ACCOUNT, tell!(session::my_account))];
        let mail = manages_users.get().then(|| MenuItem::new(MAIL, tell!(outbox::title)));
        items.extend(mail);
        items.extend(policy);
        if writes_policy.get() {
            items.push(MenuItem::new(IDENTITY, tell!(identity::title)));
        }
        let embedding = embeds.get().then(|| MenuItem::new(EMBEDDING, tell!(embedding::title)));
        items.extend(embedding);
        let others = Colours::ALL.into_iter().filter(|colours| *colours != chosen);
        items.extend(others.map(|colours| MenuItem::new(colours.word(), colours.label())));
        let other = Language::ALL.into_iter().filter(|language| spoken() != Some(*language));
        items.extend(other.map(|language| MenuItem::new(language.tag(), own_name(language))));
        items.push(MenuItem::new(SIGN_OUT, tell!(screen::sign_out)));
        items
    });
    let choose = Callback::new(move |id: String| {
        if id == MY_ACCOUNT {
            navigation.go(Route::MyAccount);
        } else if id == MAIL {
            navigation.go(Route::Mail);
        } else if id == POLICY {
            navigation.go(Route::Policy);
        } else if id == IDENTITY {
            navigation.go(Route::IdentityProvider);
        } else if id == EMBEDDING {
            navigation.go(Route::Embedding);
        } else if let Some(colours) = Colours::ALL.into_iter().find(|colours| colours.word() == id) {
            theme.choose(colours);
        } else if let Some(language) = Language::of_tag(&id) {
            choose_language(session, toasts, language);
        } else {
            spawn_local(async move {
                if let Err(error) = session.sign_out().await {
                    toasts.warn(move || tell!(screen::still_signed_in, why = error.title()));
                }
            });
        }
    });
    let label = text!(screen::account_of, name = name.get());
    let face = ViewFn::from(move || view! { <Avatar name=name /> }.into_any());
    view! { <Menu label=label items=items on_choose=choose face=face /> }.into_any()
}

/// Asks before unsaved edits are left.
#[component]
fn LeaveDialog() -> impl IntoView {
    let navigation = use_navigation();
    let asked = navigation.asked();
    let leave = Callback::new(move |()| navigation.discard());
    view! {
        <ConfirmDialog
            open=Signal::derive(move || asked.with(Option::is_some))
            title=text!(screen::leave_title)
            confirm=text!(screen::discard)
            cancel=text!(screen::stay)
            kind=ButtonKind::Danger
            on_confirm=leave
            on_close=Callback::new(move |()| asked.set(None))
        >
            <p>{text!(screen::leave_text)}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    let navigation = use_navigation();
    if use_host().is_some() {
        return view! {
            <div class="page"><EmptyState title=text!(widget::nobody) icon=Icon::People alone=true /></div>
        }
        .into_any();
    }
    let back = Callback::new(move |()| navigation.go(Route::default()));
    view! {
        <div class="page">
            <EmptyState title=text!(screen::nothing_at_address) text=text!(screen::perhaps_moved) alone=true>
                <Button label=text!(screen::to_start) on_press=back />
            </EmptyState>
        </div>
    }
    .into_any()
}

/// For members who lack a power: who has it (M1).
#[component]
fn NotAllowed(power: Memo<Power>) -> impl IntoView {
    let api = use_api();
    let people = LocalResource::new(move || {
        let (api, power) = (api.clone(), power.get());
        async move { api.administrators(power).await.unwrap_or_default() }
    });
    let known = Memo::new(move |_| people.get().unwrap_or_default());
    let text = Signal::derive(move || {
        if known.with(Vec::is_empty) {
            tell!(screen::ask_administrator)
        } else {
            tell!(screen::ask_one_of)
        }
    });
    let one = |person: Administrator| {
        let Administrator { name, email } = person;
        let address = (name != email).then(|| view! { <span class="contact__address">{email.clone()}</span> });
        view! {
            <li class="contact">
                <Avatar name=name.clone() />
                <a class="person__words contact__link" href=format!("mailto:{email}")><span>{name}</span>{address}</a>
            </li>
        }
    };
    view! {
        <div class="page">
            <EmptyState title=text!(screen::for_administrators) text=text icon=Icon::Lock alone=true>
                <ul class="contacts">{move || known.get().into_iter().map(one).collect_view()}</ul>
            </EmptyState>
        </div>
    }
    .into_any()
}
