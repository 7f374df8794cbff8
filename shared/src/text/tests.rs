//! Every value that the rules can answer has a sentence, in the words of every preset, and never shows an id.

#![cfg(feature = "source")]

mod catalogues;
mod samples;

use std::collections::BTreeSet;

use uuid::Uuid;

use self::samples::{
    changes, confirmations, consequences, differences, edits, places_in_forms, reasons, remedies, undecided,
};
use super::*;
use crate::access::{Assignment, Resources, Scope};
use crate::edit::AccessPatch;
use crate::ids::{OrganisationId, Revision, UserId};
use crate::organisation::{Resource, Site};
use crate::policy::preset;
use crate::user::{Profile, ProfileText};
use crate::verdict::Field;

/// One organisation of a preset, and ids to speak of: known ones, or ones that nobody knows.
struct World {
    policy: Policy,
    organisation: Organisation,
    subject: User,
    ids: Ids,
}

#[derive(Clone)]
struct Ids {
    role: RoleId,
    other: RoleId,
    permission: PermissionId,
    product: ProductId,
    kind: ResourceKindId,
    site: SiteId,
    resource: ResourceId,
}

const SITE: SiteId = SiteId(Uuid::from_u128(0xA1));
const LINE: ResourceId = ResourceId(Uuid::from_u128(0xB1));
const PERSON: UserId = UserId(Uuid::from_u128(0xC1));

fn unknown() -> Ids {
    Ids {
        role: RoleId::from("zz_role"),
        other: RoleId::from("zz_other"),
        permission: PermissionId::from("zz_permission"),
        product: ProductId::from("zz_product"),
        kind: ResourceKindId::from("zz_kind"),
        site: SiteId(Uuid::from_u128(0xA9)),
        resource: ResourceId(Uuid::from_u128(0xB9)),
    }
}

/// Every preset, with ids that it knows and with ids that it does not know.
fn worlds() -> Vec<World> {
    let world = |preset: &preset::Preset, known: bool| {
        let policy = preset.policy();
        let ids = unknown();
        let known_ids = Ids {
            role: policy.roles[0].id.clone(),
            other: policy.roles[1].id.clone(),
            permission: policy.permissions[0].id.clone(),
            product: policy
                .products
                .first()
                .map_or(ids.product.clone(), |product| product.id.clone()),
            kind: policy
                .resource_kinds
                .first()
                .map_or(ids.kind.clone(), |kind| kind.id.clone()),
            site: SITE,
            resource: LINE,
        };
        let site = Site {
            id: SITE,
            name: "Elm Street".to_owned(),
            archived: false,
            products: Vec::new(),
        };
        let at = policy.site_resource_kind().map(|_| SITE);
        let line = Resource {
            id: LINE,
            kind: known_ids.kind.clone(),
            site: at,
            name: "Front".to_owned(),
            archived: false,
        };
        let organisation = Organisation {
            id: OrganisationId(Uuid::from_u128(0xD1)),
            name: "Riverside Clinics".to_owned(),
            sites: vec![site],
            resources: vec![line],
        };
        let profile = Profile {
            name: "Ana García".to_owned(),
            ..Profile::default()
        };
        let subject = User {
            id: PERSON,
            revision: Revision(1),
            profile,
            status: Status::Active,
            locked: None,
            assignments: Vec::new(),
            primary_site: None,
            memberships: BTreeSet::new(),
            products: BTreeSet::new(),
            deactivated_at: None,
        };
        World {
            policy,
            organisation,
            subject,
            ids: if known { known_ids } else { ids },
        }
    };
    preset::all()
        .iter()
        .flat_map(|preset| [world(preset, true), world(preset, false)])
        .collect()
}

impl World {
    fn teller(&self) -> Teller<'_> {
        Teller::new(&self.policy, &self.organisation, Words::builtin(Language::English))
    }

    /// No id, no name of ours, nothing left open: a sentence, or a line without its full stop.
    fn assert_reads_well(&self, text: &str, what: &dyn std::fmt::Debug) {
        let says = |part: &str| text.contains(part);
        assert!(!text.trim().is_empty() && text.trim() == text, "{what:?}: {text:?}");
        assert!(
            text.starts_with(|c: char| !c.is_lowercase() || text.starts_with("ana@")),
            "{what:?}: {text:?}"
        );
        for wrong in [
            "_", "  ", " .", " ,", "..", "!", "{", "}", "0000", "()", "“”", "None", "Some(", ": .",
        ] {
            assert!(!says(wrong), "{wrong:?} in {what:?}: {text:?}");
        }
        for permission in &self.policy.permissions {
            assert!(!says(permission.id.as_str()), "{what:?}: {text:?}");
        }
    }

    fn assert_sentence(&self, text: &str, what: &dyn std::fmt::Debug) {
        self.assert_reads_well(text, what);
        assert!(text.ends_with(['.', '?']), "{what:?}: {text:?}");
    }
}

#[test]
fn everything_that_is_answered_is_a_sentence() {
    for world in worlds() {
        for teller in [world.teller(), world.teller().about(&world.subject)] {
            for reason in reasons(&world.ids) {
                world.assert_sentence(&teller.reason(&reason), &reason);
            }
            for consequence in consequences(&world.ids) {
                world.assert_sentence(&teller.consequence_here(&consequence), &consequence);
                world.assert_reads_well(&capital(&teller.consequence(&consequence)), &consequence);
            }
            for confirmation in confirmations(&world.ids) {
                world.assert_sentence(&teller.confirmation(&confirmation), &confirmation);
            }
            for undecided in undecided() {
                world.assert_sentence(&teller.undecided(&undecided), &undecided);
            }
            for difference in differences(&world.ids) {
                world.assert_sentence(&teller.difference(&difference), &difference);
            }
        }
    }
}

#[test]
fn of_several_people_it_is_said_how_many_they_are() {
    for world in worlds() {
        let teller = world.teller();
        for reason in reasons(&world.ids) {
            world.assert_reads_well(&teller.reason_of_many(&reason, 12), &reason);
            assert!(teller.reason_of_many(&reason, 12).contains("12"), "{reason:?}");
        }
        for confirmation in confirmations(&world.ids) {
            let told = teller.confirmation_of_many(&confirmation, 12);
            world.assert_reads_well(&told, &confirmation);
            assert!(!told.to_lowercase().contains("this person"), "{told}");
        }
        for consequence in consequences(&world.ids) {
            world.assert_sentence(&teller.consequence_for_each(&consequence), &consequence);
        }
    }
    let world = &worlds()[0];
    let deletion = Confirmation::Deletion { user: PERSON };
    let of = |language, people| {
        Teller::new(&world.policy, &world.organisation, Words::builtin(language))
            .confirmation_of_many(&deletion, people)
    };
    assert_eq!(
        of(Language::English, 1),
        "Delete 1 person at once and for good. This cannot be undone."
    );
    assert_eq!(
        of(Language::French, 3),
        "Supprimer 3 personnes immédiatement et définitivement. Cette action est irréversible."
    );
    assert_eq!(
        of(Language::Spanish, 3),
        "Eliminar a 3 personas de inmediato y para siempre. Esto no se puede deshacer."
    );
}

#[test]
fn everything_that_is_recorded_and_offered_has_a_line() {
    for world in worlds() {
        let teller = world.teller().about(&world.subject);
        for edit in edits(&world.ids) {
            world.assert_reads_well(&teller.edit_title(&edit), &edit);
            for change in changes(&world) {
                world.assert_reads_well(&teller.change(&change), &change);
                world.assert_reads_well(&teller.done(&edit, std::slice::from_ref(&change)), &(&edit, change));
            }
        }
        for remedy in remedies(&world.ids) {
            world.assert_reads_well(&teller.remedy(&remedy), &remedy);
            for (reason, field) in reasons(&world.ids).into_iter().flat_map(|reason| {
                places_in_forms(&world.ids)
                    .into_iter()
                    .map(move |field| (reason.clone(), field))
            }) {
                let refusal = Refusal {
                    rule: "X3".into(),
                    field,
                    reason,
                    remedy: Some(remedy.clone()),
                };
                world.assert_reads_well(&teller.remedy_of(&refusal).unwrap_or_default(), &refusal);
            }
        }
    }
}

#[test]
fn names_are_never_ids() {
    for world in worlds() {
        let (teller, ids) = (world.teller(), &world.ids);
        let names = [
            teller.role(&ids.role),
            teller.permission(&ids.permission),
            teller.product(&ids.product),
            teller.kind(&ids.kind),
            teller.kinds(&ids.kind),
            teller.site(ids.site),
            teller.resource(ids.resource),
            teller.place(Place::Site(ids.site)),
            teller.place(Place::Organisation),
        ];
        let fields = ProfileField::ALL.map(|field| teller.field(field));
        let powers = Power::ALL.map(|power| teller.power(power));
        let statuses = Status::ALL.map(|status| teller.status(status));
        let tabs = UserTab::ALL.map(|tab| teller.tab(tab));
        for name in names.iter().chain(&fields).chain(&powers).chain(&statuses).chain(&tabs) {
            world.assert_reads_well(&capital(name), name);
        }
    }
}

/// The wording where it matters, in the words of the preset that has it.
#[test]
fn words_are_the_organisations_own() {
    let worlds = worlds();
    let of = |name: &str| {
        worlds
            .iter()
            .find(|world| world.policy.name == name)
            .expect("a preset of this name")
    };
    let (staff, manager) = (RoleId::from("staff"), RoleId::from("manager"));

    let artera = of("Artera");
    let teller = artera.teller().about(&artera.subject);
    let missing = Reason::ResourcesMissing {
        role: staff.clone(),
        site: SITE,
        kind: Some("line".into()),
        at_least: 1,
    };
    assert_eq!(
        teller.reason(&missing),
        "Staff at Elm Street needs at least 1 line: a Staff user without a line sees no Patient Channels."
    );
    let elsewhere = Reason::OtherRoleElsewhere {
        wanted: manager.clone(),
        held: staff.clone(),
        place: Place::Site(SITE),
    };
    assert_eq!(
        teller.reason(&elsewhere),
        "Staff at Elm Street and Manager here do not go together: the User Type is the same in every practice."
    );
    let recreate = Reason::RecreateOnly {
        from: staff.clone(),
        to: "enterprise".into(),
    };
    assert_eq!(
        teller.reason(&recreate),
        "Staff does not become Enterprise in place: the profile is deleted and made anew at enterprise level."
    );
    let at_site = |role: &RoleId, resources| Assignment {
        role: role.clone(),
        scope: Scope::Site { site: SITE, resources },
    };
    let changes = [
        Change::Revoked {
            assignment: at_site(&staff, Resources::Only([LINE].into())),
        },
        Change::Granted {
            assignment: at_site(&manager, Resources::All),
        },
    ];
    let edit = Edit::Change {
        user: PERSON,
        profile: ProfileText::new(),
        access: AccessPatch::default(),
    };
    assert_eq!(
        teller.done(&edit, &changes),
        "Changed User Type from Staff to Manager at Elm Street"
    );
    let refusal = Refusal {
        rule: "A7".into(),
        field: Field::Resources(SITE),
        reason: missing,
        remedy: Some(Remedy::Instead(Box::new(Edit::Change {
            user: PERSON,
            profile: ProfileText::new(),
            access: AccessPatch {
                grant: vec![at_site(&staff, Resources::Only([LINE].into()))],
                ..AccessPatch::default()
            },
        }))),
    };
    assert_eq!(teller.remedy_of(&refusal).as_deref(), Some("Assign Front"));

    let decoda = of("Decoda");
    let gain = Consequence::HoldersGain {
        role: "front_desk".into(),
        permission: "billing.refunds".into(),
        people: 38,
        sites: 6,
    };
    assert_eq!(
        decoda.teller().consequence(&gain),
        "38 people with Front Desk at 6 locations gain “Issue refunds”."
    );
    let none_yet = Reason::SitesMissing { at_least: 1, there: 0 };
    assert_eq!(
        decoda.teller().reason(&none_yet),
        "Nobody can be invited yet: at least 1 location must exist first."
    );

    let tebra = of("Tebra");
    let terms = Confirmation::Terms {
        version: "1".to_owned(),
        products: BTreeSet::new(),
        monthly_cents: 0,
    };
    assert_eq!(
        tebra.teller().confirmation(&terms),
        "I agree with Tebra's Terms of Service and authorize this addition to my invoice."
    );
    let case = Reason::ProductNeedsCase {
        product: "billing".into(),
        until: Timestamp(1_795_219_200_000),
    };
    assert!(
        tebra
            .teller()
            .reason(&case)
            .starts_with("Billing can be added here from November 21, 2026 on")
    );
}

#[test]
fn a_verdict_in_one_line_counts_what_is_to_do() {
    let world = &worlds()[0];
    let mut verdict = Verdict::default();
    assert_eq!(world.teller().summary(&verdict, &[]), "Nothing changes");
    verdict.changes.push(Change::SessionsEnded);
    assert_eq!(world.teller().summary(&verdict, &[]), "Ready to save");
    let wanted = Confirmation::Deletion { user: PERSON };
    verdict.confirmations.push(wanted.clone());
    assert_eq!(world.teller().summary(&verdict, &[]), "1 to confirm");
    assert_eq!(world.teller().summary(&verdict, &[wanted]), "Ready to save");
    verdict.refuse("X3", Field::Whole, Reason::NothingChosen);
    assert_eq!(world.teller().summary(&verdict, &[]), "1 to correct, 1 to confirm");
}

/// In every language: sentences without holes, and the policy's own names in that language.
#[test]
fn every_language_tells_everything() {
    for language in [Language::French, Language::Spanish] {
        let words = Words::builtin(language);
        for mut world in worlds() {
            world.policy.speak(words);
            let teller = Teller::new(&world.policy, &world.organisation, words).about(&world.subject);
            for reason in reasons(&world.ids) {
                world.assert_sentence(&teller.reason(&reason), &reason);
            }
            for consequence in consequences(&world.ids) {
                world.assert_sentence(&teller.consequence_here(&consequence), &consequence);
            }
            for confirmation in confirmations(&world.ids) {
                world.assert_sentence(&teller.confirmation(&confirmation), &confirmation);
            }
            for difference in differences(&world.ids) {
                world.assert_sentence(&teller.difference(&difference), &difference);
            }
            for edit in edits(&world.ids) {
                world.assert_reads_well(&teller.edit_title(&edit), &edit);
            }
            for change in changes(&world) {
                world.assert_reads_well(&teller.change(&change), &change);
            }
            for remedy in remedies(&world.ids) {
                world.assert_reads_well(&teller.remedy(&remedy), &remedy);
            }
        }
    }
}

#[test]
fn a_policy_speaks_any_language_and_its_own_again() {
    for preset in preset::all() {
        let policy = preset.policy();
        let mut spoken = policy.spoken(Words::builtin(Language::French));
        assert_ne!(spoken.words.save, policy.words.save, "{}", preset.id);
        for (own, role) in policy.roles.iter().zip(&spoken.roles) {
            let kept = ["Enterprise"].contains(&own.name.as_str());
            assert_eq!(own.name == role.name, kept, "{}: {}", preset.id, own.name);
            assert_ne!(own.about, role.about, "{}: {}", preset.id, own.name);
        }
        spoken.speak(Words::builtin(Language::Spanish));
        assert_eq!(spoken.words.deactivate, "Desactivar", "{}", preset.id);
        spoken.speak(Words::builtin(Language::English));
        assert_eq!(
            (spoken.words, spoken.roles),
            (policy.words, policy.roles),
            "{}",
            preset.id
        );
        assert_eq!(
            (spoken.terms, spoken.fields),
            (policy.terms, policy.fields),
            "{}",
            preset.id
        );
    }
}
