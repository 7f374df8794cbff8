//! Carrying the plan out: what must be said before, how far it is, and what was done.

use leptos::prelude::*;
use shared::import::{RowDone, RowResult};
use shared::text::capital;
use shared::verdict::Confirmation;

use super::state::Import;
use super::with_words;
use crate::session::use_reader;
use crate::widgets::{
    Button, ButtonKind, Checkbox, ConfirmationList, EmptyState, Icon, IconView, Note, Tab, Table, Tabs, Tone, Wanted,
};
use crate::words::{tell, text};

/// The bar at the end: what will be done, in numbers, and the button that does it.
#[component]
pub(super) fn CarryOut(import: Import) -> impl IntoView {
    let reader = use_reader();
    let counts = Memo::new(move |_| {
        import
            .view()
            .with(|view| view.as_ref().map(|view| view.plan.counts).unwrap_or_default())
    });
    let wanted = Memo::new(move |_| {
        import.view().with(|view| {
            view.as_ref()
                .map(|view| view.plan.confirmations.clone())
                .unwrap_or_default()
        })
    });
    let given = RwSignal::new(Vec::<Confirmation>::new());
    let leave_out = RwSignal::new(false);
    let items = Signal::derive(move || {
        let Some(view) = import.view().get() else {
            return Vec::new();
        };
        wanted.with(|wanted| {
            with_words(reader, |words| {
                wanted
                    .iter()
                    .map(|one| Wanted {
                        text: words.confirmation(&view.plan, one),
                        given: given.with(|given| given.contains(one)),
                    })
                    .collect::<Vec<_>>()
            })
        })
    });
    let confirm = Callback::new(move |(at, on): (usize, bool)| {
        let Some(one) = wanted.with_untracked(|wanted| wanted.get(at).cloned()) else {
            return;
        };
        given.update(|given| {
            given.retain(|known| *known != one);
            if on {
                given.push(one);
            }
        });
    });
    let missing = move || wanted.with(|wanted| given.with(|given| wanted.iter().any(|one| !given.contains(one))));
    let refused = Signal::derive(move || {
        let counts = counts.get();
        if counts.to_do() == 0 {
            Some(tell!(screen::import_no_change))
        } else if counts.needs_you > 0 && !leave_out.get() {
            Some(tell!(screen::rows_need_you, rows = counts.needs_you))
        } else if missing() {
            Some(tell!(screen::confirm_first))
        } else {
            None
        }
    });
    let label = Signal::derive(move || {
        let counts = counts.get();
        let parts = [
            (counts.create, tell!(screen::count_create, count = counts.create)),
            (counts.change, tell!(screen::count_change, count = counts.change)),
            (
                counts.deactivate,
                tell!(screen::count_deactivate, count = counts.deactivate),
            ),
        ];
        let told: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(_, told)| told)
            .collect();
        if told.is_empty() {
            tell!(screen::nothing_to_import)
        } else {
            capital(&told.join(", "))
        }
    });
    let press = Callback::new(move |()| import.carry_out(leave_out.get_untracked(), given.get_untracked()));
    view! {
        <footer class="import-bar">
            <ConfirmationList wanted=items on_change=confirm />
            <div class="import-bar__line">
                <Show when=move || counts.with(|counts| counts.needs_you != 0)>
                    <Checkbox
                        label=text!(screen::leave_out_rows, rows = counts.get().needs_you)
                        checked=leave_out
                        on_change=move |on| leave_out.set(on)
                    />
                </Show>
                <Button
                    label=label
                    kind=ButtonKind::Primary
                    busy=import.planning()
                    refused=refused
                    on_press=press
                />
            </div>
        </footer>
    }
    .into_any()
}

/// How far it is. Nothing counts until it is done.
#[component]
pub(super) fn Running(import: Import) -> impl IntoView {
    let progress = import.progress();
    let words = move || match progress.get() {
        Some(progress) if progress.total > 0 => tell!(screen::done_of, done = progress.done, total = progress.total),
        _ => tell!(screen::starting),
    };
    let share = move || progress.get().filter(|progress| progress.total > 0);
    view! {
        <div class="import-progress" role="status">
            <p class="empty__title">{text!(screen::importing)}</p>
            <progress
                class="progress"
                aria-label=text!(screen::import_progress)
                max=move || share().map(|progress| progress.total.to_string())
                value=move || share().map(|progress| progress.done.to_string())
            ></progress>
            <p class="empty__text">{words}</p>
            <p class="empty__text">{text!(screen::all_or_nothing)}</p>
        </div>
    }
    .into_any()
}

/// Results drawn at first, and with each further press.
const PAGE: usize = 100;

/// What was done with every row.
#[component]
pub(super) fn Results(import: Import) -> impl IntoView {
    let reader = use_reader();
    let results = Memo::new(move |_| {
        import
            .view()
            .with(|view| view.as_ref().map(|view| view.results.clone()).unwrap_or_default())
    });
    let count = move |done: RowDone| {
        let found = results.with(|results| results.iter().filter(|result| result.done == done).count());
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let chosen = RwSignal::new(None::<RowDone>);
    // What was left out is what still needs someone.
    const ORDER: [RowDone; 5] = [
        RowDone::LeftOut,
        RowDone::Created,
        RowDone::Changed,
        RowDone::Deactivated,
        RowDone::Skipped,
    ];
    let shown = Memo::new(move |_| {
        chosen
            .get()
            .or_else(|| ORDER.into_iter().find(|done| count(*done) > 0))
            .unwrap_or(RowDone::Skipped)
    });
    let tabs = Signal::derive(move || {
        with_words(reader, |words| {
            let there = ORDER.into_iter().filter(|done| count(*done) > 0);
            there
                .map(|done| Tab::new(words.done(done), words.done(done), Some(count(done))))
                .collect()
        })
    });
    let selected = Signal::derive(move || with_words(reader, |words| words.done(shown.get())));
    let select = Callback::new(move |id: String| {
        chosen.set(with_words(reader, |words| {
            ORDER.into_iter().find(|done| words.done(*done) == id)
        }));
    });
    let changed = [RowDone::Created, RowDone::Changed, RowDone::Deactivated];
    let summary = move || {
        let done: u32 = changed.into_iter().map(count).sum();
        tell!(screen::import_done, people = done)
    };
    let line = |result: RowResult| {
        view! {
            <tr>
                <td class="number">{result.row}</td>
                <td>
                    <span class="import-row__name">{result.name}</span>
                    <span class="import-row__detail">{result.login_email}</span>
                </td>
                <td>{result.reasons.join(" ")}</td>
            </tr>
        }
    };
    let limit = RwSignal::new(PAGE);
    let lines = move || {
        let (done, limit) = (shown.get(), limit.get());
        results.with(|results| {
            results
                .iter()
                .filter(|result| result.done == done)
                .take(limit)
                .cloned()
                .map(line)
                .collect_view()
        })
    };
    let more = Memo::new(move |_| {
        usize::try_from(count(shown.get()))
            .unwrap_or(usize::MAX)
            .saturating_sub(limit.get())
    });
    view! {
        <Note text=Signal::derive(summary) tone=Tone::Gained />
        <p>
            <a class="button" href=move || import.result_address() download="import-result.csv">
                <IconView icon=Icon::Download />
                {text!(screen::download_result)}
            </a>
        </p>
        <Show
            when=move || results.with(|results| !results.is_empty())
            fallback=|| view! { <EmptyState title=text!(screen::no_rows) /> }
        >
            <Tabs label=text!(screen::what_was_done) tabs=tabs selected=selected on_select=select />
            <Table label=text!(screen::what_was_done_rows)>
                <thead>
                    <tr>
                        <th class="number" scope="col">{text!(screen::row)}</th>
                        <th scope="col">{text!(screen::person)}</th>
                        <th scope="col">{text!(screen::why)}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </Table>
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
