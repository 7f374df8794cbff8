//! Large organisations under the presets, and what is known of them when an edit is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::access::{Assignment, Place, Resources, Scope};
use shared::facts::{Actor, ActorKind, Headcount, Holders, Known};
use shared::ids::{OrganisationId, PermissionId, ResourceId, Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::organisation::{Organisation, Resource, Site};
use shared::policy::{Level, Need, Permissions, Policy, Power, RoleResources, preset};
use shared::user::{Profile, ProfileField, ProfileText, User};
use shared::{AccessPatch, Edit, Facts};
use uuid::Uuid;

use super::Example;

pub(super) const PEOPLE: u32 = 10_000;
pub(super) const SITES: u128 = 50;
pub(super) const ROLES: usize = 40;
const RESOURCES_PER_SITE: u128 = 3;
pub(super) const NOW: Timestamp = Timestamp(1_760_000_000_000);

/// The sites that a typical person works at: the first one, one in the middle, the last one.
pub(super) const OWN_SITES: [u128; 3] = [1, 25, 50];

/// A large organisation under one of the presets.
pub(super) struct Clinic {
    policy: Arc<Policy>,
    organisation: Organisation,
}

impl Clinic {
    pub(super) fn new(policy: &str) -> Self {
        let policy = preset::find(policy).expect("a preset of this name").policy();
        let sites = (1..=SITES).map(|number| Site {
            id: site(number),
            name: format!("Site {number:03}"),
            archived: false,
            products: policy.products.iter().map(|product| product.id.clone()).collect(),
        });
        let kind = policy.site_resource_kind().map(|kind| kind.id.clone());
        let resources = (1..=SITES).flat_map(|at| (1..=RESOURCES_PER_SITE).map(move |number| (at, number)));
        let resources = resources.filter_map(|(at, number)| {
            Some(Resource {
                id: resource(at, number),
                kind: kind.clone()?,
                site: Some(site(at)),
                name: format!("Resource {number} of site {at:03}"),
                archived: false,
            })
        });
        let organisation = Organisation {
            id: OrganisationId(id(1, 1)),
            name: "Large".to_owned(),
            sites: sites.collect(),
            resources: resources.collect(),
        };
        Self {
            policy: Arc::new(with_roles(policy)),
            organisation,
        }
    }

    pub(super) fn about(&self, name: &'static str, subject: Option<User>, edit: Edit) -> Example {
        let chief = self.policy.roles.iter().find(|role| {
            role.scope == Level::Organisation
                && [Power::Users, Power::Roles, Power::Sites]
                    .iter()
                    .all(|power| role.administers.contains(power))
        });
        let chief = chief.expect("somebody administers everything");
        let facts = Facts {
            devices: Vec::new(),
            embedding: Default::default(),
            provider: Default::default(),
            now: NOW,
            policy: Arc::clone(&self.policy),
            organisation: self.organisation.clone(),
            actor: Actor {
                user: UserId(id(2, 1)),
                kind: ActorKind::Member,
                status: Status::Active,
                locked: false,
                assignments: vec![Assignment::new(chief.id.clone(), Scope::Organisation)],
                email_domain: "clinic.example".to_owned(),
                embedded: None,
            },
            subject,
            cases: Vec::new(),
            second_factors: Vec::new(),
            login_emails: BTreeMap::new(),
            other_administrators: Known::Known(PEOPLE / 1_000),
            headcount: None,
            proposed: None,
            reduced: false,
        };
        Example { name, facts, edit }
    }

    /// Someone with this role at three sites.
    pub(super) fn person(&self, role: &str, status: Status) -> User {
        self.holder(self.held_at_three_sites(role), status)
    }

    /// Someone with the first role that does not administer.
    pub(super) fn anyone(&self) -> User {
        let role = self.policy.roles.iter().find(|role| role.administers.is_empty());
        let role = role.expect("not everybody administers");
        match role.scope {
            Level::Site => self.person(role.id.as_str(), Status::Active),
            Level::Organisation => {
                let held = Assignment::new(role.id.clone(), Scope::Organisation);
                self.holder(vec![held], Status::Active)
            }
        }
    }

    fn holder(&self, mut assignments: Vec<Assignment>, status: Status) -> User {
        assignments.sort();
        let mut profile = Profile {
            login_email: "jordan.lee@clinic.example".to_owned(),
            ..Profile::default()
        };
        if self.policy.field(ProfileField::Name).is_some() {
            profile.name = "Jordan Lee".to_owned();
        } else {
            (profile.first_name, profile.last_name) = ("Jordan".to_owned(), "Lee".to_owned());
        }
        User {
            id: UserId(id(2, 2)),
            revision: Revision(7),
            profile,
            status,
            locked: None,
            assignments,
            primary_site: (self.policy.assignment.primary_site != Need::Unused).then(|| site(1)),
            memberships: BTreeSet::new(),
            products: BTreeSet::new(),
            deactivated_at: (status == Status::Inactive).then_some(NOW),
        }
    }

    pub(super) fn held_at_three_sites(&self, role: &str) -> Vec<Assignment> {
        OWN_SITES.iter().map(|at| self.held(role, *at)).collect()
    }

    fn held(&self, role: &str, at: u128) -> Assignment {
        let role = self.policy.role(&RoleId::from(role)).expect("a role of the policy");
        let resources = match role.resources {
            RoleResources::All => Resources::All,
            RoleResources::AtLeast(_) => Resources::Only([1, 2].map(|number| resource(at, number)).into()),
        };
        Assignment::new(
            role.id.clone(),
            Scope::Site {
                site: site(at),
                resources,
            },
        )
    }

    /// A role, known or not, with everything at a site.
    pub(super) fn whole_site(role: &str, at: u128) -> Assignment {
        Assignment::new(RoleId::from(role), Scope::whole_site(site(at)))
    }

    /// One role given up and another one taken at these sites.
    pub(super) fn instead(&self, old: &str, new: &str, sites: &[u128]) -> AccessPatch {
        AccessPatch {
            grant: sites.iter().map(|at| self.held(new, *at)).collect(),
            revoke: sites.iter().map(|at| self.held(old, *at).holding()).collect(),
            ..AccessPatch::default()
        }
    }
}

/// The policy with copies of a role added until it has so many.
fn with_roles(mut policy: Policy) -> Policy {
    let permissions: Vec<PermissionId> = policy.permissions.iter().map(|one| one.id.clone()).collect();
    let pattern = policy.roles.iter().find(|role| role.administers.is_empty()).cloned();
    let pattern = pattern.expect("not everybody administers");
    for number in policy.roles.len()..ROLES {
        let mut role = pattern.clone();
        role.id = RoleId(format!("role_{number}"));
        role.name = format!("Role {number}");
        let permitted = permissions.iter().enumerate().filter(|(at, _)| (at + number) % 3 != 0);
        role.permissions = Permissions::Only(permitted.map(|(_, id)| id.clone()).collect());
        policy.roles.push(role);
    }
    policy
}

/// As many holders of a role at every site.
pub(super) fn holders(role: &str) -> Headcount {
    let at = |number| Holders {
        role: RoleId::from(role),
        place: Place::Site(site(number)),
        people: PEOPLE / 100,
    };
    Headcount {
        holders: (1..=SITES).map(at).collect(),
        people: PEOPLE / 4,
        ..Headcount::default()
    }
}

pub(super) fn texts_of(texts: &[(ProfileField, &str)]) -> ProfileText {
    texts.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

pub(super) fn site(number: u128) -> SiteId {
    SiteId(id(3, number))
}

pub(super) fn resource(site: u128, number: u128) -> ResourceId {
    ResourceId(id(4, site * 1_000 + number))
}

/// Ids as the server makes them: alike at the front, where their time stands.
fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128(0x0199_c1d0_0000_7000_8000_0000_0000_0000 | (kind << 48) | number)
}
