//! Makes one demonstration organisation by edits, in the order in which they would have happened.

use std::collections::BTreeMap;

use diesel::prelude::*;
use shared::acceptance;
use shared::access::{Assignment, Resources, Scope};
use shared::edit::{AccessPatch, Edit};
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, ResourceId, Revision, SiteId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::organisation::{Resource, Site};
use shared::policy::{Level, Need, Policy, RoleResources, preset};
use shared::user::{ProfileField, ProfileText};
use shared::verdict::Outcome;
use shared::wire::Proposal;
use uuid::Uuid;

use super::data::{Demo, Person, What};
use super::others::{Episode, Event};
use super::{DemoError, id_of, organisation_id, user_id};
use crate::accounts::lockout;
use crate::accounts::sessions::Device;
use crate::edits::{self, Context, EditError, Mode, Password};
use crate::facts::Asker;
use crate::store::schema::users;
use crate::store::{self, Conn, StoreError};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Whence the people of a demonstration act (RFC 5737).
const ORIGIN: &str = "203.0.113.7";

/// Whence wrong passwords came, by what, and how long after each other.
const ORIGIN_OF_GUESSES: &str = "198.51.100.23";
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0";
const BETWEEN_GUESSES: i64 = 25_000;

struct Maker<'a> {
    demo: &'a Demo,
    policy: Policy,
    organisation: OrganisationId,
    hash: &'a str,
    now: Timestamp,
}

enum Step<'a> {
    Invite(&'a Person),
    Accept(&'a Person),
    Deactivate(&'a Person),
    Activate(&'a Person),
    Lock(&'a Person),
    /// Somebody types wrong passwords for them until the account locks by itself (T14).
    LockOut(&'a Person),
    /// Everything they held is taken away (T6).
    Clear(&'a Person),
    Unlock(&'a Person),
    /// What is in the person's past, and whoever they are after it.
    Happen(&'a Event, &'a Person),
    Edit(&'a str, &'a What),
}

pub(super) fn organisation(conn: &mut Conn, demo: &Demo, hash: &str, now: Timestamp) -> Result<(), DemoError> {
    let preset = preset::find(&demo.preset).ok_or_else(|| DemoError::Data(format!("no preset {}", demo.preset)))?;
    let maker = Maker {
        demo,
        policy: preset.policy(),
        organisation: organisation_id(&demo.name),
        hash,
        now,
    };
    let oldest = demo
        .people
        .iter()
        .map(|person| person.invited)
        .max()
        .unwrap_or_default();
    let begun = maker.ago(oldest, -HOUR);
    store::create_organisation(conn, maker.organisation, &demo.name, &maker.policy, begun)?;
    maker.places(conn, begun)?;
    let mut steps = maker.steps();
    // Stable: what happens at the same time keeps its order.
    steps.sort_by_key(|(at, _)| *at);
    for (at, step) in steps {
        maker.take(conn, at, &step)?;
    }
    for person in &demo.people {
        if let Some(days) = person.seen {
            let seen = maker.ago(days, -HOUR);
            diesel::update(users::table.find(user_id(&person.email).to_string()))
                .set(users::last_seen_at.eq(seen.0))
                .execute(conn)
                .map_err(StoreError::from)?;
        }
    }
    Ok(())
}

impl Maker<'_> {
    fn ago(&self, days: u32, more: i64) -> Timestamp {
        Timestamp((self.now.0 - i64::from(days) * DAY + more).min(self.now.0))
    }

    /// When something happened to the person: in working hours, on a working day, unless their file says the day.
    fn moment(&self, person: &Person, days: u32, more: i64) -> Timestamp {
        let Some(minute) = person.minute else {
            return self.ago(days, more);
        };
        let day = self.now.0 / DAY - i64::from(days);
        // The first day of all was a Thursday.
        let weekend = match (day + 4).rem_euclid(7) {
            6 => 1,
            0 => 2,
            _ => 0,
        };
        Timestamp(((day - weekend) * DAY + i64::from(minute) * MINUTE + more).min(self.now.0))
    }

    fn site(&self, name: &str) -> SiteId {
        SiteId(id_of(&["demonstration site", &self.demo.name, name]))
    }

    fn resource(&self, site: Option<&str>, name: &str) -> ResourceId {
        ResourceId(id_of(&[
            "demonstration resource",
            &self.demo.name,
            site.unwrap_or_default(),
            name,
        ]))
    }

    /// Sites with products that are activated already, which no edit does: made as whoever sets up the server makes them.
    fn places(&self, conn: &mut Conn, at: Timestamp) -> Result<(), DemoError> {
        for site in &self.demo.sites {
            let id = self.site(&site.name);
            if site.products.is_empty() {
                self.propose(
                    conn,
                    None,
                    at,
                    Edit::CreateSite {
                        site: id,
                        name: site.name.clone(),
                    },
                )?;
            } else {
                let site = Site {
                    id,
                    name: site.name.clone(),
                    archived: false,
                    products: site.products.clone(),
                };
                store::insert_site(conn, self.organisation, &site, at)?;
            }
        }
        for resource in &self.demo.resources {
            let site = resource.site.as_deref();
            let resource = Resource {
                id: self.resource(site, &resource.name),
                kind: resource.kind.clone(),
                site: site.map(|site| self.site(site)),
                name: resource.name.clone(),
                archived: false,
            };
            let edit = Edit::CreateResource {
                resource: resource.id,
                of: resource.kind,
                site: resource.site,
                name: resource.name,
            };
            self.propose(conn, None, at, edit)?;
        }
        Ok(())
    }

    fn steps(&self) -> Vec<(Timestamp, Step<'_>)> {
        let mut steps = Vec::new();
        for person in &self.demo.people {
            let invited = person.invited;
            let before = person.events.first().and_then(|event| event.before.as_deref());
            steps.push((self.moment(person, invited, 0), Step::Invite(before.unwrap_or(person))));
            if person.status != Status::Invited {
                steps.push((self.moment(person, invited, 5 * HOUR), Step::Accept(person)));
            }
            for event in &person.events {
                let at = |more: i64| self.moment(person, event.days_ago, more * HOUR);
                match event.what {
                    Episode::Unlocked => {
                        steps.push((at(-20), Step::LockOut(person)));
                        steps.push((at(0), Step::Unlock(person)));
                    }
                    Episode::Reactivated => {
                        steps.push((at(-90), Step::Deactivate(person)));
                        steps.push((at(0), Step::Activate(person)));
                    }
                    Episode::Case { .. } => {
                        steps.push((at(-80), Step::Deactivate(person)));
                        steps.push((at(-30), Step::Activate(person)));
                        steps.push((at(0), Step::Happen(event, person)));
                    }
                    _ => steps.push((at(0), Step::Happen(event, person))),
                }
            }
            if person.status == Status::Inactive {
                steps.push((self.moment(person, invited / 2, 6 * HOUR), Step::Deactivate(person)));
                if person.cleared {
                    let later = 6 * HOUR + 10 * MINUTE;
                    steps.push((self.moment(person, invited / 2, later), Step::Clear(person)));
                }
            }
            if person.is_locked() {
                let lock = if person.is_locked_out() {
                    Step::LockOut
                } else {
                    Step::Lock
                };
                steps.push((self.moment(person, invited / 3, 7 * HOUR), lock(person)));
            }
        }
        for edit in &self.demo.edits {
            steps.push((self.ago(edit.days_ago, 8 * HOUR), Step::Edit(&edit.by, &edit.what)));
        }
        steps
    }

    /// Whoever signs in first administers; they are invited by whoever runs the server.
    fn first(&self) -> Option<&Person> {
        self.demo.people.first()
    }

    /// Who does it: whoever looks after the users, in turn, and nobody for themselves.
    fn by<'a>(&'a self, person: &'a Person, at: Timestamp) -> Option<&'a str> {
        let first = self.first().map(|person| person.email.as_str());
        if first == Some(person.email.as_str()) {
            return None;
        }
        if let Some(by) = &person.by {
            return Some(by);
        }
        let generated = self.demo.others.as_ref().filter(|_| person.minute.is_some());
        let Some(others) = generated else { return first };
        let turn = usize::try_from(at.0 / MINUTE).unwrap_or_default() % others.by.len().max(1);
        others.by.get(turn).map(String::as_str).or(first)
    }

    fn take(&self, conn: &mut Conn, at: Timestamp, step: &Step<'_>) -> Result<(), DemoError> {
        let person = match step {
            Step::Edit(by, what) => return self.propose(conn, Some(by), at, self.edit_of(what)),
            Step::Invite(person)
            | Step::Accept(person)
            | Step::Deactivate(person)
            | Step::Activate(person)
            | Step::Lock(person)
            | Step::LockOut(person)
            | Step::Clear(person)
            | Step::Unlock(person)
            | Step::Happen(_, person) => *person,
        };
        let (user, by) = (user_id(&person.email), self.by(person, at));
        let edit = match step {
            Step::Invite(_) => self.invitation(person)?,
            Step::Accept(_) => {
                let context = self.context(Some(&person.email), at);
                let answers = self.answers(person);
                if answers.is_empty() {
                    edits::accept_invitation(conn, &context, user, self.hash, Password::Chosen)?;
                } else {
                    edits::accept_invitation_with(conn, &context, user, self.hash, &answers)?;
                }
                return Ok(());
            }
            Step::Deactivate(_) => Edit::Deactivate { user },
            Step::Activate(_) => Edit::Activate { user },
            Step::Lock(_) => Edit::Lock { user },
            Step::LockOut(_) => return self.lock_out(conn, user, at),
            Step::Clear(_) => Edit::Change {
                user,
                profile: ProfileText::new(),
                access: AccessPatch {
                    revoke: self.access(person)?.grant.iter().map(Assignment::holding).collect(),
                    ..AccessPatch::default()
                },
            },
            Step::Unlock(_) => Edit::Unlock { user },
            Step::Happen(event, _) => self.event(event, person)?,
            Step::Edit(_, what) => self.edit_of(what),
        };
        self.propose(conn, by, at, edit)
    }

    /// So many wrong passwords as the policy bears, the last of them then; nobody asks for it, the account locks by itself.
    fn lock_out(&self, conn: &mut Conn, user: UserId, at: Timestamp) -> Result<(), DemoError> {
        let device = Device {
            origin: ORIGIN_OF_GUESSES.to_owned(),
            user_agent: BROWSER.to_owned(),
            token: None,
            session: None,
        };
        for left in (0..self.policy.lifecycle.lock_after).rev() {
            let then = Timestamp(at.0 - i64::from(left) * BETWEEN_GUESSES);
            lockout::failed(conn, user, self.organisation, &device, then)?;
        }
        Ok(())
    }

    fn event(&self, event: &Event, person: &Person) -> Result<Edit, DemoError> {
        let user = user_id(&person.email);
        Ok(match &event.what {
            Episode::Resent => Edit::ResendInvitation { user },
            Episode::Unlocked => Edit::Unlock { user },
            Episode::Reactivated => Edit::Activate { user },
            Episode::Deleted { .. } => Edit::Delete { user },
            Episode::Withdrawn { .. } => Edit::WithdrawInvitation { user },
            Episode::Products { products } => Edit::AddProducts {
                user,
                products: products.clone(),
            },
            Episode::Case { product } => Edit::OpenCase {
                user,
                product: product.clone(),
            },
            Episode::Role { .. } | Episode::Sites | Episode::Name | Episode::Phone => {
                let before = event.before.as_deref().unwrap_or(person);
                let (old, new) = (self.access(before)?, self.access(person)?);
                let kept = |one: &Assignment| new.grant.iter().any(|other| other.holding() == one.holding());
                let mut profile = self.texts(person);
                let earlier = self.texts(before);
                profile.retain(|field, text| earlier.get(field) != Some(text));
                Edit::Change {
                    user,
                    profile,
                    access: AccessPatch {
                        revoke: old
                            .grant
                            .iter()
                            .filter(|one| !kept(one))
                            .map(Assignment::holding)
                            .collect(),
                        grant: new.grant.into_iter().filter(|one| !old.grant.contains(one)).collect(),
                        primary_site: new.primary_site.filter(|_| new.primary_site != old.primary_site),
                        ..AccessPatch::default()
                    },
                }
            }
        })
    }

    fn context(&self, by: Option<&str>, at: Timestamp) -> Context {
        let asker = match by {
            None => Asker::operator(self.organisation),
            Some(email) => Asker {
                authenticated: None,
                embedded: None,
                organisation: self.organisation,
                user: user_id(email),
                kind: ActorKind::Member,
                origin: ORIGIN.to_owned(),
            },
        };
        Context {
            asker,
            now: at,
            mode: Mode::Apply,
            temporary: None,
        }
    }

    /// Proposes an edit, and again with everything confirmed that has to be.
    fn propose(&self, conn: &mut Conn, by: Option<&str>, at: Timestamp, edit: Edit) -> Result<(), DemoError> {
        let context = self.context(by, at);
        let seen_revision = self.revision(conn, edit.user())?;
        let mut proposal = Proposal {
            edit,
            seen_revision,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        let mut result = edits::propose_in(conn, &context, &proposal);
        if let Err(EditError::Refused(verdict)) = &result
            && verdict.outcome(&[]) == Outcome::NeedsConfirmation
        {
            proposal.confirmations = verdict.confirmations.clone();
            result = edits::propose_in(conn, &context, &proposal);
        }
        let what = || match &result {
            Err(EditError::Refused(verdict)) => format!("{:?}: {:?}", proposal.edit, verdict.refusals),
            _ => format!("{:?}", proposal.edit),
        };
        let what = what();
        result.map(|_| ()).map_err(|error| DemoError::Edit { what, error })
    }

    fn revision(&self, conn: &mut Conn, user: Option<UserId>) -> Result<Option<Revision>, StoreError> {
        let Some(user) = user else { return Ok(None) };
        Ok(store::load_user(conn, self.organisation, user)?.map(|user| user.revision))
    }

    /// What the person says about themselves when they accept: their name, where whoever invites gives none (O6).
    fn answers(&self, person: &Person) -> ProfileText {
        let whole = format!("{} {}", person.first, person.last).trim().to_owned();
        let is_asked = |field| acceptance::asked(&self.policy).iter().any(|one| one.field == field);
        let name = ProfileField::Name;
        let says = !whole.is_empty() && is_asked(name) && self.policy.field(name).is_none();
        says.then_some((name, whole)).into_iter().collect()
    }

    /// The profile of the person, as far as the policy asks for it.
    fn texts(&self, person: &Person) -> BTreeMap<ProfileField, String> {
        let whole = format!("{} {}", person.first, person.last);
        let texts = [
            (ProfileField::Name, whole.trim()),
            (ProfileField::FirstName, &person.first),
            (ProfileField::LastName, &person.last),
            (ProfileField::LoginEmail, &person.email),
            (ProfileField::CommunicationEmail, &person.email),
            (ProfileField::Phone, &person.phone),
            (ProfileField::Language, &person.language),
            (ProfileField::Npi, &person.npi),
            (ProfileField::Taxonomies, &person.taxonomies),
        ];
        texts
            .into_iter()
            .filter(|(field, text)| self.policy.field(*field).is_some() && !text.is_empty())
            .map(|(field, text)| (field, text.to_owned()))
            .collect()
    }

    /// Everything that the person holds.
    fn access(&self, person: &Person) -> Result<AccessPatch, DemoError> {
        let mut grant = Vec::new();
        for id in person.roles() {
            let role = self
                .policy
                .role(&id.into())
                .ok_or_else(|| DemoError::Data(format!("{}: no role {id}", person.email)))?;
            match role.scope {
                Level::Organisation => grant.push(Assignment::new(id, Scope::Organisation)),
                Level::Site => grant.extend(person.sites().map(|site| {
                    let resources = match role.resources {
                        RoleResources::All => Resources::All,
                        RoleResources::AtLeast(_) => {
                            Resources::Only(person.resources().map(|name| self.resource(Some(site), name)).collect())
                        }
                    };
                    Assignment::new(
                        id,
                        Scope::Site {
                            site: self.site(site),
                            resources,
                        },
                    )
                })),
            }
        }
        let primary = person
            .sites()
            .next()
            .filter(|_| self.policy.assignment.primary_site != Need::Unused);
        Ok(AccessPatch {
            grant,
            primary_site: primary.map(|site| self.site(site)),
            join: person.groups().map(|name| self.resource(None, name)).collect(),
            ..AccessPatch::default()
        })
    }

    fn invitation(&self, person: &Person) -> Result<Edit, DemoError> {
        Ok(Edit::Invite {
            user: user_id(&person.email),
            profile: self.texts(person),
            access: self.access(person)?,
        })
    }

    fn edit_of(&self, what: &What) -> Edit {
        match what.clone() {
            What::Permissions { role, grant, revoke } => Edit::SetRolePermissions { role, grant, revoke },
            What::Profile { email, fields } => Edit::Change {
                user: user_id(&email),
                profile: fields,
                access: AccessPatch::default(),
            },
            What::Products { email, products } => Edit::AddProducts {
                user: user_id(&email),
                products,
            },
            What::RenameSite { site, name } => Edit::RenameSite {
                site: self.site(&site),
                name,
            },
            What::ArchiveSite { site } => Edit::ArchiveSite { site: self.site(&site) },
            What::CreateResource { kind, site, name } => Edit::CreateResource {
                resource: self.resource(site.as_deref(), &name),
                of: kind,
                site: site.map(|site| self.site(&site)),
                name,
            },
            What::RenameResource { site, resource, name } => Edit::RenameResource {
                resource: self.resource(site.as_deref(), &resource),
                name,
            },
            What::ArchiveResource { site, resource } => Edit::ArchiveResource {
                resource: self.resource(site.as_deref(), &resource),
            },
        }
    }
}
