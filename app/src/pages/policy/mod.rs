//! The organisation's policy: its source to be written, checked as one types, previewed and published; its versions.

mod differences;
mod draft;
mod forms;
mod presets;
mod review;
mod source;
mod versions;

use std::sync::Arc;

use leptos::prelude::*;
use shared::ids::Revision;
use shared::policy::{PolicyPreset, PolicyView};
use shared::wire::Topic;

use self::draft::Draft;
use self::forms::Forms;
use self::presets::StartFromPreset;
use self::review::Review;
use self::source::{Place, SourceEditor};
use self::versions::Versions;
use crate::api::use_api;
use crate::live;
use crate::navigation::use_navigation;
use crate::pages::parts::not_read;
use crate::session::{use_reader, use_session};
use crate::widgets::{
    Button, ButtonKind, ConfirmDialog, EmptyState, Icon, PageHeader, SavePanel, Skeleton, SkeletonShape, Tab, Tabs,
    Toasts,
};
use crate::words::{tell, text};

const FORMS: &str = "forms";
const EDITOR: &str = "editor";
const VERSIONS: &str = "versions";
const FORBIDDEN: u16 = 403;

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
        // Trying again would not help.
        Some(Err(error)) if error.status() == Some(FORBIDDEN) => view! {
            <EmptyState title=text!(screen::for_administrators) text=error.detail() icon=Icon::Lock alone=true>
                ""
            </EmptyState>
        }
        .into_any(),
        Some(Err(error)) => not_read(&error, Some(reload)),
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

/// Where a text comes from that is taken whole.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whence {
    Version(Revision),
    /// By its name.
    Preset(String),
}

/// Forms, source and versions. The draft is the same in all of them.
#[component]
fn Opened(view: Arc<PolicyView>) -> impl IntoView {
    let draft = Draft::new(view);
    let tab = RwSignal::new(FORMS.to_owned());
    use_navigation().guard(draft.is_changed().into());
    live::hear(&use_api(), move |change| {
        if change.touches(Topic::Policy) {
            draft.hear();
        }
    });
    let tabs = Signal::derive(move || {
        let count = draft.base().with(|base| u32::try_from(base.versions.len()).ok());
        vec![
            Tab::new(FORMS, tell!(policies::forms), None),
            Tab::new(EDITOR, tell!(policies::in_toml), None),
            Tab::new(VERSIONS, tell!(policies::versions), count),
        ]
    });
    let asked = RwSignal::new(None::<(Whence, String)>);
    let toasts = Toasts::get();
    let take = move |whence: Whence, source: String| {
        let note = match &whence {
            Whence::Version(version) => tell!(policies::back_note, version = version.0),
            Whence::Preset(name) => tell!(policies::started_note, name = name),
        };
        draft.replace(source, note);
        tab.set(EDITOR.to_owned());
        toasts.say(move || match &whence {
            Whence::Version(version) => tell!(policies::back_loaded, version = version.0),
            Whence::Preset(name) => tell!(policies::started, name = name),
        });
    };
    // Going back is a draft like any other: what it would mean is seen before it is published.
    let take_or_ask = move |whence: Whence, source: String| {
        if draft.is_changed().get_untracked() {
            asked.set(Some((whence, source)));
        } else {
            take(whence, source);
        }
    };
    let go_back =
        Callback::new(move |(version, source): (Revision, String)| take_or_ask(Whence::Version(version), source));
    let choosing = RwSignal::new(false);
    let adopt = Callback::new(move |preset: PolicyPreset| take_or_ask(Whence::Preset(preset.name), preset.source));
    let replace = Callback::new(move |()| {
        if let Some((whence, source)) = asked.get_untracked() {
            asked.set(None);
            take(whence, source);
        }
    });
    let is_versions = Memo::new(move |_| tab.with(|tab| tab == VERSIONS));
    let body = move || {
        if is_versions.get() {
            view! { <Versions draft on_go_back=go_back /> }.into_any()
        } else {
            view! { <Editor draft tab /> }.into_any()
        }
    };
    view! {
        <div class="policy__head">
            <Tabs label=text!(policies::views) tabs=tabs selected=tab on_select=move |id| tab.set(id) />
            <Button label=text!(policies::start_from) on_press=move |()| choosing.set(true) />
        </div>
        {body}
        <StartFromPreset open=choosing on_adopt=adopt />
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

/// The forms or the source, and beside them what publishing it would mean.
#[component]
fn Editor(draft: Draft, tab: RwSignal<String>) -> impl IntoView {
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
    let is_forms = Memo::new(move |_| tab.with(|tab| tab == FORMS));
    let editing = move || {
        if is_forms.get() {
            view! { <Forms draft /> }.into_any()
        } else {
            view! { <SourceEditor draft place /> }.into_any()
        }
    };
    let go_to_line = Callback::new(move |line| {
        tab.set(EDITOR.to_owned());
        place.set(Some(Place::new(line)));
    });
    view! {
        <div class="policy split">
            <div class="policy__editing">
                <div class="policy__bar">
                    <span role="status">{state}</span>
                    <span>{lines}</span>
                </div>
                {editing}
            </div>
            <SavePanel title=text!(policies::panel) summary=summary actions=actions>
                <Review draft on_place=go_to_line />
            </SavePanel>
        </div>
    }
    .into_any()
}
