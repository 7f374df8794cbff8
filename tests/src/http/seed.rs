//! Puts the world of a case into a database, as edits before it would have left it.

use std::sync::LazyLock;

use diesel::prelude::*;
use server::accounts::passwords;
use server::store::schema::{credentials, licences, login_emails_used, support_cases};
use server::store::{self, Conn, Db, StoreError};
use shared::ids::{OrganisationId, Timestamp};
use shared::licence::SupportCase;
use shared::user::User;
use uuid::Uuid;

use crate::cases::World;

/// The password of everyone in a seeded world.
pub const PASSWORD: &str = "correct horse battery staple";

/// Hashed once: a hash takes longer than a scenario.
static HASH: LazyLock<String> = LazyLock::new(|| passwords::hash(PASSWORD).expect("the password can be hashed"));

pub(super) async fn put(db: &Db, world: &World) {
    let world = world.clone();
    db.write(move |conn| insert(conn, &world))
        .await
        .expect("the world is put into the database");
}

fn insert(conn: &mut Conn, world: &World) -> Result<(), StoreError> {
    let organisation = world.organisation.id;
    store::create_organisation(conn, organisation, &world.organisation.name, &world.policy, world.now)?;
    for site in &world.organisation.sites {
        store::insert_site(conn, organisation, site, world.now)?;
    }
    for resource in &world.organisation.resources {
        store::insert_resource(conn, organisation, resource, world.now)?;
    }
    for user in &world.users {
        store::save_user(conn, organisation, None, user, &world.policy, world.now)?;
        insert_account(conn, organisation, user, world.now)?;
    }
    for case in &world.cases {
        insert_case(conn, organisation, case)?;
    }
    // Accounts of somebody else, and accounts that are gone.
    for email in &world.emails_elsewhere {
        use_email(conn, email, organisation, &Uuid::now_v7().to_string(), None)?;
    }
    for email in &world.emails_retired {
        use_email(conn, email, organisation, &Uuid::now_v7().to_string(), Some(world.now))?;
    }
    Ok(())
}

fn insert_case(conn: &mut Conn, organisation: OrganisationId, case: &SupportCase) -> Result<(), StoreError> {
    let closed = case.closed.as_ref();
    diesel::insert_into(support_cases::table)
        .values((
            support_cases::id.eq(case.id.to_string()),
            support_cases::organisation_id.eq(organisation.to_string()),
            support_cases::user_id.eq(case.person.user.to_string()),
            support_cases::user_name.eq(&case.person.name),
            support_cases::product_id.eq(case.product.as_str()),
            support_cases::opened_by.eq(case.opened_by.user.to_string()),
            support_cases::opened_by_name.eq(&case.opened_by.name),
            support_cases::created_at.eq(case.opened_at.0),
            support_cases::state.eq(if case.is_open() { store::OPEN } else { store::CLOSED }),
            support_cases::closed_by.eq(closed.map(|closed| closed.by.user.to_string())),
            support_cases::closed_by_name.eq(closed.map(|closed| closed.by.name.clone())),
            support_cases::closed_at.eq(closed.map(|closed| closed.at.0)),
            support_cases::note.eq(closed.map(|closed| closed.note.clone()).unwrap_or_default()),
        ))
        .execute(conn)?;
    Ok(())
}

fn insert_account(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = user.id.to_string();
    if !user.profile.login_email.is_empty() {
        use_email(conn, &user.profile.login_email, organisation, &id, None)?;
    }
    diesel::insert_into(credentials::table)
        .values((
            credentials::user_id.eq(&id),
            credentials::password_hash.eq(HASH.as_str()),
            credentials::must_change.eq(false),
            credentials::changed_at.eq(now.0),
        ))
        .execute(conn)?;
    for product in &user.products {
        diesel::insert_into(licences::table)
            .values((
                licences::user_id.eq(&id),
                licences::product_id.eq(product.as_str()),
                licences::terms_version.eq("before"),
                licences::monthly_cents.eq(0_i64),
                licences::agreed_by.eq(&id),
                licences::agreed_at.eq(now.0),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn use_email(
    conn: &mut Conn,
    email: &str,
    organisation: OrganisationId,
    user: &str,
    retired: Option<Timestamp>,
) -> Result<(), StoreError> {
    diesel::insert_into(login_emails_used::table)
        .values((
            login_emails_used::email.eq(email),
            login_emails_used::organisation_id.eq(organisation.to_string()),
            login_emails_used::user_id.eq(user),
            login_emails_used::retired_at.eq(retired.map(|at| at.0)),
        ))
        .execute(conn)?;
    Ok(())
}
