//! Who it is, how the account stands, and what can be done with it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::edit::Edit;
use shared::effective;
use shared::form;
use shared::wire::UserView;

use crate::dates;
use crate::navigation::{Link, use_navigation};
use crate::pages::parts::{
    Actions, action_chosen, action_items, action_label, assign_words, delivery_line, lock_words, reaches_nothing_words,
    roles_line, sees_nothing_mark, sites_line, status_word,
};
use crate::route::{Route, UserPart};
use crate::session::use_reader;
use crate::widgets::{Button, DefinitionList, Icon, IconView, Menu, Note, PageHeader, Section, StatusSign, Tone};
use crate::words::{tell, text};

#[component]
pub(super) fn UserHeader(facts: RwSignal<Arc<Facts>>, actions: Actions) -> impl IntoView {
    let reader = use_reader();
    let name = Memo::new(move |_| facts.with(|facts| super::name_of(facts)));
    let title = Signal::derive(move || {
        facts.with(|facts| {
            let clinical = facts
                .subject
                .as_ref()
                .is_some_and(|user| shared::effective::is_clinical(&facts.policy, &user.assignments));
            if clinical && reader.may_change() {
                facts.policy.words.edit_clinical.replace("{name}", &name.get())
            } else {
                name.get()
            }
        })
    });
    let about = Signal::derive(move || {
        facts.with(|facts| {
            let Some(user) = &facts.subject else {
                return String::new();
            };
            let parts = [
                roles_line(&facts.policy, &user.assignments),
                sites_line(&facts.policy, &facts.organisation, &user.assignments, user.primary_site),
                user.profile.login_email.clone(),
            ];
            parts
                .into_iter()
                .filter(|part| !part.is_empty() && *part != name.get())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    });
    let offered = Memo::new(move |_| facts.with(|facts| form::actions(facts)));
    let items = Signal::derive(move || facts.with(|facts| action_items(facts)));
    let ask = move |edit: Edit| actions.ask(edit, name.get_untracked());
    let choose = Callback::new(move |id: String| {
        if let Some(edit) = facts.with_untracked(|facts| action_chosen(facts, &id)) {
            ask(edit);
        }
    });
    // What the state of the account calls for stands beside the name (D6, T9).
    let called_for = move || {
        offered.with(|offered| {
            let edit = offered.iter().map(|(edit, _)| edit).find(|edit| {
                matches!(
                    edit,
                    Edit::ResendInvitation { .. } | Edit::Unlock { .. } | Edit::Activate { .. }
                )
            })?;
            let edit = edit.clone();
            let label = facts.with(|facts| action_label(&facts.policy, &edit));
            Some(view! { <Button label=label on_press=Callback::new(move |()| ask(edit.clone())) /> })
        })
    };
    let status = move || {
        facts.with(|facts| {
            let user = facts.subject.as_ref()?;
            let mark = sees_nothing_mark(&facts.policy, &user.assignments);
            let locked = user.locked.map(|_| facts.policy.words.locked.clone());
            Some(view! {
                <StatusSign status=user.status label=status_word(&facts.policy, user.status) locked=Signal::stored(locked) />
                {mark.map(|mark| view! { <span class="mark"><IconView icon=Icon::Alert />{mark}</span> })}
            })
        })
    };
    let navigation = use_navigation();
    let back = ViewFn::from(move || {
        let list = Signal::derive(move || navigation.back());
        list.with_untracked(Option::is_some)
            .then(|| {
                view! {
                    <Link to=Signal::derive(move || list.get().unwrap_or_default()) class="back-link">
                        <IconView icon=Icon::Back />
                        <span>{move || facts.with(|facts| facts.policy.words.users.clone())}</span>
                    </Link>
                }
            })
            .into_any()
    });
    let locked = Memo::new(move |_| facts.with(|facts| facts.subject.as_ref().and_then(|user| user.locked)));
    let lock = move || {
        let lock = locked.get()?;
        let told = Signal::derive(move || {
            let since = dates::day_and_time(lock.since);
            tell!(screen::since, what = lock_words(lock), when = since)
        });
        Some(view! { <Note text=told tone=Tone::Attention /> })
    };
    let reaches_nothing = Memo::new(move |_| {
        facts.with(|facts| {
            facts
                .subject
                .as_ref()
                .is_some_and(|user| effective::reaches_nothing(user.status, &user.assignments))
        })
    });
    view! {
        <PageHeader title=title lead=back about=about>
            {status}
            {move || {
                reader.may_change().then(|| {
                    view! {
                        {called_for}
                        <Menu label=text!(screen::actions_for, name = name.get()) items=items on_choose=choose />
                    }
                })
            }}
        </PageHeader>
        {lock}
        <Show when=move || reaches_nothing.get()>
            <ReachesNothing facts />
        </Show>
    }
    .into_any()
}

/// An account without any access says so, and leads to where it is given (T6).
#[component]
fn ReachesNothing(facts: RwSignal<Arc<Facts>>) -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let told = Signal::derive(move || facts.with(|facts| reaches_nothing_words(&facts.policy)));
    let label = Signal::derive(move || facts.with(|facts| assign_words(&facts.policy)));
    let assign = Callback::new(move |()| {
        if let Some(user) = facts.with_untracked(|facts| facts.subject.as_ref().map(|user| user.id)) {
            let part = UserPart::Access;
            navigation.replace(Route::User { user, part });
        }
    });
    view! {
        <div class="note tone-attention" role="note">
            <IconView icon=Icon::Alert />
            <div class="note__text">
                <p>{told}</p>
                <Show when=move || reader.may_change()>
                    <Button label=label on_press=assign />
                </Show>
            </div>
        </div>
    }
    .into_any()
}

/// When the person was here, was invited, and how many sessions are open.
#[component]
pub(super) fn Account(view: RwSignal<Arc<UserView>>) -> impl IntoView {
    let items = Signal::derive(move || {
        let now = crate::fresh::now();
        view.with(|view| {
            let moment =
                |label: String, at: Option<shared::ids::Timestamp>| at.map(|at| (label, dates::day_and_time(at)));
            let seen = view
                .last_seen
                .map_or_else(|| tell!(screen::never), |at| dates::ago(at, now));
            [
                Some((tell!(screen::last_seen), seen)),
                moment(tell!(screen::invited), view.invited_at),
                moment(tell!(screen::invitation_works_until), view.invitation_expires),
                view.invitation
                    .as_ref()
                    .and_then(|invitation| delivery_line(invitation, now))
                    .map(|(_, line)| (tell!(account::the_mail), line)),
                Some((tell!(screen::open_sessions), view.sessions.to_string())),
                view.made_anew.map(|at| {
                    let when = dates::day_and_time(at);
                    (
                        tell!(screen::account_made_anew),
                        tell!(screen::made_anew_at, when = when),
                    )
                }),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
        })
    });
    view! { <Section title=text!(screen::account)><DefinitionList items=items /></Section> }.into_any()
}
