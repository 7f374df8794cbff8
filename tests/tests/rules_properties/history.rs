//! Random histories: an organisation that begins with one administrator, and steps of which each is an edit that somebody
//! asks for (and that is carried out when it is allowed) or something that happens besides.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;
use scenarios::cases::{self, World};
use shared::access::{Assignment, Place, Resources, Scope};
use shared::edit::WhichSessions;
use shared::effective::{has_power, is_administrator};
use shared::facts::{Actor, ActorKind};
use shared::form::UserForm;
use shared::ids::{CaseId, OrganisationId, ResourceId, Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::organisation::{Organisation, Resource, Site};
use shared::policy::{Level, Permissions, Policy, Power, Role, RoleKind, preset};
use shared::user::{Profile, ProfileField, ProfileText, User};
use shared::verdict::Change;
use shared::{AccessPatch, Edit, Facts, Outcome, Verdict, decide};

/// The presets, and the policy of the cases about every policy.
static POLICIES: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
    let own = cases::sources().find(|source| source.name == "every");
    let own = own.and_then(|source| source.read().into_iter().next());
    let presets = preset::all().iter().map(|preset| Arc::new(preset.policy()));
    presets.chain(own.map(|case| Arc::clone(&case.world.policy))).collect()
});

pub(crate) fn policy() -> impl Strategy<Value = usize> {
    0..POLICIES.len()
}

/// Numbers that pick what an edit is about; taken modulo what there is.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    kind: u8,
    actor: u8,
    user: u8,
    roles: Vec<(u8, u8, u8)>,
    revoked: Vec<(u8, u8)>,
    site: u8,
    resource: u8,
    texts: Vec<(u8, u8)>,
    bits: u16,
}

prop_compose! {
    fn step()(
        kind in any::<u8>(),
        actor in any::<u8>(),
        user in any::<u8>(),
        roles in vec(any::<(u8, u8, u8)>(), 0..3),
        revoked in vec(any::<(u8, u8)>(), 0..3),
        site in any::<u8>(),
        resource in any::<u8>(),
        texts in vec(any::<(u8, u8)>(), 0..3),
        bits in any::<u16>(),
    ) -> Step {
        Step { kind, actor, user, roles, revoked, site, resource, texts, bits }
    }
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..20)
}

/// One edit that was asked for.
pub(crate) struct Moment {
    pub(crate) world: World,
    pub(crate) actor: Actor,
    pub(crate) edit: Edit,
    pub(crate) facts: Facts,
    pub(crate) verdict: Verdict,
    /// The organisation afterwards, when everything was confirmed; as before when it was refused.
    pub(crate) after: World,
}

impl Moment {
    pub(crate) fn accepted(&self) -> bool {
        self.verdict.outcome(&self.verdict.confirmations) == Outcome::Allowed
    }
}

/// Plays a history and asks the law at every edit.
pub(crate) fn play(
    policy: usize,
    steps: &[Step],
    law: impl Fn(&Moment) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut world = beginning(Arc::clone(POLICIES.get(policy).expect("there are so many policies")));
    for (number, step) in steps.iter().enumerate() {
        if happens(&mut world, step) {
            continue;
        }
        let actor = actor(&world, step);
        let edit = edit(&world, step, number);
        let facts = world.facts(actor.clone(), &edit);
        let verdict = decide(&facts, &edit);
        let mut after = world.clone();
        if verdict.outcome(&verdict.confirmations) == Outcome::Allowed {
            carry_out(&mut after, &edit, &verdict);
        }
        let moment = Moment {
            world,
            actor,
            edit,
            facts,
            verdict,
            after,
        };
        law(&moment)?;
        world = moment.after;
    }
    Ok(())
}

fn name(prefix: &str, number: usize) -> String {
    format!("{prefix}{number}")
}

fn user_id(number: usize) -> UserId {
    UserId(cases::id(&name("person", number)))
}

fn beginning(policy: Arc<Policy>) -> World {
    let products: Vec<_> = policy.products.iter().map(|product| product.id.clone()).collect();
    let sites = (0..4).map(|number| Site {
        id: SiteId(cases::id(&name("site", number))),
        name: name("Site ", number),
        archived: number == 3,
        products: products.iter().skip(number).cloned().collect(),
    });
    let sites: Vec<Site> = sites.collect();
    let resources = policy.resource_kinds.iter().flat_map(|kind| {
        let places: Vec<Option<SiteId>> = match kind.level {
            Level::Organisation => vec![None, None],
            Level::Site => sites.iter().flat_map(|site| [Some(site.id), Some(site.id)]).collect(),
        };
        let resource = move |(number, site)| Resource {
            id: ResourceId(cases::id(&name(kind.id.as_str(), number))),
            kind: kind.id.clone(),
            site,
            name: name("Resource ", number),
            archived: number == 5,
        };
        places.into_iter().enumerate().map(resource).collect::<Vec<_>>()
    });
    let resources = resources.collect();
    let administrator = whole(&policy, Power::Users);
    let mut world = World {
        preset: None,
        organisation: Organisation {
            id: OrganisationId(cases::id("random")),
            name: "Random".to_owned(),
            sites,
            resources,
        },
        users: Vec::new(),
        cases: Vec::new(),
        emails_elsewhere: BTreeSet::from(["taken@elsewhere.example".to_owned()]),
        emails_retired: BTreeSet::from(["retired@here.example".to_owned()]),
        now: Timestamp(1_772_000_000_000),
        policy,
    };
    world.users.push(person(&world, 0, vec![administrator.clone()]));
    // One for each other role, as it would be given: so that there is someone to ask and someone to ask about. A second
    // administrator comes, if at all, by an edit.
    let roles = world.policy.roles.clone();
    for (number, role) in roles
        .iter()
        .enumerate()
        .filter(|(_, role)| role.id != administrator.role)
    {
        let mut held = vec![given(&world, role, number % 3, 1)];
        if role.kind == RoleKind::Additional {
            let main = roles
                .iter()
                .find(|other| other.kind == RoleKind::Main && other.scope == Level::Organisation);
            held.extend(main.map(|main| given(&world, main, 0, 1)));
        } else if role.scope == Level::Site && number % 2 == 0 {
            held.push(given(&world, role, (number + 1) % 3, 2));
        }
        world.users.push(person(&world, number + 1, held));
    }
    world
}

fn whole(policy: &Policy, power: Power) -> Assignment {
    let role = policy
        .roles
        .iter()
        .find(|role| role.scope == Level::Organisation && role.administers.contains(&power))
        .expect("every policy has someone who administers users");
    Assignment {
        role: role.id.clone(),
        scope: Scope::Organisation,
    }
}

fn given(world: &World, role: &Role, site: usize, bits: u8) -> Assignment {
    let place = match role.scope {
        Level::Organisation => None,
        Level::Site => world.organisation.sites.get(site).map(|site| site.id),
    };
    assignment(world, &role.id, place, bits)
}

/// The role at the place, with the resources that the bits choose.
fn assignment(world: &World, role: &RoleId, site: Option<SiteId>, bits: u8) -> Assignment {
    let scope = match site {
        None => Scope::Organisation,
        Some(site) if bits & 0x80 != 0 => Scope::whole_site(site),
        Some(site) => {
            let there = world
                .organisation
                .resources
                .iter()
                .filter(|resource| resource.site == Some(site));
            let chosen = there.enumerate().filter(|(number, _)| bits >> (number % 7) & 1 == 1);
            let chosen: BTreeSet<ResourceId> = chosen.map(|(_, resource)| resource.id).collect();
            let all = world
                .policy
                .role(role)
                .is_none_or(|role| role.resources == Default::default());
            let resources = if all { Resources::All } else { Resources::Only(chosen) };
            Scope::Site { site, resources }
        }
    };
    Assignment {
        role: role.clone(),
        scope,
    }
}

fn person(world: &World, number: usize, mut assignments: Vec<Assignment>) -> User {
    assignments.sort();
    let primary = assignments.iter().find_map(|held| held.place().site());
    let sites = &world.organisation.sites;
    let primary_site = primary.or_else(|| sites.first().map(|site| site.id));
    User {
        id: user_id(number),
        revision: Revision(1),
        profile: Profile {
            name: "Some One".to_owned(),
            first_name: "Some".to_owned(),
            last_name: "One".to_owned(),
            login_email: format!("person{number}@here.example"),
            ..Profile::default()
        },
        status: Status::Active,
        locked: None,
        assignments,
        primary_site: primary_site.filter(|_| world.policy.assignment.primary_site != Default::default()),
        memberships: BTreeSet::new(),
        products: BTreeSet::new(),
        deactivated_at: None,
    }
}

/// What is nobody's edit: an invited person signs in for the first time, or signs in wrongly too often.
fn happens(world: &mut World, step: &Step) -> bool {
    let count = world.users.len();
    let alone = world.administrators_beside(
        world
            .users
            .get(usize::from(step.user) % count.max(1))
            .map(|user| user.id),
    ) == 0;
    let (now, policy) = (world.now, Arc::clone(&world.policy));
    let Some(user) = world.users.get_mut(usize::from(step.user) % count.max(1)) else {
        return false;
    };
    match step.kind % 20 {
        0 if user.status == Status::Invited => user.status = Status::Active,
        1 if !(alone && is_administrator(&policy, user)) => {
            user.locked = Some(Lock {
                since: now,
                cause: LockCause::FailedSignIns,
            });
        }
        _ => return false,
    }
    true
}

fn actor(world: &World, step: &Step) -> Actor {
    let special = |kind| Actor {
        user: UserId(cases::id("somebody else")),
        kind,
        status: Status::Active,
        locked: false,
        assignments: Vec::new(),
        email_domain: String::new(),
        embedded: None,
    };
    match step.actor {
        0..8 => special(ActorKind::Operator),
        8..12 => special(ActorKind::Support),
        // Half of the others ask as someone who administers users somewhere: only they get far.
        number => {
            let may = |user: &&User| {
                let at = |place| has_power(&world.policy, &user.assignments, Power::Users, place);
                at(Place::Organisation) || user.places().into_iter().any(at)
            };
            let powerful: Vec<&User> = world.users.iter().filter(may).collect();
            let all: Vec<&User> = world.users.iter().collect();
            let among = if number % 2 == 0 && !powerful.is_empty() {
                powerful
            } else {
                all
            };
            let user = among.get(usize::from(number / 2) % among.len().max(1));
            user.and_then(|user| world.actor(user.id))
                .unwrap_or_else(|| special(ActorKind::Support))
        }
    }
}

fn edit(world: &World, step: &Step, number: usize) -> Edit {
    let known = world.users.get(usize::from(step.user) % (world.users.len() + 1));
    let user = known.map_or_else(|| UserId(cases::id("nobody")), |user| user.id);
    let site = site(world, step.site).unwrap_or_else(|| SiteId(cases::id("nowhere")));
    let resource = resource(world, step.resource);
    let product = || {
        world
            .policy
            .products
            .iter()
            .enumerate()
            .filter(|(at, _)| step.bits >> at & 1 == 1)
    };
    let permissions = |shift: usize| -> BTreeSet<_> {
        let all = world.policy.permissions.iter().enumerate();
        all.filter(|(at, _)| step.bits.rotate_right(shift as u32) >> (at % 16) & 1 == 1)
            .map(|(_, permission)| permission.id.clone())
            .take(3)
            .collect()
    };
    let new_name = || (*pick(&["Site 1", "site 2", "New", "", "Resource 0", "Another"], step.resource)).to_owned();
    match step.kind % 42 {
        0..14 => Edit::Change {
            user,
            profile: typed(step),
            access: access(world, step, known),
        },
        14..19 => Edit::Invite {
            user: user_id(100 + number),
            profile: invited(world, step, number),
            access: access(world, step, None),
        },
        19..25 => known.map_or(Edit::Delete { user }, |user| by_clicks(world, step, user)),
        25 => Edit::ResendInvitation { user },
        26 => Edit::WithdrawInvitation { user },
        27 => Edit::Deactivate { user },
        28 => Edit::Activate { user },
        29 => Edit::Delete { user },
        30 => Edit::Lock { user },
        31 => Edit::Unlock { user },
        32 if step.bits & 1 == 1 => Edit::EndSessions {
            user,
            which: WhichSessions::All,
        },
        32 => Edit::SetTemporaryPassword { user },
        33 => Edit::AddProducts {
            user,
            products: product().map(|(_, product)| product.id.clone()).collect(),
        },
        34 if step.bits & 1 == 1 => Edit::CloseCase {
            user,
            case: world.cases.first().map_or(CaseId(cases::id("nothing")), |case| case.id),
            note: new_name(),
        },
        34 => Edit::OpenCase {
            user,
            product: product()
                .next()
                .map_or_else(|| "none".into(), |(_, product)| product.id.clone()),
        },
        35 => Edit::SetRolePermissions {
            role: role(world, step.resource),
            grant: permissions(0),
            revoke: permissions(7),
        },
        36 => Edit::CreateSite {
            site: SiteId(cases::id(&name("made", number))),
            name: new_name(),
        },
        37 => Edit::ArchiveSite { site },
        38 => Edit::ArchiveResource { resource },
        39 | 40 => Edit::Recreate {
            user,
            successor: user_id(100 + number),
            profile: if step.bits.is_multiple_of(4) {
                typed(step)
            } else {
                ProfileText::new()
            },
            access: access(world, step, None),
        },
        _ => Edit::RenameResource {
            resource,
            name: new_name(),
        },
    }
}

fn site(world: &World, number: u8) -> Option<SiteId> {
    let sites = &world.organisation.sites;
    sites.get(usize::from(number) % (sites.len() + 1)).map(|site| site.id)
}

fn resource(world: &World, number: u8) -> ResourceId {
    let all = &world.organisation.resources;
    let found = all.get(usize::from(number) % (all.len() + 1));
    found.map_or_else(|| ResourceId(cases::id("nothing")), |resource| resource.id)
}

fn role(world: &World, number: u8) -> RoleId {
    let roles = &world.policy.roles;
    let found = roles.get(usize::from(number) % (roles.len() + 1));
    found.map_or_else(|| "nothing".into(), |role| role.id.clone())
}

fn pick<T>(among: &[T], number: u8) -> &T {
    among
        .get(usize::from(number) % among.len())
        .expect("there is something to pick from")
}

const TEXTS: [&str; 12] = [
    "",
    "New Name",
    "new@here.example",
    "TAKEN@elsewhere.example",
    "retired@here.example",
    "no address",
    "1234567893",
    "1234567890",
    "207Q00000X",
    "15",
    "fr",
    "+1 555 010 0001",
];

fn typed(step: &Step) -> ProfileText {
    let text = |(field, text): &(u8, u8)| (*pick(&ProfileField::ALL, *field), (*pick(&TEXTS, *text)).to_owned());
    step.texts
        .iter()
        .filter(|(field, _)| field % 3 != 0)
        .map(text)
        .collect()
}

/// What an invitation needs, mostly.
fn invited(world: &World, step: &Step, number: usize) -> ProfileText {
    let mut profile: ProfileText = world
        .policy
        .fields
        .iter()
        .filter(|rule| rule.need == shared::policy::Need::Required)
        .map(|rule| {
            let text = match rule.id {
                ProfileField::LoginEmail | ProfileField::CommunicationEmail => format!("guest{number}@here.example"),
                ProfileField::Language => "en".to_owned(),
                _ => "Guest".to_owned(),
            };
            (rule.id, text)
        })
        .collect();
    if step.bits.is_multiple_of(4) {
        profile.extend(typed(step));
    }
    profile
}

fn access(world: &World, step: &Step, user: Option<&User>) -> AccessPatch {
    let grant = step.roles.iter().map(|(picked, place, bits)| {
        let role = role(world, *picked);
        let level = world.policy.role(&role).map(|role| role.scope);
        // Mostly where the role belongs.
        let at = match (level, bits % 16) {
            (Some(Level::Organisation), 1..) | (Some(Level::Site), 0) | (None, _) => None,
            _ => site(world, *place),
        };
        assignment(world, &role, at, *bits)
    });
    let held: &[Assignment] = user.map(|user| user.assignments.as_slice()).unwrap_or_default();
    let revoke = step.revoked.iter().map(
        |(picked, place)| match held.get(usize::from(*picked) % held.len().max(1)) {
            Some(held) if place % 8 != 0 => held.holding(),
            _ => assignment(world, &role(world, *picked), site(world, *place), 0).holding(),
        },
    );
    let membership = |bit: u16| (step.bits >> bit & 7 == 0).then(|| resource(world, step.resource));
    AccessPatch {
        grant: grant.collect(),
        revoke: revoke.collect(),
        primary_site: site(world, step.site).filter(|_| step.bits.is_multiple_of(3)),
        join: membership(3).into_iter().collect(),
        leave: membership(6).into_iter().collect(),
    }
}

/// The edit of a form after some clicks: what people do.
fn by_clicks(world: &World, step: &Step, user: &User) -> Edit {
    let mut form = UserForm::of(user);
    for (picked, place, bits) in &step.roles {
        let role = role(world, *picked);
        let at = site(world, *place);
        let place = at.map_or(Place::Organisation, Place::Site);
        form.access = match (bits % 4, at) {
            (0, Some(site)) => form.access.toggle_site(&world.policy, site, &role),
            (1, Some(site)) => form.access.choose_primary(&world.policy, site),
            (2, _) => form.access.toggle_role(&world.policy, &role, place),
            _ => form.access.choose_role(&world.policy, &role, place),
        };
        if let Some(site) = at {
            form.access = form.access.toggle_resource(site, resource(world, *bits));
        }
    }
    form.change_edit(&world.policy, user)
}

/// Carries out what was decided, as a server does.
pub(crate) fn carry_out(world: &mut World, edit: &Edit, verdict: &Verdict) {
    for change in &verdict.changes {
        match change {
            Change::UserCreated { user } => world.users.push(user.clone()),
            Change::UserDeleted { user, profile } => {
                world.users.retain(|other| other.id != *user);
                world.emails_retired.insert(profile.login_email.clone());
            }
            Change::RolePermissionGranted { role, permission } => {
                permit(world, role, |ids| ids.insert(permission.clone()));
            }
            Change::RolePermissionRevoked { role, permission } => permit(world, role, |ids| ids.remove(permission)),
            Change::DeviceEnrolled { .. }
            | Change::DeviceReleased { .. }
            | Change::ApiKeyMade { .. }
            | Change::ApiKeyRevoked { .. }
            | Change::OriginAllowed { .. }
            | Change::OriginRemoved { .. }
            | Change::IdentityProviderSet { .. }
            | Change::IdentityProviderRemoved { .. } => {}
            Change::SiteCreated { site } => world.organisation.sites.push(site.clone()),
            Change::SiteRenamed { site, to, .. } => {
                let found = world.organisation.sites.iter_mut().find(|other| other.id == *site);
                found.into_iter().for_each(|site| site.name.clone_from(to));
            }
            Change::SiteArchived { site } => {
                let found = world.organisation.sites.iter_mut().find(|other| other.id == *site);
                found.into_iter().for_each(|site| site.archived = true);
            }
            Change::ResourceCreated { resource } => world.organisation.resources.push(resource.clone()),
            Change::ResourceRenamed { resource, to, .. } => {
                let found = world
                    .organisation
                    .resources
                    .iter_mut()
                    .find(|other| other.id == *resource);
                found.into_iter().for_each(|resource| resource.name.clone_from(to));
            }
            Change::ResourceArchived { resource } => {
                let found = world
                    .organisation
                    .resources
                    .iter_mut()
                    .find(|other| other.id == *resource);
                found.into_iter().for_each(|resource| resource.archived = true);
            }
            of_user => {
                let found = world.users.iter_mut().find(|user| Some(user.id) == edit.user());
                found.into_iter().for_each(|user| user.apply(of_user));
            }
        }
    }
}

fn permit(world: &mut World, role: &RoleId, change: impl FnOnce(&mut BTreeSet<shared::ids::PermissionId>) -> bool) {
    let policy = Arc::make_mut(&mut world.policy);
    if let Some(Permissions::Only(ids)) = policy
        .roles
        .iter_mut()
        .find(|other| other.id == *role)
        .map(|role| &mut role.permissions)
    {
        change(ids);
    }
}
