//! What each role can do, in the words of the policy, without leaving the form (O13).

use leptos::prelude::*;
use shared::policy::{Policy, Power, Role};

use super::FormModel;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Dialog};
use crate::words::{tell, text};

#[component]
pub(super) fn RolesAbout(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let reader = use_reader();
    let open = RwSignal::new(false);
    let title = Signal::derive(move || facts.with(|facts| tell!(screen::roles_about, role = &facts.policy.words.role)));
    let close = Callback::new(move |()| open.set(false));
    let roles = move || {
        facts.with(|facts| {
            let seen = facts.policy.roles.iter();
            let seen = seen.filter(|role| facts.actor.sees_role(&facts.policy, role));
            seen.map(|role| one_role(&facts.policy, role)).collect_view()
        })
    };
    let actions = move || view! { <Button label=text!(screen::close) kind=ButtonKind::Primary on_press=close /> };
    view! {
        <p><button type="button" class="link" on:click=move |_| open.set(true)>{move || title.get()}</button></p>
        <Dialog open=open title=title on_close=close actions=ViewFn::from(actions)>
            <div class="dialog--wide roles-about">
                {roles}
                <Show when=move || reader.may(Power::Roles)>
                    <p><Link to=Signal::stored(Route::Roles)>{text!(screen::roles_reference)}</Link></p>
                </Show>
            </div>
        </Dialog>
    }
    .into_any()
}

fn one_role(policy: &Policy, role: &Role) -> AnyView {
    let permitted = policy
        .permissions
        .iter()
        .filter(|permission| role.permits(&permission.id));
    let permitted: Vec<&str> = permitted.map(|permission| permission.name.as_str()).collect();
    let permitted = permitted.join(", ");
    view! {
        <section>
            <h3>{role.name.clone()}</h3>
            <p>{role.about.clone()}</p>
            {(!permitted.is_empty()).then(|| view! { <p class="quiet">{permitted}</p> })}
        </section>
    }
    .into_any()
}
