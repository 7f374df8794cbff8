//! The versions of organisations' policies.

use diesel::prelude::*;
use shared::Policy;
use shared::ids::{OrganisationId, Revision, Timestamp, UserId};
use shared::policy::PolicyVersion;
use shared::policy::compare::source_of;
use shared::wire::AuditPerson;

use super::schema::{assignments as a, organisations as o, users as u};
use super::{Conn, StoreError, codec, save_policy};

diesel::table! {
    policy_versions (organisation_id, version) {
        organisation_id -> Text,
        version -> BigInt,
        policy_json -> Text,
        source -> Nullable<Text>,
        published_at -> BigInt,
        published_by -> Nullable<Text>,
        publisher_name -> Text,
        note -> Text,
    }
}

use policy_versions as v;

/// Who puts a policy in force, when and why.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// As it was written, where it was.
    pub source: Option<&'a str>,
    pub by: Option<&'a AuditPerson>,
    pub at: Timestamp,
    pub note: &'a str,
}

/// The version of the policy in force.
pub fn policy_version(conn: &mut Conn, organisation: OrganisationId) -> Result<Revision, StoreError> {
    let version: i64 = o::table
        .find(organisation.to_string())
        .select(o::policy_revision)
        .first(conn)?;
    Ok(revision(version))
}

/// Puts a policy in force as the next version. The caller holds the organisation's lock and has judged it.
pub fn publish_policy(
    conn: &mut Conn,
    organisation: OrganisationId,
    policy: &Policy,
    publication: Publication<'_>,
) -> Result<Revision, StoreError> {
    save_policy(conn, organisation, policy)?;
    let version = policy_version(conn, organisation)?;
    insert_version(conn, organisation, version, policy, publication)?;
    mark_clinical(conn, organisation, policy)?;
    Ok(version)
}

/// Keeps a version.
pub(super) fn insert_version(
    conn: &mut Conn,
    organisation: OrganisationId,
    version: Revision,
    policy: &Policy,
    publication: Publication<'_>,
) -> Result<(), StoreError> {
    diesel::insert_into(v::table)
        .values((
            v::organisation_id.eq(organisation.to_string()),
            v::version.eq(number(version)),
            v::policy_json.eq(codec::json(policy)?),
            v::source.eq(publication.source),
            v::published_at.eq(publication.at.0),
            v::published_by.eq(publication.by.map(|person| person.user.to_string())),
            v::publisher_name.eq(publication.by.map(|person| person.name.as_str()).unwrap_or_default()),
            v::note.eq(publication.note),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who is clinical follows from the roles; lists filter by it, so it stands with the user.
fn mark_clinical(conn: &mut Conn, organisation: OrganisationId, policy: &Policy) -> Result<(), StoreError> {
    let key = organisation.to_string();
    let clinical: Vec<&str> = policy
        .roles
        .iter()
        .filter(|role| role.clinical)
        .map(|role| role.id.as_str())
        .collect();
    let holders = a::table
        .filter(a::organisation_id.eq(&key))
        .filter(a::role_id.eq_any(clinical))
        .select(a::user_id);
    let everyone = u::table.filter(u::organisation_id.eq(&key));
    diesel::update(
        everyone
            .filter(u::is_clinical.eq(true))
            .filter(u::id.ne_all(holders.clone())),
    )
    .set(u::is_clinical.eq(false))
    .execute(conn)?;
    let everyone = u::table.filter(u::organisation_id.eq(&key));
    diesel::update(everyone.filter(u::is_clinical.eq(false)).filter(u::id.eq_any(holders)))
        .set(u::is_clinical.eq(true))
        .execute(conn)?;
    Ok(())
}

/// A version with its policy and source.
#[derive(Clone, Debug)]
pub struct StoredVersion {
    pub version: PolicyVersion,
    pub policy: Policy,
    pub source: String,
}

type Columns = (i64, i64, Option<String>, String, String);

const COLUMNS: (v::version, v::published_at, v::published_by, v::publisher_name, v::note) =
    (v::version, v::published_at, v::published_by, v::publisher_name, v::note);

/// Every version, newest first.
pub fn policy_versions(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<PolicyVersion>, StoreError> {
    v::table
        .filter(v::organisation_id.eq(organisation.to_string()))
        .order(v::version.desc())
        .select(COLUMNS)
        .load::<Columns>(conn)?
        .into_iter()
        .map(version_of)
        .collect()
}

/// One version, whole.
pub fn load_policy_version(
    conn: &mut Conn,
    organisation: OrganisationId,
    version: Revision,
) -> Result<Option<StoredVersion>, StoreError> {
    let found: Option<(Columns, String, Option<String>)> = v::table
        .find((organisation.to_string(), number(version)))
        .select((COLUMNS, v::policy_json, v::source))
        .first(conn)
        .optional()?;
    let Some((columns, policy, source)) = found else {
        return Ok(None);
    };
    let policy: Policy = codec::from_json(&policy)?;
    let source = match source {
        Some(source) => source,
        None => source_of(&policy).map_err(|error| StoreError::Corrupt(error.to_string()))?,
    };
    Ok(Some(StoredVersion {
        version: version_of(columns)?,
        policy,
        source,
    }))
}

fn version_of((version, published_at, by, name, note): Columns) -> Result<PolicyVersion, StoreError> {
    let published_by = match by {
        Some(user) => Some(AuditPerson {
            user: UserId(codec::uuid(&user)?),
            name,
        }),
        None => None,
    };
    Ok(PolicyVersion {
        version: revision(version),
        published_at: Timestamp(published_at),
        published_by,
        note,
    })
}

fn number(version: Revision) -> i64 {
    i64::try_from(version.0).unwrap_or(i64::MAX)
}

fn revision(version: i64) -> Revision {
    Revision(u64::try_from(version).unwrap_or_default())
}
