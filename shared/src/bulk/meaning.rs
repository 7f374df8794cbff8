//! What an action means for one person.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::Edit;
use crate::form::{AccessForm, UserForm};
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::lifecycle::Status;
use crate::policy::{Level, Policy, RoleKind, RolesPerUser};
use crate::user::User;
use crate::verdict::{Field, Reason, Verdict};

/// What is to be done to everyone who is selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Let inactive accounts be used again (T4).
    Activate,
    Deactivate,
    Unlock,
    ResendInvitation,
    WithdrawInvitation,
    Delete,
    /// Give a role. A role of the sites is given at `site`, or wherever the person works.
    AddRole {
        role: RoleId,
        #[serde(default)]
        site: Option<SiteId>,
        /// What of the site's resources goes with it, for roles whose resources are chosen by hand (A7).
        #[serde(default)]
        resources: BTreeSet<ResourceId>,
    },
    /// Take a role away, at `site` or wherever it is held.
    RemoveRole {
        role: RoleId,
        #[serde(default)]
        site: Option<SiteId>,
    },
    /// Give access to a site, with this role or the one that the person has elsewhere.
    AddSite {
        site: SiteId,
        #[serde(default)]
        role: Option<RoleId>,
        #[serde(default)]
        resources: BTreeSet<ResourceId>,
    },
    /// Take everything away that is held at a site.
    RemoveSite {
        site: SiteId,
    },
    /// Let people have at another site what they have at this one, their primary site included: before a site is archived,
    /// so that nobody is left without one.
    MoveSite {
        from: SiteId,
        to: SiteId,
        /// What of the other site's resources they get, for roles whose resources are chosen by hand (A7).
        #[serde(default)]
        resources: BTreeSet<ResourceId>,
    },
}

/// What an action means for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// They are as it wants them.
    Nothing,
    Edit(Edit),
    /// It makes no edit of theirs, and why.
    Refused(Verdict),
}

impl BulkAction {
    /// The edit that the action is for this person. The rules judge it like any other.
    pub fn for_user(&self, policy: &Policy, user: &User) -> Meaning {
        let id = user.id;
        let unless = |done: bool, edit: Edit| if done { Meaning::Nothing } else { Meaning::Edit(edit) };
        match self {
            Self::Activate => unless(user.status == Status::Active, Edit::Activate { user: id }),
            Self::Deactivate => unless(user.status == Status::Inactive, Edit::Deactivate { user: id }),
            Self::Unlock => unless(user.locked.is_none(), Edit::Unlock { user: id }),
            Self::ResendInvitation => Meaning::Edit(Edit::ResendInvitation { user: id }),
            Self::WithdrawInvitation => Meaning::Edit(Edit::WithdrawInvitation { user: id }),
            Self::Delete => Meaning::Edit(Edit::Delete { user: id }),
            Self::AddRole { role, site, resources } => {
                let mut form = AccessForm::of(user);
                for place in places_for(policy, user, role, *site) {
                    form = with_role(form, policy, role, place, resources);
                }
                changed(policy, user, form)
            }
            Self::RemoveRole { role, site } => {
                let mut form = AccessForm::of(user);
                let meant = |place: Place| site.is_none_or(|site| place == Place::Site(site));
                form.assignments
                    .retain(|held| held.role != *role || !meant(held.place()));
                changed(policy, user, form)
            }
            Self::AddSite { site, role, resources } => {
                let place = Place::Site(*site);
                let mut form = AccessForm::of(user);
                let role = match role {
                    Some(role) => role.clone(),
                    None if form.assignments.iter().any(|held| held.place().covers(place)) => return Meaning::Nothing,
                    None => match form.main_role(policy) {
                        Some(role) => role.id.clone(),
                        None => return no_role(place),
                    },
                };
                form = with_role(form, policy, &role, place, resources);
                changed(policy, user, form)
            }
            Self::RemoveSite { site } => {
                let mut form = AccessForm::of(user);
                form.assignments.retain(|held| held.place() != Place::Site(*site));
                changed(policy, user, form)
            }
            Self::MoveSite { from, to, resources } => {
                changed(policy, user, moved(AccessForm::of(user), *from, *to, resources))
            }
        }
    }
}

fn changed(policy: &Policy, user: &User, access: AccessForm) -> Meaning {
    let form = UserForm {
        access,
        ..UserForm::of(user)
    };
    if form.differs_from(policy, user) {
        Meaning::Edit(form.change_edit(policy, user))
    } else {
        Meaning::Nothing
    }
}

/// What is held at one site is held at the other. What they have there already stays as it is.
fn moved(mut form: AccessForm, from: SiteId, to: SiteId, resources: &BTreeSet<ResourceId>) -> AccessForm {
    let (leaving, mut staying): (Vec<Assignment>, Vec<Assignment>) = form
        .assignments
        .into_iter()
        .partition(|held| held.place() == Place::Site(from));
    for held in leaving {
        let there = |other: &Assignment| other.role == held.role && other.place() == Place::Site(to);
        if staying.iter().any(there) {
            continue;
        }
        let resources = match held.scope.resources() {
            Resources::All => Resources::All,
            Resources::Only(_) => Resources::Only(resources.clone()),
        };
        staying.push(Assignment {
            role: held.role,
            scope: Scope::Site { site: to, resources },
        });
    }
    staying.sort();
    form.assignments = staying;
    if form.primary_site == Some(from) {
        form.primary_site = Some(to);
    }
    form
}

/// There is no role that the person could have at the site: nobody can guess one.
fn no_role(place: Place) -> Meaning {
    let mut verdict = Verdict::default();
    verdict.refuse("D3", Field::Roles(place), Reason::RoleMissing { at_least: 1 });
    Meaning::Refused(verdict)
}

/// Where a role is given. A role that the policy does not have is left to the rules to refuse.
fn places_for(policy: &Policy, user: &User, role: &RoleId, site: Option<SiteId>) -> Vec<Place> {
    let is_of_sites = policy.role(role).is_some_and(|role| role.scope == Level::Site);
    match (is_of_sites, site) {
        (_, Some(site)) => vec![Place::Site(site)],
        (false, None) => vec![Place::Organisation],
        (true, None) => {
            let mut places = user.places();
            places.retain(|place| *place != Place::Organisation);
            if places.is_empty() {
                places.push(Place::Organisation);
            }
            places
        }
    }
}

/// The form after a click on the role there: what it replaces or excludes goes, as on the screen.
fn with_role(
    form: AccessForm,
    policy: &Policy,
    role: &RoleId,
    place: Place,
    resources: &BTreeSet<ResourceId>,
) -> AccessForm {
    let Some(known) = policy.role(role) else {
        return granted(form, role, place);
    };
    let fits = (known.scope == Level::Site) == (place != Place::Organisation);
    let mut form = if !fits {
        granted(form, role, place)
    } else if form.holds(role, place) {
        form
    } else if known.kind == RoleKind::Main && policy.assignment.roles_per_user == RolesPerUser::One {
        form.choose_role(policy, role, place)
    } else {
        form.toggle_role(policy, role, place)
    };
    for held in &mut form.assignments {
        if let (true, Scope::Site { resources: chosen, .. }) =
            (held.role == *role && held.place() == place, &mut held.scope)
            && let Resources::Only(chosen) = chosen
        {
            chosen.extend(resources.iter().copied());
        }
    }
    form
}

/// The role as it was asked for, for the rules to refuse.
fn granted(mut form: AccessForm, role: &RoleId, place: Place) -> AccessForm {
    if !form.holds(role, place) {
        let scope = match place {
            Place::Organisation => Scope::Organisation,
            Place::Site(site) => Scope::whole_site(site),
        };
        let role = role.clone();
        form.assignments.push(Assignment { role, scope });
        form.assignments.sort();
    }
    form
}
