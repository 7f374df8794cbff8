//! Facts: the one place in the server where they are put together, always inside the caller's transaction, always fresh
//! (X8). [`load`] gives everything that a decision looks at; [`for_client`] what a reader may know of it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use shared::access::{Assignment, Place};
use shared::edit::Edit;
use shared::embed::EmbedScopes;
use shared::facts::{Actor, ActorKind, EmailUse, Facts, Known};
use shared::ids::{OrganisationId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, Status};
use shared::policy::{Policy, Power};
use shared::provider::ProviderFacts;
use shared::user::{ProfileField, User};
use shared::wire::FactsQuery;
use uuid::Uuid;

use crate::accounts::factors;
use crate::accounts::provider;
use crate::http::session::Reader;
use crate::store::schema::login_emails_used;
use crate::store::{self, Conn, HeadcountOf, StoreError};

/// Who asks, in which organisation, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    pub organisation: OrganisationId,
    pub user: UserId,
    pub kind: ActorKind,
    /// For the audit record: an address, or the command line.
    pub origin: String,
    /// When they last proved who they are; nothing where there is no session to ask.
    pub authenticated: Option<Timestamp>,
    /// How far the token goes with which they ask; nothing for a session.
    pub embedded: Option<EmbedScopes>,
}

impl Asker {
    /// Whoever runs the server, at the command line.
    pub fn operator(organisation: OrganisationId) -> Self {
        let origin = "command line".to_owned();
        Self {
            organisation,
            user: UserId(Uuid::nil()),
            kind: ActorKind::Operator,
            origin,
            authenticated: None,
            embedded: None,
        }
    }
}

impl From<&Reader> for Asker {
    fn from(reader: &Reader) -> Self {
        Self {
            organisation: reader.organisation,
            user: reader.user,
            kind: reader.kind,
            origin: reader.origin.clone(),
            authenticated: Some(reader.authenticated),
            embedded: reader.embedded.as_ref().map(|token| token.scopes.clone()),
        }
    }
}

/// Facts cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// The account or the organisation of the one who asks is gone.
    #[error("the account that asks does not exist any more")]
    AskerGone,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for FactsError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Everything that a decision about `edit` looks at.
pub fn load(conn: &mut Conn, asker: &Asker, edit: &Edit, now: Timestamp) -> Result<Facts, FactsError> {
    let mut facts = base(conn, asker, edit.user(), now)?;
    facts.other_administrators = Known::Known(store::active_administrators(
        conn,
        asker.organisation,
        &facts.policy,
        edit.user(),
    )?);
    if let Some(typed) = edit
        .parts()
        .and_then(|(profile, _)| profile.get(&ProfileField::LoginEmail))
    {
        // Whom an invitation would make has no address yet, whoever else has the id.
        let owner = edit.user().filter(|_| !matches!(edit, Edit::Invite { .. }));
        facts.login_emails = look_up(conn, typed, owner)?;
    }
    if let Some(of) = headcount_of(edit) {
        facts.headcount = Some(store::headcount(conn, asker.organisation, &of)?);
    }
    if matches!(edit, Edit::EnrolDevice { .. } | Edit::ReleaseDevice { .. }) {
        facts.devices = store::devices_of(conn, asker.organisation)?;
    }
    if matches!(
        edit,
        Edit::MakeApiKey { .. } | Edit::RevokeApiKey { .. } | Edit::AllowOrigin { .. } | Edit::RemoveOrigin { .. }
    ) {
        facts.embedding = store::embedding(conn, asker.organisation, now)?;
    }
    if matches!(edit, Edit::SetIdentityProvider { .. } | Edit::RemoveIdentityProvider) {
        facts.provider = of_provider(conn, asker.organisation)?;
    }
    Ok(facts)
}

/// The identity provider that is set.
pub fn of_provider(conn: &mut Conn, organisation: OrganisationId) -> Result<ProviderFacts, StoreError> {
    let set = provider::of(conn, organisation)?;
    Ok(ProviderFacts {
        has_secret: set.as_ref().is_some_and(provider::Provider::has_secret),
        set: set.map(|set| set.settings()),
        ..ProviderFacts::default()
    })
}

/// Everything that decisions look at whoever is edited: the asker, the policy, every site, and how many administrators there
/// are in all.
pub fn of_asker(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<Facts, FactsError> {
    let mut facts = base(conn, asker, None, now)?;
    let count = store::active_administrators(conn, asker.organisation, &facts.policy, None)?;
    facts.other_administrators = Known::Known(count);
    Ok(facts)
}

/// What the one who asks may know about `subject` (or about nobody in particular): sites that they reach or the subject
/// holds; no other person's address; counts where they may act on them.
pub fn for_client(
    conn: &mut Conn,
    asker: &Asker,
    subject: Option<UserId>,
    now: Timestamp,
) -> Result<Facts, FactsError> {
    let mut facts = base(conn, asker, subject, now)?;
    if facts.actor.has_power_somewhere(&facts.policy, Power::Users) {
        let count = store::active_administrators(conn, asker.organisation, &facts.policy, subject)?;
        facts.other_administrators = Known::Known(count);
    }
    Ok(within_reach(facts).for_reader())
}

/// The same for an edit of a role, a site or a resource, or with a login e-mail looked up.
pub fn for_query(conn: &mut Conn, asker: &Asker, query: &FactsQuery, now: Timestamp) -> Result<Facts, FactsError> {
    let mut facts = for_client(conn, asker, None, now)?;
    let (policy, actor) = (&facts.policy, &facts.actor);
    let of = if let Some(role) = &query.role {
        let role = role.as_str().into();
        (actor.has_power_somewhere(policy, Power::Roles) && policy.role(&role).is_some())
            .then_some(HeadcountOf::Role(role))
    } else if let Some(site) = query.site {
        (actor.has_power(policy, Power::Sites, Place::Site(site)) && facts.organisation.site(site).is_some())
            .then_some(HeadcountOf::Site(site))
    } else {
        let known = query
            .resource
            .and_then(|resource| facts.organisation.resource(resource));
        let place = |site: Option<SiteId>| site.map_or(Place::Organisation, Place::Site);
        known
            .filter(|resource| actor.has_power(policy, Power::Sites, place(resource.site)))
            .map(|resource| HeadcountOf::Resource(resource.id))
    };
    if let Some(of) = of {
        facts.headcount = Some(store::headcount(conn, asker.organisation, &of)?);
    }
    if let Some(email) = &query.login_email
        && actor.has_power_somewhere(policy, Power::Users)
    {
        facts.login_emails = look_up(conn, email, None)?;
    }
    Ok(facts)
}

fn base(conn: &mut Conn, asker: &Asker, subject: Option<UserId>, now: Timestamp) -> Result<Facts, FactsError> {
    let organisation = store::organisation_row(conn, asker.organisation)?.ok_or(FactsError::AskerGone)?;
    let policy = store::parsed_policy(conn, &organisation)?;
    let places = store::places(conn, &organisation)?;
    let member = (asker.kind == ActorKind::Member).then_some(asker.user);
    let mut ids: Vec<UserId> = member.into_iter().chain(subject).collect();
    ids.dedup();
    let found: BTreeMap<UserId, User> = store::load_users(conn, &ids)?
        .into_iter()
        .filter(|record| record.organisation == asker.organisation)
        .map(|record| (record.user.id, record.user))
        .collect();
    let actor = match member {
        Some(id) => member_actor(found.get(&id).ok_or(FactsError::AskerGone)?),
        None => Actor {
            user: asker.user,
            kind: asker.kind,
            status: Status::Active,
            locked: false,
            assignments: Vec::new(),
            email_domain: String::new(),
            embedded: None,
        },
    };
    let actor = match &asker.embedded {
        Some(scopes) => actor.narrowed(scopes),
        None => actor,
    };
    let subject = subject.and_then(|id| found.get(&id).cloned());
    let cases = match &subject {
        Some(user) if !policy.products.is_empty() => store::cases_of(conn, asker.organisation, user.id)?,
        _ => Vec::new(),
    };
    let second_factors = match &subject {
        Some(user) => factors::of_user(conn, user.id)?,
        None => Vec::new(),
    };
    Ok(Facts {
        now,
        policy,
        organisation: places,
        actor,
        subject,
        cases,
        devices: Vec::new(),
        provider: Default::default(),
        embedding: Default::default(),
        second_factors,
        login_emails: BTreeMap::new(),
        other_administrators: Known::Unknown,
        headcount: None,
        proposed: None,
        reduced: false,
    })
}

fn member_actor(user: &User) -> Actor {
    let domain = user
        .profile
        .login_email
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    Actor {
        user: user.id,
        kind: ActorKind::Member,
        status: user.status,
        locked: user.locked.is_some_and(Lock::shuts_out),
        assignments: user.assignments.clone(),
        email_domain: domain.to_owned(),
        embedded: None,
    }
}

/// Whether an address is free on the whole platform. What the subject itself uses is free for it.
fn look_up(conn: &mut Conn, typed: &str, subject: Option<UserId>) -> Result<BTreeMap<String, EmailUse>, StoreError> {
    let email = typed.trim().to_lowercase();
    if email.is_empty() {
        return Ok(BTreeMap::new());
    }
    let used: Option<(String, Option<i64>)> = login_emails_used::table
        .find(&email)
        .select((login_emails_used::user_id, login_emails_used::retired_at))
        .first(conn)
        .optional()?;
    let state = match used {
        None => EmailUse::Free,
        Some((user, None)) if subject.is_some_and(|subject| subject.to_string() == user) => EmailUse::Free,
        Some((_, None)) => EmailUse::Taken,
        Some((_, Some(_))) => EmailUse::Retired,
    };
    Ok(BTreeMap::from([(email, state)]))
}

fn headcount_of(edit: &Edit) -> Option<HeadcountOf> {
    match edit {
        Edit::SetRolePermissions { role, .. } => Some(HeadcountOf::Role(role.clone())),
        Edit::ArchiveSite { site } => Some(HeadcountOf::Site(*site)),
        Edit::ArchiveResource { resource } => Some(HeadcountOf::Resource(*resource)),
        Edit::Invite { .. }
        | Edit::Change { .. }
        | Edit::ResendInvitation { .. }
        | Edit::WithdrawInvitation { .. }
        | Edit::Deactivate { .. }
        | Edit::Activate { .. }
        | Edit::Delete { .. }
        | Edit::Recreate { .. }
        | Edit::Lock { .. }
        | Edit::Unlock { .. }
        | Edit::SetTemporaryPassword { .. }
        | Edit::EndSessions { .. }
        | Edit::ResetFactors { .. }
        | Edit::ChangeFactors { .. }
        | Edit::AddProducts { .. }
        | Edit::OpenCase { .. }
        | Edit::CloseCase { .. }
        | Edit::EnrolDevice { .. }
        | Edit::ReleaseDevice { .. }
        | Edit::MakeApiKey { .. }
        | Edit::RevokeApiKey { .. }
        | Edit::AllowOrigin { .. }
        | Edit::RemoveOrigin { .. }
        | Edit::SetIdentityProvider { .. }
        | Edit::RemoveIdentityProvider
        | Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::Export { .. }
        | Edit::PublishPolicy { .. } => None,
    }
}

/// Where someone has a power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Organisation,
    Sites(BTreeSet<SiteId>),
}

impl Reach {
    /// Where the actor has the power; nothing if nowhere.
    pub fn of(actor: &Actor, policy: &Policy, power: Power) -> Option<Self> {
        if actor.has_power(policy, power, Place::Organisation) {
            return Some(Self::Organisation);
        }
        let sites: BTreeSet<SiteId> = actor
            .assignments
            .iter()
            .filter_map(|assignment| assignment.place().site())
            .filter(|site| actor.has_power(policy, power, Place::Site(*site)))
            .collect();
        (!sites.is_empty()).then_some(Self::Sites(sites))
    }

    pub fn covers(&self, place: Place) -> bool {
        match (self, place) {
            (Self::Organisation, _) => true,
            (Self::Sites(_), Place::Organisation) => false,
            (Self::Sites(sites), Place::Site(site)) => sites.contains(&site),
        }
    }

    /// Whether the user holds something where the power is.
    pub fn meets(&self, user: &User) -> bool {
        match self {
            Self::Organisation => true,
            Self::Sites(_) => user
                .assignments
                .iter()
                .any(|assignment| self.covers(assignment.place())),
        }
    }
}

/// Whether there is a subject whom the one who asks may see.
pub fn may_see_subject(facts: &Facts) -> bool {
    let is_seen = |subject| facts.actor.sees_user(&facts.policy, subject);
    facts.subject.as_ref().is_some_and(is_seen)
}

/// Leaves the sites that the actor reaches or the subject holds, with what lies in them.
pub fn within_reach(mut facts: Facts) -> Facts {
    let reaches_all = facts.actor.kind != ActorKind::Member
        || facts
            .actor
            .assignments
            .iter()
            .any(|assignment| assignment.place() == Place::Organisation);
    if reaches_all {
        return facts;
    }
    let places = |assignments: &[Assignment]| -> Vec<SiteId> {
        assignments
            .iter()
            .filter_map(|assignment| assignment.place().site())
            .collect()
    };
    let mut sites: BTreeSet<SiteId> = places(&facts.actor.assignments).into_iter().collect();
    if let Some(subject) = &facts.subject {
        sites.extend(places(&subject.assignments));
        sites.extend(subject.primary_site);
    }
    facts.organisation.sites.retain(|site| sites.contains(&site.id));
    facts
        .organisation
        .resources
        .retain(|resource| resource.site.is_none_or(|site| sites.contains(&site)));
    facts
}

/// The name of whoever asks; nothing for the command line.
pub fn asker_name(conn: &mut Conn, asker: &Asker) -> Result<String, StoreError> {
    if asker.kind != ActorKind::Member {
        return Ok(String::new());
    }
    store::name_of_user(conn, asker.user)
}
