//! What a person may do, where, and through which assignment. Rights are never stored: they follow from the assignments
//! and the policy at the moment of asking (X8).

use crate::access::{Assignment, Place, Resources, Scope};
use crate::facts::{Actor, ActorKind, Facts};
use crate::ids::{PermissionId, RoleId, SiteId};
use crate::lifecycle::Status;
use crate::policy::{Policy, Power, Role, RoleKind, Visibility};
use crate::user::User;

/// Permissions (by their position in the policy) and powers, as a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    permissions: Vec<u64>,
    powers: u8,
}

const BITS: usize = 64;

impl Rights {
    /// Everything that the policy knows.
    pub fn everything(policy: &Policy) -> Self {
        let mut rights = Self {
            permissions: Vec::new(),
            powers: u8::MAX,
        };
        for position in 0..policy.permissions.len() {
            rights.insert(position);
        }
        rights
    }

    /// What a role gives, wherever it is held.
    pub fn of_role(policy: &Policy, role: &Role) -> Self {
        let mut rights = Self::default();
        for (position, permission) in policy.permissions.iter().enumerate() {
            if role.permits(&permission.id) {
                rights.insert(position);
            }
        }
        for power in &role.administers {
            rights.powers |= power_bit(*power);
        }
        rights
    }

    fn insert(&mut self, position: usize) {
        let word = position / BITS;
        if self.permissions.len() <= word {
            self.permissions.resize(word + 1, 0);
        }
        if let Some(bits) = self.permissions.get_mut(word) {
            *bits |= 1 << (position % BITS);
        }
    }

    pub fn add(&mut self, other: &Self) {
        if self.permissions.len() < other.permissions.len() {
            self.permissions.resize(other.permissions.len(), 0);
        }
        for (own, more) in self.permissions.iter_mut().zip(&other.permissions) {
            *own |= more;
        }
        self.powers |= other.powers;
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let more = other.permissions.iter().copied().chain(std::iter::repeat(0));
        Self {
            permissions: self.permissions.iter().zip(more).map(|(own, out)| own & !out).collect(),
            powers: self.powers & !other.powers,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.powers == 0 && self.permissions.iter().all(|bits| *bits == 0)
    }

    pub fn has_power(&self, power: Power) -> bool {
        self.powers & power_bit(power) != 0
    }

    /// The permissions, in the policy's order.
    pub fn permissions(&self, policy: &Policy) -> Vec<PermissionId> {
        let has = |position: usize| {
            self.permissions
                .get(position / BITS)
                .is_some_and(|bits| bits & (1 << (position % BITS)) != 0)
        };
        policy
            .permissions
            .iter()
            .enumerate()
            .filter(|(position, _)| has(*position))
            .map(|(_, permission)| permission.id.clone())
            .collect()
    }

    pub fn powers(&self) -> Vec<Power> {
        Power::ALL.into_iter().filter(|power| self.has_power(*power)).collect()
    }
}

fn power_bit(power: Power) -> u8 {
    match power {
        Power::Users => 1,
        Power::Roles => 2,
        Power::Sites => 4,
        Power::Audit => 8,
        Power::Policy => 16,
        Power::Embedding => 32,
    }
}

/// What these assignments give at a place, through the place itself or the whole organisation.
pub fn rights_at(policy: &Policy, assignments: &[Assignment], place: Place) -> Rights {
    let mut rights = Rights::default();
    let mut counted: Vec<&RoleId> = Vec::new();
    for assignment in assignments.iter().filter(|a| a.place().covers(place)) {
        if counted.contains(&&assignment.role) {
            continue;
        }
        counted.push(&assignment.role);
        if let Some(role) = policy.role(&assignment.role) {
            rights.add(&Rights::of_role(policy, role));
        }
    }
    rights
}

/// What assignments give, place by place: computed once, asked often.
#[derive(Debug)]
pub(crate) struct RightsMap {
    organisation: Rights,
    /// Sorted by site.
    sites: Vec<(SiteId, Rights)>,
}

impl RightsMap {
    pub(crate) fn new(policy: &Policy, assignments: &[Assignment]) -> Self {
        let mut known: Vec<(&RoleId, Rights)> = Vec::new();
        let mut map = Self {
            organisation: Rights::default(),
            sites: Vec::new(),
        };
        for assignment in assignments {
            let at = known
                .iter()
                .position(|(role, _)| *role == &assignment.role)
                .unwrap_or_else(|| {
                    let rights = policy.role(&assignment.role).map(|role| Rights::of_role(policy, role));
                    known.push((&assignment.role, rights.unwrap_or_default()));
                    known.len() - 1
                });
            let Some((_, rights)) = known.get(at) else { continue };
            match assignment.place() {
                Place::Organisation => map.organisation.add(rights),
                Place::Site(site) => map.sites.push((site, rights.clone())),
            }
        }
        map.sites.sort_by_key(|(site, _)| *site);
        map.sites.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1.add(&later.1);
            }
            same
        });
        map
    }

    /// The same for whoever asks.
    pub(crate) fn of_actor(policy: &Policy, actor: &Actor) -> Self {
        match actor.kind {
            ActorKind::Member => Self::new(policy, &actor.assignments),
            ActorKind::Operator | ActorKind::Support | ActorKind::System => Self {
                organisation: actor.rights_at(policy, Place::Organisation),
                sites: Vec::new(),
            },
        }
    }

    /// What holds in the whole organisation.
    pub(crate) fn everywhere(&self) -> &Rights {
        &self.organisation
    }

    pub(crate) fn at(&self, place: Place) -> Rights {
        let mut rights = self.organisation.clone();
        let own = place
            .site()
            .and_then(|site| self.sites.binary_search_by_key(&site, |(at, _)| *at).ok());
        if let Some((_, more)) = own.and_then(|at| self.sites.get(at)) {
            rights.add(more);
        }
        rights
    }
}

/// The permissions at a place, in the policy's order.
pub fn permissions_at(policy: &Policy, assignments: &[Assignment], place: Place) -> Vec<PermissionId> {
    rights_at(policy, assignments, place).permissions(policy)
}

/// Whether these assignments give a power at a place.
pub fn has_power(policy: &Policy, assignments: &[Assignment], power: Power, place: Place) -> bool {
    assignments
        .iter()
        .filter(|a| a.place().covers(place))
        .filter_map(|a| policy.role(&a.role))
        .any(|role| role.administers.contains(&power))
}

/// The resources of a site that these assignments reach.
pub fn resources_at(assignments: &[Assignment], site: SiteId) -> Resources {
    let mut chosen = std::collections::BTreeSet::new();
    for assignment in assignments.iter().filter(|a| a.place().covers(Place::Site(site))) {
        match assignment.scope.resources() {
            Resources::All => return Resources::All,
            Resources::Only(ids) => chosen.extend(ids.iter().copied()),
        }
    }
    Resources::Only(chosen)
}

/// Whether the person administers users in the whole organisation and can sign in: whom X5 counts.
pub fn is_administrator(policy: &Policy, user: &User) -> bool {
    user.can_sign_in() && has_power(policy, &user.assignments, Power::Users, Place::Organisation)
}

/// Whether any of these assignments makes the holder clinical staff (D7).
pub fn is_clinical(policy: &Policy, assignments: &[Assignment]) -> bool {
    assignments
        .iter()
        .any(|a| policy.role(&a.role).is_some_and(|role| role.clinical))
}

/// Whether somebody can sign in and reaches nothing: permissions and sites were cleared, and have to be assigned (T6).
pub fn reaches_nothing(status: Status, assignments: &[Assignment]) -> bool {
    status == Status::Active && assignments.is_empty()
}

/// Sites at which the person reaches none of the resources that others reach there (A8).
pub fn sees_nothing_at(policy: &Policy, assignments: &[Assignment]) -> Vec<SiteId> {
    if policy.site_resource_kind().is_none() {
        return Vec::new();
    }
    assignments
        .iter()
        .filter_map(|assignment| match &assignment.scope {
            Scope::Site {
                site,
                resources: Resources::Only(chosen),
            } if chosen.is_empty() => Some(*site),
            _ => None,
        })
        .collect()
}

/// One right and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground<'a> {
    pub permission: PermissionId,
    /// Where it holds.
    pub scope: &'a Scope,
    /// The role through which it is held.
    pub through: &'a RoleId,
}

/// Everything a person may do now: permission by permission, where, and through which assignment. Nothing for an
/// account that cannot be used.
pub fn grounds<'a>(policy: &Policy, user: &'a User) -> Vec<Ground<'a>> {
    if !user.can_sign_in() {
        return Vec::new();
    }
    let mut grounds = Vec::new();
    for permission in &policy.permissions {
        for assignment in &user.assignments {
            if policy
                .role(&assignment.role)
                .is_some_and(|role| role.permits(&permission.id))
            {
                grounds.push(Ground {
                    permission: permission.id.clone(),
                    scope: &assignment.scope,
                    through: &assignment.role,
                });
            }
        }
    }
    grounds
}

impl Actor {
    /// Whether the actor may ask for anything at all.
    pub fn can_act(&self) -> bool {
        self.kind == ActorKind::Operator || (self.status == Status::Active && !self.locked)
    }

    /// What the actor holds at a place.
    pub fn rights_at(&self, policy: &Policy, place: Place) -> Rights {
        match self.kind {
            ActorKind::Operator => Rights::everything(policy),
            ActorKind::Member => rights_at(policy, &self.assignments, place),
            ActorKind::Support => {
                let powers = policy
                    .support
                    .may_administer
                    .iter()
                    .fold(0, |bits, power| bits | power_bit(*power));
                Rights {
                    permissions: Vec::new(),
                    powers,
                }
            }
            ActorKind::System => Rights {
                permissions: Vec::new(),
                powers: 0,
            },
        }
    }

    pub fn has_power(&self, policy: &Policy, power: Power, place: Place) -> bool {
        match self.kind {
            ActorKind::Operator => true,
            ActorKind::Member => has_power(policy, &self.assignments, power, place),
            ActorKind::Support => policy.support.may_administer.contains(&power),
            ActorKind::System => false,
        }
    }

    /// Whether the actor has the power anywhere.
    pub fn has_power_somewhere(&self, policy: &Policy, power: Power) -> bool {
        self.has_power(policy, power, Place::Organisation)
            || self
                .assignments
                .iter()
                .any(|a| self.has_power(policy, power, a.place()))
    }

    pub fn resources_at(&self, site: SiteId) -> Resources {
        match self.kind {
            ActorKind::Operator => Resources::All,
            ActorKind::Member | ActorKind::Support | ActorKind::System => resources_at(&self.assignments, site),
        }
    }

    /// Whether the actor may see somebody: themselves, and whoever holds something where the actor administers users; who
    /// does so in the whole organisation sees everybody.
    pub fn sees_user(&self, policy: &Policy, user: &User) -> bool {
        user.id == self.user
            || self.has_power(policy, Power::Users, Place::Organisation)
            || user
                .assignments
                .iter()
                .any(|held| self.has_power(policy, Power::Users, held.place()))
    }

    /// Whether the actor learns that the role exists: everyone does, or those who hold all that it gives (M9).
    pub fn sees_role(&self, policy: &Policy, role: &Role) -> bool {
        match role.visible_to {
            Visibility::Everyone => true,
            Visibility::Holders => {
                let held = self.rights_at(policy, Place::Organisation);
                Rights::of_role(policy, role).without(&held).is_empty()
            }
        }
    }
}

impl Facts {
    /// The same facts without what the actor may not see: roles hidden from them, and who holds those (M9).
    #[must_use]
    pub fn for_reader(mut self) -> Self {
        let hidden: Vec<RoleId> = self
            .policy
            .roles
            .iter()
            .filter(|role| !self.actor.sees_role(&self.policy, role))
            .map(|role| role.id.clone())
            .collect();
        if hidden.is_empty() {
            return self;
        }
        let mut policy = Policy::clone(&self.policy);
        policy.roles.retain(|role| !hidden.contains(&role.id));
        // What only those roles give would tell of them.
        let roles = std::mem::take(&mut policy.roles);
        policy
            .permissions
            .retain(|permission| roles.iter().any(|role| role.permits(&permission.id)));
        let permissions = std::mem::take(&mut policy.permissions);
        policy
            .modules
            .retain(|module| permissions.iter().any(|permission| permission.module == module.id));
        (policy.roles, policy.permissions) = (roles, permissions);
        policy.forget_names_of_what_is_gone();
        if let Some(subject) = &mut self.subject {
            subject
                .assignments
                .retain(|assignment| !hidden.contains(&assignment.role));
        }
        if let Some(count) = &mut self.headcount {
            count.holders.retain(|holders| !hidden.contains(&holders.role));
        }
        self.policy = std::sync::Arc::new(policy);
        self.reduced = true;
        self
    }
}

/// The roles that say what a person is, in the order of their assignments.
pub(crate) fn main_roles<'a>(
    policy: &'a Policy,
    assignments: &'a [Assignment],
) -> impl Iterator<Item = (&'a Assignment, &'a Role)> {
    assignments.iter().filter_map(|assignment| {
        policy
            .role(&assignment.role)
            .filter(|role| role.kind == RoleKind::Main)
            .map(|role| (assignment, role))
    })
}

/// The roles that are held anywhere, each once, in the order of their assignments.
pub fn distinct_roles<'a>(policy: &'a Policy, assignments: &[Assignment]) -> Vec<&'a Role> {
    let mut ids: Vec<&RoleId> = Vec::new();
    for assignment in assignments {
        if !ids.contains(&&assignment.role) {
            ids.push(&assignment.role);
        }
    }
    ids.into_iter().filter_map(|id| policy.role(id)).collect()
}

/// The main roles that are held anywhere, each once.
pub(crate) fn distinct_main_roles<'a>(policy: &'a Policy, assignments: &[Assignment]) -> Vec<&'a Role> {
    let mut roles = distinct_roles(policy, assignments);
    roles.retain(|role| role.kind == RoleKind::Main);
    roles
}
