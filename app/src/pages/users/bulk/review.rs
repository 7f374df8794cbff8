//! What an action would come to, before it is done: who would change, for whom there is nothing to change, who is refused
//! and why, what has to be confirmed.

use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::bulk::{BulkDone, BulkOutcome, BulkPerson, BulkPlan, BulkResult, BulkTally, BulkWhy};
use shared::verdict::Refusal;

use super::outcome::{Kind, Member, Outcome, OutcomeView};
use super::work::Work;
use crate::session::use_reader;
use crate::verdict_words::{common_consequences, teller};
use crate::widgets::{Button, ButtonKind, ConfirmationList, ConsequencePanel, Note, Tone, Wanted};
use crate::words::{tell, text};

#[component]
pub(super) fn Review(plan: Arc<BulkPlan>, work: Work) -> impl IntoView {
    let facts = use_reader().facts();
    let (shown, meant, asked, counted) = (Arc::clone(&plan), Arc::clone(&plan), Arc::clone(&plan), plan);
    let outcomes = move || {
        let outcomes = facts.with(|facts| outcomes(facts, &shown));
        outcomes
            .into_iter()
            .map(|outcome| view! { <OutcomeView outcome /> })
            .collect_view()
    };
    let groups = Memo::new(move |_| {
        facts.with(|facts| {
            let changing = meant.people.iter().filter(|person| changes(person.outcome));
            let judged: Vec<_> = changing.map(|person| (&**facts, &person.verdict)).collect();
            common_consequences(&judged)
        })
    });
    let wanted = Memo::new(move |_| {
        let given = work.given().get();
        facts.with(|facts| {
            let one = |(at, (wanted, people)): (usize, (&_, u32))| Wanted {
                text: tell!(
                    bulk::for_people,
                    text = teller(facts).confirmation(wanted),
                    count = people
                ),
                given: given.contains(&at),
            };
            Work::wanted(&asked).enumerate().map(one).collect::<Vec<_>>()
        })
    });
    let changed = work.changed();
    let has_more = usize::try_from(counted.total).is_ok_and(|total| counted.people.len() < total);
    let changes_somebody = counted.counts.would_change + counted.counts.needs_confirmation > 0;
    view! {
        <Show when=move || changed.get()>
            <Note text=text!(bulk::plan_changed) tone=Tone::Attention />
        </Show>
        <div class="outcomes" role="status">{outcomes}</div>
        {has_more
            .then(|| {
                view! {
                    <Button
                        label=text!(bulk::more_people)
                        kind=ButtonKind::Quiet
                        busy=work.is_busy()
                        on_press=move |()| work.ask_more()
                    />
                }
            })}
        {changes_somebody
            .then(|| {
                view! {
                    <section class="bulk__common">
                        <h3 class="consequences__place">{text!(bulk::common)}</h3>
                        <ConsequencePanel groups=groups nothing=text!(bulk::nothing_else) />
                    </section>
                }
            })}
        <ConfirmationList wanted=wanted on_change=move |(at, on)| work.confirm(at, on) />
    }
    .into_any()
}

fn changes(outcome: BulkOutcome) -> bool {
    matches!(outcome, BulkOutcome::WouldChange | BulkOutcome::NeedsConfirmation)
}

fn outcomes(facts: &Facts, plan: &BulkPlan) -> Vec<Outcome> {
    let counts = plan.counts;
    let groups = [
        (
            BulkOutcome::Refused,
            Kind::Refused,
            counts.refused,
            tell!(bulk::would_refuse, count = counts.refused),
        ),
        (
            BulkOutcome::WouldChange,
            Kind::Changed,
            counts.would_change,
            tell!(bulk::would_change, count = counts.would_change),
        ),
        (
            BulkOutcome::NeedsConfirmation,
            Kind::ToConfirm,
            counts.needs_confirmation,
            tell!(bulk::would_confirm, count = counts.needs_confirmation),
        ),
        (
            BulkOutcome::Nothing,
            Kind::Nothing,
            counts.nothing,
            tell!(bulk::would_nothing, count = counts.nothing),
        ),
    ];
    let of = |wanted: BulkOutcome| {
        let people = plan.people.iter().filter(move |person| person.outcome == wanted);
        people.map(|person| member_of_plan(facts, person)).collect()
    };
    groups
        .into_iter()
        .filter(|(_, _, count, _)| *count > 0)
        .map(|(outcome, kind, _, title)| Outcome {
            kind,
            title,
            reasons: if kind == Kind::Refused {
                reasons(facts, plan)
            } else {
                Vec::new()
            },
            members: of(outcome),
        })
        .collect()
}

/// Why people are refused, the most frequent reason first.
fn reasons(facts: &Facts, plan: &BulkPlan) -> Vec<String> {
    let told = plan.groups.iter().filter_map(|group| match &group.why {
        BulkWhy::Refused(refused) => {
            let reason = teller(facts).reason(&refused.reason);
            Some(tell!(bulk::for_people, text = reason, count = group.people))
        }
        BulkWhy::Confirm(_) => None,
    });
    told.collect()
}

fn member_of_plan(facts: &Facts, person: &BulkPerson) -> Member {
    member(facts, &person.name, &person.login_email, &person.verdict.refusals)
}

fn member(facts: &Facts, name: &str, email: &str, refusals: &[Refusal]) -> Member {
    let called = match (name, email) {
        ("", "") => tell!(bulk::unknown_person),
        ("", email) => email.to_owned(),
        (name, _) => name.to_owned(),
    };
    let why: Vec<String> = refusals
        .iter()
        .map(|refusal| teller(facts).reason(&refusal.reason))
        .collect();
    Member {
        name: called,
        email: email.to_owned(),
        why: why.join(" "),
    }
}

/// What came of an action, as groups of people.
pub(super) fn results(facts: &Facts, tally: BulkTally, results: &[BulkResult]) -> Vec<Outcome> {
    let groups = [
        (
            BulkDone::Refused,
            Kind::Refused,
            tally.refused,
            tell!(bulk::was_refused, count = tally.refused),
        ),
        (
            BulkDone::ChangedMeanwhile,
            Kind::ToConfirm,
            tally.changed_meanwhile,
            tell!(bulk::was_meanwhile, count = tally.changed_meanwhile),
        ),
        (
            BulkDone::Changed,
            Kind::Changed,
            tally.changed,
            tell!(bulk::was_changed, count = tally.changed),
        ),
        (
            BulkDone::Nothing,
            Kind::Nothing,
            tally.nothing,
            tell!(bulk::would_nothing, count = tally.nothing),
        ),
    ];
    let of = |wanted: BulkDone| {
        let found = results.iter().filter(move |result| result.done == wanted);
        found
            .map(|result| member(facts, &result.name, &result.login_email, &result.refusals))
            .collect()
    };
    groups
        .into_iter()
        .filter(|(_, _, count, _)| *count > 0)
        .map(|(done, kind, _, title)| Outcome {
            kind,
            title,
            reasons: Vec::new(),
            members: of(done),
        })
        .collect()
}
