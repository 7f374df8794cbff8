//! Two people edited the same thing: theirs and yours side by side, field by field, either to choose (X6).

use leptos::prelude::*;

use super::unique_id;
use crate::words::{tell, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Theirs,
    Yours,
}

/// One field in which the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiffRow {
    pub(crate) id: String,
    pub(crate) field: String,
    pub(crate) theirs: String,
    pub(crate) yours: String,
    pub(crate) chosen: Side,
}

/// The fields that differ; the callback gets the row's id and the side chosen for it.
#[component]
pub(crate) fn DiffTable(
    #[prop(into)] rows: Signal<Vec<DiffRow>>,
    #[prop(into)] on_choose: Callback<(String, Side)>,
    /// Whose change is on the left: "Maria, 2 minutes ago".
    #[prop(into)]
    theirs: Signal<String>,
) -> impl IntoView {
    let ids = Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()));
    let row = move |id: String| {
        let own = id.clone();
        let found = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.id == own).cloned()));
        let name = unique_id("side");
        let cell = |side: Side| {
            let (id, name) = (id.clone(), name.clone());
            let text = move || {
                found.with(|row| {
                    let row = row.as_ref()?;
                    let text = match side {
                        Side::Theirs => &row.theirs,
                        Side::Yours => &row.yours,
                    };
                    Some(if text.is_empty() {
                        tell!(screen::empty)
                    } else {
                        text.clone()
                    })
                })
            };
            let chosen = move || found.with(|row| row.as_ref().is_some_and(|row| row.chosen == side));
            view! {
                <td>
                    <label class="choice" class:is-chosen=chosen>
                        <input
                            type="radio"
                            class="choice__input"
                            name=name
                            prop:checked=chosen
                            on:change=move |_| on_choose.run((id.clone(), side))
                        />
                        <span class="choice__label">{text}</span>
                    </label>
                </td>
            }
        };
        let (left, right) = (cell(Side::Theirs), cell(Side::Yours));
        view! {
            <tr>
                <th scope="row">{move || found.with(|row| row.as_ref().map(|row| row.field.clone()))}</th>
                {left}
                {right}
            </tr>
        }
    };
    view! {
        <div class="table-frame"><table class="table diff">
            <thead>
                <tr>
                    <th scope="col"><span class="visually-hidden">{text!(screen::field)}</span></th>
                    <th scope="col">{move || theirs.get()}</th>
                    <th scope="col">{text!(screen::yours)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || ids.get() key=Clone::clone children=row />
            </tbody>
        </table></div>
    }
    .into_any()
}
