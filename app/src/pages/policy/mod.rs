//! The organisation's policy: its source to be written, checked as one types, previewed and published; its versions.

mod differences;
mod draft;
mod review;
mod source;
mod versions;

use std::sync::Arc;

use leptos::prelude::*;
use shared::ids::Revision;
use shared::policy::PolicyView;

use self::draft::Draft;
use self::review::Review;
use self::source::{Place, SourceEditor};
use self::versions::Versions;
use crate::api::use_api;
use crate::navigation::use_navigation;
use crate::session::{use_reader, use_session};
use crate::widgets::{
    Button, ButtonKind, ConfirmDialog, ErrorNote, PageHeader, SavePanel, Skeleton, SkeletonShape, Tab, Tabs, Toasts,
};
use crate::words::{tell, text};

const EDITOR: &str = "editor";
const VERSIONS: &str = "versions";

#[component]
pub(crate) fn PolicyPage() -> impl IntoView {
    let reader = use_reader();
    let api = StoredValue::new(use_api());
    let again = RwSignal::new(0_u32);
    let found = LocalResource::new(move || {
        let api = api.get_value();
        again.track();
        async move { api.policy().await.map(Arc::new) }
    });
    let reload = Callback::new(move |()| again.update(|times| *times += 1));
    let body = move || match found.get() {
        None => view! { <Skeleton shape=SkeletonShape::Lines rows=16 /> }.into_any(),
        Some(Err(error)) => view! {
            <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=reload />
        }
        .into_any(),
        Some(Ok(view)) => view! { <Opened view /> }.into_any(),
    };
    let about = Signal::derive(move || {
        let name = reader.facts().with(|facts| facts.organisation.name.clone());
        tell!(policies::about, organisation = name)
    });
    view! {
        <div class="page">
            <PageHeader title=text!(policies::title) about=about />
            {body}
        </div>
    }
    .into_any()
}

/// Editor and versions. The draft is the same in both.
#[component]
fn Opened(view: Arc<PolicyView>) -> impl IntoView {
    let draft = Draft::new(view);
    let tab = RwSignal::new(EDITOR.to_owned());
    use_navigation().guard(draft.is_changed().into());
    let tabs = Signal::derive(move || {
        let count = draft.base().with(|base| u32::try_from(base.versions.len()).ok());
        vec![
            Tab::new(EDITOR, tell!(policies::editor), None),
            Tab::new(VERSIONS, tell!(policies::versions), count),
        ]
    });
    let asked = RwSignal::new(None::<(Revision, String)>);
    let toasts = Toasts::get();
    let take = move |version: Revision, source: String| {
        draft.replace(source, tell!(policies::back_note, version = version.0));
        tab.set(EDITOR.to_owned());
        toasts.say(move || tell!(policies::back_loaded, version = version.0));
    };
    // Going back is a draft like any other: what it would mean is seen before it is published.
    let go_back = Callback::new(move |(version, source): (Revision, String)| {
        if draft.is_changed().get_untracked() {
            asked.set(Some((version, source)));
        } else {
            take(version, source);
        }
    });
    let replace = Callback::new(move |()| {
        if let Some((version, source)) = asked.get_untracked() {
            asked.set(None);
            take(version, source);
        }
    });
    let body = move || {
        if tab.with(|tab| tab == VERSIONS) {
            view! { <Versions draft on_go_back=go_back /> }.into_any()
        } else {
            view! { <Editor draft /> }.into_any()
        }
    };
    view! {
        <Tabs label=text!(policies::views) tabs=tabs selected=tab on_select=move |id| tab.set(id) />
        {body}
        <ConfirmDialog
            open=Signal::derive(move || asked.with(Option::is_some))
            title=text!(policies::replace_title)
            confirm=text!(policies::replace)
            kind=ButtonKind::Danger
            on_confirm=replace
            on_close=Callback::new(move |()| asked.set(None))
        >
            <p>{text!(policies::replace_text)}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// The source, and beside it what publishing it would mean.
#[component]
fn Editor(draft: Draft) -> impl IntoView {
    let session = use_session();
    let toasts = Toasts::get();
    let place = RwSignal::new(None::<Place>);
    let version = move || draft.base().with(|base| base.version.0);
    let state = move || {
        if draft.is_changed().get() {
            tell!(policies::changed_from, version = version())
        } else {
            tell!(policies::based_on, version = version())
        }
    };
    let lines = move || {
        let count = draft.source().with(|source| source::lines_of(source));
        tell!(policies::lines, count = count)
    };
    let published = Callback::new(move |version: Revision| {
        // Its words and rules are everybody's at once, the reader's too.
        session.refresh_soon();
        toasts.say(move || tell!(policies::published, version = version.0));
    });
    let publish = Callback::new(move |()| draft.publish(published));
    let label = Signal::derive(move || tell!(policies::publish_version, version = version() + 1));
    let refused = Signal::derive(move || review::why_not_yet(draft));
    let actions = ViewFn::from(move || {
        view! {
            <Show when=move || draft.is_changed().get()>
                <Button
                    label=text!(policies::discard)
                    kind=ButtonKind::Quiet
                    on_press=move |()| draft.discard()
                />
                <Button
                    label=label
                    kind=ButtonKind::Primary
                    busy=draft.is_busy()
                    refused=refused
                    on_press=publish
                />
            </Show>
        }
    });
    let summary = Signal::derive(move || review::summary(draft));
    view! {
        <div class="policy split">
            <div class="policy__editing">
                <div class="policy__bar">
                    <span role="status">{state}</span>
                    <span>{lines}</span>
                </div>
                <SourceEditor draft place />
            </div>
            <SavePanel title=text!(policies::panel) summary=summary actions=actions>
                <Review draft on_place=Callback::new(move |line| place.set(Some(Place::new(line)))) />
            </SavePanel>
        </div>
    }
    .into_any()
}
