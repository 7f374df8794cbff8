//! Several of many, in an order of which the first counts most. They are found by typing, in a combobox with a list box
//! after the WAI-ARIA Authoring Practices; each has buttons that move and remove it, for keyboard and finger alike.

use leptos::{ev, html, prelude::*};
use shared::verdict::Remedy;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::field::{Below, FieldIds, frame};
use super::{Icon, IconView, Objection, unique_id};
use crate::words::{tell, text};

/// Something that can be picked: a code, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) value: String,
    /// Empty where it is not known.
    pub(crate) name: String,
}

impl Pick {
    fn told(&self) -> String {
        if self.name.is_empty() {
            self.value.clone()
        } else {
            self.name.clone()
        }
    }
}

/// What a picker says about its own matter.
#[derive(Clone, Copy)]
pub(crate) struct PickerWords {
    pub(crate) placeholder: Signal<String>,
    /// Below what was found: what else there is, or what to do where nothing was. May be empty.
    pub(crate) note: Signal<String>,
    /// The language of the names.
    pub(crate) lang: &'static str,
}

/// What the owner of a picker does.
#[derive(Clone, Copy)]
pub(crate) struct PickerCalls {
    /// What fits the text, best first.
    pub(crate) find: Callback<String, Vec<Pick>>,
    /// The values that are picked now, in their order.
    pub(crate) on_change: Callback<Vec<String>>,
    /// Takes a whole text, as when several values were pasted; what it leaves stays in the field.
    pub(crate) take: Callback<String, String>,
    pub(crate) on_focus: Callback<()>,
    pub(crate) on_leave: Callback<()>,
}

#[component]
pub(crate) fn Picker(
    #[prop(into)] label: Signal<String>,
    picked: Memo<Vec<Pick>>,
    /// What is typed and not picked yet.
    typed: RwSignal<String>,
    calls: PickerCalls,
    words: PickerWords,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] objections: Signal<Vec<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    let fixed = Signal::stored(None);
    let described = ids.described_by(hint, objections, fixed);
    let picker = State {
        open: RwSignal::new(false),
        active: RwSignal::new(None),
        told: RwSignal::new(String::new()),
        root: NodeRef::new(),
        input: NodeRef::new(),
        list: NodeRef::new(),
        picked,
        typed,
        calls,
    };
    let found = Memo::new(move |_| match picker.open.get() {
        true => calls.find.run(typed.get()),
        false => Vec::new(),
    });
    let list_id = unique_id("list");
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let active_id = {
        let option_id = option_id.clone();
        move || {
            let at = picker.active.get()?;
            found.with(|found| (at < found.len()).then(|| option_id(at)))
        }
    };
    let options = move || {
        let all = found.get();
        let row = |(at, pick): (usize, Pick)| {
            let chosen = pick.clone();
            view! {
                <li
                    id=option_id(at)
                    role="option"
                    class="picker__option"
                    class:is-active=move || picker.active.get() == Some(at)
                    aria-selected=move || if picker.active.get() == Some(at) { "true" } else { "false" }
                    // The field keeps the focus.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| picker.pick(&chosen)
                >
                    {pick_words(&pick, words.lang)}
                </li>
            }
        };
        all.into_iter().enumerate().map(row).collect_view()
    };
    let is_empty = Memo::new(move |_| found.with(Vec::is_empty));
    let has_note = Memo::new(move |_| picker.open.get() && words.note.with(|note| !note.is_empty()));
    let leave = move |event: ev::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        let inside = picker
            .root
            .get_untracked()
            .is_some_and(|root| to.is_some_and(|to| root.contains(Some(&to))));
        if !inside && picker.typed.try_get_untracked().is_some() {
            picker.open.set(false);
            picker.active.set(None);
            picker.take_typed();
            calls.on_leave.try_run(());
        }
    };
    let chips = move || {
        picked.with(|picked| {
            let last = picked.len().saturating_sub(1);
            let all = picked.iter().cloned().enumerate();
            all.map(|(at, pick)| chip(picker, at, at == last, pick, words.lang))
                .collect_view()
        })
    };
    let control = view! {
        <div class="picker" node_ref=picker.root on:focusout=leave>
            <Show when=move || picked.with(|picked| !picked.is_empty())>
                <ol class="picker__chips" aria-label=text!(picker::chosen, what = label.get())>{chips}</ol>
            </Show>
            <div class="picker__box">
                <input
                    id=ids.control.clone()
                    class="input"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="enter"
                    placeholder=move || words.placeholder.get()
                    aria-autocomplete="list"
                    aria-controls=list_id.clone()
                    aria-expanded=move || if picker.open.get() && !is_empty.get() { "true" } else { "false" }
                    aria-activedescendant=active_id
                    aria-invalid=move || objections.with(|list| !list.is_empty()).then_some("true")
                    aria-describedby=described
                    node_ref=picker.input
                    prop:value=move || typed.get()
                    on:focus=move |_| calls.on_focus.run(())
                    on:click=move |_| picker.open.set(true)
                    on:input=move |event| picker.type_in(&event_target_value(&event))
                    on:keydown=move |event| picker.key(&event, &found.get_untracked())
                />
                // It scrolls, and browsers would stop there with the Tab key.
                <div tabindex="-1" class="picker__list" class:is-open=move || picker.open.get() && (!is_empty.get() || has_note.get())>
                    <ul id=list_id.clone() role="listbox" aria-label=move || label.get() node_ref=picker.list>{options}</ul>
                    <Show when=move || has_note.get()>
                        <p class="picker__note">{move || words.note.get()}</p>
                    </Show>
                </div>
            </div>
            <p class="visually-hidden" role="status">
                {move || {
                    let count = found.with(Vec::len);
                    match picker.open.get() && typed.with(|text| !text.is_empty()) {
                        true if count == 0 => words.note.get(),
                        true => tell!(picker::found, count = count),
                        false => picker.told.get(),
                    }
                }}
            </p>
        </div>
    }
    .into_any();
    frame(
        ids,
        label,
        false,
        control,
        Below {
            hint,
            objections,
            on_remedy,
            fixed,
        },
    )
}

/// The code and the name, the latter in its own language.
fn pick_words(pick: &Pick, lang: &'static str) -> AnyView {
    let name =
        (!pick.name.is_empty()).then(|| view! { <span class="picker__name" lang=lang>{pick.name.clone()}</span> });
    view! { <span class="picker__code">{pick.value.clone()}</span> " " {name} }.into_any()
}

/// One that is picked, and what can be done with it.
fn chip(picker: State, at: usize, is_last: bool, pick: Pick, lang: &'static str) -> AnyView {
    let name = pick.told();
    let button = |label: String, icon: Icon, class: &'static str, press: Callback<()>| {
        view! {
            <button type="button" class=format!("picker__button {class}") aria-label=label.clone() title=label on:click=move |_| press.run(())>
                <IconView icon />
            </button>
        }
        .into_any()
    };
    let up = (at > 0).then(|| {
        let label = tell!(picker::move_up, name = &name);
        button(
            label,
            Icon::ChevronDown,
            "is-up",
            Callback::new(move |()| picker.shift(at, at - 1)),
        )
    });
    let down = (!is_last).then(|| {
        let label = tell!(picker::move_down, name = &name);
        button(
            label,
            Icon::ChevronDown,
            "",
            Callback::new(move |()| picker.shift(at, at + 1)),
        )
    });
    let first = match at {
        0 => view! { <span class="picker__first">{tell!(picker::primary)}</span> }.into_any(),
        _ => view! {
            <button
                type="button"
                class="link picker__make-first"
                aria-label=tell!(picker::make_primary_named, name = &name)
                on:click=move |_| picker.shift(at, 0)
            >
                {tell!(picker::make_primary)}
            </button>
        }
        .into_any(),
    };
    let remove = button(
        tell!(picker::remove, name = &name),
        Icon::Clear,
        "",
        Callback::new(move |()| picker.remove(at)),
    );
    view! {
        <li class="picker__chip">
            <span class="picker__words">{pick_words(&pick, lang)}</span>
            " "
            <span class="picker__acts">{first} {up} {down} {remove}</span>
        </li>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct State {
    open: RwSignal<bool>,
    /// The option that Enter takes.
    active: RwSignal<Option<usize>>,
    /// What was done last, for those who hear it.
    told: RwSignal<String>,
    root: NodeRef<html::Div>,
    input: NodeRef<html::Input>,
    list: NodeRef<html::Ul>,
    picked: Memo<Vec<Pick>>,
    typed: RwSignal<String>,
    calls: PickerCalls,
}

impl State {
    fn values(self) -> Vec<String> {
        self.picked
            .with_untracked(|picked| picked.iter().map(|pick| pick.value.clone()).collect())
    }

    fn type_in(self, text: &str) {
        self.typed.set(text.to_owned());
        self.active.set(None);
        self.open.set(true);
        self.calls.on_focus.run(());
        if text.contains([',', ';', '\n']) {
            self.take_typed();
        }
    }

    /// Picks what was typed in full; the rest stays.
    fn take_typed(self) {
        let text = self.typed.get_untracked();
        if !text.trim().is_empty() {
            self.typed.set(self.calls.take.run(text));
        }
    }

    fn pick(self, pick: &Pick) {
        let mut values = self.values();
        if !values.contains(&pick.value) {
            values.push(pick.value.clone());
        }
        self.typed.set(String::new());
        self.active.set(None);
        self.open.set(false);
        self.told.set(tell!(picker::added, name = pick.told()));
        self.calls.on_change.run(values);
    }

    fn shift(self, from: usize, to: usize) {
        let Some(pick) = self.picked.with_untracked(|picked| picked.get(from).cloned()) else {
            return;
        };
        let mut values = self.values();
        if to >= values.len() {
            return;
        }
        let value = values.remove(from);
        values.insert(to, value);
        self.told.set(match to {
            0 => tell!(picker::now_primary, name = pick.told()),
            _ => tell!(picker::now_at, name = pick.told(), place = to + 1),
        });
        self.calls.on_change.run(values);
        self.focus_chip(to);
    }

    fn remove(self, at: usize) {
        let Some(pick) = self.picked.with_untracked(|picked| picked.get(at).cloned()) else {
            return;
        };
        let mut values = self.values();
        if at < values.len() {
            values.remove(at);
        }
        self.told.set(tell!(picker::removed, name = pick.told()));
        self.calls.on_change.run(values);
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    /// The buttons are made anew with every change; the focus goes on to those of the one that was moved.
    fn focus_chip(self, at: usize) {
        request_animation_frame(move || {
            let chip = self
                .root
                .try_get_untracked()
                .flatten()
                .and_then(|root| root.query_selector_all(".picker__chip").ok())
                .and_then(|chips| chips.item(u32::try_from(at).ok()?))
                .and_then(|chip| chip.dyn_into::<Element>().ok());
            let button = chip.and_then(|chip| chip.query_selector("button").ok().flatten());
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    }

    fn key(self, event: &ev::KeyboardEvent, found: &[Pick]) {
        let (is_open, at) = (self.open.get_untracked(), self.active.get_untracked());
        let count = found.len();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => {
                self.open.set(true);
                self.go_to(Some(0).filter(|_| event.key() == "ArrowDown" && !event.alt_key()));
            }
            "ArrowDown" if count > 0 => self.go_to(Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" if count > 0 => self.go_to(Some(at.map_or(count, |at| if at == 0 { count } else { at }) - 1)),
            "Enter" => match at.and_then(|at| found.get(at)).filter(|_| is_open) {
                Some(pick) => self.pick(pick),
                None => self.take_typed(),
            },
            "Escape" if is_open => {
                self.open.set(false);
                self.active.set(None);
                event.stop_propagation();
            }
            "Escape" if self.typed.with_untracked(|text| !text.is_empty()) => {
                self.typed.set(String::new());
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    }

    /// Makes an option the active one, and brings it into sight of its list.
    fn go_to(self, at: Option<usize>) {
        self.active.set(at);
        let Some(at) = at else { return };
        request_animation_frame(move || {
            let Some(list) = self.list.try_get_untracked().flatten() else {
                return;
            };
            let option = u32::try_from(at).ok().and_then(|at| list.children().item(at));
            let frame = list.parent_element();
            let (Some(option), Some(frame)) = (option.and_then(|one| one.dyn_into::<HtmlElement>().ok()), frame) else {
                return;
            };
            let (top, height) = (option.offset_top(), option.offset_height());
            if top < frame.scroll_top() {
                frame.set_scroll_top(top);
            } else if top + height > frame.scroll_top() + frame.client_height() {
                frame.set_scroll_top(top + height - frame.client_height());
            }
        });
    }
}
