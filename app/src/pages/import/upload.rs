//! Choosing a file, by button or by dropping it.

use leptos::{ev, html, prelude::*};

use super::state::{Import, Phase};
use crate::widgets::{Icon, IconView, Skeleton, SkeletonShape};
use crate::words::text;

#[component]
pub(super) fn Upload(import: Import) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let reading = move || import.phase().get() == Phase::Reading;
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            import.upload(file);
        }
        // So that the same file can be chosen again after it was corrected.
        input.set_value("");
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            import.upload(file);
        }
    };
    let hover = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    view! {
        <Show when=move || !reading() fallback=|| view! { <Skeleton shape=SkeletonShape::Grid rows=10 /> }>
            <div
                class="drop-zone"
                class:is-over=move || over.get()
                on:dragover=hover
                on:dragleave=move |_| over.set(false)
                on:drop=dropped
            >
                <span class="empty__icon"><IconView icon=Icon::Upload /></span>
                <p class="empty__title">{text!(screen::drop_here)}</p>
                <p class="empty__text">
                    {text!(screen::drop_about)}
                </p>
                <label class="button button--primary drop-zone__choose">
                    {text!(screen::choose_file)}
                    <input
                        type="file"
                        class="visually-hidden"
                        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
                        node_ref=input
                        on:change=chosen
                    />
                </label>
            </div>
        </Show>
    }
    .into_any()
}
