//! A support case (T11): who asked for what, when, what came of it, and closing it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::edit::Edit;
use shared::ids::Timestamp;
use shared::licence::SupportCase;
use shared::verdict::Field;
use shared::wire::{Accepted, AuditPerson};

use super::JudgementPanel;
use crate::api::ApiError;
use crate::dates;
use crate::edit_session::EditSession;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::verdict_words::{objections, teller};
use crate::widgets::{
    Badge, Button, ButtonKind, Dialog, ErrorNote, FieldSetup, Skeleton, SkeletonShape, TextArea, Toasts, Tone,
};
use crate::words::{tell, text};

/// One case, in a list of them.
#[component]
pub(crate) fn CaseLine(
    case: SupportCase,
    facts: Arc<Facts>,
    closing: ClosingCase,
    /// All of them are about one person, who need not be named.
    #[prop(optional)]
    of_one: bool,
) -> impl IntoView {
    let product = teller(&facts).product(&case.product);
    let opened = by_when(&case.opened_by, case.opened_at);
    let (badge, tone) = if case.is_open() {
        (tell!(screen::case_is_open), Tone::Attention)
    } else {
        (tell!(screen::case_is_closed), Tone::Neutral)
    };
    let ended = case.closed.as_ref().map(|closed| {
        let when = tell!(screen::case_closed_by, who = by_when(&closed.by, closed.at));
        let note = (!closed.note.is_empty()).then(|| view! { <p class="case__note">{closed.note.clone()}</p> });
        view! { <p class="case__about">{when}</p> {note} }
    });
    let AuditPerson { user, name } = case.person.clone();
    let person = (!of_one).then(|| {
        let to = Signal::stored(Route::user(user));
        view! { <Link to=to class="case__person">{name}</Link> }
    });
    let close = case.is_open().then(|| {
        let own = case.clone();
        let press = Callback::new(move |()| closing.ask(own.clone()));
        view! { <Button label=text!(screen::close_case_ask) on_press=press /> }
    });
    view! {
        <li class="case">
            <div class="case__words">
                <p class="case__title">
                    {person}
                    <span class="case__product">{product}</span>
                    <Badge label=badge tone=tone />
                </p>
                <p class="case__about">{tell!(screen::case_opened_by, who = opened)}</p>
                {ended}
            </div>
            {close}
        </li>
    }
    .into_any()
}

/// "Dana Whitfield, 3 May 2026, 14:05"; without the name where nobody has one: the command line.
fn by_when(person: &AuditPerson, at: Timestamp) -> String {
    let when = dates::day_and_time(at);
    match person.name.as_str() {
        "" => when,
        name => tell!(screen::by_when, name = name, when = when),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Ready {
    Loading,
    Yes,
    Failed(ApiError),
}

/// The case that is being closed on this screen.
#[derive(Clone, Copy)]
pub(crate) struct ClosingCase {
    asked: RwSignal<Option<SupportCase>>,
    note: RwSignal<String>,
    ready: RwSignal<Ready>,
    session: EditSession,
}

impl ClosingCase {
    pub(crate) fn new() -> Self {
        let facts = RwSignal::new(use_reader().facts().get_untracked());
        let asked = RwSignal::new(None::<SupportCase>);
        let note = RwSignal::new(String::new());
        let ready = RwSignal::new(Ready::Loading);
        let edit = Signal::derive(move || {
            let is_ready = ready.with(|ready| *ready == Ready::Yes);
            let case = asked.with(|asked| asked.as_ref().map(|case| (case.person.user, case.id)));
            let (user, case) = case.filter(|_| is_ready)?;
            let note = note.get();
            Some(Edit::CloseCase { user, case, note })
        });
        Self {
            asked,
            note,
            ready,
            session: EditSession::new(facts, edit),
        }
    }

    /// Opens the dialog, and reads the facts that it is judged by.
    fn ask(self, case: SupportCase) {
        let user = case.person.user;
        self.session.reset();
        self.note.set(String::new());
        self.ready.set(Ready::Loading);
        self.asked.set(Some(case));
        let api = self.session.api();
        spawn_local(async move {
            let ready = match api.user(user).await {
                Ok(view) => {
                    let _ = self.session.facts().try_set(Arc::new(view.facts));
                    Ready::Yes
                }
                Err(error) => Ready::Failed(error),
            };
            let _ = self.ready.try_set(ready);
        });
    }
}

/// The dialog of [`ClosingCase`].
#[component]
pub(crate) fn CloseCaseDialog(
    closing: ClosingCase,
    /// Called when a case was closed.
    #[prop(into)]
    on_done: Callback<Accepted>,
) -> impl IntoView {
    let ClosingCase {
        asked,
        note,
        ready,
        session,
    } = closing;
    let facts = session.facts();
    let toasts = Toasts::get();
    let close = Callback::new(move |()| asked.set(None));
    let title = Signal::derive(move || {
        asked.with(|asked| {
            let Some(case) = asked else { return String::new() };
            let product = facts.with(|facts| teller(facts).product(&case.product));
            tell!(screen::close_case_of, product = product, name = &case.person.name)
        })
    });
    let done = Callback::new(move |accepted: Accepted| {
        asked.set(None);
        toasts.say(move || tell!(screen::case_closed_toast));
        on_done.run(accepted);
    });
    let refused = Signal::derive(move || {
        let missing = note.with(|note| note.trim().is_empty());
        if missing {
            return Some(tell!(screen::case_note_first));
        }
        let refused = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        refused.then(|| tell!(screen::cannot_be_done))
    });
    let objections = Signal::derive(move || {
        // Nothing has been written yet: the button says what is wanted.
        if note.with(String::is_empty) && !session.attempted().get() {
            return Vec::new();
        }
        let refusals = session.refusals_at(Field::Note).get();
        facts.with(|facts| objections(facts, &refusals))
    });
    let buttons = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Show when=move || ready.with(|ready| *ready == Ready::Yes)>
                <Button
                    label=text!(screen::close_case)
                    kind=ButtonKind::Primary
                    busy=session.is_busy()
                    refused=refused
                    on_press=move |()| session.save(done)
                />
            </Show>
        }
        .into_any()
    });
    let setup = FieldSetup {
        required: true,
        ..FieldSetup::default()
    };
    let body = move || match ready.get() {
        Ready::Loading => view! { <Skeleton shape=SkeletonShape::Lines rows=3 /> }.into_any(),
        Ready::Failed(error) => view! {
            <ErrorNote
                happened=Signal::derive({
                    let error = error.clone();
                    move || error.title()
                })
                next=Signal::derive(move || error.detail())
            />
        }
        .into_any(),
        Ready::Yes => view! {
            <TextArea
                label=text!(screen::case_note)
                hint=text!(screen::case_note_hint)
                value=note
                on_input=move |text| note.set(text)
                setup=setup
                objections=objections
            />
            <JudgementPanel
                session
                elsewhere=Callback::new(|field: Field| field == Field::Note)
                on_remedy=Callback::new(|_| ())
                nothing=text!(screen::nothing_else_changes)
            />
        }
        .into_any(),
    };
    view! {
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) title=title on_close=close actions=buttons>
            {body}
        </Dialog>
    }
    .into_any()
}
