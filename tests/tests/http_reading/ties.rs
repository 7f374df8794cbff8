//! Who depends on a site: the list that the archiving of a site leads to finds the people whom its refusal counts (D1).

use std::collections::BTreeSet;

use scenarios::http::make::site;
use scenarios::http::{Session, on_both};
use shared::Facts;
use shared::access::SiteTie;
use shared::bulk::{BulkAction, BulkAsk, BulkPlan, BulkSelection};
use shared::ids::{SiteId, UserId};
use shared::lifecycle::Status;
use shared::wire::{UserQuery, UserTab};

use super::list;

const TIES: [(SiteTie, &str); 2] = [(SiteTie::Only, "only"), (SiteTie::Primary, "primary")];

/// Everybody in the lists of those who depend on the site.
async fn bound(session: &Session, site: SiteId, tie: &str) -> BTreeSet<UserId> {
    let mut found = BTreeSet::new();
    for tab in ["active", "invited", "inactive"] {
        let page = list(session, &format!("tab={tab}&site={site}&tie={tie}&limit=500")).await;
        found.extend(page.rows.iter().map(|row| row.id));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_the_list_of_those_who_depend_on_a_site_has_whom_its_archiving_would_orphan() {
    for (preset, who) in [("decoda", "ana"), ("artera", "ada"), ("tebra", "sia")] {
        on_both(async |app| {
            let world = app.put_world(preset).await;
            let reader = app.as_person(who).await;
            for place in world.organisation.open_sites() {
                for (tie, word) in TIES {
                    let binds = |user: &&shared::user::User| tie.binds(place.id, &user.assignments, user.primary_site);
                    let meant: BTreeSet<UserId> = world.users.iter().filter(binds).map(|user| user.id).collect();
                    assert_eq!(
                        bound(&reader, place.id, word).await,
                        meant,
                        "{preset}, {}, {word}",
                        place.name
                    );
                    let facts: Facts = reader.read(&format!("/api/v1/facts?site={}", place.id)).await;
                    let count = facts.headcount.expect("counted for whoever administers sites");
                    let counted = match tie {
                        SiteTie::Only => count.only_here,
                        SiteTie::Primary => count.primary_here,
                    };
                    assert_eq!(counted as usize, meant.len(), "{preset}, {}, {word}", place.name);
                }
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_filter_tells_nothing_of_access_out_of_reach_and_bulk_actions_take_it_over() {
    on_both(async |app| {
        let world = app.put_world("artera").await;
        let ada = app.as_person("ada").await;
        let elm = site("elm");
        let only = bound(&ada, elm, "only").await;
        assert!(!only.is_empty());
        // Counts are those of the rows, tab by tab, and a filter without a site is none.
        let page = list(&ada, &format!("site={elm}&tie=only")).await;
        assert_eq!(page.counts.active as usize, page.rows.len());
        let everyone = list(&ada, "limit=500").await;
        assert_eq!(list(&ada, "tie=only&limit=500").await.rows, everyone.rows);
        assert_eq!(ada.get("/api/v1/users?tie=most").await.status, 400);

        // A manager sees a person of their practice alike, whatever the person has in practices out of reach.
        let manager = world
            .users
            .iter()
            .find(|user| {
                user.status == Status::Active
                    && user
                        .assignments
                        .iter()
                        .all(|held| held.role.as_str() == "manager" && held.place().site() == Some(elm))
                    && !user.assignments.is_empty()
            })
            .expect("a manager of Elm alone");
        let reader = app.sign_in(&manager.profile.login_email).await;
        let seen = list(&reader, &format!("site={elm}&limit=500")).await;
        let bound_for_them = list(&reader, &format!("site={elm}&tie=only&limit=500")).await;
        let in_reach = seen
            .rows
            .iter()
            .filter(|row| SiteTie::Only.binds(elm, &row.assignments, row.primary_site));
        assert_eq!(
            bound_for_them.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            in_reach.map(|row| row.id).collect::<Vec<_>>()
        );

        // An action for everyone whom the list finds is for them alone.
        let active = list(&ada, &format!("site={elm}&tie=only&limit=500")).await.rows.len();
        let plan: BulkPlan = ada
            .post(
                "/api/v1/bulk/plan",
                &BulkAsk {
                    action: BulkAction::RemoveSite { site: elm },
                    selection: BulkSelection::Matching {
                        query: UserQuery {
                            tab: UserTab::Active,
                            site: Some(elm),
                            tie: Some(SiteTie::Only),
                            ..UserQuery::default()
                        },
                        except: BTreeSet::new(),
                    },
                    offset: 0,
                    limit: None,
                },
            )
            .await
            .expect_status(200)
            .json();
        assert_eq!(plan.total as usize, active);
    })
    .await;
}
