use super::*;
use crate::audit;
use crate::store::testing::TestDb;

#[tokio::test]
async fn every_demonstration_is_made_once_with_an_unbroken_record() {
    let kept = TestDb::open().await;
    let db = &kept.db;
    let first = create(db).await.unwrap();
    assert_eq!(create(db).await.unwrap(), first);
    let found = db
        .read(|conn| {
            let mut found = Vec::new();
            for organisation in store::organisations(conn)? {
                found.push((organisation.name.clone(), audit::verify(conn, organisation.id)?));
            }
            Ok::<_, StoreError>(found)
        })
        .await
        .unwrap();
    assert_eq!(found.len(), data::SOURCES.len());
    assert!(found.iter().all(|(_, findings)| findings.is_empty()), "{found:?}");
}

#[tokio::test]
async fn a_large_organisation_is_counted_and_found() {
    let kept = TestDb::open().await;
    let db = &kept.db;
    let made = large(db, 1_000, 10, 12).await.unwrap();
    let asker = crate::facts::Asker {
        organisation: made.organisation,
        user: made.administrator,
        kind: shared::facts::ActorKind::Member,
        origin: String::new(),
    };
    let (all, some) = db
        .read(move |conn| {
            let now = clock::now();
            let mut query = shared::wire::UserQuery::default();
            let all = crate::queries::users::page(conn, &asker, &query, now)?;
            query.search = "garcia".to_owned();
            Ok::<_, crate::queries::QueryError>((all, crate::queries::users::page(conn, &asker, &query, now)?))
        })
        .await
        .unwrap();
    let counts = all.counts;
    assert_eq!(counts.active + counts.invited + counts.inactive, 1_000);
    assert_eq!(all.rows.len(), 50);
    assert!(!some.rows.is_empty() && some.rows.iter().all(|row| row.name.contains("García")));
}

#[tokio::test]
async fn a_crowd_is_made_once_and_its_administrator_can_sign_in() {
    let kept = TestDb::open().await;
    let db = &kept.db;
    let first = crowd(db, 30).await.unwrap();
    assert_eq!(crowd(db, 30).await.unwrap(), first);
    let email = first.email.clone();
    let (organisations, hash) = db
        .read(move |conn| {
            use crate::store::schema::{credentials as c, users as u};
            use diesel::prelude::*;
            let hash: String = c::table
                .inner_join(u::table.on(u::id.eq(c::user_id)))
                .filter(u::login_email.eq(email))
                .select(c::password_hash)
                .first(conn)?;
            Ok::<_, StoreError>((store::organisations(conn)?.len(), hash))
        })
        .await
        .unwrap();
    assert_eq!(organisations, 1);
    let passwords = passwords::Passwords::new(1).unwrap();
    let password = crate::config::Secret::new(first.password);
    assert!(passwords.verify(password, Some(hash)).await.unwrap());
}
