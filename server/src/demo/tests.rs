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
        authenticated: None,
        embedded: None,
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

#[tokio::test]
async fn an_organisation_of_each_preset_has_people_in_every_state_and_a_past_of_months() {
    let kept = TestDb::open().await;
    let db = &kept.db;
    create(db).await.unwrap();
    for preset in shared::policy::preset::all() {
        let largest = data::SOURCES
            .iter()
            .map(|source| data::read(source).unwrap())
            .filter(|demo| demo.preset == preset.id)
            .max_by_key(|demo| demo.people.len())
            .unwrap();
        let id = organisation_id(&largest.name);
        let (people, kinds, days) = db
            .read(move |conn| {
                use crate::store::schema::{audit as au, users as u};
                use diesel::prelude::*;
                let here = u::organisation_id.eq(id.to_string());
                let states: Vec<(String, Option<i64>)> =
                    u::table.filter(here).select((u::status, u::locked_at)).load(conn)?;
                let record: Vec<(String, i64)> = au::table
                    .filter(au::organisation_id.eq(id.to_string()))
                    .order(au::sequence)
                    .select((au::edit_kind, au::at))
                    .load(conn)?;
                let in_order = record.windows(2).all(|pair| pair[0].1 <= pair[1].1);
                assert!(in_order, "the record goes forward in time");
                let days = (record[record.len() - 1].1 - record[0].1) / 86_400_000;
                let kinds: std::collections::BTreeSet<String> = record.into_iter().map(|(kind, _)| kind).collect();
                Ok::<_, StoreError>((states, kinds, days))
            })
            .await
            .unwrap();
        let in_state = |status: &str| people.iter().filter(|(found, _)| found == status).count();
        let name = &largest.name;
        assert!((60..=400).contains(&people.len()), "{name} has {} people", people.len());
        assert!(in_state("invited") >= 5, "{name}: people who are invited");
        assert!(
            people.iter().any(|(_, locked)| locked.is_some()),
            "{name}: people who are locked"
        );
        let leaves = if shared::policy::preset::find(&largest.preset)
            .unwrap()
            .policy()
            .lifecycle
            .leaving
            .contains(&shared::policy::Leaving::Deactivate)
        {
            in_state("inactive") >= 5
        } else {
            kinds.contains("delete")
        };
        assert!(leaves, "{name}: people who left");
        for kind in ["change", "resend_invitation", "unlock"] {
            assert!(kinds.contains(kind), "{name}: {kind}");
        }
        assert!(days >= 150, "{name}: a record of {days} days");
    }
}

#[test]
fn people_are_the_same_each_time_and_share_no_part_of_a_name_with_those_of_the_file() {
    for source in data::SOURCES {
        let (one, again) = (data::read(source).unwrap(), data::read(source).unwrap());
        let told = |demo: &data::Demo| -> Vec<String> {
            let people = demo.people.iter();
            people
                .map(|person| format!("{} {} {} {}", person.email, person.roles, person.sites, person.invited))
                .collect()
        };
        assert_eq!(told(&one), told(&again));
        let (made, named): (Vec<_>, Vec<_>) = one.people.iter().partition(|person| person.minute.is_some());
        for person in made {
            for other in &named {
                assert!(
                    other.first != person.first && other.last != person.last,
                    "{}",
                    person.email
                );
            }
        }
    }
}

#[tokio::test]
async fn t14_t6_some_are_locked_by_wrong_passwords_and_some_inactive_people_have_nothing_left() {
    let kept = TestDb::open().await;
    let db = &kept.db;
    create(db).await.unwrap();
    for name in ["Maple Medical Group", "Riverside Clinics"] {
        let id = organisation_id(name);
        let (locked_out, with_attempts, by_system, cleared) = db
            .read(move |conn| {
                use crate::store::schema::{assignments as a, audit as au, failed_sign_ins as f, users as u};
                use diesel::prelude::*;
                let here = u::organisation_id.eq(id.to_string());
                let cause = codec::name(&shared::lifecycle::LockCause::FailedSignIns)?;
                let out = u::table.filter(here.clone()).filter(u::lock_cause.eq(cause));
                let locked_out: i64 = out.clone().count().get_result(conn)?;
                let attempts: Vec<String> = f::table.select(f::user_id).distinct().load(conn)?;
                let with_attempts: i64 = out.filter(u::id.eq_any(attempts)).count().get_result(conn)?;
                let by_system: i64 = au::table
                    .filter(au::organisation_id.eq(id.to_string()))
                    .filter(au::edit_kind.eq("lock"))
                    .filter(au::actor_name.eq(""))
                    .count()
                    .get_result(conn)?;
                let nothing = u::id.ne_all(a::table.select(a::user_id));
                let inactive = codec::name(&shared::lifecycle::Status::Inactive)?;
                let cleared: i64 = u::table
                    .filter(here)
                    .filter(u::status.eq(inactive))
                    .filter(nothing)
                    .count()
                    .get_result(conn)?;
                Ok::<_, StoreError>((locked_out, with_attempts, by_system, cleared))
            })
            .await
            .unwrap();
        assert!(locked_out >= 2, "{name}: {locked_out} are locked by wrong passwords");
        assert_eq!(locked_out, with_attempts, "{name}: of each the attempts are kept");
        assert!(by_system > locked_out, "{name}: some were unlocked since");
        if name.starts_with("Maple") {
            assert_eq!(cleared, 3, "{name}: people without anything");
        }
    }
}
