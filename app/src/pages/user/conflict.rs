//! Someone else has saved the same user meanwhile: theirs and yours side by side, either to choose, nothing lost (X6).

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::form::{AccessForm, UserForm};
use shared::user::{ProfileField, User};
use shared::wire::Difference;

use crate::dates;
use crate::edit_session::{Meanwhile, Saving};
use crate::pages::parts::{FormModel, roles_line, sites_line, status_word};
use crate::taxonomies;
use crate::widgets::{Button, ButtonKind, Dialog, DiffRow, DiffTable, EmptyState, Note, Side, Tone};
use crate::words::{tell, text};

/// The rows that are no fields of the profile.
const ACCESS: &str = "access";
const PRIMARY_SITE: &str = "primary-site";
const GROUPS: &str = "groups";

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
    let access = |assignments: &[shared::access::Assignment]| {
        let roles = roles_line(policy, assignments);
        let sites = sites_line(policy, &meanwhile.facts.organisation, assignments, None);
        format!("{roles} · {sites}")
    };
    let names = |ids: &mut dyn Iterator<Item = shared::ids::ResourceId>| {
        let organisation = &meanwhile.facts.organisation;
        let names: Vec<String> = ids
            .filter_map(|id| organisation.resource(id))
            .map(|one| one.name.clone())
            .collect();
        names.join(", ")
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
    let one = |difference: &Difference| match difference {
        Difference::Profile { field, now, .. } => {
            let label = policy.field(*field).map(|rule| rule.label.clone()).unwrap_or_default();
            let told = |text: &str| match field {
                ProfileField::Taxonomies => taxonomies::with_names(text),
                _ => text.to_owned(),
            };
            Some(row(
                field.key(),
                label,
                told(now),
                told(&form.text(Some(before), *field)),
                form.profile.contains_key(field),
            ))
        }
        Difference::Access { now, .. } => {
            let yours = access(&form.access.assignments);
            Some(row(
                ACCESS,
                policy.words.role.clone(),
                access(now),
                yours,
                form.access.assignments != own.assignments,
            ))
        }
        Difference::PrimarySite { now, .. } => {
            let yours = site(form.access.primary_site);
            let touched = form.access.primary_site != own.primary_site;
            let label = policy.words.primary_site.clone();
            Some(row(PRIMARY_SITE, label, site(*now), yours, touched))
        }
        Difference::Memberships { now, .. } => {
            let touched = form.access.memberships != own.memberships;
            let theirs = names(&mut now.iter().copied());
            Some(row(
                GROUPS,
                tell!(screen::groups),
                theirs,
                names(&mut form.access.memberships.iter().copied()),
                touched,
            ))
        }
        Difference::Status { .. } | Difference::Locked { .. } => None,
    };
    meanwhile.differences.iter().filter_map(one).collect()
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
                let chosen = if side(ACCESS) == Some(Side::Yours) {
                    &form.access.assignments
                } else {
                    &now.assignments
                };
                next.access.assignments.clone_from(chosen);
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
                let yours = side(GROUPS) == Some(Side::Yours);
                next.access.memberships.clone_from(if yours {
                    &form.access.memberships
                } else {
                    &now.memberships
                });
            }
            Difference::Status { .. } | Difference::Locked { .. } => {}
        }
    }
    next
}
