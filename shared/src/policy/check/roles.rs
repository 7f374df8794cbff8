//! Ids, roles, and what roles say about each other.

use super::{Found, Path, Problem, at};
use crate::ids::RoleId;
use crate::policy::{
    Elsewhere, Leaving, Level, Need, Permissions, Policy, Role, RoleKind, RoleResources, Roles, RolesPerUser,
    Transition, Visibility, Way,
};

pub(super) fn check(policy: &Policy, found: &mut Found) {
    check_ids(policy, found);
    for (index, role) in policy.roles.iter().enumerate() {
        check_role(policy, role, &at("role", index), found);
    }
    check_assignment(policy, found);
    for (index, transition) in policy.transitions.iter().enumerate() {
        check_transition(policy, transition, index, found);
    }
}

fn check_ids(policy: &Policy, found: &mut Found) {
    found.ids("module", policy.modules.iter().map(|module| module.id.as_str()));
    found.ids(
        "permission",
        policy.permissions.iter().map(|permission| permission.id.as_str()),
    );
    found.ids("role", policy.roles.iter().map(|role| role.id.as_str()));
    found.ids(
        "resource_kind",
        policy.resource_kinds.iter().map(|kind| kind.id.as_str()),
    );
    found.ids("product", policy.products.iter().map(|product| product.id.as_str()));
    for (index, module) in policy.modules.iter().enumerate() {
        found.name(at("module", index).key("name"), &module.name);
    }
    for (index, permission) in policy.permissions.iter().enumerate() {
        let path = at("permission", index);
        found.name(path.clone().key("name"), &permission.name);
        if !policy.modules.iter().any(|module| module.id == permission.module) {
            let module = permission.module.clone();
            found.add(path.key("module"), Problem::ModuleUnknown { module });
        }
    }
}

fn check_role(policy: &Policy, role: &Role, path: &Path, found: &mut Found) {
    let id = || role.id.clone();
    found.name(path.clone().key("name"), &role.name);
    if let Permissions::Only(permissions) = &role.permissions {
        for permission in permissions.iter().filter(|id| policy.permission(id).is_none()) {
            let place = path.clone().key("permissions").item(permission.as_str());
            found.add(
                place,
                Problem::PermissionUnknown {
                    permission: permission.clone(),
                },
            );
        }
    }
    unknown_roles(policy, &role.excludes, &path.clone().key("excludes"), found);
    if matches!(&role.excludes, Roles::Only(ids) if ids.contains(&role.id)) {
        let place = path.clone().key("excludes").item(role.id.as_str());
        found.add(place, Problem::ExcludesItself { role: id() });
    }
    if let RoleResources::AtLeast(_) = role.resources {
        if role.scope == Level::Organisation {
            found.add(
                path.clone().key("resources"),
                Problem::ResourcesAtOrganisation { role: id() },
            );
        } else if policy.site_resource_kind().is_none() {
            found.add(
                path.clone().key("resources"),
                Problem::NoResourceToChoose { role: id() },
            );
        }
    }
    if role.kind == RoleKind::Additional {
        let mut main = policy
            .roles
            .iter()
            .filter(|other| other.kind == RoleKind::Main)
            .peekable();
        if main.peek().is_none() || main.all(|other| role.excludes_or_is_excluded_by(other)) {
            found.add(
                path.clone().key("excludes"),
                Problem::ExcludedByEveryMainRole { role: id() },
            );
        }
    }
    if role.visible_to == Visibility::Holders {
        check_hidden(policy, role, &path.clone().key("visible_to"), found);
    }
}

fn check_hidden(policy: &Policy, role: &Role, path: &Path, found: &mut Found) {
    let id = || role.id.clone();
    if role.kind == RoleKind::Main {
        found.add(path.clone(), Problem::HiddenMainRole { role: id() });
    }
    if !role.administers.is_empty() {
        found.add(path.clone(), Problem::HiddenAdministrator { role: id() });
    }
    if role.administers.is_empty() && !policy.permissions.iter().any(|permission| role.permits(&permission.id)) {
        found.add(path.clone(), Problem::HiddenForNobody { role: id() });
    }
    for other in policy
        .roles
        .iter()
        .filter(|other| role.excludes_or_is_excluded_by(other))
    {
        found.add(
            path.clone(),
            Problem::HiddenExclusion {
                role: id(),
                other: other.id.clone(),
            },
        );
    }
}

pub(super) fn unknown_roles(policy: &Policy, roles: &Roles, path: &Path, found: &mut Found) {
    if let Roles::Only(ids) = roles {
        for role in ids.iter().filter(|id| policy.role(id).is_none()) {
            found.add(
                path.clone().item(role.as_str()),
                Problem::RoleUnknown { role: role.clone() },
            );
        }
    }
}

fn check_assignment(policy: &Policy, found: &mut Found) {
    let rules = &policy.assignment;
    let path = Path::default().key("assignment");
    let site_roles = policy.roles.iter().any(|role| role.scope == Level::Site);
    if let Some(at_most) = most_roles(policy).filter(|most| rules.at_least > *most) {
        let at_least = rules.at_least;
        found.add(
            path.clone().key("at_least"),
            Problem::TooManyRolesNeeded { at_least, at_most },
        );
    }
    if rules.roles_per_user == RolesPerUser::Many && rules.same_role_at_every_site {
        found.add(
            path.clone().key("same_role_at_every_site"),
            Problem::ManyRolesAndTheSame,
        );
    }
    if rules.primary_site == Need::Required && !site_roles {
        found.add(path.key("primary_site"), Problem::PrimarySiteWithoutSites);
    }
}

/// How many main roles one person can hold, where there is a limit; with a role at sites, each further site is one more.
fn most_roles(policy: &Policy) -> Option<u32> {
    let main: Vec<&Role> = policy.roles.iter().filter(|role| role.kind == RoleKind::Main).collect();
    if main.iter().any(|role| role.scope == Level::Site) {
        return None;
    }
    let most = match policy.assignment.roles_per_user {
        RolesPerUser::One => main.len().min(1),
        RolesPerUser::Many => main
            .iter()
            .map(|role| {
                main.iter()
                    .filter(|other| !role.excludes_or_is_excluded_by(other))
                    .count()
            })
            .max()
            .unwrap_or(0),
    };
    u32::try_from(most).ok()
}

fn check_transition(policy: &Policy, transition: &Transition, index: usize, found: &mut Found) {
    let path = at("transition", index);
    let lists = [("from", &transition.from), ("to", &transition.to)];
    for (key, roles) in lists {
        unknown_roles(policy, roles, &path.clone().key(key), found);
        for role in named(policy, roles).filter(|role| role.kind == RoleKind::Additional) {
            let place = path.clone().key(key).item(role.id.as_str());
            found.add(place, Problem::TransitionOfAdditional { role: role.id.clone() });
        }
    }
    let mut cases = cases(policy, transition).peekable();
    if cases.peek().is_none() {
        found.add(path.clone(), Problem::TransitionNowhere);
    } else {
        let earlier = policy.transitions.get(..index).unwrap_or_default();
        if cases.all(|(from, to)| earlier.iter().any(|other| other.from.fits(from) && other.to.fits(to))) {
            found.add(path.clone(), Problem::TransitionShadowed);
        }
    }
    if transition.way == Way::Recreate {
        if !policy.lifecycle.leaving.contains(&Leaving::Delete) {
            found.add(path.clone().key("way"), Problem::RecreateWithoutDelete);
        }
        if transition.elsewhere != Elsewhere::Stays {
            found.add(path.clone().key("elsewhere"), Problem::RecreateElsewhere);
        }
    } else if transition.elsewhere != Elsewhere::Stays {
        for (key, roles) in lists {
            for role in named(policy, roles).filter(|role| role.scope == Level::Organisation) {
                let place = path.clone().key(key).item(role.id.as_str());
                found.add(place, Problem::ElsewhereAtOrganisation { role: role.id.clone() });
            }
        }
    }
}

/// The roles that a list names one by one; "all" takes only those that it can be about.
fn named<'a>(policy: &'a Policy, roles: &'a Roles) -> impl Iterator<Item = &'a Role> {
    let ids = match roles {
        Roles::All => None,
        Roles::Only(ids) => Some(ids),
    };
    policy
        .roles
        .iter()
        .filter(move |role| ids.is_some_and(|ids| ids.contains(&role.id)))
}

/// The changes of role that a transition is about. An unknown role counts: that it is unknown is said elsewhere.
fn cases<'a>(policy: &'a Policy, transition: &'a Transition) -> impl Iterator<Item = (&'a RoleId, &'a RoleId)> {
    ids(policy, &transition.from)
        .flat_map(move |from| ids(policy, &transition.to).map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
}

fn ids<'a>(policy: &'a Policy, roles: &'a Roles) -> Box<dyn Iterator<Item = &'a RoleId> + 'a> {
    match roles {
        Roles::Only(ids) => Box::new(ids.iter()),
        Roles::All => Box::new(
            policy
                .roles
                .iter()
                .filter(|role| role.kind == RoleKind::Main)
                .map(|role| &role.id),
        ),
    }
}
