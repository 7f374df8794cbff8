//! The end of the provider: an edit like others, with what it means before it is done.

use leptos::prelude::*;
use shared::edit::Edit;
use shared::wire::Accepted;

use super::Settled;
use crate::edit_session::EditSession;
use crate::pages::parts::{Confirming, JudgementPanel};
use crate::widgets::{Button, ButtonKind, Dialog, Toasts};
use crate::words::{tell, text};

#[component]
pub(super) fn Remove(settled: Settled) -> impl IntoView {
    let toasts = Toasts::get();
    let open = RwSignal::new(false);
    let edit = Signal::derive(move || open.get().then_some(Edit::RemoveIdentityProvider));
    let session = EditSession::new(settled.facts, edit);
    let close = Callback::new(move |()| {
        open.set(false);
        session.reset();
    });
    let accepted = Callback::new(move |_: Accepted| {
        close.run(());
        toasts.say(|| tell!(identity::removed));
        settled.reload.run(());
    });
    let actions = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=text!(identity::remove)
                kind=ButtonKind::Danger
                busy=session.is_busy()
                on_press=move |()| session.save(accepted)
            />
        }
    });
    let is_set = Memo::new(move |_| settled.facts.with(|facts| facts.provider.set.is_some()));
    view! {
        <Show when=move || is_set.get()>
            <div class="form__actions">
                <Button label=text!(identity::remove_title) on_press=move |()| open.set(true) />
            </div>
        </Show>
        <Dialog open title=text!(identity::remove_title) on_close=close actions=actions>
            <p>{text!(identity::remove_text)}</p>
            <JudgementPanel
                session
                elsewhere=Callback::new(|_| false)
                on_remedy=Callback::new(|_| ())
                nothing=text!(identity::nobody)
                confirming=Confirming::ByButton
            />
        </Dialog>
    }
    .into_any()
}
