//! The rows of the file: left what it says, right what will happen and why; those that need someone first, and put
//! right in place.

use leptos::{ev, prelude::*};
use shared::import::{About, Column, Correction, Finding, RowOutcome, RowPlan, Target, Why};

use super::state::Import;
use super::with_words;
use crate::session::use_reader;
use crate::widgets::{Badge, Button, EmptyState, Objection, RefusalList, Tab, Tabs, TextField, Tone};
use crate::words::{spoken, tell, text};

/// Rows drawn at first, and with each further press.
const PAGE: usize = 50;

#[component]
pub(super) fn Rows(import: Import) -> impl IntoView {
    let reader = use_reader();
    let counts = Memo::new(move |_| {
        import
            .view()
            .with(|view| view.as_ref().map(|view| view.plan.counts).unwrap_or_default())
    });
    let chosen = RwSignal::new(None::<RowOutcome>);
    // Those that need someone, as long as there are any and nothing else was chosen.
    let shown = Memo::new(move |_| {
        let first = RowOutcome::ALL
            .into_iter()
            .find(|outcome| counts.with(|counts| counts.of(*outcome)) > 0);
        chosen.get().or(first).unwrap_or(RowOutcome::Skip)
    });
    let tabs = Signal::derive(move || {
        let counts = counts.get();
        let offered = RowOutcome::ALL
            .into_iter()
            .filter(|outcome| counts.of(*outcome) > 0 || shown.get() == *outcome);
        with_words(reader, |words| {
            offered
                .map(|outcome| Tab::new(code(outcome), words.outcome(outcome), Some(counts.of(outcome))))
                .collect()
        })
    });
    let limit = RwSignal::new(PAGE);
    let select = Callback::new(move |id: String| {
        limit.set(PAGE);
        chosen.set(RowOutcome::ALL.into_iter().find(|outcome| code(*outcome) == id));
    });
    let numbers = Memo::new(move |_| {
        let outcome = shown.get();
        import.view().with(|view| {
            let rows = view.as_ref().map(|view| view.plan.rows.as_slice()).unwrap_or_default();
            rows.iter()
                .filter(|row| row.outcome == outcome)
                .map(|row| row.row)
                .collect::<Vec<u32>>()
        })
    });
    let drawn = move || numbers.with(|numbers| numbers.iter().take(limit.get()).copied().collect::<Vec<u32>>());
    let more = Memo::new(move |_| numbers.with(Vec::len).saturating_sub(limit.get()));
    let nothing = move || match shown.get() {
        RowOutcome::NeedsYou => tell!(screen::no_row_needs_you),
        _ => tell!(screen::no_row_here),
    };
    view! {
        <Tabs
            label=text!(screen::what_happens_rows)
            tabs=tabs
            selected=Signal::derive(move || code(shown.get()).to_owned())
            on_select=select
        />
        <Show
            when=move || numbers.with(|numbers| !numbers.is_empty())
            fallback=move || view! { <EmptyState title=Signal::derive(nothing) /> }
        >
            <ol class="import-rows" class:is-behind=move || import.planning().get()>
                <For each=drawn key=|number| *number children=move |number| view! { <Row import number /> } />
            </ol>
            <Show when=move || more.get() != 0>
                <Button
                    label=text!(screen::show_more, count = more.get().min(PAGE))
                    on_press=move |()| limit.update(|limit| *limit += PAGE)
                />
            </Show>
        </Show>
    }
    .into_any()
}

fn code(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::NeedsYou => "needs",
        RowOutcome::Create => "create",
        RowOutcome::Change => "change",
        RowOutcome::Deactivate => "deactivate",
        RowOutcome::Skip => "skip",
    }
}

#[component]
fn Row(import: Import, number: u32) -> impl IntoView {
    let row = Memo::new(move |_| import.row(number));
    let open = RwSignal::new(false);
    let left_out = Memo::new(move |_| {
        row.with(|row| {
            row.iter()
                .flat_map(|row| &row.findings)
                .any(|finding| finding.why == Why::LeftOut)
        })
    });
    // What is skipped anyway needs no leaving out.
    let can_leave_out = Memo::new(move |_| {
        left_out.get() || row.with(|row| row.as_ref().is_some_and(|row| row.outcome != RowOutcome::Skip))
    });
    let cells_label = move || {
        if open.get() {
            tell!(screen::fewer_cells)
        } else {
            tell!(screen::all_cells)
        }
    };
    let leave_label = move || {
        if left_out.get() {
            tell!(screen::take_in_again)
        } else {
            tell!(screen::leave_out)
        }
    };
    let leave_out = move |_: ev::MouseEvent| {
        let out = !left_out.get_untracked();
        import.settle(move |mut choices| {
            if out {
                choices.left_out.insert(number);
            } else {
                choices.left_out.remove(&number);
            }
            choices
        });
    };
    let toggle = move |_: ev::MouseEvent| open.update(|open| *open = !*open);
    // Drawn at once from what there is; in another language they are drawn anew.
    let shown = move || {
        spoken();
        row.get()
    };
    let says = move || shown().map(|row| view! { <Says import row /> });
    let happens = move || shown().map(|row| view! { <Happens row /> });
    let settled = move || row.with(|row| row.as_ref().is_none_or(|row| row.outcome != RowOutcome::NeedsYou));
    // The fields of a row stay while the plan is made anew, so that nobody loses their place.
    let fixes = Memo::new(move |_| {
        row.with(|row| {
            let all = row.as_ref().map(|row| row.findings.as_slice()).unwrap_or_default();
            let mut columns: Vec<u32> = all.iter().filter_map(|finding| finding.column).collect();
            columns.dedup();
            columns
        })
    });
    let every = Memo::new(move |_| {
        import.view().with(|view| {
            let all = view
                .as_ref()
                .map(|view| view.plan.columns.as_slice())
                .unwrap_or_default();
            (0u32..)
                .zip(all)
                .filter(|(_, column)| column.meaning != Column::Ignored)
                .map(|(at, _)| at)
                .collect::<Vec<u32>>()
        })
    });
    let fields = move || if open.get() { every.get() } else { fixes.get() };
    view! {
        <li class="import-row" class:is-settled=settled>
            <span class="import-row__number">{text!(screen::row_number, row = number.to_string())}</span>
            <div class="import-row__says">{says}</div>
            <div class="import-row__happens">
                {happens}
                <div class="import-row__fixes">
                    <For
                        each=fields
                        key=|column| *column
                        children=move |column| view! { <Cell import row number column /> }
                    />
                </div>
                {move || shown().map(|row| view! { <Proposals import row /> })}
            </div>
            <div class="import-row__actions">
                <button
                    type="button"
                    class="button button--quiet"
                    aria-expanded=move || open.get().to_string()
                    aria-label=text!(screen::cells_of_row, what = cells_label(), row = number.to_string())
                    on:click=toggle
                >
                    {cells_label}
                </button>
                <Show when=move || can_leave_out.get()>
                    <button
                        type="button"
                        class="button button--quiet"
                        aria-label=text!(screen::leave_out_row, what = leave_label(), row = number.to_string())
                        on:click=leave_out
                    >
                        {leave_label}
                    </button>
                </Show>
            </div>
        </li>
    }
    .into_any()
}

/// What the file says: who, and which role where.
#[component]
fn Says(import: Import, row: RowPlan) -> impl IntoView {
    let work = import.view().with_untracked(|view| {
        let columns = view
            .as_ref()
            .map(|view| view.plan.columns.as_slice())
            .unwrap_or_default();
        let of_work = |column: Column| matches!(column, Column::Role | Column::PrimarySite | Column::OtherSites);
        let cells = columns
            .iter()
            .zip(&row.cells)
            .filter(|(column, _)| of_work(column.meaning));
        cells
            .map(|(_, cell)| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    });
    view! {
        <span class="import-row__name">{if row.name.is_empty() { tell!(screen::no_name) } else { row.name }}</span>
        <span class="import-row__detail">{if row.login_email.is_empty() { tell!(screen::no_address) } else { row.login_email }}</span>
        <span class="import-row__detail">{work}</span>
    }
    .into_any()
}

/// What will happen, and why.
#[component]
fn Happens(row: RowPlan) -> impl IntoView {
    let tone = match row.outcome {
        RowOutcome::NeedsYou => Tone::Attention,
        RowOutcome::Create => Tone::Gained,
        RowOutcome::Change => Tone::Information,
        RowOutcome::Deactivate => Tone::Lost,
        RowOutcome::Skip => Tone::Neutral,
    };
    let needs = row.outcome == RowOutcome::NeedsYou;
    let (label, lines, objections) = with_words(use_reader(), |words| {
        // What belongs to a cell stands beside its field.
        let (beside, here): (Vec<&Finding>, Vec<&Finding>) = row
            .findings
            .iter()
            .partition(|finding| needs && finding.column.is_some());
        drop(beside);
        let (objections, reasons): (Vec<&Finding>, Vec<&Finding>) = here.into_iter().partition(|_| needs);
        let reasons = reasons.into_iter().map(|finding| words.finding(finding));
        let changes = row.changes.iter().map(|change| words.teller().change(change));
        let notes = row.notes.iter().map(|note| words.note(note));
        let made = (row.outcome == RowOutcome::Create).then(|| {
            let roles: Vec<String> = row.roles.iter().map(|role| words.teller().role(role)).collect();
            let roles = roles.join(", ");
            if row.sites.is_empty() {
                tell!(screen::invited_as, roles = roles)
            } else {
                tell!(screen::invited_as_at, roles = roles, sites = words.sites(&row.sites))
            }
        });
        let lines: Vec<String> = made.into_iter().chain(reasons).chain(changes).chain(notes).collect();
        let objections: Vec<Objection> = objections
            .into_iter()
            .map(|finding| Objection::plain(words.finding(finding)))
            .collect();
        (words.outcome(row.outcome), lines, objections)
    });
    view! {
        <Badge label=label tone=tone />
        <RefusalList objections=objections />
        <ul class="import-row__lines">
            {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// One cell, to be put right.
#[component]
fn Cell(import: Import, row: Memo<Option<RowPlan>>, number: u32, column: u32) -> impl IntoView {
    let reader = use_reader();
    let at = usize::try_from(column).unwrap_or(usize::MAX);
    let label = import.view().with_untracked(|view| {
        view.as_ref()
            .and_then(|view| view.plan.columns.get(at).map(|column| column.name.clone()))
            .unwrap_or_default()
    });
    let known = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| row.cells.get(at).cloned())
                .unwrap_or_default()
        })
    });
    let draft = RwSignal::new(None::<String>);
    let value = Signal::derive(move || draft.get().unwrap_or_else(|| known.get()));
    let hint = Signal::derive(move || {
        let corrected = row.with(|row| row.as_ref().is_some_and(|row| row.corrected.contains(&column)));
        if corrected {
            tell!(screen::put_right_by_you)
        } else {
            String::new()
        }
    });
    let objections = Signal::derive(move || {
        row.with(|row| {
            let findings = row
                .iter()
                .flat_map(|row| &row.findings)
                .filter(|finding| finding.column == Some(column));
            with_words(reader, |words| {
                findings
                    .map(|finding| Objection::plain(words.finding(finding)))
                    .collect::<Vec<_>>()
            })
        })
    });
    let commit = Callback::new(move |()| {
        let Some(text) = draft.get_untracked() else { return };
        draft.set(None);
        if text != known.get_untracked() {
            import.settle(move |choices| {
                choices.corrected(Correction {
                    row: number,
                    column,
                    text,
                })
            });
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        commit.run(());
    };
    view! {
        <form class="import-row__cell" on:submit=submit>
            <TextField
                label=label
                value=value
                hint=hint
                objections=objections
                on_input=move |text| draft.set(Some(text))
                on_leave=commit
            />
        </form>
    }
    .into_any()
}

/// What the words of the row may mean: settles them for all rows.
#[component]
fn Proposals(import: Import, row: RowPlan) -> impl IntoView {
    let proposals: Vec<(About, String, Target)> = row
        .findings
        .iter()
        .flat_map(|finding| match &finding.why {
            Why::RoleUnmatched { word, proposals } => proposals
                .iter()
                .map(|role| (About::Role, word.clone(), Target::Role(role.clone())))
                .collect(),
            Why::SiteUnmatched { word, proposals } => proposals
                .iter()
                .map(|site| (About::Site, word.clone(), Target::Site(*site)))
                .collect(),
            _ => Vec::new(),
        })
        .collect();
    let button = |(about, word, target): (About, String, Target)| {
        let label = with_words(use_reader(), |words| {
            tell!(screen::word_is, word = &word, target = words.target(&target))
        });
        let press = Callback::new(move |()| {
            let (word, target) = (word.clone(), target.clone());
            import.settle(move |choices| choices.with_word(about, &word, Some(target)));
        });
        view! { <Button label=label on_press=press /> }
    };
    (!proposals.is_empty())
        .then(|| view! { <div class="import-row__proposals">{proposals.into_iter().map(button).collect_view()}</div> })
        .into_any()
}
