//! Someone else has saved the same user meanwhile: theirs and yours side by side, either to choose, nothing lost (X6).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::access::Place;
use shared::form::{AccessForm, UserForm};
use shared::ids::ResourceId;
use shared::user::{ProfileField, User};
use shared::wire::Difference;

use crate::dates;
use crate::edit_session::{Meanwhile, Saving};
use crate::pages::parts::{FormModel, status_word};
use crate::taxonomies;
use crate::verdict_words;
use crate::widgets::{Button, ButtonKind, Dialog, DiffRow, DiffTable, EmptyState, Note, Side, Tone};
use crate::words::{tell, text};

/// The rows that are no fields of the profile.
const PRIMARY_SITE: &str = "primary-site";

/// The row of what is held at a place.
fn at_place(place: Place) -> String {
    match place {
        Place::Organisation => "access".to_owned(),
        Place::Site(site) => format!("access-{site}"),
    }
}

/// The row of being in a group.
fn in_group(group: ResourceId) -> String {
    format!("group-{group}")
}

#[component]
pub(super) fn ConflictDialog(model: FormModel) -> impl IntoView {
    let FormModel { session, form, .. } = model;
    let saving = session.saving();
    let meanwhile = Memo::new(move |_| match saving.get() {
        Saving::Changed(meanwhile) => Some(meanwhile),
        _ => None,
    });
    // What was chosen by hand; otherwise one's own where one changed something, theirs where not.
    let chosen = RwSignal::new(BTreeMap::<String, Side>::new());
    let rows = Memo::new(move |_| {
        let Some(meanwhile) = meanwhile.get() else {
            return Vec::new();
        };
        session
            .facts()
            .with(|seen| form.with(|form| chosen.with(|chosen| diff_rows(seen, &meanwhile, form, chosen))))
    });
    let theirs = Signal::derive(move || {
        meanwhile.with(|meanwhile| {
            let Some(entry) = meanwhile.as_ref().and_then(|meanwhile| meanwhile.since.first()) else {
                return tell!(screen::theirs);
            };
            tell!(
                screen::by_when,
                name = &entry.actor.name,
                when = dates::ago(entry.at, crate::fresh::now())
            )
        })
    });
    let close = Callback::new(move |()| {
        // Closing is no decision: the same question comes again with the next save.
        chosen.set(BTreeMap::new());
        session.reset();
    });
    let go_on = Callback::new(move |()| {
        let Some(meanwhile) = meanwhile.get_untracked() else {
            return;
        };
        let Some(now) = meanwhile.facts.subject.clone() else {
            return;
        };
        let rows = rows.get_untracked();
        let seen = session.facts().get_untracked();
        let next = form.with_untracked(|form| merged(&seen, &now, form, &meanwhile.differences, &rows));
        form.set(next);
        chosen.set(BTreeMap::new());
        session.take_newer(Arc::clone(&meanwhile.facts));
    });
    let choose = Callback::new(move |(id, side): (String, Side)| {
        chosen.update(|chosen| {
            chosen.insert(id, side);
        });
    });
    let is_gone = Memo::new(move |_| meanwhile.with(|m| m.as_ref().is_some_and(|m| m.facts.subject.is_none())));
    let state = Memo::new(move |_| meanwhile.with(|m| m.as_ref().map(|m| state_lines(m)).unwrap_or_default()));
    let buttons = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::back_to_my_edit) kind=ButtonKind::Quiet on_press=close />
            <Show when=move || !is_gone.get()>
                <Button label=text!(screen::go_on) kind=ButtonKind::Primary on_press=go_on />
            </Show>
        }
        .into_any()
    });
    view! {
        <Dialog
            open=Signal::derive(move || meanwhile.with(Option::is_some))
            title=text!(screen::changed_by_other)
            on_close=close
            actions=buttons
        >
            <Show
                when=move || !is_gone.get()
                fallback=|| view! { <EmptyState title=text!(screen::user_gone) text=text!(screen::user_gone_text) /> }
            >
                <p>{text!(screen::conflict_text)}</p>
                {move || state.get().into_iter().map(|text| view! { <Note text=text tone=Tone::Attention /> }).collect_view()}
                <DiffTable rows=rows on_choose=choose theirs=theirs />
            </Show>
        </Dialog>
    }
    .into_any()
}

/// What changed about the account that a form does not hold.
fn state_lines(meanwhile: &Meanwhile) -> Vec<String> {
    let policy = &meanwhile.facts.policy;
    meanwhile
        .differences
        .iter()
        .filter_map(|difference| match difference {
            Difference::Status { now, .. } => Some(tell!(
                screen::account_is_now,
                status = status_word(policy, *now).to_lowercase()
            )),
            Difference::Locked { now: true, .. } => Some(tell!(screen::account_now_locked)),
            Difference::Locked { now: false, .. } => Some(tell!(screen::account_not_locked)),
            _ => None,
        })
        .collect()
}

fn diff_rows(seen: &Facts, meanwhile: &Meanwhile, form: &UserForm, chosen: &BTreeMap<String, Side>) -> Vec<DiffRow> {
    let policy = &seen.policy;
    let Some(before) = &seen.subject else { return Vec::new() };
    let own = AccessForm::of(before);
    let site = |id: Option<shared::ids::SiteId>| {
        id.and_then(|id| meanwhile.facts.organisation.site(id))
            .map(|site| site.name.clone())
            .unwrap_or_default()
    };
    let teller = verdict_words::teller(&meanwhile.facts);
    let member = |is_in: bool| {
        if is_in {
            tell!(screen::is_member)
        } else {
            tell!(screen::no_member)
        }
    };
    let row = |id: &str, field: String, theirs: String, yours: String, touched: bool| {
        let side = if touched { Side::Yours } else { Side::Theirs };
        let chosen = chosen.get(id).copied().unwrap_or(side);
        DiffRow {
            id: id.to_owned(),
            field,
            theirs,
            yours,
            chosen,
        }
    };
    let some = |difference: &Difference| match difference {
        Difference::Profile { field, now, .. } => {
            let label = policy.field(*field).map(|rule| rule.label.clone()).unwrap_or_default();
            let told = |text: &str| match field {
                ProfileField::Taxonomies => taxonomies::with_names(text),
                _ => text.to_owned(),
            };
            vec![row(
                field.key(),
                label,
                told(now),
                told(&form.text(Some(before), *field)),
                form.profile.contains_key(field),
            )]
        }
        Difference::Access { now, .. } => {
            // Place by place: what two did at different sites can both be kept.
            let touched = form.access.places_apart(&own.assignments);
            let told = |place: Place| {
                let label = match place {
                    Place::Organisation => policy.words.role.clone(),
                    Place::Site(id) => site(Some(id)),
                };
                let (theirs, yours) = (
                    teller.held_at(now, place),
                    teller.held_at(&form.access.assignments, place),
                );
                row(&at_place(place), label, theirs, yours, touched.contains(&place))
            };
            form.access.places_apart(now).into_iter().map(told).collect()
        }
        Difference::PrimarySite { now, .. } => {
            let yours = site(form.access.primary_site);
            let touched = form.access.primary_site != own.primary_site;
            let label = policy.words.primary_site.clone();
            vec![row(PRIMARY_SITE, label, site(*now), yours, touched)]
        }
        Difference::Memberships { now, .. } => {
            let (yours, before) = (&form.access.memberships, &own.memberships);
            let theirs: BTreeSet<ResourceId> = now.iter().copied().collect();
            let told = |group: &ResourceId| {
                let name = meanwhile
                    .facts
                    .organisation
                    .resource(*group)
                    .map(|one| one.name.clone());
                let touched = yours.contains(group) != before.contains(group);
                let (theirs, yours) = (member(theirs.contains(group)), member(yours.contains(group)));
                row(&in_group(*group), name.unwrap_or_default(), theirs, yours, touched)
            };
            yours.symmetric_difference(&theirs).map(told).collect()
        }
        Difference::Status { .. } | Difference::Locked { .. } => Vec::new(),
    };
    meanwhile.differences.iter().flat_map(some).collect()
}

/// The form on the newer user: one's own edit where it was chosen, theirs elsewhere.
fn merged(seen: &Facts, now: &User, form: &UserForm, differences: &[Difference], rows: &[DiffRow]) -> UserForm {
    let Some(before) = &seen.subject else {
        return UserForm::of(now);
    };
    let mut next = UserForm::from_edit(Some(now), &form.change_edit(&seen.policy, before));
    let side = |id: &str| rows.iter().find(|row| row.id == id).map(|row| row.chosen);
    for difference in differences {
        match difference {
            Difference::Profile { field, .. } => match side(field.key()) {
                Some(Side::Yours) => {
                    next.profile.insert(*field, form.text(Some(before), *field));
                }
                _ => {
                    next.profile.remove(field);
                }
            },
            Difference::Access { .. } => {
                next.access.assignments.clone_from(&now.assignments);
                for place in form.access.places_apart(&now.assignments) {
                    if side(&at_place(place)) == Some(Side::Yours) {
                        next.access.take_place(place, &form.access.assignments);
                    }
                }
            }
            Difference::PrimarySite { .. } => {
                let yours = side(PRIMARY_SITE) == Some(Side::Yours);
                next.access.primary_site = if yours {
                    form.access.primary_site
                } else {
                    now.primary_site
                };
            }
            Difference::Memberships { .. } => {
                let yours = &form.access.memberships;
                next.access.memberships.clone_from(&now.memberships);
                for group in yours.symmetric_difference(&now.memberships) {
                    if side(&in_group(*group)) == Some(Side::Yours) {
                        match yours.contains(group) {
                            true => next.access.memberships.insert(*group),
                            false => next.access.memberships.remove(group),
                        };
                    }
                }
            }
            Difference::Status { .. } | Difference::Locked { .. } => {}
        }
    }
    next
}
