use std::collections::BTreeSet;

use scenarios::cases;
use scenarios::http::make::{another, change, email, grant, instead, site, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::ids::SiteId;
use shared::user::ProfileField;
use shared::wire::{Administrators, Me, RolesView, SitesView, UserPage, UserView};
use uuid::Uuid;

use super::{list, names};

#[tokio::test(flavor = "multi_thread")]
async fn x1_never_another_organisations_data_by_any_id() {
    on_both(async |app| {
        let ours = cases::world("decoda");
        let theirs = another(&ours);
        app.put(&ours).await;
        app.put(&theirs).await;
        let ana = app.as_person("ana").await;
        let them = theirs.users.first().expect("somebody").id;
        let there = theirs.organisation.sites.first().expect("a site").id;
        assert_eq!(
            ana.get(&format!("/api/v1/users/{them}"))
                .await
                .expect_status(404)
                .problem()
                .kind,
            "/problems/not-found"
        );
        assert_eq!(list(&ana, "search=lakeview").await, UserPage::default());
        let filtered = list(&ana, &format!("site={there}")).await;
        assert_eq!((filtered.rows.len(), filtered.counts.active), (0, 0));
        assert_eq!(
            ana.get(&format!("/api/v1/audit?subject={them}"))
                .await
                .expect_status(200)
                .json::<serde_json::Value>()["entries"],
            serde_json::json!([])
        );
        ana.get(&format!("/api/v1/imports/{}", Uuid::nil()))
            .await
            .expect_status(404);
        let facts = ana.get(&format!("/api/v1/facts?site={there}")).await.expect_status(200);
        assert_eq!(facts.json::<shared::Facts>().headcount, None);
        for path in [
            "/api/v1/me",
            "/api/v1/users?limit=500",
            "/api/v1/roles",
            "/api/v1/sites",
            "/api/v1/administrators",
            "/api/v1/facts",
        ] {
            let body = ana.get(path).await.expect_status(200).body;
            for id in theirs
                .users
                .iter()
                .map(|user| user.id.0)
                .chain(theirs.organisation.sites.iter().map(|site| site.id.0))
            {
                assert!(!body.contains(&id.to_string()), "{path}");
            }
            assert!(!body.contains("lakeview") && !body.contains("of others"), "{path}");
        }
        // Nor is anything of theirs changed, by any edit.
        for edit in [
            Edit::Lock { user: them },
            Edit::Deactivate { user: them },
            Edit::SetTemporaryPassword { user: them },
            Edit::RenameSite {
                site: there,
                name: "Ours".to_owned(),
            },
            Edit::ArchiveSite { site: there },
            change(
                "fin",
                shared::AccessPatch {
                    grant: vec![shared::access::Assignment::new(
                        "front_desk",
                        shared::access::Scope::whole_site(there),
                    )],
                    ..shared::AccessPatch::default()
                },
            ),
        ] {
            let verdict = ana.refused(edit.clone(), &[]).await;
            assert!(!verdict.refusals.is_empty(), "{edit:?}");
        }
        // A new user with the id of one of theirs.
        let taken = Edit::Invite {
            user: them,
            profile: scenarios::http::make::profile(&[
                (ProfileField::Name, "X"),
                (ProfileField::LoginEmail, "x@riverside.example"),
            ]),
            access: shared::AccessPatch {
                primary_site: Some(site("elm")),
                ..grant(&["front_desk at elm"])
            },
        };
        let status = ana.edit(taken, &[]).await.status;
        assert!((400..500).contains(&status), "{status}");
        let other = app.sign_in("ana@lakeview.example").await;
        let kept = other.view(them).await.facts.subject.expect("theirs still");
        assert_eq!(Some(&kept), theirs.users.first());
        assert_eq!(list(&other, "").await.counts.active, 7);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_d8_a_site_limited_manager_sees_their_site_and_its_people_only() {
    on_both(async |app| {
        let mut world = cases::world("decoda");
        for person in &mut world.users {
            // Somebody who is at Oak only.
            if person.id == user("fin") {
                person.assignments = grant(&["front_desk at oak"]).grant;
                person.primary_site = Some(site("oak"));
            }
            // Somebody with another role there.
            if person.id == user("fay") {
                person.assignments = grant(&["billing_manager at oak", "front_desk at elm"]).grant;
            }
        }
        app.put(&world).await;
        let pam = app.as_person("pam").await;
        let page = list(&pam, "limit=100").await;
        let seen: BTreeSet<String> = page.rows.iter().map(|row| row.name.clone()).collect();
        assert_eq!(
            seen,
            ["Pam Doyle", "Pat Singh", "Fay Brooks", "Dr Pia Roth"]
                .map(str::to_owned)
                .into()
        );
        assert_eq!(
            (page.counts.active, page.counts.invited, page.counts.inactive),
            (4, 1, 1)
        );
        for row in &page.rows {
            assert!(
                row.assignments
                    .iter()
                    .all(|held| held.place().site() == Some(site("elm"))),
                "{row:?}"
            );
            assert!(row.primary_site.is_none_or(|primary| primary == site("elm")), "{row:?}");
        }
        assert_eq!(names(&pam, "search=larsen").await, [] as [&str; 0]);
        assert_eq!(names(&pam, &format!("site={}", site("oak"))).await, [] as [&str; 0]);
        assert_eq!(names(&pam, "role=billing_manager").await, [] as [&str; 0]);
        assert_eq!(names(&pam, "role=front_desk").await, ["Fay Brooks"]);
        for path in [
            "/api/v1/me",
            "/api/v1/users?limit=100",
            "/api/v1/sites",
            "/api/v1/roles",
            "/api/v1/facts",
        ] {
            let body = pam.get(path).await.expect_status(200).body;
            assert!(
                !body.contains("Oak Avenue") && !body.contains(&site("oak").to_string()),
                "{path}: {body}"
            );
        }
        // Whoever is elsewhere is not there; whoever is here and there is seen whole, for editing.
        for name in ["fin", "abe", "nobody"] {
            let problem = pam
                .get(&format!("/api/v1/users/{}", user(name)))
                .await
                .expect_status(404)
                .problem();
            assert_eq!(problem.kind, "/problems/not-found", "{name}");
        }
        let fay: UserView = pam.view(user("fay")).await;
        let sites: BTreeSet<SiteId> = fay.facts.organisation.sites.iter().map(|site| site.id).collect();
        assert_eq!(sites, [site("elm"), site("oak")].into());
        let sites: SitesView = pam.read("/api/v1/sites").await;
        assert_eq!(
            sites.sites.iter().map(|people| people.site).collect::<Vec<_>>(),
            [site("elm")]
        );
        let facts: shared::Facts = pam.read(&format!("/api/v1/facts?site={}", site("oak"))).await;
        assert_eq!(facts.headcount, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_who_reaches_every_practice_is_found_at_each_of_them() {
    on_both(async |app| {
        app.put_world("artera").await;
        let ada = app.as_person("ada").await;
        let elm = site("elm");
        let everywhere = names(&ada, "role=enterprise").await;
        assert!(everywhere.contains(&"Ada Okafor".to_owned()), "{everywhere:?}");
        assert_eq!(names(&ada, &format!("role=enterprise&site={elm}")).await, everywhere);
        // Nobody is listed or counted twice, and rows, counts and exports say the same.
        for query in [
            format!("site={elm}"),
            format!("role=enterprise&site={elm}"),
            format!("site={elm}&search=o"),
        ] {
            let page = list(&ada, &format!("{query}&limit=500")).await;
            let ids: BTreeSet<_> = page.rows.iter().map(|row| row.id).collect();
            assert_eq!(
                (ids.len(), ids.len()),
                (page.rows.len(), page.counts.active as usize),
                "{query}"
            );
            let export = ada
                .get(&format!("/api/v1/users/export?format=csv&{query}"))
                .await
                .expect_status(200);
            assert_eq!(
                export.body.lines().filter(|line| !line.is_empty()).count(),
                ids.len() + 1,
                "{query}"
            );
        }
        let at_elm = names(&ada, &format!("site={elm}&limit=500")).await;
        assert!(everywhere.iter().all(|name| at_elm.contains(name)), "{at_elm:?}");
        // The site's own screen counts whom its list shows.
        let sites: SitesView = ada.read("/api/v1/sites").await;
        for at in &sites.sites {
            let counts = list(&ada, &format!("site={}", at.site)).await.counts;
            let listed = counts.active + counts.invited + counts.inactive;
            assert_eq!(at.people, listed, "{}", at.site);
        }
        // Page after page as well.
        let first = list(&ada, &format!("site={elm}&limit=2")).await;
        let after = first.next.clone().expect("there are more");
        let second = list(&ada, &format!("site={elm}&limit=2&after={after}")).await;
        let paged: Vec<String> = first
            .rows
            .iter()
            .chain(&second.rows)
            .map(|row| row.name.clone())
            .collect();
        assert_eq!(paged, at_elm[..paged.len()]);
        // Who reaches that practice alone sees what is held there.
        let mia = app.as_person("mia").await;
        assert!(
            !names(&mia, &format!("site={elm}"))
                .await
                .contains(&"Ada Okafor".to_owned())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_o1_readers_without_power_are_refused_and_learn_whom_to_ask() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let fin = app.as_person("fin").await;
        for path in [
            "/api/v1/users".to_owned(),
            "/api/v1/users?search=ana".to_owned(),
            format!("/api/v1/users/{}", user("ana")),
            format!("/api/v1/users/{}", user("nobody")),
            "/api/v1/roles".to_owned(),
            "/api/v1/sites".to_owned(),
            "/api/v1/audit".to_owned(),
        ] {
            let problem = fin.get(&path).await.expect_status(403).problem();
            assert_eq!(problem.kind, "/problems/forbidden", "{path}");
            assert!(
                problem.detail.contains("administrators") || problem.detail.contains("administer"),
                "{}",
                problem.detail
            );
        }
        // Themselves they may see, and who administers their site.
        let own = fin.view(user("fin")).await;
        assert_eq!(own.facts.subject.map(|fin| fin.id), Some(user("fin")));
        assert_eq!(own.sessions, 1);
        let told: Administrators = fin.read("/api/v1/administrators").await;
        assert_eq!(told.names, ["Abe Novak", "Ana Ferreira", "Pam Doyle", "Pat Singh"]);
        fin.get("/api/v1/administrators?power=everything")
            .await
            .expect_status(400);
        // Who manages users and lacks something else is told who has that, and never to ask themselves.
        let pam = app.as_person("pam").await;
        pam.get("/api/v1/audit").await.expect_status(403);
        for power in ["roles", "sites", "audit", "policy"] {
            let told: Administrators = pam.read(&format!("/api/v1/administrators?power={power}")).await;
            assert_eq!(told.names, ["Abe Novak", "Ana Ferreira"], "{power}");
        }
        let told: Administrators = pam.read("/api/v1/administrators").await;
        assert!(!told.names.contains(&"Pam Doyle".to_owned()), "{told:?}");
        // Facts hold nothing about others, and no address is looked up for them.
        let facts: shared::Facts = fin.read(&format!("/api/v1/facts?login_email={}", email("ana"))).await;
        assert!(facts.login_emails.is_empty());
        let facts: shared::Facts = fin.read("/api/v1/facts?role=front_desk").await;
        assert_eq!(facts.headcount, None);
        let me: Me = fin.read("/api/v1/me").await;
        assert_eq!(me.facts.other_administrators, shared::facts::Known::Unknown);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_counts_of_holders_and_of_people_at_sites_follow_the_edits() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let people = async |role: &str| {
            let roles: RolesView = ana.read("/api/v1/roles").await;
            roles
                .people
                .iter()
                .find(|held| held.role.as_str() == role)
                .map_or(0, |held| held.people)
        };
        let at = async |name: &str| {
            let sites: SitesView = ana.read("/api/v1/sites").await;
            sites
                .sites
                .iter()
                .find(|people| people.site == site(name))
                .map(|at| (at.people, at.primary_here))
        };
        // Fay holds it at two locations and is one person.
        assert_eq!(people("front_desk").await, 4);
        let facts: shared::Facts = ana.read("/api/v1/facts?role=front_desk").await;
        assert_eq!(
            facts.headcount.map(|count| (count.people, count.holders.len())),
            Some((4, 2))
        );
        let oak = at("oak").await.expect("Oak");
        ana.must(change("fin", grant(&["front_desk at oak"])), &[]).await;
        assert_eq!(people("front_desk").await, 4);
        assert_eq!(at("oak").await, Some((oak.0 + 1, oak.1)));
        ana.must(change("fin", instead(&["front_desk at oak"], &[])), &[]).await;
        assert_eq!(at("oak").await, Some(oak));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_looking_up_addresses_is_limited() {
    on_both(async |app| {
        app.put_world("atmanco").await;
        let limited =
            scenarios::http::TestApp::join_with(app.database(), |config| config.look_ups_per_minute = 3).await;
        let ari = limited.as_person("ari").await;
        for (address, found) in [
            ("kim@lakeside.example", shared::facts::EmailUse::Taken),
            ("gone@riverside.example", shared::facts::EmailUse::Retired),
            ("free@riverside.example", shared::facts::EmailUse::Free),
        ] {
            let facts: shared::Facts = ari.read(&format!("/api/v1/facts?login_email={address}")).await;
            assert_eq!(facts.login_emails.get(address), Some(&found));
        }
        let problem = ari
            .get("/api/v1/facts?login_email=x@riverside.example")
            .await
            .expect_status(429)
            .problem();
        assert_eq!(problem.kind, "/problems/too-many-requests");
        ari.get("/api/v1/facts").await.expect_status(200);
        let both = ari
            .get(&format!("/api/v1/facts?role=user&site={}", site("elm")))
            .await
            .expect_status(400)
            .problem();
        assert_eq!(both.kind, "/problems/too-many-subjects");
    })
    .await;
}
