//! A text to be copied: a key, or a piece of code.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::pages::parts::copy_text;
use crate::widgets::Button;
use crate::words::{tell, text};

/// The text with a button that copies it. What cannot be copied is selected, so that one key does it.
#[component]
pub(super) fn Copying(
    /// What it is, for those who do not see it.
    #[prop(into)]
    about: Signal<String>,
    #[prop(into)] content: Signal<String>,
) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let shown = NodeRef::<leptos::html::Code>::new();
    let copy = Callback::new(move |()| {
        let content = content.get_untracked();
        spawn_local(async move {
            let done = copy_text(&content).await;
            let _ = copied.try_set(Some(done));
            if let (false, Some(shown)) = (done, shown.try_get_untracked().flatten())
                && let Some(selection) = window().get_selection().ok().flatten()
            {
                let _ = selection.select_all_children(&shown);
            }
        });
    });
    // Of another text it is not known yet.
    Effect::new(move |_| {
        content.track();
        copied.set(None);
    });
    let told = move || match copied.get() {
        None => String::new(),
        Some(true) => tell!(embedding::copied),
        Some(false) => tell!(screen::not_copied),
    };
    let button = Signal::derive(move || tell!(embedding::copy_what, what = about.get()));
    view! {
        <div class="copying">
            <pre class="copying__text" tabindex="0" role="group" aria-label=move || about.get()>
                <code node_ref=shown>{move || content.get()}</code>
            </pre>
            <div class="copying__foot">
                <Button label=text!(screen::copy) about=button on_press=copy />
                <span class="quiet" role="status">{told}</span>
            </div>
        </div>
    }
    .into_any()
}
