//! Products of providers: agreed to, on record, and by a support case where that is needed.

use diesel::prelude::*;
use scenarios::http::make::user;
use scenarios::http::{Session, TestApp, on_both};
use server::store::schema::licences;
use shared::Edit;
use shared::ids::CaseId;
use shared::verdict::{Change, Confirmation, Consequence, Reason};
use shared::wire::{AuditPage, CasePage, UserView};
use uuid::Uuid;

use super::{confirmed, reasons, see, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn t10_t12_t13_products_are_added_after_the_terms_are_agreed_to() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let add = |product: &str| Edit::AddProducts {
            user: user("dr"),
            products: [product.into()].into(),
        };
        // Only what is activated at the provider's practice.
        let verdict = sia.refused(add("patient_engagement"), &[]).await;
        assert!(
            reasons(&verdict).contains(&&Reason::ProductNotActivated {
                product: "patient_engagement".into()
            }),
            "{verdict:?}"
        );
        let terms = |monthly_cents| Confirmation::Terms {
            version: "2024-10-09".to_owned(),
            products: ["ehr".into()].into(),
            monthly_cents,
        };
        // Agreeing to a price that has changed since is agreeing to nothing.
        confirmed(&sia, add("ehr"), terms(19_900), terms(9_900)).await;
        assert_eq!(
            see(&sia, user("dr")).await.products,
            ["ehr".into(), "practice_management".into()].into()
        );
        let agreed: (String, String, i64) = app
            .past_the_server(|conn| {
                Ok(licences::table
                    .find((user("dr").to_string(), "ehr"))
                    .select((licences::terms_version, licences::agreed_by, licences::monthly_cents))
                    .first(conn)?)
            })
            .await
            .expect("the agreement is on record");
        assert_eq!(agreed, ("2024-10-09".to_owned(), user("sia").to_string(), 19_900));
        let verdict = sia.refused(add("ehr"), &[]).await;
        assert!(
            reasons(&verdict).contains(&&Reason::ProductHeld { product: "ehr".into() }),
            "{verdict:?}"
        );
        let other = Edit::AddProducts {
            user: user("ola"),
            products: ["ehr".into()].into(),
        };
        assert!(reasons(&sia.refused(other, &[]).await).contains(&&Reason::NotClinical));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t13_the_agreement_is_with_the_provider_and_on_the_record() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let edit = Edit::AddProducts {
            user: user("dr"),
            products: ["ehr".into()].into(),
        };
        let terms = Confirmation::Terms {
            version: "2024-10-09".to_owned(),
            products: ["ehr".into()].into(),
            monthly_cents: 19_900,
        };
        sia.must(edit, std::slice::from_ref(&terms)).await;
        let view: UserView = sia.read(&format!("/api/v1/users/{}", user("dr"))).await;
        let licence = view.licences.iter().find(|one| one.product.as_str() == "ehr").expect("it is there");
        assert_eq!(
            (licence.terms.as_str(), licence.monthly_cents, licence.agreed_by.name.as_str()),
            ("2024-10-09", 19_900, "Sia Moss")
        );
        let page: AuditPage = sia.read("/api/v1/audit?kind=add_products&limit=1").await;
        let entry = page.entries.first().expect("it is on the record");
        assert_eq!((entry.actor.user, &entry.confirmations), (user("sia"), &vec![terms]));
        assert!(
            matches!(entry.changes.as_slice(), [Change::ProductAdded { terms, monthly_cents: 19_900, .. }] if terms == "2024-10-09"),
            "{:?}",
            entry.changes
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t12_deactivating_the_provider_ends_the_licence_and_activating_does_not_bring_it_back() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let licences = async || -> usize {
            let view: UserView = sia.read(&format!("/api/v1/users/{}", user("dr"))).await;
            view.licences.len()
        };
        assert_eq!(licences().await, 1);
        let asked = Confirmation::Deactivation { user: user("dr") };
        sia.must(Edit::Deactivate { user: user("dr") }, &[asked]).await;
        assert_eq!(licences().await, 0);
        sia.must(Edit::Activate { user: user("dr") }, &[]).await;
        assert_eq!(licences().await, 0);
    })
    .await;
}

/// A world in which Dee was deactivated today.
async fn just_deactivated(app: &TestApp) {
    let mut world = scenarios::cases::world("tebra");
    let now = server::clock::now();
    for person in &mut world.users {
        if person.id == user("dee") {
            person.deactivated_at = Some(now);
        }
    }
    app.put(&world).await;
}

async fn cases(browser: &Session, closed: bool) -> CasePage {
    browser.read(&format!("/api/v1/cases?closed={closed}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn t11_soon_after_a_deactivation_billing_needs_a_case_that_is_seen_and_closed() {
    on_both(async |app| {
        just_deactivated(&app).await;
        let now = server::clock::now();
        let sia = app.as_person("sia").await;
        let billing = |name: &str| Edit::AddProducts {
            user: user(name),
            products: ["billing".into()].into(),
        };
        // Also with the terms agreed to: it is not a matter of agreeing.
        let agreed = Confirmation::Terms {
            version: "2024-10-09".to_owned(),
            products: ["billing".into()].into(),
            monthly_cents: 14_900,
        };
        let verdict = sia.refused(billing("dee"), &[agreed]).await;
        assert!(
            matches!(reasons(&verdict).as_slice(), [Reason::ProductNeedsCase { until, .. }] if *until > now),
            "{verdict:?}"
        );
        let open = |name: &str| Edit::OpenCase {
            user: user(name),
            product: "billing".into(),
        };
        let before = cases(&sia, false).await.cases.len();
        sia.must(open("dee"), &[]).await;
        let there = cases(&sia, false).await.cases;
        assert_eq!(there.len(), before + 1);
        let case = there.first().expect("the newest is the first").clone();
        assert_eq!(
            (case.person.name.as_str(), case.opened_by.name.as_str(), case.is_open()),
            ("Dee Marsh", "Sia Moss", true)
        );
        let view: UserView = sia.read(&format!("/api/v1/users/{}", user("dee"))).await;
        assert_eq!(view.facts.cases, std::slice::from_ref(&case));
        let again = sia.refused(open("dee"), &[]).await;
        assert_eq!(
            reasons(&again),
            [&Reason::CaseOpen {
                product: "billing".into()
            }]
        );
        // Dan's deactivation was long ago.
        let verdict = sia.refused(open("dan"), &[]).await;
        assert_eq!(
            reasons(&verdict),
            [&Reason::CaseNotNeeded {
                product: "billing".into()
            }]
        );
        // Closed by those who may, once, with what came of it.
        let close = |who: &str, case: CaseId, note: &str| Edit::CloseCase {
            user: user(who),
            case,
            note: note.to_owned(),
        };
        let mo = app.as_person("mo").await;
        mo.get("/api/v1/cases").await.expect_status(403);
        let verdict = mo.refused(close("dee", case.id, "Mine"), &[]).await;
        assert!(matches!(reasons(&verdict).as_slice(), [Reason::PowerMissing { .. }]), "{verdict:?}");
        for (edit, reason) in [
            (close("dee", case.id, " "), Reason::NoteMissing),
            (close("dee", case.id, &"x".repeat(501)), Reason::NoteTooLong { at_most: 500 }),
            (close("dan", case.id, "Of another"), Reason::CaseUnknown),
            (close("dee", CaseId(Uuid::nil()), "Of nobody"), Reason::CaseUnknown),
        ] {
            assert_eq!(reasons(&sia.refused(edit, &[]).await), [&reason]);
        }
        let sol = app.as_person("sol").await;
        let accepted = sol.must(close("dee", case.id, "Added by support"), &[]).await;
        assert!(
            matches!(accepted.verdict.consequences.as_slice(), [Consequence::CaseEnds { self_service_from: Some(from), .. }] if *from > now),
            "{:?}",
            accepted.verdict
        );
        assert_eq!(cases(&sia, false).await.cases.len(), before);
        let closed = cases(&sia, true).await.cases;
        let closed = closed.iter().find(|one| one.id == case.id).and_then(|one| one.closed.clone());
        let closed = closed.expect("it is among the closed");
        assert_eq!((closed.by.name.as_str(), closed.note.as_str()), ("Sol Vance", "Added by support"));
        assert_eq!(
            reasons(&sia.refused(close("dee", case.id, "Again"), &[]).await),
            [&Reason::CaseClosedAlready]
        );
        let page: AuditPage = sia.read("/api/v1/audit?kind=close_case").await;
        assert!(
            matches!(page.entries.as_slice(), [entry] if entry.actor.user == user("sol")
                && matches!(entry.changes.as_slice(), [Change::CaseClosed { note, .. }] if note == "Added by support")),
            "{:?}",
            page.entries
        );
        // The thirty days are not over: what was asked for can be asked for again.
        sia.must(open("dee"), &[]).await;
    })
    .await;
}
