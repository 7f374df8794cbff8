//! Organisations, their policies, sites and resources.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use diesel::prelude::*;
use shared::Policy;
use shared::ids::{OrganisationId, ProductId, ResourceId, ResourceKindId, Revision, SiteId, Timestamp};
use shared::organisation::{Organisation, Resource, Site};

use super::schema::{organisations as o, resources as r, site_products as sp, sites as s};
use super::versions::{Publication, insert_version};
use super::{Conn, StoreError, codec};

/// An organisation without its policy's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    pub id: OrganisationId,
    pub name: String,
    pub policy_hash: String,
    pub audit_sequence: u64,
    pub audit_hash: String,
}

type Columns = (String, String, String, i64, String);

fn row((id, name, policy_hash, sequence, audit_hash): Columns) -> Result<OrganisationRow, StoreError> {
    Ok(OrganisationRow {
        id: OrganisationId(codec::uuid(&id)?),
        name,
        policy_hash,
        audit_sequence: u64::try_from(sequence).unwrap_or_default(),
        audit_hash,
    })
}

const COLUMNS: (o::id, o::name, o::policy_hash, o::audit_sequence, o::audit_hash) =
    (o::id, o::name, o::policy_hash, o::audit_sequence, o::audit_hash);

/// One organisation.
pub fn organisation_row(conn: &mut Conn, id: OrganisationId) -> Result<Option<OrganisationRow>, StoreError> {
    o::table
        .find(id.to_string())
        .select(COLUMNS)
        .first::<Columns>(conn)
        .optional()?
        .map(row)
        .transpose()
}

/// Every organisation, by name.
pub fn organisations(conn: &mut Conn) -> Result<Vec<OrganisationRow>, StoreError> {
    o::table
        .select(COLUMNS)
        .order((o::name, o::id))
        .load::<Columns>(conn)?
        .into_iter()
        .map(row)
        .collect()
}

/// The organisation of this name, if there is exactly one.
pub fn organisation_by_name(conn: &mut Conn, name: &str) -> Result<Option<OrganisationRow>, StoreError> {
    let mut found: Vec<Columns> = o::table.filter(o::name.eq(name)).select(COLUMNS).limit(2).load(conn)?;
    match found.len() {
        1 => found.pop().map(row).transpose(),
        _ => Ok(None),
    }
}

/// Makes edits of one organisation serial until the transaction ends, also among several server processes: what an edit
/// reads is what the edit before it left (X5). On SQLite the transaction already is the only writer.
pub fn lock_organisation(conn: &mut Conn, id: OrganisationId) -> Result<(), StoreError> {
    if let Conn::Postgres(conn) = conn {
        o::table
            .find(id.to_string())
            .select(o::id)
            .for_update()
            .first::<String>(conn)
            .optional()?;
    }
    Ok(())
}

/// Makes an organisation. Its policy has been checked by the caller.
pub fn create_organisation(
    conn: &mut Conn,
    id: OrganisationId,
    name: &str,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), StoreError> {
    let policy_json = codec::json(policy)?;
    diesel::insert_into(o::table)
        .values((
            o::id.eq(id.to_string()),
            o::name.eq(name),
            o::policy_hash.eq(codec::sha256(policy_json.as_bytes())),
            o::policy_json.eq(policy_json),
            o::policy_revision.eq(1),
            o::audit_sequence.eq(0),
            o::audit_hash.eq(""),
            o::created_at.eq(now.0),
        ))
        .execute(conn)?;
    let first = Publication {
        source: None,
        by: None,
        at: now,
        note: "",
    };
    insert_version(conn, id, Revision(1), policy, first)
}

/// Parsed policies by the hash of their text: found by content, they cannot be stale (X8).
static POLICIES: LazyLock<Mutex<HashMap<String, Arc<Policy>>>> = LazyLock::new(Mutex::default);

/// A few for each organisation of a large installation; a policy is some ten kilobytes.
const POLICIES_KEPT: usize = 1_000;

/// The organisation's policy, parsed once.
pub fn parsed_policy(conn: &mut Conn, organisation: &OrganisationRow) -> Result<Arc<Policy>, StoreError> {
    let cached = POLICIES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&organisation.policy_hash)
        .cloned();
    if let Some(policy) = cached {
        return Ok(policy);
    }
    let text: String = o::table
        .find(organisation.id.to_string())
        .select(o::policy_json)
        .first(conn)?;
    let policy: Arc<Policy> = Arc::new(codec::from_json(&text)?);
    let mut kept = POLICIES.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= POLICIES_KEPT {
        kept.clear();
    }
    kept.insert(codec::sha256(text.as_bytes()), Arc::clone(&policy));
    Ok(policy)
}

/// Stores a changed policy.
pub fn save_policy(conn: &mut Conn, organisation: OrganisationId, policy: &Policy) -> Result<(), StoreError> {
    let policy_json = codec::json(policy)?;
    diesel::update(o::table.find(organisation.to_string()))
        .set((
            o::policy_hash.eq(codec::sha256(policy_json.as_bytes())),
            o::policy_json.eq(policy_json),
            o::policy_revision.eq(o::policy_revision + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// The organisation with all its sites and resources, sorted by name.
pub fn places(conn: &mut Conn, organisation: &OrganisationRow) -> Result<Organisation, StoreError> {
    let key = organisation.id.to_string();
    let mut products: BTreeMap<String, Vec<ProductId>> = BTreeMap::new();
    let activated: Vec<(String, String)> = sp::table
        .inner_join(s::table.on(s::id.eq(sp::site_id)))
        .filter(s::organisation_id.eq(&key))
        .select((sp::site_id, sp::product_id))
        .order((sp::site_id, sp::product_id))
        .load(conn)?;
    for (site, product) in activated {
        products.entry(site).or_default().push(ProductId(product));
    }
    let mut sites = Vec::new();
    let rows: Vec<(String, String, bool)> = s::table
        .filter(s::organisation_id.eq(&key))
        .select((s::id, s::name, s::archived))
        .load(conn)?;
    for (id, name, archived) in rows {
        let products = products.remove(&id).unwrap_or_default();
        sites.push(Site {
            id: SiteId(codec::uuid(&id)?),
            name,
            archived,
            products,
        });
    }
    let mut resources = Vec::new();
    let rows: Vec<(String, String, Option<String>, String, bool)> = r::table
        .filter(r::organisation_id.eq(&key))
        .select((r::id, r::kind_id, r::site_id, r::name, r::archived))
        .load(conn)?;
    for (id, kind, site, name, archived) in rows {
        let site = site.map(|site| codec::uuid(&site).map(SiteId)).transpose()?;
        resources.push(Resource {
            id: ResourceId(codec::uuid(&id)?),
            kind: ResourceKindId(kind),
            site,
            name,
            archived,
        });
    }
    // Sorted here and not in SQL, so that both databases give the same order.
    sites.sort_by_cached_key(|site| (codec::fold(&site.name), site.id));
    resources.sort_by_cached_key(|resource| (codec::fold(&resource.name), resource.id));
    Ok(Organisation {
        id: organisation.id,
        name: organisation.name.clone(),
        sites,
        resources,
    })
}

/// What the sites of an organisation are called, archived ones too.
pub fn site_names(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>, StoreError> {
    let of_it = s::table.filter(s::organisation_id.eq(organisation.to_string()));
    Ok(of_it.select(s::name).load(conn)?)
}

/// Stores a new site with its products.
pub fn insert_site(
    conn: &mut Conn,
    organisation: OrganisationId,
    site: &Site,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(s::table)
        .values((
            s::id.eq(site.id.to_string()),
            s::organisation_id.eq(organisation.to_string()),
            s::name.eq(&site.name),
            s::archived.eq(site.archived),
            s::created_at.eq(now.0),
        ))
        .execute(conn)?;
    for product in &site.products {
        diesel::insert_into(sp::table)
            .values((sp::site_id.eq(site.id.to_string()), sp::product_id.eq(product.as_str())))
            .execute(conn)?;
    }
    Ok(())
}

/// Stores a new resource.
pub fn insert_resource(
    conn: &mut Conn,
    organisation: OrganisationId,
    resource: &Resource,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(r::table)
        .values((
            r::id.eq(resource.id.to_string()),
            r::organisation_id.eq(organisation.to_string()),
            r::kind_id.eq(resource.kind.as_str()),
            r::site_id.eq(resource.site.map(|site| site.to_string())),
            r::name.eq(&resource.name),
            r::archived.eq(resource.archived),
            r::created_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}
