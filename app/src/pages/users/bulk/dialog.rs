//! The dialog of an action for many people: what it is, what it would mean, how far it is, what came of it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::bulk::{BulkJob, BulkSelection, BulkState};

use super::choose::Choose;
use super::outcome::OutcomeView;
use super::review::{Review, results};
use super::work::{Named, Work};
use super::{Ask, Asked};
use crate::api::{result_path, use_api};
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Dialog, ErrorNote, Skeleton, SkeletonShape, Toasts};
use crate::words::{tell, text};

#[component]
pub(super) fn BulkDialog(asked: Asked) -> impl IntoView {
    let facts = use_reader().facts();
    let ask = StoredValue::new(asked.ask.clone());
    let named: Named = Arc::new({
        let ask = asked.ask.clone();
        // A message tells it too, perhaps after the reader has signed out.
        move || {
            let label = facts.try_with(|facts| ask.label(&facts.policy)).unwrap_or_default();
            label.trim_end_matches('…').to_owned()
        }
    });
    let label = Signal::derive({
        let named = Arc::clone(&named);
        move || named()
    });
    let bound_to = match &asked.whom {
        BulkSelection::Matching { query, .. } => query.site.filter(|_| query.tie.is_some()),
        BulkSelection::Users(_) => None,
    };
    let work = Work::new(asked, named);
    let close = Callback::new(move |()| work.close());
    let is_chosen = matches!(ask.get_value(), Ask::Roles | Ask::Sites);

    // Anew when it turns into something else, not with every step of the progress.
    let state = Memo::new(move |_| work.state());
    let body = move || match state.get() {
        Some(BulkState::Done) => view! { <Came work /> }.into_any(),
        Some(_) => view! { <UnderWay work /> }.into_any(),
        None => view! {
            {is_chosen.then(|| view! { <Choose ask=ask.get_value() work bound_to /> })}
            <Planned work />
        }
        .into_any(),
    };
    let buttons = move || match state.get() {
        Some(BulkState::Done) => view! {
            <Download work />
            <Button label=text!(bulk::done) kind=ButtonKind::Primary on_press=close />
        }
        .into_any(),
        Some(BulkState::Running) => view! { <Button label=text!(bulk::in_background) on_press=close /> }.into_any(),
        Some(BulkState::Stopped) => view! {
            <Button label=text!(screen::close) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=text!(bulk::go_on)
                kind=ButtonKind::Primary
                busy=work.is_busy()
                on_press=move |()| work.go_on()
            />
        }
        .into_any(),
        None => view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Go work label danger=ask.with_value(Ask::is_danger) />
        }
        .into_any(),
    };
    view! {
        <Dialog open=work.is_shown() title=label on_close=close actions=ViewFn::from(buttons)>
            <div class="bulk">{body}</div>
        </Dialog>
    }
    .into_any()
}

/// The button that does it, with how many people it is about.
#[component]
fn Go(work: Work, label: Signal<String>, danger: bool) -> impl IntoView {
    let counts = Memo::new(move |_| work.plan().with(|plan| plan.as_ref().map(|plan| plan.counts)));
    let words = Signal::derive(move || match counts.get() {
        Some(counts) => tell!(
            bulk::go,
            action = label.get(),
            count = counts.would_change + counts.needs_confirmation
        ),
        None => label.get(),
    });
    let refused = Signal::derive(move || {
        let Some(counts) = counts.get() else {
            return Some(if work.action().with(Option::is_none) {
                tell!(bulk::choose_first)
            } else {
                tell!(bulk::looking)
            });
        };
        let wanted = work
            .plan()
            .with(|plan| plan.as_ref().map_or(0, |plan| Work::wanted(plan).count()));
        if counts.would_change + counts.needs_confirmation == 0 {
            Some(tell!(bulk::fits_nobody))
        } else if work.given().with(Vec::len) < wanted {
            Some(tell!(bulk::confirm_first))
        } else {
            None
        }
    });
    let kind = if danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    view! { <Button label=words kind=kind busy=work.is_busy() refused=refused on_press=move |()| work.begin() /> }
        .into_any()
}

/// The plan, or what stands in its place until there is one.
#[component]
fn Planned(work: Work) -> impl IntoView {
    move || {
        let trouble = work.error().get().map(|error| {
            let again = Callback::new(move |()| {
                if work.plan().with_untracked(Option::is_some) {
                    work.begin();
                } else {
                    work.ask();
                }
            });
            view! {
                <ErrorNote
                    happened=error.title()
                    next=error.detail()
                    action=text!(screen::try_again)
                    on_action=again
                />
            }
        });
        let has_trouble = trouble.is_some();
        let plan = match work.plan().get() {
            Some(plan) => view! { <Review plan work /> }.into_any(),
            None if has_trouble => ().into_any(),
            None if work.action().with(Option::is_none) => {
                view! { <p class="consequences__none">{text!(bulk::choose_first)}</p> }.into_any()
            }
            None => view! {
                <p class="visually-hidden" role="status">{text!(bulk::looking)}</p>
                <Skeleton shape=SkeletonShape::Lines rows=3 />
            }
            .into_any(),
        };
        view! { {trouble} {plan} }.into_any()
    }
}

/// How far it is.
#[component]
fn UnderWay(work: Work) -> impl IntoView {
    let job = work.job();
    let of = move |part: fn(&BulkJob) -> u32| job.with(|job| job.as_ref().map_or(0, |job| part(job)));
    let done = move || of(|job| job.done);
    let total = move || of(|job| job.total);
    let is_stopped = move || work.state() == Some(BulkState::Stopped);
    let trouble = move || {
        work.error().get().map(|error| {
            view! {
                <ErrorNote
                    happened=error.title()
                    kept=text!(bulk::lost_sight)
                    action=text!(screen::try_again)
                    on_action=Callback::new(move |()| work.look_again())
                />
            }
        })
    };
    view! {
        <p role="status">{move || tell!(bulk::working, done = done(), total = total())}</p>
        <progress
            class="progress"
            aria-label=text!(bulk::progress)
            max=move || total().max(1).to_string()
            value=move || done().to_string()
        ></progress>
        {trouble}
        <Show when=is_stopped>
            <ErrorNote happened=text!(bulk::stopped) />
        </Show>
    }
    .into_any()
}

/// What came of it, person by person.
#[component]
fn Came(work: Work) -> impl IntoView {
    let facts = use_reader().facts();
    let outcomes = move || {
        let tally = work
            .job()
            .with(|job| job.as_ref().map(|job| job.tally))
            .unwrap_or_default();
        let told = facts.with(|facts| work.results().with(|found| results(facts, tally, found)));
        told.into_iter()
            .map(|outcome| view! { <OutcomeView outcome /> })
            .collect_view()
    };
    let trouble = move || {
        work.error()
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <div class="outcomes" role="status">{outcomes}</div>
        <Show when=move || work.has_more()>
            <Button
                label=text!(bulk::more_people)
                kind=ButtonKind::Quiet
                on_press=move |()| work.more_results()
            />
        </Show>
        {trouble}
    }
    .into_any()
}

/// The results as a file.
#[component]
fn Download(work: Work) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let busy = RwSignal::new(false);
    let save = Callback::new(move |()| {
        let Some(job) = work.job().get_untracked() else { return };
        let api = api.get_value();
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = api.download(&result_path(job.id), |_| {}).await {
                toasts.warn(move || {
                    let why = format!("{}. {}", error.title(), error.detail());
                    tell!(export::failed, why = why)
                });
            }
            let _ = busy.try_set(false);
        });
    });
    view! { <Button label=text!(screen::download_result) busy=busy on_press=save /> }.into_any()
}
