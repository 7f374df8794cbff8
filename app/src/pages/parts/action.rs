//! Things done to an account besides editing it: asked for in a menu, judged, explained, confirmed, done.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::edit::Edit;
use shared::effective;
use shared::ids::UserId;
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;
use shared::{Facts, Policy};

use super::{Confirming, JudgementPanel, assign_words, reaches_nothing_words, say_done};
use crate::api::ApiError;
use crate::edit_session::{EditSession, Saving};
use crate::navigation::use_navigation;
use crate::route::{Route, UserPart};
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Dialog, ErrorNote, Note, Skeleton, SkeletonShape, Toasts, Tone};
use crate::words::{tell, text};

/// The word for an action, as the organisation has it.
pub(crate) fn action_label(policy: &Policy, edit: &Edit) -> String {
    let words = &policy.words;
    match edit {
        Edit::Invite { .. } => words.send_invitation.clone(),
        Edit::Change { .. } => words.edit.clone(),
        Edit::ResendInvitation { .. } => words.resend_invitation.clone(),
        Edit::WithdrawInvitation { .. } => words.withdraw_invitation.clone(),
        Edit::Deactivate { .. } => words.deactivate.clone(),
        Edit::Activate { .. } => words.activate.clone(),
        Edit::Delete { .. } => words.delete.clone(),
        Edit::Recreate { .. } => words.save.clone(),
        Edit::Lock { .. } => tell!(screen::lock),
        Edit::Unlock { .. } => words.unlock.clone(),
        Edit::SetTemporaryPassword { .. } => tell!(screen::temporary_password),
        Edit::EndSessions { .. } => tell!(session::end_all),
        Edit::ResetFactors { .. } => tell!(factors::reset),
        Edit::AddProducts { .. } => words.add_products.clone(),
        Edit::OpenCase { .. } => tell!(screen::open_case),
        Edit::SetRolePermissions { .. }
        | Edit::EnrolDevice { .. }
        | Edit::ReleaseDevice { .. }
        | Edit::MakeApiKey { .. }
        | Edit::RevokeApiKey { .. }
        | Edit::AllowOrigin { .. }
        | Edit::RemoveOrigin { .. }
        | Edit::SetIdentityProvider { .. }
        | Edit::RemoveIdentityProvider
        | Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::ArchiveResource { .. }
        | Edit::Export { .. }
        | Edit::ChangeFactors { .. }
        | Edit::PublishPolicy { .. } => words.save.clone(),
        Edit::CloseCase { .. } => tell!(screen::close_case),
    }
}

/// Whether the action takes something away.
pub(crate) fn is_danger(edit: &Edit) -> bool {
    matches!(
        edit,
        Edit::WithdrawInvitation { .. }
            | Edit::Deactivate { .. }
            | Edit::Delete { .. }
            | Edit::Lock { .. }
            | Edit::EndSessions { .. }
            | Edit::ResetFactors { .. }
    )
}

/// What a message says once it is done.
fn done_words(edit: &Edit, name: &str) -> String {
    match edit {
        Edit::ResendInvitation { .. } => tell!(screen::done_resent, name = name),
        Edit::WithdrawInvitation { .. } => tell!(screen::done_withdrawn, name = name),
        Edit::Deactivate { .. } => tell!(screen::done_deactivated, name = name),
        Edit::Activate { .. } => tell!(screen::done_activated, name = name),
        Edit::Delete { .. } => tell!(screen::done_deleted, name = name),
        Edit::Lock { .. } => tell!(screen::done_locked, name = name),
        Edit::EndSessions { .. } => tell!(session::all_ended),
        Edit::Unlock { .. } => tell!(screen::done_unlocked, name = name),
        _ => tell!(screen::saved),
    }
}

/// How an edit is called where it is asked for, when the words of its kind say too little.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wording {
    /// The title, and what the button does.
    pub(crate) title: String,
    /// What the message says when it is done.
    pub(crate) done: String,
    /// What to say when there is nothing to do after all.
    pub(crate) nothing: String,
}

#[derive(Clone, Debug, PartialEq)]
struct Asked {
    edit: Edit,
    /// Who it is about, as the screen calls them.
    name: String,
    wording: Option<Wording>,
}

/// What is still to be done about the account after it was activated or unlocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// It may be that something in it is not right any more (T9).
    Review,
    /// It reaches nothing until roles and places are given (T6).
    Assign,
}

impl Next {
    fn after(edit: &Edit, accepted: &Accepted) -> Option<Self> {
        let subject = accepted.subject.as_ref()?;
        match edit {
            Edit::Activate { .. } | Edit::Unlock { .. }
                if effective::reaches_nothing(subject.status, &subject.assignments) =>
            {
                Some(Self::Assign)
            }
            Edit::Unlock { .. } => Some(Self::Review),
            _ => None,
        }
    }

    /// Where it is done.
    fn part(self) -> UserPart {
        match self {
            Self::Review => UserPart::Profile,
            Self::Assign => UserPart::Access,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Ready {
    Loading,
    Yes,
    /// There is nothing to do.
    Nothing,
    Failed(ApiError),
}

/// The action that is asked about on this screen.
#[derive(Clone, Copy)]
pub(crate) struct Actions {
    asked: RwSignal<Option<Asked>>,
    ready: RwSignal<Ready>,
    session: EditSession,
    password: RwSignal<Option<String>>,
    next: RwSignal<Option<Next>>,
}

impl Actions {
    pub(crate) fn new() -> Self {
        let facts = RwSignal::new(use_reader().facts().get_untracked());
        let asked = RwSignal::new(None::<Asked>);
        let ready = RwSignal::new(Ready::Loading);
        let edit = Signal::derive(move || {
            let is_ready = ready.with(|ready| *ready == Ready::Yes);
            asked.with(|asked| asked.as_ref().filter(|_| is_ready).map(|asked| asked.edit.clone()))
        });
        Self {
            asked,
            ready,
            session: EditSession::new(facts, edit),
            password: RwSignal::new(None),
            next: RwSignal::new(None),
        }
    }

    /// Opens the dialog about an action and reads the facts that it is judged by.
    pub(crate) fn ask(self, edit: Edit, name: String) {
        let Some(user) = edit.user() else { return };
        self.begin(
            user,
            Asked {
                edit,
                name,
                wording: None,
            },
            |_| None,
        );
    }

    /// The same about an edit that depends on what the person has by then.
    pub(crate) fn ask_made(
        self,
        user: UserId,
        name: String,
        wording: Wording,
        make: impl FnOnce(&Facts) -> Option<Edit> + 'static,
    ) {
        let none = Edit::Change {
            user,
            profile: Default::default(),
            access: Default::default(),
        };
        let asked = Asked {
            edit: none,
            name,
            wording: Some(wording),
        };
        self.begin(user, asked, make);
    }

    fn begin(self, user: UserId, asked: Asked, make: impl FnOnce(&Facts) -> Option<Edit> + 'static) {
        let is_made = asked.wording.is_some();
        self.session.reset();
        self.password.set(None);
        self.next.set(None);
        self.ready.set(Ready::Loading);
        self.asked.set(Some(asked));
        let api = self.session.api();
        spawn_local(async move {
            let ready = match api.user(user).await {
                Ok(view) => {
                    let made = make(&view.facts);
                    let _ = self.session.facts().try_set(Arc::new(view.facts));
                    match made {
                        Some(edit) => {
                            let _ = self
                                .asked
                                .try_update(|asked| asked.as_mut().map(|asked| asked.edit = edit));
                            Ready::Yes
                        }
                        None if is_made => Ready::Nothing,
                        None => Ready::Yes,
                    }
                }
                Err(error) => Ready::Failed(error),
            };
            let _ = self.ready.try_set(ready);
        });
    }

    fn close(self) {
        self.password.set(None);
        self.next.set(None);
        self.asked.set(None);
    }
}

/// The dialog of [`Actions`]: what it would mean, what stands against it, and the button that does it.
#[component]
pub(crate) fn ActionDialog(
    actions: Actions,
    /// Called when an action was done.
    #[prop(into)]
    on_done: Callback<Accepted>,
) -> impl IntoView {
    let Actions {
        asked,
        ready,
        session,
        password,
        next,
    } = actions;
    let navigation = use_navigation();
    let policy = use_reader().policy();
    let toasts = Toasts::get();
    let open = Signal::derive(move || asked.with(Option::is_some));
    let close = Callback::new(move |()| actions.close());
    let about = move |words: fn(&Policy, &Asked) -> String| {
        Signal::derive(move || {
            asked.with(|asked| {
                asked
                    .as_ref()
                    .map(|asked| policy.with(|policy| words(policy, asked)))
                    .unwrap_or_default()
            })
        })
    };
    let title = about(|policy, asked| match &asked.edit {
        _ if asked.wording.is_some() => worded(asked, |wording| &wording.title),
        Edit::Unlock { .. } => policy.words.unlock_title.clone(),
        edit => tell!(
            screen::choice_of,
            what = action_label(policy, edit),
            choice = &asked.name
        ),
    });
    let label = about(|policy, asked| match &asked.edit {
        _ if asked.wording.is_some() => worded(asked, |wording| &wording.title),
        Edit::Unlock { .. } => policy.words.unlock_title.clone(),
        Edit::SetTemporaryPassword { .. } => tell!(screen::make_password),
        Edit::Change { .. } => policy.words.save.clone(),
        edit => action_label(policy, edit),
    });
    let about_nothing = about(|_, asked| worded(asked, |wording| &wording.nothing));
    let accepted = Callback::new(move |accepted: Accepted| {
        let before = asked.get_untracked();
        if accepted.temporary_password.is_some() {
            password.set(accepted.temporary_password.clone());
        } else {
            let to_do = before.as_ref().and_then(|asked| Next::after(&asked.edit, &accepted));
            if let Some(Asked { edit, name, wording }) = before {
                let told = move || match &wording {
                    Some(wording) => wording.done.clone(),
                    None => done_words(&edit, &name),
                };
                say_done(toasts, told, session.way_back(&accepted), on_done);
            }
            if to_do.is_some() {
                // The judgement of what was done is over.
                next.set(to_do);
            } else {
                actions.close();
            }
        }
        on_done.run(accepted);
    });
    // The dialog names everything that is to be confirmed; its button confirms it.
    let go = Callback::new(move |()| {
        session.confirm_all();
        session.save(accepted);
    });
    // What is allowed instead is asked about in the same dialog.
    let follow = Callback::new(move |remedy: Remedy| {
        if let Remedy::Instead(instead) = remedy {
            asked.update(|asked| asked.iter_mut().for_each(|asked| asked.edit = (*instead).clone()));
        }
    });
    let kind = move || asked.with(|asked| asked.as_ref().is_some_and(|asked| is_danger(&asked.edit)));
    let refused = Signal::derive(move || {
        let refused = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        refused.then(|| tell!(screen::cannot_be_done))
    });
    let buttons = move || {
        if let Some(to_do) = next.get() {
            let go = Callback::new(move |()| {
                let user = asked.with_untracked(|asked| asked.as_ref().and_then(|asked| asked.edit.user()));
                actions.close();
                if let Some(user) = user {
                    let part = to_do.part();
                    navigation.go(Route::User { user, part });
                }
            });
            let label = Signal::derive(move || match to_do {
                Next::Review => policy.with(|policy| policy.words.edit.clone()),
                Next::Assign => policy.with(|policy| assign_words(policy)),
            });
            return view! {
                <Button label=text!(screen::not_now) kind=ButtonKind::Quiet on_press=close />
                <Button label=label kind=ButtonKind::Primary on_press=go />
            }
            .into_any();
        }
        if password.with(Option::is_some) {
            return view! { <Button label=text!(screen::done) kind=ButtonKind::Primary on_press=close /> }.into_any();
        }
        let kind = if kind() {
            ButtonKind::Danger
        } else {
            ButtonKind::Primary
        };
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Show when=move || ready.with(|ready| *ready == Ready::Yes)>
                <Button label=label kind=kind busy=session.is_busy() refused=refused on_press=go />
            </Show>
        }
        .into_any()
    };
    let body = move || match ready.get() {
        Ready::Loading => view! { <Skeleton shape=SkeletonShape::Lines rows=3 /> }.into_any(),
        Ready::Failed(error) => {
            let told = error.clone();
            view! {
                <ErrorNote
                    happened=Signal::derive(move || told.title())
                    next=Signal::derive(move || error.detail())
                />
            }
            .into_any()
        }
        Ready::Nothing => view! { <p>{move || about_nothing.get()}</p> }.into_any(),
        Ready::Yes => match (password.get(), next.get()) {
            (Some(password), _) => view! { <TemporaryPassword password /> }.into_any(),
            (None, Some(to_do)) => view! { <WhatNext to_do asked /> }.into_any(),
            (None, None) => view! {
                <JudgementPanel
                    session
                    elsewhere=Callback::new(|_: Field| false)
                    on_remedy=follow
                    nothing=text!(screen::nothing_else_changes)
                    confirming=Confirming::ByButton
                />
                <Changed session />
            }
            .into_any(),
        },
    };
    view! {
        <Dialog open=open title=title on_close=close actions=ViewFn::from(buttons)>{body}</Dialog>
    }
    .into_any()
}

fn worded(asked: &Asked, of: fn(&Wording) -> &String) -> String {
    asked
        .wording
        .as_ref()
        .map(|wording| of(wording).clone())
        .unwrap_or_default()
}

/// Someone else changed the account while the dialog was open: it says so and goes on from there.
#[component]
pub(crate) fn Changed(session: EditSession) -> impl IntoView {
    let saving = session.saving();
    move || match saving.get() {
        Saving::Changed(meanwhile) => {
            let newer = Arc::clone(&meanwhile.facts);
            let go_on = Callback::new(move |()| session.take_newer(Arc::clone(&newer)));
            view! {
                <ErrorNote
                    happened=text!(screen::changed_by_other)
                    kept=text!(screen::nothing_overwritten)
                    next=text!(screen::look_then_decide)
                    action=text!(screen::show_meaning_now)
                    on_action=go_on
                />
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

/// The account can be used again: what should be looked at now.
#[component]
fn WhatNext(to_do: Next, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let policy = use_reader().policy();
    let done = Signal::derive(move || {
        asked.with(|asked| {
            asked
                .as_ref()
                .map(|asked| done_words(&asked.edit, &asked.name))
                .unwrap_or_default()
        })
    });
    let advice = Signal::derive(move || match to_do {
        Next::Review => tell!(consequence::review_advised),
        Next::Assign => policy.with(|policy| reaches_nothing_words(policy)),
    });
    let tone = match to_do {
        Next::Review => Tone::Information,
        Next::Assign => Tone::Attention,
    };
    view! {
        <Note text=done tone=Tone::Gained />
        <Note text=advice tone=tone />
    }
    .into_any()
}

/// Shown this once (T7).
#[component]
fn TemporaryPassword(password: String) -> impl IntoView {
    let policy = use_reader().policy();
    let hours = Memo::new(move |_| policy.with(|policy| policy.lifecycle.temporary_password_hours));
    let copied = RwSignal::new(None::<bool>);
    let shown = NodeRef::<leptos::html::Output>::new();
    let text_of_it = password.clone();
    let copy = Callback::new(move |()| {
        let text = text_of_it.clone();
        spawn_local(async move {
            let done = copy_text(&text).await;
            let _ = copied.try_set(Some(done));
            // What cannot be copied is selected, so that one key does it.
            if let (false, Some(shown)) = (done, shown.try_get_untracked().flatten())
                && let Some(selection) = window().get_selection().ok().flatten()
            {
                let _ = selection.select_all_children(&shown);
            }
        });
    });
    let told = move || match copied.get() {
        None => String::new(),
        Some(true) => tell!(screen::copied),
        Some(false) => tell!(screen::not_copied),
    };
    let works = move || tell!(screen::give_password, hours = hours.get());
    view! {
        <p>{works}</p>
        <div class="secret-row">
            <output class="secret" node_ref=shown>{password}</output>
            <Button label=text!(screen::copy) on_press=copy />
        </div>
        <p class="quiet" role="status">{told}</p>
    }
    .into_any()
}

/// Puts a text into the clipboard; whether the browser allowed it.
pub(crate) async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    // A page that is not served safely has no clipboard.
    let has_one = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|found| found.is_object());
    has_one
        && wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}
