//! The console in the browser. This file finds the element; everything else works in whatever element it is given.
#![expect(unreachable_pub, reason = "Leptos makes the properties of every component public")]

mod api;
mod dates;
mod edit_session;
mod fresh;
mod host;
mod json;
mod language;
mod live;
mod mount;
mod navigation;
mod pages;
mod passkeys;
mod query;
mod route;
mod session;
mod taxonomies;
mod theme;
mod verdict_words;
mod widgets;
mod words;

/// A page that wants the application as its whole content says so on its body; in a host's page, `app/widget/widget.js`
/// calls `mountWidget` for each of its elements.
const PAGE_MARK: &str = "data-lanyard-page";

fn main() {
    console_error_panic_hook::set_once();
    let body = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.body());
    if let Some(body) = body.filter(|body| body.has_attribute(PAGE_MARK)) {
        mount::mount_page(body);
    }
}
