//! An edit that was begun and not saved, for when the page or the whole browser is closed in the middle of it: the service
//! worker keeps it for its person, as it keeps what they read, and it is offered when they open the same form again.
//! Passwords and the like are in no such edit; what an embedded widget shows is never kept.

use std::time::Duration;

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use shared::edit::Edit;
use shared::form::UserForm;
use shared::ids::{Timestamp, UserId};
use shared::user::User;
use wasm_bindgen::JsValue;

use super::{FormModel, Touched};
use crate::api::sleep;
use crate::host::use_host;
use crate::session::{SignedIn, use_reader, use_session};
use crate::widgets::{Button, ButtonKind, Icon, IconView};
use crate::words::text;
use crate::{dates, fresh, json};

/// How long a pause in typing is before it is kept.
const PAUSE: Duration = Duration::from_millis(300);
/// Right after signing in, whose it is may not be known yet: then it is tried again.
const AGAIN: Duration = Duration::from_millis(1500);
const TRIES: u32 = 3;
/// Where the service worker answers. It is nothing that the server has.
const PLACE: &str = "/.lanyard/begun/";
/// The form of an invitation, among those of users.
const INVITATION: &str = "invitation";

/// What somebody has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begun {
    at: Timestamp,
    /// The user as they were then; nothing for an invitation.
    seen: Option<User>,
    edit: Edit,
}

impl Begun {
    /// Who is invited, as far as it was typed.
    pub(crate) fn invited(&self) -> String {
        let form = UserForm::from_edit(None, &self.edit);
        let typed = form.profile.values().filter(|text| !text.trim().is_empty());
        typed.take(2).cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Where one form's half-made edit is kept.
#[derive(Clone, Copy)]
pub(crate) struct HalfMade {
    path: StoredValue<String>,
    person: StoredValue<String>,
    /// What is in the form now.
    here: Signal<Option<(Option<User>, Edit)>>,
    /// What was found when the form was opened, until it is decided on.
    offered: RwSignal<Option<Begun>>,
    /// What is still to be written, and whether anything may be kept.
    pending: StoredValue<Option<Option<Begun>>>,
    turn: StoredValue<u32>,
    is_kept: StoredValue<bool>,
}

impl HalfMade {
    /// Of the form of somebody who is there; call it where the form is made.
    pub(crate) fn of_user(model: FormModel, user: UserId, changed: Signal<bool>) -> Self {
        let session = model.session;
        let here = Signal::derive(move || {
            let edit = session.edit().get().filter(|_| changed.get())?;
            Some((session.facts().with(|facts| facts.subject.clone()), edit))
        });
        // What is there already by now is nothing to be offered: it was saved, and its answer was lost.
        let is_new = move |begun: &Begun| {
            session.facts().with_untracked(|facts| {
                let same = begun.edit.user() == Some(user);
                same && facts
                    .subject
                    .as_ref()
                    .is_some_and(|now| UserForm::from_edit(Some(now), &begun.edit).differs_from(&facts.policy, now))
            })
        };
        Self::begin(user.to_string(), here, is_new)
    }

    /// Of the form of an invitation.
    pub(crate) fn of_invitation(model: FormModel, changed: Signal<bool>) -> Self {
        let here = Signal::derive(move || Some((None, model.session.edit().get().filter(|_| changed.get())?)));
        Self::begin(INVITATION.to_owned(), here, |begun| begun.edit.makes_account())
    }

    fn begin(
        form: String,
        here: Signal<Option<(Option<User>, Edit)>>,
        is_new: impl Fn(&Begun) -> bool + 'static,
    ) -> Self {
        let reader = use_reader();
        let half = Self {
            path: StoredValue::new(format!("{PLACE}{form}")),
            person: StoredValue::new(reader.me().with_untracked(|me| me.user.id.to_string())),
            here,
            offered: RwSignal::new(None),
            pending: StoredValue::new(None),
            turn: StoredValue::new(0),
            is_kept: StoredValue::new(false),
        };
        if use_host().is_some() || !is_possible() || !reader.may_change() {
            return half;
        }
        let is_ready = RwSignal::new(false);
        let (path, person) = (half.path.get_value(), half.person.get_value());
        spawn_local(async move {
            let found = kept(&path, &person).await;
            // The form may have gone meanwhile.
            if half.is_kept.try_set_value(found.is_some()).is_some() {
                return;
            }
            let begun = found.and_then(|text| json::read::<Begun>(&text));
            half.offered.set(begun.filter(|begun| is_new(begun)));
            is_ready.set(true);
        });
        // Written anew also when its person has signed in again: in between, everything was forgotten.
        let state = use_session().state();
        Effect::new(move |_| {
            if is_ready.get() && state.get() == SignedIn::Someone {
                let begun = |(seen, edit)| Begun {
                    at: fresh::now(),
                    seen,
                    edit,
                };
                half.keep(here.get().map(begun).or_else(|| half.offered.get()));
            }
        });
        let listener = window_event_listener(ev::pagehide, move |_| {
            if state.try_get_untracked() == Some(SignedIn::Someone) {
                half.write_now();
            }
        });
        on_cleanup(move || {
            listener.remove();
            // Whoever leaves the form has saved or given up what is in it.
            if half.offered.with_untracked(Option::is_none) {
                half.pending.set_value(Some(None));
                half.write_now();
            }
        });
        half
    }

    /// What was begun another time, while nothing is in the form now.
    fn offer(self) -> Option<Begun> {
        self.offered.get().filter(|_| self.here.with(Option::is_none))
    }

    fn keep(self, begun: Option<Begun>) {
        self.pending.set_value(Some(begun));
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        spawn_local(async move {
            sleep(PAUSE).await;
            if self.turn.try_get_value() == Some(turn) {
                self.write_now();
            }
        });
    }

    fn write_now(self) {
        let Some(begun) = self.pending.try_update_value(Option::take).flatten() else {
            return;
        };
        if begun.is_none() && !self.is_kept.get_value() {
            return;
        }
        self.is_kept.set_value(begun.is_some());
        let (path, person) = (self.path.get_value(), self.person.get_value());
        let turn = self.turn.get_value();
        spawn_local(async move {
            let body = begun.as_ref().and_then(json::write);
            for _ in 0..TRIES {
                let request = match &body {
                    Some(body) => asking(Request::put(&path), &person).body(JsValue::from_str(body)),
                    None => asking(Request::delete(&path), &person).build(),
                };
                let Ok(request) = request else { return };
                if request.send().await.as_ref().is_ok_and(Response::ok) {
                    return;
                }
                sleep(AGAIN).await;
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
            }
        });
    }
}

fn asking(request: RequestBuilder, person: &str) -> RequestBuilder {
    request.header("x-lanyard-person", person)
}

/// What is kept there.
async fn kept(path: &str, person: &str) -> Option<String> {
    let answer = asking(Request::get(path), person).build().ok()?.send().await.ok()?;
    if answer.status() != 200 {
        return None;
    }
    answer.text().await.ok()
}

/// Whether a service worker answers here; without one nothing is kept.
fn is_possible() -> bool {
    let property = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    web_sys::window()
        .and_then(|window| property(&window.navigator(), "serviceWorker"))
        .filter(JsValue::is_object)
        .and_then(|workers| property(&workers, "controller"))
        .is_some_and(|controller| controller.is_object())
}

/// "You had begun to change Ada Reyes on May 3": to go on with, or to be forgotten.
#[component]
pub(crate) fn BegunOffer(
    half: HalfMade,
    /// What it says, of something that was begun at this moment.
    #[prop(into)]
    says: Callback<(Begun, String), String>,
    on_take: Callback<Begun>,
) -> impl IntoView {
    let offer = Memo::new(move |_| half.offer());
    let title = move || {
        let begun = offer.get()?;
        let when = dates::day_and_time(begun.at);
        Some(says.run((begun, when)))
    };
    let take = Callback::new(move |()| {
        if let Some(begun) = half.offered.get_untracked() {
            on_take.run(begun);
            half.offered.set(None);
        }
    });
    let discard = Callback::new(move |()| half.offered.set(None));
    view! {
        <Show when=move || offer.with(Option::is_some)>
            <div class="note tone-information" role="status">
                <IconView icon=Icon::Info />
                <div class="note__text">
                    <p class="note__title">{title}</p>
                    <p>{text!(live::begun_text)}</p>
                    <div class="note__actions">
                        <Button label=text!(live::begun_go_on) on_press=take />
                        <Button label=text!(screen::discard) kind=ButtonKind::Quiet on_press=discard />
                    </div>
                </div>
            </div>
        </Show>
    }
    .into_any()
}

/// Puts what was begun back into the form of a user. If somebody has saved the same user since, both are shown first (X6).
pub(crate) fn take_up(model: FormModel, begun: &Begun) {
    let FormModel { session, form, .. } = model;
    let newer = session.facts().get_untracked();
    let Some(now) = newer.subject.clone() else { return };
    let older = begun.seen.as_ref().filter(|seen| seen.revision < now.revision);
    if let Some(seen) = older {
        session
            .facts()
            .update(|facts| std::sync::Arc::make_mut(facts).subject = Some(seen.clone()));
    }
    form.set(UserForm::from_edit(Some(older.unwrap_or(&now)), &begun.edit));
    model.touched.set(touched(&begun.edit));
    if older.is_some() {
        session.hear_of(newer);
        session.compare();
    }
}

/// The same for an invitation: nobody is there yet.
pub(crate) fn take_up_invitation(model: FormModel, begun: &Begun) {
    let form = UserForm::from_edit(None, &begun.edit);
    let held = form.access.assignments.iter().find_map(|held| held.place().site());
    if let Some(site) = form.access.primary_site.or(held) {
        model.site.set(Some(site));
    }
    model.form.set(form);
    model.touched.set(touched(&begun.edit));
}

fn touched(edit: &Edit) -> Touched {
    edit.parts().map_or_else(Touched::default, |(profile, access)| Touched {
        fields: profile.keys().copied().collect(),
        access: !access.is_empty(),
    })
}
