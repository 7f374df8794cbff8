//! What a form means: clicks, the draft that they leave, the edit that it asks for, and the verdict. What a reader gets to
//! see, and what someone may do through which assignment.

use std::collections::BTreeSet;

use scenarios::cases::{self, World, assignment, id};
use shared::access::{Place, Scope};
use shared::effective::{grounds, is_clinical, sees_nothing_at};
use shared::facts::Facts;
use shared::form::{self, AccessForm, RoleOption, UserForm};
use shared::ids::{ResourceId, RoleId, SiteId, Timestamp, UserId};
use shared::licence::Standing;
use shared::policy::RoleKind;
use shared::user::{ProfileField, User};
use shared::verdict::{Confirmation, Consequence, Reason, Remedy};
use shared::{Edit, Outcome, Verdict, decide};

/// An organisation of the cases, in front of one of its people.
struct Desk {
    world: World,
    actor: UserId,
}

impl Desk {
    fn of(file: &str, actor: &str) -> Self {
        Self {
            world: cases::world(file),
            actor: user(actor),
        }
    }

    fn user(&self, name: &str) -> &User {
        self.world.user(user(name)).expect("the person is declared")
    }

    fn facts(&self, edit: &Edit) -> Facts {
        self.world
            .facts(self.world.actor(self.actor).expect("the actor is declared"), edit)
    }

    fn reader_facts(&self, edit: &Edit) -> Facts {
        self.world
            .facts_for_reader(self.world.actor(self.actor).expect("the actor is declared"), edit)
    }

    fn access(&self, name: &str) -> AccessForm {
        AccessForm::of(self.user(name))
    }

    /// The edit that the form of a person asks for with this access.
    fn edit(&self, name: &str, access: AccessForm) -> Edit {
        UserForm {
            access,
            ..UserForm::default()
        }
        .change_edit(&self.world.policy, self.user(name))
    }

    fn judge(&self, name: &str, access: AccessForm) -> Verdict {
        let edit = self.edit(name, access);
        decide(&self.facts(&edit), &edit)
    }

    fn options(&self, name: &str, kind: RoleKind, place: Place) -> Vec<RoleOption> {
        let looking = Edit::Delete { user: user(name) };
        let facts = self.reader_facts(&looking);
        let form = UserForm::of(facts.subject.as_ref().expect("the person is declared"));
        form::role_options(&facts, &form, kind, place)
    }
}

fn user(name: &str) -> UserId {
    UserId(id(name))
}

fn site(name: &str) -> SiteId {
    SiteId(id(name))
}

fn at(name: &str) -> Place {
    Place::Site(site(name))
}

fn role(name: &str) -> RoleId {
    name.into()
}

fn holds(form: &AccessForm, wanted: &[&str]) {
    let mut wanted: Vec<_> = wanted.iter().map(|text| assignment(text)).collect();
    wanted.sort();
    assert_eq!(form.assignments, wanted);
}

fn allowed(verdict: &Verdict) {
    assert_eq!(verdict.outcome(&[]), Outcome::Allowed, "{:?}", verdict.refusals);
}

#[test]
fn o8_an_exclusive_role_clears_every_other() {
    let desk = Desk::of("optra", "ann");
    let policy = &desk.world.policy;
    let form = desk
        .access("cy")
        .toggle_role(policy, &role("admin"), Place::Organisation);
    holds(&form, &["admin"]);
    allowed(&desk.judge("cy", form.clone()));
    let form = form.toggle_role(policy, &role("chart_viewer_only"), Place::Organisation);
    holds(&form, &["chart_viewer_only"]);
    allowed(&desk.judge("cy", form));
}

#[test]
fn o9_another_role_clears_the_exclusive_one_and_the_others_add_up() {
    let desk = Desk::of("optra", "ann");
    let policy = &desk.world.policy;
    let click = |form: AccessForm, name: &str| form.toggle_role(policy, &role(name), Place::Organisation);
    let form = click(desk.access("vi"), "chart_editor");
    holds(&form, &["chart_editor"]);
    let form = click(click(form, "billing_admin"), "workflow_editor");
    holds(&form, &["chart_editor", "billing_admin", "workflow_editor"]);
    allowed(&desk.judge("vi", form.clone()));
    let form = click(form, "chart_editor");
    holds(&form, &["billing_admin", "workflow_editor"]);
}

#[test]
fn o9_the_edit_of_two_clicks_names_only_what_differs() {
    let desk = Desk::of("optra", "ann");
    let policy = &desk.world.policy;
    let form = desk
        .access("vi")
        .toggle_role(policy, &role("device_enroller"), Place::Organisation);
    let Edit::Change { profile, access, .. } = desk.edit("vi", form) else {
        panic!("an edit of a person")
    };
    assert!(profile.is_empty());
    assert_eq!(access.grant, [assignment("device_enroller")]);
    assert_eq!(access.revoke, [assignment("chart_viewer_only").holding()]);
}

#[test]
fn a7_staff_begin_without_a_line_and_are_refused_until_one_is_chosen() {
    let desk = Desk::of("artera", "ada");
    let form = desk
        .access("mia")
        .choose_role(&desk.world.policy, &role("staff"), at("elm"));
    holds(&form, &["staff at elm with nothing"]);
    let verdict = desk.judge("mia", form.clone());
    assert_eq!(verdict.outcome(&[]), Outcome::Refused);
    assert!(matches!(verdict.refusals[0].reason, Reason::ResourcesMissing { .. }));
    let form = form.toggle_resource(site("elm"), ResourceId(id("elm_front")));
    holds(&form, &["staff at elm with elm_front"]);
    allowed(&desk.judge("mia", form));
}

#[test]
fn a7_the_remedy_goes_back_into_the_form() {
    let desk = Desk::of("artera", "ada");
    let form = desk
        .access("mia")
        .choose_role(&desk.world.policy, &role("staff"), at("elm"));
    let verdict = desk.judge("mia", form);
    let Some(Remedy::Instead(instead)) = &verdict.refusals[0].remedy else {
        panic!("a line is proposed")
    };
    let form = UserForm::from_edit(Some(desk.user("mia")), instead);
    holds(&form.access, &["staff at elm with elm_back"]);
    allowed(&desk.judge("mia", form.access));
}

#[test]
fn a8_who_has_no_line_is_known_by_it() {
    let desk = Desk::of("artera", "ada");
    let without = vec![
        assignment("staff at elm with nothing"),
        assignment("staff at oak with oak_front"),
    ];
    assert_eq!(sees_nothing_at(&desk.world.policy, &without), [site("elm")]);
    assert!(sees_nothing_at(&desk.world.policy, &desk.user("mia").assignments).is_empty());
}

#[test]
fn a9_a_manager_takes_every_line_and_back_again_none() {
    let desk = Desk::of("artera", "ada");
    let policy = &desk.world.policy;
    let form = desk.access("sam").choose_role(policy, &role("manager"), at("elm"));
    holds(&form, &["manager at elm"]);
    allowed(&desk.judge("sam", form.clone()));
    let form = form.toggle_resource(site("elm"), ResourceId(id("elm_front")));
    holds(&form, &["manager at elm"]);
    holds(
        &form.choose_role(policy, &role("staff"), at("elm")),
        &["staff at elm with nothing"],
    );
}

#[test]
fn a10_the_form_leaves_the_other_practices_and_the_verdict_says_that_they_end() {
    let desk = Desk::of("artera", "ada");
    let form = desk
        .access("sue")
        .choose_role(&desk.world.policy, &role("manager"), at("elm"));
    holds(&form, &["manager at elm", "staff at oak with oak_front"]);
    let verdict = desk.judge("sue", form);
    let ends = Confirmation::AccessEnds {
        role: role("staff"),
        sites: vec![site("oak")],
    };
    assert_eq!(verdict.confirmations, [ends]);
    assert!(verdict.consequences.contains(&Consequence::EndsElsewhere {
        site: site("oak"),
        role: role("staff")
    }));
    assert_eq!(verdict.outcome(&verdict.confirmations), Outcome::Allowed);
}

#[test]
fn a11_manager_in_each_practice_keeps_both() {
    let desk = Desk::of("artera", "ada");
    let policy = &desk.world.policy;
    let form = desk.access("sue").choose_role(policy, &role("manager"), at("elm"));
    let form = form.choose_role(policy, &role("manager"), at("oak"));
    holds(&form, &["manager at elm", "manager at oak"]);
    let verdict = desk.judge("sue", form);
    assert!(verdict.confirmations.is_empty());
    allowed(&verdict);
}

#[test]
fn a6_a12_the_type_menu_explains_enterprise_instead_of_offering_it() {
    let desk = Desk::of("artera", "ada");
    let options = desk.options("sam", RoleKind::Main, at("elm"));
    let stands_against = |name: &str| {
        let option = options
            .iter()
            .find(|option| option.role == role(name))
            .expect("the type is in the menu");
        option
            .refusals()
            .map(|refusal| refusal.reason.clone())
            .collect::<Vec<_>>()
    };
    assert!(stands_against("staff").is_empty());
    assert!(stands_against("manager").is_empty());
    let recreate = Reason::RecreateOnly {
        from: role("staff"),
        to: role("enterprise"),
    };
    assert_eq!(stands_against("enterprise"), [recreate]);
    let enterprise = options
        .iter()
        .find(|option| option.role == role("enterprise"))
        .expect("it is in the menu");
    let edit = Edit::Delete { user: user("sam") };
    let explained = enterprise.explain(&desk.reader_facts(&edit));
    assert_eq!(explained.refusals[0].remedy, Some(Remedy::Recreate(role("enterprise"))));
}

#[test]
fn a5_the_menu_of_a_row_offers_what_the_policy_and_the_state_know() {
    let offered = |file: &str, actor: &str, name: &str| -> Vec<(Edit, Outcome)> {
        let desk = Desk::of(file, actor);
        let looking = Edit::Delete { user: user(name) };
        let actions = form::actions(&desk.reader_facts(&looking));
        actions
            .into_iter()
            .map(|(edit, verdict)| (edit, verdict.outcome(&[])))
            .collect()
    };
    let sam = user("sam");
    assert_eq!(
        offered("artera", "mia", "sam"),
        [
            (Edit::SetTemporaryPassword { user: sam }, Outcome::Allowed),
            (Edit::Lock { user: sam }, Outcome::Allowed),
            (Edit::Delete { user: sam }, Outcome::NeedsConfirmation),
        ]
    );
    let pen = user("pen");
    assert_eq!(
        offered("decoda", "ana", "pen"),
        [
            (Edit::ResendInvitation { user: pen }, Outcome::Allowed),
            (Edit::WithdrawInvitation { user: pen }, Outcome::Allowed),
        ]
    );
    let bo = user("bo");
    assert_eq!(
        offered("tebra", "sia", "bo"),
        [
            (Edit::Unlock { user: bo }, Outcome::Allowed),
            (Edit::Activate { user: bo }, Outcome::Allowed)
        ]
    );
    assert!(
        offered("artera", "sam", "bea")
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::Refused)
    );
}

#[test]
fn d8_the_primary_location_stays_on_until_another_is_chosen() {
    let desk = Desk::of("decoda", "ana");
    let (policy, front_desk) = (&desk.world.policy, role("front_desk"));
    let form = desk.access("fay").toggle_site(policy, site("elm"), &front_desk);
    assert_eq!(form, desk.access("fay"));
    let form = form
        .choose_primary(policy, site("oak"))
        .toggle_site(policy, site("elm"), &front_desk);
    holds(&form, &["front_desk at oak"]);
    allowed(&desk.judge("fay", form));
}

#[test]
fn d8_a_location_is_toggled_off_and_on() {
    let desk = Desk::of("decoda", "ana");
    let (policy, front_desk) = (&desk.world.policy, role("front_desk"));
    let off = desk.access("fay").toggle_site(policy, site("oak"), &front_desk);
    holds(&off, &["front_desk at elm"]);
    allowed(&desk.judge("fay", off.clone()));
    assert_eq!(off.toggle_site(policy, site("oak"), &front_desk), desk.access("fay"));
}

#[test]
fn d2_d8_whoever_gets_a_primary_location_reaches_it() {
    let desk = Desk::of("decoda", "ana");
    let form = desk.access("fin").choose_primary(&desk.world.policy, site("oak"));
    holds(&form, &["front_desk at elm", "front_desk at oak"]);
    assert_eq!(form.primary_site, Some(site("oak")));
    allowed(&desk.judge("fin", form));
}

#[test]
fn d3_one_role_for_a_person_changes_at_every_location() {
    let desk = Desk::of("decoda", "ana");
    let form = desk
        .access("fay")
        .choose_role(&desk.world.policy, &role("billing_manager"), at("oak"));
    holds(&form, &["billing_manager at elm", "billing_manager at oak"]);
    allowed(&desk.judge("fay", form));
}

#[test]
fn d3_a_role_of_the_organisation_takes_the_place_of_those_at_the_locations() {
    let desk = Desk::of("decoda", "ana");
    let form = desk
        .access("fay")
        .choose_role(&desk.world.policy, &role("administrator"), at("elm"));
    holds(&form, &["administrator"]);
    allowed(&desk.judge("fay", form));
}

#[test]
fn d7_clinical_fields_come_with_a_clinical_role() {
    let desk = Desk::of("decoda", "ana");
    let policy = &desk.world.policy;
    let form = UserForm::of(desk.user("fin"));
    assert!(!form.shows(policy, ProfileField::Npi));
    assert!(form.shows(policy, ProfileField::Phone));
    let access = form.access.choose_role(policy, &role("provider"), at("elm"));
    assert!(is_clinical(policy, &access.assignments));
    assert!(
        UserForm {
            access,
            ..UserForm::default()
        }
        .shows(policy, ProfileField::Npi)
    );
}

#[test]
fn m9_a_reader_is_told_neither_of_the_role_nor_of_who_holds_it() {
    let desk = Desk::of("atmanco", "ari");
    let looking = Edit::Delete { user: user("una") };
    let facts = desk.reader_facts(&looking);
    assert!(facts.policy.role(&role("billing_manager")).is_none());
    assert!(facts.policy.permission(&"billing.view".into()).is_none());
    let subject = facts.subject.as_ref().expect("she is there");
    assert_eq!(subject.assignments, [assignment("user")]);
    assert!(
        desk.options("una", RoleKind::Additional, Place::Organisation)
            .is_empty()
    );

    let holder = Desk::of("atmanco", "bil");
    assert_eq!(holder.reader_facts(&looking), holder.facts(&looking));
    let offered = holder.options("uma", RoleKind::Additional, Place::Organisation);
    assert_eq!(
        offered.iter().map(|option| option.role.clone()).collect::<Vec<_>>(),
        [role("billing_manager")]
    );
}

#[test]
fn m9_what_the_reader_sends_leaves_what_they_cannot_see() {
    let desk = Desk::of("atmanco", "ari");
    let looking = Edit::Delete { user: user("una") };
    let facts = desk.reader_facts(&looking);
    let seen = facts.subject.as_ref().expect("she is there");
    let form = AccessForm::of(seen).choose_role(&facts.policy, &role("administrator"), Place::Organisation);
    let edit = UserForm {
        access: form,
        ..UserForm::default()
    }
    .change_edit(&facts.policy, seen);
    let verdict = decide(&desk.facts(&edit), &edit);
    allowed(&verdict);
    let mut una = desk.user("una").clone();
    verdict.changes.iter().for_each(|change| una.apply(change));
    assert_eq!(
        una.assignments,
        [assignment("administrator"), assignment("billing_manager")]
    );
}

#[test]
fn x8_what_someone_may_do_where_and_through_which_assignment() {
    let desk = Desk::of("artera", "ada");
    let policy = &desk.world.policy;
    let may = |name: &str, permission: &str| -> BTreeSet<(Scope, RoleId)> {
        grounds(policy, desk.user(name))
            .into_iter()
            .filter(|ground| ground.permission == permission.into())
            .map(|ground| (ground.scope.clone(), ground.through.clone()))
            .collect()
    };
    let expected = |texts: &[&str]| -> BTreeSet<(Scope, RoleId)> {
        texts
            .iter()
            .map(|text| assignment(text))
            .map(|held| (held.scope, held.role))
            .collect()
    };
    assert_eq!(
        may("sue", "inbox.view"),
        expected(&["staff at elm with elm_front", "staff at oak with oak_front"])
    );
    assert_eq!(may("sue", "campaigns.send"), expected(&[]));
    assert_eq!(
        may("max", "campaigns.send"),
        expected(&["manager at elm", "manager at oak"])
    );
    assert_eq!(may("eve", "settings.enterprise"), expected(&["enterprise"]));
}

#[test]
fn t14_an_account_that_cannot_be_used_may_do_nothing() {
    let desk = Desk::of("tebra", "sia");
    assert!(grounds(&desk.world.policy, desk.user("lou")).is_empty());
    assert!(grounds(&desk.world.policy, desk.user("ivy")).is_empty());
    assert!(!grounds(&desk.world.policy, desk.user("dr")).is_empty());
}

#[test]
fn t10_t11_how_it_stands_with_each_product_of_a_provider() {
    let desk = Desk::of("tebra", "sia");
    let standings = |name: &str| -> Vec<(String, Standing)> {
        let products = form::products(&desk.reader_facts(&Edit::Delete { user: user(name) }));
        products
            .into_iter()
            .map(|(product, standing)| (product.0, standing))
            .collect()
    };
    let all = |held: Standing, billing: Standing| {
        [
            ("practice_management".to_owned(), held),
            ("ehr".to_owned(), Standing::Offered),
            ("billing".to_owned(), billing),
            ("patient_engagement".to_owned(), Standing::NotActivated),
        ]
    };
    assert_eq!(standings("dr"), all(Standing::Held, Standing::Offered));
    let until = Timestamp(1_774_137_600_000); // 2026-03-22
    let needs = |is_open| Standing::NeedsCase { until, is_open };
    assert_eq!(standings("dee"), all(Standing::Offered, needs(false)));
    assert_eq!(standings("cam"), all(Standing::Offered, needs(true)));
    // Whoever reaches every practice is no provider for that.
    for nobody in ["sia", "mo", "ola"] {
        assert_eq!(standings(nobody), [], "{nobody}");
    }
}

#[test]
fn x2_a_form_that_was_clicked_back_asks_for_nothing() {
    let desk = Desk::of("optra", "ann");
    let policy = &desk.world.policy;
    let click = |form: AccessForm| form.toggle_role(policy, &role("billing_admin"), Place::Organisation);
    let form = UserForm {
        access: click(click(desk.access("dot"))),
        ..UserForm::default()
    };
    assert!(!form.differs_from(policy, desk.user("dot")));
    let form = UserForm {
        access: click(desk.access("dot")),
        ..UserForm::default()
    };
    assert!(form.differs_from(policy, desk.user("dot")));
}

#[test]
fn d7_what_was_typed_for_clinical_staff_waits_while_the_role_is_not_clinical() {
    let desk = Desk::of("decoda", "ana");
    let policy = &desk.world.policy;
    let elm = Place::Site(SiteId(id("elm")));
    let pia = desk.user("pia");
    let mut form = UserForm::of(pia);
    form.profile.insert(ProfileField::Bio, "Treats families.".to_owned());
    form.profile.insert(ProfileField::Phone, "+1 555 010 0100".to_owned());
    let typed = |form: &UserForm| match form.change_edit(policy, pia) {
        Edit::Change { profile, .. } => profile.into_keys().collect::<Vec<_>>(),
        other => panic!("a change, not {other:?}"),
    };
    assert_eq!(typed(&form), [ProfileField::Phone, ProfileField::Bio]);
    form.access = form.access.clone().choose_role(policy, &role("front_desk"), elm);
    assert!(!form.shows(policy, ProfileField::Bio));
    assert_eq!(typed(&form), [ProfileField::Phone], "what is not shown is not sent");
    let edit = form.change_edit(policy, pia);
    allowed(&decide(&desk.facts(&edit), &edit));
    form.access = form.access.clone().choose_role(policy, &role("provider"), elm);
    assert_eq!(form.text(Some(pia), ProfileField::Bio), "Treats families.");
    assert_eq!(typed(&form), [ProfileField::Phone, ProfileField::Bio]);
}
