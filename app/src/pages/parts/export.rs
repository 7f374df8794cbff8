//! Taking out what a list shows, as a file: says how far it is, can be stopped, and leaves no half a file behind.

use futures_util::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::export::{ExportFormat, ExportedList};

use crate::api::{Api, ApiError, Progress, export_path, use_api};
use crate::widgets::{Button, ButtonKind, Menu, MenuItem, Toasts};
use crate::words::{tell, text};

/// A file on its way.
#[derive(Clone)]
struct Taking {
    api: Api,
    path: String,
    progress: RwSignal<Option<Progress>>,
    running: StoredValue<Option<AbortHandle>>,
    toasts: Toasts,
}

impl Taking {
    async fn run(self) {
        let Self {
            api,
            path,
            progress,
            running,
            toasts,
        } = self;
        // Should the screen be gone by then, the file comes all the same, and nobody is told how far it is.
        let told = move |now: Progress| {
            let _ = progress.try_set(Some(now));
        };
        let (work, handle) = abortable(async move { api.download(&path, told).await });
        let _ = running.try_set_value(Some(handle));
        match work.await {
            Ok(Ok(kept)) => toasts.say(move || tell!(export::done, file = &kept.name, count = kept.rows.unwrap_or(0))),
            Ok(Err(error)) => toasts.warn(move || tell!(export::failed, why = why(&error))),
            Err(_) => toasts.warn(|| tell!(export::stopped)),
        }
        let _ = progress.try_set(None);
    }
}

fn why(error: &ApiError) -> String {
    format!("{}. {}", error.title(), error.detail())
}

#[wasm_split(lists, wasm_split_path = ::leptos::wasm_split, fallible)]
fn begin(taking: Taking) -> Result<(), SplitLoaderError> {
    spawn_local(taking.run());
    Ok(())
}

/// The button that takes a list out, and while it does so how far it is.
#[component]
pub(crate) fn ExportMenu(
    /// The list as it is searched and filtered when the button is pressed.
    #[prop(into)]
    list: Signal<ExportedList>,
) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let progress = RwSignal::new(None::<Progress>);
    let running = StoredValue::new(None::<AbortHandle>);
    let items = Signal::derive(move || {
        vec![
            MenuItem::new(ExportFormat::Csv.extension(), tell!(export::as_csv)),
            MenuItem::new(ExportFormat::Json.extension(), tell!(export::as_json)),
        ]
    });
    let choose = Callback::new(move |id: String| {
        let formats = [ExportFormat::Csv, ExportFormat::Json];
        let format = formats.into_iter().find(|format| format.extension() == id);
        let taking = Taking {
            api: api.get_value(),
            path: export_path(&list.get_untracked(), format.unwrap_or_default()),
            progress,
            running,
            toasts,
        };
        progress.set(Some(Progress::default()));
        spawn_local(async move {
            if begin(taking).await.is_err() {
                let _ = progress.try_set(None);
                toasts.warn(|| tell!(bulk::not_loaded));
            }
        });
    });
    let stop = Callback::new(move |()| {
        running.update_value(|running| {
            if let Some(handle) = running.take() {
                handle.abort();
            }
        });
    });
    let is_running = Memo::new(move |_| progress.with(Option::is_some));
    let now = move || progress.get().unwrap_or_default();
    // The first line of a file is its head.
    let done = move || {
        let Progress { lines, total } = now();
        lines.saturating_sub(1).min(total.unwrap_or(u32::MAX))
    };
    let words = move || match now().total {
        Some(total) => tell!(export::running, done = done(), total = total),
        None => tell!(export::starting),
    };
    let face = ViewFn::from(|| view! { <span class="button__label">{text!(export::export)}</span> }.into_any());
    view! {
        <Show
            when=move || is_running.get()
            fallback=move || {
                view! {
                    <span class="export">
                        <Menu label=text!(export::menu) items=items on_choose=choose face=face.clone() />
                    </span>
                }
            }
        >
            <span class="export is-running">
                <progress
                    class="progress"
                    aria-label=text!(export::progress)
                    max=move || now().total.map(|total| total.max(1).to_string())
                    value=move || now().total.map(|_| done().to_string())
                ></progress>
                <span class="export__count">{words}</span>
                <Button label=text!(export::stop) kind=ButtonKind::Quiet on_press=stop />
            </span>
        </Show>
    }
    .into_any()
}
