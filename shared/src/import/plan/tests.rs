use super::*;
use crate::edit::AccessPatch;
use crate::ids::{RoleId, SiteId};
use crate::import::mapping::{About, Target};
use crate::import::testing::{account, facts, lines, planned, planned_with, site};
use crate::import::{Correction, WordChoice};
use crate::verdict::Reason;

const HEADER: &str = "Employee ID|First Name|Last Name|Work Email|Mobile|Job Role|Primary Location|Other Locations|NPI|Taxonomy|Language|Status";

fn file(rows: &[&str]) -> Table {
    let all: Vec<&str> = std::iter::once(HEADER).chain(rows.iter().copied()).collect();
    lines(&all)
}

fn only(table: &Table, choices: &Choices, accounts: &[User]) -> (RowPlan, Option<Step>) {
    let mut planned = planned(table, choices, accounts);
    assert_eq!(planned.plan.rows.len(), 1);
    (planned.plan.rows.remove(0), planned.steps.pop())
}

fn whys(row: &RowPlan) -> Vec<Why> {
    row.findings.iter().map(|finding| finding.why.clone()).collect()
}

fn refused(row: &RowPlan) -> Vec<(Option<u32>, Reason)> {
    row.findings
        .iter()
        .map(|finding| match &finding.why {
            Why::Refused { refusal } => (finding.column, refusal.reason.clone()),
            other => panic!("not refused: {other:?}"),
        })
        .collect()
}

const ANA: &str = "1|Ana|García|ana@clinic.example|(555) 555-0100|Front Desk|Elm Street|Harbour View|||es|Active";

#[test]
fn a_new_person_is_invited_with_the_role_at_every_site() {
    let (row, step) = only(&file(&[ANA]), &Choices::default(), &[]);
    assert_eq!(
        (row.row, row.outcome, row.name.as_str()),
        (2, RowOutcome::Create, "Ana García")
    );
    assert_eq!((&row.findings, &row.notes), (&vec![], &vec![]));
    assert_eq!(row.sites, [site("Elm Street"), site("Harbour View")]);
    let Some(Step {
        edit: Edit::Invite { profile, access, .. },
        seen_revision: None,
        ..
    }) = step
    else {
        panic!("an invitation: {step:?}")
    };
    let texts: Vec<(ProfileField, &str)> = profile.iter().map(|(field, text)| (*field, text.as_str())).collect();
    assert_eq!(
        texts,
        [
            (ProfileField::Name, "Ana García"),
            (ProfileField::LoginEmail, "ana@clinic.example"),
            (ProfileField::Phone, "(555) 555-0100"),
            (ProfileField::Language, "es"),
        ]
    );
    assert_eq!(access.primary_site, Some(site("Elm Street")));
    let granted: Vec<(RoleId, Option<SiteId>)> = access
        .grant
        .iter()
        .map(|grant| (grant.role.clone(), grant.place().site()))
        .collect();
    assert_eq!(
        granted,
        [
            ("front_desk".into(), Some(site("Elm Street"))),
            ("front_desk".into(), Some(site("Harbour View")))
        ]
    );
}

#[test]
fn what_the_rules_refuse_stands_beside_its_cell() {
    for (row, expected) in [
        (
            "1|Ana|García||||||||en|Active",
            vec![(3, "login"), (5, "role"), (6, "primary")],
        ),
        (
            "1|Ana|García|ana at clinic.example||Nurse|Elm Street||||en|Active",
            vec![(3, "malformed")],
        ),
        (
            "1|Ana|García|a@b.example||Provider|Elm Street||1462819488||en|Active",
            vec![(8, "check digit")],
        ),
        (
            "1|Ana|García|a@b.example||Provider|Elm Street||113962459||en|Active",
            vec![(8, "nine")],
        ),
        (
            "1|Ana|García|a@b.example|12|Provider|Elm Street||3139624590|XX|tlh|Active",
            vec![(4, "phone"), (8, "first"), (9, "taxonomy"), (10, "language")],
        ),
        ("1|||a@b.example||Nurse|Elm Street||||en|Active", vec![(1, "name")]),
    ] {
        let (plan, step) = only(&file(&[row]), &Choices::default(), &[]);
        assert_eq!((plan.outcome, &step), (RowOutcome::NeedsYou, &None), "{row}");
        let found: Vec<(u32, &str)> = refused(&plan)
            .into_iter()
            .map(|(column, reason)| {
                let word = match reason {
                    Reason::FieldMissing {
                        field: ProfileField::LoginEmail,
                    } => "login",
                    Reason::FieldMissing {
                        field: ProfileField::Name,
                    } => "name",
                    Reason::RoleMissing { .. } => "role",
                    Reason::PrimarySiteMissing => "primary",
                    Reason::EmailMalformed { .. } => "malformed",
                    Reason::NpiCheckDigit { .. } => "check digit",
                    Reason::NpiLength { digits: 9 } => "nine",
                    Reason::NpiFirstDigit { .. } => "first",
                    Reason::PhoneMalformed { .. } => "phone",
                    Reason::TaxonomyMalformed { .. } => "taxonomy",
                    Reason::LanguageUnknown { .. } => "language",
                    other => panic!("{row}: {other:?}"),
                };
                (column.unwrap(), word)
            })
            .collect();
        assert_eq!(found, expected, "{row}");
    }
}

#[test]
fn a_near_word_waits_and_then_takes_effect_everywhere() {
    let table = file(&[
        "1|Ana|García|ana@clinic.example||Frnt Desk|Elm St|Elm Street|||en|Active",
        "2|Bo|Li|bo@clinic.example||FRNT DESK|Elm Street||||en|Active",
    ]);
    let plan = planned(&table, &Choices::default(), &[]).plan;
    let word = |word: &str| Why::RoleUnmatched {
        word: word.to_owned(),
        proposals: vec!["front_desk".into()],
    };
    let elm = Why::SiteUnmatched {
        word: "Elm St".to_owned(),
        proposals: vec![site("Elm Street")],
    };
    assert_eq!(whys(&plan.rows[0]), [word("Frnt Desk"), elm]);
    assert_eq!(whys(&plan.rows[1]), [word("Frnt Desk")]);
    let unsettled: Vec<(&str, u32)> = plan
        .mappings
        .iter()
        .filter(|m| !m.is_settled())
        .map(|m| (m.word.as_str(), m.rows))
        .collect();
    assert_eq!(unsettled, [("Frnt Desk", 2), ("Elm St", 1)]);

    let choices = Choices::default()
        .with_word(About::Role, "frnt desk", Some(Target::Role("front_desk".into())))
        .with_word(About::Site, "elm st.", Some(Target::Site(site("Elm Street"))));
    let accepted = plan.with_near_matches(Choices::default());
    assert_eq!(
        planned(&table, &accepted, &[]).plan,
        planned(&table, &choices, &[]).plan
    );
    let plan = planned(&table, &choices, &[]).plan;
    assert_eq!(
        plan.counts,
        Counts {
            create: 2,
            ..Counts::default()
        }
    );
    assert_eq!(plan.rows[0].sites, [site("Elm Street")], "the same site twice is one");
    assert!(plan.mappings.iter().all(Mapping::is_settled));
}

#[test]
fn a_cell_put_right_is_judged_like_any_other() {
    let table = file(&["1|Ana|García|ana at clinic.example||Nurse|Elm Street||||en|Active"]);
    let right = Correction {
        row: 2,
        column: 3,
        text: "ana@clinic.example".to_owned(),
    };
    let (row, _) = only(&table, &Choices::default().corrected(right), &[]);
    assert_eq!(
        (row.outcome, row.corrected.as_slice()),
        (RowOutcome::Create, [3].as_slice())
    );
    assert_eq!(row.cells[3], "ana@clinic.example");
    let still_wrong = Correction {
        row: 2,
        column: 3,
        text: "ana@".to_owned(),
    };
    let (row, _) = only(&table, &Choices::default().corrected(still_wrong), &[]);
    assert_eq!(
        refused(&row),
        [(
            Some(3),
            Reason::EmailMalformed {
                text: "ana@".to_owned()
            }
        )]
    );
}

#[test]
fn who_is_who_in_the_file() {
    let table = file(&[
        "1|Ana|García|ana@clinic.example||Nurse|Elm Street||||en|Active",
        "1|Ana|Garcia|ANA@clinic.example||nurse|Elm  Street||||en|Active",
        "2|Bo|Li|bo@clinic.example||Nurse|Elm Street||||en|Active",
        "2|Bo|Li|bo@clinic.example||Nurse|Harbour View||||en|Active",
        "3|Cy|Ma|one@clinic.example||Nurse|Elm Street||||en|Active",
        "4|Di|No|one@clinic.example||Nurse|Elm Street||||en|Active",
        "5|Jane|Nguyễn|jane@clinic.example||Nurse|Elm Street||||en|Active",
        "6|Jane|Nguyễn|jane2@clinic.example||Nurse|Elm Street||||en|Active",
    ]);
    let plan = planned(&table, &Choices::default(), &[]).plan;
    let expected: Vec<Vec<Why>> = vec![
        vec![],
        vec![Why::DuplicateOf { row: 2 }],
        vec![Why::SamePersonDiffers { row: 5 }],
        vec![Why::SamePersonDiffers { row: 4 }],
        vec![Why::SameAddress { rows: vec![7] }],
        vec![Why::SameAddress { rows: vec![6] }],
        vec![],
        vec![],
    ];
    assert_eq!(plan.rows.iter().map(whys).collect::<Vec<_>>(), expected);
    assert_eq!(
        plan.counts,
        Counts {
            needs_you: 4,
            create: 3,
            skip: 1,
            ..Counts::default()
        }
    );

    let choices = Choices {
        left_out: [5, 7].into(),
        ..Choices::default()
    };
    let plan = planned(&table, &choices, &[]).plan;
    assert_eq!(
        plan.counts,
        Counts {
            create: 5,
            skip: 3,
            ..Counts::default()
        },
        "leaving a row out frees the other"
    );
}

#[test]
fn a_name_like_a_formula_needs_a_look() {
    let table = file(&["1|Ana|=HYPERLINK(\"x\",\"y\")|ana@clinic.example||Nurse|Elm Street||||en|Active"]);
    let (row, step) = only(&table, &Choices::default(), &[]);
    assert_eq!(
        row.findings,
        [Finding {
            column: Some(2),
            why: Why::FormulaLooking
        }]
    );
    assert_eq!(step, None);
}

#[test]
fn what_was_tidied_is_said() {
    let table =
        file(&["1|  Ana |García|ANA@Clinic.Example||Front Desk|Elm Street||1215810866|207Q00000X|English|Leave"]);
    let (row, step) = only(&table, &Choices::default(), &[]);
    assert_eq!(row.outcome, RowOutcome::Create);
    assert_eq!(
        row.notes,
        [
            Note::SpacesRemoved { column: 1 },
            Note::AddressLowered { column: 3 },
            Note::OnLeave,
            Note::ClinicalOnly {
                column: 8,
                field: ProfileField::Npi
            },
            Note::ClinicalOnly {
                column: 9,
                field: ProfileField::Taxonomies
            },
        ]
    );
    let Some((profile, _)) = step.as_ref().and_then(|step| step.edit.parts()) else {
        panic!("an invitation")
    };
    assert_eq!(profile.get(&ProfileField::Language).map(String::as_str), Some("en"));
    assert_eq!(profile.get(&ProfileField::Npi), None);
}

#[test]
fn who_has_left_is_skipped_or_leaves() {
    let left = file(&["1|Ana|García|ana@clinic.example||Frnt Desk|Elm St||||en|Terminated"]);
    let (row, _) = only(&left, &Choices::default(), &[]);
    assert_eq!(
        (row.outcome, whys(&row)),
        (RowOutcome::Skip, vec![Why::LeftWithoutAccount])
    );

    let ana = |status| {
        account(
            "ana@clinic.example",
            "Ana García",
            "front_desk",
            &["Elm Street"],
            status,
        )
    };
    let (row, step) = only(&left, &Choices::default(), &[ana(Status::Active)]);
    let user = ana(Status::Active).id;
    assert_eq!((row.outcome, row.user), (RowOutcome::Deactivate, Some(user)));
    let step = step.unwrap();
    assert_eq!(step.edit, Edit::Deactivate { user });
    assert_eq!(step.seen_revision, Some(Revision(7)));
    assert_eq!(step.confirmations, [Confirmation::Deactivation { user }]);

    let (_, step) = only(&left, &Choices::default(), &[ana(Status::Invited)]);
    assert_eq!(step.map(|step| step.edit), Some(Edit::WithdrawInvitation { user }));
    let (row, _) = only(&left, &Choices::default(), &[ana(Status::Inactive)]);
    assert_eq!(whys(&row), [Why::LeftAndInactive]);
}

#[test]
fn an_account_gets_only_what_differs() {
    let mut ana = account(
        "ana@clinic.example",
        "Ana Garcia",
        "front_desk",
        &["Elm Street"],
        Status::Active,
    );
    ana.profile.phone = "(555) 555-0100".to_owned();
    ana.profile.language = "es".to_owned();
    let (row, step) = only(&file(&[ANA]), &Choices::default(), &[ana.clone()]);
    assert_eq!(row.outcome, RowOutcome::Change);
    let Some(Step {
        edit: Edit::Change { profile, access, .. },
        seen_revision,
        ..
    }) = step
    else {
        panic!("a change")
    };
    assert_eq!(seen_revision, Some(Revision(7)));
    assert_eq!(
        profile.into_iter().collect::<Vec<_>>(),
        [(ProfileField::Name, "Ana García".to_owned())]
    );
    assert_eq!(
        access
            .grant
            .iter()
            .map(|grant| grant.place().site())
            .collect::<Vec<_>>(),
        [Some(site("Harbour View"))]
    );
    assert_eq!((access.revoke, access.primary_site), (vec![], None));
}

#[test]
fn the_same_again_changes_nothing() {
    let mut ana = account(
        "ana@clinic.example",
        "Ana García",
        "front_desk",
        &["Elm Street", "Harbour View"],
        Status::Invited,
    );
    ana.profile.phone = "(555) 555-0100".to_owned();
    ana.profile.language = "es".to_owned();
    let (row, step) = only(&file(&[ANA]), &Choices::default(), &[ana.clone()]);
    assert_eq!(
        (row.outcome, whys(&row), step),
        (RowOutcome::Skip, vec![Why::AlreadyAsInFile], None)
    );

    ana.assignments.push(crate::access::Assignment::new(
        "front_desk",
        crate::access::Scope::whole_site(site("Lakeside Imaging")),
    ));
    let (row, _) = only(&file(&[ANA]), &Choices::default(), &[ana]);
    assert_eq!(
        row.outcome,
        RowOutcome::Skip,
        "a site that the file does not name is kept"
    );
    assert_eq!(
        row.notes,
        [Note::SitesKept {
            sites: vec![site("Lakeside Imaging")]
        }]
    );
}

#[test]
fn an_empty_cell_clears_nothing() {
    let mut ana = account(
        "ana@clinic.example",
        "Ana García",
        "nurse",
        &["Elm Street"],
        Status::Active,
    );
    ana.profile.phone = "(555) 555-0100".to_owned();
    let table = file(&["1|Ana|García|ana@clinic.example||||||||"]);
    let (row, _) = only(&table, &Choices::default(), &[ana]);
    assert_eq!(whys(&row), [Why::AlreadyAsInFile]);
}

#[test]
fn another_role_in_the_file_is_the_role_everywhere_where_the_policy_wants_one() {
    let ana = account(
        "ana@clinic.example",
        "Ana García",
        "front_desk",
        &["Lakeside Imaging"],
        Status::Active,
    );
    let table = file(&["1|Ana|García|ana@clinic.example||Nurse|Elm Street||||en|Active"]);
    let (row, step) = only(&table, &Choices::default(), &[ana]);
    assert_eq!((row.outcome, &row.findings), (RowOutcome::Change, &vec![]));
    let Some((
        _,
        AccessPatch {
            grant,
            revoke,
            primary_site,
            ..
        },
    )) = step.as_ref().and_then(|step| step.edit.parts())
    else {
        panic!("a change")
    };
    let places = grant
        .iter()
        .map(|grant| (grant.role.as_str(), grant.place().site()))
        .collect::<Vec<_>>();
    assert_eq!(
        places,
        [
            ("nurse", Some(site("Elm Street"))),
            ("nurse", Some(site("Lakeside Imaging")))
        ]
    );
    assert_eq!(revoke.len(), 1);
    assert_eq!(*primary_site, Some(site("Elm Street")));
}

#[test]
fn an_address_that_went_to_someone_else_is_not_touched() {
    let account = account(
        "ana@clinic.example",
        "Judith Gallegos",
        "nurse",
        &["Elm Street"],
        Status::Active,
    );
    for standing in ["Active", "Terminated"] {
        let table = file(&[&format!(
            "1|Ana|García|ana@clinic.example||Nurse|Elm Street||||en|{standing}"
        )]);
        let (row, step) = only(&table, &Choices::default(), std::slice::from_ref(&account));
        let expected = Why::AccountOfAnother {
            user: account.id,
            name: "Judith Gallegos".to_owned(),
        };
        assert_eq!((whys(&row), step), (vec![expected], None));
    }
}

#[test]
fn an_unknown_status_needs_a_meaning() {
    let table = file(&["1|Ana|García|ana@clinic.example||Nurse|Elm Street||||en|Furlough"]);
    let (row, _) = only(&table, &Choices::default(), &[]);
    assert_eq!(
        whys(&row),
        [Why::StandingUnmatched {
            word: "Furlough".to_owned()
        }]
    );
    let choice = WordChoice {
        about: About::Standing,
        word: "furlough".into(),
        target: Target::Standing(Standing::OnLeave),
    };
    let (row, _) = only(
        &table,
        &Choices {
            words: vec![choice],
            ..Choices::default()
        },
        &[],
    );
    assert_eq!((row.outcome, row.notes), (RowOutcome::Create, vec![Note::OnLeave]));
}

#[test]
fn names_come_in_the_form_that_the_policy_uses() {
    let mut facts = facts();
    facts.policy = crate::policy::preset::find("tebra").unwrap().policy().into();
    let table = lines(&[
        "Name|Email",
        "Dulce María Bahena|d@clinic.example",
        "\"Li, Bo\"|b@clinic.example",
    ]);
    let plan = planned_with(&table, &Choices::default(), &[], facts).plan;
    assert_eq!(plan.rows[0].name, "Dulce María Bahena");
    let uses_parts = |row: &RowPlan| row.notes.contains(&Note::NameParted);
    assert!(uses_parts(&plan.rows[0]), "{:?}", plan.rows[0]);
}
