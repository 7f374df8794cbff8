//! One resource with the people who have it: the members of a group or workspace, or those for whom a line was chosen
//! (A17, O12). Adding and removing them are edits of these people, judged one by one.

mod add;
mod list;

use leptos::prelude::*;
use shared::access::Place;
use shared::form::leave;
use shared::ids::ResourceId;
use shared::organisation::Resource;
use shared::policy::{Level, Power, Role, RoleKind, RoleResources};
use shared::text::lower;
use shared::wire::{Accepted, Member};

use self::add::AddDialog;
use self::list::{MemberRow, Members};
use super::parts::{ActionDialog, Actions, Wording};
use crate::navigation::Link;
use crate::route::Route;
use crate::session::{use_reader, use_session};
use crate::widgets::{
    Button, ButtonKind, EmptyState, ErrorNote, Icon, IconView, Note, PageHeader, SearchField, Skeleton,
};
use crate::words::{tell, text};

#[component]
pub(crate) fn ResourcePage(id: ResourceId) -> impl IntoView {
    let facts = use_reader().facts();
    let found = Memo::new(move |_| facts.with(|facts| facts.organisation.resource(id).cloned()));
    move || match found.get() {
        Some(resource) => view! { <MembersOf resource /> }.into_any(),
        None => view! {
            <div class="page">
                <EmptyState title=text!(screen::nothing_at_address) text=text!(screen::perhaps_moved) icon=Icon::Site />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn MembersOf(resource: Resource) -> impl IntoView {
    let (reader, session) = (use_reader(), use_session());
    let facts = reader.facts();
    let policy = reader.policy();
    let id = resource.id;
    let place = resource.site.map_or(Place::Organisation, Place::Site);
    let name = StoredValue::new(resource.name.clone());
    let members = Members::new(id);
    let actions = Actions::new();
    let adding = RwSignal::new(false);
    let may = Memo::new(move |_| {
        facts.with(|facts| !resource.archived && facts.actor.has_power(&facts.policy, Power::Users, place))
    });
    let kind = StoredValue::new(resource.kind.clone());
    // "Enterprise User Group · 3 people", "Line at Elm Street · 12 people"
    let about = Signal::derive(move || {
        let what = facts.with(|facts| {
            let kind = kind.with_value(|kind| facts.policy.resource_kind(kind).map(|kind| kind.name.clone()));
            let kind = kind.unwrap_or_default();
            match place.site().and_then(|site| facts.organisation.site(site)) {
                Some(site) => tell!(screen::kind_at, kind = kind, site = &site.name),
                None => kind,
            }
        });
        match members.total().get() {
            Some(people) => format!("{what} · {}", tell!(screen::people, count = people)),
            None => what,
        }
    });
    // Roles that have all of a site have this too, and nobody chose it for them.
    let with_all = Memo::new(move |_| {
        let takes_all = |role: &&Role| {
            role.scope == Level::Site && role.kind == RoleKind::Main && role.resources == RoleResources::All
        };
        place.site().and_then(|_| {
            policy.with(|policy| {
                let roles: Vec<&str> = policy
                    .roles
                    .iter()
                    .filter(takes_all)
                    .map(|role| role.name.as_str())
                    .collect();
                let kind = policy.site_resource_kind()?;
                let what = lower(&kind.plural);
                (!roles.is_empty()).then(|| tell!(screen::role_all_added_later, role = roles.join(", "), what = what))
            })
        })
    });
    let remove = Callback::new(move |member: Member| {
        let person = name_or_address(&member.name, &member.login_email);
        let wording = name.with_value(|name| Wording {
            title: tell!(screen::remove_from, person = &person, name = name),
            done: tell!(screen::removed_from, person = &person, name = name),
            nothing: tell!(screen::has_it_not, person = &person, name = name),
        });
        actions.ask_made(member.user, person, wording, move |facts| leave(facts, id));
    });
    let done = Callback::new(move |accepted: Accepted| {
        members.reload();
        let own = reader.me().with_untracked(|me| me.user.id);
        if accepted.subject.is_some_and(|subject| subject.id == own) {
            session.refresh_soon();
        }
    });
    let notifies = Memo::new(move |_| {
        policy.with(|policy| {
            let field = kind.with_value(|kind| policy.resource_kind(kind)?.notifies_by)?;
            policy.field(field).map(|rule| rule.label.clone())
        })
    });
    let gets = Memo::new(move |_| {
        let field = notifies.get()?;
        policy.with(|policy| {
            let called = kind.with_value(|kind| policy.resource_kind(kind).map(|kind| kind.notification.clone()))?;
            (!called.is_empty()).then(|| tell!(screen::members_get, field = field, notification = called))
        })
    });
    let back = ViewFn::from(move || {
        let apart = place == Place::Organisation && policy.with(|policy| policy.has_organisation_settings());
        let to = if apart { Route::Groups } else { Route::Sites };
        let label = move || {
            policy.with(|policy| match apart {
                true => policy.words.organisation_settings.clone(),
                false => policy.places().unwrap_or_default().to_owned(),
            })
        };
        view! {
            <Link to=Signal::stored(to) class="back-link"><IconView icon=Icon::Back /><span>{label}</span></Link>
        }
        .into_any()
    });
    let rows = move || {
        members
            .rows()
            .get()
            .into_iter()
            .map(|member| view! { <MemberRow member notifies may_remove=may on_remove=remove /> })
            .collect_view()
    };
    let nobody = move || {
        let (title, text) = if members.search().with(String::is_empty) {
            (text!(screen::nobody_has_it), text!(screen::nobody_has_it_text))
        } else {
            (text!(screen::nobody_fits), text!(screen::nothing_called_that))
        };
        view! { <EmptyState title=title text=text icon=Icon::People /> }
    };
    let add = move |()| adding.set(true);
    view! {
        <div class="page page--reading">
            <PageHeader title=name.get_value() about=about lead=back>
                <Show when=move || may.get()>
                    <Button label=text!(screen::add_people) icon=Icon::Add kind=ButtonKind::Primary on_press=add />
                </Show>
            </PageHeader>
            {move || with_all.get().or_else(|| gets.get()).map(|text| view! { <Note text=text /> })}
            <SearchField
                label=Signal::derive(move || policy.with(|policy| policy.words.search.clone()))
                value=members.search()
                on_input=Callback::new(move |text| members.find(text))
                busy=members.is_busy()
            />
            {move || {
                members
                    .error()
                    .get()
                    .map(|error| {
                        view! {
                            <ErrorNote
                                happened=error.title()
                                next=error.detail()
                                action=text!(screen::try_again)
                                on_action=Callback::new(move |()| members.reload())
                            />
                        }
                    })
            }}
            <Show when=move || members.total().get().is_some() fallback=move || view! { <Skeleton rows=6 /> }>
                <Show when=move || members.rows().with(|rows| !rows.is_empty()) fallback=nobody>
                    <ul class="places" aria-label=name.get_value()>{rows}</ul>
                    <Show when=move || members.has_more().get()>
                        <div class="record__more">
                            <Button
                                label=text!(screen::show_more_people)
                                busy=members.is_busy()
                                on_press=move |()| members.read_on()
                            />
                        </div>
                    </Show>
                </Show>
            </Show>
            <AddDialog resource=id name=name.get_value() open=adding members actions />
            <ActionDialog actions on_done=done />
        </div>
    }
    .into_any()
}

/// What a question about one of several is to name: those without a name are all called alike otherwise.
fn name_or_address(name: &str, address: &str) -> String {
    if name.is_empty() { address } else { name }.to_owned()
}
