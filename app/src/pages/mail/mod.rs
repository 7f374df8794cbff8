//! Mail to the people whom the reader manages: what could not be delivered or waits, why, and the way to send it again; and
//! what was delivered lately.

mod line;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{Delivery, MailRow, Topic};
use uuid::Uuid;

use self::line::MailLine;
use crate::api::{Api, ApiError, use_api};
use crate::live;
use crate::widgets::{Button, EmptyState, ErrorNote, Icon, PageHeader, Skeleton, Tab, Tabs, Toasts};
use crate::words::{spoken, tell, text};

const WAITING: &str = "waiting";
const DELIVERED: &str = "delivered";

/// What is known of one of the two lists.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listed {
    mails: Vec<MailRow>,
    failed: Option<ApiError>,
    is_there: bool,
}

#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let delivered = RwSignal::new(false);
    let listed = RwSignal::new(Listed::default());
    let busy = RwSignal::new(false);
    // An older answer that comes late is for nobody.
    let turn = StoredValue::new(0_u32);
    let load_with = move |api: Api| {
        let now = turn.get_value().wrapping_add(1);
        turn.set_value(now);
        let wanted = delivered.get_untracked();
        spawn_local(async move {
            let answer = api.mail(wanted).await;
            if turn.try_get_value() != Some(now) {
                return;
            }
            listed.update(|listed| match answer {
                Ok(found) => {
                    *listed = Listed {
                        mails: found.mails,
                        failed: None,
                        is_there: true,
                    };
                }
                Err(error) => listed.failed = Some(error),
            });
        });
    };
    let load = move || load_with(api.get_value());
    load();
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Mail) || change.touches(Topic::People) {
            load_with(api.get_value().by_itself());
        }
    });
    // One, or all that were given up.
    let send = move |one: Option<Uuid>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let api = api.get_value();
        spawn_local(async move {
            let sent = match one {
                Some(id) => api.send_mail_again(id).await.map(|()| 1),
                None => api.send_all_mail_again().await.map(|sent| sent.mails),
            };
            let _ = busy.try_set(false);
            match sent {
                Ok(mails) => toasts.say(move || tell!(outbox::on_its_way, mails = mails)),
                Err(error) => toasts.warn(move || format!("{} {}", error.title(), error.detail())),
            }
            // What became of it is seen below, whatever it is.
            if turn.try_get_value().is_some() {
                load();
            }
        });
    };
    let send_one = Callback::new(move |id: Uuid| send(Some(id)));
    let select = Callback::new(move |id: String| {
        delivered.set(id == DELIVERED);
        listed.set(Listed::default());
        load();
    });
    let tabs = Signal::derive(|| {
        vec![
            Tab::new(WAITING, tell!(outbox::not_delivered), None),
            Tab::new(DELIVERED, tell!(outbox::delivered), None),
        ]
    });
    let selected = Signal::derive(move || if delivered.get() { DELIVERED } else { WAITING }.to_owned());
    let trouble = move || {
        let error = listed.with(|listed| listed.failed.clone())?;
        let told = error.clone();
        Some(view! {
            <ErrorNote
                happened=Signal::derive(move || told.title())
                next=Signal::derive(move || error.detail())
                action=text!(screen::try_again)
                on_action=Callback::new(move |()| load())
            />
        })
    };
    let given_up = Memo::new(move |_| {
        listed.with(|listed| {
            let failed = listed.mails.iter().filter(|mail| is_given_up(mail));
            u32::try_from(failed.count()).unwrap_or(u32::MAX)
        })
    });
    // Of one alone its own button is enough.
    let all = move || {
        (given_up.get() > 1).then(|| {
            let label = text!(outbox::send_all_again, mails = given_up.get());
            view! { <div class="mails__all"><Button label busy on_press=move |()| send(None) /></div> }
        })
    };
    let body = move || {
        // A line is drawn at once; in another language it is drawn anew.
        spoken();
        let Listed {
            mails,
            is_there,
            failed,
        } = listed.get();
        if !is_there {
            return failed.is_none().then(|| view! { <Skeleton rows=4 /> }.into_any());
        }
        if mails.is_empty() {
            let (title, text) = if delivered.get_untracked() {
                (text!(outbox::none_delivered), text!(outbox::none_delivered_text))
            } else {
                (text!(outbox::all_delivered), text!(outbox::all_delivered_text))
            };
            return Some(view! { <EmptyState title=title text=text icon=Icon::Check /> }.into_any());
        }
        let line = |mail| view! { <MailLine mail busy on_send=send_one /> };
        Some(view! { <ul class="mails">{mails.into_iter().map(line).collect_view()}</ul> }.into_any())
    };
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(outbox::title) about=text!(outbox::about) />
            <Tabs label=text!(outbox::title) tabs=tabs selected=selected on_select=select />
            {trouble}
            {all}
            {body}
        </div>
    }
    .into_any()
}

fn is_given_up(mail: &MailRow) -> bool {
    matches!(mail.delivery, Delivery::Failed { .. })
}
