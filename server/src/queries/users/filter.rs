//! Which users a list is about: the search, the filters and the reader's reach, as conditions of the database.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use shared::access::{Place, SiteTie};
use shared::ids::{OrganisationId, SiteId};
use shared::wire::{UserQuery, UserSort, UserTab};

use crate::facts::Reach;
use crate::queries::cursor::{Cursor, Key};
use crate::queries::{Condition, QueryError, any_part};
use crate::store::schema::{assignments as a, sites as s, user_facets as f, users as u};
use crate::store::{self, Backend, Conn, StoreError, codec};

/// The users whom a query finds for a reader, whichever tab they are in.
pub(super) struct Filter<'a> {
    organisation: String,
    query: &'a UserQuery,
    reach: &'a Reach,
    /// Every term's pattern, but for those that the full-text index answers.
    patterns: Vec<String>,
    /// What SQLite's full-text index is asked.
    matched: Option<String>,
    has_long_terms: bool,
    /// A site is asked for, and some hold a role in the whole organisation: they reach that site as well (A16).
    with_everywhere: bool,
}

/// A list that is kept ready: everybody, or those of one role or of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    Everybody,
    Facet(Facet),
}

/// The columns of a facet; one of them is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facet {
    pub(super) role: String,
    pub(super) site: String,
}

impl<'a> Filter<'a> {
    pub(super) fn new(
        conn: &mut Conn,
        organisation: OrganisationId,
        query: &'a UserQuery,
        reach: &'a Reach,
    ) -> Result<Self, StoreError> {
        let folded = codec::fold(&query.search);
        let terms: Vec<&str> = folded.split_whitespace().collect();
        let (long, short): (Vec<&str>, Vec<&str>) = terms.iter().partition(|term| store::is_indexed(term));
        let matched = store::rare_match(conn, &long)?;
        let with_everywhere = match (reach, query.site) {
            (Reach::Organisation, Some(site)) => is_everywhere(conn, organisation, site)?,
            _ => false,
        };
        let patterns = if matched.is_some() { &short } else { &terms };
        Ok(Self {
            organisation: organisation.to_string(),
            query,
            reach,
            patterns: patterns.iter().map(|term| any_part(term)).collect(),
            matched,
            has_long_terms: !long.is_empty(),
            with_everywhere,
        })
    }

    pub(super) fn organisation(&self) -> &str {
        &self.organisation
    }

    /// The site that people have to depend on, and how.
    fn tie(&self) -> Option<(SiteId, SiteTie)> {
        Some((self.query.site?, self.query.tie?))
    }

    /// The list that is kept ready and has just these users, if there is one.
    pub(super) fn ready(&self) -> Option<Ready> {
        let query = self.query;
        let more = [query.clinical.is_some(), query.locked.is_some(), self.tie().is_some()];
        if !self.patterns.is_empty() || self.matched.is_some() || more.contains(&true) {
            return None;
        }
        let facet = |role: &str, site: String| {
            let role = role.to_owned();
            Some(Ready::Facet(Facet { role, site }))
        };
        match (&query.role, query.site, self.reach) {
            (None, None, Reach::Organisation) => Some(Ready::Everybody),
            (Some(role), None, Reach::Organisation) => facet(role, String::new()),
            // A site within reach: whoever is found there is within reach as well.
            // Those who reach every site are in no site's list, and are counted with it.
            (None, Some(site), _) => facet("", site.to_string()).filter(|_| !self.with_everywhere),
            (None, None, Reach::Sites(sites)) if sites.len() == 1 => {
                facet("", sites.first().map(ToString::to_string).unwrap_or_default())
            }
            _ => None,
        }
    }

    /// Whether an index knows about how many there are; otherwise rows are looked through until there are enough.
    pub(super) fn is_selective(&self) -> bool {
        let query = self.query;
        self.has_long_terms || query.role.is_some() || query.site.is_some() || query.locked == Some(true)
    }

    /// Search, filters, and the reader's reach; the tab is on top of them.
    pub(super) fn conditions(&self) -> Vec<Condition<u::table>> {
        let mut all: Vec<Condition<u::table>> = vec![Box::new(u::organisation_id.eq(self.organisation.clone()))];
        for pattern in &self.patterns {
            all.push(Box::new(u::search_text.like(pattern.clone()).escape('\\')));
        }
        if let Some(matched) = &self.matched {
            all.push(Box::new(
                diesel::dsl::sql::<Bool>("users.number IN (SELECT rowid FROM users_search WHERE users_search MATCH ")
                    .bind::<Text, _>(matched.clone())
                    .sql(")"),
            ));
        }
        // A list of ids and not a condition on each row: who holds something is found quicker than who does not.
        let held = || {
            a::table
                .filter(a::organisation_id.eq(self.organisation.clone()))
                .select(a::user_id)
        };
        let facet = |role: &str, site: String| {
            f::table
                .filter(f::organisation_id.eq(self.organisation.clone()))
                .filter(f::role_id.eq(role.to_owned()))
                .filter(f::site_id.eq(site))
                .select(f::user_id)
        };
        let within = |sites: &std::collections::BTreeSet<shared::ids::SiteId>| -> Vec<String> {
            sites.iter().map(ToString::to_string).collect()
        };
        match (&self.query.role, self.query.site) {
            (Some(role), Some(site)) if self.with_everywhere => all.push(Box::new(
                u::id.eq_any(
                    held().filter(a::role_id.eq(role.clone())).filter(
                        a::site_id
                            .eq(site.to_string())
                            .assume_not_null()
                            .or(a::site_id.is_null()),
                    ),
                ),
            )),
            (Some(role), Some(site)) => all.push(Box::new(
                u::id.eq_any(
                    held()
                        .filter(a::role_id.eq(role.clone()))
                        .filter(a::site_id.eq(site.to_string())),
                ),
            )),
            (Some(role), None) => all.push(match self.reach {
                Reach::Organisation => Box::new(u::id.eq_any(facet(role, String::new()))),
                // What someone holds elsewhere is left out of their row, so it is not found either.
                Reach::Sites(sites) => {
                    let here = a::site_id
                        .is_null()
                        .or(a::site_id.eq_any(within(sites)).assume_not_null());
                    Box::new(u::id.eq_any(held().filter(a::role_id.eq(role.clone())).filter(here)))
                }
            }),
            // Whose primary site it is depends on it, whatever they hold there by now.
            (None, Some(_)) if self.query.tie == Some(SiteTie::Primary) && *self.reach == Reach::Organisation => {}
            // One list of ids, out of one index each: an alternative of two would be looked at for every row.
            (None, Some(site)) if self.with_everywhere => all.push(Box::new(
                u::id.eq_any(facet("", site.to_string()).union(everywhere(self.organisation.clone()))),
            )),
            (None, Some(site)) => all.push(Box::new(u::id.eq_any(facet("", site.to_string())))),
            (None, None) => {}
        }
        match self.tie() {
            Some((site, SiteTie::Primary)) => {
                all.push(Box::new(u::primary_site_id.eq(site.to_string()).assume_not_null()))
            }
            Some((site, SiteTie::Only)) => {
                let away = a::site_id
                    .is_null()
                    .or(a::site_id.ne(site.to_string()).assume_not_null());
                let elsewhere = a::table.filter(a::user_id.eq(u::id)).filter(away);
                all.push(match self.reach {
                    Reach::Organisation => Box::new(diesel::dsl::not(exists(elsewhere))),
                    // What someone holds out of reach is not in their row, and no filter tells of it either.
                    Reach::Sites(sites) => {
                        let seen = a::site_id
                            .is_null()
                            .or(a::site_id.eq_any(within(sites)).assume_not_null());
                        Box::new(diesel::dsl::not(exists(elsewhere.filter(seen))))
                    }
                });
            }
            None => {}
        }
        if let Some(clinical) = self.query.clinical {
            all.push(Box::new(u::is_clinical.eq(clinical)));
        }
        match self.query.locked {
            Some(true) => all.push(Box::new(u::locked_at.is_not_null())),
            Some(false) => all.push(Box::new(u::locked_at.is_null())),
            None => {}
        }
        if let Reach::Sites(sites) = self.reach
            && self.query.site.is_none()
        {
            all.push(Box::new(
                u::id.eq_any(held().filter(a::site_id.eq_any(within(sites)).assume_not_null())),
            ));
        }
        all
    }
}

/// Who holds a role in the whole organisation, and so at each of its sites, later ones too (A16).
#[diesel::dsl::auto_type(no_type_alias)]
fn everywhere(organisation: String) -> _ {
    a::table
        .filter(a::organisation_id.eq(organisation))
        .filter(a::site_id.is_null())
        .select(a::user_id)
}

/// Whether it is a site of the organisation, and somebody holds a role at all of them.
fn is_everywhere(conn: &mut Conn, organisation: OrganisationId, site: SiteId) -> Result<bool, StoreError> {
    let organisation = organisation.to_string();
    let of_it = s::table
        .filter(s::id.eq(site.to_string()))
        .filter(s::organisation_id.eq(organisation.clone()));
    Ok(diesel::select(exists(of_it).and(exists(everywhere(organisation)))).get_result(conn)?)
}

/// What a query of users is made of: its rows are of type `ST`.
pub(super) type Boxed<ST> = u::BoxedQuery<'static, Backend, ST>;

/// The rows of the tab that come after the cursor, in their order.
pub(super) fn in_order<ST>(mut rows: Boxed<ST>, filter: &Filter<'_>) -> Result<Boxed<ST>, QueryError>
where
    ST: 'static,
{
    let query = filter.query;
    rows = rows.filter(in_tab(query.tab)?);
    for condition in filter.conditions() {
        rows = rows.filter(condition);
    }
    if let Some(after) = &query.after {
        rows = rows.filter(behind(&Cursor::parse(after, query.sort)?, query.sort)?);
    }
    Ok(sorted(rows, query.sort))
}

pub(super) fn sorted<ST: 'static>(rows: Boxed<ST>, sort: UserSort) -> Boxed<ST> {
    match sort {
        UserSort::Name => rows.order((u::sort_name.asc(), u::id.asc())),
        UserSort::NameDescending => rows.order((u::sort_name.desc(), u::id.desc())),
        UserSort::LoginEmail => rows.order((u::login_email.asc(), u::id.asc())),
        UserSort::LastSeen => rows.order((u::last_seen_at.desc(), u::id.desc())),
        UserSort::Newest => rows.order((u::created_at.desc(), u::id.desc())),
    }
}

/// The ids on a page of a facet, from its index; nothing when that does not have the order.
pub(super) fn of_facet(
    conn: &mut Conn,
    filter: &Filter<'_>,
    facet: &Facet,
    limit: i64,
) -> Result<Option<Vec<String>>, QueryError> {
    let query = filter.query;
    if !matches!(query.sort, UserSort::Name | UserSort::NameDescending) {
        return Ok(None);
    }
    let mut ids = f::table
        .select(f::user_id)
        .into_boxed::<Backend>()
        .filter(f::organisation_id.eq(&filter.organisation))
        .filter(f::role_id.eq(&facet.role))
        .filter(f::site_id.eq(&facet.site));
    ids = match query.tab.status() {
        Some(status) => ids.filter(f::status.eq(codec::name(&status)?)),
        // Said as the index says it.
        None => ids.filter(diesel::dsl::sql::<Bool>("user_facets.locked")),
    };
    let after = match &query.after {
        None => None,
        Some(after) => {
            let cursor = Cursor::parse(after, query.sort)?;
            let Key::Text(key) = cursor.key else {
                return Err(QueryError::BadCursor);
            };
            Some((key, cursor.id.to_string()))
        }
    };
    let ids = match (query.sort, after) {
        (UserSort::NameDescending, after) => {
            if let Some((key, id)) = after {
                ids = ids.filter(
                    f::sort_name
                        .le(key.clone())
                        .and(f::sort_name.lt(key).or(f::user_id.lt(id))),
                );
            }
            ids.order((f::sort_name.desc(), f::user_id.desc()))
        }
        (_, after) => {
            if let Some((key, id)) = after {
                ids = ids.filter(
                    f::sort_name
                        .ge(key.clone())
                        .and(f::sort_name.gt(key).or(f::user_id.gt(id))),
                );
            }
            ids.order((f::sort_name.asc(), f::user_id.asc()))
        }
    };
    Ok(Some(ids.limit(limit).load(conn)?))
}

pub(super) fn in_tab(tab: UserTab) -> Result<Condition<u::table>, StoreError> {
    Ok(match tab.status() {
        Some(status) => Box::new(u::status.eq(codec::name(&status)?)),
        None => Box::new(u::locked_at.is_not_null()),
    })
}

/// Whether the site that is asked for, if one is, is within reach.
pub(super) fn reaches_site(reach: &Reach, query: &UserQuery) -> bool {
    query.site.is_none_or(|site| reach.covers(Place::Site(site)))
}

/// Rows behind the cursor. The first half is what an index can use.
fn behind(cursor: &Cursor, sort: UserSort) -> Result<Condition<u::table>, QueryError> {
    let id = cursor.id.to_string();
    Ok(match (sort, &cursor.key) {
        (UserSort::Name, Key::Text(key)) => Box::new(
            u::sort_name
                .ge(key.clone())
                .and(u::sort_name.gt(key.clone()).or(u::id.gt(id))),
        ),
        (UserSort::NameDescending, Key::Text(key)) => Box::new(
            u::sort_name
                .le(key.clone())
                .and(u::sort_name.lt(key.clone()).or(u::id.lt(id))),
        ),
        (UserSort::LoginEmail, Key::Text(key)) => Box::new(
            u::login_email
                .ge(key.clone())
                .and(u::login_email.gt(key.clone()).or(u::id.gt(id))),
        ),
        (UserSort::LastSeen, Key::Number(key)) => {
            Box::new(u::last_seen_at.le(*key).and(u::last_seen_at.lt(*key).or(u::id.lt(id))))
        }
        (UserSort::Newest, Key::Number(key)) => {
            Box::new(u::created_at.le(*key).and(u::created_at.lt(*key).or(u::id.lt(id))))
        }
        _ => return Err(QueryError::BadCursor),
    })
}
