//! Inviting someone: the fields and roles that the policy has, judged at every keystroke.

use leptos::prelude::*;
use shared::form::UserForm;
use shared::ids::{RoleId, SiteId, UserId};
use shared::policy::{Level, Need, Policy};
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;

use super::parts::{AccessFields, FormModel, JudgementPanel, ProfileFields, follow_remedy, name_or_unnamed};
use crate::edit_session::EditSession;
use crate::navigation::{Link, use_navigation};
use crate::route::Route;
use crate::session::use_reader;
use crate::verdict_words::summary;
use crate::widgets::{Button, ButtonKind, EmptyState, Icon, IconView, PageHeader, SavePanel, Section, Toasts};
use crate::words::{tell, text};

#[component]
pub(crate) fn InvitePage() -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let policy = reader.policy();
    let toasts = Toasts::get();
    let facts = RwSignal::new(reader.facts().get_untracked());
    let user = RwSignal::new(UserId(crate::fresh::id()));

    let (role, site) = match navigation.route().get_untracked() {
        Route::Invite { role, site } => (role, site),
        _ => (None, None),
    };
    let site = RwSignal::new(first_site(&facts.get_untracked(), site));
    let form = RwSignal::new(begun(&facts.get_untracked().policy, role));
    let edit =
        Signal::derive(move || facts.with(|facts| Some(form.with(|form| form.invite_edit(&facts.policy, user.get())))));
    let session = EditSession::new(facts, edit);
    let follow = follow_remedy(form, session);
    let model = FormModel::new(session, form, site, follow);

    let pristine = begun(&facts.get_untracked().policy, None);
    navigation.guard(Signal::derive(move || {
        form.with(|form| !form.profile.is_empty() && *form != pristine)
    }));

    let invited = Callback::new(move |accepted: Accepted| {
        let name = accepted
            .subject
            .as_ref()
            .map(|user| user.profile.display_name())
            .unwrap_or_default();
        let id = accepted.subject.map(|user| user.id);
        let again = Callback::new(move |()| {
            if let Some(id) = id {
                navigation.go(Route::user(id));
            }
        });
        let told = move || {
            // Whoever signs out takes the policy with them.
            let called = policy.try_with(|policy| name_or_unnamed(policy, &name));
            tell!(screen::invited_toast, name = called.as_ref().unwrap_or(&name))
        };
        toasts.offer(told, || tell!(screen::open), again);
        navigation.go_anyway(Route::default());
    });
    let has_clinical = Memo::new(move |_| {
        policy.with(|policy| {
            policy
                .fields
                .iter()
                .any(|rule| rule.clinical_only && form.with(|form| form.shows(policy, rule.id)))
        })
    });
    let title = Signal::derive(move || {
        policy.with(|policy| {
            if is_apart(policy, &form.read()) {
                policy
                    .words
                    .invite_organisation
                    .trim_start_matches(['+', ' '])
                    .to_owned()
            } else {
                policy.words.invite_title.clone()
            }
        })
    });
    let save_word = Signal::derive(move || {
        policy.with(|policy| {
            if is_apart(policy, &form.read()) {
                policy.words.save_organisation.clone()
            } else {
                policy.words.send_invitation.clone()
            }
        })
    });
    let back = ViewFn::from(move || {
        view! {
            <Link to=Signal::stored(Route::default()) class="back-link">
                <IconView icon=Icon::Back />
                <span>{move || policy.with(|policy| policy.words.users.clone())}</span>
            </Link>
        }
        .into_any()
    });
    let buttons = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=Callback::new(move |()| navigation.go(Route::default())) />
            <Button
                label=save_word
                kind=ButtonKind::Primary
                busy=session.is_busy()
                on_press=Callback::new(move |()| session.save(invited))
            />
        }
        .into_any()
    });
    let line = Signal::derive(move || {
        session
            .verdict()
            .with(|verdict| session.given().with(|given| summary(verdict, given)))
    });
    // The judgement says when there is nothing to be filled in yet (D1).
    let is_early = Memo::new(move |_| {
        session.verdict().with(|verdict| {
            verdict
                .refusals
                .iter()
                .any(|refusal| refusal.remedy == Some(Remedy::AddSite))
        })
    });
    let word = move |of: fn(&Policy) -> String| Signal::derive(move || policy.with(|policy| of(policy)));
    let form_view = move || {
        view! {
            <div class="split">
                <form class="form" novalidate on:submit=|event| event.prevent_default()>
                    <Section title=text!(screen::person)>
                        <ProfileFields model clinical=false />
                    </Section>
                    <AccessFields model />
                    <Show when=move || has_clinical.get()>
                        <Section title=word(|policy| policy.words.clinical.clone())>
                            <ProfileFields model clinical=true />
                        </Section>
                    </Show>
                </form>
                <SavePanel title=text!(screen::what_will_happen) summary=line actions=buttons.clone()>
                    <JudgementPanel
                        session
                        elsewhere=Callback::new(move |field: Field| model.has_place_for(&field) || matches!(field, Field::Profile(_)))
                        on_remedy=follow
                        nothing=text!(screen::fill_in)
                    />
                </SavePanel>
            </div>
        }
    };
    view! {
        <div class="page">
            <PageHeader title=title lead=back />
            <Show when=move || is_early.get() fallback=form_view.clone()>
                <NoSiteYet />
            </Show>
        </div>
    }
    .into_any()
}

/// The form as it opens: with the role that the list was about.
fn begun(policy: &Policy, role: Option<String>) -> UserForm {
    let mut form = UserForm::default();
    let role = role.map(RoleId);
    if let Some(role) = role
        .and_then(|role| policy.role(&role))
        .filter(|role| role.scope == Level::Organisation)
    {
        form.access = form
            .access
            .choose_role(policy, &role.id, shared::access::Place::Organisation);
    }
    form
}

/// The site that the form begins with: the one that the list was about, or the only one. Where the policy has a primary
/// site it is chosen by hand, for a wrong one is easily overlooked; else the first is shown.
fn first_site(facts: &shared::Facts, listed: Option<SiteId>) -> Option<SiteId> {
    let mut open = facts.organisation.open_sites().map(|site| site.id);
    let first = open.next();
    let is_only = open.next().is_none();
    let by_hand = facts.policy.assignment.primary_site != Need::Unused && !is_only;
    listed.or(first.filter(|_| !by_hand))
}

/// Whether the form is about someone of the whole organisation, where these are a list of their own (A13, A15).
fn is_apart(policy: &Policy, form: &UserForm) -> bool {
    !policy.words.organisation_users.is_empty()
        && form
            .access
            .main_role(policy)
            .is_some_and(|role| role.scope == Level::Organisation)
}

/// Explains what is needed first, and leads there (D1).
#[component]
fn NoSiteYet() -> impl IntoView {
    let navigation = use_navigation();
    let policy = use_reader().policy();
    let site = move || policy.with(|policy| policy.words.site.to_lowercase());
    let title = text!(screen::add_a_site_first, site = site());
    let text = text!(screen::add_a_site_text, site = site());
    let label = text!(screen::add_a_site, site = site());
    let go = Callback::new(move |()| navigation.go(Route::Sites));
    view! {
        <EmptyState title=title text=text icon=Icon::Site>
            <Button label=label kind=ButtonKind::Primary on_press=go />
        </EmptyState>
    }
    .into_any()
}
