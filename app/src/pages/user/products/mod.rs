//! Products of a provider: what is activated and by which agreement, what can be added, what needs a support case, and
//! what is not offered and why (T10 to T13).

mod agreement;

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::edit::Edit;
use shared::form;
use shared::ids::{ProductId, Timestamp};
use shared::licence::{Licence, Standing};
use shared::verdict::Reason;
use shared::wire::{Accepted, UserView};

use self::agreement::Agreement;
use crate::dates;
use crate::edit_session::EditSession;
use crate::pages::parts::{CaseLine, ClosingCase, FormModel, SaveProblem};
use crate::verdict_words::{objections, teller};
use crate::widgets::{Button, CheckList, PickItem, RefusalList, Section, Toasts};
use crate::words::{tell, text};

#[component]
pub(super) fn Products(
    model: FormModel,
    view: RwSignal<Arc<UserView>>,
    /// Called when something was done, with the person as they are then.
    #[prop(into)]
    on_done: Callback<Accepted>,
    closing: ClosingCase,
) -> impl IntoView {
    let facts = model.session.facts();
    let toasts = Toasts::get();
    let standings = Memo::new(move |_| facts.with(|facts| form::products(facts)));
    let chosen = RwSignal::new(BTreeSet::<ProductId>::new());
    let asking = RwSignal::new(false);
    let user = facts.with_untracked(|facts| facts.subject.as_ref().map(|user| user.id));
    let edit = Signal::derive(move || {
        let products = chosen.get();
        user.filter(|_| !products.is_empty())
            .map(|user| Edit::AddProducts { user, products })
    });
    let session = EditSession::new(facts, edit);

    let items = Signal::derive(move || {
        let refused = unusable(facts);
        facts.with(|facts| {
            let item = |(id, standing): &(ProductId, Standing)| {
                let product = facts.policy.product(id).filter(|_| *standing == Standing::Offered)?;
                Some(PickItem {
                    id: id.0.clone(),
                    label: format!("{} · {}", product.name, price(facts, product.monthly_cents)),
                    checked: chosen.with(|chosen| chosen.contains(id)),
                    refused: refused.clone(),
                })
            };
            standings.with(|all| all.iter().filter_map(item).collect::<Vec<_>>())
        })
    });
    let toggle = Callback::new(move |(id, on): (String, bool)| {
        chosen.update(|chosen| {
            if on {
                chosen.insert(ProductId(id));
            } else {
                chosen.remove(&ProductId(id));
            }
        });
    });
    let added = Callback::new(move |accepted: Accepted| {
        chosen.set(BTreeSet::new());
        asking.set(false);
        toasts.say(move || tell!(screen::products_added));
        on_done.run(accepted);
    });
    let word = move |of: fn(&shared::policy::Words) -> String| {
        Signal::derive(move || facts.with(|facts| of(&facts.policy.words)))
    };
    let title = word(|words| words.add_products.clone());
    let ask = Callback::new(move |()| {
        session.reset();
        asking.set(true);
    });
    let refused = Signal::derive(move || {
        unusable(facts).or_else(|| {
            chosen
                .with(BTreeSet::is_empty)
                .then(|| tell!(screen::choose_product_first))
        })
    });
    let offers =
        Memo::new(move |_| standings.with(|all| all.iter().any(|(_, standing)| *standing == Standing::Offered)));
    // Whoever is no provider any more keeps what is licensed in sight.
    let shown = Memo::new(move |_| {
        !standings.with(Vec::is_empty) || view.with(|view| !view.licences.is_empty() || !view.facts.cases.is_empty())
    });
    view! {
        <Show when=move || shown.get()>
            <Section title=title>
                <Activated facts view />
                <Show when=move || offers.get()>
                    <CheckList label=text!(screen::can_be_added) items=items on_toggle=toggle />
                    <div class="form__actions">
                        <Button label=title refused=refused on_press=ask />
                    </div>
                </Show>
                <NotOffered facts standings />
                <NeedsCase facts standings on_done />
                <Cases facts view closing />
            </Section>
        </Show>
        <Agreement session asking on_done=added />
    }
    .into_any()
}

/// Why nothing can be added now, if the account cannot be used.
fn unusable(facts: RwSignal<Arc<Facts>>) -> Option<String> {
    facts.with(|facts| {
        let usable = facts.subject.as_ref().is_some_and(shared::user::User::can_sign_in);
        (!usable).then(|| teller(facts).reason(&Reason::AccountUnusable))
    })
}

fn price(facts: &Facts, cents: u32) -> String {
    tell!(screen::price_a_month, price = teller(facts).price(cents))
}

/// What is activated, since when, by whom it was agreed to, and to which terms (T13).
#[component]
fn Activated(facts: RwSignal<Arc<Facts>>, view: RwSignal<Arc<UserView>>) -> impl IntoView {
    let one = |facts: &Facts, licence: &Licence| {
        let name = teller(facts).product(&licence.product);
        let agreed = tell!(
            screen::agreed_by,
            name = &licence.agreed_by.name,
            terms = &licence.terms
        );
        let since = tell!(screen::activated_since, date = dates::day_and_time(licence.agreed_at));
        let price = price(facts, licence.monthly_cents);
        view! {
            <li class="licence">
                <span class="licence__name">{name}</span>
                <span class="licence__price">{price}</span>
                <span class="licence__about">{since}" · "{agreed}</span>
            </li>
        }
    };
    let lines = move || {
        let licences = view.with(|view| view.licences.clone());
        facts.with(|facts| licences.iter().map(|licence| one(facts, licence)).collect_view())
    };
    view! {
        <Show when=move || view.with(|view| !view.licences.is_empty())>
            <div>
                <h3 class="field__label">{text!(screen::activated)}</h3>
                <ul class="licences">{lines}</ul>
            </div>
        </Show>
    }
    .into_any()
}

/// What is activated at no site of the person.
#[component]
fn NotOffered(facts: RwSignal<Arc<Facts>>, standings: Memo<Vec<(ProductId, Standing)>>) -> impl IntoView {
    let reasons = Memo::new(move |_| {
        facts.with(|facts| {
            let without = |(id, standing): &(ProductId, Standing)| {
                let product = id.clone();
                (*standing == Standing::NotActivated)
                    .then(|| teller(facts).reason(&Reason::ProductNotActivated { product }))
            };
            standings.with(|all| all.iter().filter_map(without).collect::<Vec<_>>())
        })
    });
    let line = |text: String| view! { <li>{text}</li> };
    view! {
        <Show when=move || reasons.with(|reasons| !reasons.is_empty())>
            <div>
                <h3 class="field__label">{text!(screen::not_offered)}</h3>
                <ul class="quiet">{move || reasons.get().into_iter().map(line).collect_view()}</ul>
            </div>
        </Show>
    }
    .into_any()
}

/// What is no self-service for a while: the case that asks for it (T11).
#[component]
fn NeedsCase(
    facts: RwSignal<Arc<Facts>>,
    standings: Memo<Vec<(ProductId, Standing)>>,
    on_done: Callback<Accepted>,
) -> impl IntoView {
    let toasts = Toasts::get();
    let wanted = RwSignal::new(None::<ProductId>);
    let edit = Signal::derive(move || {
        let user = facts.with(|facts| facts.subject.as_ref().map(|user| user.id))?;
        wanted.get().map(|product| Edit::OpenCase { user, product })
    });
    let session = EditSession::new(facts, edit);
    let opened = Callback::new(move |accepted: Accepted| {
        wanted.set(None);
        toasts.say(move || tell!(screen::case_opened_toast));
        on_done.run(accepted);
    });
    let needing = Memo::new(move |_| {
        let needs = |(id, standing): &(ProductId, Standing)| match standing {
            Standing::NeedsCase { until, is_open } => Some((id.clone(), *until, *is_open)),
            _ => None,
        };
        standings.with(|all| all.iter().filter_map(needs).collect::<Vec<_>>())
    });
    let one = move |(id, until, is_open): (ProductId, Timestamp, bool)| {
        let (asked, own) = (id.clone(), id.clone());
        let told = Signal::derive(move || {
            let product = id.clone();
            facts.with(|facts| teller(facts).reason(&Reason::ProductNeedsCase { product, until }))
        });
        let label = Signal::derive(move || {
            facts.with(|facts| tell!(screen::open_case_for, product = teller(facts).product(&asked)))
        });
        let press = Callback::new(move |()| {
            wanted.set(Some(own.clone()));
            session.save(opened);
        });
        let button = move || view! { <Button label=label busy=session.is_busy() refused=Signal::derive(move || unusable(facts)) on_press=press /> };
        view! {
            <li class="licence licence--case">
                <span class="licence__about">{told}</span>
                {(!is_open).then(button)}
            </li>
        }
    };
    let refusals = Memo::new(move |_| {
        session
            .verdict()
            .with(|verdict| facts.with(|facts| objections(facts, &verdict.refusals)))
    });
    view! {
        <Show when=move || needing.with(|needing| !needing.is_empty())>
            <ul class="licences">{move || needing.get().into_iter().map(one).collect_view()}</ul>
            <RefusalList objections=refusals />
            <SaveProblem session />
        </Show>
    }
    .into_any()
}

/// The support cases about the person.
#[component]
fn Cases(facts: RwSignal<Arc<Facts>>, view: RwSignal<Arc<UserView>>, closing: ClosingCase) -> impl IntoView {
    let lines = move || {
        let cases = view.with(|view| view.facts.cases.clone());
        let facts = facts.get();
        let line = |case| view! { <CaseLine case facts=Arc::clone(&facts) closing of_one=true /> };
        cases.into_iter().map(line).collect_view()
    };
    view! {
        <Show when=move || view.with(|view| !view.facts.cases.is_empty())>
            <div>
                <h3 class="field__label">{text!(screen::support_cases)}</h3>
                <ul class="cases">{lines}</ul>
            </div>
        </Show>
    }
    .into_any()
}
