//! API keys: which there are, what each is for and when it was used, and their end.

use leptos::prelude::*;
use shared::edit::Edit;
use shared::embed::{ApiKey, EmbedAccess, EmbedScopes};

use super::Settled;
use super::end::{End, EndWords};
use super::make_key::MakeKey;
use crate::dates;
use crate::widgets::{Badge, Button, Icon, IconView, Section, Tone};
use crate::words::{spoken, tell, text, words};

#[component]
pub(super) fn Keys(settled: Settled) -> impl IntoView {
    let (revoking, making) = (RwSignal::new(None::<ApiKey>), RwSignal::new(false));
    let line = move |key: ApiKey| {
        let scopes = scopes_words(&key.scopes, settled);
        let made = tell!(embedding::made_by, name = &key.made_by, date = dates::day(key.made_at));
        let used = match (key.revoked_at, key.last_used_at) {
            (Some(at), _) => {
                let by = key.revoked_by.clone().unwrap_or_default();
                tell!(embedding::revoked_by, name = by, date = dates::day(at))
            }
            (None, Some(at)) => tell!(embedding::last_used, when = dates::day_and_time(at)),
            (None, None) => tell!(embedding::never_used),
        };
        let is_revoked = key.revoked_at.is_some();
        let mark = is_revoked.then(|| view! { <Badge label=text!(embedding::revoked) tone=Tone::Lost /> });
        let (name, prefix) = (key.name.clone(), format!("{}…", key.prefix));
        let which = Signal::stored(tell!(embedding::revoke_which, name = &key.name));
        let press = Callback::new(move |()| revoking.set(Some(key.clone())));
        let button =
            (!is_revoked).then(|| view! { <Button label=text!(embedding::revoke) about=which on_press=press /> });
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Lock /></span>
                <div class="session__words">
                    <p class="session__title"><span>{name}</span> <code>{prefix}</code>{mark}</p>
                    <p class="session__about">{scopes}</p>
                    <p class="session__about">{made} " " {used}</p>
                </div>
                {button}
            </li>
        }
    };
    let list = move || {
        spoken();
        let keys = settled.view.with(|view| view.as_ref().map(|view| view.keys.clone()));
        match keys.unwrap_or_default() {
            none if none.is_empty() => view! { <p class="field__hint">{tell!(embedding::no_keys)}</p> }.into_any(),
            some => view! { <ul class="sessions">{some.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }
    };
    let edit = move || revoking.with(|key| key.as_ref().map(|key| Edit::RevokeApiKey { key: key.id }));
    let named = move || revoking.with(|key| key.as_ref().map(|key| key.name.clone()));
    let end = EndWords {
        title: text!(embedding::revoke_title),
        text: Signal::derive(move || tell!(embedding::revoke_text, name = named().unwrap_or_default())),
        press: text!(embedding::revoke),
        ended: text!(embedding::key_is_revoked),
    };
    view! {
        <Section title=text!(embedding::keys) about=text!(embedding::keys_about)>
            {list}
            <div class="form__actions">
                <Button label=text!(embedding::make_key) icon=Icon::Add on_press=move |()| making.set(true) />
            </div>
        </Section>
        <MakeKey settled open=making />
        <End settled edit=Signal::derive(edit) words=end on_close=move |()| revoking.set(None) />
    }
    .into_any()
}

/// What a key is for, in a sentence.
fn scopes_words(scopes: &EmbedScopes, settled: Settled) -> String {
    let words = words();
    let elements: Vec<String> = scopes.elements.iter().map(|element| words.element(*element)).collect();
    let elements = words.list(&elements);
    let sites = scopes.sites.as_ref().map(|sites| {
        settled.facts.with(|facts| {
            let named = sites.iter().filter_map(|id| facts.organisation.site(*id));
            let names: Vec<String> = named.map(|site| site.name.clone()).collect();
            words.list(&names)
        })
    });
    match (scopes.access, sites) {
        (EmbedAccess::Read, None) => tell!(embedding::to_read, elements = elements),
        (EmbedAccess::Manage, None) => tell!(embedding::to_manage, elements = elements),
        (EmbedAccess::Read, Some(sites)) => tell!(embedding::to_read_at, elements = elements, sites = sites),
        (EmbedAccess::Manage, Some(sites)) => tell!(embedding::to_manage_at, elements = elements, sites = sites),
    }
}
