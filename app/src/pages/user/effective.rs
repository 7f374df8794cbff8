//! What the person may do, where, and through which assignment: as it is with the form saved.

use leptos::prelude::*;
use shared::effective::grounds;
use shared::ids::PermissionId;
use shared::lifecycle::Status;
use shared::user::User;

use crate::pages::parts::FormModel;
use crate::verdict_words::teller;
use crate::widgets::{Note, Section, Table, Tone};
use crate::words::text;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    module: String,
    permission: String,
    /// "Elm Street, Downtown: Front Desk", one for each role.
    through: Vec<String>,
}

#[component]
pub(super) fn EffectiveAccess(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let lines = Memo::new(move |_| {
        facts.with(|facts| {
            let Some(subject) = &facts.subject else {
                return Vec::new();
            };
            // What saving makes of it, at the places that the form does not name too (A10). Of what is refused nothing
            // would be made: then it is what the form says.
            let mut after = subject.clone();
            model
                .session
                .verdict()
                .with(|verdict| match verdict.refusals.is_empty() {
                    true => verdict.changes.iter().for_each(|change| after.apply(change)),
                    false => after.assignments = model.form.with(|form| form.access.assignments.clone()),
                });
            // What it will be once the person can sign in.
            after.status = Status::Active;
            after.locked = None;
            lines_of(facts, &after)
        })
    });
    let idle = Memo::new(move |_| facts.with(|facts| facts.subject.as_ref().is_some_and(|user| !user.can_sign_in())));
    let title = text!(screen::may_do);
    let row = |line: Line| {
        view! {
            <tr>
                <td class="quiet">{line.module}</td>
                <th scope="row">{line.permission}</th>
                <td>{line.through.into_iter().map(|text| view! { <div>{text}</div> }).collect_view()}</td>
            </tr>
        }
    };
    view! {
        <Section title=title about=text!(screen::may_do_about)>
            <Show when=move || idle.get()>
                <Note text=text!(screen::cannot_sign_in_now) tone=Tone::Attention />
            </Show>
            {move || {
                let lines = lines.get();
                if lines.is_empty() {
                    return view! { <p class="quiet">{text!(screen::nothing)}</p> }.into_any();
                }
                view! {
                    <Table label=title>
                        <thead>
                            <tr>
                                <th scope="col">{text!(screen::module)}</th>
                                <th scope="col">{text!(screen::may)}</th>
                                <th scope="col">{text!(screen::where_through)}</th>
                            </tr>
                        </thead>
                        <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
                    </Table>
                }
                .into_any()
            }}
        </Section>
    }
    .into_any()
}

/// A role, and the places at which it gives the permission.
type Through = (String, Vec<String>);

fn lines_of(facts: &shared::Facts, user: &User) -> Vec<Line> {
    let policy = &facts.policy;
    let teller = teller(facts);
    let mut lines: Vec<(PermissionId, Vec<Through>)> = Vec::new();
    for ground in grounds(policy, user) {
        let role = policy
            .role(ground.through)
            .map(|role| role.name.clone())
            .unwrap_or_default();
        let place = teller.place(ground.scope.place());
        if lines
            .last()
            .is_none_or(|(permission, _)| *permission != ground.permission)
        {
            lines.push((ground.permission.clone(), Vec::new()));
        }
        let Some((_, through)) = lines.last_mut() else { continue };
        match through.iter_mut().find(|(known, _)| *known == role) {
            Some((_, places)) => places.push(place),
            None => through.push((role, vec![place])),
        }
    }
    lines
        .into_iter()
        .filter_map(|(id, through)| {
            let permission = policy.permission(&id)?;
            let module = policy.modules.iter().find(|module| module.id == permission.module);
            Some(Line {
                module: module.map(|module| module.name.clone()).unwrap_or_default(),
                permission: permission.name.clone(),
                through: through
                    .into_iter()
                    .map(|(role, places)| format!("{}: {role}", places.join(", ")))
                    .collect(),
            })
        })
        .collect()
}
