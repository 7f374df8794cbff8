//! Those who have the resource, page by page as one goes on, and searched.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::{ResourceId, UserId};
use shared::lifecycle::Status;
use shared::wire::{Member, MembersQuery, Topic};

use crate::api::{Api, ApiError, sleep, use_api};
use crate::live;
use crate::navigation::Link;
use crate::pages::parts::{called, status_word};
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Avatar, Badge, Button, ButtonKind, StatusSign, Tone};
use crate::words::{tell, text};

/// How long a pause in typing is before people are searched.
const PAUSE: Duration = Duration::from_millis(120);

#[derive(Clone, Copy)]
pub(super) struct Members {
    api: StoredValue<Api>,
    resource: ResourceId,
    search: RwSignal<String>,
    rows: RwSignal<Vec<Member>>,
    next: RwSignal<Option<String>>,
    total: RwSignal<Option<u32>>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Counts the questions: the answer to an earlier one is none to the latest.
    asked: StoredValue<u32>,
}

impl Members {
    /// Begins to read.
    pub(super) fn new(resource: ResourceId) -> Self {
        let members = Self {
            api: StoredValue::new(use_api()),
            resource,
            search: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            total: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            asked: StoredValue::new(0),
        };
        members.reload();
        live::hear(&members.api.get_value(), move |change| {
            if change.touches(Topic::People) || change.touches(Topic::Places) {
                let api = members.api.get_value().by_itself();
                members.read_with(api, None, Duration::ZERO);
            }
        });
        members
    }

    pub(super) fn search(self) -> Signal<String> {
        self.search.into()
    }

    pub(super) fn rows(self) -> RwSignal<Vec<Member>> {
        self.rows
    }

    /// How many there are; nothing before the first answer.
    pub(super) fn total(self) -> Signal<Option<u32>> {
        self.total.into()
    }

    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        self.error.into()
    }

    pub(super) fn is_busy(self) -> Signal<bool> {
        self.busy.into()
    }

    pub(super) fn has_more(self) -> Signal<bool> {
        Signal::derive(move || self.next.with(Option::is_some))
    }

    /// Whether somebody is among those that have been read.
    pub(super) fn has(self, user: UserId) -> bool {
        self.rows
            .with_untracked(|rows| rows.iter().any(|member| member.user == user))
    }

    pub(super) fn find(self, text: String) {
        self.search.set(text);
        self.read(None, PAUSE);
    }

    pub(super) fn reload(self) {
        self.read(None, Duration::ZERO);
    }

    pub(super) fn read_on(self) {
        if let Some(after) = self.next.get_untracked() {
            self.read(Some(after), Duration::ZERO);
        }
    }

    fn read(self, after: Option<String>, pause: Duration) {
        self.read_with(self.api.get_value(), after, pause);
    }

    fn read_with(self, api: Api, after: Option<String>, pause: Duration) {
        let asked = self.asked.with_value(|asked| asked.wrapping_add(1));
        self.asked.set_value(asked);
        self.busy.set(true);
        let is_latest = move || self.asked.try_get_value() == Some(asked);
        spawn_local(async move {
            if !pause.is_zero() {
                sleep(pause).await;
                if !is_latest() {
                    return;
                }
            }
            let query = MembersQuery {
                search: self.search.try_get_untracked().unwrap_or_default(),
                after: after.clone(),
                limit: None,
            };
            let answer = api.members(self.resource, &query).await;
            // The screen may have gone, or something else is asked by now.
            if !is_latest() {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    self.rows.update(|rows| {
                        if after.is_none() {
                            rows.clear();
                        }
                        rows.extend(page.members);
                    });
                    self.next.set(page.next);
                    self.total.set(Some(page.total));
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}

#[component]
pub(super) fn MemberRow(
    member: Member,
    /// The name of the field by which members are notified, where they are (A17).
    notifies: Memo<Option<String>>,
    may_remove: Memo<bool>,
    on_remove: Callback<Member>,
) -> impl IntoView {
    let policy = use_reader().policy();
    let name = policy.with_untracked(|policy| called(policy, &member.name, &member.login_email, member.status));
    let eligible = move || {
        let (possible, field) = (member.notifiable?, notifies.get()?);
        let (label, tone) = if possible {
            (tell!(screen::can_be_notified), Tone::Gained)
        } else {
            (
                tell!(screen::cannot_be_notified, field = field.to_lowercase()),
                Tone::Attention,
            )
        };
        Some(view! { <Badge label=label tone=tone /> })
    };
    // Where everything is in order, nothing need be said.
    let state = (member.status != Status::Active || member.locked).then(|| {
        let status = member.status;
        let locked = member.locked;
        view! {
            <StatusSign
                status=status
                label=Signal::derive(move || policy.with(|policy| status_word(policy, status)))
                locked=Signal::derive(move || locked.then(|| policy.with(|policy| policy.words.locked.clone())))
            />
        }
    });
    let label = {
        let name = name.clone();
        text!(screen::remove_person, name = &name)
    };
    let user = member.user;
    let email = (name != member.login_email).then(|| member.login_email.clone());
    let member = StoredValue::new(member);
    view! {
        <li class="place">
            <div class="place__line">
                <Avatar name=name.clone() />
                <span class="place__words">
                    <Link to=Signal::stored(Route::user(user)) class="place__name place__link">{name}</Link>
                    <span class="place__about">{email}</span>
                </span>
                {eligible}
                {state}
                <Show when=move || may_remove.get()>
                    <Button
                        label=text!(screen::remove)
                        about=label
                        kind=ButtonKind::Quiet
                        on_press=move |()| on_remove.run(member.get_value())
                    />
                </Show>
            </div>
        </li>
    }
    .into_any()
}
