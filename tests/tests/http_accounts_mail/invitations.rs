//! Links of invitations: opening, accepting, expiring, being replaced and taken back.

use diesel::prelude::*;
use scenarios::http::make::{email, user};
use scenarios::http::smtp::MailServer;
use scenarios::http::{PASSWORD, TestApp, on_both};
use server::store::schema::links;
use shared::Edit;
use shared::lifecycle::Status;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::{AuditPage, LinkState, UserPage};

use super::{NEW_PASSWORD, accept, ask, grant, invite, open, pending, profile, sending, view, who};

/// As if every link had been made long ago.
async fn links_have_expired(app: &TestApp) {
    app.past_the_server(|conn| {
        Ok(diesel::update(links::table)
            .set(links::expires_at.eq(1_i64))
            .execute(conn)?)
    })
    .await
    .expect("time goes by");
}

#[tokio::test(flavor = "multi_thread")]
async fn m10_o6_the_link_lets_the_person_choose_a_password_and_get_in() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let token = mail.mail_to(&email("kit"), 1).await.token();
        assert!(token.len() * 4 >= 128, "{token}");
        // Nobody who reads the database has a link.
        let kept: Vec<String> = app
            .past_the_server(|conn| Ok(links::table.select(links::token_hash).load(conn)?))
            .await
            .expect("links");
        assert!(!kept.is_empty() && kept.iter().all(|kept| *kept != token));

        // Mail scanners open links: nothing is consumed.
        for _ in 0..3 {
            let seen = view(&app, &token).await;
            assert_eq!(seen.state, LinkState::Open);
            assert_eq!(seen.login_email, email("kit"));
            let asked: Vec<ProfileField> = seen.fields.iter().map(|asked| asked.field).collect();
            assert!(asked.contains(&ProfileField::Name), "{asked:?}");
            assert_eq!(seen.fields.first().map(|asked| asked.value.as_str()), Some("Kit Ode"));
        }
        for (password, answers, kind) in [
            ("too short", &[][..], "/problems/password-unusable"),
            ("passwordpassword", &[], "/problems/password-unusable"),
            ("kit@riverside.example", &[], "/problems/password-unusable"),
            (NEW_PASSWORD, &[(ProfileField::Name, " ")], "/problems/answers-unusable"),
            (NEW_PASSWORD, &[(ProfileField::Npi, "1")], "/problems/answers-unusable"),
        ] {
            let (_, answer) = accept(&app, &token, password, answers).await;
            assert_eq!(answer.expect_status(422).problem().kind, kind, "{password} {answers:?}");
        }
        let (kit, answer) = accept(&app, &token, NEW_PASSWORD, &[(ProfileField::Name, "Kit Odell")]).await;
        answer.expect_status(204);
        let me = who(&kit).await;
        assert_eq!(
            (me.user.profile.name.as_str(), me.user.status),
            ("Kit Odell", Status::Active)
        );
        app.anonymous()
            .sign_in(&email("kit"), NEW_PASSWORD)
            .await
            .expect_status(204);
        // Used once, it says so, and lets nobody in again.
        assert_eq!(view(&app, &token).await.state, LinkState::Used);
        let (_, again) = accept(&app, &token, "another sky under a kettle", &[]).await;
        assert_eq!(again.expect_status(409).problem().kind, "/problems/link-not-open");
        ask(&app, &token).await.expect_status(409);
        // X7: on record as the person's own.
        let record: AuditPage = ana.read(&format!("/api/v1/audit?subject={}", user("kit"))).await;
        let [accepted, invited] = record.entries.as_slice() else {
            unreachable!("{record:?}")
        };
        assert_eq!(
            (&accepted.edit, accepted.actor.user),
            (&Edit::Activate { user: user("kit") }, user("kit"))
        );
        assert!(
            accepted.changes.len() >= 3 && matches!(invited.edit, Edit::Invite { .. }),
            "{record:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m10_of_many_who_use_one_link_at_once_one_gets_in() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let second = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let token = mail.mail_to(&email("kit"), 1).await.token();
        let passwords: Vec<String> = (0..6).map(|number| format!("{NEW_PASSWORD} {number}")).collect();
        let servers = [&app, &second];
        let attempts = passwords.iter().zip(servers.iter().cycle()).map(|(password, server)| {
            let token = &token;
            async move { accept(server, token, password, &[]).await.1.status }
        });
        let mut statuses = Vec::new();
        let mut running: Vec<_> = attempts.map(Box::pin).collect();
        // All are under way before the first is waited for.
        std::future::poll_fn(|context| {
            running.retain_mut(|attempt| match attempt.as_mut().poll(context) {
                std::task::Poll::Ready(status) => {
                    statuses.push(status);
                    false
                }
                std::task::Poll::Pending => true,
            });
            if running.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409, 409, 409, 409, 409]);
        let mut in_by = 0;
        for password in &passwords {
            if app.anonymous().sign_in(&email("kit"), password).await.status == 204 {
                in_by += 1;
            }
        }
        assert_eq!(in_by, 1);
        let people: UserPage = ana.read(&format!("/api/v1/users?search={}", email("kit"))).await;
        assert_eq!(people.rows.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_resending_ends_the_earlier_link() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let earlier = mail.mail_to(&email("kit"), 1).await.token();
        ana.must(Edit::ResendInvitation { user: user("kit") }, &[]).await;
        let newer = mail.mail_to(&email("kit"), 2).await.token();
        assert_ne!(earlier, newer);
        assert_eq!(view(&app, &earlier).await.state, LinkState::Replaced);
        let (_, answer) = accept(&app, &earlier, NEW_PASSWORD, &[]).await;
        answer.expect_status(409);
        let (_, answer) = accept(&app, &newer, NEW_PASSWORD, &[]).await;
        answer.expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_an_expired_link_says_so_and_a_new_one_goes_out_by_itself() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let token = mail.mail_to(&email("kit"), 1).await.token();
        links_have_expired(&app).await;
        let seen = view(&app, &token).await;
        assert_eq!((seen.state, seen.fields.len()), (LinkState::Expired, 0));
        let (_, answer) = accept(&app, &token, NEW_PASSWORD, &[]).await;
        answer.expect_status(409);
        // The mail before it is a while ago.
        app.past_the_server(|conn| {
            use server::store::schema::outbox;
            Ok(diesel::update(outbox::table)
                .set(outbox::created_at.eq(1_i64))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");
        ask(&app, &token).await.expect_status(202);
        let newer = mail.mail_to(&email("kit"), 2).await.token();
        // Asking again and again sends no more.
        ask(&app, &token).await.expect_status(202);
        ask(&app, &newer).await.expect_status(202);
        assert_eq!(view(&app, &newer).await.state, LinkState::Open);
        let (_, answer) = accept(&app, &newer, NEW_PASSWORD, &[]).await;
        answer.expect_status(204);
        assert_eq!(mail.taken().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_where_the_policy_says_so_whoever_invited_is_asked_for_the_new_link() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        sia.must(Edit::ResendInvitation { user: user("nia") }, &[]).await;
        let token = mail.mail_to(&email("nia"), 1).await.token();
        links_have_expired(&app).await;
        for _ in 0..3 {
            ask(&app, &token).await.expect_status(202);
        }
        let told = mail.mail_to(&email("sia"), 1).await;
        assert!(told.plain().contains(&email("nia")), "{}", told.plain());
        assert!(told.plain().contains(&format!("/users/{}", user("nia"))));
        let row = pending(&sia, "nia").await;
        assert!(row.invitation.is_some_and(|invitation| invitation.asked_at.is_some()));
        sia.must(Edit::ResendInvitation { user: user("nia") }, &[]).await;
        mail.mail_to(&email("nia"), 2).await;
        let row = pending(&sia, "nia").await;
        assert!(row.invitation.is_some_and(|invitation| invitation.asked_at.is_none()));
        assert_eq!(mail.taken().iter().filter(|mail| mail.to == email("sia")).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m15_a_withdrawn_invitations_link_stops_working() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let token = mail.mail_to(&email("kit"), 1).await.token();
        let edit = Edit::WithdrawInvitation { user: user("kit") };
        let verdict: shared::wire::Accepted = ana
            .judge(
                edit.clone(),
                Some(ana.proposal(edit.clone()).await.seen_revision.expect("one")),
            )
            .await
            .json();
        let confirmations: Vec<Confirmation> = verdict.verdict.confirmations;
        ana.must(edit, &confirmations).await;
        let problem = open(&app, &token).await.expect_status(404).problem();
        assert_eq!(problem.kind, "/problems/link-unknown");
        let (_, answer) = accept(&app, &token, NEW_PASSWORD, &[]).await;
        answer.expect_status(404);
        ask(&app, &token).await.expect_status(404);
        assert_eq!(
            open(&app, "nonsense").await.expect_status(404).problem().title,
            problem.title
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m5_m6_the_mail_goes_to_the_communication_address_in_the_preferred_language() {
    on_both(async |app| {
        app.put_world("atmanco").await;
        let admin = app.as_person("ari").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let edit = Edit::Invite {
            user: user("luc"),
            profile: profile(&[
                (ProfileField::FirstName, "Luc"),
                (ProfileField::LastName, "Morin"),
                (ProfileField::LoginEmail, "luc@riverside.example"),
                (ProfileField::CommunicationEmail, "luc.morin@home.example"),
                (ProfileField::Language, "fr"),
            ]),
            access: grant(&["user"]),
        };
        admin.must(edit, &[]).await;
        let sent = mail.mail_to("luc.morin@home.example", 1).await;
        assert!(sent.plain().contains("Bonjour Luc Morin,"), "{}", sent.plain());
        assert!(sent.html().contains("<html lang=\"fr\">"));
        assert!(sent.plain().contains("Accepter l’invitation"), "{}", sent.plain());
        let seen = view(&app, &sent.token()).await;
        assert_eq!(
            (seen.login_email.as_str(), seen.language.as_str()),
            ("luc@riverside.example", "fr")
        );
        assert!(seen.languages.len() > 1);
        // The person chooses another language as they get in.
        let (luc, answer) = accept(&app, &sent.token(), NEW_PASSWORD, &[(ProfileField::Language, "en")]).await;
        answer.expect_status(204);
        assert_eq!(who(&luc).await.user.profile.language, "en");
        app.anonymous()
            .sign_in("luc.morin@home.example", NEW_PASSWORD)
            .await
            .expect_status(401);
    })
    .await;
}

/// O4, O6.
#[tokio::test(flavor = "multi_thread")]
async fn o4_o6_the_invitation_has_its_subject_and_button_and_the_invited_user_gets_a_name() {
    on_both(async |app| {
        app.put_world("optra").await;
        let admin = app.as_person("ann").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let edit = Edit::Invite {
            user: user("ned"),
            profile: profile(&[(ProfileField::LoginEmail, &email("ned"))]),
            access: grant(&["billing_admin"]),
        };
        admin.must(edit, &[]).await;
        let sent = mail.mail_to(&email("ned"), 1).await;
        assert_eq!(sent.subject(), "You've been invited to the Optra Portal");
        assert!(sent.html().contains(">Accept Invitation</a>"), "{}", sent.html());
        assert_eq!(pending(&admin, "ned").await.name, "");
        let seen = view(&app, &sent.token()).await;
        assert_eq!(seen.fields.len(), 1);
        let (_, answer) = accept(&app, &sent.token(), NEW_PASSWORD, &[]).await;
        answer.expect_status(422);
        let (ned, answer) = accept(&app, &sent.token(), NEW_PASSWORD, &[(ProfileField::Name, "Ned Hale")]).await;
        answer.expect_status(204);
        assert_eq!(who(&ned).await.user.profile.display_name(), "Ned Hale");
        let people: UserPage = admin.read("/api/v1/users?search=Ned%20Hale").await;
        assert_eq!(people.rows.len(), 1);
        assert_ne!(PASSWORD, NEW_PASSWORD);
    })
    .await;
}
