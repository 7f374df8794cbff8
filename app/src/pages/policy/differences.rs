//! What differs between two policies, part by part: in a sentence, or with both values where there is none.

use leptos::prelude::*;
use shared::Facts;
use shared::policy::{Area, PolicyDifference};

use crate::verdict_words::teller;
use crate::words::text;

#[component]
pub(super) fn Differences(differences: Vec<PolicyDifference>, facts: Facts) -> impl IntoView {
    let mut areas: Vec<(Area, Vec<PolicyDifference>)> = Vec::new();
    for difference in differences {
        match areas.last_mut() {
            Some((area, list)) if *area == difference.area => list.push(difference),
            _ => areas.push((difference.area, vec![difference])),
        }
    }
    let area = move |(area, list): (Area, Vec<PolicyDifference>)| {
        let teller = teller(&facts);
        let rows: Vec<AnyView> = list
            .into_iter()
            .map(|difference| {
                let sentence = difference.change.as_ref().map(|change| teller.policy_change(change));
                one(difference, sentence)
            })
            .collect();
        view! {
            <section>
                <h3 class="differences__area">{teller.area(area)}</h3>
                {rows}
            </section>
        }
    };
    // It may be long: whoever has no mouse scrolls it by keys.
    view! { <div class="differences" tabindex="0" role="group" aria-label=text!(policies::compare)>{areas.into_iter().map(area).collect_view()}</div> }.into_any()
}

fn one(difference: PolicyDifference, sentence: Option<String>) -> AnyView {
    let is_told = difference.change.as_ref().is_some_and(|change| !change.needs_source());
    if let Some(sentence) = sentence.clone().filter(|_| is_told) {
        return view! { <p class="difference">{sentence}</p> }.into_any();
    }
    let value = |value: Option<String>, tone: &'static str, sign: &'static str, word: Signal<String>| {
        value.map(|value| {
            view! {
                <div class=format!("difference__value {tone}")>
                    <span aria-hidden="true">{sign}</span>
                    <span><span class="visually-hidden">{word} " "</span><code>{value}</code></span>
                </div>
            }
        })
    };
    view! {
        <div class="difference">
            {match sentence {
                Some(sentence) => view! { <span>{sentence}</span> }.into_any(),
                None => view! { <code>{difference.path.to_string()}</code> }.into_any(),
            }}
            {value(difference.before, "tone-lost", "−", text!(policies::was))}
            {value(difference.after, "tone-gained", "+", text!(policies::becomes))}
        </div>
    }
    .into_any()
}
