//! Where somebody is signed in, which attempts failed, and ending sessions: one's own, or those of somebody whom one
//! manages.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::edit::{Edit, WhichSessions};
use shared::ids::UserId;
use shared::wire::{
    Accepted, DeviceView, FailedSignIn, Nearness, PlaceView, Proposal, SessionList, SessionView, Topic,
};

use crate::api::{Api, ApiError, use_api};
use crate::dates;
use crate::live;
use crate::pages::parts::fetched;
use crate::session::use_reader;
use crate::widgets::{
    Badge, Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconView, Note, Section, SkeletonShape, Toasts, Tone,
};
use crate::words::{spoken, tell, text};

/// Somebody else, as the screen calls them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Someone {
    pub(crate) user: UserId,
    pub(crate) name: Signal<String>,
}

/// The sessions of somebody, or one's own.
#[component]
pub(crate) fn Sessions(
    #[prop(optional, into)] of: Option<Someone>,
    /// Called when a session was ended.
    #[prop(optional, into)]
    on_done: Option<Callback<Accepted>>,
) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let me = use_reader().me();
    let toasts = Toasts::get();
    let listed = RwSignal::new(None::<Result<SessionList, ApiError>>);
    let (is_own, user, name) = match of {
        Some(Someone { user, name }) => (false, user, name),
        None => (true, me.with_untracked(|me| me.user.id), Signal::stored(String::new())),
    };
    let load_with = move |api: Api| {
        spawn_local(async move {
            let answer = if is_own {
                api.own_sessions().await
            } else {
                api.sessions_of(user).await
            };
            let _ = listed.try_set(Some(answer));
        });
    };
    let load = move || load_with(api.get_value());
    load();
    live::hear(&api.get_value(), move |change| {
        if change.touches_user(user) || (is_own && change.touches(Topic::Me)) {
            load_with(api.get_value().by_itself());
        }
    });

    let busy = RwSignal::new(false);
    let asked = RwSignal::new(false);
    let end = move |which: WhichSessions| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let proposal = Proposal {
            edit: Edit::EndSessions { user, which },
            seen_revision: None,
            confirmations: Vec::new(),
            idempotency_key: crate::fresh::id(),
        };
        let api = api.get_value();
        spawn_local(async move {
            let answer = api.propose(&proposal).await;
            let _ = busy.try_set(false);
            let _ = asked.try_set(false);
            match answer {
                Ok(accepted) => {
                    if matches!(which, WhichSessions::Only(_)) {
                        toasts.say(|| tell!(session::one_ended));
                    } else {
                        toasts.say(|| tell!(session::all_ended));
                    }
                    if let Some(done) = on_done {
                        done.run(accepted);
                    }
                }
                Err(error) => toasts.warn(move || tell!(session::not_ended, why = error.detail())),
            }
            load();
        });
    };

    let current = move || {
        listed.with(|listed| {
            let list = listed.as_ref()?.as_ref().ok()?;
            list.sessions.iter().find(|one| one.current).map(|one| one.id)
        })
    };
    // All of somebody's, or all of one's own but this one.
    let many = Memo::new(move |_| {
        listed.with(|listed| match listed {
            Some(Ok(list)) => list.sessions.iter().filter(|one| !one.current).count(),
            _ => 0,
        })
    });
    let end_many = Callback::new(move |()| {
        end(current().map_or(WhichSessions::All, WhichSessions::AllBut));
    });
    let word = Signal::derive(move || {
        if is_own {
            tell!(session::end_others)
        } else {
            tell!(session::end_all)
        }
    });
    let title = Signal::derive(move || {
        if is_own {
            tell!(session::end_others)
        } else {
            tell!(session::end_all_of, name = name.get())
        }
    });
    let meaning = move || {
        if is_own {
            tell!(session::end_others_text, count = many.get())
        } else {
            tell!(session::end_all_text, count = many.get(), name = name.get())
        }
    };
    let about = Signal::derive(move || {
        if is_own {
            tell!(session::own_about)
        } else {
            tell!(session::of_about, name = name.get())
        }
    });
    let row = move |session: SessionView| {
        let id = session.id;
        let press = Callback::new(move |()| end(WhichSessions::Only(id)));
        view! { <SessionLine session on_end=press busy=busy.into() /> }
    };
    let reload = Callback::new(move |()| load());
    let open = move || {
        // Dates and devices are told in the language that is read now.
        spoken();
        fetched(listed.get(), (SkeletonShape::Lines, 3), reload, |list| {
            let locked = locked_note(&list);
            if list.sessions.is_empty() {
                return view! {
                    {locked}
                    <EmptyState title=text!(session::none) text=text!(session::none_text) />
                }
                .into_any();
            }
            view! {
                {locked}
                <ul class="sessions">{list.sessions.into_iter().map(row).collect_view()}</ul>
                <Show when=move || { many.get() > 0 }>
                    <div class="sessions__all">
                        <Button label=word kind=ButtonKind::Danger on_press=move |()| asked.set(true) />
                    </div>
                </Show>
            }
            .into_any()
        })
    };
    let failed = move || {
        spoken();
        listed.with(|listed| match listed {
            Some(Ok(list)) if list.failed.is_empty() => {
                Some(view! { <p class="field__hint">{text!(session::failed_none)}</p> }.into_any())
            }
            Some(Ok(list)) => {
                let lines = list.failed.iter().map(failed_line).collect_view();
                Some(view! { <ul class="sessions">{lines}</ul> }.into_any())
            }
            _ => None,
        })
    };
    view! {
        <Section title=text!(session::title) about=about>{open}</Section>
        <Section title=text!(session::failed) about=text!(session::failed_about)>{failed}</Section>
        <ConfirmDialog
            open=asked
            title=title
            confirm=word
            kind=ButtonKind::Danger
            busy=busy
            on_confirm=end_many
            on_close=Callback::new(move |()| asked.set(false))
        >
            <p>{meaning}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn SessionLine(session: SessionView, on_end: Callback<()>, busy: Signal<bool>) -> impl IntoView {
    let device = device_words(&session.device);
    let now = crate::fresh::now();
    let mark = session
        .current
        .then(|| view! { <Badge label=text!(session::this_one) tone=Tone::Gained /> });
    let since = tell!(session::since, when = dates::day_and_time(session.since));
    let seen = tell!(session::last_seen, when = dates::ago(session.last_seen, now));
    let about = Signal::stored(tell!(session::end_which, device = &device));
    let end = (!session.current).then(|| {
        view! { <Button label=text!(session::end) about=about busy=busy on_press=on_end /> }
    });
    view! {
        <li class="session">
            <span class="session__icon"><IconView icon=Icon::Device /></span>
            <div class="session__words">
                <p class="session__title"><span>{device}</span>{mark}</p>
                <p class="session__about">{place_words(&session.place)}</p>
                <p class="session__about">{since} " · " {seen}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

fn failed_line(failed: &FailedSignIn) -> impl IntoView + use<> {
    let what = device_words(&failed.device);
    view! {
        <li class="session">
            <span class="session__icon"><IconView icon=Icon::Alert /></span>
            <div class="session__words">
                <p class="session__title"><span>{dates::day_and_time(failed.at)}</span></p>
                <p class="session__about">{place_words(&failed.place)} " · " {what}</p>
            </div>
        </li>
    }
}

/// Since when the account is locked, and from where the last attempt came (T14).
fn locked_note(list: &SessionList) -> Option<impl IntoView + use<>> {
    let (lock, last) = (list.locked?, list.failed.first()?);
    let when = dates::day_and_time(lock.since);
    let told = tell!(session::locked_since, when = when, place = place_words(&last.place));
    Some(view! { <Note text=told tone=Tone::Attention /> })
}

/// "Chrome on Windows", as far as the device says.
fn device_words(device: &DeviceView) -> String {
    match (&device.browser, &device.system) {
        (Some(browser), Some(system)) => tell!(session::browser_on, browser = browser, system = system),
        (Some(browser), None) => browser.clone(),
        (None, Some(system)) => {
            let browser = tell!(session::unknown_browser);
            tell!(session::browser_on, browser = browser, system = system)
        }
        (None, None) => tell!(session::unknown_device),
    }
}

fn place_words(place: &PlaceView) -> String {
    let address = &place.address;
    match place.nearness {
        Nearness::Server => tell!(session::on_server, address = address),
        Nearness::Same => tell!(session::same_network, address = address),
        Nearness::Private => tell!(session::private_network, address = address),
        Nearness::Elsewhere => address.clone(),
    }
}
