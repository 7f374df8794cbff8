//! A new API key: what it is for, and then the key itself, once.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::edit::Edit;
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::ids::{ApiKeyId, SiteId};
use shared::text::capital;
use shared::verdict::Field;
use shared::wire::Accepted;

use super::Settled;
use super::copying::Copying;
use crate::edit_session::EditSession;
use crate::pages::parts::SaveProblem;
use crate::verdict_words;
use crate::widgets::{
    Button, ButtonKind, CheckList, Choice, Dialog, FieldSetup, Note, PickItem, RadioCards, RefusalList, TextField, Tone,
};
use crate::words::{tell, text, words};

const READ: &str = "read";
const MANAGE: &str = "manage";
const ALL: &str = "all";
const SOME: &str = "some";

#[component]
pub(super) fn MakeKey(settled: Settled, open: RwSignal<bool>) -> impl IntoView {
    let id = RwSignal::new(ApiKeyId(crate::fresh::id()));
    let name = RwSignal::new(String::new());
    let elements = RwSignal::new(BTreeSet::from([Element::Users, Element::User]));
    let access = RwSignal::new(EmbedAccess::Manage);
    let only_some = RwSignal::new(false);
    let sites = RwSignal::new(BTreeSet::<SiteId>::new());
    let made = RwSignal::new(None::<String>);
    let edit = Signal::derive(move || {
        (open.get() && made.with(Option::is_none)).then(|| Edit::MakeApiKey {
            key: id.get(),
            name: name.get(),
            scopes: EmbedScopes {
                elements: elements.get(),
                access: access.get(),
                sites: only_some.get().then(|| sites.get()),
            },
        })
    });
    let session = EditSession::new(settled.facts, edit);
    let close = Callback::new(move |()| {
        open.set(false);
        // It is nowhere any more.
        made.set(None);
        session.reset();
    });
    let accepted = Callback::new(move |accepted: Accepted| {
        made.set(accepted.api_key);
        name.set(String::new());
        id.set(ApiKeyId(crate::fresh::id()));
        settled.reload.run(());
    });
    let save = Callback::new(move |()| session.save(accepted));
    let of = move |field: fn(&Field) -> bool| {
        Signal::derive(move || {
            if !session.attempted().get() {
                return Vec::new();
            }
            let refusals = session.verdict().with(|verdict| verdict.refusals.clone());
            let refusals: Vec<_> = refusals.into_iter().filter(|refusal| field(&refusal.field)).collect();
            settled.facts.with(|facts| verdict_words::objections(facts, &refusals))
        })
    };
    let at_name = of(|field| *field == Field::Name);
    let others = of(|field| *field != Field::Name);
    let refused = Signal::derive(move || {
        let stands_against = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        (session.attempted().get() && stands_against).then(|| tell!(screen::not_saved_see_above))
    });
    let choices = Signal::derive(move || {
        let words = words();
        let chosen = elements.get();
        let item = |element: Element| PickItem {
            id: element.name().to_owned(),
            label: capital(&words.element(element)),
            checked: chosen.contains(&element),
            refused: None,
        };
        Element::ALL.into_iter().map(item).collect::<Vec<_>>()
    });
    let toggle_element = move |(id, on): (String, bool)| {
        if let Some(element) = Element::ALL.into_iter().find(|element| element.name() == id) {
            elements.update(|elements| {
                if on {
                    elements.insert(element);
                } else {
                    elements.remove(&element);
                }
            });
        }
    };
    let accesses = Signal::derive(|| {
        vec![
            Choice::new(MANAGE, tell!(embedding::manage)).about(tell!(embedding::manage_about)),
            Choice::new(READ, tell!(embedding::read)).about(tell!(embedding::read_about)),
        ]
    });
    let its_access = Signal::derive(move || {
        match access.get() {
            EmbedAccess::Read => READ,
            EmbedAccess::Manage => MANAGE,
        }
        .to_owned()
    });
    let sites_word = move || settled.facts.with(|facts| facts.policy.words.sites.clone());
    let reaches = Signal::derive(move || {
        vec![
            Choice::new(ALL, tell!(embedding::all_sites, sites = sites_word())),
            Choice::new(SOME, tell!(embedding::some_sites, sites = sites_word())),
        ]
    });
    let its_reach = Signal::derive(move || if only_some.get() { SOME } else { ALL }.to_owned());
    let places = Signal::derive(move || {
        let chosen = sites.get();
        settled.facts.with(|facts| {
            let item = |site: &shared::organisation::Site| PickItem {
                id: site.id.to_string(),
                label: site.name.clone(),
                checked: chosen.contains(&site.id),
                refused: None,
            };
            facts.organisation.open_sites().map(item).collect::<Vec<_>>()
        })
    });
    let toggle_site = move |(id, on): (String, bool)| {
        if let Ok(site) = id.parse::<SiteId>() {
            sites.update(|sites| {
                if on {
                    sites.insert(site);
                } else {
                    sites.remove(&site);
                }
            });
        }
    };
    let form = move || {
        view! {
            <form
                class="form"
                novalidate
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    save.run(());
                }
            >
                <TextField
                    label=text!(screen::name)
                    value=name
                    on_input=move |text| name.set(text)
                    setup=FieldSetup { required: true, ..FieldSetup::default() }
                    hint=text!(embedding::name_hint)
                    objections=at_name
                />
                <CheckList label=text!(embedding::elements) items=choices on_toggle=toggle_element />
                <RadioCards
                    label=text!(embedding::access)
                    value=its_access
                    choices=accesses
                    on_choose=move |id: String| {
                        access.set(if id == READ { EmbedAccess::Read } else { EmbedAccess::Manage });
                    }
                />
                <RadioCards
                    label=Signal::derive(sites_word)
                    value=its_reach
                    choices=reaches
                    on_choose=move |id: String| only_some.set(id == SOME)
                />
                <Show when=move || only_some.get()>
                    <CheckList label=Signal::derive(sites_word) items=places on_toggle=toggle_site />
                </Show>
                <RefusalList objections=others />
                <SaveProblem session />
            </form>
        }
    };
    let body = move || match made.get() {
        None => form().into_any(),
        Some(key) => view! {
            <Note text=text!(embedding::shown_once) tone=Tone::Attention />
            <Copying about=text!(embedding::the_key) content=Signal::stored(key) />
        }
        .into_any(),
    };
    let actions = ViewFn::from(move || {
        if made.with(Option::is_some) {
            view! { <Button label=text!(embedding::kept_it) kind=ButtonKind::Primary on_press=close /> }.into_any()
        } else {
            view! {
                <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
                <Button label=text!(embedding::make_key) kind=ButtonKind::Primary busy=session.is_busy()
                    refused=refused on_press=save />
            }
            .into_any()
        }
    });
    view! {
        <Dialog open=open title=text!(embedding::make_key) on_close=close actions=actions>
            {body}
        </Dialog>
    }
    .into_any()
}
