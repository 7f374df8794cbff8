//! What an action would come to, before it is done: who would change, for whom there is nothing to change, who is refused
//! and why, what has to be confirmed.

use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::bulk::{BulkDone, BulkOutcome, BulkPerson, BulkPlan, BulkResult, BulkTally, BulkWhy};
use shared::ids::UserId;
use shared::verdict::{Confirmation, Refusal};

use super::outcome::{Kind, Member, Outcome, OutcomeView};
use super::work::Work;
use crate::pages::parts::{assign_words, reaches_nothing_words};
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
        let changing = meant.people.iter().filter(|person| changes(person.outcome));
        let judged: Vec<_> = changing.map(|person| &person.verdict).collect();
        facts.with(|facts| common_consequences(facts, &judged))
    });
    let wanted = Memo::new(move |_| {
        let given = work.given().get();
        facts.with(|facts| {
            let one = |(at, (wanted, people)): (usize, (&Confirmation, u32))| Wanted {
                text: teller(facts).confirmation_of_many(wanted, people),
                given: given.contains(&at),
            };
            Work::wanted(&asked).enumerate().map(one).collect::<Vec<_>>()
        })
    });
    let is_alike = counted
        .people
        .iter()
        .filter(|person| changes(person.outcome))
        .all(|person| person.verdict.consequences.is_empty());
    // What differs from one to the other is not in common, and is not nothing either.
    let nothing = if is_alike {
        text!(bulk::nothing_else)
    } else {
        text!(bulk::differs)
    };
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
                        <ConsequencePanel groups=groups nothing=nothing />
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

/// The groups that have somebody: what is so with them, how many they are, and the title that says it.
fn groups<T: Copy>(
    all: [(T, Kind, u32, String); 4],
    reasons: &[String],
    members: impl Fn(T) -> Vec<Member>,
) -> Vec<Outcome> {
    let there = all.into_iter().filter(|(_, _, count, _)| *count > 0);
    let outcome = |(what, kind, _, title)| Outcome {
        kind,
        title,
        reasons: if kind == Kind::Refused {
            reasons.to_vec()
        } else {
            Vec::new()
        },
        members: members(what),
    };
    there.map(outcome).collect()
}

fn outcomes(facts: &Facts, plan: &BulkPlan) -> Vec<Outcome> {
    let BulkPlan { counts, people, .. } = plan;
    let (refuses, changes) = (counts.refused, counts.would_change);
    let (confirms, nothing) = (counts.needs_confirmation, counts.nothing);
    let all = [
        (
            BulkOutcome::Refused,
            Kind::Refused,
            refuses,
            tell!(bulk::would_refuse, count = refuses),
        ),
        (
            BulkOutcome::WouldChange,
            Kind::Changed,
            changes,
            tell!(bulk::would_change, count = changes),
        ),
        (
            BulkOutcome::NeedsConfirmation,
            Kind::ToConfirm,
            confirms,
            tell!(bulk::would_confirm, count = confirms),
        ),
        (
            BulkOutcome::Nothing,
            Kind::Nothing,
            nothing,
            tell!(bulk::would_nothing, count = nothing),
        ),
    ];
    groups(all, &reasons(facts, plan), |wanted| {
        let of = people.iter().filter(|person| person.outcome == wanted);
        of.map(|person| member_of_plan(facts, person)).collect()
    })
}

/// Why people are refused, the most frequent reason first.
fn reasons(facts: &Facts, plan: &BulkPlan) -> Vec<String> {
    let told = plan.groups.iter().filter_map(|group| match &group.why {
        BulkWhy::Refused(refused) => Some(teller(facts).reason_of_many(&refused.reason, group.people)),
        BulkWhy::Confirm(_) => None,
    });
    told.collect()
}

fn member_of_plan(facts: &Facts, person: &BulkPerson) -> Member {
    let mut member = member(
        facts,
        person.user,
        &person.name,
        &person.login_email,
        &person.verdict.refusals,
    );
    // What differs from one to the other is said beside each; the confirmation below speaks of all of them.
    let own = person.verdict.confirmations.iter().filter(|wanted| {
        matches!(
            wanted,
            Confirmation::AccessEnds { .. } | Confirmation::OtherDomain { .. }
        )
    });
    for wanted in own {
        member.say(teller(facts).confirmation(wanted));
    }
    member
}

fn member(facts: &Facts, user: UserId, name: &str, email: &str, refusals: &[Refusal]) -> Member {
    let (user, called) = match (name, email) {
        ("", "") => (None, tell!(bulk::unknown_person)),
        ("", email) => (Some(user), email.to_owned()),
        (name, _) => (Some(user), name.to_owned()),
    };
    let mut member = Member {
        user,
        name: called,
        email: email.to_owned(),
        why: String::new(),
        assign: None,
    };
    for refusal in refusals {
        member.say(teller(facts).reason(&refusal.reason));
    }
    member
}

/// What came of an action, as groups of people.
pub(super) fn results(facts: &Facts, tally: BulkTally, results: &[BulkResult]) -> Vec<Outcome> {
    let (refused, meanwhile) = (tally.refused, tally.changed_meanwhile);
    let (changed, nothing) = (tally.changed, tally.nothing);
    let all = [
        (
            BulkDone::Refused,
            Kind::Refused,
            refused,
            tell!(bulk::was_refused, count = refused),
        ),
        (
            BulkDone::ChangedMeanwhile,
            Kind::ToConfirm,
            meanwhile,
            tell!(bulk::was_meanwhile, count = meanwhile),
        ),
        (
            BulkDone::Changed,
            Kind::Changed,
            changed,
            tell!(bulk::was_changed, count = changed),
        ),
        (
            BulkDone::Nothing,
            Kind::Nothing,
            nothing,
            tell!(bulk::would_nothing, count = nothing),
        ),
    ];
    groups(all, &[], |wanted| {
        let of = results.iter().filter(|result| result.done == wanted);
        of.map(|result| member_of_result(facts, result)).collect()
    })
}

/// Whoever reaches nothing now has the way to where that is changed (T6).
fn member_of_result(facts: &Facts, result: &BulkResult) -> Member {
    let mut member = member(facts, result.user, &result.name, &result.login_email, &result.refusals);
    if result.reaches_nothing {
        member.say(reaches_nothing_words(&facts.policy));
        member.assign = Some(assign_words(&facts.policy));
    }
    member
}
