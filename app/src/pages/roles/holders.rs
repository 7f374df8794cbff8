//! The people who hold a role, by name, page by page; of all sites or of one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::{RoleId, SiteId};
use shared::lifecycle::Status;
use shared::text::lower;
use shared::wire::{HoldersQuery, RoleHolder};

use crate::api::{ApiError, use_api};
use crate::navigation::Link;
use crate::pages::parts::{called, status_word};
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Choice, ErrorNote, Select, Skeleton, unique_id};
use crate::words::{tell, text};

/// Rows of a page.
const PAGE: u32 = 20;

#[derive(Clone, Default)]
struct Read {
    site: Option<SiteId>,
    holders: Vec<RoleHolder>,
    next: Option<String>,
    is_reading: bool,
    failed: Option<ApiError>,
}

/// "Show who", and the names once they are asked for.
#[component]
pub(super) fn RoleHolders(role: RoleId, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let (api, role) = (StoredValue::new(use_api()), StoredValue::new(role));
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let open = RwSignal::new(false);
    let read = RwSignal::new(Read::default());
    let body_id = unique_id("holders");
    // The next page; the first one where another site is asked for.
    let go_on = move |site: Option<SiteId>| {
        let is_other = read.with_untracked(|read| read.site != site);
        read.update(|read| {
            if is_other {
                *read = Read {
                    site,
                    ..Read::default()
                };
            }
            read.is_reading = true;
            read.failed = None;
        });
        let query = HoldersQuery {
            site,
            after: read.with_untracked(|read| read.next.clone()),
            limit: Some(PAGE),
        };
        let (api, role) = (api.get_value(), role.get_value());
        spawn_local(async move {
            let answer = api.holders(&role, &query).await;
            let _ = read.try_update(|read| {
                // Another site was asked for since.
                if read.site != query.site || read.next != query.after {
                    return;
                }
                read.is_reading = false;
                match answer {
                    Ok(page) => {
                        read.holders.extend(page.holders);
                        read.next = page.next;
                    }
                    Err(error) => read.failed = Some(error),
                }
            });
        });
    };
    let toggle = move || {
        open.update(|open| *open = !*open);
        if open.get_untracked() && read.with_untracked(|read| read.holders.is_empty() && !read.is_reading) {
            go_on(None);
        }
    };
    let sites = Signal::derive(move || {
        facts.with(|facts| {
            let all = tell!(screen::all_sites, sites = lower(&facts.policy.words.sites));
            let open = facts.organisation.open_sites();
            std::iter::once(Choice::new("", all))
                .chain(open.map(|site| Choice::new(site.id.to_string(), site.name.clone())))
                .collect::<Vec<_>>()
        })
    });
    let many_sites = Memo::new(move |_| {
        facts.with(|facts| facts.policy.works_at_sites() && facts.organisation.open_sites().nth(1).is_some())
    });
    let chosen = Signal::derive(move || read.with(|read| read.site.map(|site| site.to_string()).unwrap_or_default()));
    let row = move |holder: &RoleHolder| {
        let (label, state) = policy.with(|policy| {
            let label = called(policy, &holder.name, &holder.login_email, holder.status);
            let state = (holder.status != Status::Active).then(|| status_word(policy, holder.status));
            (label, state)
        });
        let places = facts.with(|facts| {
            let sites = holder.places.iter().filter_map(|place| place.site());
            let names = sites
                .filter_map(|site| facts.organisation.site(site))
                .map(|site| site.name.clone());
            names.collect::<Vec<_>>().join(", ")
        });
        let more: Vec<String> = [state, Some(places).filter(|places| !places.is_empty())]
            .into_iter()
            .flatten()
            .collect();
        view! {
            <li>
                <Link to=Route::user(holder.user)>{label}</Link>
                <span class="quiet">{more.join(" · ")}</span>
            </li>
        }
    };
    let names = move || {
        read.with(|read| {
            let rows = read.holders.iter().map(row).collect_view();
            let nobody = read.holders.is_empty() && !read.is_reading && read.failed.is_none();
            let (site, failed) = (read.site, read.failed.clone());
            view! {
                {nobody.then(|| view! { <p class="quiet">{tell!(grid::nobody_here)}</p> })}
                <ul class="role-holders__names">{rows}</ul>
                {read.is_reading.then(|| view! { <Skeleton rows=2 /> })}
                {failed.map(|error| view! {
                    <ErrorNote
                        happened=error.title()
                        next=error.detail()
                        action=text!(screen::try_again)
                        on_action=Callback::new(move |()| go_on(site))
                    />
                })}
                {(read.next.is_some() && !read.is_reading).then(|| view! {
                    <Button label=text!(grid::more_names) kind=ButtonKind::Quiet on_press=move |()| go_on(site) />
                })}
            }
        })
    };
    view! {
        <div class="role-holders">
            <button
                type="button"
                class="link"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=body_id.clone()
                on:click=move |_| toggle()
            >
                {move || if open.get() { tell!(grid::hide_who) } else { tell!(grid::show_who, role = name.get()) }}
            </button>
            <div id=body_id class="role-holders__body">
                <Show when=move || open.get()>
                    <Show when=move || many_sites.get()>
                        <Select
                            label=Signal::derive(move || policy.with(|policy| policy.words.site.clone()))
                            value=chosen
                            options=sites
                            on_choose=move |id: String| go_on(id.parse().ok())
                        />
                    </Show>
                    {names}
                </Show>
            </div>
        </div>
    }
    .into_any()
}
