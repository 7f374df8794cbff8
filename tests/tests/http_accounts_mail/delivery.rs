//! Mail on its way: taken, refused, late, cut off, by several servers at once.

use std::collections::BTreeSet;
use std::time::Duration;

use mail_parser::MimeHeaders as _;
use reqwest::Method;
use scenarios::http::make::email;
use scenarios::http::smtp::{Fate, MailServer};
use scenarios::http::{Session, on_both};
use shared::wire::{Delivery, UndeliveredMail, UserRow};

use super::{invite, pending, sending};

/// The row once its mail has come as far as is waited for.
async fn until(admin: &Session, name: &str, reached: impl Fn(&Delivery) -> bool) -> UserRow {
    for _ in 0..600 {
        let row = pending(admin, name).await;
        let delivery = row
            .invitation
            .as_ref()
            .and_then(|invitation| invitation.delivery.as_ref());
        if delivery.is_some_and(&reached) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    pending(admin, name).await
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
        let mail = MailServer::start(&[Fate::RefusedForNow; 4]).await;
        let _server = sending(&app, &mail).await;
        ana.must(invite("kit", "Kit Ode"), &[]).await;
        let row = until(&ana, "kit", |delivery| matches!(delivery, Delivery::Failed { .. })).await;
        assert!(
            matches!(delivery(&row), Delivery::Failed { why, .. } if why.contains("come back later")),
            "{row:?}"
        );
        assert_eq!(mail.tried(), 4);
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
