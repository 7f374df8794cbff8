//! Making an organisation and its first administrator, by whoever runs the server. The rules judge it like everything
//! else: sites and the administrator are edits of the write path.

use shared::access::{Assignment, Scope};
use shared::edit::{AccessPatch, Edit};
use shared::ids::{OrganisationId, RoleId, SiteId, UserId};
use shared::policy::{Level, Need, Policy, Power, Role};
use shared::text::{Language, Teller, Words};
use shared::user::{ProfileField, ProfileText};
use shared::wire::{Accepted, Proposal};
use uuid::Uuid;

use crate::edits::{self, Context, EditError, Mode, Password};
use crate::facts::Asker;
use crate::store::{self, Conn, OrganisationRow, StoreError};

/// Whom to make, and where.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// The name of an organisation that may not exist yet.
    pub organisation: String,
    /// For an organisation that does not exist yet.
    pub policy: Option<Policy>,
    pub email: String,
    pub name: String,
    /// The id or the name of a role; the one that administers most, unless given.
    pub role: Option<String>,
    /// Made where they are missing.
    pub sites: Vec<String>,
    pub password_hash: String,
    pub password: Password,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub organisation: String,
    pub organisation_is_new: bool,
    pub role: String,
    pub email: String,
}

#[derive(Debug, thiserror::Error)]
pub enum AdministratorError {
    #[error("there is no organisation \"{0}\"; to make it, say by which policy it works: --preset or --policy")]
    NoOrganisation(String),
    #[error("the organisation \"{0}\" exists and has its policy; leave --preset and --policy out")]
    PolicyGiven(String),
    #[error("\"{role}\" is no role of the whole organisation that administers users; these are: {}", .known.join(", "))]
    NoSuchRole { role: String, known: Vec<String> },
    #[error("no role of the whole organisation administers users in this policy")]
    NoRole,
    /// The rules' words, one line for each.
    #[error("the rules of the organisation refuse it:\n{}", .0.iter().map(|line| format!("  - {line}")).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<String>),
    #[error(transparent)]
    Edit(EditError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes what is missing, in the caller's transaction.
pub fn create(conn: &mut Conn, new: &NewAdministrator) -> Result<Made, AdministratorError> {
    let found = store::organisation_by_name(conn, &new.organisation)?;
    let organisation_is_new = found.is_none();
    let organisation = match (found, &new.policy) {
        (Some(organisation), None) => organisation,
        (Some(organisation), Some(_)) => return Err(AdministratorError::PolicyGiven(organisation.name)),
        (None, None) => return Err(AdministratorError::NoOrganisation(new.organisation.clone())),
        (None, Some(policy)) => make_organisation(conn, &new.organisation, policy)?,
    };
    let context = Context::now(Asker::operator(organisation.id));
    make_sites(conn, &context, &organisation, &new.sites)?;

    let policy = store::parsed_policy(conn, &organisation)?;
    let role = role(&policy, new.role.as_deref())?;
    let primary_site = match policy.assignment.primary_site {
        Need::Required => primary_site(conn, &organisation, &new.sites)?,
        Need::Optional | Need::Unused => None,
    };
    let user = UserId(Uuid::now_v7());
    let edit = Edit::Invite {
        user,
        profile: profile(&policy, new),
        access: AccessPatch {
            grant: vec![Assignment {
                role: role.id.clone(),
                scope: Scope::Organisation,
            }],
            primary_site,
            ..AccessPatch::default()
        },
    };
    propose(conn, &context, &organisation, edit)?;
    edits::accept_invitation(conn, &context, user, &new.password_hash, new.password)?;
    Ok(Made {
        organisation: organisation.name,
        organisation_is_new,
        role: role.name.clone(),
        email: new.email.trim().to_lowercase(),
    })
}

fn make_organisation(conn: &mut Conn, name: &str, policy: &Policy) -> Result<OrganisationRow, AdministratorError> {
    let id = OrganisationId(Uuid::now_v7());
    store::create_organisation(conn, id, name.trim(), policy, crate::clock::now())?;
    store::organisation_row(conn, id)?.ok_or_else(|| AdministratorError::NoOrganisation(name.to_owned()))
}

fn make_sites(
    conn: &mut Conn,
    context: &Context,
    organisation: &OrganisationRow,
    names: &[String],
) -> Result<(), AdministratorError> {
    for name in names {
        if site_named(conn, organisation, name)?.is_none() {
            let edit = Edit::CreateSite {
                site: SiteId(Uuid::now_v7()),
                name: name.clone(),
            };
            propose(conn, context, organisation, edit)?;
        }
    }
    Ok(())
}

fn site_named(conn: &mut Conn, organisation: &OrganisationRow, name: &str) -> Result<Option<SiteId>, StoreError> {
    let places = store::places(conn, organisation)?;
    Ok(places
        .open_sites()
        .find(|site| site.name == name.trim())
        .map(|site| site.id))
}

/// The first of the sites that were named, else the first there is.
fn primary_site(
    conn: &mut Conn,
    organisation: &OrganisationRow,
    named: &[String],
) -> Result<Option<SiteId>, StoreError> {
    if let Some(name) = named.first() {
        return site_named(conn, organisation, name);
    }
    Ok(store::places(conn, organisation)?
        .open_sites()
        .next()
        .map(|site| site.id))
}

/// The role that was asked for, else the one that administers and permits most.
fn role<'a>(policy: &'a Policy, wanted: Option<&str>) -> Result<&'a Role, AdministratorError> {
    let mut fitting: Vec<&Role> = policy
        .roles
        .iter()
        .filter(|role| role.scope == Level::Organisation && role.administers.contains(&Power::Users))
        .collect();
    match wanted {
        Some(wanted) => {
            let found = fitting
                .iter()
                .find(|role| role.id == RoleId::from(wanted) || role.name == wanted)
                .copied();
            found.ok_or_else(|| AdministratorError::NoSuchRole {
                role: wanted.to_owned(),
                known: fitting.iter().map(|role| role.name.clone()).collect(),
            })
        }
        None => {
            let permitted = |role: &Role| policy.permissions.iter().filter(|one| role.permits(&one.id)).count();
            fitting.sort_by_key(|role| std::cmp::Reverse((role.administers.len(), permitted(role))));
            fitting.first().copied().ok_or(AdministratorError::NoRole)
        }
    }
}

/// The fields that the policy has for a name and an address.
fn profile(policy: &Policy, new: &NewAdministrator) -> ProfileText {
    let (first, last) = new.name.trim().rsplit_once(' ').unwrap_or((new.name.trim(), ""));
    let values = [
        (ProfileField::LoginEmail, new.email.as_str()),
        (ProfileField::CommunicationEmail, new.email.as_str()),
        (ProfileField::Name, new.name.trim()),
        (ProfileField::FirstName, first),
        (ProfileField::LastName, last),
        (
            ProfileField::Language,
            policy.languages.first().map_or("", String::as_str),
        ),
    ];
    values
        .into_iter()
        .filter(|(field, text)| !text.is_empty() && policy.field(*field).is_some())
        .map(|(field, text)| (field, text.to_owned()))
        .collect()
}

/// Whoever types the command has decided: what is to be confirmed counts as confirmed.
fn propose(
    conn: &mut Conn,
    context: &Context,
    organisation: &OrganisationRow,
    edit: Edit,
) -> Result<Accepted, AdministratorError> {
    let mut proposal = Proposal {
        edit,
        seen_revision: None,
        confirmations: Vec::new(),
        idempotency_key: Uuid::now_v7(),
    };
    let judged = Context {
        mode: Mode::DryRun,
        ..context.clone()
    };
    let verdict = edits::propose_in(conn, &judged, &proposal)
        .map_err(AdministratorError::Edit)?
        .verdict;
    if !verdict.refusals.is_empty() {
        let policy = store::parsed_policy(conn, organisation)?;
        let places = store::places(conn, organisation)?;
        let teller = Teller::new(&policy, &places, Words::builtin(Language::English));
        return Err(AdministratorError::Refused(
            verdict
                .refusals
                .iter()
                .map(|refusal| teller.reason(&refusal.reason))
                .collect(),
        ));
    }
    proposal.confirmations = verdict.confirmations;
    edits::propose_in(conn, context, &proposal).map_err(AdministratorError::Edit)
}
