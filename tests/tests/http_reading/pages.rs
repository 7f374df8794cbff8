use std::collections::BTreeSet;

use scenarios::cases::{self, World};
use scenarios::http::make::{invite, retype, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::ids::UserId;
use shared::user::{ProfileField, User};
use uuid::Uuid;

use super::{list, names};

/// The clinic with this many people more, every third of whom shares their name with others.
fn many(people: u32) -> World {
    let mut world = cases::world("decoda");
    let model = world
        .users
        .iter()
        .find(|person| person.id == user("fin"))
        .expect("Fin")
        .clone();
    for number in 0..people {
        let mut person = User {
            id: UserId(Uuid::from_u128(0xcafe_0000 + u128::from(number * 7919 % people))),
            ..model.clone()
        };
        person.profile.name = if number % 3 == 0 {
            "Same Name".to_owned()
        } else {
            format!("Person {:03}", number * 31 % people)
        };
        person.profile.login_email = format!("person{number}@riverside.example");
        world.users.push(person);
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_complete_and_in_order_in_every_sorting() {
    on_both(async |app| {
        app.put(&many(60)).await;
        let ana = app.as_person("ana").await;
        let everyone: BTreeSet<UserId> = list(&ana, "limit=500").await.rows.iter().map(|row| row.id).collect();
        assert_eq!(everyone.len(), 67);
        for sort in ["name", "name_descending", "login_email", "last_seen", "newest"] {
            let whole: Vec<UserId> = list(&ana, &format!("sort={sort}&limit=500"))
                .await
                .rows
                .iter()
                .map(|row| row.id)
                .collect();
            let mut paged = Vec::new();
            let mut after = String::new();
            loop {
                let page = list(&ana, &format!("sort={sort}&limit=7{after}")).await;
                assert!(page.rows.len() <= 7 && page.counts.active == 67);
                paged.extend(page.rows.iter().map(|row| row.id));
                let Some(next) = page.next else { break };
                after = format!("&after={next}");
            }
            assert_eq!(paged, whole, "{sort}");
            assert_eq!(paged.iter().copied().collect::<BTreeSet<_>>(), everyone, "{sort}");
            if let Some(after) = after.strip_prefix("&after=") {
                let other = if sort == "name" { "newest" } else { "name" };
                let path = format!("/api/v1/users?sort={other}&after={after}");
                assert_eq!(
                    ana.get(&path).await.expect_status(400).problem().kind,
                    "/problems/cursor-unknown"
                );
            }
        }
        let ascending = names(&ana, "sort=name&limit=500").await;
        let descending = names(&ana, "sort=name_descending&limit=500").await;
        assert_eq!(
            ascending.iter().rev().collect::<Vec<_>>(),
            descending.iter().collect::<Vec<_>>()
        );
        assert_eq!(ascending.first().map(String::as_str), Some("Abe Novak"));
        ana.get("/api/v1/users?after=garbage").await.expect_status(400);
    })
    .await;
}

/// While someone turns the pages, others rename, deactivate and add people.
#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_gaps_and_no_doubles_while_rows_change() {
    on_both(async |app| {
        app.put(&many(40)).await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        let before: BTreeSet<UserId> = list(&ana, "limit=500").await.rows.iter().map(|row| row.id).collect();
        let touched = BTreeSet::from([user("fin"), user("fay"), user("pia")]);
        let mut seen = Vec::new();
        let mut after = String::new();
        let mut pages = 0;
        loop {
            let page = list(&ana, &format!("limit=5{after}")).await;
            seen.extend(page.rows.iter().map(|row| row.id));
            match pages {
                0 => drop(
                    abe.must(retype("fin", &[(ProfileField::Name, "Aaron First")]), &[])
                        .await,
                ),
                1 => drop(abe.must(retype("fay", &[(ProfileField::Name, "Zz Last")]), &[]).await),
                2 => drop(abe.must(Edit::Lock { user: user("pia") }, &[]).await),
                3 => drop(
                    abe.must(invite("kit", "Kit Ode", "front_desk at elm", "elm"), &[])
                        .await,
                ),
                _ => {}
            }
            pages += 1;
            let Some(next) = page.next else { break };
            after = format!("&after={next}");
        }
        assert!(pages > 8);
        let once: BTreeSet<UserId> = seen.iter().copied().collect();
        // Whoever was not touched is there exactly once.
        let untouched = |ids: &BTreeSet<UserId>| ids.difference(&touched).copied().collect::<BTreeSet<_>>();
        assert_eq!(untouched(&once), untouched(&before));
        let doubles: Vec<_> = seen
            .iter()
            .filter(|id| !touched.contains(id) && seen.iter().filter(|other| other == id).count() > 1)
            .collect();
        assert!(doubles.is_empty(), "{doubles:?}");
    })
    .await;
}
