use leptos::prelude::*;

/// A table that scrolls sideways in its own frame when it is wider than its place. The children are `thead` and `tbody`.
#[component]
pub(crate) fn Table(
    /// Read out: what the table shows.
    #[prop(into)]
    label: Signal<String>,
    #[prop(default = "")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=move || label.get()>
            <table class=format!("table {class}")>
                <caption class="visually-hidden">{move || label.get()}</caption>
                {children()}
            </table>
        </div>
    }
    .into_any()
}
