//! The form of a person, for inviting and for editing alike. What a click means is `shared::form`'s; what stands against
//! it is the judgement's; this draws both.

mod access;
mod places;
mod profile;
mod reference;
mod taxonomies;
mod toggles;

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::{html, prelude::*};
use shared::access::Place;
use shared::form::UserForm;
use shared::ids::{RoleId, SiteId};
use shared::policy::{Level, Need, Policy, RoleKind};
use shared::user::{ProfileField, User};
use shared::verdict::{Field, Refusal, Remedy};

pub(crate) use self::access::{AccessFields, PlacesOfRole};
pub(crate) use self::profile::{ProfileFields, ask_whether_free};
use crate::edit_session::EditSession;
use crate::verdict_words::objections;
use crate::widgets::Objection;

/// A form and the session that judges it.
#[derive(Clone, Copy)]
pub(crate) struct FormModel {
    pub(crate) session: EditSession,
    pub(crate) form: RwSignal<UserForm>,
    /// The site whose access is shown (A4).
    pub(crate) site: RwSignal<Option<SiteId>>,
    /// What the person has changed: from then on the refusals of it are shown.
    pub(crate) touched: RwSignal<Touched>,
    pub(crate) on_remedy: Callback<Remedy>,
    /// A role that was chosen before the site that it is for.
    pub(crate) waiting_role: RwSignal<Option<RoleId>>,
    /// Where the primary site is chosen.
    primary: NodeRef<html::Div>,
    policy: Memo<Arc<Policy>>,
    subject: Memo<Option<User>>,
    place: Memo<Place>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) fields: BTreeSet<ProfileField>,
    pub(crate) access: bool,
}

impl FormModel {
    pub(crate) fn new(
        session: EditSession,
        form: RwSignal<UserForm>,
        site: RwSignal<Option<SiteId>>,
        on_remedy: Callback<Remedy>,
    ) -> Self {
        let facts = session.facts();
        Self {
            session,
            form,
            site,
            touched: RwSignal::new(Touched::default()),
            on_remedy,
            waiting_role: RwSignal::new(None),
            primary: NodeRef::new(),
            policy: Memo::new(move |_| facts.with(|facts| Arc::clone(&facts.policy))),
            subject: Memo::new(move |_| facts.with(|facts| facts.subject.clone())),
            place: Memo::new(move |_| {
                facts.with(|facts| {
                    // Until a site is chosen, roles are judged as if it were the first one.
                    let any = || facts.organisation.open_sites().next().map(|site| site.id);
                    match site.get().or_else(any) {
                        Some(site) if has_site_roles(&facts.policy) => Place::Site(site),
                        _ => Place::Organisation,
                    }
                })
            }),
        }
    }

    /// The policy of the facts that the form is judged by.
    pub(crate) fn policy(self) -> Memo<Arc<Policy>> {
        self.policy
    }

    pub(crate) fn subject(self) -> Memo<Option<User>> {
        self.subject
    }

    /// The place that the choice of roles is about: the site that is shown, or the organisation where roles are held
    /// there.
    pub(crate) fn place(self) -> Memo<Place> {
        self.place
    }

    /// Chooses a main role; one of a site waits until the site is chosen.
    pub(crate) fn choose_role(self, role: RoleId) {
        let place = self.place.get_untracked();
        let is_of_site = self
            .policy
            .with_untracked(|policy| policy.role(&role).is_some_and(|role| role.scope == Level::Site));
        if is_of_site && self.site.with_untracked(Option::is_none) {
            self.waiting_role.set(Some(role));
        } else {
            self.waiting_role.set(None);
            self.change_access(|access, policy| access.choose_role(policy, &role, place));
        }
    }

    /// Chooses the primary site; a role that waited for it begins there.
    pub(crate) fn choose_primary(self, site: SiteId) {
        let waiting = self.waiting_role.get_untracked();
        self.change_access(|access, policy| {
            let access = match waiting {
                Some(role) => access.choose_role(policy, &role, Place::Site(site)),
                None => access,
            };
            access.choose_primary(policy, site)
        });
        self.waiting_role.set(None);
        self.site.set(Some(site));
    }

    /// Changes the access that is wanted.
    pub(crate) fn change_access(
        self,
        step: impl FnOnce(shared::form::AccessForm, &Policy) -> shared::form::AccessForm,
    ) {
        let policy = self.session.facts().with_untracked(|facts| Arc::clone(&facts.policy));
        self.form
            .update(|form| form.access = step(std::mem::take(&mut form.access), &policy));
        self.touched.update(|touched| touched.access = true);
    }

    /// Refusals of the fields that `here` names, once the person has come to them.
    fn objections(self, here: impl Fn(&Field) -> bool + Send + Sync + 'static) -> Memo<Vec<Objection>> {
        let (session, touched) = (self.session, self.touched);
        Memo::new(move |_| {
            let attempted = session.attempted().get();
            session.verdict().with(|verdict| {
                let shown: Vec<Refusal> = verdict
                    .refusals
                    .iter()
                    .filter(|refusal| here(&refusal.field))
                    .filter(|refusal| attempted || touched.with(|touched| touched.covers(&refusal.field)))
                    .cloned()
                    .collect();
                session.facts().with(|facts| objections(facts, &shown))
            })
        })
    }

    /// Whether the form has a place for the refusals of a field, so that the panel need not show them.
    pub(crate) fn has_place_for(self, field: &Field) -> bool {
        let place = self.place();
        self.session.facts().with(|facts| match field {
            Field::Profile(field) => self.form.with(|form| form.shows(&facts.policy, *field)),
            Field::Role(holding) => holding.place == place.get() || holding.place == Place::Organisation,
            Field::Roles(at) => *at == place.get() || *at == Place::Organisation,
            Field::Resources(site) => place.get() == Place::Site(*site),
            Field::PrimarySite => facts.policy.assignment.primary_site != Need::Unused,
            Field::Whole
            | Field::Membership(_)
            | Field::Product(_)
            | Field::Permission(_)
            | Field::Name
            | Field::Note
            | Field::Origin
            | Field::Provider(_)
            | Field::Elements => false,
        })
    }
}

impl Touched {
    fn covers(&self, field: &Field) -> bool {
        match field {
            Field::Profile(field) => self.fields.contains(field),
            _ => self.access,
        }
    }
}

/// Whether any main role is held at sites.
pub(crate) fn has_site_roles(policy: &Policy) -> bool {
    policy
        .roles
        .iter()
        .any(|role| role.scope == Level::Site && role.kind == RoleKind::Main)
}
