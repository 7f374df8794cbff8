//! The versions of a policy: when, by whom and why; two of them compared; the way back to one.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::ids::Revision;
use shared::policy::PolicyVersion;

use super::differences::Differences;
use super::draft::Draft;
use crate::api::use_api;
use crate::dates::Moment;
use crate::pages::parts::fetched;
use crate::session::use_reader;
use crate::widgets::{Badge, Button, Choice, Note, Select, SkeletonShape, Toasts, Tone};
use crate::words::{tell, text};

#[component]
pub(super) fn Versions(
    draft: Draft,
    /// Takes the source of an earlier version into the editor.
    on_go_back: Callback<(Revision, String)>,
) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let busy = RwSignal::new(None::<Revision>);
    let go_back = move |version: Revision| {
        let api = api.get_value();
        busy.set(Some(version));
        spawn_local(async move {
            match api.policy_version(version).await {
                Ok(found) => drop(on_go_back.try_run((version, found.source))),
                Err(error) => toasts.warn(move || format!("{}. {}", error.title(), error.detail())),
            }
            let _ = busy.try_set(None);
        });
    };
    let one = move |version: PolicyVersion| {
        let number = version.version;
        let is_in_force = draft.base().with_untracked(|base| base.version == number);
        let by = version.published_by.map(|person| person.name);
        let why = if version.note.is_empty() {
            view! { <span class="policy__quiet">{text!(policies::no_reason)}</span> }.into_any()
        } else {
            view! { <span>{version.note}</span> }.into_any()
        };
        let way_back = (!is_in_force).then(|| {
            let label = Signal::derive(move || tell!(policies::go_back_to, version = number.0));
            let is_busy = Signal::derive(move || busy.get() == Some(number));
            view! { <Button label=label busy=is_busy on_press=move |()| go_back(number) /> }
        });
        view! {
            <li class="version">
                <div class="version__name">
                    <span>{move || tell!(policies::version_of, version = number.0)}</span>
                    {is_in_force.then(|| view! { <Badge label=text!(policies::in_force) tone=Tone::Gained /> })}
                </div>
                <div class="version__why">
                    <p>{why}</p>
                    <p class="policy__quiet">
                        <Moment at=version.published_at />
                        " · "
                        {move || by.clone().unwrap_or_else(|| tell!(policies::first_version))}
                    </p>
                </div>
                {way_back}
            </li>
        }
    };
    view! {
        <div class="versions">
            <ul class="versions">
                {move || draft.base().get().versions.iter().cloned().map(one).collect_view()}
            </ul>
            {move || (draft.base().with(|base| base.versions.len()) > 1).then(|| view! { <Compare draft /> })}
        </div>
    }
    .into_any()
}

/// Two versions side by side; the last one and the one before it, to begin with.
#[component]
fn Compare(draft: Draft) -> impl IntoView {
    let facts = use_reader().facts();
    let api = StoredValue::new(use_api());
    let numbers = move |at: usize| {
        draft.base().with_untracked(|base| {
            let found = base.versions.get(at).map(|version| version.version);
            found.unwrap_or(base.version).0.to_string()
        })
    };
    let (from, to) = (RwSignal::new(numbers(1)), RwSignal::new(numbers(0)));
    let options = Signal::derive(move || {
        draft.base().with(|base| {
            let numbers = base.versions.iter().map(|version| version.version.0);
            numbers
                .map(|number| Choice::new(number.to_string(), tell!(policies::version_of, version = number)))
                .collect::<Vec<_>>()
        })
    });
    let again = RwSignal::new(0_u32);
    let compared = LocalResource::new(move || {
        let api = api.get_value();
        let (from, to) = (from.get().parse(), to.get().parse());
        again.track();
        async move {
            let (Ok(from), Ok(to)) = (from, to) else { return None };
            Some(api.compare_policies(Revision(from), Revision(to)).await.map(Arc::new))
        }
    });
    let reload = Callback::new(move |()| again.update(|times| *times += 1));
    let body = move || {
        fetched(compared.get().flatten(), (SkeletonShape::Lines, 3), reload, |found| {
            if found.differences.is_empty() {
                return view! { <Note text=text!(policies::no_difference) /> }.into_any();
            }
            let facts = facts.with(|facts| Facts::clone(facts));
            view! { <Differences differences=found.differences.clone() facts /> }.into_any()
        })
    };
    view! {
        <section class="section versions__compare">
            <h2 class="section__title">{text!(policies::compare)}</h2>
            <div class="versions__pick">
                <Select
                    label=text!(policies::compare_from)
                    value=from
                    options=options
                    on_choose=move |version| from.set(version)
                />
                <Select
                    label=text!(policies::compare_to)
                    value=to
                    options=options
                    on_choose=move |version| to.set(version)
                />
            </div>
            {body}
        </section>
    }
    .into_any()
}
