//! Several people at once: one edit for each, with progress, and a result for each.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::edit::Edit;
use shared::form;
use shared::ids::UserId;
use shared::verdict::Verdict;
use shared::wire::{Proposal, UserRow};

use super::Selected;
use crate::api::{Api, ApiError, use_api};
use crate::edit_session::seen_revision;
use crate::pages::parts::{action_label, called, facts_of_row, is_danger};
use crate::session::use_reader;
use crate::verdict_words::{common_consequences, refusal_text};
use crate::widgets::{Button, ButtonKind, ConsequencePanel, Dialog, Objection, RefusalList};
use crate::words::{tell, text};

/// Who is selected.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    people: RwSignal<Selected>,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            people: RwSignal::new(Selected::new()),
        }
    }

    pub(super) fn len(self) -> Memo<usize> {
        Memo::new(move |_| self.people.with(Selected::len))
    }

    pub(super) fn has(self, user: UserId) -> bool {
        self.people.with(|people| people.contains_key(&user))
    }

    pub(super) fn put(self, row: Arc<UserRow>, on: bool) {
        self.people.update(|people| {
            if on {
                people.insert(row.id, row);
            } else {
                people.remove(&row.id);
            }
        });
    }

    pub(super) fn set(self, rows: Vec<Arc<UserRow>>) {
        self.people.set(rows.into_iter().map(|row| (row.id, row)).collect());
    }

    pub(super) fn clear(self) {
        if self.people.with_untracked(|people| !people.is_empty()) {
            self.people.set(Selected::new());
        }
    }
}

/// What can be done to several people: those whom it fits, and those whom it does not and why.
#[derive(Clone, Debug, Default, PartialEq)]
struct Offer {
    label: String,
    danger: bool,
    /// The edit of each person, their name, and the facts and judgement from what the list knows.
    fits: Vec<Task>,
    refused: Vec<Objection>,
}

#[derive(Clone, Debug, PartialEq)]
struct Task {
    name: String,
    edit: Edit,
    facts: Arc<Facts>,
    verdict: Verdict,
}

/// The actions that the selected people have, in the order of the menu of one.
fn offers(facts: &Facts, people: &Selected) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    let mut rows: Vec<_> = people.values().collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    for row in rows {
        let facts = Arc::new(facts_of_row(facts, row));
        let name = called(&facts.policy, &row.name, &row.login_email, row.status);
        for (edit, verdict) in form::actions(&facts) {
            // A password is shown to the one who asked for it, one at a time.
            if matches!(edit, Edit::SetTemporaryPassword { .. } | Edit::Lock { .. }) {
                continue;
            }
            let label = match &edit {
                Edit::Activate { .. } => facts.policy.words.activate_selected.clone(),
                other => action_label(&facts.policy, other),
            };
            let at = offers.iter().position(|offer| offer.label == label).unwrap_or_else(|| {
                offers.push(Offer {
                    label,
                    danger: is_danger(&edit),
                    ..Offer::default()
                });
                offers.len() - 1
            });
            let Some(offer) = offers.get_mut(at) else { continue };
            match refusal_text(&facts, &verdict) {
                Some(reason) => offer.refused.push(Objection::plain(format!("{name}: {reason}"))),
                None => offer.fits.push(Task {
                    name: name.clone(),
                    edit,
                    facts: Arc::clone(&facts),
                    verdict,
                }),
            }
        }
    }
    offers
}

/// Where it stands with one person.
#[derive(Clone, Debug, PartialEq)]
enum Progress {
    Asked,
    Running { done: usize },
    Finished,
}

/// The bar under the list while somebody is selected.
#[component]
pub(super) fn BulkBar(
    selection: Selection,
    /// Called when something was done to somebody.
    on_done: Callback<()>,
) -> impl IntoView {
    let reader = use_reader();
    let api = StoredValue::new(use_api());
    let count = selection.len();
    let offered = Memo::new(move |_| {
        selection
            .people
            .with(|people| reader.facts().with(|facts| offers(facts, people)))
    });
    let asked = RwSignal::new(None::<Offer>);
    let progress = RwSignal::new(Progress::Asked);
    let failures = RwSignal::new(Vec::<Objection>::new());

    let button = move |offer: Offer| {
        let label = format!("{} ({})", offer.label, offer.fits.len());
        let ask = Callback::new(move |()| {
            progress.set(Progress::Asked);
            failures.set(Vec::new());
            asked.set(Some(offer.clone()));
        });
        view! { <Button label=label on_press=ask /> }
    };
    let close = Callback::new(move |()| {
        if !matches!(progress.get_untracked(), Progress::Running { .. }) {
            asked.set(None);
        }
    });
    let go = Callback::new(move |()| {
        let Some(offer) = asked.get_untracked() else { return };
        progress.set(Progress::Running { done: 0 });
        let api = api.get_value();
        spawn_local(async move {
            for (at, task) in offer.fits.into_iter().enumerate() {
                if let Err(error) = run(&api, &task).await {
                    let words = failure_words(&task, &error);
                    let _ = failures.try_update(|list| list.push(Objection::plain(words)));
                }
                let _ = progress.try_set(Progress::Running { done: at + 1 });
            }
            let _ = progress.try_set(Progress::Finished);
            selection.clear();
            on_done.try_run(());
        });
    });
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="selection-bar" role="region" aria-label=text!(screen::selected_people)>
                <span class="selection-bar__count" role="status">{text!(screen::selected, count = count.get())}</span>
                {move || offered.get().into_iter().map(button).collect_view()}
                <Button
                    label=text!(screen::clear)
                    kind=ButtonKind::Quiet
                    on_press=Callback::new(move |()| selection.clear())
                />
            </div>
        </Show>
        <BulkDialog asked progress failures close go />
    }
    .into_any()
}

#[component]
fn BulkDialog(
    asked: RwSignal<Option<Offer>>,
    progress: RwSignal<Progress>,
    failures: RwSignal<Vec<Objection>>,
    close: Callback<()>,
    go: Callback<()>,
) -> impl IntoView {
    let fits = Memo::new(move |_| asked.with(|asked| asked.as_ref().map_or(0, |offer| offer.fits.len())));
    let title = Signal::derive(move || {
        asked.with(|asked| {
            asked
                .as_ref()
                .map(|offer| tell!(screen::action_people, action = &offer.label, people = offer.fits.len()))
                .unwrap_or_default()
        })
    });
    let buttons = move || match progress.get() {
        Progress::Finished => {
            view! { <Button label=text!(screen::done) kind=ButtonKind::Primary on_press=close /> }.into_any()
        }
        state => {
            let danger = asked.with(|asked| asked.as_ref().is_some_and(|offer| offer.danger));
            let kind = if danger {
                ButtonKind::Danger
            } else {
                ButtonKind::Primary
            };
            let busy = state != Progress::Asked;
            let refused = Signal::derive(move || (fits.get() == 0).then(|| tell!(screen::fits_nobody)));
            view! {
                <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
                <Button label=title kind=kind busy=busy refused=refused on_press=go />
            }
            .into_any()
        }
    };
    let body = move || match progress.get() {
        Progress::Asked => view! { <Asked asked /> }.into_any(),
        Progress::Running { done } => {
            let all = fits.get();
            view! {
                <p role="status">{text!(screen::done_of_all, done = done, all = all)}</p>
                <progress class="progress" max=all.to_string() value=done.to_string() aria-label=text!(screen::progress)></progress>
            }
            .into_any()
        }
        Progress::Finished => {
            let failed = failures.with(Vec::len);
            let done = fits.get().saturating_sub(failed);
            view! {
                <p role="status">{text!(screen::done_for, people = done)}</p>
                <RefusalList objections=failures />
            }
            .into_any()
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            title=title
            on_close=close
            actions=ViewFn::from(buttons)
        >
            {body}
        </Dialog>
    }
    .into_any()
}

/// Whom it is about, what it means for each of them, and who is left out and why.
#[component]
fn Asked(asked: RwSignal<Option<Offer>>) -> impl IntoView {
    move || {
        let offer = asked.get().unwrap_or_default();
        let names: Vec<String> = offer.fits.iter().map(|task| task.name.clone()).collect();
        let judged: Vec<_> = offer.fits.iter().map(|task| (&*task.facts, &task.verdict)).collect();
        let meaning = common_consequences(&judged);
        let left_out = offer.refused.clone();
        view! {
            <p>{names.join(", ")}</p>
            <ConsequencePanel groups=meaning nothing=text!(screen::nothing_else_changes) />
            {(!left_out.is_empty())
                .then(|| {
                    view! {
                        <p>{text!(screen::left_out)}</p>
                        <RefusalList objections=left_out />
                    }
                })}
        }
        .into_any()
    }
}

async fn run(api: &Api, task: &Task) -> Result<(), ApiError> {
    let proposal = Proposal {
        edit: task.edit.clone(),
        seen_revision: seen_revision(&task.facts, &task.edit),
        // The dialog named them.
        confirmations: task.verdict.confirmations.clone(),
        idempotency_key: crate::fresh::id(),
    };
    match api.propose(&proposal).await {
        // A lost answer is asked for again with the same key: nothing is done twice.
        Err(error) if error.leaves_open() => api.propose(&proposal).await.map(drop),
        answer => answer.map(drop),
    }
}

fn failure_words(task: &Task, error: &ApiError) -> String {
    let reason = match error {
        ApiError::Problem(problem) => problem
            .verdict
            .as_ref()
            .and_then(|verdict| refusal_text(&task.facts, verdict)),
        _ => None,
    };
    format!("{}: {}", task.name, reason.unwrap_or_else(|| error.title()))
}
