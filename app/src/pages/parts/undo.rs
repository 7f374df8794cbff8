//! "Saved. Undo": the way back from what was just done, through the same door and judged by the same rules.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::Accepted;

use crate::api::ApiError;
use crate::edit_session::WayBack;
use crate::widgets::Toasts;
use crate::words::tell;

/// Says that something was done; with "Undo" where there is a way back. `undone` is called when it was taken, if its
/// screen is still there.
pub(crate) fn say_done(
    toasts: Toasts,
    text: impl Fn() -> String + Send + Sync + 'static,
    back: Option<WayBack>,
    undone: Callback<Accepted>,
) {
    let Some(back) = back else {
        toasts.say(text);
        return;
    };
    let press = Callback::new(move |()| {
        let back = back.clone();
        spawn_local(async move {
            match back.go().await {
                Ok(accepted) => {
                    undone.try_run(accepted);
                    toasts.say(|| tell!(screen::undone));
                }
                Err(error) => toasts.warn(move || tell!(screen::not_undone, why = reason(&error))),
            }
        });
    });
    toasts.offer(text, || tell!(screen::undo), press);
}

fn reason(error: &ApiError) -> String {
    if error.status() == Some(409) {
        tell!(screen::changed_again)
    } else {
        error.detail()
    }
}
