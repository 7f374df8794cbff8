//! The form in which a file declares an organisation and its cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::facts::{Actor, ActorKind, Known};
use shared::ids::{CaseId, OrganisationId, ProductId, ResourceId, ResourceKindId, Revision, SiteId, Timestamp, UserId};
use shared::licence::{CaseClosed, SupportCase};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::organisation::{Organisation, Resource, Site};
use shared::policy::{Policy, preset, source};
use shared::user::{Profile, User};
use shared::wire::AuditPerson;
use toml::value::Datetime;

use super::expect::Expect;
use super::names::{assignment, id, millis, resolve, tag_outside, to_json};
use super::{Case, Source, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The preset whose policy the organisation has, or...
    preset: Option<String>,
    /// ...a policy of its own.
    policy: Option<String>,
    organisation: String,
    /// When the edits are made, unless a case says otherwise.
    now: Datetime,
    #[serde(default)]
    sites: BTreeMap<String, SiteDecl>,
    #[serde(default)]
    resources: BTreeMap<String, ResourceDecl>,
    people: BTreeMap<String, Person>,
    /// Login e-mails of accounts in other organisations.
    #[serde(default)]
    emails_elsewhere: BTreeSet<String>,
    /// Login e-mails that accounts once had.
    #[serde(default)]
    emails_retired: BTreeSet<String>,
    /// Support cases, by names of their own.
    #[serde(default)]
    support_cases: BTreeMap<String, SupportDecl>,
    case: Vec<CaseDecl>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteDecl {
    name: String,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    products: Vec<ProductId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SupportDecl {
    person: String,
    product: ProductId,
    opened_by: String,
    opened: Datetime,
    closed: Option<ClosedDecl>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosedDecl {
    by: String,
    at: Datetime,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceDecl {
    kind: ResourceKindId,
    #[serde(default)]
    site: Option<String>,
    name: String,
    #[serde(default)]
    archived: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    /// As people say it; taken apart where the policy asks for first and last name.
    #[serde(default)]
    name: String,
    /// Otherwise the key, at riverside.example.
    email: Option<String>,
    /// `"manager at elm"`, `"staff at elm with front"`.
    #[serde(default)]
    holds: Vec<String>,
    #[serde(default = "active")]
    status: Status,
    locked: Option<LockCause>,
    deactivated: Option<Datetime>,
    primary_site: Option<String>,
    #[serde(default)]
    member_of: Vec<String>,
    #[serde(default)]
    products: BTreeSet<ProductId>,
    /// The rest of the profile.
    #[serde(default)]
    profile: BTreeMap<String, toml::Value>,
}

fn active() -> Status {
    Status::Active
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseDecl {
    /// The behaviours that it is about: `"A7"`, `"A7 X3"`.
    id: String,
    says: String,
    /// A person of the file, `"support"` or `"operator"`.
    actor: String,
    edit: toml::Value,
    /// People, sites and resources of the file that are not there in this case.
    #[serde(default)]
    without: BTreeSet<String>,
    /// People who are otherwise in this case, or only in this case.
    #[serde(default)]
    people: BTreeMap<String, Person>,
    now: Option<Datetime>,
    #[serde(default)]
    confirmed: Vec<toml::Value>,
    /// What the one who asks cannot know.
    #[serde(default)]
    unknown: BTreeSet<Unknown>,
    /// The facts are those that the browser of the one who asks gets (M9).
    #[serde(default)]
    reader: bool,
    expect: Expect,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Unknown {
    LoginEmails,
    OtherAdministrators,
    Headcount,
}

pub(super) fn read(source: &Source) -> Result<Vec<Case>, String> {
    let file: File = toml::from_str(source.cases).map_err(|error| error.to_string())?;
    let policy = Arc::new(policy(&file)?);
    let mut cases = Vec::new();
    for declared in &file.case {
        let name = format!("{} {}", declared.id, declared.says);
        let case = case(source, &file, &policy, declared, &name).map_err(|error| format!("{name}: {error}"))?;
        cases.push(case);
    }
    Ok(cases)
}

/// The organisation that a file declares, as it is before any case changes it.
pub(super) fn organisation(source: &Source) -> Result<World, String> {
    let file: File = toml::from_str(source.cases).map_err(|error| error.to_string())?;
    let policy = Arc::new(policy(&file)?);
    let now = Timestamp(millis(&file.now)?);
    world(&file, &policy, &BTreeSet::new(), &BTreeMap::new(), now)
}

fn policy(file: &File) -> Result<Policy, String> {
    match (&file.preset, &file.policy) {
        (Some(name), None) => {
            let preset = preset::find(name).ok_or_else(|| format!("there is no preset {name}"))?;
            Ok(preset.policy())
        }
        (None, Some(text)) => source::read(text).map_err(|findings| format!("{findings:?}")),
        _ => Err("one of preset and policy is needed".to_owned()),
    }
}

fn case(source: &Source, file: &File, policy: &Arc<Policy>, case: &CaseDecl, name: &str) -> Result<Case, String> {
    let now = Timestamp(millis(case.now.as_ref().unwrap_or(&file.now))?);
    let world = world(file, policy, &case.without, &case.people, now)?;
    let edit = parse(&case.edit, "kind")?;
    let actor = actor(&world, &case.actor)?;
    let only_here = actor.kind != ActorKind::Member || case.reader || !case.unknown.is_empty();
    let mut facts = if case.reader {
        world.facts_for_reader(actor, &edit)
    } else {
        world.facts(actor, &edit)
    };
    if case.unknown.contains(&Unknown::LoginEmails) {
        facts.login_emails.clear();
    }
    if case.unknown.contains(&Unknown::OtherAdministrators) {
        facts.other_administrators = Known::Unknown;
    }
    if case.unknown.contains(&Unknown::Headcount) {
        facts.headcount = None;
    }
    Ok(Case {
        file: source.name,
        rows: case.id.split_whitespace().map(str::to_owned).collect(),
        facts,
        edit,
        confirmed: case
            .confirmed
            .iter()
            .map(|given| parse(given, "confirm"))
            .collect::<Result<_, _>>()?,
        only_here,
        golden: source.recorded(name),
        names: file
            .people
            .keys()
            .chain(file.sites.keys())
            .chain(file.resources.keys())
            .cloned()
            .collect(),
        expect: case.expect.clone(),
        name: name.to_owned(),
        world,
    })
}

fn parse<T: DeserializeOwned>(value: &toml::Value, tag: &str) -> Result<T, String> {
    serde_json::from_value(tag_outside(resolve(to_json(value)?), tag)).map_err(|error| format!("{error} in {value}"))
}

fn actor(world: &World, name: &str) -> Result<Actor, String> {
    let kind = match name {
        "support" => ActorKind::Support,
        "operator" => ActorKind::Operator,
        _ => {
            let user = UserId(id(name));
            return world.actor(user).ok_or_else(|| format!("there is no {name}"));
        }
    };
    Ok(Actor {
        user: UserId(id(name)),
        kind,
        status: Status::Active,
        locked: false,
        assignments: Vec::new(),
        email_domain: String::new(),
        embedded: None,
    })
}

fn world(
    file: &File,
    policy: &Arc<Policy>,
    without: &BTreeSet<String>,
    changed: &BTreeMap<String, Person>,
    now: Timestamp,
) -> Result<World, String> {
    let there = |name: &&String| !without.contains(*name);
    let mut sites: Vec<Site> = file
        .sites
        .iter()
        .filter(|(name, _)| there(name))
        .map(|(name, site)| Site {
            id: SiteId(id(name)),
            name: site.name.clone(),
            archived: site.archived,
            products: site.products.clone(),
        })
        .collect();
    sites.sort_by_key(|site| (site.name.to_lowercase(), site.id));
    let mut resources: Vec<Resource> = file
        .resources
        .iter()
        .filter(|(name, _)| there(name))
        .map(|(name, resource)| Resource {
            id: ResourceId(id(name)),
            kind: resource.kind.clone(),
            site: resource.site.as_ref().map(|site| SiteId(id(site))),
            name: resource.name.clone(),
            archived: resource.archived,
        })
        .collect();
    resources.sort_by_key(|resource| (resource.name.to_lowercase(), resource.id));
    let mut people = file.people.clone();
    people.extend(changed.clone());
    let users = people
        .iter()
        .filter(|(name, _)| there(name))
        .map(|(name, person)| {
            person
                .user(name, policy, now)
                .map_err(|error| format!("{name}: {error}"))
        })
        .collect::<Result<_, _>>()?;
    Ok(World {
        preset: file.preset.clone(),
        policy: Arc::clone(policy),
        organisation: Organisation {
            id: OrganisationId(id(&file.organisation)),
            name: file.organisation.clone(),
            sites,
            resources,
        },
        users,
        cases: support_cases(file)?,
        emails_elsewhere: file.emails_elsewhere.clone(),
        emails_retired: file.emails_retired.clone(),
        now,
    })
}

fn support_cases(file: &File) -> Result<Vec<SupportCase>, String> {
    let person = |key: &String| {
        let found = file.people.get(key).ok_or_else(|| format!("there is no {key}"))?;
        Ok::<_, String>(AuditPerson {
            user: UserId(id(key)),
            name: found.name.clone(),
        })
    };
    let one = |(name, declared): (&String, &SupportDecl)| {
        let closed = |closed: &ClosedDecl| {
            Ok::<_, String>(CaseClosed {
                by: person(&closed.by)?,
                at: Timestamp(millis(&closed.at)?),
                note: closed.note.clone(),
            })
        };
        Ok(SupportCase {
            id: CaseId(id(name)),
            person: person(&declared.person)?,
            product: declared.product.clone(),
            opened_by: person(&declared.opened_by)?,
            opened_at: Timestamp(millis(&declared.opened)?),
            closed: declared.closed.as_ref().map(closed).transpose()?,
        })
    };
    let mut cases = file.support_cases.iter().map(one).collect::<Result<Vec<_>, String>>()?;
    cases.sort_by_key(|case| std::cmp::Reverse(case.opened_at));
    Ok(cases)
}

impl Person {
    fn user(&self, key: &str, policy: &Policy, now: Timestamp) -> Result<User, String> {
        let profile = serde_json::to_value(&self.profile).map_err(|error| error.to_string())?;
        let mut profile: Profile = serde_json::from_value(profile).map_err(|error| error.to_string())?;
        profile.login_email = self.email.clone().unwrap_or_else(|| format!("{key}@riverside.example"));
        let asks = |field| policy.field(field).is_some();
        if asks(shared::user::ProfileField::Name) {
            profile.name.clone_from(&self.name);
        } else if asks(shared::user::ProfileField::FirstName) {
            let (first, last) = self.name.split_once(' ').unwrap_or((self.name.as_str(), ""));
            (profile.first_name, profile.last_name) = (first.to_owned(), last.to_owned());
        }
        let mut assignments = self
            .holds
            .iter()
            .map(|held| serde_json::from_value(assignment(held)).map_err(|error| error.to_string()))
            .collect::<Result<Vec<_>, _>>()?;
        assignments.sort();
        let since = |cause| Lock {
            since: Timestamp(now.0 - 3_600_000),
            cause,
        };
        Ok(User {
            id: UserId(id(key)),
            revision: Revision(1),
            profile,
            status: self.status,
            locked: self.locked.map(since),
            assignments,
            primary_site: self.primary_site.as_ref().map(|site| SiteId(id(site))),
            memberships: self.member_of.iter().map(|name| ResourceId(id(name))).collect(),
            products: self.products.clone(),
            deactivated_at: self.deactivated.as_ref().map(millis).transpose()?.map(Timestamp),
        })
    }
}
