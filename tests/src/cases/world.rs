//! A whole organisation in memory, and the facts that a server that holds it loads for an edit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::access::{Assignment, Place, Resources, Scope, SiteTie};
use shared::effective::is_administrator;
use shared::facts::{Actor, ActorKind, EmailUse, Headcount, Holders, Known};
use shared::ids::{ResourceId, RoleId, SiteId, Timestamp, UserId};
use shared::licence::SupportCase;
use shared::organisation::Organisation;
use shared::policy::Policy;
use shared::user::{ProfileField, User};
use shared::{Edit, Facts};

/// An organisation with everyone in it.
#[derive(Clone, PartialEq)]
pub struct World {
    /// The preset that the policy comes from.
    pub preset: Option<String>,
    pub policy: Arc<Policy>,
    pub organisation: Organisation,
    pub users: Vec<User>,
    /// Support cases, newest first.
    pub cases: Vec<SupportCase>,
    /// Login e-mails of accounts in other organisations.
    pub emails_elsewhere: BTreeSet<String>,
    /// Login e-mails that accounts once had.
    pub emails_retired: BTreeSet<String>,
    pub now: Timestamp,
}

impl World {
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// A user as the one who asks.
    pub fn actor(&self, id: UserId) -> Option<Actor> {
        let user = self.user(id)?;
        let domain = user
            .profile
            .login_email
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain);
        Some(Actor {
            user: user.id,
            kind: ActorKind::Member,
            status: user.status,
            locked: user.locked.is_some_and(shared::lifecycle::Lock::shuts_out),
            assignments: user.assignments.clone(),
            email_domain: domain.to_owned(),
            embedded: None,
        })
    }

    /// Everything that a decision on this edit may look at.
    pub fn facts(&self, actor: Actor, edit: &Edit) -> Facts {
        let subject = edit.user().and_then(|id| self.user(id)).cloned();
        Facts {
            devices: Vec::new(),
            provider: Default::default(),
            embedding: Default::default(),
            now: self.now,
            policy: Arc::clone(&self.policy),
            organisation: self.organisation.clone(),
            second_factors: Vec::new(),
            login_emails: self.login_emails(edit),
            other_administrators: Known::Known(self.administrators_beside(edit.user())),
            headcount: self.headcount(edit),
            proposed: None,
            reduced: false,
            actor,
            cases: self.cases_about(subject.as_ref()),
            subject,
        }
    }

    fn cases_about(&self, subject: Option<&User>) -> Vec<SupportCase> {
        let about = |case: &&SupportCase| subject.is_some_and(|user| case.person.user == user.id);
        self.cases.iter().filter(about).cloned().collect()
    }

    /// The same as the browser of the one who asks gets them: what is out of reach or hidden from them left out.
    pub fn facts_for_reader(&self, actor: Actor, edit: &Edit) -> Facts {
        let mut facts = self.facts(actor, edit);
        facts.organisation = self.within_reach(&facts.actor, facts.subject.as_ref());
        facts.for_reader()
    }

    /// The sites that the actor or the subject reaches; all of them for whoever holds something in the organisation.
    fn within_reach(&self, actor: &Actor, subject: Option<&User>) -> Organisation {
        let held = || {
            actor
                .assignments
                .iter()
                .chain(subject.iter().flat_map(|user| &user.assignments))
        };
        let everywhere =
            actor.kind != ActorKind::Member || actor.assignments.iter().any(|held| held.scope == Scope::Organisation);
        let reached = |site: SiteId| {
            everywhere
                || held().any(|assignment| assignment.place() == Place::Site(site))
                || subject.is_some_and(|user| user.primary_site == Some(site))
        };
        let mut organisation = self.organisation.clone();
        organisation.sites.retain(|site| reached(site.id));
        organisation
            .resources
            .retain(|resource| resource.site.is_none_or(&reached));
        organisation
    }

    fn login_emails(&self, edit: &Edit) -> BTreeMap<String, EmailUse> {
        let Some(typed) = edit
            .parts()
            .and_then(|(profile, _)| profile.get(&ProfileField::LoginEmail))
        else {
            return BTreeMap::new();
        };
        let email = typed.trim().to_lowercase();
        // Whom an invitation would make has no address yet, whoever else has the id.
        let owner = edit.user().filter(|_| !matches!(edit, Edit::Invite { .. }));
        let others = self.users.iter().filter(|user| Some(user.id) != owner);
        let found =
            if self.emails_elsewhere.contains(&email) || others.clone().any(|user| user.profile.login_email == email) {
                EmailUse::Taken
            } else if self.emails_retired.contains(&email) {
                EmailUse::Retired
            } else {
                EmailUse::Free
            };
        BTreeMap::from([(email, found)])
    }

    /// How many administer users in the whole organisation and can sign in, the user of the edit aside (X5).
    pub fn administrators_beside(&self, user: Option<UserId>) -> u32 {
        let others = self.users.iter().filter(|other| Some(other.id) != user);
        count(others.filter(|other| is_administrator(&self.policy, other)))
    }

    fn headcount(&self, edit: &Edit) -> Option<Headcount> {
        match edit {
            Edit::SetRolePermissions { role, .. } => Some(self.holders_of(role)),
            Edit::ArchiveSite { site } => Some(self.people_at(*site)),
            Edit::ArchiveResource { resource } => Some(self.people_with(*resource)),
            _ => None,
        }
    }

    fn holders_of(&self, role: &RoleId) -> Headcount {
        let holds = |user: &&User| user.assignments.iter().any(|held| held.role == *role);
        let mut at: BTreeMap<Place, u32> = BTreeMap::new();
        for held in self.users.iter().flat_map(|user| &user.assignments) {
            if held.role == *role {
                *at.entry(held.place()).or_default() += 1;
            }
        }
        Headcount {
            holders: at
                .into_iter()
                .map(|(place, people)| Holders {
                    role: role.clone(),
                    place,
                    people,
                })
                .collect(),
            people: count(self.users.iter().filter(holds)),
            ..Headcount::default()
        }
    }

    fn people_at(&self, site: SiteId) -> Headcount {
        let here = |held: &Assignment| held.place() == Place::Site(site);
        let there = || self.users.iter().filter(|user| user.assignments.iter().any(here));
        let mut holders: BTreeMap<RoleId, u32> = BTreeMap::new();
        for held in self
            .users
            .iter()
            .flat_map(|user| &user.assignments)
            .filter(|held| here(held))
        {
            *holders.entry(held.role.clone()).or_default() += 1;
        }
        let place = Place::Site(site);
        let bound = |tie: SiteTie| {
            let users = self.users.iter();
            count(users.filter(|user| tie.binds(site, &user.assignments, user.primary_site)))
        };
        Headcount {
            holders: holders
                .into_iter()
                .map(|(role, people)| Holders { role, place, people })
                .collect(),
            people: count(there()),
            primary_here: bound(SiteTie::Primary),
            only_here: bound(SiteTie::Only),
            ..Headcount::default()
        }
    }

    fn people_with(&self, resource: ResourceId) -> Headcount {
        let only_this = Resources::Only(BTreeSet::from([resource]));
        let left_without = |user: &&User| user.assignments.iter().any(|held| *held.scope.resources() == only_this);
        let reaches = |held: &Assignment| match held.scope.resources() {
            Resources::Only(chosen) => chosen.contains(&resource),
            Resources::All => false,
        };
        let has = |user: &&User| user.memberships.contains(&resource) || user.assignments.iter().any(reaches);
        Headcount {
            people: count(self.users.iter().filter(has)),
            left_without: count(self.users.iter().filter(left_without)),
            ..Headcount::default()
        }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
