use std::collections::BTreeSet;

use scenarios::cases::{self, World};
use scenarios::http::make::{retype, site, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::ids::UserId;
use shared::user::{ProfileField, User};
use uuid::Uuid;

use super::{list, names};

/// The clinic with more people whose names are of all kinds.
fn crowd() -> World {
    let mut world = cases::world("decoda");
    let model = world
        .users
        .iter()
        .find(|person| person.id == user("fin"))
        .expect("Fin")
        .clone();
    for (number, (name, address)) in (0_u32..).zip([
        ("Zoë Lê", "zoe.le@riverside.example"),
        ("José Ñandú", "jn@riverside.example"),
        ("Łukasz Brzęczyszczykiewicz", "lukas@riverside.example"),
        ("MÜLLER Änne", "mueller_a@riverside.example"),
        ("O'Brien, 100% Ned", "ned@riverside.example"),
        ("Bo Li", "bo@riverside.example"),
    ]) {
        let mut person = User {
            id: UserId(Uuid::from_u128(0xbeef_0000 + u128::from(number))),
            ..model.clone()
        };
        person.profile.name = name.to_owned();
        person.profile.login_email = address.to_owned();
        world.users.push(person);
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_any_part_of_a_name_or_address_is_found_without_accents_or_case() {
    on_both(async |app| {
        app.put(&crowd()).await;
        let ana = app.as_person("ana").await;
        for (term, found) in [
            ("zoe", vec!["Zoë Lê"]),
            ("ZOË", vec!["Zoë Lê"]),
            ("lê zoe", vec!["Zoë Lê"]),
            ("nandu", vec!["José Ñandú"]),
            ("ñandú josé", vec!["José Ñandú"]),
            ("czyszczy", vec!["Łukasz Brzęczyszczykiewicz"]),
            ("lukasz", vec!["Łukasz Brzęczyszczykiewicz"]),
            ("muller anne", vec!["MÜLLER Änne"]),
            ("anne muller", vec!["MÜLLER Änne"]),
            ("mueller_a@", vec!["MÜLLER Änne"]),
            ("jn%40river", vec!["José Ñandú"]),
            ("o'brien", vec!["O'Brien, 100% Ned"]),
            ("100%25", vec!["O'Brien, 100% Ned"]),
            // Signs that mean something to databases mean themselves here.
            ("%25", vec!["O'Brien, 100% Ned"]),
            ("_", vec!["MÜLLER Änne"]),
            ("*", vec![]),
            ("%22", vec![]),
            ("\\", vec![]),
            ("bo li", vec!["Bo Li"]),
            ("bo AND li", vec![]),
            ("no such person", vec![]),
        ] {
            let term = term.replace(' ', "%20").replace('#', "%23").replace('\\', "%5C");
            let rows: BTreeSet<String> = names(&ana, &format!("search={term}&limit=100"))
                .await
                .into_iter()
                .collect();
            let expected: BTreeSet<String> = found.into_iter().map(str::to_owned).collect();
            let beside: Vec<_> = rows.symmetric_difference(&expected).collect();
            assert!(beside.is_empty(), "{term}: {rows:?}");
        }
        // What is renamed is found by its new name, and no more by the old one.
        ana.must(retype("fin", &[(ProfileField::Name, "Finnvald Ås")]), &[])
            .await;
        assert_eq!(names(&ana, "search=vald%20as").await, ["Finnvald Ås"]);
        assert_eq!(names(&ana, "search=larsen").await, [] as [String; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_t8_lists_are_filtered_and_each_tab_is_counted() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        let page = list(&sia, "").await;
        let counts = (
            page.counts.active,
            page.counts.invited,
            page.counts.inactive,
            page.counts.locked,
        );
        assert_eq!(counts, (9, 1, 3, 2));
        assert_eq!(page.rows.len(), 9);
        assert_eq!(names(&sia, "tab=inactive").await, ["Bo Frey", "Ivy Chen", "Ora Lund"]);
        assert_eq!(names(&sia, "tab=locked").await, ["Bo Frey", "Lou Kim"]);
        assert_eq!(names(&sia, "tab=invited").await, ["Nia West"]);
        assert_eq!(
            names(&sia, "clinical=true").await,
            ["Cam Diaz", "Dan Fox", "Dee Marsh", "Dee Reyes", "Lou Kim"]
        );
        assert_eq!(names(&sia, "tab=locked&clinical=true").await, ["Lou Kim"]);
        assert_eq!(names(&sia, "tab=inactive&clinical=true").await, [] as [&str; 0]);
        assert_eq!(
            names(&sia, "role=system_administrator").await,
            ["Sia Moss", "Sol Vance"]
        );
        let elm = site("elm");
        assert_eq!(
            names(&sia, &format!("role=office_staff&site={elm}")).await,
            ["Ola Berg"]
        );
        // Nobody holds anything at Oak alone; System Administrators hold theirs everywhere.
        assert_eq!(
            names(&sia, &format!("site={}", site("oak"))).await,
            ["Sia Moss", "Sol Vance"]
        );
        // Counts are for the same search and filters.
        let filtered = list(&sia, &format!("role=office_staff&site={elm}")).await.counts;
        assert_eq!(
            (filtered.active, filtered.invited, filtered.inactive, filtered.locked),
            (1, 1, 2, 1)
        );
        let searched = list(&sia, "search=dee").await;
        assert_eq!(
            (searched.rows.len(), searched.counts.active, searched.counts.inactive),
            (2, 2, 0)
        );
        // And they follow the edits.
        sia.must(Edit::Unlock { user: user("bo") }, &[]).await;
        sia.must(Edit::Activate { user: user("ivy") }, &[]).await;
        let counts = list(&sia, "").await.counts;
        assert_eq!((counts.active, counts.inactive, counts.locked), (10, 2, 1));
        for malformed in ["tab=everyone", "limit=many", "sort=shoe_size", "site=elm"] {
            let problem = sia
                .get(&format!("/api/v1/users?{malformed}"))
                .await
                .expect_status(400)
                .problem();
            assert_eq!(problem.kind, "/problems/malformed-query", "{malformed}");
        }
    })
    .await;
}
