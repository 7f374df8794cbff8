//! One mail: what it is, to whom, how far it has come, and why no further.

use leptos::prelude::*;
use shared::wire::{Delivery, MailRow};
use uuid::Uuid;

use crate::dates;
use crate::navigation::Link;
use crate::route::Route;
use crate::widgets::{Badge, Button, Tone};
use crate::words::{tell, text};

#[component]
pub(super) fn MailLine(mail: MailRow, busy: RwSignal<bool>, on_send: Callback<Uuid>) -> impl IntoView {
    let MailRow {
        id,
        kind,
        user,
        name,
        to,
        created_at,
        attempts,
        delivery,
    } = mail;
    let (badge, tone) = match &delivery {
        Delivery::Sent { .. } => (tell!(outbox::delivered), Tone::Gained),
        Delivery::Waiting { .. } => (tell!(outbox::waiting), Tone::Neutral),
        Delivery::Failed { .. } => (tell!(outbox::given_up), Tone::Attention),
    };
    let state = match &delivery {
        Delivery::Sent { at } => tell!(outbox::taken_at, when = dates::day_and_time(*at)),
        Delivery::Waiting { .. } if attempts == 0 => {
            tell!(outbox::waits_since, when = dates::day_and_time(created_at))
        }
        Delivery::Waiting { next, .. } => {
            tell!(
                outbox::tries_again,
                attempts = attempts,
                when = dates::day_and_time(*next)
            )
        }
        Delivery::Failed { at, .. } => {
            tell!(
                outbox::given_up_at,
                attempts = attempts,
                when = dates::day_and_time(*at)
            )
        }
    };
    let why = match &delivery {
        Delivery::Failed { why, .. } | Delivery::Waiting { why: Some(why), .. } => Some(why.clone()),
        Delivery::Sent { .. } | Delivery::Waiting { why: None, .. } => None,
    };
    let reason = why.filter(|why| !why.is_empty()).map(|why| {
        let meaning = meaning(&why).map(|meaning| view! { <p>{meaning}</p> });
        view! {
            {meaning}
            <p class="mail__about mail__said">{tell!(outbox::server_said, why = why)}</p>
        }
    });
    // An invitation to nobody in particular is to the address.
    let called = if name.is_empty() { to.clone() } else { name };
    let about = tell!(outbox::send_again_to, name = &called);
    let again = (!matches!(delivery, Delivery::Sent { .. })).then(|| {
        view! {
            <Button
                label=text!(outbox::send_again)
                about=Signal::stored(about)
                busy
                on_press=move |()| on_send.run(id)
            />
        }
    });
    view! {
        <li class="mail">
            <div class="mail__words">
                <p class="mail__title">
                    <Link to=Signal::stored(Route::user(user)) class="mail__person">{called}</Link>
                    <span>{kind_words(&kind)}</span>
                    <Badge label=badge tone=tone />
                </p>
                <p class="mail__about">{tell!(outbox::to_address, address = &to, state = &state)}</p>
                {reason}
            </div>
            {again}
        </li>
    }
    .into_any()
}

/// What a mail is about.
fn kind_words(kind: &str) -> String {
    match kind {
        "invitation" => tell!(outbox::invitation),
        "password_reset" => tell!(outbox::password_reset),
        "password_changed" => tell!(outbox::password_changed),
        "account_locked" => tell!(outbox::account_locked),
        "link_wanted" => tell!(outbox::link_wanted),
        _ => tell!(outbox::notice),
    }
}

/// What a mail server's words mean and what can be done, where that is known (RFC 5321, RFC 3463).
fn meaning(why: &str) -> Option<String> {
    let why = why.to_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| why.contains(mark));
    if has(&["5.1.1", "5.1.10", "(550)", "no such"]) {
        Some(tell!(outbox::no_such_address))
    } else if has(&["4.2.2", "5.2.2", "(452)", "(552)"]) {
        Some(tell!(outbox::mailbox_full))
    } else if has(&["(530)", "(534)", "(535)", "(538)"]) {
        Some(tell!(outbox::not_let_in))
    } else if has(&["certificate", "tls", "handshake"]) {
        Some(tell!(outbox::not_secure))
    } else if has(&["connect", "timed out", "timeout", "took too long", "dns", "lookup"]) {
        Some(tell!(outbox::not_reached))
    } else if has(&["(421)", "(450)", "(451)", "4.3."]) {
        Some(tell!(outbox::not_now))
    } else {
        None
    }
}
