//! What publishing the draft would mean: findings with their lines; or what differs, who would not fit any more and what
//! each would need, and what must be confirmed.

use std::sync::Arc;

use leptos::prelude::*;
use shared::policy::PersonInBreach;
use shared::policy::check::Finding;
use shared::verdict::Reason;

use super::differences::Differences;
use super::draft::{Checked, Draft, Preview, Trouble};
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::verdict_words::{consequence_groups, objections, teller, wanted};
use crate::widgets::{
    Button, ButtonKind, ConfirmationList, ConsequencePanel, ErrorNote, FieldSetup, Note, RefusalList, Skeleton,
    SkeletonShape, TextField, Tone,
};
use crate::words::{tell, text, words};

/// Why it cannot be published as it stands.
pub(super) fn why_not_yet(draft: Draft) -> Option<String> {
    if draft.can_publish() {
        return None;
    }
    let refused = draft.verdict().is_some_and(|verdict| !verdict.refusals.is_empty());
    Some(draft.checked().with(|checked| match checked {
        Checked::Previewed(_) if !refused => tell!(policies::confirm_first),
        Checked::Previewed(_) | Checked::Findings(_) => tell!(policies::put_right_first),
        Checked::Same => tell!(policies::summary_none),
        Checked::Checking | Checked::Counting | Checked::Failed(_) => tell!(policies::not_yet),
    }))
}

/// One line for the folded panel.
pub(super) fn summary(draft: Draft) -> String {
    draft.checked().with(|checked| match checked {
        Checked::Same => tell!(policies::summary_none),
        Checked::Checking => tell!(policies::checking),
        Checked::Counting => tell!(policies::counting),
        Checked::Findings(found) => tell!(policies::summary_findings, count = found.len()),
        Checked::Previewed(found) => tell!(
            policies::summary_ready,
            differences = found.preview.differences.len(),
            people = found.preview.in_breach
        ),
        Checked::Failed(error) => error.title(),
    })
}

#[component]
pub(super) fn Review(
    draft: Draft,
    /// Goes to a line of the source.
    on_place: Callback<u32>,
) -> impl IntoView {
    let found = move || match draft.checked().get() {
        Checked::Same => view! { <p class="consequences__none">{text!(policies::no_change)}</p> }.into_any(),
        Checked::Checking => waiting(text!(policies::checking)),
        Checked::Counting => waiting(text!(policies::counting)),
        Checked::Findings(found) => findings(&found, on_place),
        Checked::Previewed(found) => view! { <Previewed found draft /> }.into_any(),
        Checked::Failed(error) => view! {
            <ErrorNote
                happened=error.title()
                kept=text!(policies::draft_kept)
                next=error.detail()
                action=text!(screen::try_again)
                on_action=Callback::new(move |()| draft.check_again())
            />
        }
        .into_any(),
    };
    view! {
        <div class="policy__panel">
            <TroubleNote draft />
            {found}
        </div>
    }
    .into_any()
}

fn waiting(what: Signal<String>) -> AnyView {
    view! {
        <p class="policy__quiet" role="status">{what}</p>
        <Skeleton shape=SkeletonShape::Lines rows=3 />
    }
    .into_any()
}

/// Why it was not published; the draft is as it was.
#[component]
fn TroubleNote(draft: Draft) -> impl IntoView {
    move || {
        draft.trouble().get().map(|trouble| match trouble {
            Trouble::ChangedMeanwhile(version, ref by) | Trouble::HeardOf(version, ref by) => {
                let happened = match by {
                    Some(name) => tell!(policies::changed_meanwhile_by, version = version.0, name = name),
                    None => tell!(policies::changed_meanwhile, version = version.0),
                };
                let next = match trouble {
                    Trouble::HeardOf(..) => Signal::stored(String::new()),
                    _ => text!(policies::held_against),
                };
                view! {
                    <ErrorNote
                        happened=happened
                        kept=text!(policies::draft_kept)
                        next=next
                    />
                }
                .into_any()
            }
            Trouble::Failed(error) => view! {
                <ErrorNote happened=error.title() kept=text!(policies::draft_kept) next=error.detail() />
            }
            .into_any(),
        })
    }
}

fn findings(found: &[Finding], on_place: Callback<u32>) -> AnyView {
    let finding = |finding: &Finding| {
        let path = finding.path.to_string();
        let problem = shared::text::problem(words(), &finding.problem);
        match finding.line {
            Some(line) => {
                let place = tell!(policies::go_to_line, line = line.to_string());
                let place = if path.is_empty() {
                    place
                } else {
                    format!("{place} · {path}")
                };
                view! {
                    <li>
                        <button type="button" class="finding" on:click=move |_| on_place.run(line)>
                            <span class="finding__place">{place}</span>
                            <span>{problem}</span>
                        </button>
                    </li>
                }
                .into_any()
            }
            None => view! {
                <li class="finding">
                    <span class="finding__place">{path}</span>
                    <span>{problem}</span>
                </li>
            }
            .into_any(),
        }
    };
    view! {
        <div role="status">
            <h3 class="policy__heading">{tell!(policies::findings, count = found.len())}</h3>
        </div>
        <ul class="findings">{found.iter().map(finding).collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn Previewed(found: Arc<Preview>, draft: Draft) -> impl IntoView {
    let facts = found.facts.clone();
    let preview = &found.preview;
    let differences = match preview.differences.len() {
        0 => view! { <p class="policy__quiet">{text!(policies::same_meaning)}</p> }.into_any(),
        count => view! {
            <details class="outcome tone-information">
                <summary class="outcome__title">
                    <span class="outcome__sign" aria-hidden="true">"±"</span>
                    <span>{tell!(policies::differences, count = count)}</span>
                </summary>
                <Differences differences=preview.differences.clone() facts=facts.clone() />
            </details>
        }
        .into_any(),
    };
    let (judged, told, asked) = (facts.clone(), facts.clone(), facts);
    // That it says the same is said above.
    let refusals = Memo::new(move |_| {
        let verdict = draft.verdict().unwrap_or_default();
        let mut refusals = verdict.refusals.clone();
        refusals.retain(|refusal| refusal.reason != Reason::PolicyUnchanged);
        objections(&judged, &refusals)
    });
    let groups = Memo::new(move |_| consequence_groups(&told, &draft.verdict().unwrap_or_default()));
    let confirmations = Memo::new(move |_| {
        let verdict = draft.verdict().unwrap_or_default();
        if verdict.refusals.is_empty() {
            draft.given().with(|given| wanted(&asked, &verdict, given))
        } else {
            Vec::new()
        }
    });
    let note = draft.note();
    let setup = FieldSetup {
        spellcheck: true,
        ..FieldSetup::default()
    };
    view! {
        <p class="policy__quiet" role="status">{text!(policies::no_findings)}</p>
        {differences}
        <RefusalList objections=refusals />
        <People found draft />
        <ConsequencePanel groups=groups nothing="" />
        <ConfirmationList wanted=confirmations on_change=move |(at, on)| draft.confirm(at, on) />
        <TextField
            label=text!(policies::note)
            value=note
            on_input=move |text| note.set(text)
            hint=text!(policies::note_hint)
            setup=setup
        />
    }
    .into_any()
}

/// Who would not fit any more, and what each would need.
#[component]
fn People(found: Arc<Preview>, draft: Draft) -> impl IntoView {
    let navigation = use_navigation();
    let Preview { preview, facts } = &*found;
    if preview.in_breach == 0 {
        return view! { <Note text=text!(policies::everyone_fits) tone=Tone::Gained /> }.into_any();
    }
    let person = |person: &PersonInBreach| {
        let needs: Vec<String> = person
            .breaches
            .iter()
            .map(|breach| teller(facts).reason(&breach.reason))
            .collect();
        let name = if person.name.is_empty() {
            person.login_email.clone()
        } else {
            person.name.clone()
        };
        // In a tab of its own: the draft stays where it is.
        let href = navigation.href(&Route::user(person.user));
        view! {
            <li>
                <a class="outcome__name" href=href target="_blank" rel="noopener">{name}</a>
                <span class="outcome__why">{needs.join(" ")}</span>
            </li>
        }
    };
    let unseen = preview.in_breach.saturating_sub(preview.in_reach);
    let has_more = usize::try_from(preview.in_reach).is_ok_and(|all| preview.people.len() < all);
    let title = tell!(policies::would_breach, count = preview.in_breach);
    view! {
        <details class="outcome tone-attention" open>
            <summary class="outcome__title">
                <span class="outcome__sign" aria-hidden="true">"!"</span>
                <span>{title.clone()}</span>
            </summary>
            <p class="policy__quiet">{text!(policies::breach_about)}" "{text!(policies::breach_opens)}</p>
            <ul class="outcome__people" tabindex="0" aria-label=title>
                {preview.people.iter().map(person).collect_view()}
            </ul>
            {has_more
                .then(|| {
                    view! {
                        <Button
                            label=text!(policies::more_people)
                            kind=ButtonKind::Quiet
                            on_press=move |()| draft.more_people()
                        />
                    }
                })}
            {(unseen > 0).then(|| view! { <p class="policy__quiet">{tell!(policies::out_of_sight, count = unseen)}</p> })}
        </details>
    }
    .into_any()
}
