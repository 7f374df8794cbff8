//! Makes one demonstration organisation by edits, in the order in which they would have happened.

use std::collections::BTreeMap;

use diesel::prelude::*;
use shared::access::{Assignment, Resources, Scope};
use shared::edit::{AccessPatch, Edit};
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, ResourceId, Revision, SiteId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::organisation::{Resource, Site};
use shared::policy::{Level, Need, Policy, RoleResources, preset};
use shared::user::ProfileField;
use shared::verdict::Outcome;
use shared::wire::Proposal;
use uuid::Uuid;

use super::data::{Demo, Person, What};
use super::{DemoError, id_of, organisation_id, user_id};
use crate::edits::{self, Context, EditError, Mode, Password};
use crate::facts::Asker;
use crate::store::schema::users;
use crate::store::{self, Conn, StoreError};

const HOUR: i64 = 3_600_000;
/// Whence the people of a demonstration act (RFC 5737).
const ORIGIN: &str = "203.0.113.7";

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
    Lock(&'a Person),
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
        Timestamp((self.now.0 - i64::from(days) * 24 * HOUR + more).min(self.now.0))
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
            steps.push((self.ago(invited, 0), Step::Invite(person)));
            if person.status != Status::Invited {
                steps.push((self.ago(invited, 5 * HOUR), Step::Accept(person)));
            }
            if person.status == Status::Inactive {
                steps.push((self.ago(invited / 2, 6 * HOUR), Step::Deactivate(person)));
            }
            if person.is_locked() {
                steps.push((self.ago(invited / 3, 7 * HOUR), Step::Lock(person)));
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

    fn take(&self, conn: &mut Conn, at: Timestamp, step: &Step<'_>) -> Result<(), DemoError> {
        let first = self.first().map(|person| person.email.as_str());
        let by = |person: &Person| first.filter(|first| *first != person.email);
        match step {
            Step::Invite(person) => self.propose(conn, by(person), at, self.invitation(person)?),
            Step::Accept(person) => {
                let context = self.context(Some(&person.email), at);
                edits::accept_invitation(conn, &context, user_id(&person.email), self.hash, Password::Chosen)?;
                Ok(())
            }
            Step::Deactivate(person) => self.propose(
                conn,
                by(person),
                at,
                Edit::Deactivate {
                    user: user_id(&person.email),
                },
            ),
            Step::Lock(person) => self.propose(
                conn,
                by(person),
                at,
                Edit::Lock {
                    user: user_id(&person.email),
                },
            ),
            Step::Edit(by, what) => self.propose(conn, Some(by), at, edit_of(what)),
        }
    }

    fn context(&self, by: Option<&str>, at: Timestamp) -> Context {
        let asker = match by {
            None => Asker::operator(self.organisation),
            Some(email) => Asker {
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

    fn invitation(&self, person: &Person) -> Result<Edit, DemoError> {
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
        let profile: BTreeMap<ProfileField, String> = texts
            .into_iter()
            .filter(|(field, text)| self.policy.field(*field).is_some() && !text.is_empty())
            .map(|(field, text)| (field, text.to_owned()))
            .collect();
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
        let access = AccessPatch {
            grant,
            primary_site: primary.map(|site| self.site(site)),
            join: person.groups().map(|name| self.resource(None, name)).collect(),
            ..AccessPatch::default()
        };
        Ok(Edit::Invite {
            user: user_id(&person.email),
            profile,
            access,
        })
    }
}

fn edit_of(what: &What) -> Edit {
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
    }
}
