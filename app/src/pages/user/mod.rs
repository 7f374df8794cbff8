//! One user: profile, access and activity, with what an edit would change beside the form.

mod anew;
mod conflict;
mod dialog;
mod effective;
mod header;
mod presence;
mod products;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::Place;
use shared::form::UserForm;
use shared::ids::{SiteId, UserId};
use shared::policy::{Level, Policy};
use shared::user::User;
use shared::verdict::{Field, Remedy};
use shared::wire::{Accepted, AuditQuery, LiveChange, Topic, UserView};

use self::anew::{Anew, AnewDialog};
use self::conflict::ConflictDialog;
pub(crate) use self::dialog::EditDialog;
use self::effective::EffectiveAccess;
use self::header::UserHeader;
use self::presence::{AlsoHere, NewerHint};
use self::products::Products;
use super::parts::{
    AccessFields, ActionDialog, Actions, ActivityList, Begun, BegunOffer, CloseCaseDialog, ClosingCase, FactorsOf,
    FormModel, HalfMade, JudgementPanel, ProfileFields, Sessions, Someone, Touched, called, follow_remedy, not_read,
    say_done, take_up,
};
use crate::api::{Api, ApiError, use_api};
use crate::edit_session::{EditSession, renew};
use crate::host::use_host;
use crate::live;
use crate::navigation::use_navigation;
use crate::route::{Route, UserPart};
use crate::session::{use_reader, use_session};
use crate::verdict_words::summary;
use crate::widgets::{Button, ButtonKind, SavePanel, Section, Skeleton, SkeletonShape, Tab, Tabs, Toasts};
use crate::words::{tell, text};

/// Reads the user, then shows the editor.
#[component]
pub(crate) fn UserPage(user: UserId) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let loaded = RwSignal::new(None::<Result<Arc<UserView>, ApiError>>);
    let load = move || {
        loaded.set(None);
        let api = api.get_value();
        spawn_local(async move {
            let answer = api.user(user).await.map(Arc::new);
            // The screen may have gone meanwhile.
            let _ = loaded.try_set(Some(answer));
        });
    };
    load();
    move || match loaded.get() {
        None => view! { <div class="page"><Skeleton shape=SkeletonShape::Form /></div> }.into_any(),
        Some(Ok(found)) => view! { <Editor found /> }.into_any(),
        Some(Err(error)) => view! {
            <div class="page page--reading">
                {not_read(&error, Some(Callback::new(move |()| load())))}
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Editor(found: Arc<UserView>) -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let session_of_reader = use_session();
    let policy = reader.policy();
    let toasts = Toasts::get();
    let api = StoredValue::new(use_api());
    let Some(subject) = found.facts.subject.clone() else {
        return ().into_any();
    };
    let user = subject.id;
    let view = RwSignal::new(Arc::clone(&found));
    let facts = RwSignal::new(Arc::new(found.facts.clone()));
    let form = RwSignal::new(UserForm::of(&subject));
    let site = RwSignal::new(first_site(&subject, &found.facts, navigation.listed_site().get_value()));

    let edit = Signal::derive(move || {
        facts.with(|facts| {
            let subject = facts.subject.as_ref()?;
            form.with(|form| {
                let policy = &facts.policy;
                form.differs_from(policy, subject)
                    .then(|| form.change_edit(policy, subject))
            })
        })
    });
    let session = EditSession::new(facts, edit);
    let actions = Actions::new();
    let closing = ClosingCase::new();
    // A role that can only be had by making the account anew (A12).
    let anew = Anew::new();
    let in_form = follow_remedy(form, session);
    let follow = Callback::new(move |remedy: Remedy| match remedy {
        Remedy::Recreate(role) => anew.ask(role, facts, site.get_untracked()),
        other => in_form.run(other),
    });
    let model = FormModel::new(session, form, site, follow);
    let changed = Memo::new(move |_| edit.with(Option::is_some));
    navigation.guard(changed.into());
    let half = HalfMade::of_user(model, user, changed.into());
    show_newer(model, changed);
    let reload_with = move |api: Api| {
        spawn_local(async move {
            if let Ok(found) = api.user(user).await {
                let untouched = !changed.try_get_untracked().unwrap_or(true);
                if untouched {
                    let _ = facts.try_set(Arc::new(found.facts.clone()));
                    if let Some(subject) = &found.facts.subject {
                        let _ = form.try_set(UserForm::of(subject));
                    }
                } else {
                    session.hear_of(Arc::new(found.facts.clone()));
                    // The form is being edited; what stands beside it, and what it is judged by, is as it is now.
                    let now = found.facts.clone();
                    let _ = facts.try_update(|facts| renew(facts, now));
                }
                let _ = view.try_set(Arc::new(found));
            }
        });
        if reader.me().with_untracked(|me| me.user.id) == user {
            session_of_reader.refresh_soon();
        }
    };
    let reload = move || reload_with(api.get_value());
    live::hear(&api.get_value(), move |change| {
        if touches_form(change, user) {
            reload_with(api.get_value().by_itself());
        }
    });
    let take = move |subject: User| {
        form.set(UserForm::of(&subject));
        model.touched.set(Touched::default());
        facts.update(|facts| Arc::make_mut(facts).subject = Some(subject));
    };
    let done = Callback::new(move |accepted: Accepted| match accepted.subject {
        Some(subject) => {
            // Only the account's state is new; what is being edited in the form stays.
            if changed.get_untracked() {
                facts.update(|facts| Arc::make_mut(facts).subject = Some(subject));
            } else {
                take(subject);
            }
            reload();
        }
        None => navigation.go_anyway(navigation.start()),
    });
    let saved = Callback::new(move |accepted: Accepted| {
        let name = facts.with_untracked(|facts| name_of(facts));
        let back = session.way_back(&accepted);
        if let Some(subject) = accepted.subject {
            take(subject);
        }
        say_done(toasts, move || tell!(screen::saved_toast, name = &name), back, done);
        reload();
    });

    let part = Memo::new(move |before: Option<&UserPart>| match navigation.route().get() {
        Route::User { part, .. } => part,
        _ => before.copied().unwrap_or_default(),
    });
    // Sessions and factors of others are not a widget's affair.
    let parts = UserPart::ALL
        .into_iter()
        .filter(move |part| use_host().is_none() || *part != UserPart::SignIn)
        .collect::<Vec<_>>();
    let tabs = Signal::derive(move || {
        let tab = |part: &UserPart| Tab::new(part.word(), part_name(*part), None);
        parts.iter().map(tab).collect()
    });
    let select = Callback::new(move |id: String| {
        if let Some(part) = UserPart::parse(&id) {
            navigation.replace(Route::User { user, part });
        }
    });
    let about = Signal::stored(AuditQuery {
        subject: Some(user),
        ..AuditQuery::default()
    });
    let body = move || match part.get() {
        UserPart::Profile => {
            view! { <WithPanel model saved part=UserPart::Profile><ProfilePart model view done closing /></WithPanel> }
                .into_any()
        }
        UserPart::Access => {
            view! { <WithPanel model saved part=UserPart::Access><AccessPart model /></WithPanel> }.into_any()
        }
        UserPart::SignIn => {
            let name = Signal::derive(move || facts.with(|facts| name_of(facts)));
            view! {
                <div class="form">
                    <FactorsOf facts />
                    <Sessions of=Someone { user, name } on_done=done />
                </div>
            }
            .into_any()
        }
        UserPart::Activity => view! { <ActivityList query=about of_one=true /> }.into_any(),
    };
    let label = Signal::derive(move || policy.with(|policy| policy.words.edit.clone()));
    view! {
        <div class="page">
            <UserHeader facts actions />
            <AlsoHere user editing=changed />
            <NewerHint session />
            <BegunOffer half says=says_begun(model) on_take=Callback::new(move |begun| take_up(model, &begun)) />
            <Tabs label=label tabs=tabs selected=Signal::derive(move || part.get().word().to_owned()) on_select=select />
            {body}
            <ConflictDialog model />
            <ActionDialog actions on_done=done />
            <AnewDialog anew />
            <CloseCaseDialog closing on_done=done />
        </div>
    }
    .into_any()
}

/// Whether a form of this user may be out of date: what they are, what it is judged by, or how their mail has fared.
fn touches_form(change: &LiveChange, user: UserId) -> bool {
    let by = [Topic::Policy, Topic::Roles, Topic::Places];
    // With nobody named: whoever it may be.
    let is_any_mail = change.touches(Topic::Mail) && change.users.is_empty();
    change.touches_user(user) || is_any_mail || by.into_iter().any(|topic| change.touches(topic))
}

/// What was changed here is given up: then what somebody else has saved is shown.
fn show_newer(model: FormModel, changed: Memo<bool>) {
    let FormModel { session, form, .. } = model;
    Effect::new(move |_| {
        if changed.get() {
            return;
        }
        if let Some(newer) = session.ahead().get() {
            if let Some(subject) = &newer.facts.subject {
                form.set(UserForm::of(subject));
            }
            session.take_newer(Arc::clone(&newer.facts));
        }
    });
}

/// "You had begun to change Ada Reyes on May 3."
fn says_begun(model: FormModel) -> Callback<(Begun, String), String> {
    Callback::new(move |(_, when): (Begun, String)| {
        let name = model.session.facts().with(|facts| name_of(facts));
        tell!(live::begun, name = &name, when = &when)
    })
}

fn part_name(part: UserPart) -> String {
    match part {
        UserPart::Profile => tell!(screen::profile),
        UserPart::Access => tell!(screen::access),
        UserPart::SignIn => tell!(session::sign_in),
        UserPart::Activity => tell!(screen::activity),
    }
}

fn name_of(facts: &shared::Facts) -> String {
    facts.subject.as_ref().map_or_else(String::new, |user| {
        let profile = &user.profile;
        called(
            &facts.policy,
            &profile.display_name(),
            &profile.login_email,
            user.status,
        )
    })
}

/// The site whose access is shown first: the one that the list was about, if the person is there (A4), the primary one, else
/// the first that they reach, else any.
fn first_site(user: &User, facts: &shared::Facts, listed: Option<SiteId>) -> Option<SiteId> {
    let listed = listed.filter(|listed| {
        user.assignments
            .iter()
            .any(|held| held.place().covers(Place::Site(*listed)))
    });
    let reached = || user.assignments.iter().find_map(|held| held.place().site());
    let any = || facts.organisation.open_sites().next().map(|site| site.id);
    listed.or(user.primary_site).or_else(reached).or_else(any)
}

/// A part of the form beside what it would change.
#[component]
fn WithPanel(
    model: FormModel,
    saved: Callback<Accepted>,
    /// The part of the form that is in sight.
    part: UserPart,
    children: Children,
) -> impl IntoView {
    let FormModel { session, form, .. } = model;
    let policy = model.policy();
    let changed = Memo::new(move |_| session.edit().with(Option::is_some));
    let save_word = Signal::derive(move || {
        policy.with(|policy| {
            if form.with(|form| is_apart(policy, form)) {
                policy.words.save_organisation.clone()
            } else {
                policy.words.save.clone()
            }
        })
    });
    let discard = Callback::new(move |()| {
        if let Some(subject) = session.facts().with_untracked(|facts| facts.subject.clone()) {
            form.set(UserForm::of(&subject));
        }
        model.touched.set(Touched::default());
        session.reset();
    });
    let buttons = ViewFn::from(move || {
        view! {
            <Show when=move || changed.get()>
                <Button label=text!(screen::discard) kind=ButtonKind::Quiet on_press=discard />
            </Show>
            <Button
                label=save_word
                kind=ButtonKind::Primary
                busy=session.is_busy()
                refused=Signal::derive(move || (!changed.get()).then(|| tell!(screen::nothing_changed_yet)))
                on_press=Callback::new(move |()| session.save(saved))
            />
        }
        .into_any()
    });
    let nothing = Signal::derive(move || {
        if changed.get() {
            tell!(screen::access_stays)
        } else {
            tell!(screen::nothing_changed_yet)
        }
    });
    let line = Signal::derive(move || {
        session
            .verdict()
            .with(|verdict| session.given().with(|given| summary(verdict, given)))
    });
    let reader = use_reader();
    view! {
        <div class="split" class:is-unchanged=move || !changed.get() class:is-read-only=move || !reader.may_change()>
            <form class="form" part="form" novalidate on:submit=|event| event.prevent_default()>
                <fieldset class="read-only" disabled=move || !reader.may_change()>{children()}</fieldset>
            </form>
            <SavePanel title=text!(screen::what_will_change) summary=line actions=buttons urgent=session.has_problem()>
                <JudgementPanel
                    session
                    // What a field of the other tab shows is told here too: it is not in sight.
                    elsewhere=Callback::new(move |field: Field| in_sight(part, &field) && model.has_place_for(&field))
                    on_remedy=model.on_remedy
                    nothing=nothing
                />
            </SavePanel>
        </div>
    }
    .into_any()
}

/// Whether a field belongs to this part of the form.
fn in_sight(part: UserPart, field: &Field) -> bool {
    matches!(field, Field::Profile(_)) == (part == UserPart::Profile)
}

fn is_apart(policy: &Policy, form: &UserForm) -> bool {
    !policy.words.organisation_users.is_empty()
        && form
            .access
            .main_role(policy)
            .is_some_and(|role| role.scope == Level::Organisation)
}

#[component]
fn ProfilePart(
    model: FormModel,
    view: RwSignal<Arc<UserView>>,
    /// Called when something besides the form was done.
    done: Callback<Accepted>,
    closing: ClosingCase,
) -> impl IntoView {
    let policy = model.policy();
    let has_clinical = Memo::new(move |_| {
        policy.with(|policy| {
            policy
                .fields
                .iter()
                .any(|rule| rule.clinical_only && model.form.with(|form| form.shows(policy, rule.id)))
        })
    });
    let clinical = Signal::derive(move || policy.with(|policy| policy.words.clinical.clone()));
    view! {
        <Section title=text!(screen::person)>
            <ProfileFields model clinical=false />
        </Section>
        <Show when=move || has_clinical.get()>
            <Section title=clinical>
                <ProfileFields model clinical=true />
            </Section>
        </Show>
        <Products model view on_done=done closing />
        <header::Account view />
    }
    .into_any()
}

#[component]
fn AccessPart(model: FormModel) -> impl IntoView {
    view! {
        <AccessFields model />
        <EffectiveAccess model />
    }
    .into_any()
}
