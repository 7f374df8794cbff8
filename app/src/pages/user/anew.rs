//! A role that is never given in place (A12): the account ends and is made anew in one step. The dialog says what
//! happens, asks for what the new account needs, shows what is gained and lost, and does both at once.

use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::access::Place;
use shared::effective::distinct_roles;
use shared::form::{UserForm, recreation};
use shared::ids::{RoleId, SiteId, UserId};
use shared::policy::Level;
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;

use super::name_of;
use crate::edit_session::EditSession;
use crate::navigation::use_navigation;
use crate::pages::parts::{Changed, FormModel, JudgementPanel, PlacesOfRole, ProfileFields, follow_remedy};
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Dialog, Toasts};
use crate::words::{tell, text};

/// What is asked: which role, and the form of the new account.
#[derive(Clone, Copy)]
pub(super) struct Anew {
    role: RwSignal<Option<RoleId>>,
    model: FormModel,
    facts: RwSignal<Arc<Facts>>,
    successor: RwSignal<UserId>,
}

impl Anew {
    pub(super) fn new() -> Self {
        let facts = RwSignal::new(use_reader().facts().get_untracked());
        let (role, form) = (RwSignal::new(None::<RoleId>), RwSignal::new(UserForm::default()));
        let successor = RwSignal::new(UserId(crate::fresh::id()));
        let edit = Signal::derive(move || {
            role.with(Option::is_some).then_some(())?;
            let user = facts.with(|facts| facts.subject.as_ref().map(|user| user.id))?;
            Some(form.with(|form| form.recreate_edit(user, successor.get())))
        });
        let session = EditSession::new(facts, edit);
        let model = FormModel::new(session, form, RwSignal::new(None), follow_remedy(form, session));
        Self {
            role,
            model,
            facts,
            successor,
        }
    }

    /// Opens the dialog about a role for the subject of these facts; a role of a site begins at the one that is shown.
    pub(super) fn ask(self, role: RoleId, facts: RwSignal<Arc<Facts>>, site: Option<SiteId>) {
        let facts = facts.get_untracked();
        let site = site.or_else(|| facts.organisation.open_sites().next().map(|site| site.id));
        let place = site.map_or(Place::Organisation, Place::Site);
        self.model.session.reset();
        self.model.touched.set(Default::default());
        self.model.form.set(recreation(&facts, &role, place));
        self.model.site.set(site);
        self.facts.set(facts);
        // Made once for each time it is asked, so that sending twice makes one account.
        self.successor.set(UserId(crate::fresh::id()));
        self.role.set(Some(role));
    }

    fn close(self) {
        self.role.set(None);
    }
}

#[component]
pub(super) fn AnewDialog(anew: Anew) -> impl IntoView {
    let Anew { role, model, facts, .. } = anew;
    let session = model.session;
    let navigation = use_navigation();
    let toasts = Toasts::get();
    let open = Signal::derive(move || role.with(Option::is_some));
    let close = Callback::new(move |()| anew.close());
    let name = Memo::new(move |_| facts.with(|facts| name_of(facts)));
    // The role by its name, and whether its holders belong to sites.
    let to = Memo::new(move |_| {
        facts.with(|facts| {
            role.with(|role| {
                let role = facts.policy.role(role.as_ref()?)?;
                Some((role.name.clone(), role.scope == Level::Site))
            })
        })
    });
    let to_name = move || to.with(|to| to.as_ref().map(|(name, _)| name.clone()).unwrap_or_default());
    let of_site = Memo::new(move |_| to.with(|to| to.as_ref().is_some_and(|(_, of_site)| *of_site)));
    let title = Signal::derive(move || {
        if of_site.get() {
            tell!(screen::change_person, name = name.get(), role = to_name())
        } else {
            tell!(screen::promote_person, name = name.get(), role = to_name())
        }
    });
    let explained = move || {
        let from = facts.with(|facts| {
            let held = facts.subject.as_ref().map(|user| user.assignments.as_slice());
            let roles = distinct_roles(&facts.policy, held.unwrap_or_default());
            let names: Vec<String> = roles.into_iter().map(|role| role.name.clone()).collect();
            names.join(", ")
        });
        tell!(screen::anew_explained, from = from, to = to_name())
    };
    let accepted = Callback::new(move |accepted: Accepted| {
        let (name, role) = (name.get_untracked(), untrack(to_name));
        toasts.say(move || tell!(screen::anew_done, name = &name, role = &role));
        anew.close();
        let made = accepted.subject.map(|user| Route::user(user.id));
        navigation.go_anyway(made.unwrap_or_default());
    });
    let refused = Signal::derive(move || {
        let says_why = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        says_why.then(|| tell!(screen::not_saved_see_above))
    });
    let actions = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            <Button
                label=title
                kind=ButtonKind::Primary
                busy=session.is_busy()
                refused=refused
                on_press=move |()| session.save(accepted)
            />
        }
        .into_any()
    });
    let follow = Callback::new(move |remedy: Remedy| model.on_remedy.run(remedy));
    view! {
        <Dialog open=open title=title on_close=close actions=actions>
            <ol class="guide">
                <li class="guide__step">
                    <h3 class="guide__title">{text!(screen::anew_what_happens)}</h3>
                    <p>{explained}</p>
                </li>
                <li class="guide__step">
                    <h3 class="guide__title">{text!(screen::anew_profile)}</h3>
                    <div class="form"><ProfileFields model clinical=false /><ProfileFields model clinical=true /></div>
                </li>
                <Show when=move || of_site.get()>
                    <li class="guide__step">
                        <h3 class="guide__title">{text!(screen::anew_places, name = name.get())}</h3>
                        <div class="form"><PlacesOfRole model /></div>
                    </li>
                </Show>
                <li class="guide__step">
                    <h3 class="guide__title">{text!(screen::anew_confirm)}</h3>
                    <JudgementPanel
                        session
                        elsewhere=Callback::new(move |field: Field| matches!(field, Field::Profile(_)))
                        on_remedy=follow
                        nothing=text!(screen::nothing_else_changes)
                    />
                    <Changed session />
                </li>
            </ol>
        </Dialog>
    }
    .into_any()
}
