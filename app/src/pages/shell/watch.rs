//! When the session ends: kept while somebody is at work, announced before, noticed when it has happened. The server is the
//! clock: what another tab does counts here too, and a device that slept finds out as soon as it wakes.

use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{set_interval_with_handle, window_event_listener};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::SessionState;

use crate::api::{Wanted, use_api};
use crate::fresh;
use crate::session::{SignedIn, use_session};
use crate::widgets::{Button, ButtonKind, Dialog, Toasts};
use crate::words::{tell, text};

const TICK: Duration = Duration::from_secs(1);
/// So long before the end it is announced; sooner where sessions are that short.
const NOTICE: i64 = 120_000;
/// Uses are told to the server this often at most.
const KEEP_EVERY: i64 = 60_000;
/// How often the server is asked while the end is near, or while somebody may have signed in elsewhere.
const LOOK_EVERY: i64 = 5_000;

/// What is known of the session, by this device's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Known {
    /// When it ends, unless it is used.
    ends: Option<i64>,
    /// Milliseconds that it lasts without being used.
    idle: i64,
    can_stay: bool,
    /// When the server was last asked.
    asked: i64,
}

impl Known {
    fn notice(self) -> i64 {
        NOTICE.min(self.idle / 2)
    }

    fn take(&mut self, state: SessionState, now: i64) {
        self.ends = Some(now.saturating_add(i64::from(state.seconds_left) * 1000));
        self.idle = i64::from(state.idle_seconds) * 1000;
        self.can_stay = state.can_stay;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Look,
    Keep,
}

/// Watches the session of whoever is signed in.
#[component]
pub(super) fn SessionWatch() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let session = use_session();
    let state = session.state();
    let toasts = Toasts::get();
    let known = RwSignal::new(Known::default());
    let seconds = RwSignal::new(0_i64);
    let (near, put_away) = (RwSignal::new(false), RwSignal::new(false));
    let (asking, active) = (StoredValue::new(false), StoredValue::new(false));

    let ask = move |what: Ask| {
        if asking.get_value() {
            return;
        }
        asking.set_value(true);
        known.update(|known| known.asked = fresh::now().0);
        let api = api.get_value();
        spawn_local(async move {
            let answer = match what {
                Ask::Look => api.session_state().await,
                Ask::Keep => api.keep_session().await,
            };
            let Some(()) = asking.try_update_value(|asking| *asking = false) else {
                return;
            };
            let Ok(found) = answer else { return };
            let was_out = state.get_untracked() == SignedIn::Nobody;
            let _ = known.try_update(|known| known.take(found, fresh::now().0));
            if was_out {
                // Somebody has signed in again in another tab.
                let _ = session.proved().await;
            }
        });
    };
    let tick = move || {
        let now = fresh::now().0;
        let Some(about) = known.try_get_untracked() else { return };
        let due = |every: i64| now.saturating_sub(about.asked) >= every;
        if state.get_untracked() == SignedIn::Nobody {
            near.set(false);
            // What is known is about a session that is over.
            known.update(|known| known.ends = None);
            if due(LOOK_EVERY) {
                ask(Ask::Look);
            }
            return;
        }
        let Some(ends) = about.ends else {
            if due(LOOK_EVERY) {
                ask(Ask::Look);
            }
            return;
        };
        let left = ends.saturating_sub(now);
        let was_near = near.get_untracked();
        if active.get_value() && !was_near && about.can_stay && due(KEEP_EVERY.min(about.idle / 6)) {
            active.set_value(false);
            ask(Ask::Keep);
            return;
        }
        if left > about.notice() {
            near.set(false);
            put_away.set(false);
            return;
        }
        seconds.set((left / 1000).max(0));
        // Other tabs may have used it: it is announced once the server has said so.
        if was_near || !due(LOOK_EVERY) {
            near.set(true);
        }
        if due(LOOK_EVERY) {
            ask(Ask::Look);
        }
    };
    let timer = set_interval_with_handle(tick, TICK).ok();
    let noticed = move || {
        let _ = active.try_set_value(true);
    };
    let listeners = [
        window_event_listener(ev::pointerdown, move |_| noticed()),
        window_event_listener(ev::keydown, move |_| noticed()),
        window_event_listener(ev::focus, move |_| tick()),
    ];
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
        for listener in listeners {
            listener.remove();
        }
    });

    let can_stay = Memo::new(move |_| known.with(|known| known.can_stay));
    let stay = Callback::new(move |()| {
        if can_stay.get_untracked() {
            near.set(false);
            ask(Ask::Keep);
        } else {
            put_away.set(true);
            api.with_value(|api| api.proof().ask(Wanted::Recent));
        }
    });
    let close = Callback::new(move |()| {
        if can_stay.get_untracked() {
            stay.run(());
        } else {
            put_away.set(true);
        }
    });
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = session.sign_out().await {
                toasts.warn(move || tell!(screen::still_signed_in, why = error.title()));
            }
        });
    });
    let word = Signal::derive(move || {
        if can_stay.get() {
            tell!(session::stay)
        } else {
            tell!(session::again_now)
        }
    });
    let told = move || {
        let seconds = usize::try_from(seconds.get()).unwrap_or_default();
        if can_stay.get() {
            tell!(session::ends_in, seconds = seconds)
        } else {
            tell!(session::ends_for_good_in, seconds = seconds)
        }
    };
    let buttons = move || {
        view! {
            <Button label=text!(screen::sign_out) kind=ButtonKind::Quiet on_press=sign_out />
            <Button label=word kind=ButtonKind::Primary on_press=stay />
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || near.get() && !put_away.get())
            title=text!(session::ends_soon)
            on_close=close
            actions=ViewFn::from(buttons)
        >
            <p role="timer">{told}</p>
        </Dialog>
    }
    .into_any()
}
