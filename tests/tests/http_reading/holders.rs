use scenarios::cases;
use scenarios::http::make::{another, grant, instead, site, user};
use scenarios::http::{Session, on_both};
use shared::access::Place;
use shared::lifecycle::Status;
use shared::wire::HoldersPage;

async fn holders(reader: &Session, query: &str) -> HoldersPage {
    reader.read(&format!("/api/v1/roles/front_desk/holders?{query}")).await
}

fn told(page: &HoldersPage) -> Vec<&str> {
    page.holders.iter().map(|one| one.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_the_holders_of_a_role_are_told_by_name_page_by_page() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let all = holders(&ana, "").await;
        assert_eq!(told(&all), ["Fay Brooks", "Fin Larsen", "Ina Koch", "Pen Ito"]);
        assert_eq!(all.next, None);
        let states: Vec<Status> = all.holders.iter().map(|one| one.status).collect();
        assert_eq!(
            states,
            [Status::Active, Status::Active, Status::Inactive, Status::Invited],
            "a change of the role reaches them all"
        );
        let mut places = vec![Place::Site(site("elm")), Place::Site(site("oak"))];
        places.sort_unstable();
        assert_eq!(all.holders.first().map(|fay| &fay.places), Some(&places));
        let at_oak = holders(&ana, &format!("site={}", site("oak"))).await;
        assert_eq!(told(&at_oak), ["Fay Brooks"]);

        let mut paged = Vec::new();
        let mut after = String::new();
        for _ in 0..4 {
            let page = holders(&ana, &format!("limit=1{after}")).await;
            assert_eq!(page.holders.len(), 1);
            paged.extend(told(&page).into_iter().map(str::to_owned));
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(paged, told(&all), "each of them once");
        for wrong in ["after=zz", "after=7b7d"] {
            let path = format!("/api/v1/roles/front_desk/holders?{wrong}");
            assert_eq!(
                ana.get(&path).await.expect_status(400).problem().kind,
                "/problems/cursor-unknown"
            );
        }
        let page: HoldersPage = ana.read("/api/v1/roles/front_desk/holders?limit=0").await;
        assert_eq!(page.holders.len(), 1, "there is no page without anybody");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_the_holders_of_a_role_are_told_within_reach_only() {
    on_both(async |app| {
        let mut world = cases::world("decoda");
        for person in &mut world.users {
            if person.id == user("fin") {
                person.assignments = grant(&["front_desk at oak"]).grant;
                person.primary_site = Some(site("oak"));
            }
        }
        let theirs = another(&world);
        app.put(&world).await;
        app.put(&theirs).await;
        let pam = app.as_person("pam").await;
        let seen = holders(&pam, "").await;
        assert_eq!(told(&seen), ["Fay Brooks", "Ina Koch", "Pen Ito"]);
        for one in &seen.holders {
            assert_eq!(one.places, [Place::Site(site("elm"))], "{one:?}");
        }
        assert_eq!(
            holders(&pam, &format!("site={}", site("oak"))).await,
            HoldersPage::default()
        );
        // The role of the whole organisation is held nowhere that she administers.
        let administrators: HoldersPage = pam.read("/api/v1/roles/administrator/holders").await;
        assert_eq!(administrators, HoldersPage::default());
        // Nobody of another organisation, by whatever is asked for.
        let ana = app.as_person("ana").await;
        let there = theirs.organisation.sites.first().expect("a site").id;
        assert_eq!(told(&holders(&ana, &format!("site={there}")).await), [""; 0]);
        assert_eq!(told(&holders(&ana, "").await).len(), 4);
        ana.get("/api/v1/roles/nothing/holders").await.expect_status(404);
        let fin = app.as_person("fin").await;
        let refused = fin.get("/api/v1/roles/front_desk/holders").await.expect_status(403);
        assert_eq!(refused.problem().kind, "/problems/forbidden");
        app.anonymous()
            .get("/api/v1/roles/front_desk/holders")
            .await
            .expect_status(401);
        // At once: who does not hold it any more is not told.
        ana.must(
            scenarios::http::make::change(
                "fay",
                shared::AccessPatch {
                    primary_site: Some(site("oak")),
                    ..instead(&["front_desk at elm"], &[])
                },
            ),
            &[],
        )
        .await;
        assert_eq!(told(&holders(&pam, "").await), ["Ina Koch", "Pen Ito"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_the_names_of_common_taxonomy_codes_are_served_beside_the_words() {
    on_both(async |app| {
        let path = format!("/words/{}", shared::clinical::TAXONOMIES);
        let answer = app.anonymous().get(&path).await.expect_status(200);
        let known = || shared::clinical::known_taxonomies(&answer.body);
        assert!(known().any(|one| one.code == "207Q00000X" && one.name.contains("Family Medicine")));
        assert!(known().all(|one| shared::clinical::Taxonomy::parse(one.code).is_ok()));
        assert!(answer.body.len() < 16_000, "a list of common codes, not of all");
    })
    .await;
}
