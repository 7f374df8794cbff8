//! Importing a roster: choose a file, see row by row what would happen, put right what needs it, carry it out.

mod carry_out;
mod rows;
mod settle;
mod state;
mod upload;

use leptos::prelude::*;
use shared::import::{self, ImportState, Words};

use self::carry_out::{CarryOut, Results, Running};
use self::rows::Rows;
use self::settle::{Columns, WordsToSettle};
use self::state::{Import, Phase};
use self::upload::Upload;
use crate::navigation::{Link, use_navigation};
use crate::route::Route;
use crate::session::{Reader, use_reader};
use crate::widgets::{Button, ButtonKind, ErrorNote, Icon, IconView, Note, PageHeader, Tone};
use crate::words::{tell, text, words};

#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let import = Import::new();
    let reader = use_reader();
    let policy = reader.policy();
    // A plan that somebody has worked on is not left by a slip.
    use_navigation().guard(import.has_choices());
    let title = Signal::derive(move || match import.file_name().get() {
        Some(name) => tell!(screen::import_file, name = name),
        None => tell!(screen::import_people),
    });
    let about = Signal::derive(move || {
        import.view().with(|view| {
            view.as_ref().map_or_else(String::new, |view| {
                let (encoding, delimiter) = (
                    import::encoding(view.encoding),
                    import::delimiter(words(), view.delimiter),
                );
                tell!(screen::read_as, encoding = encoding, delimiter = delimiter)
            })
        })
    });
    let lead = move || {
        let users = move || policy.with(|policy| policy.words.users.clone());
        view! {
            <Link to=Signal::stored(Route::default()) class="back-link">
                <IconView icon=Icon::Back />
                <span>{users}</span>
            </Link>
        }
        .into_any()
    };
    let stage = Memo::new(move |_| match (import.phase().get(), import.state().get()) {
        (Phase::Running, _) | (_, Some(ImportState::Running)) => Stage::Running,
        (Phase::Reading, _) | (_, None) => Stage::Choosing,
        (Phase::Waiting, Some(ImportState::Planned)) => Stage::Planned,
        (Phase::Waiting, Some(ImportState::Done)) => Stage::Done,
    });
    let body = move || match stage.get() {
        Stage::Choosing => view! { <Upload import /> }.into_any(),
        Stage::Planned => view! { <Planned import /> }.into_any(),
        Stage::Running => view! { <Running import /> }.into_any(),
        Stage::Done => view! { <Results import /> }.into_any(),
    };
    let another = Callback::new(move |()| import.forget());
    view! {
        <div class="page import">
            <PageHeader title=title about=about lead=lead>
                <Show when=move || matches!(stage.get(), Stage::Planned | Stage::Done)>
                    <Button label=text!(screen::another_file) kind=ButtonKind::Quiet on_press=another />
                </Show>
            </PageHeader>
            {move || {
                import
                    .error()
                    .get()
                    .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
            }}
            {body}
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Choosing,
    Planned,
    Running,
    Done,
}

#[component]
fn Planned(import: Import) -> impl IntoView {
    let reader = use_reader();
    let missing = move || {
        let view = import.view().get()?;
        let missing = &view.plan.missing_columns;
        let names: Vec<String> = with_words(reader, |words| {
            missing.iter().map(|column| words.column(*column)).collect()
        });
        (!names.is_empty()).then(|| {
            let text = tell!(screen::missing_columns, names = names.join(", "));
            view! { <Note text=text tone=Tone::Attention /> }
        })
    };
    view! {
        {missing}
        <WordsToSettle import />
        <Columns import />
        <Rows import />
        <CarryOut import />
    }
    .into_any()
}

/// The words of this organisation.
fn with_words<T>(reader: Reader, tell: impl FnOnce(&Words<'_>) -> T) -> T {
    reader
        .me()
        .with(|me| tell(&Words::new(&me.facts.policy, &me.facts.organisation, words())))
}
