//! Products that are licensed for a provider (T10 to T13).

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::edit::Edit;
use shared::form;
use shared::ids::ProductId;
use shared::text::Arg;
use shared::verdict::Field;
use shared::wire::Accepted;

use crate::dates;
use crate::edit_session::EditSession;
use crate::pages::parts::{FormModel, JudgementPanel};
use crate::widgets::{Button, ButtonKind, CheckList, DefinitionList, Dialog, PickItem, Section, Toasts};
use crate::words::{tell, text};

/// The products that the person has, and the ones that can be added.
#[component]
pub(super) fn Products(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let toasts = Toasts::get();
    let offered = Memo::new(move |_| facts.with(|facts| form::products(facts)));
    let held = Memo::new(move |_| {
        facts.with(|facts| {
            let held = facts
                .subject
                .as_ref()
                .map(|user| user.products.clone())
                .unwrap_or_default();
            let names = held.iter().filter_map(|id| facts.policy.product(id));
            names
                .map(|product| {
                    (
                        product.name.clone(),
                        price(product.monthly_cents, facts.policy.terms.as_ref()),
                    )
                })
                .collect::<Vec<_>>()
        })
    });
    let shown = Memo::new(move |_| !offered.with(Vec::is_empty) || !held.with(Vec::is_empty));
    let chosen = RwSignal::new(BTreeSet::<ProductId>::new());
    let asking = RwSignal::new(false);
    let user = facts.with_untracked(|facts| facts.subject.as_ref().map(|user| user.id));
    let edit = Signal::derive(move || {
        let products = chosen.get();
        user.filter(|_| !products.is_empty())
            .map(|user| Edit::AddProducts { user, products })
    });
    let session = EditSession::new(facts, edit);
    let case = RwSignal::new(None::<ProductId>);
    let case_edit = Signal::derive(move || {
        Some(Edit::OpenCase {
            user: user?,
            product: case.get()?,
        })
    });
    let case_session = EditSession::new(facts, case_edit);

    let items = Signal::derive(move || {
        facts.with(|facts| {
            let item = |(id, case): &(ProductId, Option<shared::ids::Timestamp>)| {
                let product = facts.policy.product(id)?;
                let refused = case.map(|until| tell!(screen::until_needs_case, date = dates::day(until)));
                let price = price(product.monthly_cents, facts.policy.terms.as_ref());
                Some(PickItem {
                    id: id.0.clone(),
                    label: format!("{} · {price}", product.name),
                    checked: chosen.with(|chosen| chosen.contains(id)),
                    refused,
                })
            };
            offered.with(|offered| offered.iter().filter_map(item).collect::<Vec<_>>())
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
        if let Some(subject) = accepted.subject {
            facts.update(|facts| std::sync::Arc::make_mut(facts).subject = Some(subject));
        }
        chosen.set(BTreeSet::new());
        asking.set(false);
        case.set(None);
        toasts.say(tell!(screen::saved));
    });
    let word = move |of: fn(&shared::policy::Words) -> String| {
        Signal::derive(move || facts.with(|facts| of(&facts.policy.words)))
    };
    let close = Callback::new(move |()| {
        asking.set(false);
        session.reset();
    });
    let buttons = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=word(|words| words.submit_products.clone())
                kind=ButtonKind::Primary
                busy=session.is_busy()
                on_press=Callback::new(move |()| session.save(added))
            />
        }
        .into_any()
    });
    let cases = Memo::new(move |_| {
        offered.with(|offered| {
            offered
                .iter()
                .filter(|(_, until)| until.is_some())
                .map(|(id, _)| id.clone())
                .collect::<Vec<_>>()
        })
    });
    let open_case = move |id: ProductId| {
        let label = facts.with(|facts| {
            facts
                .policy
                .product(&id)
                .map(|product| tell!(screen::open_case_for, product = &product.name))
                .unwrap_or_default()
        });
        let press = Callback::new(move |()| {
            case.set(Some(id.clone()));
            case_session.confirm_all();
            case_session.save(added);
        });
        view! { <Button label=label busy=case_session.is_busy() on_press=press /> }
    };
    view! {
        <Show when=move || shown.get()>
            <Section title=word(|words| words.add_products.clone())>
                <DefinitionList items=held />
                <CheckList label=word(|words| words.add_products.clone()) items=items on_toggle=toggle empty=text!(screen::every_product_held) />
                <div class="form__actions">
                    {move || cases.get().into_iter().map(open_case).collect_view()}
                    <Button
                        label=word(|words| words.add_products.clone())
                        refused=Signal::derive(move || chosen.with(BTreeSet::is_empty).then(|| tell!(screen::choose_product_first)))
                        on_press=Callback::new(move |()| asking.set(true))
                    />
                </div>
            </Section>
        </Show>
        <Dialog
            open=Signal::derive(move || asking.get())
            title=word(|words| words.confirm_products.clone())
            on_close=close
            actions=buttons
        >
            <JudgementPanel
                session
                elsewhere=Callback::new(|_: Field| false)
                on_remedy=Callback::new(|_| ())
                nothing=text!(screen::nothing_else_changes)
            />
        </Dialog>
    }
    .into_any()
}

fn price(cents: u32, terms: Option<&shared::policy::Terms>) -> String {
    let currency = terms.map(|terms| terms.currency.as_str()).unwrap_or_default();
    tell!(
        screen::price_a_month,
        amount = Arg::Hundredths(cents),
        currency = currency
    )
    .replace("  ", " ")
}
