//! What to copy into the host: its server, its page, its content security policy. Filled in with this server and this
//! organisation.

use leptos::prelude::*;

use super::Settled;
use super::copying::Copying;
use crate::widgets::{Section, Tab, Tabs};
use crate::words::text;

const SERVER: &str = "{server}";
const ORGANISATION: &str = "{organisation}";

const CURL: &str = include_str!("snippets/curl.txt");
const NODE: &str = include_str!("snippets/node.txt");
const PLAIN: &str = include_str!("snippets/plain.txt");
const REACT: &str = include_str!("snippets/react.txt");
const VUE: &str = include_str!("snippets/vue.txt");
const ANGULAR: &str = include_str!("snippets/angular.txt");
const IFRAME: &str = include_str!("snippets/iframe.txt");
const CSP: &str = include_str!("snippets/csp.txt");

/// Programs and packages, by their own names.
const SERVERS: [(&str, &str, &str); 2] = [("node", "node", NODE), ("curl", "curl", CURL)];
const PAGES: [(&str, &str, &str); 5] = [
    ("plain", "html", PLAIN),
    ("react", "react", REACT),
    ("vue", "vue", VUE),
    ("angular", "angular", ANGULAR),
    ("iframe", "iframe", IFRAME),
];

#[component]
pub(super) fn HowTo(settled: Settled) -> impl IntoView {
    let filled = move |code: &str| {
        let server = settled.view.with(|view| view.as_ref().map(|view| view.server.clone()));
        let organisation = settled.facts.with(|facts| facts.organisation.id.to_string());
        code.trim_end()
            .replace(SERVER, &server.unwrap_or_default())
            .replace(ORGANISATION, &organisation)
    };
    let minutes = move || {
        let seconds = settled
            .view
            .with(|view| view.as_ref().map_or(0, |view| view.token_seconds));
        seconds.div_ceil(60)
    };
    let choosing = move |of: &'static [(&'static str, &'static str, &'static str)], about: Signal<String>| {
        let first = of.first().map(|(id, ..)| *id).unwrap_or_default();
        let tab = RwSignal::new(first.to_owned());
        let tabs = Signal::derive(move || {
            let one = |(id, label, _): &(&str, &str, &str)| Tab::new(*id, *label, None);
            of.iter().map(one).collect::<Vec<_>>()
        });
        let code = Signal::derive(move || {
            let found = tab.with(|tab| of.iter().find(|(id, ..)| id == tab).map(|(_, _, code)| *code));
            filled(found.unwrap_or_default())
        });
        view! {
            <Tabs label=about tabs=tabs selected=tab on_select=move |id| tab.set(id) />
            <Copying about content=code />
        }
    };
    let step = |text: Signal<String>| view! { <li>{move || text.get()}</li> };
    let checklist = [
        text!(embedding::check_origin),
        text!(embedding::check_key),
        text!(embedding::check_own_session),
        text!(embedding::check_memory),
        text!(embedding::check_address),
    ];
    view! {
        <Section title=text!(embedding::on_server) about=text!(embedding::on_server_about, minutes = minutes())>
            {choosing(&SERVERS, text!(embedding::on_server))}
        </Section>
        <Section title=text!(embedding::on_page) about=text!(embedding::on_page_about)>
            {choosing(&PAGES, text!(embedding::on_page))}
        </Section>
        <Section title=text!(embedding::in_policy) about=text!(embedding::in_policy_about)>
            <Copying about=text!(embedding::in_policy) content=Signal::derive(move || filled(CSP)) />
        </Section>
        <Section title=text!(embedding::checklist)>
            <ul class="embedding__checks">{checklist.map(step).collect_view()}</ul>
        </Section>
    }
    .into_any()
}
