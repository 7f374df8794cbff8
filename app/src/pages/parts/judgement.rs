//! What an edit would change, beside every form and in every dialog that makes one.

use leptos::prelude::*;
use shared::verdict::{Field, Refusal, Remedy};

use crate::edit_session::{EditSession, Saving};
use crate::verdict_words;
use crate::widgets::{ConfirmationList, ConsequencePanel, ErrorNote, RefusalList};
use crate::words::text;

/// How what must be confirmed is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Confirming {
    /// Each by its own checkbox.
    #[default]
    ByCheckbox,
    /// All of it by the button of the dialog, whose consequences name it.
    ByButton,
}

/// Consequences, what the server still checks, refusals that belong to no field of the form, and confirmations.
#[component]
pub(crate) fn JudgementPanel(
    session: EditSession,
    /// Whether a field of the form shows the refusals at this place; all others are shown here.
    #[prop(into)]
    elsewhere: Callback<Field, bool>,
    #[prop(into)] on_remedy: Callback<Remedy>,
    /// What to say while nothing would change.
    #[prop(into)]
    nothing: Signal<String>,
    #[prop(optional)] confirming: Confirming,
) -> impl IntoView {
    let (facts, verdict, given) = (session.facts(), session.verdict(), session.given());
    let groups = Memo::new(move |_| {
        verdict.with(|verdict| facts.with(|facts| verdict_words::consequence_groups(facts, verdict)))
    });
    let undecided =
        Memo::new(move |_| verdict.with(|verdict| facts.with(|facts| verdict_words::undecided(facts, verdict))));
    let wanted = Memo::new(move |_| {
        verdict.with(|verdict| {
            // While something is refused there is nothing to confirm yet.
            if verdict.refusals.is_empty() {
                facts.with(|facts| given.with(|given| verdict_words::wanted(facts, verdict, given)))
            } else {
                Vec::new()
            }
        })
    });
    let refusals = Memo::new(move |_| {
        verdict.with(|verdict| {
            let here: Vec<Refusal> = verdict
                .refusals
                .iter()
                .filter(|refusal| !elsewhere.run(refusal.field.clone()))
                .cloned()
                .collect();
            facts.with(|facts| verdict_words::objections(facts, &here))
        })
    });
    let change = Callback::new(move |(at, on): (usize, bool)| {
        let Some(confirmation) = verdict.with_untracked(|verdict| verdict.confirmations.get(at).cloned()) else {
            return;
        };
        if on {
            session.confirm(confirmation);
        } else {
            session.take_back(&confirmation);
        }
    });
    view! {
        <RefusalList objections=refusals on_remedy=on_remedy />
        <ConsequencePanel groups=groups undecided=undecided nothing=nothing />
        {match confirming {
            Confirming::ByCheckbox => view! { <ConfirmationList wanted=wanted on_change=change /> }.into_any(),
            Confirming::ByButton => ().into_any(),
        }}
        <SaveProblem session />
    }
    .into_any()
}

/// What went wrong while saving: what happened, what was kept, what to do.
#[component]
pub(crate) fn SaveProblem(session: EditSession) -> impl IntoView {
    let saving = session.saving();
    move || match saving.get() {
        Saving::Failed(error) => view! { <ErrorNote happened=error.title() next=error.detail() /> }.into_any(),
        Saving::Waiting => view! {
            <ErrorNote
                happened=text!(screen::error_unreachable)
                kept=text!(screen::waiting_kept)
                action=text!(screen::stop_waiting)
                on_action=Callback::new(move |()| session.stop_waiting())
            />
        }
        .into_any(),
        Saving::Asking => view! {
            <ErrorNote
                happened=text!(live::no_answer)
                kept=text!(live::asking)
                action=text!(screen::stop_waiting)
                on_action=Callback::new(move |()| session.stop_waiting())
            />
        }
        .into_any(),
        _ => ().into_any(),
    }
}
