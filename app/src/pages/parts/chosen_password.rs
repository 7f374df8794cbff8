//! A password that is chosen: typed in sight if one likes, pasted if one likes, and judged by the server as it grows.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{PasswordJudgement, PasswordToJudge};

use crate::api::{Api, sleep};
use crate::widgets::{Checkbox, FieldSetup, InputKind, Objection, TextField};
use crate::words::{tell, text};

/// Typing pauses so long before the server is asked.
const AFTER: Duration = Duration::from_millis(300);

const HIDDEN: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: true,
    autocomplete: "new-password",
    spellcheck: false,
};
const SHOWN: FieldSetup = FieldSetup {
    kind: InputKind::Text,
    ..HIDDEN
};

/// The field for a new password, with its strength below.
#[component]
pub(crate) fn ChosenPassword(
    value: RwSignal<String>,
    /// Of the link by which it is chosen; none where somebody is signed in.
    token: Option<String>,
    at_least: u32,
    /// Whether the form has been sent in vain.
    tried: RwSignal<bool>,
    /// The address that is signed in with, where it takes the place of a temporary password (T7).
    #[prop(optional)]
    instead: Option<RwSignal<String>>,
) -> impl IntoView {
    let api: Api = expect_context();
    let shown = RwSignal::new(false);
    let judged = RwSignal::new(None::<(String, PasswordJudgement)>);
    let asked = StoredValue::new(0_u32);
    let judge = move |password: String| {
        let mine = asked.with_value(|asked| asked.wrapping_add(1));
        asked.set_value(mine);
        let (api, token) = (api.clone(), token.clone());
        spawn_local(async move {
            sleep(AFTER).await;
            if asked.try_get_value() != Some(mine) {
                return;
            }
            let body = PasswordToJudge {
                password: password.clone(),
                token,
                email: instead.map(|email| email.get_untracked()),
            };
            // Without an answer nothing is said; it is judged again when it is sent.
            if let Ok(judgement) = api.judge_password(&body).await {
                let _ = judged.try_set(Some((password, judgement)));
            }
        });
    };
    let input = Callback::new(move |typed: String| {
        value.set(typed.clone());
        if !typed.is_empty() {
            judge(typed);
        }
    });
    let missing = Memo::new(move |_| {
        let typed = value.with(|typed| typed.chars().count());
        usize::try_from(at_least).unwrap_or_default().saturating_sub(typed)
    });
    let objections = Signal::derive(move || {
        let refusal = judged.with(|judged| {
            let (of, judgement) = judged.as_ref()?;
            let is_current = value.with(|typed| typed == of) && missing.get() == 0;
            judgement.refusal.clone().filter(|_| is_current)
        });
        let too_short = tried.get() && missing.get() > 0;
        refusal
            .or_else(|| {
                too_short.then(|| match instead {
                    Some(_) => tell!(screen::new_password_missing),
                    None => tell!(account::still_needed, count = missing.get()),
                })
            })
            .map(Objection::plain)
            .into_iter()
            .collect::<Vec<_>>()
    });
    let field = move || {
        let setup = if shown.get() { SHOWN } else { HIDDEN };
        let (label, hint) = match instead {
            Some(_) => (text!(screen::new_password), text!(screen::new_password_hint)),
            None => {
                let hint = text!(account::password_hint, at_least = at_least.to_string());
                (text!(screen::password), hint)
            }
        };
        view! {
            <TextField
                label=label
                value=value
                on_input=input
                setup=setup
                hint=hint
                objections=objections
            />
        }
    };
    let strength = move || {
        let score = judged.with(|judged| {
            let (_, judgement) = judged.as_ref()?;
            value.with(|typed| !typed.is_empty()).then_some(judgement.score)
        })?;
        let words = match score {
            0 => tell!(account::strength_0),
            1 => tell!(account::strength_1),
            2 => tell!(account::strength_2),
            3 => tell!(account::strength_3),
            _ => tell!(account::strength_4),
        };
        Some(view! {
            <div class="strength" data-score=score.to_string()>
                <span class="strength__bar" aria-hidden="true">
                    {(0..4).map(|step| view! { <i class:is-on=step < score.max(1)></i> }).collect_view()}
                </span>
                <span>{tell!(account::strength)} ": " {words}</span>
            </div>
        })
    };
    view! {
        <div class="chosen-password">
            {field}
            <div aria-live="polite">{strength}</div>
            <Checkbox
                label=text!(account::show_password)
                checked=shown
                on_change=Callback::new(move |on| shown.set(on))
            />
        </div>
    }
    .into_any()
}
