//! The audit record, newest first: who did what to whom, when and from where; each entry opens to old and new values,
//! what was confirmed and its place in the record (X7).

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::facts::ActorKind;
use shared::text::Teller;
use shared::wire::{AuditEntry, AuditPage, AuditPerson, AuditQuery, Topic};

use crate::api::{ApiError, use_api};
use crate::dates::Moment;
use crate::live;
use crate::navigation::Link;
use crate::pages::parts::fetched;
use crate::route::Route;
use crate::session::use_reader;
use crate::taxonomies;
use crate::widgets::{Avatar, Button, EmptyState, ErrorNote, Icon, IconView, SkeletonShape};
use crate::words::{tell, text, words};

const PAGE: u32 = 50;

/// The pages after the first, and for which query they were read.
#[derive(Clone, Default, PartialEq)]
struct Older {
    query: AuditQuery,
    entries: Vec<AuditEntry>,
    next: Option<u64>,
    failed: Option<ApiError>,
}

/// The entries that a query finds; more of them on demand.
#[component]
pub(crate) fn ActivityList(
    #[prop(into)] query: Signal<AuditQuery>,
    /// Says of whom each entry is; not needed where all are of one person.
    #[prop(optional)]
    of_one: bool,
) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let facts = use_reader().facts();
    let asked = Memo::new(move |_| AuditQuery {
        limit: Some(PAGE),
        before: None,
        ..query.get()
    });
    let again = RwSignal::new(0_u32);
    let first = LocalResource::new(move || {
        let (query, api) = (asked.get(), api.get_value());
        let api = if again.get() > 0 { api.by_itself() } else { api };
        async move { api.audit(&query).await.map(|page| (query, Arc::new(page))) }
    });
    let older = RwSignal::new(Older::default());
    let loading = RwSignal::new(false);
    // Pages of an earlier query are none of this one.
    let more = Memo::new(move |_| {
        older.with(|older| {
            if older.query == asked.get() {
                Some(older.clone())
            } else {
                None
            }
        })
    });
    live::hear(&api.get_value(), move |change| {
        // Whoever has gone back in time stays there: between what is new and what they read nothing may be missing.
        let is_at_front = more.try_with_untracked(Option::is_none) == Some(true);
        if change.touches(Topic::Record) && is_at_front {
            again.update(|times| *times += 1);
        }
    });
    let load_more = move |before: u64| {
        let (query, api) = (asked.get_untracked(), api.get_value());
        loading.set(true);
        spawn_local(async move {
            let answer = api
                .audit(&AuditQuery {
                    before: Some(before),
                    ..query.clone()
                })
                .await;
            let _ = loading.try_set(false);
            let _ = older.try_update(|older| {
                if older.query != query {
                    *older = Older {
                        query,
                        ..Older::default()
                    };
                }
                match answer {
                    Ok(page) => {
                        older.entries.extend(page.entries);
                        older.next = page.next;
                        older.failed = None;
                    }
                    Err(error) => {
                        older.next = Some(before);
                        older.failed = Some(error);
                    }
                }
            });
        });
    };
    let rows = move |page: &AuditPage| {
        let entries = page.entries.clone();
        if entries
            .iter()
            .flat_map(|entry| &entry.changes)
            .any(taxonomies::is_about_codes)
        {
            taxonomies::fetch(api.get_value());
        }
        let facts = facts.get();
        if entries.is_empty() {
            return view! {
                <EmptyState
                    icon=Icon::Record
                    title=text!(screen::nothing_here)
                    text=text!(screen::nothing_recorded)
                />
            }
            .into_any();
        }
        let first_next = page.next;
        let next = move || more.with(|more| more.as_ref().map_or(first_next, |more| more.next));
        let failed = move || more.with(|more| more.as_ref().and_then(|more| more.failed.clone()));
        let later = {
            let facts = Arc::clone(&facts);
            move || {
                more.with(|more| {
                    let entries = more.as_ref().map(|more| more.entries.clone()).unwrap_or_default();
                    entries.iter().map(|entry| row(&facts, entry, of_one)).collect_view()
                })
            }
        };
        view! {
            <ol class="record">{entries.iter().map(|entry| row(&facts, entry, of_one)).collect_view()} {later}</ol>
            {move || failed().map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })}
            {move || {
                next()
                    .map(|before| {
                        view! {
                            <div class="record__more">
                                <Button label=text!(screen::show_older) busy=loading on_press=move |()| load_more(before) />
                            </div>
                        }
                    })
            }}
        }
        .into_any()
    };
    let reload = Callback::new(move |()| again.update(|times| *times += 1));
    view! {
        <div class="activity">
            {move || fetched(first.get(), (SkeletonShape::People, 8), reload, |(_, page)| rows(&page))}
        </div>
    }
    .into_any()
}

fn row(facts: &Facts, entry: &AuditEntry, of_one: bool) -> AnyView {
    let teller = Teller::new(&facts.policy, &facts.organisation, words());
    // What nobody did has nobody's sign: it happened "automatically", or came from the command line.
    let (sign, by) = match entry.actor_kind {
        ActorKind::Member => {
            let by = tell!(screen::by, name = &entry.actor.name);
            (view! { <Avatar name=entry.actor.name.clone() /> }.into_any(), by)
        }
        ActorKind::Support => {
            let name = teller.actor_kind(entry.actor_kind);
            let by = tell!(screen::by, name = &name);
            (view! { <Avatar name /> }.into_any(), by)
        }
        ActorKind::Operator | ActorKind::System => (
            view! { <span class="avatar avatar--nobody"><IconView icon=Icon::Record /></span> }.into_any(),
            teller.actor_kind(entry.actor_kind),
        ),
    };
    let changed = {
        let (facts, changes) = (facts.clone(), entry.changes.clone());
        // Names of codes may come later than the record.
        let lines_told = move || {
            let teller = Teller::new(&facts.policy, &facts.organisation, words());
            let told = |change| teller.change(&taxonomies::told(change));
            lines(tell!(screen::what_changed), changes.iter().map(told).collect())
        };
        (!entry.changes.is_empty()).then_some(lines_told)
    };
    let confirmed: Vec<String> = entry.confirmations.iter().map(|one| teller.confirmation(one)).collect();
    let subject = entry
        .subject
        .clone()
        .filter(|_| !of_one)
        .map(|person| subject_of(facts, &person));
    view! {
        <li class="record__entry">
            <details>
                <summary class="record__summary">
                    {sign}
                    <span class="record__words">
                        <span class="record__title">{teller.headline(entry)}</span>
                        <span class="record__who">
                            {subject.map(|name| view! { <span class="record__subject">{name}</span> " · " })}
                            {by}
                        </span>
                    </span>
                    <span class="record__when"><Moment at=entry.at relative=true /></span>
                    <IconView icon=Icon::ChevronRight />
                </summary>
                <div class="record__detail">
                    {changed}
                    {(!confirmed.is_empty()).then(|| lines(tell!(screen::what_was_confirmed), confirmed))}
                    <dl class="definitions">
                        <div><dt>{tell!(screen::when)}</dt><dd><Moment at=entry.at /></dd></div>
                        <div><dt>{tell!(screen::from_where)}</dt><dd>{entry.origin.clone()}</dd></div>
                        <div><dt>{tell!(screen::entry)}</dt><dd class="numbers">{entry.sequence}</dd></div>
                        <div><dt>{tell!(screen::hash)}</dt><dd class="mono record__hash" title=entry.hash.clone()>{entry.hash.clone()}</dd></div>
                    </dl>
                    {entry
                        .subject
                        .clone()
                        .filter(|_| !of_one)
                        .map(|person| {
                            let open = tell!(screen::open_person, name = subject_of(facts, &person));
                            view! { <p><Link to=Route::user(person.user)>{open}</Link></p> }
                        })}
                </div>
            </details>
        </li>
    }
    .into_any()
}

fn subject_of(facts: &Facts, person: &AuditPerson) -> String {
    super::name_or_unnamed(&facts.policy, &person.name)
}

fn lines(title: String, lines: Vec<String>) -> AnyView {
    view! {
        <section>
            <p class="record__heading">{title}</p>
            <ul class="record__lines">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}
