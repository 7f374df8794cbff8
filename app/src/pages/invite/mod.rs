//! Inviting someone: the fields and roles that the policy has, judged at every keystroke; on a page, step by step or in a
//! dialog, as the organisation has it.

mod dialog;
mod steps;

use leptos::prelude::*;
use shared::Facts;
use shared::form::UserForm;
use shared::ids::{RoleId, SiteId, UserId};
use shared::policy::{InviteForm, Level, Need, Policy};
use shared::text::lower;
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;

pub(crate) use self::dialog::InviteDialog;
use self::steps::Steps;
use super::parts::{
    AccessFields, Begun, BegunOffer, FormModel, HalfMade, JudgementPanel, ProfileFields, follow_remedy,
    name_or_unnamed, take_up_invitation,
};
use crate::edit_session::{EditSession, renew};
use crate::navigation::{Link, use_navigation};
use crate::route::Route;
use crate::session::use_reader;
use crate::verdict_words::summary;
use crate::widgets::{Button, ButtonKind, EmptyState, Icon, IconView, PageHeader, SavePanel, Section, Toasts};
use crate::words::{tell, text};

/// An invitation in the making, on whatever screen.
#[derive(Clone, Copy)]
struct Invitation {
    model: FormModel,
    title: Signal<String>,
    /// What sends it is called.
    send: Signal<String>,
    /// Whether something is needed before anybody can be invited (D1).
    is_early: Memo<bool>,
    has_clinical: Memo<bool>,
    accepted: Callback<Accepted>,
    half: HalfMade,
}

impl Invitation {
    /// `done` is called once it is out.
    fn begin(done: Callback<()>) -> Self {
        let navigation = use_navigation();
        let reader = use_reader();
        let policy = reader.policy();
        let toasts = Toasts::get();
        let facts = RwSignal::new(reader.facts().get_untracked());
        // Roles, sites and the policy may change while somebody types.
        Effect::watch(
            move || reader.facts().get(),
            move |now, _, _| facts.update(|facts| renew(facts, Facts::clone(now))),
            false,
        );
        let user = RwSignal::new(UserId(crate::fresh::id()));

        let (role, site) = match navigation.route().get_untracked() {
            Route::Invite { role, site } => (role, site),
            _ => (None, None),
        };
        let site = RwSignal::new(first_site(&facts.get_untracked(), site));
        let form = RwSignal::new(begun(&facts.get_untracked().policy, role));
        let edit = Signal::derive(move || {
            facts.with(|facts| Some(form.with(|form| form.invite_edit(&facts.policy, user.get()))))
        });
        let session = EditSession::new(facts, edit);
        let model = FormModel::new(session, form, site, follow_remedy(form, session));

        let pristine = begun(&facts.get_untracked().policy, None);
        let changed = Signal::derive(move || form.with(|form| form.profile != pristine.profile));
        navigation.guard(changed);
        let half = HalfMade::of_invitation(model, changed);

        let accepted = Callback::new(move |accepted: Accepted| {
            let name = accepted
                .subject
                .as_ref()
                .map(|user| user.profile.display_name())
                .unwrap_or_default();
            let id = accepted.subject.map(|user| user.id);
            let again = Callback::new(move |()| {
                if let Some(id) = id {
                    navigation.go(policy.with_untracked(|policy| Route::of_person(policy, id)));
                }
            });
            let told = move || {
                // Whoever signs out takes the policy with them.
                let called = policy.try_with(|policy| name_or_unnamed(policy, &name));
                tell!(screen::invited_toast, name = called.as_ref().unwrap_or(&name))
            };
            toasts.offer(told, || tell!(screen::open), again);
            done.run(());
        });
        let apart_or = move |apart: fn(&Policy) -> String, other: fn(&Policy) -> String| {
            Signal::derive(move || {
                policy.with(|policy| {
                    if is_apart(policy, &form.read()) {
                        apart(policy)
                    } else {
                        other(policy)
                    }
                })
            })
        };
        Self {
            model,
            title: apart_or(
                |policy| {
                    policy
                        .words
                        .invite_organisation
                        .trim_start_matches(['+', ' '])
                        .to_owned()
                },
                |policy| policy.words.invite_title.clone(),
            ),
            send: apart_or(
                |policy| policy.words.save_organisation.clone(),
                |policy| policy.words.send_invitation.clone(),
            ),
            // The judgement says when there is nothing to be filled in yet.
            is_early: Memo::new(move |_| {
                session.verdict().with(|verdict| {
                    verdict
                        .refusals
                        .iter()
                        .any(|refusal| refusal.remedy == Some(Remedy::AddSite))
                })
            }),
            has_clinical: Memo::new(move |_| {
                policy.with(|policy| {
                    let mut rules = policy.fields.iter();
                    rules.any(|rule| rule.clinical_only && form.with(|form| form.shows(policy, rule.id)))
                })
            }),
            accepted,
            half,
        }
    }

    /// What was begun another time.
    fn offer(self) -> AnyView {
        let model = self.model;
        let says = Callback::new(|(begun, when): (Begun, String)| match begun.invited() {
            who if who.is_empty() => tell!(live::begun_invitation, when = &when),
            who => tell!(live::begun_inviting, name = &who, when = &when),
        });
        let take = Callback::new(move |begun| take_up_invitation(model, &begun));
        view! { <BegunOffer half=self.half says on_take=take /> }.into_any()
    }

    fn session(self) -> EditSession {
        self.model.session
    }

    /// Who it is.
    fn who(self) -> AnyView {
        let model = self.model;
        view! {
            <Section title=text!(screen::person)>
                <ProfileFields model clinical=false />
            </Section>
        }
        .into_any()
    }

    /// What they may do, and what goes with it.
    fn what(self) -> AnyView {
        let Self {
            model, has_clinical, ..
        } = self;
        let policy = model.policy();
        view! {
            <AccessFields model />
            <Show when=move || has_clinical.get()>
                <Section title=Signal::derive(move || policy.with(|policy| policy.words.clinical.clone()))>
                    <ProfileFields model clinical=true />
                </Section>
            </Show>
        }
        .into_any()
    }
}

#[component]
pub(crate) fn InvitePage() -> impl IntoView {
    let navigation = use_navigation();
    let policy = use_reader().policy();
    let to_list = Callback::new(move |()| navigation.go_anyway(navigation.start()));
    let invitation = Invitation::begin(to_list);
    let session = invitation.session();
    let steps = policy
        .with_untracked(|policy| policy.screens.invite == InviteForm::Steps)
        .then(|| Steps::new(invitation));
    let back = ViewFn::from(move || {
        view! {
            <Link to=Signal::stored(navigation.start()) class="back-link">
                <IconView icon=Icon::Back />
                <span>{move || policy.with(|policy| policy.words.users.clone())}</span>
            </Link>
        }
        .into_any()
    });
    let cancel = Callback::new(move |()| navigation.go(navigation.start()));
    let buttons = ViewFn::from(move || {
        let send = move || {
            view! {
                <Button
                    label=invitation.send
                    kind=ButtonKind::Primary
                    busy=session.is_busy()
                    on_press=Callback::new(move |()| session.save(invitation.accepted))
                />
            }
            .into_any()
        };
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=cancel />
            {match steps {
                Some(steps) => steps.buttons(send),
                None => send(),
            }}
        }
        .into_any()
    });
    let line = Signal::derive(move || {
        if let Some(steps) = steps.filter(|steps| steps.is_first()) {
            return steps.place();
        }
        session
            .verdict()
            .with(|verdict| session.given().with(|given| summary(verdict, given)))
    });
    // What belongs to a step that is not in sight is told with that step, or here once it is over.
    let model = invitation.model;
    let elsewhere = Callback::new(move |field: Field| {
        let of_profile = matches!(field, Field::Profile(_));
        match steps {
            Some(steps) if steps.is_first() => of_profile || field != Field::Whole,
            Some(_) => !of_profile && model.has_place_for(&field),
            None => of_profile || model.has_place_for(&field),
        }
    });
    let form_view = move || {
        view! {
            <div class="split">
                {match steps {
                    Some(steps) => steps.form(),
                    None => view! {
                        <form class="form" novalidate on:submit=|event| event.prevent_default()>
                            {invitation.who()}
                            {invitation.what()}
                        </form>
                    }
                    .into_any(),
                }}
                <SavePanel title=text!(screen::what_will_happen) summary=line actions=buttons.clone() urgent=session.has_problem()>
                    <JudgementPanel
                        session
                        elsewhere=elsewhere
                        on_remedy=model.on_remedy
                        nothing=text!(screen::fill_in)
                    />
                </SavePanel>
            </div>
        }
    };
    view! {
        <div class="page">
            <PageHeader title=invitation.title lead=back />
            {invitation.offer()}
            <Show when=move || invitation.is_early.get() fallback=form_view.clone()>
                <NoSiteYet />
            </Show>
        </div>
    }
    .into_any()
}

/// The form as it opens: with the role that the list was about.
fn begun(policy: &Policy, role: Option<String>) -> UserForm {
    let mut form = UserForm::begin(policy);
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
    let site = move || policy.with(|policy| lower(&policy.words.site));
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
