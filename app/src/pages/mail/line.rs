//! One mail: what it is, to whom, how far it has come, and why no further.

use leptos::prelude::*;
use shared::mail::Trouble;
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
        "address_changed" | "address_left" => tell!(outbox::address_changed),
        "temporary_password_set" => tell!(outbox::temporary_password_set),
        _ => tell!(outbox::notice),
    }
}

/// What stands in a mail's way and what can be done, where that is known.
fn meaning(why: &str) -> Option<String> {
    Some(match Trouble::of(why)? {
        Trouble::NoSuchAddress => tell!(outbox::no_such_address),
        Trouble::MailboxFull => tell!(outbox::mailbox_full),
        Trouble::NotLetIn => tell!(outbox::not_let_in),
        Trouble::NotSecure => tell!(outbox::not_secure),
        Trouble::NotReached => tell!(outbox::not_reached),
        Trouble::NotNow => tell!(outbox::not_now),
    })
}
