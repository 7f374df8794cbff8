//! What adding products costs and under which terms; agreed to by one sentence, word for word (T12).

use leptos::prelude::*;
use shared::Facts;
use shared::verdict::Consequence;
use shared::wire::Accepted;

use crate::edit_session::{EditSession, Saving};
use crate::pages::parts::SaveProblem;
use crate::verdict_words::{objections, teller, wanted};
use crate::widgets::{Button, ButtonKind, ConfirmationList, Dialog, ErrorNote, RefusalList, Section, Table};
use crate::words::{tell, text};

#[component]
pub(super) fn Agreement(session: EditSession, asking: RwSignal<bool>, on_done: Callback<Accepted>) -> impl IntoView {
    let (facts, verdict, given) = (session.facts(), session.verdict(), session.given());
    let word = move |of: fn(&Facts) -> String| Signal::derive(move || facts.with(|facts| of(facts)));
    let close = Callback::new(move |()| {
        asking.set(false);
        session.reset();
    });
    let refusals = Memo::new(move |_| verdict.with(|verdict| facts.with(|facts| objections(facts, &verdict.refusals))));
    let sentences = Memo::new(move |_| {
        verdict.with(|verdict| facts.with(|facts| given.with(|given| wanted(facts, verdict, given))))
    });
    let agree = Callback::new(move |(at, on): (usize, bool)| {
        let Some(sentence) = verdict.with_untracked(|verdict| verdict.confirmations.get(at).cloned()) else {
            return;
        };
        if on {
            session.confirm(sentence);
        } else {
            session.take_back(&sentence);
        }
    });
    let not_yet = Signal::derive(move || {
        if refusals.with(|refusals| !refusals.is_empty()) {
            Some(tell!(screen::cannot_be_done))
        } else {
            (!session.can_save().get()).then(|| tell!(screen::agree_first))
        }
    });
    let buttons = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=word(|facts| facts.policy.words.submit_products.clone())
                kind=ButtonKind::Primary
                busy=session.is_busy()
                refused=not_yet
                on_press=Callback::new(move |()| session.save(on_done))
            />
        }
        .into_any()
    });
    let title = word(|facts| {
        let name = facts.subject.as_ref().map(|user| user.profile.display_name());
        let title = &facts.policy.words.confirm_products;
        match name.filter(|name| !name.is_empty()) {
            Some(name) => tell!(screen::choice_of, what = title, choice = name),
            None => title.clone(),
        }
    });
    view! {
        <Dialog open=asking title=title on_close=close actions=buttons>
            <RefusalList objections=refusals />
            <Cost session />
            <Terms session />
            <ConfirmationList wanted=sentences on_change=agree />
            <SaveProblem session />
            <Meanwhile session />
        </Dialog>
    }
    .into_any()
}

/// What each product costs a month, and all of them together.
#[component]
fn Cost(session: EditSession) -> impl IntoView {
    let (facts, verdict) = (session.facts(), session.verdict());
    let costs = Memo::new(move |_| {
        verdict.with(|verdict| {
            let cost = |consequence: &Consequence| match consequence {
                Consequence::ProductAdded { product, monthly_cents } => Some((product.clone(), *monthly_cents)),
                _ => None,
            };
            verdict.consequences.iter().filter_map(cost).collect::<Vec<_>>()
        })
    });
    let price = move |cents: u32| facts.with(|facts| teller(facts).price(cents));
    let rows = move || {
        let row = |(product, cents)| {
            let name = facts.with(|facts| teller(facts).product(&product));
            view! { <tr><th scope="row">{name}</th><td class="numbers amount">{price(cents)}</td></tr> }
        };
        costs.get().into_iter().map(row).collect_view()
    };
    let total = move || {
        let sum = costs.with(|costs| costs.iter().fold(0_u32, |sum, (_, cents)| sum.saturating_add(*cents)));
        price(sum)
    };
    let label = text!(screen::cost_preview);
    view! {
        <Table label=label class="table--cost">
            <thead>
                <tr>
                    <th scope="col">{text!(screen::product)}</th>
                    <th scope="col" class="amount">{text!(screen::each_month)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{text!(screen::total_each_month)}</th>
                    <td class="numbers amount">{total}</td>
                </tr>
            </tfoot>
        </Table>
    }
    .into_any()
}

/// The terms, to be read, with the version that goes on record.
#[component]
fn Terms(session: EditSession) -> impl IntoView {
    let facts = session.facts();
    let terms = Memo::new(move |_| facts.with(|facts| facts.policy.terms.clone()));
    let heading = Signal::derive(move || {
        let vendor = facts.with(|facts| facts.policy.words.vendor.clone());
        tell!(screen::terms_of, vendor = vendor)
    });
    let version = Signal::derive(move || {
        terms.with(|terms| {
            terms
                .as_ref()
                .map(|terms| tell!(screen::terms_version, version = &terms.version))
                .unwrap_or_default()
        })
    });
    let paragraphs = move || {
        terms.with(|terms| {
            let text = terms
                .as_ref()
                .map(|terms| terms.text.trim().to_owned())
                .unwrap_or_default();
            let paragraph = |part: &str| view! { <p>{part.trim().to_owned()}</p> };
            text.split("\n\n")
                .filter(|part| !part.trim().is_empty())
                .map(paragraph)
                .collect_view()
        })
    };
    let has_text =
        Memo::new(move |_| terms.with(|terms| terms.as_ref().is_some_and(|terms| !terms.text.trim().is_empty())));
    view! {
        <Section title=heading about=version>
            <Show when=move || has_text.get()>
                <div class="terms" role="region" tabindex="0" aria-label=heading>{paragraphs}</div>
            </Show>
        </Section>
    }
    .into_any()
}

/// Somebody else changed the account while the terms were read.
#[component]
fn Meanwhile(session: EditSession) -> impl IntoView {
    let saving = session.saving();
    move || match saving.get() {
        Saving::Changed(meanwhile) => {
            let newer = std::sync::Arc::clone(&meanwhile.facts);
            view! {
                <ErrorNote
                    happened=text!(screen::changed_by_other)
                    kept=text!(screen::nothing_overwritten)
                    next=text!(screen::look_then_decide)
                    action=text!(screen::show_meaning_now)
                    on_action=Callback::new(move |()| session.take_newer(std::sync::Arc::clone(&newer)))
                />
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}
