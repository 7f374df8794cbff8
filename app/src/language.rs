//! Which language is spoken: what was chosen on this device, else what the browser likes; and as soon as it is known who
//! reads, the one that they prefer.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::edit::Edit;
use shared::text::Language;
use shared::user::ProfileField;
use shared::wire::{Me, Proposal};
use shared::{Facts, decide};

use crate::api::{Api, ApiError};
use crate::fresh;
use crate::host::Host;
use crate::session::{Session, use_session};
use crate::theme::storage;
use crate::widgets::Toasts;
use crate::words::{self, spoken, tell, text};

const KEY: &str = "lanyard.language";

/// The language of this application. Taken from the context by [`use_speech`].
#[derive(Clone, Copy)]
pub(crate) struct Speech {
    api: StoredValue<Api>,
    /// Whether choices are kept on this device.
    is_kept: bool,
    /// The one that the page around a widget wants.
    fixed: StoredValue<Option<Language>>,
    /// The language that was asked for last: words that come late do not undo it.
    asked: RwSignal<Language>,
    failed: RwSignal<Option<ApiError>>,
    /// Who reads, and the language in their profile when it was last looked at.
    seen: StoredValue<Option<(String, String)>>,
    /// Whether the language was chosen on this page by somebody who was not signed in yet.
    chosen: StoredValue<bool>,
    /// So many choices are being kept: what the profile says meanwhile may be the choice before.
    choosing: StoredValue<u32>,
}

/// The language of this application.
pub(crate) fn use_speech() -> Speech {
    expect_context()
}

impl Speech {
    /// `host` is the page around a widget: it says which language is spoken, and nothing is kept on its device.
    pub(crate) fn new(api: Api, host: Option<Host>) -> Self {
        let fixed = host.and_then(|host| Language::of_tag(&host.attribute("locale")?));
        let kept = if host.is_none() { read(KEY) } else { fixed };
        Self {
            is_kept: host.is_none(),
            fixed: StoredValue::new(fixed),
            api: StoredValue::new(api),
            asked: RwSignal::new(kept.unwrap_or_else(of_browser)),
            failed: RwSignal::new(None),
            seen: StoredValue::new(None),
            chosen: StoredValue::new(false),
            choosing: StoredValue::new(0),
        }
    }

    /// Why there are no words yet.
    pub(crate) fn failed(self) -> Signal<Option<ApiError>> {
        self.failed.into()
    }

    /// Fetches the words of the language that was asked for.
    pub(crate) fn load(self) {
        self.failed.set(None);
        spawn_local(async move {
            let _ = self.speak(self.asked.get_untracked()).await;
        });
    }

    /// Speaks another language as soon as its words are there.
    async fn speak(self, language: Language) -> Result<(), ApiError> {
        self.asked.set(language);
        if !words::is_fetched(language) {
            match self.api.get_value().words(language).await {
                Ok(words) => words::keep(words),
                Err(error) => {
                    let _ = self.failed.try_set(Some(error.clone()));
                    return Err(error);
                }
            }
        }
        if self.asked.try_get_untracked() == Some(language) {
            self.api.with_value(|api| api.tongue().speak(language));
        }
        Ok(())
    }

    /// Speaks what the page around a widget wants; without a wish, what the reader prefers.
    pub(crate) fn fix(self, language: Option<Language>) {
        self.fixed.set_value(language);
        let prefers = || self.seen.with_value(|seen| Language::of_tag(&seen.as_ref()?.1));
        if let Some(language) = language.or_else(prefers) {
            spawn_local(async move { drop(self.speak(language).await) });
        }
    }

    /// Takes up the language that the reader prefers, when it is first known and whenever it becomes another one.
    pub(crate) async fn follow(self, me: &Me) {
        let (user, prefers) = (me.user.id.to_string(), me.user.profile.language.clone());
        let seen = Some((user.clone(), prefers.clone()));
        let before = self.seen.get_value();
        if before == seen || self.fixed.get_value().is_some() {
            self.seen.set_value(seen);
            return;
        }
        let is_new = before.is_none_or(|(before, _)| before != user);
        self.seen.set_value(seen);
        if self.choosing.get_value() > 0 {
            return;
        }
        if is_new && self.chosen.get_value() {
            // Whoever chose it just now is who signed in: it is their choice, and kept as such.
            self.chosen.set_value(false);
            self.keep(self.asked.get_untracked(), me).await;
            return;
        }
        let own = read(&own_key(&user)).filter(|_| is_new && self.is_kept);
        if let Some(language) = own.or_else(|| Language::of_tag(&prefers)) {
            // Where its words cannot be had, those that are spoken stay.
            let _ = self.speak(language).await;
        }
    }

    /// Speaks the chosen language and keeps it: in the profile of whoever is signed in, where they may change that, else
    /// on this device.
    pub(crate) async fn choose(self, language: Language, me: Option<&Me>) -> Result<(), ApiError> {
        self.choosing.update_value(|choosing| *choosing += 1);
        let chosen = self.speak_and_keep(language, me).await;
        let _ = self.choosing.try_update_value(|choosing| *choosing -= 1);
        chosen
    }

    async fn speak_and_keep(self, language: Language, me: Option<&Me>) -> Result<(), ApiError> {
        let before = self.asked.get_untracked();
        if let Err(error) = self.speak(language).await {
            self.asked.set(before);
            return Err(error);
        }
        match me {
            Some(me) => self.keep(language, me).await,
            None => {
                self.chosen.set_value(true);
                write(KEY, Some(language));
            }
        }
        Ok(())
    }

    /// Keeps a language as the one that a person prefers.
    async fn keep(self, language: Language, me: &Me) {
        let own = own_key(&me.user.id.to_string());
        let is_kept = match keep_in_profile(self.api.get_value(), me.clone(), language).await {
            Ok(keeping) => keeping.await,
            Err(_) => false,
        };
        write(&own, Some(language).filter(|_| !is_kept));
    }
}

type Keeping = Pin<Box<dyn Future<Output = bool>>>;

/// Keeps a language in the profile of whoever is signed in; whether it is kept there. It is judged like every edit, and
/// what judges comes after the first load (`pages/screens.rs`).
#[wasm_split(people, wasm_split_path = ::leptos::wasm_split, fallible)]
fn keep_in_profile(api: Api, me: Me, language: Language) -> Result<Keeping, SplitLoaderError> {
    Ok(Box::pin(async move {
        match proposal(&me, language) {
            Some(proposal) => api.propose(&proposal).await.is_ok(),
            None => Language::of_tag(&me.user.profile.language) == Some(language),
        }
    }))
}

/// The edit that keeps a language as one's preferred one; nothing where it is that already or the rules refuse it.
fn proposal(me: &Me, language: Language) -> Option<Proposal> {
    let policy = &me.facts.policy;
    let tag = policy
        .languages
        .iter()
        .find(|tag| Language::of_tag(tag) == Some(language))?;
    if *tag == me.user.profile.language {
        return None;
    }
    let edit = Edit::Change {
        user: me.user.id,
        profile: [(ProfileField::Language, tag.clone())].into(),
        access: Default::default(),
    };
    let mut facts: Facts = me.facts.clone();
    facts.subject = Some(me.user.clone());
    let verdict = decide(&facts, &edit);
    (verdict.refusals.is_empty() && verdict.confirmations.is_empty()).then(|| Proposal {
        edit,
        seen_revision: Some(me.user.revision),
        confirmations: Vec::new(),
        idempotency_key: fresh::id(),
    })
}

/// Kept on this device for one person, whose profile cannot take it.
fn own_key(user: &str) -> String {
    format!("{KEY}.{user}")
}

fn of_browser() -> Language {
    let tags = web_sys::window().map(|window| window.navigator().languages());
    let tags = tags.map(|tags| tags.join(",").as_string().unwrap_or_default());
    Language::preferred(&tags.unwrap_or_default())
}

fn read(key: &str) -> Option<Language> {
    Language::of_tag(&storage()?.get_item(key).ok().flatten()?)
}

/// Where nothing can be kept, the choice lasts as long as the page.
fn write(key: &str, language: Option<Language>) {
    if let Some(storage) = storage() {
        let _ = match language {
            Some(language) => storage.set_item(key, language.tag()),
            None => storage.remove_item(key),
        };
    }
}

/// What a language calls itself: whoever looks for theirs may not read the one that is spoken.
pub(crate) fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::French => "Français",
        Language::Spanish => "Español",
    }
}

/// Chooses a language and says so where that does not work.
pub(crate) fn choose_language(session: Session, toasts: Toasts, language: Language) {
    spawn_local(async move {
        if let Err(error) = session.choose_language(language).await {
            toasts.warn(move || tell!(screen::no_language, why = error.title()));
        }
    });
}

/// The languages to choose from, each in its own words.
#[component]
pub(crate) fn LanguageChoice() -> impl IntoView {
    let (session, toasts) = (use_session(), Toasts::get());
    let one = move |language: Language| {
        let is_spoken = move || spoken() == Some(language);
        view! {
            <button
                type="button"
                class="button button--quiet"
                lang=language.tag()
                aria-pressed=move || is_spoken().to_string()
                on:click=move |_| choose_language(session, toasts, language)
            >
                {own_name(language)}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="languages" role="group" aria-label=text!(screen::language)>
            {Language::ALL.map(one).collect_view()}
        </div>
    }
    .into_any()
}
