//! Rules about e-mail addresses and about the life of an account.

use leptos::prelude::*;
use shared::policy::{Leaving, LoginEmail, OtherDomain, Policy, Unique};

use super::inputs::{ChoiceInput, FlagInput, ListInput, NumberInput};
use super::{name_of, path};
use crate::pages::policy::draft::Draft;
use crate::widgets::{Choice, Section};
use crate::words::{tell, text};

const IDENTITY: &str = "identity";
const LIFECYCLE: &str = "lifecycle";

/// A part of the draft's policy, followed.
fn read<T: Send + Sync + 'static>(draft: Draft, of: impl Fn(&Policy) -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(move || draft.policy().with(|policy| of(policy)))
}

#[component]
pub(super) fn EmailRules(draft: Draft) -> impl IntoView {
    let login = Signal::derive(|| {
        vec![
            Choice::new(name_of(&LoginEmail::Editable), tell!(policies::email_editable)),
            Choice::new(name_of(&LoginEmail::Fixed), tell!(policies::email_fixed)),
        ]
    });
    let unique = Signal::derive(|| {
        vec![
            Choice::new(name_of(&Unique::Platform), tell!(policies::unique_now)),
            Choice::new(name_of(&Unique::PlatformForever), tell!(policies::unique_forever)),
        ]
    });
    let domain = Signal::derive(|| {
        vec![
            Choice::new(name_of(&OtherDomain::Allow), tell!(policies::domain_allow)),
            Choice::new(name_of(&OtherDomain::Confirm), tell!(policies::domain_confirm)),
        ]
    });
    view! {
        <Section title=text!(policies::email_rules)>
            <div class="policy__fields">
                <ChoiceInput
                    draft
                    path=path(IDENTITY, "login_email")
                    label=text!(policies::email_change)
                    value=read(draft, |policy| name_of(&policy.identity.login_email))
                    options=login
                />
                <ChoiceInput
                    draft
                    path=path(IDENTITY, "unique")
                    label=text!(policies::email_unique)
                    value=read(draft, |policy| name_of(&policy.identity.unique))
                    options=unique
                />
                <ChoiceInput
                    draft
                    path=path(IDENTITY, "other_domain")
                    label=text!(policies::email_domain)
                    value=read(draft, |policy| name_of(&policy.identity.other_domain))
                    options=domain
                />
            </div>
        </Section>
    }
    .into_any()
}

#[component]
pub(super) fn LifecycleRules(draft: Draft) -> impl IntoView {
    let ways = Signal::derive(|| {
        vec![
            (name_of(&Leaving::Deactivate), tell!(policies::leave_deactivate)),
            (name_of(&Leaving::Delete), tell!(policies::leave_delete)),
        ]
    });
    view! {
        <Section title=text!(policies::lifecycle_rules)>
            <ListInput
                draft
                path=path(LIFECYCLE, "leaving")
                label=text!(policies::leaving)
                items=ways
                chosen=read(draft, |policy| policy.lifecycle.leaving.iter().map(name_of).collect())
            />
            <FlagInput
                draft
                path=path(LIFECYCLE, "withdraw_invitation")
                label=text!(policies::withdraw)
                on=read(draft, |policy| policy.lifecycle.withdraw_invitation)
            />
            <FlagInput
                draft
                path=path(LIFECYCLE, "accept_by_provider")
                label=text!(policies::accept_by_provider)
                on=read(draft, |policy| policy.lifecycle.accept_by_provider)
            />
            <div class="policy__fields">
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "invitation_days")
                    label=text!(policies::invitation_days)
                    value=read(draft, |policy| policy.lifecycle.invitation_days)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "lock_after")
                    label=text!(policies::lock_after)
                    value=read(draft, |policy| policy.lifecycle.lock_after)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "temporary_password_hours")
                    label=text!(policies::temporary_password_hours)
                    value=read(draft, |policy| policy.lifecycle.temporary_password_hours)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "session_idle_minutes")
                    label=text!(policies::session_idle_minutes)
                    value=read(draft, |policy| policy.lifecycle.session_idle_minutes)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "shared_idle_minutes")
                    label=text!(policies::shared_idle_minutes)
                    value=read(draft, |policy| policy.lifecycle.shared_idle_minutes)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "session_hours")
                    label=text!(policies::session_hours)
                    value=read(draft, |policy| policy.lifecycle.session_hours)
                />
                <NumberInput
                    draft
                    path=path(LIFECYCLE, "proof_minutes")
                    label=text!(policies::proof_minutes)
                    value=read(draft, |policy| policy.lifecycle.proof_minutes)
                />
            </div>
        </Section>
    }
    .into_any()
}
