//! Policies over HTTP, on both databases: checked, previewed, published, compared, gone back to, and never by whoever may not.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an answer of another shape is a failed test"
)]

use scenarios::http::make::{retype, user};
use scenarios::http::{Answer, Session, on_both};
use shared::Edit;
use shared::ids::{Revision, RoleId};
use shared::policy::check::Path;
use shared::policy::compare::source_of;
use shared::policy::{
    Area, FieldRule, Need, Policy, PolicyAsk, PolicyChecked, PolicyComparison, PolicyEdit, PolicyPresets,
    PolicyPreview, PolicyProposal, PolicyRevised, PolicyRevision, PolicySource, PolicyValue, PolicyVersionView,
    PolicyView, Power, Visibility, preset, source,
};
use shared::user::ProfileField;
use shared::verdict::{Change, Confirmation, Reason};
use shared::wire::{Accepted, AuditPage, Me, UserPage, UserTab};
use uuid::Uuid;

async fn view(session: &Session) -> PolicyView {
    session.read("/api/v1/policy").await
}

fn proposal(policy: &Policy, seen: Revision) -> PolicyProposal {
    PolicyProposal {
        source: source_of(policy).unwrap(),
        note: "Because".to_owned(),
        seen_version: seen,
        confirmations: vec![],
        idempotency_key: Uuid::now_v7(),
    }
}

/// Texts to be written, each at a path whose steps are separated by `/`; `@` begins the id of an element.
fn revision(source: &str, texts: &[(&str, &str)]) -> PolicyRevision {
    let change = |(path, text): &(&str, &str)| PolicyEdit {
        path: path
            .split('/')
            .fold(Path::default(), |path, step| match step.strip_prefix('@') {
                Some(id) => path.item(id),
                None => path.key(step),
            }),
        value: Some(PolicyValue::Text((*text).to_owned())),
    };
    PolicyRevision {
        source: source.to_owned(),
        changes: texts.iter().map(change).collect(),
    }
}

async fn publish(session: &Session, proposal: &PolicyProposal) -> Answer {
    session.post("/api/v1/policy", proposal).await
}

async fn reasons(session: &Session, proposal: &PolicyProposal) -> Vec<Reason> {
    let problem = publish(session, proposal).await.expect_status(422).problem();
    let refusals = problem.verdict.unwrap().refusals;
    refusals.into_iter().map(|refusal| refusal.reason).collect()
}

async fn preview(session: &Session, policy: &Policy) -> PolicyPreview {
    let ask = PolicyAsk {
        source: source_of(policy).unwrap(),
        offset: 0,
        limit: None,
    };
    session
        .post("/api/v1/policy/preview", &ask)
        .await
        .expect_status(200)
        .json()
}

/// The policy with a telephone number asked of everyone.
fn with_phones(policy: &Policy) -> Policy {
    let mut policy = policy.clone();
    policy.fields.retain(|field| field.id != ProfileField::Phone);
    policy.fields.push(FieldRule {
        id: ProfileField::Phone,
        label: "Cell Phone".to_owned(),
        hint: String::new(),
        need: Need::Required,
        clinical_only: false,
        own: false,
    });
    policy
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_previewed_confirmed_published_and_gone_back_from() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let first = view(&ana).await;
        assert_eq!(first.version, Revision(1));
        assert_eq!(first.policy, *world.policy);
        assert_eq!(first.versions.len(), 1);

        let wanted = with_phones(&first.policy);
        let seen = preview(&ana, &wanted).await;
        let without = world.users.iter().filter(|user| user.profile.phone.is_empty()).count();
        assert!(without > 1);
        assert_eq!((seen.in_breach as usize, seen.in_reach as usize), (without, without));
        let missing = Reason::FieldMissing {
            field: ProfileField::Phone,
        };
        assert!(
            seen.people
                .iter()
                .all(|person| person.breaches.iter().any(|breach| breach.reason == missing))
        );
        assert!(
            seen.differences
                .iter()
                .all(|difference| difference.area == Area::Fields)
        );
        let confirmation = Confirmation::Breach { people: seen.in_breach };
        assert_eq!(seen.verdict.confirmations, std::slice::from_ref(&confirmation));
        assert_eq!(view(&ana).await, first, "nothing was changed");

        // Not without the confirmation, and not with one of other people.
        let mut asked = proposal(&wanted, first.version);
        for given in [vec![], vec![Confirmation::Breach { people: 1 }]] {
            asked.confirmations = given;
            let problem = publish(&ana, &asked).await.expect_status(422).problem();
            assert_eq!(
                problem.verdict.unwrap().confirmations,
                std::slice::from_ref(&confirmation)
            );
        }
        asked.confirmations = vec![confirmation.clone()];
        let accepted: Accepted = publish(&ana, &asked).await.expect_status(200).json();
        let changes = [Change::PolicyPublished {
            version: Revision(2),
            areas: vec![Area::Fields],
        }];
        assert_eq!(accepted.verdict.changes, changes);
        // The same request again changes nothing twice.
        let again: Accepted = publish(&ana, &asked).await.expect_status(200).json();
        assert_eq!(again, accepted);

        // X8: in force at once, for whoever is signed in.
        let me: Me = ana.read("/api/v1/me").await;
        assert_eq!(me.facts.policy.fields, wanted.fields);
        let verdict = ana.refused(retype("abe", &[(ProfileField::Phone, "")]), &[]).await;
        assert_eq!(verdict.refusals[0].reason, missing);

        let second = view(&ana).await;
        assert_eq!(
            (second.version, second.source.as_str()),
            (Revision(2), asked.source.as_str())
        );
        let told: Vec<(u64, &str)> = second
            .versions
            .iter()
            .map(|version| (version.version.0, version.note.as_str()))
            .collect();
        assert_eq!(told, [(2, "Because"), (1, "")]);
        assert_eq!(second.versions[0].published_by.as_ref().unwrap().user, user("ana"));
        let record: AuditPage = ana.read("/api/v1/audit?kind=publish_policy").await;
        assert_eq!(record.entries.len(), 1);
        assert_eq!(record.entries[0].changes, changes);
        assert_eq!(record.entries[0].confirmations, [confirmation]);
        assert!(matches!(&record.entries[0].edit, Edit::PublishPolicy { note, .. } if note == "Because"));

        // Compared, and gone back from: an earlier version is published again.
        let comparison: PolicyComparison = ana.read("/api/v1/policy/compare?from=2&to=1").await;
        let told: Vec<String> = comparison
            .differences
            .iter()
            .map(|difference| difference.path.to_string())
            .collect();
        assert!(told.contains(&"field[\"phone\"].need".to_owned()), "{told:?}");
        assert!(
            comparison
                .differences
                .iter()
                .all(|difference| difference.before.is_some())
        );
        let old: PolicyVersionView = ana.read("/api/v1/policy/versions/1").await;
        let back = PolicyProposal {
            source: old.source,
            ..proposal(&old.policy, Revision(2))
        };
        publish(&ana, &back).await.expect_status(200);
        let third = view(&ana).await;
        assert_eq!((third.version, &third.policy), (Revision(3), &first.policy));
        ana.get("/api/v1/policy/versions/9").await.expect_status(404);
        ana.get("/api/v1/policy/compare?from=1&to=9").await.expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x5_a_policy_that_contradicts_itself_or_leaves_nobody_who_administers_is_refused() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let first = view(&ana).await;
        let source = first.source.replace("name = ", "nane = ");
        let ask = PolicySource { source: source.clone() };
        let checked: PolicyChecked = ana.post("/api/v1/policy/check", &ask).await.expect_status(200).json();
        assert!(!checked.findings.is_empty() && checked.findings.iter().all(|finding| finding.line.is_some()));
        let asked = PolicyProposal {
            source,
            ..proposal(&first.policy, first.version)
        };
        assert!(
            matches!(reasons(&ana, &asked).await.as_slice(), [Reason::PolicyContradicts { findings }]
            if *findings == checked.findings)
        );
        let fine = PolicySource {
            source: first.source.clone(),
        };
        let checked: PolicyChecked = ana.post("/api/v1/policy/check", &fine).await.expect_status(200).json();
        assert_eq!((checked.findings, checked.policy), (vec![], Some(first.policy.clone())));

        // The role that administers gets another id: nobody holds that one.
        let mut renamed = first.policy.clone();
        renamed.translations.clear();
        let role = renamed
            .roles
            .iter_mut()
            .find(|role| role.administers.contains(&Power::Policy))
            .unwrap();
        role.id = RoleId::from("somebody_else");
        let found = reasons(&ana, &proposal(&renamed, first.version)).await;
        assert!(found.contains(&Reason::NobodyAdministers), "{found:?}");
        // What is in force already is no new version.
        let found = reasons(&ana, &proposal(&first.policy, first.version)).await;
        assert_eq!(found, [Reason::PolicyUnchanged]);
        let mut long = with_phones(&first.policy);
        long.words.site = "Branch".to_owned();
        let noted = PolicyProposal {
            note: "x".repeat(501),
            ..proposal(&long, first.version)
        };
        assert_eq!(reasons(&ana, &noted).await, [Reason::NoteTooLong { at_most: 500 }]);
        assert_eq!(view(&ana).await, first, "nothing was changed");
        let record: AuditPage = ana.read("/api/v1/audit").await;
        assert_eq!(record.entries, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_changed_piece_by_piece_and_keeps_its_comments() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let first = view(&ana).await;
        let commented = format!("# Ours since 2019.\n{}", first.source);
        let asked = revision(
            &commented,
            &[
                ("words/site", "Branch"),
                ("role/@nurse/name", "Nurses"),
                ("role/@guest/name", "Guest"),
                ("role/@guest/scope", "site"),
            ],
        );
        let answer = ana.post("/api/v1/policy/revise", &asked).await.expect_status(200);
        let revised: PolicyRevised = answer.json();
        assert!(revised.source.starts_with("# Ours since 2019.\n"));
        assert_eq!(revised.policy, source::parse(&revised.source).unwrap());
        let mut expected = first.policy.clone();
        expected.words.site = "Branch".to_owned();
        let name = |policy: &Policy, role: &str| policy.role(&RoleId::from(role)).map(|role| role.name.clone());
        assert_eq!(revised.policy.words, expected.words);
        assert_eq!(name(&revised.policy, "nurse").as_deref(), Some("Nurses"));
        assert_eq!(name(&revised.policy, "guest").as_deref(), Some("Guest"));
        assert_eq!(revised.policy.roles.len(), first.policy.roles.len() + 1);
        assert_eq!(view(&ana).await, first, "nothing was published");

        let nowhere = revision(&commented, &[("name/first", "Ours")]);
        let problem = ana
            .post("/api/v1/policy/revise", &nowhere)
            .await
            .expect_status(400)
            .problem();
        assert!(problem.detail.contains("name.first"), "{problem:?}");
        let unreadable = revision("name = ", &[("words/site", "Branch")]);
        let problem = ana
            .post("/api/v1/policy/revise", &unreadable)
            .await
            .expect_status(422)
            .problem();
        let reason = problem.verdict.unwrap().refusals.remove(0).reason;
        assert!(matches!(reason, Reason::PolicyContradicts { .. }), "{reason:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_preset_can_be_started_from_and_says_who_would_not_fit() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let offered: PolicyPresets = ana.read("/api/v1/policy/presets").await;
        let ids: Vec<&str> = offered.presets.iter().map(|preset| preset.id.as_str()).collect();
        assert_eq!(ids, preset::all().iter().map(|preset| preset.id).collect::<Vec<_>>());
        for one in offered.presets {
            let ask = PolicyAsk {
                source: one.source,
                offset: 0,
                limit: None,
            };
            let answer = ana.post("/api/v1/policy/preview", &ask).await.expect_status(200);
            let seen: PolicyPreview = answer.json();
            let same = seen.differences.is_empty();
            assert_eq!(same, one.id == "decoda", "{}", one.id);
            assert_eq!(same, seen.in_breach == 0, "{}: {} people", one.id, seen.in_breach);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_a_policy_that_was_changed_meanwhile_is_not_overwritten() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        let seen = view(&ana).await;
        // Abe changes what a role permits: that is a version, too.
        let (role, permission) = seen
            .policy
            .roles
            .iter()
            .find_map(|role| {
                let lacks = |permission: &&shared::policy::Permission| !role.permits(&permission.id);
                let lacking = seen.policy.permissions.iter().find(lacks)?;
                Some((role.id.clone(), lacking.id.clone()))
            })
            .unwrap();
        let edit = Edit::SetRolePermissions {
            role: role.clone(),
            grant: [permission.clone()].into(),
            revoke: [].into(),
        };
        abe.must(edit, &[]).await;
        let mut wanted = seen.policy.clone();
        wanted.words.site = "Branch".to_owned();
        let problem = publish(&ana, &proposal(&wanted, seen.version))
            .await
            .expect_status(409)
            .problem();
        assert_eq!(problem.kind, "/problems/policy-changed");
        let now = view(&ana).await;
        assert_eq!(now.version, Revision(2));
        assert_eq!(now.versions[0].published_by.as_ref().unwrap().user, user("abe"));
        assert!(now.policy.role(&role).unwrap().permits(&permission));
        let mut wanted = now.policy.clone();
        wanted.words.site = "Branch".to_owned();
        publish(&ana, &proposal(&wanted, now.version)).await.expect_status(200);
        let me: Me = abe.read("/api/v1/me").await;
        assert_eq!(me.facts.policy.words.site, "Branch");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_only_whoever_holds_the_power_reads_and_writes_the_policy_and_gives_nothing_more_than_they_hold() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let first = view(&ana).await;
        let asked = proposal(&with_phones(&first.policy), first.version);
        for person in world.users.iter().filter(|user| user.can_sign_in()) {
            if shared::effective::is_administrator(&world.policy, person) {
                continue;
            }
            let session = app.sign_in(&person.profile.login_email).await;
            for path in [
                "/api/v1/policy",
                "/api/v1/policy/presets",
                "/api/v1/policy/versions/1",
                "/api/v1/policy/compare?from=1&to=1",
            ] {
                session.get(path).await.expect_status(403);
            }
            let source = PolicySource {
                source: asked.source.clone(),
            };
            session.post("/api/v1/policy/check", &source).await.expect_status(403);
            let revision = revision(&asked.source, &[]);
            session
                .post("/api/v1/policy/revise", &revision)
                .await
                .expect_status(403);
            let found = reasons(&session, &asked).await;
            assert!(
                found.iter().any(|reason| matches!(
                    reason,
                    Reason::PowerMissing {
                        power: Power::Policy,
                        ..
                    }
                )),
                "{found:?}"
            );
        }
        // Through the one door nobody publishes: the policy is not among what it knows.
        let edit = Edit::PublishPolicy {
            version: first.version,
            digest: String::new(),
            note: String::new(),
        };
        let verdict = ana.refused(edit, &[]).await;
        assert_eq!(verdict.refusals.len() + verdict.undecided.len(), 1, "{verdict:?}");

        // A power that the publisher gives up with one version does not come back with the next.
        let mut without = first.policy.clone();
        for role in &mut without.roles {
            role.administers.remove(&Power::Audit);
        }
        publish(&ana, &proposal(&without, first.version))
            .await
            .expect_status(200);
        let found = reasons(&ana, &proposal(&first.policy, Revision(2))).await;
        assert!(
            found.iter().all(|reason| matches!(
                reason,
                Reason::PowerMissing {
                    power: Power::Audit,
                    ..
                }
            )) && !found.is_empty(),
            "{found:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m9_whoever_does_not_see_all_of_the_policy_does_not_write_it() {
    on_both(async |app| {
        let world = app.put_world("atmanco").await;
        let sees_all = |user: &shared::user::User| {
            let held =
                shared::effective::rights_at(&world.policy, &user.assignments, shared::access::Place::Organisation);
            let hidden = world
                .policy
                .roles
                .iter()
                .filter(|role| role.visible_to == Visibility::Holders);
            hidden
                .map(|role| shared::effective::Rights::of_role(&world.policy, role))
                .all(|rights| rights.without(&held).is_empty())
        };
        let mut asked = 0;
        for person in world
            .users
            .iter()
            .filter(|user| shared::effective::is_administrator(&world.policy, user))
        {
            let session = app.sign_in(&person.profile.login_email).await;
            let expected = if sees_all(person) { 200 } else { 403 };
            session.get("/api/v1/policy").await.expect_status(expected);
            if expected == 403 {
                let mut wanted = Policy::clone(&world.policy);
                wanted.words.users = "People".to_owned();
                let found = reasons(&session, &proposal(&wanted, Revision(1))).await;
                assert!(found.contains(&Reason::PolicyHidden), "{found:?}");
                asked += 1;
            }
        }
        assert!(asked > 0, "an administrator without the hidden role");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t8_who_is_clinical_follows_the_policy_in_force() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let before: UserPage = ana.read("/api/v1/users?clinical=true").await;
        let first = view(&ana).await;
        let mut wanted = first.policy.clone();
        let role = wanted
            .roles
            .iter_mut()
            .find(|role| {
                !role.clinical
                    && world
                        .users
                        .iter()
                        .any(|user| user.assignments.iter().any(|held| held.role == role.id))
                    && role.administers.is_empty()
            })
            .expect("a role of other staff that somebody holds");
        role.clinical = true;
        let role = role.id.clone();
        let mut asked = proposal(&wanted, first.version);
        asked.confirmations = preview(&ana, &wanted).await.verdict.confirmations;
        publish(&ana, &asked).await.expect_status(200);
        let after: UserPage = ana.read("/api/v1/users?clinical=true").await;
        assert!(
            after.counts.of(UserTab::Active) > before.counts.of(UserTab::Active),
            "{role}"
        );
        let back = PolicyProposal {
            source: first.source,
            ..proposal(&first.policy, Revision(2))
        };
        publish(&ana, &back).await.expect_status(200);
        let again: UserPage = ana.read("/api/v1/users?clinical=true").await;
        assert_eq!(again.counts, before.counts);
    })
    .await;
}
