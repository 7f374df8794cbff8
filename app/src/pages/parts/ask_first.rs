//! Saving from a dialog: what must be confirmed is asked for before anything is sent, and whoever goes back finds all as
//! it was typed (O5).

use leptos::prelude::*;
use shared::wire::Accepted;

use crate::edit_session::EditSession;
use crate::verdict_words::wanted;
use crate::widgets::ConfirmDialog;
use crate::words::text;

/// The question between "Save" and saving.
#[derive(Clone, Copy)]
pub(crate) struct AskFirst {
    session: EditSession,
    asking: RwSignal<bool>,
    saved: Callback<Accepted>,
}

impl AskFirst {
    pub(crate) fn new(session: EditSession, saved: Callback<Accepted>) -> Self {
        Self {
            session,
            asking: RwSignal::new(false),
            saved,
        }
    }

    /// Saves, after the question where there is one.
    pub(crate) fn save(self) {
        let asks = self
            .session
            .verdict()
            .with_untracked(|verdict| verdict.refusals.is_empty() && !verdict.confirmations.is_empty());
        if asks {
            self.asking.set(true);
        } else {
            self.session.save(self.saved);
        }
    }
}

#[component]
pub(crate) fn AskFirstDialog(
    ask: AskFirst,
    /// What the button says that goes on.
    #[prop(into)]
    confirm: Signal<String>,
) -> impl IntoView {
    let AskFirst { session, asking, saved } = ask;
    let lines = move || {
        session.verdict().with(|verdict| {
            let wanted = session.facts().with(|facts| wanted(facts, verdict, &[]));
            wanted.into_iter().map(|one| view! { <p>{one.text}</p> }).collect_view()
        })
    };
    let go = Callback::new(move |()| {
        asking.set(false);
        session.confirm_all();
        session.save(saved);
    });
    view! {
        <ConfirmDialog
            open=asking
            title=text!(screen::please_confirm)
            confirm=confirm
            cancel=text!(screen::go_back)
            kind=crate::widgets::ButtonKind::Primary
            on_confirm=go
            on_close=Callback::new(move |()| asking.set(false))
        >
            {lines}
        </ConfirmDialog>
    }
    .into_any()
}
