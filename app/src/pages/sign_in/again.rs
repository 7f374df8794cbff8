//! Proving again who one is, over the work on the screen: because the session has ended, or because what is asked for is
//! sensitive. What was typed stays, and the requests that wait for it go on by themselves.

use leptos::prelude::*;

use super::{SignInForm, Why};
use crate::api::{Wanted, use_api};
use crate::session::{SignedIn, use_session};
use crate::widgets::Dialog;
use crate::words::text;

/// Nothing, or the dialog that is called for.
#[component]
pub(crate) fn SignInAgain() -> impl IntoView {
    let proof = use_api().proof();
    let session = use_session();
    let state = session.state();
    let why = Memo::new(move |_| {
        if state.get() == SignedIn::Nobody {
            return session.me().with(Option::is_some).then_some(Why::Ended);
        }
        (proof.wanted().get() == Some(Wanted::Recent)).then_some(Why::Proof)
    });
    move || match why.get()? {
        Why::Ended => Some(
            view! {
                <Dialog open=Signal::stored(true) title=text!(screen::sign_in_again) on_close=|()| () locked=true>
                    <SignInForm why=Why::Ended />
                </Dialog>
            }
            .into_any(),
        ),
        _ => Some(
            view! {
                <Dialog
                    open=Signal::stored(true)
                    title=text!(session::prove_title)
                    on_close=move |()| proof.answer(false)
                >
                    <SignInForm why=Why::Proof />
                </Dialog>
            }
            .into_any(),
        ),
    }
}
