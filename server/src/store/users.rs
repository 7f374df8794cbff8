//! Users: a row, their assignments with the chosen resources, memberships and licences.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::dsl::exists;
use diesel::prelude::*;
use shared::access::{Assignment, Resources, Scope};
use shared::effective;
use shared::ids::{OrganisationId, ProductId, ResourceId, Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, Status};
use shared::policy::{Policy, Power};
use shared::user::{Profile, User};

use super::schema::{assignment_resources as ar, assignments as a, licences as l, memberships as m, users as u};
use super::{Conn, StoreError, codec};

/// A user with what is stored beside the account proper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    pub user: User,
    pub organisation: OrganisationId,
    pub last_seen: Option<Timestamp>,
    pub invited_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = super::schema::users)]
struct UserColumns {
    id: String,
    organisation_id: String,
    revision: i64,
    status: String,
    locked_at: Option<i64>,
    lock_cause: Option<String>,
    primary_site_id: Option<String>,
    last_seen_at: i64,
    invited_at: Option<i64>,
    deactivated_at: Option<i64>,
    profile_json: String,
}

/// The user of this id, if it is one of the organisation.
pub fn load_user(conn: &mut Conn, organisation: OrganisationId, id: UserId) -> Result<Option<User>, StoreError> {
    Ok(user_record(conn, id)?
        .filter(|record| record.organisation == organisation)
        .map(|record| record.user))
}

/// Active people who have a power in the whole organisation, locked ones too, by name; so many at most.
pub fn administering(
    conn: &mut Conn,
    organisation: OrganisationId,
    policy: &Policy,
    power: Power,
    at_most: i64,
) -> Result<Vec<User>, StoreError> {
    let roles = policy.roles.iter().filter(|role| role.administers.contains(&power));
    let roles: Vec<&str> = roles.map(|role| role.id.as_str()).collect();
    let found: Vec<String> = u::table
        .filter(u::organisation_id.eq(organisation.to_string()))
        .filter(u::status.eq(codec::name(&Status::Active)?))
        .filter(exists(
            a::table
                .filter(a::user_id.eq(u::id))
                .filter(a::role_id.eq_any(roles))
                .filter(a::site_id.is_null()),
        ))
        .order((u::sort_name, u::id))
        .limit(at_most)
        .select(u::id)
        .load(conn)?;
    let mut ids = Vec::with_capacity(found.len());
    for id in found {
        ids.push(UserId(codec::uuid(&id)?));
    }
    let people = load_users(conn, &ids)?;
    Ok(people.into_iter().map(|record| record.user).collect())
}

/// The name by which someone is put on record: an invited person may have none but their address.
pub fn record_name(profile: &Profile) -> String {
    let name = profile.display_name();
    if name.is_empty() {
        profile.login_email.clone()
    } else {
        name
    }
}

/// The same for the user of this id; empty for nobody.
pub fn name_of_user(conn: &mut Conn, id: UserId) -> Result<String, StoreError> {
    let profile: Option<String> = u::table
        .find(id.to_string())
        .select(u::profile_json)
        .first(conn)
        .optional()?;
    Ok(profile
        .map(|text| codec::from_json(&text))
        .transpose()?
        .as_ref()
        .map(record_name)
        .unwrap_or_default())
}

/// The user of this id, in whichever organisation.
pub fn user_record(conn: &mut Conn, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    Ok(load_users(conn, &[id])?.pop())
}

/// The users of these ids, in this order; ids of nobody are left out.
pub fn load_users(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<UserRecord>, StoreError> {
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<UserColumns> = u::table
        .filter(u::id.eq_any(&keys))
        .select(UserColumns::as_select())
        .load(conn)?;
    let mut assignments = assignments_of(conn, &keys)?;
    let mut memberships: BTreeMap<String, BTreeSet<ResourceId>> = BTreeMap::new();
    let joined: Vec<(String, String)> = m::table
        .filter(m::user_id.eq_any(&keys))
        .select((m::user_id, m::resource_id))
        .load(conn)?;
    for (user, resource) in joined {
        memberships
            .entry(user)
            .or_default()
            .insert(ResourceId(codec::uuid(&resource)?));
    }
    let mut products: BTreeMap<String, BTreeSet<ProductId>> = BTreeMap::new();
    let licensed: Vec<(String, String)> = l::table
        .filter(l::user_id.eq_any(&keys))
        .select((l::user_id, l::product_id))
        .load(conn)?;
    for (user, product) in licensed {
        products.entry(user).or_default().insert(ProductId(product));
    }
    let mut found: BTreeMap<String, UserRecord> = BTreeMap::new();
    for row in rows {
        let id = row.id.clone();
        let record = record(
            row,
            assignments.remove(&id).unwrap_or_default(),
            memberships.remove(&id).unwrap_or_default(),
            products.remove(&id).unwrap_or_default(),
        )?;
        found.insert(id, record);
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

fn record(
    row: UserColumns,
    assignments: Vec<Assignment>,
    memberships: BTreeSet<ResourceId>,
    products: BTreeSet<ProductId>,
) -> Result<UserRecord, StoreError> {
    let locked = match (row.locked_at, row.lock_cause) {
        (Some(since), Some(cause)) => Some(Lock {
            since: Timestamp(since),
            cause: codec::from_name(&cause)?,
        }),
        (None, None) => None,
        _ => {
            return Err(StoreError::Corrupt(format!(
                "user {}: a lock without its cause",
                row.id
            )));
        }
    };
    Ok(UserRecord {
        organisation: OrganisationId(codec::uuid(&row.organisation_id)?),
        last_seen: (row.last_seen_at > 0).then_some(Timestamp(row.last_seen_at)),
        invited_at: row.invited_at.map(Timestamp),
        user: User {
            id: UserId(codec::uuid(&row.id)?),
            revision: Revision(u64::try_from(row.revision).unwrap_or_default()),
            profile: codec::from_json(&row.profile_json)?,
            status: codec::from_name(&row.status)?,
            locked,
            assignments,
            primary_site: row
                .primary_site_id
                .map(|site| codec::uuid(&site).map(SiteId))
                .transpose()?,
            memberships,
            products,
            deactivated_at: row.deactivated_at.map(Timestamp),
        },
    })
}

/// The assignments of each of these users, sorted.
pub fn assignments_of(conn: &mut Conn, keys: &[String]) -> Result<BTreeMap<String, Vec<Assignment>>, StoreError> {
    type Row = (String, String, Option<String>, bool);
    let rows: Vec<Row> = a::table
        .filter(a::user_id.eq_any(keys))
        .select((a::user_id, a::role_id, a::site_id, a::all_resources))
        .load(conn)?;
    let mut chosen: BTreeMap<(String, String, String), BTreeSet<ResourceId>> = BTreeMap::new();
    if rows.iter().any(|(_, _, site, all)| site.is_some() && !all) {
        let resources: Vec<(String, String, String, String)> = ar::table
            .filter(ar::user_id.eq_any(keys))
            .select((ar::user_id, ar::role_id, ar::site_id, ar::resource_id))
            .load(conn)?;
        for (user, role, site, resource) in resources {
            chosen
                .entry((user, role, site))
                .or_default()
                .insert(ResourceId(codec::uuid(&resource)?));
        }
    }
    let mut found: BTreeMap<String, Vec<Assignment>> = BTreeMap::new();
    for (user, role, site, all) in rows {
        let scope = match site {
            None => Scope::Organisation,
            Some(site) => {
                let resources = if all {
                    Resources::All
                } else {
                    Resources::Only(
                        chosen
                            .remove(&(user.clone(), role.clone(), site.clone()))
                            .unwrap_or_default(),
                    )
                };
                Scope::Site {
                    site: SiteId(codec::uuid(&site)?),
                    resources,
                }
            }
        };
        found.entry(user).or_default().push(Assignment {
            role: RoleId(role),
            scope,
        });
    }
    for assignments in found.values_mut() {
        assignments.sort();
    }
    Ok(found)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = super::schema::users, treat_none_as_null = true)]
struct Stored {
    id: String,
    organisation_id: String,
    revision: i64,
    status: String,
    locked_at: Option<i64>,
    lock_cause: Option<String>,
    sort_name: String,
    login_email: String,
    search_text: String,
    is_clinical: bool,
    primary_site_id: Option<String>,
    deactivated_at: Option<i64>,
    profile_json: String,
}

fn stored(organisation: OrganisationId, user: &User, policy: &Policy) -> Result<Stored, StoreError> {
    let display_name = user.profile.display_name();
    let (folded, address) = (codec::fold(&display_name), codec::fold(&user.profile.login_email));
    Ok(Stored {
        id: user.id.to_string(),
        organisation_id: organisation.to_string(),
        revision: i64::try_from(user.revision.0).unwrap_or(i64::MAX),
        status: codec::name(&user.status)?,
        locked_at: user.locked.map(|lock| lock.since.0),
        lock_cause: user.locked.map(|lock| codec::name(&lock.cause)).transpose()?,
        search_text: format!("{folded} {address}").trim().to_owned(),
        sort_name: if folded.is_empty() { address } else { folded },
        login_email: user.profile.login_email.clone(),
        is_clinical: effective::is_clinical(policy, &user.assignments),
        primary_site_id: user.primary_site.map(|site| site.to_string()),
        deactivated_at: user.deactivated_at.map(|at| at.0),
        profile_json: codec::json(&user.profile)?,
    })
}

/// Stores a user as they are after an edit: a new one, or what differs from before. Licences are stored with their
/// agreement, elsewhere.
pub fn save_user(
    conn: &mut Conn,
    organisation: OrganisationId,
    before: Option<&User>,
    after: &User,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = stored(organisation, after, policy)?;
    match before {
        None => diesel::insert_into(u::table)
            .values((row, u::created_at.eq(now.0)))
            .execute(conn)?,
        Some(_) => diesel::update(u::table.find(after.id.to_string()))
            .set(row)
            .execute(conn)?,
    };
    save_access(conn, organisation, before, after)
}

fn save_access(
    conn: &mut Conn,
    organisation: OrganisationId,
    before: Option<&User>,
    after: &User,
) -> Result<(), StoreError> {
    let user = after.id.to_string();
    let held: &[Assignment] = before.map(|before| before.assignments.as_slice()).unwrap_or_default();
    for gone in held.iter().filter(|assignment| !after.assignments.contains(assignment)) {
        delete_assignment(conn, &user, gone)?;
    }
    for new in after.assignments.iter().filter(|assignment| !held.contains(assignment)) {
        insert_assignment(conn, organisation, &user, new)?;
    }
    let none = BTreeSet::new();
    let joined = before.map_or(&none, |before| &before.memberships);
    for left in joined.difference(&after.memberships) {
        diesel::delete(m::table.find((&user, left.to_string()))).execute(conn)?;
    }
    for joined in after.memberships.difference(joined) {
        diesel::insert_into(m::table)
            .values((m::user_id.eq(&user), m::resource_id.eq(joined.to_string())))
            .execute(conn)?;
    }
    Ok(())
}

fn delete_assignment(conn: &mut Conn, user: &str, assignment: &Assignment) -> Result<(), StoreError> {
    let role = assignment.role.as_str();
    let of_role = a::user_id.eq(user).and(a::role_id.eq(role));
    match assignment.place().site() {
        None => {
            diesel::delete(a::table.filter(of_role).filter(a::site_id.is_null())).execute(conn)?;
        }
        Some(site) => {
            let site = site.to_string();
            diesel::delete(a::table.filter(of_role).filter(a::site_id.eq(&site))).execute(conn)?;
            diesel::delete(
                ar::table
                    .filter(ar::user_id.eq(user))
                    .filter(ar::role_id.eq(role))
                    .filter(ar::site_id.eq(&site)),
            )
            .execute(conn)?;
        }
    }
    Ok(())
}

fn insert_assignment(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: &str,
    assignment: &Assignment,
) -> Result<(), StoreError> {
    let role = assignment.role.as_str();
    diesel::insert_into(a::table)
        .values((
            a::organisation_id.eq(organisation.to_string()),
            a::user_id.eq(user),
            a::role_id.eq(role),
            a::site_id.eq(assignment.place().site().map(|site| site.to_string())),
            a::all_resources.eq(matches!(assignment.scope.resources(), Resources::All)),
        ))
        .execute(conn)?;
    if let Scope::Site {
        site,
        resources: Resources::Only(chosen),
    } = &assignment.scope
    {
        for resource in chosen {
            diesel::insert_into(ar::table)
                .values((
                    ar::user_id.eq(user),
                    ar::role_id.eq(role),
                    ar::site_id.eq(site.to_string()),
                    ar::resource_id.eq(resource.to_string()),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Removes an account with everything that hangs on it; the audit record keeps what it says.
pub fn delete_user(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(u::table.find(user.to_string())).execute(conn)?;
    Ok(())
}

/// Stores many new users at once; of their access only assignments to whole places. For data made up to measure with.
pub fn insert_users(
    conn: &mut Conn,
    organisation: OrganisationId,
    users: &[User],
    policy: &Policy,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut rows, mut held, mut emails) = (Vec::new(), Vec::new(), Vec::new());
    for user in users {
        let row = stored(organisation, user, policy)?;
        emails.push(format!(
            "({},{},{})",
            text(&row.login_email),
            text(&row.organisation_id),
            text(&row.id)
        ));
        for assignment in &user.assignments {
            let site = optional_text(assignment.place().site().map(|site| site.to_string()).as_deref());
            let (organisation, user, role) = (
                text(&row.organisation_id),
                text(&row.id),
                text(assignment.role.as_str()),
            );
            held.push(format!("({organisation},{user},{role},{site},TRUE)"));
        }
        let locked_at = row.locked_at.map_or("NULL".to_owned(), |at| at.to_string());
        let deactivated_at = row.deactivated_at.map_or("NULL".to_owned(), |at| at.to_string());
        rows.push(format!(
            "({},{},{},{},{locked_at},{},{},{},{},{},{},{deactivated_at},{},{})",
            text(&row.id),
            text(&row.organisation_id),
            row.revision,
            text(&row.status),
            optional_text(row.lock_cause.as_deref()),
            text(&row.sort_name),
            text(&row.login_email),
            text(&row.search_text),
            if row.is_clinical { "TRUE" } else { "FALSE" },
            optional_text(row.primary_site_id.as_deref()),
            now.0,
            text(&row.profile_json),
        ));
    }
    for (into, values) in [
        (
            "users (id, organisation_id, revision, status, locked_at, lock_cause, sort_name, login_email, search_text, \
             is_clinical, primary_site_id, deactivated_at, created_at, profile_json)",
            rows,
        ),
        (
            "assignments (organisation_id, user_id, role_id, site_id, all_resources)",
            held,
        ),
        ("login_emails_used (email, organisation_id, user_id)", emails),
    ] {
        if !values.is_empty() {
            conn.batch_execute(&format!("INSERT INTO {into} VALUES {}", values.join(",")))?;
        }
    }
    Ok(())
}

/// Lets the database look at what it has, after much was written.
pub fn analyze(conn: &mut Conn) -> Result<(), StoreError> {
    conn.batch_execute("ANALYZE")?;
    if let Conn::Sqlite(conn) = conn {
        conn.batch_execute("INSERT INTO users_search (users_search) VALUES ('optimize')")?;
    }
    Ok(())
}

/// A literal of SQL; both databases take backslashes in it as they are.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn optional_text(value: Option<&str>) -> String {
    value.map_or("NULL".to_owned(), text)
}
