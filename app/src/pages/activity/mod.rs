//! The audit record of the organisation: every change that anyone made, found by person, kind and day.

mod kinds;

use leptos::prelude::*;
use shared::export::ExportedList;
use shared::ids::Timestamp;
use shared::wire::AuditQuery;

use super::parts::{ActivityList, ExportMenu};
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, FieldSetup, FilterMenu, InputKind, PageHeader, SearchField, TextField};
use crate::words::text;

#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let policy = use_reader().policy();
    let search = RwSignal::new(String::new());
    let kind = RwSignal::new(None::<String>);
    let from = RwSignal::new(String::new());
    let until = RwSignal::new(String::new());
    // The list follows a pause in typing, not every key.
    let settled = RwSignal::new(String::new());
    let settle = leptos::leptos_dom::helpers::debounce(std::time::Duration::from_millis(250), move |text| {
        let _ = settled.try_set(text);
    });
    let settle = StoredValue::new_local(settle);
    let query = Memo::new(move |_| AuditQuery {
        search: settled.get().trim().to_owned(),
        kind: kind.get(),
        from: start_of(&from.get(), 0),
        until: start_of(&until.get(), 1),
        ..AuditQuery::default()
    });
    let is_filtered = Memo::new(move |_| query.get() != AuditQuery::default());
    let clear = move |()| {
        search.set(String::new());
        settled.set(String::new());
        kind.set(None);
        from.set(String::new());
        until.set(String::new());
    };
    let day = FieldSetup {
        kind: InputKind::Date,
        ..FieldSetup::default()
    };
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(screen::activity) about=text!(screen::activity_about)>
                <ExportMenu list=Signal::derive(move || ExportedList::Activity(query.get())) />
            </PageHeader>
            <div class="toolbar activity__filters" part="toolbar">
                <SearchField
                    label=text!(screen::search_people)
                    value=search
                    on_input=move |text: String| {
                        search.set(text.clone());
                        settle.update_value(|settle| settle(text));
                    }
                />
                <FilterMenu
                    label=text!(screen::kind)
                    any=text!(screen::all_kinds)
                    options=Signal::derive(move || policy.with(|policy| kinds::choices(policy)))
                    selected=kind
                    on_choose=move |value| kind.set(value)
                />
                <TextField label=text!(screen::from) value=from on_input=move |text| from.set(text) setup=day />
                <TextField label=text!(screen::to) value=until on_input=move |text| until.set(text) setup=day />
                <Show when=move || is_filtered.get()>
                    <Button label=text!(screen::clear_filters) kind=ButtonKind::Quiet on_press=clear />
                </Show>
            </div>
            <ActivityList query=query />
        </div>
    }
    .into_any()
}

/// The first moment of a day in the reader's time zone, `days` later; nothing for what is no day.
fn start_of(day: &str, days: u32) -> Option<Timestamp> {
    if day.is_empty() {
        return None;
    }
    // Without a zone in the text, the browser reads it as local time.
    let millis = js_sys::Date::new(&format!("{day}T00:00:00").into()).get_time();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds, checked to be a number"
    )]
    (!millis.is_nan()).then(|| Timestamp(millis as i64).plus_days(days))
}
