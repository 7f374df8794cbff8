//! An element as a host's page would show it, to play with: the same script on a page of our own, with a token that reads
//! what its person may read, here alone. It is asked for when somebody wants to see it, and ends when they leave.

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::embed::Element;
use shared::text::{Language, capital};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::copying::Copying;
use crate::api::{Api, use_api};
use crate::language::own_name;
use crate::session::use_reader;
use crate::theme::Colours;
use crate::widgets::{Button, Choice, ErrorNote, Section, Select, Toggle};
use crate::words::{tell, text, words};

/// The script that hosts load.
const SCRIPT: &str = "/widget.js";

/// The densities that the element knows; without one it goes by the pointer.
const COMFORTABLE: &str = "comfortable";
const COMPACT: &str = "compact";

/// What is set on the element.
#[derive(Clone, Copy)]
struct Attributes {
    element: RwSignal<Element>,
    theme: RwSignal<String>,
    density: RwSignal<String>,
    locale: RwSignal<String>,
    read_only: RwSignal<bool>,
}

impl Attributes {
    fn new(element: Element) -> Self {
        Self {
            element: RwSignal::new(element),
            theme: RwSignal::new(String::new()),
            density: RwSignal::new(String::new()),
            locale: RwSignal::new(String::new()),
            read_only: RwSignal::new(false),
        }
    }

    fn name(self) -> String {
        format!("lanyard-{}", self.element.get().name())
    }

    /// Each with its value; nothing where it is not set.
    fn values(self) -> [(&'static str, Option<String>); 4] {
        let unless_empty = |value: RwSignal<String>| Some(value.get()).filter(|value| !value.is_empty());
        [
            ("theme", unless_empty(self.theme)),
            ("density", unless_empty(self.density)),
            ("locale", unless_empty(self.locale)),
            ("readonly", self.read_only.get().then(String::new)),
        ]
    }

    /// The same as a host would write it.
    fn written(self) -> String {
        let name = self.name();
        let values = self.values().into_iter().filter_map(|(attribute, value)| {
            let value = value?;
            Some(match value.is_empty() {
                true => format!(" {attribute}"),
                false => format!(" {attribute}=\"{value}\""),
            })
        });
        let user = match self.element.get() {
            Element::User => " user=\"…\"",
            _ => "",
        };
        let values: String = values.collect();
        format!("<{name} token-endpoint=\"/lanyard-token\"{user}{values}></{name}>")
    }

    fn set_on(self, made: &web_sys::Element) {
        for (attribute, value) in self.values() {
            // Names that a document takes, on an element of it.
            let _ = match value {
                Some(value) => made.set_attribute(attribute, &value),
                None => made.remove_attribute(attribute),
            };
        }
    }
}

#[component]
pub(super) fn Example() -> impl IntoView {
    let reader = use_reader();
    let can_see = move || {
        let see = |element: &Element| reader.may(element.power());
        Element::ALL.into_iter().filter(see).collect::<Vec<_>>()
    };
    let Some(first) = untrack(can_see).first().copied() else {
        return ().into_any();
    };
    let attributes = Attributes::new(first);
    let (shown, failed) = (RwSignal::new(false), RwSignal::new(false));
    let show = Callback::new(move |()| {
        failed.set(false);
        shown.set(load_script(failed));
    });

    let elements = Signal::derive(move || {
        let words = words();
        let choice = |element: Element| Choice::new(element.name(), capital(&words.element(element)));
        can_see().into_iter().map(choice).collect::<Vec<_>>()
    });
    let choose_element = Callback::new(move |chosen: String| {
        if let Some(element) = Element::ALL.into_iter().find(|element| element.name() == chosen) {
            attributes.element.set(element);
        }
    });
    let themes = Signal::derive(|| {
        let choice = |colours: Colours| match colours {
            Colours::Auto => Choice::new("", colours.label()),
            other => Choice::new(other.word(), other.label()),
        };
        Colours::ALL.map(choice).to_vec()
    });
    let densities = Signal::derive(|| {
        vec![
            Choice::new("", tell!(embedding::by_pointer)),
            Choice::new(COMFORTABLE, tell!(embedding::comfortable)),
            Choice::new(COMPACT, tell!(embedding::compact)),
        ]
    });
    let locales = Signal::derive(|| {
        let each = Language::ALL.map(|language| Choice::new(language.tag(), own_name(language)));
        let own = [Choice::new("", tell!(embedding::of_the_person))];
        own.into_iter().chain(each).collect::<Vec<_>>()
    });
    let set = |value: RwSignal<String>| Callback::new(move |chosen: String| value.set(chosen));
    let Attributes {
        element,
        theme,
        density,
        locale,
        read_only,
    } = attributes;
    view! {
        <Section title=text!(embedding::example) about=text!(embedding::example_about)>
            <Show
                when=move || shown.get() && !failed.get()
                fallback=move || {
                    view! {
                        <Show when=move || failed.get()>
                            <ErrorNote happened=text!(embedding::example_failed) next=text!(screen::no_screen_next) />
                        </Show>
                        <div class="embedding__show"><Button label=text!(embedding::example_show) on_press=show /></div>
                    }
                }
            >
                <div class="embedding__attributes">
                    <Select
                        label=text!(embedding::element)
                        value=Signal::derive(move || element.get().name().to_owned())
                        options=elements
                        on_choose=choose_element
                    />
                    <Select label=text!(embedding::theme) value=theme options=themes on_choose=set(theme) />
                    <Select label=text!(embedding::density) value=density options=densities on_choose=set(density) />
                    <Select label=text!(embedding::locale) value=locale options=locales on_choose=set(locale) />
                    <Toggle
                        label=text!(embedding::read_only)
                        about=text!(embedding::read_only_about)
                        on=read_only
                        on_toggle=Callback::new(move |on| read_only.set(on))
                    />
                </div>
                <Shown attributes />
                <Copying about=text!(embedding::on_page) content=Signal::derive(move || attributes.written()) />
            </Show>
        </Section>
    }
    .into_any()
}

/// The element itself; its token ends with it.
#[component]
fn Shown(attributes: Attributes) -> impl IntoView {
    let reader = use_reader();
    // Asked for by the page of its own accord, again and again: it does not count as somebody's being there.
    let api = use_api().by_itself();
    let tokens = StoredValue::new_local(tokens(api.clone()));
    let place = NodeRef::<leptos::html::Div>::new();
    let made = StoredValue::new_local(None::<web_sys::Element>);
    Effect::new(move |_| {
        let name = attributes.name();
        let Some(place) = place.get() else { return };
        let Ok(next) = document().create_element(&name) else {
            return;
        };
        let user = reader.me().with_untracked(|me| me.user.id.to_string());
        // Properties and attributes of an element that was just made.
        let _ = Reflect::set(&next, &"getToken".into(), &tokens.get_value());
        if untrack(|| attributes.element.get()) == Element::User {
            let _ = next.set_attribute("user", &user); // not a role
        }
        untrack(|| attributes.set_on(&next));
        place.replace_children_with_node_1(&next);
        made.set_value(Some(next));
    });
    Effect::new(move |_| {
        // Followed also while the element is not there yet.
        let _ = attributes.values();
        if let Some(made) = made.get_value() {
            attributes.set_on(&made);
        }
    });
    on_cleanup(move || {
        spawn_local(async move {
            // Where this is lost, it ends by itself in minutes.
            let _ = api.end_embed_example().await;
        });
    });
    view! { <div class="embedding__example" node_ref=place></div> }.into_any()
}

/// What the element asks for tokens: a function that gives a promise of one.
fn tokens(api: Api) -> JsValue {
    let ask = move || -> Promise {
        let api = api.clone();
        future_to_promise(async move {
            let made = api.embed_example().await.map_err(|_| JsValue::from_str("no-token"))?;
            let answer = Object::new();
            // Exact for every date that a browser can show.
            #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double")]
            let expires = made.expires_at.0 as f64;
            Reflect::set(&answer, &"token".into(), &made.token.into())?;
            Reflect::set(&answer, &"expires_at".into(), &expires.into())?;
            Ok(answer.into())
        })
    };
    Closure::<dyn Fn() -> Promise>::new(ask).into_js_value()
}

/// Loads the elements, once for the page; whether that could be begun. `failed` is set when they do not come.
fn load_script(failed: RwSignal<bool>) -> bool {
    let load = || -> Result<(), JsValue> {
        let document = document();
        if document.query_selector(&format!("script[src=\"{SCRIPT}\"]"))?.is_some() {
            return Ok(());
        }
        let script = document.create_element("script")?;
        script.set_attribute("type", "module")?;
        script.set_attribute("src", SCRIPT)?;
        let gone = script.clone();
        let on_error = Closure::once_into_js(move || {
            // To be tried again.
            gone.remove();
            let _ = failed.try_set(true);
        });
        script.add_event_listener_with_callback("error", on_error.unchecked_ref())?;
        let head = document.query_selector("head")?.ok_or(JsValue::NULL)?;
        head.append_child(&script).map(drop)
    };
    load().is_ok()
}
