//! Mail on its way: taken, refused, late, cut off, by several servers at once.

use std::collections::BTreeSet;
use std::time::Duration;

use mail_parser::MimeHeaders as _;
use reqwest::Method;
use scenarios::http::make::{another, email};
use scenarios::http::smtp::{Fate, Line, MailServer};
use scenarios::http::{Session, TestApp, eventually, on_both};
use server::config::Security;
use shared::wire::{Delivery, MailResent, UndeliveredMail, UserRow};

use super::{invite, pending, sending};

/// The row once its mail has come as far as is waited for.
async fn until(admin: &Session, name: &str, reached: impl Fn(&Delivery) -> bool) -> UserRow {
    eventually(async || {
        let row = pending(admin, name).await;
        reached(row.invitation.as_ref()?.delivery.as_ref()?).then_some(row)
    })
    .await
}

fn delivery(row: &UserRow) -> &Delivery {
    row.invitation
        .as_ref()
        .and_then(|invitation| invitation.delivery.as_ref())
        .expect("a mail")
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_m10_an_invitation_waits_without_a_mail_server_and_goes_out_with_one() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        assert!(matches!(
            delivery(&pending(&ana, "kit").await),
            Delivery::Waiting { why: None, .. }
        ));

        let mail = MailServer::start(&[]).await;
        let server = sending(&app, &mail).await;
        let sent = mail.mail_to(&email("kit"), 1).await;
        let row = until(&ana, "kit", |delivery| matches!(delivery, Delivery::Sent { .. })).await;
        assert!(matches!(delivery(&row), Delivery::Sent { .. }), "{row:?}");
        assert!(
            row.invitation
                .is_some_and(|invitation| Some(invitation.expires) > row.invited_at)
        );
        // Both forms say the same, and say who writes, to whom and about what.
        let (html, plain) = (sent.html(), sent.plain());
        for part in ["Kit Ode", "Ana", &email("kit"), &sent.token()] {
            assert!(
                html.contains(part) && plain.contains(part),
                "{part} is missing in {plain}"
            );
        }
        assert!(html.contains("name=\"viewport\""), "readable on a phone");
        let message = sent.parsed();
        assert_eq!(message.content_type().map(|kind| kind.ctype()), Some("multipart"));
        assert_eq!(
            message.header_raw("Auto-Submitted").map(str::trim),
            Some("auto-generated")
        );
        let nothing: UndeliveredMail = ana.read("/api/v1/mail").await;
        assert_eq!(nothing.mails, []);
        drop(server);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_what_fails_for_now_is_tried_again_and_what_fails_for_good_is_told_and_can_be_sent_again() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[
            Fate::RefusedForNow,
            Fate::DroppedBefore,
            Fate::Taken,
            Fate::RefusedForGood,
        ])
        .await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let _server = sending(&app, &mail).await;
        mail.mail_to(&email("kit"), 1).await;
        assert_eq!(mail.tried(), 3, "twice in vain, once well");
        until(&ana, "kit", |delivery| matches!(delivery, Delivery::Sent { .. })).await;

        ana.must(invite("lea", "Lea Ode"), &[]).await;
        let row = until(&ana, "lea", |delivery| matches!(delivery, Delivery::Failed { .. })).await;
        let Delivery::Failed { why, .. } = delivery(&row) else {
            unreachable!("{row:?}")
        };
        assert!(why.contains("no such mailbox here"), "{why}");
        let list: UndeliveredMail = ana.read("/api/v1/mail").await;
        let [dead] = list.mails.as_slice() else {
            unreachable!("{list:?}")
        };
        assert_eq!(
            (dead.user, dead.to.as_str(), dead.attempts),
            (row.id, email("lea").as_str(), 1)
        );
        // The mailbox is there now.
        let again = format!("/api/v1/mail/{}/resend", dead.id);
        let nobody = app.anonymous();
        nobody
            .send(nobody.request(Method::POST, &again))
            .await
            .expect_status(401);
        ana.send(ana.request(Method::POST, &again)).await.expect_status(202);
        mail.mail_to(&email("lea"), 1).await;
        until(&ana, "lea", |delivery| matches!(delivery, Delivery::Sent { .. })).await;
        ana.send(ana.request(Method::POST, &again)).await.expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_mail_is_given_up_after_its_attempts() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[Fate::RefusedForNow; 5]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let row = until(&ana, "kit", |delivery| matches!(delivery, Delivery::Failed { .. })).await;
        assert!(
            matches!(delivery(&row), Delivery::Failed { why, .. } if why.contains("come back later")),
            "{row:?}"
        );
        assert_eq!(mail.tried(), 4);
        // Sent again by hand its attempts count afresh: one that fails for now does not give it up again.
        let list: UndeliveredMail = ana.read("/api/v1/mail").await;
        let dead = list.mails.first().expect("a dead letter");
        let again = format!("/api/v1/mail/{}/resend", dead.id);
        ana.send(ana.request(Method::POST, &again)).await.expect_status(202);
        mail.mail_to(&email("kit"), 1).await;
        assert_eq!(mail.tried(), 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_mail_that_may_have_been_taken_comes_again_with_the_same_id_and_both_links_work() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[Fate::DroppedAfter]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        mail.mail_to(&email("kit"), 2).await;
        let taken = mail.taken();
        let [first, second] = taken.as_slice() else {
            unreachable!("{} mails", taken.len())
        };
        assert_eq!(first.message_id(), second.message_id());
        assert!(!first.message_id().is_empty());
        assert_eq!(
            second.parsed().header_raw("X-Lanyard-Attempt").map(str::trim),
            Some("2")
        );
        for mail in [first, second] {
            assert_eq!(
                super::view(&app, &mail.token()).await.state,
                shared::wire::LinkState::Open
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_several_servers_send_each_mail_once() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let names: Vec<String> = (0..20).map(|number| format!("new{number}")).collect();
        for name in &names {
            ana.must(invite(name, "New Person"), &[]).await;
        }
        let mail = MailServer::start(&[Fate::Slow(Duration::from_millis(300)); 4]).await;
        let servers = [
            sending(&app, &mail).await,
            sending(&app, &mail).await,
            sending(&app, &mail).await,
        ];
        for name in &names {
            mail.mail_to(&email(name), 1).await;
        }
        for name in &names {
            until(&ana, name, |delivery| matches!(delivery, Delivery::Sent { .. })).await;
        }
        let taken = mail.taken();
        let ids: BTreeSet<String> = taken.iter().map(|mail| mail.message_id()).collect();
        assert_eq!((taken.len(), ids.len()), (20, 20));
        drop(servers);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_refused_or_judged_invitation_sends_nothing() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        ana.judge(invite("nix", "Nobody"), None).await.expect_status(200);
        ana.refused(invite("nix", ""), &[]).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        mail.mail_to(&email("kit"), 1).await;
        assert_eq!(mail.tried(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_mail_goes_through_tls_to_a_server_whose_authority_is_trusted() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        for (name, line) in [("kit", Line::StartTls), ("lea", Line::Tls)] {
            let mail = MailServer::start_on(line, &[]).await;
            let _server = sending(&app, &mail).await;
            ana.must(invite(name, "Somebody New"), &[]).await;
            let sent = mail.mail_to(&email(name), 1).await;
            assert!(sent.secured && mail.told_who() > 0, "{line:?}");
            until(&ana, name, |delivery| matches!(delivery, Delivery::Sent { .. })).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_line_that_cannot_be_secured_is_told_nothing_and_the_mail_waits() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        for (name, line) in [("kit", Line::StartTls), ("lea", Line::Tls), ("max", Line::Plain)] {
            let mail = MailServer::start_on(line, &[]).await;
            let server = TestApp::join_with(app.database(), |config| {
                mail.set(config);
                config.mail.first_retry = Duration::from_secs(3600);
                let smtp = config.mail.smtp.as_mut().expect("the mail server");
                match line {
                    // Somebody in between has taken STARTTLS out of what the server offers.
                    Line::Plain => smtp.security = Security::StartTls,
                    // Signed by nobody whom the settings name.
                    Line::StartTls | Line::Tls => smtp.ca_file = None,
                }
            })
            .await;
            ana.must(invite(name, "Somebody New"), &[]).await;
            let row = until(&ana, name, |delivery| {
                matches!(delivery, Delivery::Waiting { why: Some(_), .. })
            })
            .await;
            let Delivery::Waiting { why: Some(why), .. } = delivery(&row) else {
                unreachable!("{row:?}")
            };
            let expected = if line == Line::Plain { "STARTTLS" } else { "certificate" };
            assert!(why.to_lowercase().contains(&expected.to_lowercase()), "{line:?}: {why}");
            assert_eq!((mail.tried(), mail.told_who()), (0, 0), "{line:?}");
            drop(server);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_all_that_was_given_up_is_sent_again_at_once_by_whoever_manages_its_people() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        app.put(&another(&world)).await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[Fate::RefusedForGood; 3]).await;
        let _server = sending(&app, &mail).await;
        for name in ["kit", "lea", "max"] {
            ana.must(invite(name, "Somebody New"), &[]).await;
            until(&ana, name, |delivery| matches!(delivery, Delivery::Failed { .. })).await;
        }
        let post = async |who: &Session| who.send(who.request(Method::POST, "/api/v1/mail/resend")).await;
        // An administrator of others has nothing to send here, and who manages nobody may not ask.
        let stranger = app.sign_in("ana@lakeview.example").await;
        assert_eq!(post(&stranger).await.expect_status(200).json::<MailResent>().mails, 0);
        post(&app.as_person("fin").await).await.expect_status(403);
        assert_eq!(mail.tried(), 3);
        assert_eq!(post(&ana).await.expect_status(200).json::<MailResent>().mails, 3);
        for name in ["kit", "lea", "max"] {
            mail.mail_to(&email(name), 1).await;
            until(&ana, name, |delivery| matches!(delivery, Delivery::Sent { .. })).await;
        }
        assert_eq!(post(&ana).await.expect_status(200).json::<MailResent>().mails, 0);
        let waiting: UndeliveredMail = ana.read("/api/v1/mail").await;
        assert_eq!(waiting.mails, []);
        let sent: UndeliveredMail = ana.read("/api/v1/mail?delivered=true").await;
        let mut told: Vec<(&str, &str, u32)> = sent
            .mails
            .iter()
            .map(|mail| (mail.to.as_str(), mail.name.as_str(), mail.attempts))
            .collect();
        told.sort_unstable();
        let (kit, lea, max) = (email("kit"), email("lea"), email("max"));
        assert_eq!(
            told,
            [kit.as_str(), lea.as_str(), max.as_str()].map(|to| (to, "Somebody New", 1)),
            "attempts count afresh"
        );
        let theirs: UndeliveredMail = stranger.read("/api/v1/mail?delivered=true").await;
        assert_eq!(theirs.mails, []);
    })
    .await;
}
