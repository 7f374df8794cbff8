//! Whoever is out of the sight of the one who asks.

use scenarios::http::make::{email, instead, invite, site, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::edit::WhichSessions;
use shared::ids::Revision;
use shared::lifecycle::Status;
use shared::user::ProfileField;
use shared::verdict::{Reason, Remedy};

use super::{reasons, see};

/// Pam manages Elm. Of whoever is elsewhere, or nobody at all, every answer is the same: nothing of what they hold, where they
/// are or what would become of them.
#[tokio::test(flavor = "multi_thread")]
async fn x4_whoever_is_out_of_sight_is_nobody() {
    on_both(async |app| {
        let mut world = scenarios::cases::world("decoda");
        let unlike = |name: &str, holds: &str| {
            let mut held = world.user(user("fin")).expect("a person").clone();
            held.id = user(name);
            held.profile.login_email = email(name);
            held.assignments = vec![scenarios::cases::assignment(holds)];
            held.primary_site = Some(site("oak"));
            held
        };
        let (mut oto, ona) = (unlike("oto", "front_desk at oak"), unlike("ona", "provider at oak"));
        oto.status = Status::Inactive;
        world.users.extend([oto, ona]);
        app.put(&world).await;
        let pam = app.as_person("pam").await;
        let hidden = [user("oto"), user("ona"), user("abe"), user("nobody")];
        let edits = |id| {
            [
                Edit::Deactivate { user: id },
                Edit::Activate { user: id },
                Edit::Delete { user: id },
                Edit::Lock { user: id },
                Edit::Unlock { user: id },
                Edit::ResendInvitation { user: id },
                Edit::SetTemporaryPassword { user: id },
                Edit::ResetFactors { user: id },
                Edit::EndSessions {
                    user: id,
                    which: WhichSessions::All,
                },
                Edit::Change {
                    user: id,
                    profile: scenarios::http::make::profile(&[
                        (ProfileField::Name, "Somebody else"),
                        (ProfileField::LoginEmail, &email("ona")),
                        (ProfileField::Npi, "no digits"),
                    ]),
                    access: instead(&["front_desk at oak"], &["front_desk at elm"]),
                },
            ]
        };
        for number in 0..edits(user("nobody")).len() {
            let mut answers = Vec::new();
            for id in hidden {
                let edit = edits(id)[number].clone();
                let dry = pam.judge(edit.clone(), None).await.expect_status(200).body;
                let seen = pam.judge(edit.clone(), Some(Revision(1))).await.expect_status(200).body;
                let mut answer = pam.edit(edit, &[]).await.expect_status(422).problem();
                answer.request_id = None;
                let answer = serde_json::to_string(&answer).expect("a problem has a JSON form");
                answers.push([dry, seen, answer].map(|body| body.replace(&id.to_string(), "them")));
            }
            assert!(answers.iter().all(|other| *other == answers[0]), "{answers:?}");
            let verdict = pam.refused(edits(user("ona"))[number].clone(), &[]).await;
            assert_eq!(reasons(&verdict)[0], &Reason::UserUnknown);
            assert!(
                verdict.consequences.is_empty() && verdict.confirmations.is_empty(),
                "{verdict:?}"
            );
            assert!(
                verdict
                    .refusals
                    .iter()
                    .all(|refusal| !matches!(refusal.remedy, Some(Remedy::Instead(_)))),
                "{verdict:?}"
            );
        }
        // An invitation with the id and the address of one of them changes nobody, and learns no more than that both are used.
        for (id, address) in [("ona", "ona"), ("ona", "abe"), ("abe", "ona")] {
            let mut edit = invite(id, "Kit Ode", "front_desk at elm", "elm");
            if let Edit::Invite { profile, .. } = &mut edit {
                profile.insert(ProfileField::LoginEmail, email(address));
            }
            let verdict = pam.refused(edit, &[]).await;
            let told: Vec<_> = reasons(&verdict).into_iter().cloned().collect();
            let email = email(address);
            assert_eq!(told, [Reason::EmailTaken { email }, Reason::UserExists]);
        }
        let ona = see(&app.as_person("ana").await, user("ona")).await;
        assert_eq!(
            ona,
            *world.user(user("ona")).expect("she is there"),
            "nothing has changed"
        );
    })
    .await;
}
