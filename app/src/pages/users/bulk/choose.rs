//! Putting an action together: which role or site, given or taken away, and where.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::Facts;
use shared::bulk::BulkAction;
use shared::ids::{ResourceId, RoleId, SiteId};
use shared::policy::RoleResources;

use super::Ask;
use super::work::Work;
use crate::session::use_reader;
use crate::widgets::{CheckList, Choice, PickItem, Select};
use crate::words::{tell, text};

const GIVE: &str = "give";
const TAKE: &str = "take";
const MOVE: &str = "move";

/// What is chosen so far; empty texts for nothing.
#[derive(Clone, Debug, PartialEq)]
struct Picked {
    ask: Ask,
    what: String,
    role: String,
    site: String,
    to: String,
    resources: BTreeSet<ResourceId>,
}

impl Picked {
    fn action(&self) -> Option<BulkAction> {
        let role = (!self.role.is_empty()).then(|| RoleId::from(self.role.as_str()));
        let site = self.site.parse::<SiteId>().ok();
        let resources = self.resources.clone();
        match (&self.ask, self.what.as_str()) {
            (Ask::Roles, TAKE) => Some(BulkAction::RemoveRole { role: role?, site }),
            (Ask::Roles, _) => Some(BulkAction::AddRole {
                role: role?,
                site,
                resources,
            }),
            (_, TAKE) => Some(BulkAction::RemoveSite { site: site? }),
            (_, MOVE) => Some(BulkAction::MoveSite {
                from: site?,
                to: self.to.parse().ok()?,
                resources,
            }),
            _ => Some(BulkAction::AddSite {
                site: site?,
                role,
                resources,
            }),
        }
    }

    /// The site whose resources have to be chosen by hand, if any has to be.
    fn chooses_at(&self, facts: &Facts) -> Option<SiteId> {
        let site = match self.what.as_str() {
            TAKE => return None,
            MOVE => &self.to,
            _ => &self.site,
        };
        let by_hand = |role: &shared::policy::Role| matches!(role.resources, RoleResources::AtLeast(_));
        let chooses = if self.role.is_empty() {
            facts.policy.roles.iter().any(by_hand)
        } else {
            let role = RoleId::from(self.role.as_str());
            facts.policy.role(&role).is_some_and(by_hand)
        };
        site.parse().ok().filter(|_| chooses)
    }
}

#[component]
pub(super) fn Choose(
    ask: Ask,
    work: Work,
    /// The site that those who are selected depend on: who looks for them most likely wants to move them.
    bound_to: Option<SiteId>,
) -> impl IntoView {
    let facts = use_reader().facts();
    let is_roles = ask == Ask::Roles;
    let leaving = bound_to.filter(|_| !is_roles);
    let picked = RwSignal::new(Picked {
        ask,
        what: leaving.map_or(GIVE, |_| MOVE).to_owned(),
        role: String::new(),
        site: leaving.map(|site| site.to_string()).unwrap_or_default(),
        to: String::new(),
        resources: BTreeSet::new(),
    });
    let pick = move |change: &dyn Fn(&mut Picked)| {
        picked.update(|picked| change(picked));
        work.choose(picked.with_untracked(Picked::action));
    };
    let of = move |part: fn(&Picked) -> &String| Signal::derive(move || picked.with(|picked| part(picked).clone()));
    let is_taking = Memo::new(move |_| picked.with(|picked| picked.what == TAKE));
    let is_moving = Memo::new(move |_| picked.with(|picked| picked.what == MOVE));

    let kinds = Signal::derive(move || {
        facts.with(|facts| {
            let words = &facts.policy.words;
            if is_roles {
                vec![
                    Choice::new(GIVE, tell!(bulk::give_role, role = &words.role)),
                    Choice::new(TAKE, tell!(bulk::take_role, role = &words.role)),
                ]
            } else {
                vec![
                    Choice::new(GIVE, tell!(bulk::give_site, site = &words.site)),
                    Choice::new(TAKE, tell!(bulk::take_site, site = &words.site)),
                    Choice::new(MOVE, tell!(bulk::move_site, site = &words.site)),
                ]
            }
        })
    });
    let roles = Signal::derive(move || {
        let first = if is_roles {
            tell!(bulk::choose)
        } else {
            tell!(bulk::as_elsewhere)
        };
        facts.with(|facts| {
            let roles = facts.policy.roles.iter();
            let seen = roles.filter(|role| facts.actor.sees_role(&facts.policy, role));
            let choices = seen.map(|role| Choice::new(role.id.as_str(), role.name.clone()));
            std::iter::once(Choice::new("", first))
                .chain(choices)
                .collect::<Vec<_>>()
        })
    });
    let sites_after = move |first: String| {
        facts.with(|facts| {
            let open = facts.organisation.open_sites();
            let choices = open.map(|site| Choice::new(site.id.to_string(), site.name.clone()));
            std::iter::once(Choice::new("", first))
                .chain(choices)
                .collect::<Vec<_>>()
        })
    };
    let sites = Signal::derive(move || {
        sites_after(match (is_roles, is_taking.get()) {
            (true, true) => tell!(bulk::wherever_held),
            (true, false) => tell!(bulk::where_they_work),
            (false, _) => tell!(bulk::choose),
        })
    });
    let targets = Signal::derive(move || sites_after(tell!(bulk::choose)));
    let word =
        move |of: fn(&shared::Policy) -> &String| Signal::derive(move || facts.with(|facts| of(&facts.policy).clone()));
    let site_label = Signal::derive(move || {
        if is_moving.get() {
            tell!(bulk::from_site)
        } else {
            facts.with(|facts| facts.policy.words.site.clone())
        }
    });
    let has_sites = Memo::new(move |_| facts.with(|facts| facts.policy.has_sites()));
    let resources = Memo::new(move |_| {
        facts.with(|facts| {
            picked.with(|picked| {
                let site = picked.chooses_at(facts)?;
                let items: Vec<PickItem> = facts
                    .organisation
                    .open_resources_of(site)
                    .map(|resource| PickItem {
                        id: resource.id.to_string(),
                        label: resource.name.clone(),
                        checked: picked.resources.contains(&resource.id),
                        refused: None,
                    })
                    .collect();
                Some(items).filter(|items| !items.is_empty())
            })
        })
    });
    let resources_label = Signal::derive(move || {
        facts.with(|facts| {
            let kind = facts.policy.site_resource_kind();
            kind.map(|kind| kind.plural.clone()).unwrap_or_default()
        })
    });
    let toggle = move |(id, on): (String, bool)| {
        if let Ok(id) = id.parse::<ResourceId>() {
            pick(&|picked| {
                if on {
                    picked.resources.insert(id);
                } else {
                    picked.resources.remove(&id);
                }
            });
        }
    };
    let role_field = move || {
        view! {
            <Select
                label=word(|policy| &policy.words.role)
                value=of(|picked| &picked.role)
                options=roles
                on_choose=move |role: String| pick(&|picked| picked.role.clone_from(&role))
            />
        }
    };
    view! {
        <div class="bulk__choose">
            <Select
                label=text!(bulk::what)
                value=of(|picked| &picked.what)
                options=kinds
                on_choose=move |what: String| pick(&|picked| picked.what.clone_from(&what))
            />
            <Show when=move || is_roles>{role_field}</Show>
            <Show when=move || has_sites.get()>
                <Select
                    label=site_label
                    value=of(|picked| &picked.site)
                    options=sites
                    on_choose=move |site: String| pick(&|picked| picked.site.clone_from(&site))
                />
            </Show>
            <Show when=move || is_moving.get()>
                <Select
                    label=text!(bulk::to_site)
                    value=of(|picked| &picked.to)
                    options=targets
                    on_choose=move |to: String| pick(&|picked| picked.to.clone_from(&to))
                />
            </Show>
            <Show when=move || !is_roles && !is_taking.get() && !is_moving.get()>{role_field}</Show>
            <Show when=move || resources.with(Option::is_some)>
                <CheckList
                    label=resources_label
                    items=Signal::derive(move || resources.get().unwrap_or_default())
                    on_toggle=toggle
                />
            </Show>
        </div>
    }
    .into_any()
}
