//! Short ways to say what scenarios send. Names stand for ids, as in the cases.

use shared::Edit;
use shared::access::{Assignment, Resources, Scope};
use shared::edit::AccessPatch;
use shared::ids::{CaseId, OrganisationId, ResourceId, SiteId, UserId};
use shared::user::{ProfileField, ProfileText};
use uuid::Uuid;

use crate::cases::{self, World};

pub fn user(name: &str) -> UserId {
    UserId(cases::id(name))
}

pub fn site(name: &str) -> SiteId {
    SiteId(cases::id(name))
}

pub fn resource(name: &str) -> ResourceId {
    ResourceId(cases::id(name))
}

/// The address of a person of the cases.
pub fn email(name: &str) -> String {
    format!("{name}@riverside.example")
}

/// Assignments to make, as cases write them: `manager at elm`.
pub fn grant(assignments: &[&str]) -> AccessPatch {
    AccessPatch {
        grant: assignments.iter().map(|text| cases::assignment(text)).collect(),
        ..AccessPatch::default()
    }
}

/// Assignments to end and to make.
pub fn instead(revoked: &[&str], granted: &[&str]) -> AccessPatch {
    let revoke = revoked.iter().map(|text| cases::assignment(text).holding()).collect();
    AccessPatch {
        revoke,
        ..grant(granted)
    }
}

pub fn profile(texts: &[(ProfileField, &str)]) -> ProfileText {
    texts.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

/// A change of access only.
pub fn change(name: &str, access: AccessPatch) -> Edit {
    Edit::Change {
        user: user(name),
        profile: ProfileText::new(),
        access,
    }
}

/// A change of profile only.
pub fn retype(name: &str, texts: &[(ProfileField, &str)]) -> Edit {
    Edit::Change {
        user: user(name),
        profile: profile(texts),
        access: AccessPatch::default(),
    }
}

/// An invitation to an organisation whose profiles have one name field and a primary site.
pub fn invite(name: &str, shown: &str, role: &str, primary: &str) -> Edit {
    Edit::Invite {
        user: user(name),
        profile: profile(&[(ProfileField::Name, shown), (ProfileField::LoginEmail, &email(name))]),
        access: AccessPatch {
            primary_site: Some(site(primary)),
            ..grant(&[role])
        },
    }
}

/// The same organisation once more: other ids, other addresses, another name.
pub fn another(world: &World) -> World {
    let other = |id: Uuid| Uuid::from_u128(id.as_u128() ^ 0x5a5a_5a5a_5a5a);
    let other_assignment = |held: &Assignment| Assignment {
        role: held.role.clone(),
        scope: match &held.scope {
            Scope::Organisation => Scope::Organisation,
            Scope::Site { site, resources } => Scope::Site {
                site: SiteId(other(site.0)),
                resources: match resources {
                    Resources::All => Resources::All,
                    Resources::Only(chosen) => {
                        Resources::Only(chosen.iter().map(|id| ResourceId(other(id.0))).collect())
                    }
                },
            },
        },
    };
    let mut world = world.clone();
    world.organisation.id = OrganisationId(other(world.organisation.id.0));
    world.organisation.name.push_str(" of others");
    for site in &mut world.organisation.sites {
        site.id = SiteId(other(site.id.0));
    }
    for resource in &mut world.organisation.resources {
        resource.id = ResourceId(other(resource.id.0));
        resource.site = resource.site.map(|site| SiteId(other(site.0)));
    }
    for user in &mut world.users {
        user.id = UserId(other(user.id.0));
        user.profile.login_email = user.profile.login_email.replace("riverside", "lakeview");
        user.assignments = user.assignments.iter().map(other_assignment).collect();
        user.primary_site = user.primary_site.map(|site| SiteId(other(site.0)));
        user.memberships = user.memberships.iter().map(|id| ResourceId(other(id.0))).collect();
    }
    for case in &mut world.cases {
        case.id = CaseId(other(case.id.0));
        case.person.user = UserId(other(case.person.user.0));
        case.opened_by.user = UserId(other(case.opened_by.user.0));
    }
    world.emails_elsewhere.clear();
    world.emails_retired.clear();
    world
}
