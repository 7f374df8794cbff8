//! The end of a key or of an allowed origin: asked about first, with what ends with it.

use leptos::prelude::*;
use shared::edit::Edit;
use shared::wire::Accepted;

use super::Settled;
use crate::edit_session::EditSession;
use crate::pages::parts::{Confirming, JudgementPanel};
use crate::widgets::{Button, ButtonKind, Dialog, Toasts};
use crate::words::text;

/// What is said where something ends.
#[derive(Clone, Copy)]
pub(super) struct EndWords {
    pub title: Signal<String>,
    pub text: Signal<String>,
    /// On the button that ends it.
    pub press: Signal<String>,
    /// When it has ended.
    pub ended: Signal<String>,
}

/// Open while there is an edit to be made; `on_close` takes it away.
#[component]
pub(super) fn End(
    settled: Settled,
    #[prop(into)] edit: Signal<Option<Edit>>,
    words: EndWords,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::get();
    let session = EditSession::new(settled.facts, edit);
    // How many are at it now, and when it was last used.
    Effect::new(move |was_open: Option<bool>| {
        let is_open = edit.with(Option::is_some);
        if is_open && was_open == Some(false) {
            settled.reload.run(());
        }
        is_open
    });
    let close = Callback::new(move |()| {
        on_close.run(());
        session.reset();
    });
    let accepted = Callback::new(move |_: Accepted| {
        close.run(());
        settled.reload.run(());
        toasts.say(move || words.ended.get());
    });
    let actions = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=words.press
                kind=ButtonKind::Danger
                busy=session.is_busy()
                on_press=move |()| session.save(accepted)
            />
        }
    });
    view! {
        <Dialog
            open=Signal::derive(move || edit.with(Option::is_some))
            title=words.title
            on_close=close
            actions=actions
        >
            <p>{words.text}</p>
            <JudgementPanel
                session
                elsewhere=Callback::new(|_| false)
                on_remedy=Callback::new(|_| ())
                nothing=text!(embedding::nobody_there)
                confirming=Confirming::ByButton
            />
        </Dialog>
    }
    .into_any()
}
