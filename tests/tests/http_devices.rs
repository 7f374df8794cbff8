//! Browsers that people share at a front desk: enrolled by an administrator, locked, gone on with by PIN (X8), over HTTP.
#![cfg(not(target_arch = "wasm32"))]

use scenarios::http::make::{email, user};
use scenarios::http::{Answer, PASSWORD, Session, TestApp, on_both};
use shared::Edit;
use shared::ids::DeviceId;
use shared::verdict::Confirmation;
use shared::wire::{AuditPage, ChoosePin, DeviceList, Me, PinSignIn, PinView, ThisDevice};

const PIN: &str = "482910";

async fn sign_out(browser: &Session) {
    browser
        .post("/api/v1/sign-out", &serde_json::json!({}))
        .await
        .expect_status(204);
}

async fn choose(browser: &Session, pin: &str) -> Answer {
    let body = ChoosePin { pin: pin.to_owned() };
    browser
        .send(browser.request(reqwest::Method::PUT, "/api/v1/pin").json(&body))
        .await
}

/// Goes on with a PIN; the browser has the session afterwards if it worked.
async fn go_on(browser: &mut Session, name: &str, pin: &str) -> Answer {
    let body = PinSignIn {
        user: user(name),
        pin: pin.to_owned(),
    };
    let answer = browser.post("/api/v1/sign-in/pin", &body).await;
    browser.keep_cookies(&answer);
    answer
}

async fn here(browser: &Session) -> ThisDevice {
    browser.read("/api/v1/device").await
}

async fn people_here(browser: &Session) -> Vec<String> {
    let shared = here(browser).await.shared;
    shared.map_or_else(Vec::new, |shared| {
        shared.people.into_iter().map(|person| person.name).collect()
    })
}

/// A front desk's browser: Ana has enrolled it, Fay has signed in there and chosen a PIN. Fay is signed in.
async fn front_desk(app: &TestApp) -> (Session, DeviceId) {
    app.put_world("decoda").await;
    let mut desk = app.as_person("ana").await;
    let device = here(&desk).await.id.expect("somebody has signed in here");
    desk.must(
        Edit::EnrolDevice {
            device,
            name: " Front desk ".to_owned(),
        },
        &[],
    )
    .await;
    sign_out(&desk).await;
    desk.sign_in(&email("fay"), PASSWORD).await.expect_status(204);
    choose(&desk, PIN).await.expect_status(204);
    (desk, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_front_desk_is_locked_and_gone_on_with_by_pin() {
    on_both(async |app| {
        let (mut desk, _) = front_desk(&app).await;
        assert!(desk.read::<PinView>("/api/v1/pin").await.since.is_some());
        // Both are on record; a person's own affairs are told to them by mail.
        let ana = app.as_person("ana").await;
        let record: AuditPage = ana.read("/api/v1/audit").await;
        let [chosen, enrolled] = record.entries.as_slice() else {
            panic!("{:?}", record.entries)
        };
        assert!(matches!(chosen.edit, Edit::ChangeFactors { user: whose, .. } if whose == user("fay")));
        assert!(matches!(enrolled.edit, Edit::EnrolDevice { .. }));
        sign_out(&desk).await;
        desk.get("/api/v1/me").await.expect_status(401);
        let shared = here(&desk).await.shared.expect("it is shared");
        assert_eq!(
            (shared.name.as_str(), shared.organisation.as_str()),
            ("Front desk", "Riverside Clinic")
        );
        // Ana has signed in here too, and has no PIN.
        assert_eq!(people_here(&desk).await, ["Fay Brooks"]);
        go_on(&mut desk, "fay", PIN).await.expect_status(204);
        let me: Me = desk.read("/api/v1/me").await;
        assert_eq!(me.user.id, user("fay"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_pin_is_no_proof_for_what_would_let_somebody_keep_the_account() {
    on_both(async |app| {
        let (mut desk, _) = front_desk(&app).await;
        sign_out(&desk).await;
        go_on(&mut desk, "fay", PIN).await.expect_status(204);
        let wanted = "/problems/fresh-authentication-needed";
        let refused = choose(&desk, "719304").await.expect_status(403);
        assert_eq!(refused.problem().kind, wanted);
        let refused = desk
            .post("/api/v1/me/factors/authenticator-app", &())
            .await
            .expect_status(403);
        assert_eq!(refused.problem().kind, wanted);
        desk.sign_in(&email("fay"), PASSWORD).await.expect_status(204);
        choose(&desk, "719304").await.expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_pin_is_good_nowhere_else_and_for_nobody_else() {
    on_both(async |app| {
        let (mut desk, device) = front_desk(&app).await;
        // A browser of her own, known but not shared; one that nobody knows; another person at the desk.
        let mut own = app.as_person("fay").await;
        sign_out(&own).await;
        assert_eq!(here(&own).await.shared, None);
        assert_eq!(
            go_on(&mut own, "fay", PIN).await.expect_status(401).problem().kind,
            "/problems/pin-refused"
        );
        go_on(&mut app.anonymous(), "fay", PIN).await.expect_status(401);
        assert_eq!(here(&app.anonymous()).await, ThisDevice::default());
        sign_out(&desk).await;
        go_on(&mut desk, "ana", PIN).await.expect_status(401);
        go_on(&mut desk, "pat", PIN).await.expect_status(401);

        // Once it is released, the browser is like any other.
        let ana = app.as_person("ana").await;
        ana.must(Edit::ReleaseDevice { device }, &[]).await;
        assert_eq!(here(&desk).await.shared, None);
        go_on(&mut desk, "fay", PIN).await.expect_status(401);
        ana.refused(Edit::ReleaseDevice { device }, &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_wrong_pins_are_counted_and_the_password_helps() {
    on_both(async |app| {
        let (mut desk, _) = front_desk(&app).await;
        sign_out(&desk).await;
        for _ in 0..5 {
            let refused = go_on(&mut desk, "fay", "918273").await.expect_status(401);
            assert_eq!(refused.problem().kind, "/problems/pin-refused");
        }
        let refused = go_on(&mut desk, "fay", PIN).await.expect_status(401);
        assert_eq!(refused.problem().kind, "/problems/pin-used-up");
        desk.sign_in(&email("fay"), PASSWORD).await.expect_status(204);
        sign_out(&desk).await;
        go_on(&mut desk, "fay", PIN).await.expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_pin_ends_with_the_account_and_with_another_password() {
    on_both(async |app| {
        let (mut desk, _) = front_desk(&app).await;
        sign_out(&desk).await;
        let ana = app.as_person("ana").await;
        let fay = user("fay");
        ana.must(
            Edit::Deactivate { user: fay },
            &[Confirmation::Deactivation { user: fay }],
        )
        .await;
        assert_eq!(people_here(&desk).await, [""; 0]);
        go_on(&mut desk, "fay", PIN).await.expect_status(401);
        ana.must(Edit::Activate { user: user("fay") }, &[]).await;
        go_on(&mut desk, "fay", PIN).await.expect_status(204);
        ana.must(Edit::SetTemporaryPassword { user: user("fay") }, &[]).await;
        go_on(&mut desk, "fay", PIN).await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_x4_only_who_administers_people_everywhere_enrols_a_browser() {
    on_both(async |app| {
        let (desk, device) = front_desk(&app).await;
        for name in ["fay", "pam"] {
            let browser = app.as_person(name).await;
            let own = here(&browser).await.id.expect("somebody has signed in here");
            browser.get("/api/v1/devices").await.expect_status(403);
            let name = "Mine".to_owned();
            browser.refused(Edit::EnrolDevice { device: own, name }, &[]).await;
            browser.refused(Edit::ReleaseDevice { device }, &[]).await;
        }
        let ana = app.as_person("ana").await;
        let list: DeviceList = ana.read("/api/v1/devices").await;
        assert_eq!(list.devices.len(), 1);
        assert_eq!(
            (list.devices[0].id, list.devices[0].enrolled_by.as_str()),
            (device, "Ana Ferreira")
        );
        assert_ne!(list.here, Some(device));
        // A name that is taken, none, and one browser twice.
        let again = |device, name: &str| Edit::EnrolDevice {
            device,
            name: name.to_owned(),
        };
        let other = list.here.expect("this browser");
        ana.refused(again(other, "front DESK"), &[]).await;
        ana.refused(again(other, " "), &[]).await;
        ana.refused(again(device, "Another"), &[]).await;
        for (pin, status) in [
            ("12345", 422),
            ("123456", 422),
            ("48 2910", 422),
            ("4829105736481", 422),
            ("719304", 204),
        ] {
            choose(&desk, pin).await.expect_status(status);
        }
        desk.send(desk.request(reqwest::Method::DELETE, "/api/v1/pin"))
            .await
            .expect_status(204);
        assert_eq!(desk.read::<PinView>("/api/v1/pin").await, PinView::default());
    })
    .await;
}
