//! Signs of a state: a shape and a word, never colour alone.

use leptos::prelude::*;
use shared::lifecycle::Status;

use super::{Icon, IconView};

/// What a colour means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Neutral,
    Gained,
    Lost,
    Attention,
    Information,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Gained => "tone-gained",
            Self::Lost => "tone-lost",
            Self::Attention => "tone-attention",
            Self::Information => "tone-information",
        }
    }
}

/// Where an account stands. The words are the policy's: "Pending", "Locked".
#[component]
pub(crate) fn StatusSign(
    #[prop(into)] status: Signal<Status>,
    #[prop(into)] label: Signal<String>,
    /// The word for locked, where the account is; it may be inactive as well.
    #[prop(optional, into)]
    locked: Signal<Option<String>>,
) -> impl IntoView {
    let shape = move || match status.get() {
        Status::Active => "status status--active",
        Status::Invited => "status status--invited",
        Status::Inactive => "status status--inactive",
    };
    view! {
        <span class="statuses">
            <span class=shape>
                <span class="status__shape" aria-hidden="true"></span>
                {move || label.get()}
            </span>
            {move || {
                locked
                    .get()
                    .map(|word| {
                        view! {
                            <span class="status status--locked">
                                <IconView icon=Icon::Lock />
                                {word}
                            </span>
                        }
                    })
            }}
        </span>
    }
    .into_any()
}

/// A word in a small frame.
#[component]
pub(crate) fn Badge(#[prop(into)] label: Signal<String>, #[prop(optional)] tone: Tone) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{move || label.get()}</span> }.into_any()
}
