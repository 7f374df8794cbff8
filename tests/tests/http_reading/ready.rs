//! Lists by role and site are kept ready with their counts: they say what going through everybody would say, after every
//! kind of edit.

use diesel::RunQueryDsl as _;
use scenarios::http::make::{change, grant, instead, invite, retype, site, user};
use scenarios::http::{Session, TestApp, on_both};
use server::accounts::opening::{Proved, open_session};
use server::accounts::sessions::{Device, Lifetimes};
use server::config::ServeConfig;
use server::http::session::COOKIE_NAME;
use server::{clock, demo};
use shared::Edit;
use shared::access::Place;
use shared::user::ProfileField;
use shared::verdict::Verdict;
use shared::wire::{Problem, RolesView, SignInMethod, UserPage, UserTab};

use super::{list, names};

#[derive(diesel::QueryableByName)]
struct Differences {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    found: i64,
}

/// What is kept, and the same made anew from users and assignments.
const KEPT_AND_MADE: [(&str, &str); 4] = [
    (
        "SELECT organisation_id, user_id, role_id, site_id, status, locked, sort_name FROM user_facets",
        "SELECT a.organisation_id, a.user_id, a.role_id, '' AS site_id, u.status, u.locked_at IS NOT NULL AS locked, \
         u.sort_name FROM assignments AS a JOIN users AS u ON u.id = a.user_id \
         UNION SELECT a.organisation_id, a.user_id, '', a.site_id, u.status, u.locked_at IS NOT NULL, u.sort_name \
         FROM assignments AS a JOIN users AS u ON u.id = a.user_id WHERE a.site_id IS NOT NULL",
    ),
    (
        "SELECT organisation_id, role_id, site_id, status, locked, people FROM facet_counts WHERE people <> 0",
        "SELECT organisation_id, role_id, site_id, status, locked, COUNT(*) AS people FROM user_facets \
         GROUP BY organisation_id, role_id, site_id, status, locked",
    ),
    (
        "SELECT organisation_id, role_id, site_id, people FROM assignment_counts WHERE people <> 0",
        "SELECT organisation_id, role_id, COALESCE(site_id, '') AS site_id, COUNT(*) AS people FROM assignments \
         GROUP BY organisation_id, role_id, COALESCE(site_id, '')",
    ),
    (
        "SELECT organisation_id, status, locked, people FROM user_counts WHERE people <> 0",
        "SELECT organisation_id, status, locked_at IS NOT NULL AS locked, COUNT(*) AS people FROM users \
         GROUP BY organisation_id, status, locked_at IS NOT NULL",
    ),
];

/// What is kept is what would be made anew.
async fn assert_kept(app: &TestApp, after: &str) {
    for (kept, made) in KEPT_AND_MADE {
        for (one, other) in [(kept, made), (made, kept)] {
            let sql = format!(
                "SELECT COUNT(*) AS found FROM (SELECT * FROM ({one}) AS one EXCEPT SELECT * FROM ({other}) AS other) AS x"
            );
            let query = sql.clone();
            let differences = app
                .past_the_server(move |conn| Ok(diesel::sql_query(query).get_result::<Differences>(conn)?))
                .await
                .expect("the tables are read");
            assert_eq!(differences.found, 0, "after {after}: {sql}");
        }
    }
}

/// An edit with everything confirmed that it asks for.
async fn confirmed(session: &Session, edit: Edit) {
    let answer = session.edit(edit.clone(), &[]).await;
    if answer.status == 422 {
        let verdict: Verdict = *answer.json::<Problem>().verdict.expect("a verdict");
        assert_eq!(verdict.refusals, [], "{edit:?}");
        session.must(edit, &verdict.confirmations).await;
    } else {
        answer.expect_status(200);
    }
}

/// Makes the edits one after the other; after each, what is kept is looked at.
async fn follow(app: &TestApp, world: &str, who: &str, edits: Vec<Edit>) -> Session {
    app.put_world(world).await;
    assert_kept(app, "the start").await;
    let session = app.as_person(who).await;
    for edit in edits {
        confirmed(&session, edit.clone()).await;
        assert_kept(app, &format!("{edit:?}")).await;
    }
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_lists_and_counts_that_are_kept_follow_every_kind_of_edit() {
    on_both(async |app| {
        let fin = user("fin");
        let harbour = Edit::CreateSite {
            site: site("harbour"),
            name: "Harbour".to_owned(),
        };
        let edits = vec![
            harbour,
            invite("kit", "Kit Ode", "front_desk at oak", "oak"),
            retype("kit", &[(ProfileField::Name, "Aaron Ode")]),
            Edit::WithdrawInvitation { user: user("kit") },
            change("fin", grant(&["front_desk at harbour", "front_desk at oak"])),
            change("fin", instead(&["front_desk at oak"], &[])),
            change("fay", grant(&["front_desk at harbour"])),
            change(
                "fay",
                instead(
                    &["front_desk at elm", "front_desk at oak", "front_desk at harbour"],
                    &["provider at elm", "provider at oak", "provider at harbour"],
                ),
            ),
            Edit::Lock { user: fin },
            Edit::Deactivate { user: fin },
            Edit::Unlock { user: fin },
        ];
        let ana = follow(&app, "decoda", "ana", edits).await;
        lists_agree(&ana).await;
        for edit in [
            Edit::Activate { user: fin },
            Edit::ArchiveSite { site: site("harbour") },
        ] {
            confirmed(&ana, edit.clone()).await;
            assert_kept(&app, &format!("{edit:?}")).await;
        }
        lists_agree(&ana).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o11_a10_kept_lists_lose_whoever_is_deleted_and_what_ends_elsewhere() {
    on_both(async |app| {
        let edits = vec![
            Edit::Delete { user: user("cy") },
            change("dot", grant(&["billing_admin"])),
        ];
        follow(&app, "optra", "ann", edits).await;
    })
    .await;
    on_both(async |app| {
        let edits = vec![change("sue", instead(&["staff at elm"], &["manager at elm"]))];
        follow(&app, "artera", "ada", edits).await;
    })
    .await;
}

/// Every list by role and by site has, in each order and tab, those people of the whole list that hold it there, or
/// everywhere (A16).
async fn lists_agree(session: &Session) {
    let roles: RolesView = session.read("/api/v1/roles").await;
    for tab in ["active", "invited", "inactive", "locked"] {
        for sort in ["name", "name_descending", "login_email", "newest"] {
            let all = list(session, &format!("tab={tab}&sort={sort}&limit=500")).await.rows;
            for held in &roles.people {
                let expected: Vec<&str> = all
                    .iter()
                    .filter(|row| row.assignments.iter().any(|one| one.role == held.role))
                    .map(|row| row.name.as_str())
                    .collect();
                let asked = format!("tab={tab}&sort={sort}&role={}", held.role);
                assert_eq!(names(session, &asked).await, expected, "{asked}");
            }
            for name in ["elm", "oak", "harbour"] {
                let expected: Vec<&str> = all
                    .iter()
                    .filter(|row| {
                        row.assignments
                            .iter()
                            .any(|one| one.place().covers(Place::Site(site(name))))
                    })
                    .map(|row| row.name.as_str())
                    .collect();
                let asked = format!("tab={tab}&sort={sort}&site={}", site(name));
                assert_eq!(names(session, &asked).await, expected, "{asked}");
            }
        }
    }
}

/// Its administrator, signed in.
async fn large(app: &TestApp, users: u32) -> Session {
    let made = demo::large(&app.db, users, 4, 12).await.expect("a large organisation");
    let device = Device {
        session: None,
        token: None,
        origin: "127.0.0.1".to_owned(),
        user_agent: "scenario".to_owned(),
    };
    let lifetimes = Lifetimes::from(&ServeConfig::default());
    let by = SignInMethod::Password;
    let opened = app
        .past_the_server(move |conn| {
            let now = clock::now();
            open_session(conn, made.administrator, Proved::now(by, now), &device, lifetimes, now)
        })
        .await
        .expect("a session")
        .expect("the administrator may sign in");
    app.anonymous()
        .with_cookie(&format!("{COOKIE_NAME}={}", opened.token.expose()))
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_say_when_they_stopped() {
    on_both(async |app| {
        let chief = large(&app, 4_800).await;
        assert_kept(&app, "a bulk insert").await;
        // Kept ready: exact, however many.
        let all = list(&chief, "").await.counts;
        assert_eq!((all.counted_to, all.active + all.invited + all.inactive), (None, 4_800));
        // Everybody's address has it.
        let many = list(&chief, "search=person").await.counts;
        assert_eq!((many.active, many.counted_to), (1_000, Some(1_000)));
        assert_eq!((many.invited, many.inactive), (all.invited, all.inactive));
        assert!(many.may_have_more(UserTab::Active) && !many.may_have_more(UserTab::Invited));
        // Short terms are no different.
        assert_eq!(list(&chief, "search=e").await.counts.counted_to, Some(1_000));
        let one = list(&chief, "search=person1234%40").await;
        assert_eq!(one.rows.len(), 1);
        assert_eq!(
            (
                one.counts.active + one.counts.invited + one.counts.inactive,
                one.counts.counted_to
            ),
            (1, None)
        );
        // By role: the pages have as many people as the tab says.
        let roles: RolesView = chief.read("/api/v1/roles").await;
        let held = roles
            .people
            .iter()
            .max_by_key(|held| held.people)
            .expect("roles are held");
        let first: UserPage = list(&chief, &format!("role={}&limit=50", held.role)).await;
        let counts = first.counts;
        assert_eq!(counts.active + counts.invited + counts.inactive, held.people);
        let (mut people, mut next) = (first.rows.len(), first.next);
        while let Some(after) = next {
            let page = list(&chief, &format!("role={}&limit=50&after={after}", held.role)).await;
            people += page.rows.len();
            next = page.next;
        }
        assert_eq!(u32::try_from(people), Ok(counts.active));
        // A role and a search together.
        let both = list(&chief, &format!("role={}&search=person", held.role)).await.counts;
        assert_eq!((both.active, both.counted_to), (counts.active, None));
    })
    .await;
}
