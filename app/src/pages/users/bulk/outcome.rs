//! People to whom an action comes to the same: how many they are, and their names one click away.

use leptos::prelude::*;
use shared::ids::UserId;

use crate::navigation::Link;
use crate::route::{Route, UserPart};
use crate::widgets::{Icon, IconView, Objection, RefusalList};

/// How it stands with a group of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Changed,
    ToConfirm,
    Nothing,
    Refused,
}

impl Kind {
    fn tone(self) -> (&'static str, Icon) {
        match self {
            Self::Changed => ("tone-gained", Icon::Check),
            Self::ToConfirm => ("tone-attention", Icon::Alert),
            Self::Nothing => ("tone-neutral", Icon::Info),
            Self::Refused => ("tone-lost", Icon::Alert),
        }
    }
}

/// Somebody of a group, and why where something stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Whose screen the name leads to; nobody where they are out of reach.
    pub(super) user: Option<UserId>,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) why: String,
    /// What the link to their access says, where that is what has to be looked after.
    pub(super) assign: Option<String>,
}

impl Member {
    /// Says something more beside the name.
    pub(super) fn say(&mut self, sentence: String) {
        if !self.why.is_empty() {
            self.why.push(' ');
        }
        self.why.push_str(&sentence);
    }
}

/// A group of people, folded until it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) kind: Kind,
    /// "38 people change"
    pub(super) title: String,
    /// Why, with how many each reason is about.
    pub(super) reasons: Vec<String>,
    pub(super) members: Vec<Member>,
}

#[component]
pub(super) fn OutcomeView(outcome: Outcome) -> impl IntoView {
    let Outcome {
        kind,
        title,
        reasons,
        members,
    } = outcome;
    let (tone, icon) = kind.tone();
    let open = RwSignal::new(false);
    // Thousands of names are drawn only for whoever wants to see them.
    let names = move || {
        let member = |Member {
                          user,
                          name,
                          email,
                          why,
                          assign,
                      }: Member| {
            let address =
                (!email.is_empty() && email != name).then(|| view! { <span class="outcome__address">{email}</span> });
            let why = (!why.is_empty()).then(|| view! { <span class="outcome__why">{why}</span> });
            let called = match user {
                Some(user) => {
                    view! { <Link to=Signal::stored(Route::user(user)) class="outcome__name">{name}</Link> }.into_any()
                }
                None => view! { <span class="outcome__name">{name}</span> }.into_any(),
            };
            let access = user.zip(assign).map(|(user, assign)| {
                let part = UserPart::Access;
                view! { " "<Link to=Signal::stored(Route::User { user, part }) class="link">{assign}</Link> }
            });
            view! { <li>{called} {address} {why}{access}</li> }
        };
        open.get().then(
            || view! { <ul class="outcome__people">{members.clone().into_iter().map(member).collect_view()}</ul> },
        )
    };
    let objections: Vec<Objection> = reasons.into_iter().map(Objection::plain).collect();
    view! {
        <div class=format!("outcome {tone}")>
            <details
                on:toggle=move |event| {
                    let details: web_sys::Element = event_target(&event);
                    open.set(details.has_attribute("open"));
                }
            >
                <summary class="outcome__title">
                    <span class="outcome__sign"><IconView icon /></span>
                    <span>{title}</span>
                    <span class="outcome__fold"><IconView icon=Icon::ChevronDown /></span>
                </summary>
                {names}
            </details>
            {(!objections.is_empty()).then(|| view! { <RefusalList objections /> })}
        </div>
    }
    .into_any()
}
