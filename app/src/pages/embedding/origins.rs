//! Origins whose pages may use tokens: one more is judged as it is typed, and removing one says what it ends.

use leptos::prelude::*;
use shared::edit::Edit;
use shared::embed::AllowedOrigin;
use shared::verdict::Field;
use shared::wire::Accepted;

use super::Settled;
use super::end::{End, EndWords};
use crate::dates;
use crate::edit_session::EditSession;
use crate::pages::parts::SaveProblem;
use crate::verdict_words;
use crate::widgets::{Button, FieldSetup, Icon, IconView, InputKind, RefusalList, Section, TextField, Toasts};
use crate::words::{spoken, tell, text};

const ORIGIN: FieldSetup = FieldSetup {
    kind: InputKind::Text,
    required: true,
    autocomplete: "off",
    spellcheck: false,
};

#[component]
pub(super) fn Origins(settled: Settled) -> impl IntoView {
    let removing = RwSignal::new(None::<String>);
    let line = move |known: AllowedOrigin| {
        let about = tell!(
            embedding::allowed_by,
            name = &known.allowed_by,
            date = dates::day(known.allowed_at)
        );
        let which = Signal::stored(tell!(embedding::remove_which, origin = &known.origin));
        let title = known.origin.clone();
        let press = Callback::new(move |()| removing.set(Some(known.origin.clone())));
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Site /></span>
                <div class="session__words">
                    <p class="session__title"><span class="embedding__origin">{title}</span></p>
                    <p class="session__about">{about}</p>
                </div>
                <Button label=text!(embedding::remove) about=which on_press=press />
            </li>
        }
    };
    let list = move || {
        spoken();
        let origins = settled.view.with(|view| view.as_ref().map(|view| view.origins.clone()));
        match origins.unwrap_or_default() {
            none if none.is_empty() => view! { <p class="field__hint">{tell!(embedding::no_origins)}</p> }.into_any(),
            some => view! { <ul class="sessions">{some.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }
    };
    let edit = move || removing.get().map(|origin| Edit::RemoveOrigin { origin });
    let end = EndWords {
        title: text!(embedding::remove_title),
        text: Signal::derive(move || tell!(embedding::remove_text, origin = removing.get().unwrap_or_default())),
        press: text!(embedding::remove),
        ended: text!(embedding::origin_is_removed),
    };
    view! {
        <Section title=text!(embedding::origins) about=text!(embedding::origins_about)>
            {list}
            <Allow settled />
        </Section>
        <End settled edit=Signal::derive(edit) words=end on_close=move |()| removing.set(None) />
    }
    .into_any()
}

/// One more.
#[component]
fn Allow(settled: Settled) -> impl IntoView {
    let toasts = Toasts::get();
    let (typed, touched) = (RwSignal::new(String::new()), RwSignal::new(false));
    let edit = Signal::derive(move || Some(Edit::AllowOrigin { origin: typed.get() }));
    let session = EditSession::new(settled.facts, edit);
    let accepted = Callback::new(move |_: Accepted| {
        typed.set(String::new());
        touched.set(false);
        settled.reload.run(());
        toasts.say(|| tell!(embedding::origin_is_allowed));
    });
    let allow = Callback::new(move |()| {
        touched.set(true);
        session.save(accepted);
    });
    let of = move |field: fn(&Field) -> bool| {
        Signal::derive(move || {
            if !touched.get() && !session.attempted().get() {
                return Vec::new();
            }
            let refusals = session.verdict().with(|verdict| verdict.refusals.clone());
            let refusals: Vec<_> = refusals.into_iter().filter(|refusal| field(&refusal.field)).collect();
            settled.facts.with(|facts| verdict_words::objections(facts, &refusals))
        })
    };
    let at_origin = of(|field| *field == Field::Origin);
    let others = of(|field| *field != Field::Origin);
    let type_origin = move |text: String| {
        // Half an address is no mistake yet.
        touched.update(|touched| *touched = *touched && !text.is_empty());
        typed.set(text);
    };
    view! {
        <form
            class="form"
            novalidate
            on:submit=|event| event.prevent_default()
        >
            <TextField
                label=text!(embedding::origin)
                value=typed
                on_input=type_origin
                setup=ORIGIN
                hint=text!(embedding::origin_hint)
                objections=at_origin
                on_leave=Callback::new(move |()| touched.set(typed.with_untracked(|typed| !typed.is_empty())))
            />
            <RefusalList objections=others />
            <SaveProblem session />
            <div class="form__actions">
                <Button label=text!(embedding::allow) busy=session.is_busy() submit=true on_press=allow />
            </div>
        </form>
    }
    .into_any()
}
