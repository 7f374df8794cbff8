//! The form of one user in a dialog over the list: for organisations whose form is short (O7, O10).

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::form::UserForm;
use shared::ids::UserId;
use shared::policy::Policy;
use shared::verdict::Field;
use shared::wire::Accepted;

use super::{AlsoHere, ConflictDialog, NewerHint, name_of, says_begun, show_newer, touches_form};
use crate::api::{ApiError, use_api};
use crate::edit_session::{EditSession, renew};
use crate::live;
use crate::navigation::{Link, use_navigation};
use crate::pages::parts::{
    AccessFields, ActionDialog, Actions, AskFirst, AskFirstDialog, BegunOffer, Confirming, FormModel, HalfMade,
    JudgementPanel, ProfileFields, follow_remedy, say_done, status_word, take_up,
};
use crate::pages::screens::Over;
use crate::route::Route;
use crate::session::{use_reader, use_session};
use crate::widgets::{Button, ButtonKind, Dialog, ErrorNote, Skeleton, SkeletonShape, StatusSign, Toasts};
use crate::words::{tell, text};

/// Reads the user, then shows the form.
#[component]
pub(crate) fn EditDialog(user: UserId, over: Over) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let policy = use_reader().policy();
    let loaded = RwSignal::new(None::<Result<Arc<Facts>, ApiError>>);
    spawn_local(async move {
        let answer = api.get_value().user(user).await;
        // The dialog may have gone meanwhile.
        let _ = loaded.try_set(Some(answer.map(|view| Arc::new(view.facts))));
    });
    move || match loaded.get() {
        Some(Ok(facts)) => view! { <Editor facts over /> }.into_any(),
        other => {
            let error = match other {
                Some(Err(error)) => Some(error),
                _ => None,
            };
            let body = move || match error.clone() {
                Some(error) => view! { <ErrorNote happened=error.title() next=error.detail() /> }.into_any(),
                None => view! { <Skeleton shape=SkeletonShape::Lines rows=6 /> }.into_any(),
            };
            let title = Signal::derive(move || policy.with(|policy| policy.words.edit.clone()));
            view! { <Dialog open=Signal::stored(true) title=title on_close=over.close>{body.clone()}</Dialog> }
                .into_any()
        }
    }
}

#[component]
fn Editor(facts: Arc<Facts>, over: Over) -> impl IntoView {
    let navigation = use_navigation();
    let (reader, session_of_reader) = (use_reader(), use_session());
    let toasts = Toasts::get();
    let Some(subject) = facts.subject.clone() else {
        return ().into_any();
    };
    let user = subject.id;
    let name = name_of(&facts);
    let site = RwSignal::new(super::first_site(
        &subject,
        &facts,
        navigation.listed_site().get_value(),
    ));
    let facts = RwSignal::new(facts);
    let form = RwSignal::new(UserForm::of(&subject));
    let edit = Signal::derive(move || {
        facts.with(|facts| {
            let subject = facts.subject.as_ref()?;
            form.with(|form| {
                form.differs_from(&facts.policy, subject)
                    .then(|| form.change_edit(&facts.policy, subject))
            })
        })
    });
    let session = EditSession::new(facts, edit);
    let model = FormModel::new(session, form, site, follow_remedy(form, session));
    let changed = Memo::new(move |_| edit.with(Option::is_some));
    navigation.guard(changed.into());
    let half = HalfMade::of_user(model, user, changed.into());
    show_newer(model, changed);
    let api = use_api();
    let own = StoredValue::new(api.by_itself());
    live::hear(&api, move |change| {
        if !touches_form(change, user) {
            return;
        }
        let Some(api) = own.try_get_value() else { return };
        spawn_local(async move {
            let Ok(found) = api.user(user).await else { return };
            let Some(changed) = changed.try_get_untracked() else {
                return;
            };
            if changed {
                session.hear_of(Arc::new(found.facts.clone()));
                facts.update(|facts| renew(facts, found.facts));
            } else {
                if let Some(subject) = &found.facts.subject {
                    form.set(UserForm::of(subject));
                }
                facts.set(Arc::new(found.facts));
            }
        });
    });

    let is_reader = reader.me().with_untracked(|me| me.user.id) == user;
    let gone = Callback::new(move |_: Accepted| {
        over.done.run(());
        if is_reader {
            session_of_reader.refresh_soon();
        }
    });
    let saved = {
        let name = name.clone();
        Callback::new(move |accepted: Accepted| {
            let back = session.way_back(&accepted);
            let name = name.clone();
            say_done(toasts, move || tell!(screen::saved_toast, name = &name), back, gone);
            gone.run(accepted);
        })
    };
    let ask = AskFirst::new(session, saved);
    let actions = Actions::new();
    let removal = {
        let name = name.clone();
        move || {
            let (edit, label) = facts.with(|facts| {
                let status = facts.subject.as_ref()?.status;
                let edit = facts.policy.removal(user, status)?;
                Some((edit, facts.policy.removal_word(status).to_owned()))
            })?;
            let name = name.clone();
            let ask = Callback::new(move |()| actions.ask(edit.clone(), name.clone()));
            Some(
                view! { <span class="dialog__apart"><Button label=label kind=ButtonKind::Danger on_press=ask /></span> },
            )
        }
    };
    let policy = model.policy();
    let word = move |of: fn(&Policy) -> String| Signal::derive(move || policy.with(|policy| of(policy)));
    let save_word = word(|policy| policy.words.save.clone());
    let buttons = move || {
        view! {
            {removal.clone()}
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=over.close />
            <Button
                label=save_word
                kind=ButtonKind::Primary
                busy=session.is_busy()
                refused=Signal::derive(move || (!changed.get()).then(|| tell!(screen::nothing_changed_yet)))
                on_press=Callback::new(move |()| ask.save())
            />
        }
    };
    let status = move || {
        facts.with(|facts| {
            let user = facts.subject.as_ref()?;
            let locked = user.locked.map(|_| facts.policy.words.locked.clone());
            let label = status_word(&facts.policy, user.status);
            Some(view! { <StatusSign status=user.status label=label locked=Signal::stored(locked) /> })
        })
    };
    let has_clinical = Memo::new(move |_| {
        policy.with(|policy| {
            let mut rules = policy.fields.iter();
            rules.any(|rule| rule.clinical_only && form.with(|form| form.shows(policy, rule.id)))
        })
    });
    let nothing = Signal::derive(move || {
        if changed.get() {
            tell!(screen::access_stays)
        } else {
            tell!(screen::nothing_changed_yet)
        }
    });
    let about = Memo::new(move |_| facts.with(|facts| name_of(facts)));
    view! {
        <Dialog
            open=Signal::stored(true)
            title=word(|policy| policy.words.edit.clone())
            on_close=over.close
            actions=ViewFn::from(buttons)
        >
            <div class="dialog--form form">
                <p class="dialog__about">
                    <strong>{about}</strong>
                    {status}
                    <Link to=Signal::stored(Route::user(user))>
                        {text!(screen::all_about, name = about.get())}
                    </Link>
                </p>
                <AlsoHere user editing=changed />
                <NewerHint session />
                <BegunOffer half says=says_begun(model) on_take=Callback::new(move |begun| take_up(model, &begun)) />
                <ProfileFields model clinical=false />
                <AccessFields model />
                <Show when=move || has_clinical.get()><ProfileFields model clinical=true /></Show>
                <div class="dialog__judgement">
                    <JudgementPanel
                        session
                        elsewhere=Callback::new(move |field: Field| matches!(field, Field::Profile(_)) || model.has_place_for(&field))
                        on_remedy=model.on_remedy
                        nothing=nothing
                        confirming=Confirming::ByButton
                    />
                </div>
            </div>
        </Dialog>
        <AskFirstDialog ask confirm=save_word />
        <ConflictDialog model />
        <ActionDialog actions on_done=gone />
    }
    .into_any()
}
