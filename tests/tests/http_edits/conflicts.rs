use scenarios::http::make::{change, grant, instead, retype, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::ids::Revision;
use shared::user::ProfileField;
use shared::verdict::Change;
use shared::wire::{Difference, differences};

use super::{see, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn x6_the_second_of_two_editors_gets_the_newer_state_and_overwrites_nothing() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let abe = app.as_person("abe").await;
        let seen = see(&abe, user("fin")).await;
        let late = abe
            .proposal(change(
                "fin",
                instead(&["front_desk at elm"], &["billing_manager at elm"]),
            ))
            .await;
        ana.must(retype("fin", &[(ProfileField::Name, "Fin Larsen-Roth")]), &[])
            .await;
        ana.must(Edit::Lock { user: user("fin") }, &[]).await;

        let problem = abe.propose(&late).await.expect_status(409).problem();
        assert_eq!(problem.kind, "/problems/changed-meanwhile");
        let now = problem.facts.expect("the newer facts").subject.expect("the user");
        assert_eq!(now, see(&ana, user("fin")).await);
        assert_eq!(
            differences(&seen, &now),
            [
                Difference::Profile {
                    field: ProfileField::Name,
                    seen: "Fin Larsen".to_owned(),
                    now: "Fin Larsen-Roth".to_owned()
                },
                Difference::Locked { seen: false, now: true },
            ]
        );
        // Who did what since, newest first.
        assert_eq!(problem.since.len(), 2);
        assert!(problem.since.iter().all(|entry| entry.actor.user == user("ana")));
        assert!(matches!(
            problem.since.first().map(|entry| &entry.edit),
            Some(Edit::Lock { .. })
        ));
        assert!(problem.since.last().is_some_and(|entry| {
            entry
                .changes
                .iter()
                .any(|change| matches!(change, Change::ProfileChanged { to, .. } if to == "Fin Larsen-Roth"))
        }));
        assert_eq!(
            now.assignments,
            grant(&["front_desk at elm"]).grant,
            "nothing was overwritten"
        );

        // Decided again on what is there now, both changes stay.
        let mut again = late.clone();
        again.seen_revision = Some(now.revision);
        abe.propose(&again).await.expect_status(200);
        let fin = see(&ana, user("fin")).await;
        assert_eq!(
            (fin.profile.name.as_str(), fin.revision),
            ("Fin Larsen-Roth", Revision(4))
        );
        assert_eq!(fin.assignments, grant(&["billing_manager at elm"]).grant);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_of_many_who_save_at_once_one_wins_and_the_others_are_told() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let abe = app.as_person("abe").await;
        for round in 1..=5_u64 {
            let texts = [format!("Fin A{round}"), format!("Fin B{round}")];
            let [first, second] = &texts;
            let one = ana.proposal(retype("fin", &[(ProfileField::Name, first)])).await;
            let two = abe.proposal(retype("fin", &[(ProfileField::Name, second)])).await;
            let (one, two) = tokio::join!(ana.propose(&one), abe.propose(&two));
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
            let winner = if one.status == 200 { first } else { second };
            let fin = see(&ana, user("fin")).await;
            assert_eq!((&fin.profile.name, fin.revision), (winner, Revision(round + 1)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_an_edit_of_a_user_says_what_it_was_based_on() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let mut proposal = ana.proposal(retype("fin", &[(ProfileField::Name, "Fin")])).await;
        proposal.seen_revision = None;
        let problem = ana.propose(&proposal).await.expect_status(400).problem();
        assert_eq!(problem.kind, "/problems/seen-revision-missing");
        // Not from the future either.
        proposal.seen_revision = Some(Revision(7));
        ana.propose(&proposal).await.expect_status(409);
        assert_eq!(see(&ana, user("fin")).await.profile.name, "Fin Larsen");
    })
    .await;
}

/// A conflict tells nothing that its reader may not know.
#[tokio::test(flavor = "multi_thread")]
async fn x6_m9_a_conflict_does_not_tell_of_hidden_roles() {
    on_both(async |app| {
        let bil = signed_in(&app, "atmanco", "bil").await;
        let ari = app.as_person("ari").await;
        let late = ari.proposal(retype("uma", &[(ProfileField::Language, "fr")])).await;
        bil.must(change("uma", grant(&["billing_manager"])), &[]).await;
        let answer = ari.propose(&late).await.expect_status(409);
        assert_eq!(answer.problem().kind, "/problems/changed-meanwhile");
        assert!(!answer.body.contains("billing_manager"), "{}", answer.body);
        // Without seeing it, what is hidden stays held.
        ari.must(retype("uma", &[(ProfileField::Language, "fr")]), &[]).await;
        assert!(
            see(&bil, user("uma"))
                .await
                .assignments
                .iter()
                .any(|held| held.role.as_str() == "billing_manager")
        );
    })
    .await;
}
