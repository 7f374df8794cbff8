//! Support cases, and the agreements by which people have products: what is on record about licences.

use diesel::prelude::*;
use shared::ids::{CaseId, OrganisationId, ProductId, Timestamp, UserId};
use shared::licence::{CaseClosed, Licence, SupportCase};
use shared::user::User;
use shared::wire::AuditPerson;
use uuid::Uuid;

use super::schema::{licences as l, support_cases as c};
use super::{Conn, StoreError, codec, number, record_name};

/// The states of a case, as the column has them.
pub const OPEN: &str = "open";
pub const CLOSED: &str = "closed";

/// A row of the cases.
#[derive(Queryable, Selectable)]
#[diesel(table_name = c)]
pub struct CaseRow {
    id: String,
    user_id: String,
    user_name: String,
    product_id: String,
    opened_by: String,
    opened_by_name: String,
    created_at: i64,
    closed_by: Option<String>,
    closed_by_name: Option<String>,
    closed_at: Option<i64>,
    note: String,
}

impl CaseRow {
    pub fn into_case(self) -> Result<SupportCase, StoreError> {
        let closed = match (self.closed_by, self.closed_at) {
            (Some(by), Some(at)) => Some(CaseClosed {
                by: person(&by, self.closed_by_name.unwrap_or_default())?,
                at: Timestamp(at),
                note: self.note,
            }),
            _ => None,
        };
        Ok(SupportCase {
            id: CaseId(codec::uuid(&self.id)?),
            person: person(&self.user_id, self.user_name)?,
            product: ProductId(self.product_id),
            opened_by: person(&self.opened_by, self.opened_by_name)?,
            opened_at: Timestamp(self.created_at),
            closed,
        })
    }
}

fn person(id: &str, name: String) -> Result<AuditPerson, StoreError> {
    Ok(AuditPerson {
        user: UserId(codec::uuid(id)?),
        name,
    })
}

/// The cases about one person, newest first.
pub fn cases_of(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<Vec<SupportCase>, StoreError> {
    let rows: Vec<CaseRow> = c::table
        .filter(c::user_id.eq(user.to_string()))
        .filter(c::organisation_id.eq(organisation.to_string()))
        .order((c::created_at.desc(), c::id.desc()))
        .select(CaseRow::as_select())
        .load(conn)?;
    rows.into_iter().map(CaseRow::into_case).collect()
}

pub fn open_case(
    conn: &mut Conn,
    organisation: OrganisationId,
    about: (&User, &ProductId),
    by: &AuditPerson,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (user, product) = about;
    diesel::insert_into(c::table)
        .values((
            c::id.eq(Uuid::now_v7().to_string()),
            c::organisation_id.eq(organisation.to_string()),
            c::user_id.eq(user.id.to_string()),
            c::user_name.eq(record_name(&user.profile)),
            c::product_id.eq(product.as_str()),
            c::opened_by.eq(by.user.to_string()),
            c::opened_by_name.eq(&by.name),
            c::created_at.eq(at.0),
            c::state.eq(OPEN),
        ))
        .execute(conn)?;
    Ok(())
}

/// Closes one case, by what came of it.
pub fn close_case(
    conn: &mut Conn,
    case: CaseId,
    note: &str,
    by: &AuditPerson,
    at: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(c::table.find(case.to_string()))
        .set(closing(note, by, at))
        .execute(conn)?;
    Ok(())
}

/// Closes whatever is open about a person whose account ends: there is nobody left to do it for.
pub fn close_cases_of(conn: &mut Conn, user: UserId, by: &AuditPerson, at: Timestamp) -> Result<(), StoreError> {
    let open = c::table
        .filter(c::user_id.eq(user.to_string()))
        .filter(c::state.eq(OPEN));
    diesel::update(open).set(closing("", by, at)).execute(conn)?;
    Ok(())
}

type Closing = (
    diesel::dsl::Eq<c::state, &'static str>,
    diesel::dsl::Eq<c::closed_by, Option<String>>,
    diesel::dsl::Eq<c::closed_by_name, Option<String>>,
    diesel::dsl::Eq<c::closed_at, Option<i64>>,
    diesel::dsl::Eq<c::note, String>,
);

fn closing(note: &str, by: &AuditPerson, at: Timestamp) -> Closing {
    (
        c::state.eq(CLOSED),
        c::closed_by.eq(Some(by.user.to_string())),
        c::closed_by_name.eq(Some(by.name.clone())),
        c::closed_at.eq(Some(at.0)),
        c::note.eq(note.to_owned()),
    )
}

/// The agreements by which a person has products, the oldest first (T13).
pub fn licences_of(conn: &mut Conn, user: UserId) -> Result<Vec<Licence>, StoreError> {
    let rows: Vec<(String, String, i64, String, String, i64)> = l::table
        .filter(l::user_id.eq(user.to_string()))
        .order((l::agreed_at, l::product_id))
        .select((
            l::product_id,
            l::terms_version,
            l::monthly_cents,
            l::agreed_by,
            l::agreed_by_name,
            l::agreed_at,
        ))
        .load(conn)?;
    let licence = |(product, terms, monthly_cents, by, name, at)| -> Result<Licence, StoreError> {
        let by: String = by;
        Ok(Licence {
            product: ProductId(product),
            terms,
            monthly_cents: number(monthly_cents),
            agreed_by: person(&by, name)?,
            agreed_at: Timestamp(at),
        })
    };
    rows.into_iter().map(licence).collect()
}
