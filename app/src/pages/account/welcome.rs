//! Accepting an invitation (M10, O6).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::policy::NewLink;
use shared::text::Language;
use shared::user::{ProfileField, ProfileText};
use shared::wire::{AcceptInvitation, AskedField, InvitationView, LinkState, LinkToken};

use crate::api::{Api, ApiError};
use crate::dates;
use crate::language::{LanguageChoice, choose_language, own_name};
use crate::navigation::{Link, use_navigation};
use crate::pages::parts::ChosenPassword;
use crate::route::Route;
use crate::session::{SignedIn, use_session};
use crate::widgets::{
    Button, ButtonKind, Choice, ErrorNote, FieldSetup, InputKind, Objection, PageHeader, Select, Skeleton, TextField,
    Toasts,
};
use crate::words::{spoken, tell, text};

#[component]
pub(super) fn Welcome(token: String) -> impl IntoView {
    let api: Api = expect_context();
    let (session, toasts) = (use_session(), Toasts::get());
    let seen = RwSignal::new(None::<Result<InvitationView, ApiError>>);
    // What was typed outlives the fields: they are drawn anew in another language.
    let answers = RwSignal::new(ProfileText::new());
    let password = RwSignal::new(String::new());
    let (asking, first) = (token.clone(), StoredValue::new(true));
    let load = Callback::new(move |()| {
        let (api, token) = (api.clone(), asking.clone());
        spawn_local(async move {
            let answer = api.open_invitation(&LinkToken { token }).await;
            if let Ok(view) = &answer
                && first.try_get_value() == Some(true)
            {
                first.set_value(false);
                // The mail was in the person's language, and so is what it leads to (M6); whoever is signed in keeps theirs.
                let language = Language::of_tag(&view.language).filter(|language| spoken() != Some(*language));
                if let Some(language) = language.filter(|_| session.state().get_untracked() != SignedIn::Someone) {
                    choose_language(session, toasts, language);
                }
            }
            let _ = seen.try_set(Some(answer));
        });
    });
    // The organisation's names come in the language that is read.
    Effect::new(move |_| {
        spoken();
        load.run(());
    });
    let inside = move || match seen.get() {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Err(error)) => {
            let (happened, next) = (error.title(), error.detail());
            let passing = error.status() != Some(404);
            if passing {
                view! { <ErrorNote happened next action=text!(screen::try_again) on_action=load /> }.into_any()
            } else {
                view! { <ErrorNote happened next /><ToSignIn /> }.into_any()
            }
        }
        Some(Ok(view)) if view.state == LinkState::Open => {
            view! { <Accept view token=token.clone() answers password /> }.into_any()
        }
        Some(Ok(view)) => view! { <NotOpen view token=token.clone() /> }.into_any(),
    };
    view! { <main class="centred"><div class="panel form">{inside}</div></main> }.into_any()
}

/// The way to the page to sign in with.
#[component]
pub(super) fn ToSignIn() -> impl IntoView {
    view! { <Link to=Signal::stored(Route::default()) class="link">{text!(account::to_sign_in)}</Link> }.into_any()
}

#[component]
fn Accept(
    view: InvitationView,
    token: String,
    answers: RwSignal<ProfileText>,
    password: RwSignal<String>,
) -> impl IntoView {
    let api: Api = expect_context();
    let (session, navigation, toasts) = (use_session(), use_navigation(), Toasts::get());
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let language = RwSignal::new(view.language.clone());
    let fields = StoredValue::new(view.fields.clone());
    let text_of = move |asked: &AskedField| {
        answers.with(|answers| {
            answers
                .get(&asked.field)
                .cloned()
                .unwrap_or_else(|| asked.value.clone())
        })
    };
    let chooses_language = !view.languages.is_empty();
    let at_least = view.at_least;
    let sent_token = token.clone();
    let accept = Callback::new(move |()| {
        tried.set(true);
        let long_enough = password.with_untracked(|password| password.chars().count()) >= at_least as usize;
        let complete = fields.with_value(|fields| {
            let is_missing = |asked: &&AskedField| asked.required && untrack(|| text_of(asked)).trim().is_empty();
            !fields.iter().any(|asked| is_missing(&asked))
        });
        if busy.get_untracked() || !long_enough || !complete {
            return;
        }
        busy.set(true);
        let mut profile = answers.get_untracked();
        if chooses_language {
            profile.insert(ProfileField::Language, language.get_untracked());
        }
        let body = AcceptInvitation {
            token: sent_token.clone(),
            password: password.get_untracked(),
            profile,
        };
        let api = api.clone();
        spawn_local(async move {
            let answer = api.accept_invitation(&body).await;
            let answer = match answer {
                Ok(()) => session.enter().await,
                Err(error) => Err(error),
            };
            let _ = busy.try_set(false);
            match answer {
                Ok(()) => navigation.replace(Route::default()),
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    let one = move |asked: AskedField| {
        let field = asked.field;
        let (kind, autocomplete) = match field {
            ProfileField::Phone => (InputKind::Telephone, "tel"),
            ProfileField::FirstName => (InputKind::Text, "given-name"),
            ProfileField::LastName => (InputKind::Text, "family-name"),
            _ => (InputKind::Text, "name"),
        };
        let setup = FieldSetup {
            kind,
            required: asked.required,
            autocomplete,
            spellcheck: false,
        };
        let (label, hint) = (asked.label.clone(), asked.hint.clone());
        let asked = StoredValue::new(asked);
        let value = Signal::derive(move || asked.with_value(text_of));
        let objections = Signal::derive(move || {
            let missing =
                tried.get() && asked.with_value(|asked| asked.required) && value.with(|text| text.trim().is_empty());
            missing
                .then(|| Objection::plain(tell!(account::is_missing)))
                .into_iter()
                .collect::<Vec<_>>()
        });
        view! {
            <TextField
                label=Signal::stored(label)
                value=value
                on_input=Callback::new(move |text: String| {
                    answers.update(|answers| {
                        answers.insert(field, text);
                    });
                })
                setup=setup
                hint=Signal::stored(hint)
                objections=objections
            />
        }
        .into_any()
    };
    let options: Vec<Choice> = view
        .languages
        .iter()
        .map(|tag| {
            let name = Language::of_tag(tag).map_or_else(|| tag.clone(), |language| own_name(language).to_owned());
            Choice::new(tag.clone(), name)
        })
        .collect();
    let choose = Callback::new(move |tag: String| {
        let signed_in = session.state().get_untracked() == SignedIn::Someone;
        if let Some(chosen) = Language::of_tag(&tag).filter(|_| !signed_in) {
            choose_language(session, toasts, chosen);
        }
        language.set(tag);
    });
    let languages = if chooses_language {
        view! {
            <Select label=text!(screen::language) value=language options=Signal::stored(options) on_choose=choose />
        }
        .into_any()
    } else {
        view! { <LanguageChoice /> }.into_any()
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let (organisation, email, expires) = (view.organisation.clone(), view.login_email.clone(), view.expires);
    let username = email.clone();
    view! {
        <form class="form" novalidate on:submit=|event| event.prevent_default()>
            <PageHeader
                title=text!(account::welcome, organisation = &organisation)
                about=text!(account::welcome_about, email = &email)
            />
            {failure}
            // For the browser's own keeper of passwords.
            <input class="visually-hidden" type="email" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=username />
            {view.fields.into_iter().map(one).collect_view()}
            <ChosenPassword value=password token=Some(token) at_least=at_least tried=tried />
            {languages}
            <Button label=text!(account::get_in) kind=ButtonKind::Primary busy=busy submit=true on_press=accept />
            <p class="field__hint">{text!(account::works_until, date = dates::day_and_time(expires))}</p>
        </form>
    }
    .into_any()
}

/// A link that does not work any more says so at once, and leads on.
#[component]
fn NotOpen(view: InvitationView, token: String) -> impl IntoView {
    let api: Api = expect_context();
    let (busy, asked) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let ask = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (api, token) = (api.clone(), token.clone());
        spawn_local(async move {
            let answer = api.ask_for_link(&LinkToken { token }).await;
            let _ = busy.try_set(false);
            let _ = asked.try_set(answer.is_ok());
            let _ = failed.try_set(answer.err());
        });
    });
    let InvitationView {
        state,
        organisation,
        login_email,
        expires,
        new_link,
        ..
    } = view;
    let title = match state {
        LinkState::Used => text!(account::link_used),
        LinkState::Replaced => text!(account::link_replaced),
        LinkState::Expired | LinkState::Open => text!(account::link_expired),
    };
    let (named, email) = (organisation.clone(), login_email.clone());
    let about = match state {
        LinkState::Used => text!(account::link_used_next, email = &email),
        LinkState::Replaced => text!(account::link_replaced_next, organisation = &named),
        LinkState::Expired | LinkState::Open => {
            text!(
                account::link_expired_next,
                date = dates::day(expires),
                organisation = &named
            )
        }
    };
    let next = move || {
        if state == LinkState::Used {
            return view! {
                <ToSignIn />
                <Link to=Signal::stored(Route::Account(crate::route::AccountPart::Forgot)) class="link">
                    {text!(screen::forgot_password)}
                </Link>
            }
            .into_any();
        }
        let email = login_email.clone();
        if !asked.get() {
            return view! {
                <Button label=text!(account::ask_new_link) kind=ButtonKind::Primary busy=busy on_press=ask />
            }
            .into_any();
        }
        let (happened, next) = match new_link {
            NewLink::Sent => (
                tell!(account::new_link_sent, email = &email),
                tell!(account::new_link_sent_next),
            ),
            NewLink::AskAdministrator => (
                tell!(account::new_link_asked),
                tell!(account::new_link_asked_next, email = &email),
            ),
        };
        view! { <div role="status" class="form"><p><strong>{happened}</strong></p><p>{next}</p></div> }.into_any()
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <PageHeader title=title about=about />
        {failure}
        {next}
        <LanguageChoice />
    }
    .into_any()
}
