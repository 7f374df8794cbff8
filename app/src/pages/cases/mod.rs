//! Support cases: what the vendor is asked to do about products of providers, open and closed (T11).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::CaseId;
use shared::licence::SupportCase;
use shared::wire::{CaseQuery, Topic};

use super::parts::{CaseLine, CloseCaseDialog, ClosingCase};
use crate::api::{Api, ApiError, use_api};
use crate::live;
use crate::session::use_reader;
use crate::widgets::{Button, EmptyState, ErrorNote, Icon, PageHeader, Skeleton, Tab, Tabs};
use crate::words::{spoken, tell, text};

const OPEN: &str = "open";
const CLOSED: &str = "closed";

/// What is known of one of the two lists.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listed {
    cases: Vec<SupportCase>,
    next: Option<CaseId>,
    failed: Option<ApiError>,
    is_there: bool,
}

#[component]
pub(crate) fn CasesPage() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let facts = use_reader().facts();
    let closed = RwSignal::new(false);
    let listed = RwSignal::new(Listed::default());
    // An older answer that comes late is for nobody.
    let turn = StoredValue::new(0_u32);
    let load_with = move |api: Api, before: Option<CaseId>| {
        let now = turn.get_value().wrapping_add(1);
        turn.set_value(now);
        let query = CaseQuery {
            closed: closed.get_untracked(),
            before,
            limit: None,
        };
        spawn_local(async move {
            let answer = api.cases(&query).await;
            if turn.try_get_value() != Some(now) {
                return;
            }
            listed.update(|listed| match answer {
                Ok(page) => {
                    if before.is_none() {
                        listed.cases.clear();
                    }
                    listed.cases.extend(page.cases);
                    listed.next = page.next;
                    listed.failed = None;
                    listed.is_there = true;
                }
                Err(error) => listed.failed = Some(error),
            });
        });
    };
    let load = move |before: Option<CaseId>| load_with(api.get_value(), before);
    load(None);
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Cases) {
            load_with(api.get_value().by_itself(), None);
        }
    });
    let closing = ClosingCase::new();
    let select = Callback::new(move |id: String| {
        closed.set(id == CLOSED);
        listed.set(Listed::default());
        load(None);
    });
    let tabs = Signal::derive(|| {
        vec![
            Tab::new(OPEN, tell!(screen::cases_open), None),
            Tab::new(CLOSED, tell!(screen::cases_closed), None),
        ]
    });
    let selected = Signal::derive(move || if closed.get() { CLOSED } else { OPEN }.to_owned());
    let trouble = move || {
        let error = listed.with(|listed| listed.failed.clone())?;
        let told = error.clone();
        Some(view! {
            <ErrorNote
                happened=Signal::derive(move || told.title())
                next=Signal::derive(move || error.detail())
                action=text!(screen::try_again)
                on_action=Callback::new(move |()| load(None))
            />
        })
    };
    let empty = move || {
        let (title, text) = if closed.get() {
            (text!(screen::no_case_closed), text!(screen::no_case_closed_text))
        } else {
            (text!(screen::no_case_open), text!(screen::no_case_open_text))
        };
        view! { <EmptyState title=title text=text icon=Icon::Record /> }
    };
    let body = move || {
        // A case is drawn at once; in another language it is drawn anew.
        spoken();
        let Listed {
            cases,
            is_there,
            failed,
            next,
        } = listed.get();
        if !is_there {
            return failed.is_none().then(|| view! { <Skeleton rows=4 /> }.into_any());
        }
        if cases.is_empty() {
            return Some(empty().into_any());
        }
        let facts = facts.get();
        let line = |case| view! { <CaseLine case facts=std::sync::Arc::clone(&facts) closing /> };
        let more = next.map(|before| {
            view! { <Button label=text!(screen::show_older_cases) on_press=move |()| load(Some(before)) /> }
        });
        Some(view! { <ul class="cases">{cases.into_iter().map(line).collect_view()}</ul> {more} }.into_any())
    };
    view! {
        <div class="page page--reading">
            <PageHeader title=text!(screen::support_cases) about=text!(screen::support_cases_about) />
            <Tabs label=text!(screen::support_cases) tabs=tabs selected=selected on_select=select />
            {trouble}
            {body}
            <CloseCaseDialog closing on_done=Callback::new(move |_| load(None)) />
        </div>
    }
    .into_any()
}
