//! Reading the stream.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_net::http::{Request, Response};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use shared::wire::{LiveChange, Topic};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::Live;
use crate::api::{Api, sleep};
use crate::json;

/// Waits between attempts: from the first to the last, each twice as long as the one before.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LAST_WAIT: Duration = Duration::from_secs(30);
/// The server says something every quarter of a minute; without that the line is dead, whatever the browser believes.
const SILENCE: Duration = Duration::from_secs(40);
/// How often a page that is hidden looks whether it still is; it is woken besides.
const HIDDEN_WAIT: Duration = Duration::from_secs(30);

/// Listens for as long as somebody hears it.
pub(super) async fn listen(live: Rc<Live>) {
    let woken = {
        let live = Rc::clone(&live);
        move || live.poke()
    };
    let of_page = {
        let woken = woken.clone();
        // Another page in front, or this one again.
        window_event_listener(ev::Custom::<web_sys::Event>::new("pageshow"), move |_| woken())
    };
    let visibility = listen_to_visibility(woken.clone());
    let online = window_event_listener(ev::online, move |_| woken());
    let mut wait = FIRST_WAIT;
    let mut spent = None;
    let mut was_open = false;
    while let Some(api) = live.apis().into_iter().next() {
        if is_hidden() {
            pause(&live, HIDDEN_WAIT).await;
            continue;
        }
        match hear_all(&api, &live, &mut spent, &mut was_open).await {
            End::Heard => wait = FIRST_WAIT,
            End::Nothing => {}
            End::Paused => continue,
        }
        pause(&live, wait).await;
        wait = (wait * 2).min(LAST_WAIT);
        if !api.is_connected() {
            // Once the server is there again, nobody waits for long.
            wait = wait.min(Duration::from_secs(2));
        }
    }
    of_page.remove();
    online.remove();
    drop(visibility);
    live.running.set(false);
    // Somebody may have begun to listen at this very moment.
    live.keep_open();
}

/// How a stream ended.
enum End {
    /// It was open for a while.
    Heard,
    /// It did not come about.
    Nothing,
    /// By ourselves: nobody looks, or nobody hears.
    Paused,
}

async fn hear_all(api: &Api, live: &Rc<Live>, spent: &mut Option<String>, was_open: &mut bool) -> End {
    let controller = AbortController::new().ok();
    let signal = controller.as_ref().map(AbortController::signal);
    let last = live.last.borrow().clone();
    let person = live.person.borrow().clone();
    let request = Request::get(&api.address("/live"));
    let Some(request) = api.live_request(request, &last, spent).await else {
        return End::Nothing;
    };
    let Ok(request) = request.abort_signal(signal.as_ref()).build() else {
        return End::Nothing;
    };
    let opening = select(Box::pin(request.send()), Box::pin(sleep(SILENCE)));
    let response = match opening.await {
        Either::Left((Ok(response), _)) if response.ok() => response,
        Either::Left((answer, _)) => {
            // A token is given up only where it was refused.
            let is_refused = matches!(&answer, Ok(response) if response.status() == 401);
            *spent = spent.take().filter(|_| is_refused);
            api.note_live(answer.map(|response| response.status()).ok()).await;
            return End::Nothing;
        }
        Either::Right(_) => {
            *spent = None;
            abort(controller.as_ref());
            return End::Nothing;
        }
    };
    // Every one of them, not only until the first that had.
    let had_kept = live.apis().iter().filter(|api| api.forget_kept()).count() > 0;
    if had_kept {
        // What was shown meanwhile may be of any age.
        live.tell(&LiveChange {
            topics: [Topic::Everything].into(),
            users: Vec::new(),
        });
    } else if std::mem::replace(was_open, true) {
        // The record has no mails: of those that went out meanwhile the stream does not tell.
        live.tell(&LiveChange {
            topics: [Topic::Mail, Topic::People].into(),
            users: Vec::new(),
        });
    }
    *spent = None;
    let end = read(&response, live, &person).await;
    abort(controller.as_ref());
    if matches!(end, End::Heard) && !is_hidden() && api.host().is_none() {
        // It broke off: whether the server is there decides what is said at the top of the page.
        api.reach().await;
    }
    end
}

fn abort(controller: Option<&AbortController>) {
    if let Some(controller) = controller {
        controller.abort();
    }
}

async fn read(response: &Response, live: &Rc<Live>, person: &str) -> End {
    let reader = Response::body(response).map(|body| body.get_reader());
    let Some(Ok(reader)) = reader.map(JsCast::dyn_into::<ReadableStreamDefaultReader>) else {
        return End::Nothing;
    };
    let mut rest = Vec::<u8>::new();
    loop {
        let mut coming = JsFuture::from(reader.read());
        let piece = loop {
            let interrupted = select(Box::pin(poked(live)), Box::pin(sleep(SILENCE)));
            match select(coming, interrupted).await {
                Either::Left((piece, _)) => break piece,
                Either::Right((Either::Right(_), _)) => return End::Heard,
                Either::Right((Either::Left(_), still)) => {
                    let is_over = live.apis().is_empty() || is_hidden() || *live.person.borrow() != person;
                    if is_over {
                        return End::Paused;
                    }
                    // Woken for nothing: the piece is still to come.
                    coming = still;
                }
            }
        };
        let Ok(piece) = piece else { return End::Heard };
        let value = Reflect::get(&piece, &JsValue::from_str("value")).unwrap_or_default();
        let Ok(bytes) = value.dyn_into::<Uint8Array>() else {
            return End::Heard;
        };
        rest.extend(bytes.to_vec());
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = rest.drain(..end + 2).collect();
            if let Ok(event) = std::str::from_utf8(&event) {
                take(live, event);
            }
        }
    }
}

/// One event: what it says, and from where on the stream goes on.
fn take(live: &Live, event: &str) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
    let change = field("data:").and_then(json::read::<LiveChange>);
    if let Some(id) = field("id:") {
        id.clone_into(&mut live.last.borrow_mut());
    }
    if let Some(change) = change.filter(|change| !change.is_empty()) {
        live.tell(&change);
    }
}

fn is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}

/// Ready when somebody pokes.
async fn poked(live: &Rc<Live>) {
    let live = Rc::clone(live);
    let promise = Promise::new(&mut |resolve: Function, _| {
        *live.poke.borrow_mut() = Some(resolve);
    });
    // A promise that is only resolved cannot fail.
    let _ = JsFuture::from(promise).await;
}

/// Waits, unless somebody pokes.
async fn pause(live: &Rc<Live>, time: Duration) {
    select(Box::pin(poked(live)), Box::pin(sleep(time))).await;
}

/// Tells of the document coming into sight or going out of it, until it is dropped.
fn listen_to_visibility(woken: impl Fn() + 'static) -> Option<Visibility> {
    let document = web_sys::window()?.document()?;
    let callback = wasm_bindgen::closure::Closure::<dyn Fn()>::new(woken);
    document
        .add_event_listener_with_callback("visibilitychange", callback.as_ref().unchecked_ref())
        .ok()?;
    Some(Visibility { document, callback })
}

struct Visibility {
    document: web_sys::Document,
    callback: wasm_bindgen::closure::Closure<dyn Fn()>,
}

impl Drop for Visibility {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self
            .document
            .remove_event_listener_with_callback("visibilitychange", callback);
    }
}
