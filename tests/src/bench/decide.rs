//! How long `decide` takes for every kind of edit, in an organisation of 10,000 people, 50 sites and 40 roles: natively,
//! and in the browser by `tests/bench_decide.rs`.

mod clinic;
#[cfg(not(target_arch = "wasm32"))]
mod report;

use std::collections::BTreeMap;
use std::hint::black_box;

use serde::{Deserialize, Serialize};
use shared::facts::{EmailUse, Headcount};
use shared::ids::{PermissionId, ProductId, ResourceKindId, RoleId};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::user::{ProfileField, ProfileText};
use shared::{AccessPatch, Edit, Facts, Outcome, decide};

use super::samples::Summary;
use clinic::{Clinic, NOW, OWN_SITES, PEOPLE, SITES, holders, resource, site, texts_of};

#[cfg(not(target_arch = "wasm32"))]
pub(super) use report::report;

/// An edit with what is known when it is judged.
pub struct Example {
    pub name: &'static str,
    pub facts: Facts,
    pub edit: Edit,
}

/// How long one kind of edit took to judge, in microseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub name: String,
    pub outcome: Outcome,
    pub micros: Summary,
}

/// How often to judge: in each sample as many edits as take so many microseconds (a clock may be coarse), at least one.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    pub samples: usize,
    pub sample_micros: f64,
}

/// Judges every example by this clock, which counts microseconds.
pub fn measure(rounds: Rounds, clock: impl Fn() -> f64) -> Vec<Judged> {
    let judged = examples().into_iter().filter_map(|example| {
        let sample = |edits: u32| {
            let begin = clock();
            for _ in 0..edits {
                black_box(decide(black_box(&example.facts), black_box(&example.edit)));
            }
            clock() - begin
        };
        // Also brings everything into the processor's caches, where the edits before it left it in the browser.
        sample(200);
        let mut edits = 1;
        while sample(edits) < rounds.sample_micros {
            edits *= 2;
        }
        let series = (0..rounds.samples).map(|_| sample(edits) / f64::from(edits)).collect();
        Some(Judged {
            name: example.name.to_owned(),
            outcome: decide(&example.facts, &example.edit).outcome(&[]),
            micros: Summary::of(series)?,
        })
    });
    judged.collect()
}

/// Every kind of edit, each under a policy that has it.
pub fn examples() -> Vec<Example> {
    let [decoda, artera, atmanco, tebra] = ["decoda", "artera", "atmanco", "tebra"].map(Clinic::new);
    let nurse = |status| decoda.person("nurse", status);
    let user = decoda.person("nurse", Status::Active).id;
    let change = |profile: ProfileText, access: AccessPatch| Edit::Change { user, profile, access };
    let retype = |texts: &[(ProfileField, &str)]| change(texts_of(texts), AccessPatch::default());
    let staff = artera.person("staff", Status::Active);
    let mut locked = tebra.person("provider", Status::Active);
    locked.locked = Some(Lock {
        since: NOW,
        cause: LockCause::FailedSignIns,
    });
    let provider = || tebra.person("provider", Status::Active);
    let new_email = "new.colleague@clinic.example";
    vec![
        decoda
            .about(
                "invite",
                None,
                Edit::Invite {
                    user,
                    profile: texts_of(&[
                        (ProfileField::Name, "Zoë Alvarez-Okafor"),
                        (ProfileField::LoginEmail, new_email),
                        (ProfileField::Npi, "1234567893"),
                        (ProfileField::Taxonomies, "207Q00000X"),
                    ]),
                    access: AccessPatch {
                        grant: decoda.held_at_three_sites("provider"),
                        primary_site: Some(site(1)),
                        ..AccessPatch::default()
                    },
                },
            )
            .knowing(new_email, EmailUse::Free),
        decoda.about(
            "change role at three sites",
            Some(nurse(Status::Active)),
            change(ProfileText::new(), decoda.instead("nurse", "provider", &OWN_SITES)),
        ),
        artera.about(
            "change role, access elsewhere ends",
            Some(staff),
            Edit::Change {
                user,
                profile: ProfileText::new(),
                access: artera.instead("staff", "manager", &OWN_SITES[..1]),
            },
        ),
        decoda.about(
            "change profile",
            Some(nurse(Status::Active)),
            retype(&[(ProfileField::Name, "Zoë Alvarez-Okafor")]),
        ),
        decoda.about(
            "change profile, five refusals",
            Some(nurse(Status::Active)),
            retype(&[
                (ProfileField::Name, ""),
                (ProfileField::Npi, "1234567890"),
                (ProfileField::Taxonomies, "207Q00000X, 1"),
                (ProfileField::Capacity, "0"),
                (ProfileField::SchedulingStep, "7"),
            ]),
        ),
        decoda.about(
            "grant a role, five refusals",
            Some(nurse(Status::Active)),
            change(
                ProfileText::new(),
                AccessPatch {
                    grant: (1..=5).map(|at| Clinic::whole_site("nurse", SITES + at)).collect(),
                    ..AccessPatch::default()
                },
            ),
        ),
        decoda.about(
            "invite, five kinds of refusals",
            None,
            Edit::Invite {
                user,
                profile: texts_of(&[(ProfileField::Name, ""), (ProfileField::LoginEmail, "new.colleague")]),
                access: AccessPatch {
                    grant: [(1, "provider"), (25, "nobody"), (SITES + 1, "provider")]
                        .map(|(at, role)| Clinic::whole_site(role, at))
                        .into(),
                    primary_site: Some(site(2)),
                    ..AccessPatch::default()
                },
            },
        ),
        decoda.about(
            "resend invitation",
            Some(nurse(Status::Invited)),
            Edit::ResendInvitation { user },
        ),
        decoda.about(
            "withdraw invitation",
            Some(nurse(Status::Invited)),
            Edit::WithdrawInvitation { user },
        ),
        decoda.about("deactivate", Some(nurse(Status::Active)), Edit::Deactivate { user }),
        decoda.about("activate", Some(nurse(Status::Inactive)), Edit::Activate { user }),
        atmanco.about("delete", Some(atmanco.anyone()), Edit::Delete { user }),
        tebra.about("lock", Some(provider()), Edit::Lock { user }),
        tebra.about("unlock", Some(locked), Edit::Unlock { user }),
        tebra.about(
            "set temporary password",
            Some(provider()),
            Edit::SetTemporaryPassword { user },
        ),
        tebra.about(
            "add products",
            Some(provider()),
            Edit::AddProducts {
                user,
                products: ["ehr", "practice_management"].map(ProductId::from).into(),
            },
        ),
        {
            let mut left = provider();
            left.deactivated_at = Some(NOW);
            let product = ProductId::from("billing");
            tebra.about("open case", Some(left), Edit::OpenCase { user, product })
        },
        decoda
            .about(
                "set role permissions",
                None,
                Edit::SetRolePermissions {
                    role: RoleId::from("nurse"),
                    grant: [PermissionId::from("clinical.medications")].into(),
                    revoke: [PermissionId::from("calendar.create")].into(),
                },
            )
            .counting(holders("nurse")),
        decoda.about(
            "create site",
            None,
            Edit::CreateSite {
                site: site(SITES + 1),
                name: "Harbour Street".to_owned(),
            },
        ),
        decoda.about(
            "rename site",
            None,
            Edit::RenameSite {
                site: site(1),
                name: "Harbour Street".to_owned(),
            },
        ),
        decoda
            .about("archive site", None, Edit::ArchiveSite { site: site(1) })
            .counting(Headcount {
                people: PEOPLE / 50,
                ..Headcount::default()
            }),
        artera.about(
            "create resource",
            None,
            Edit::CreateResource {
                resource: resource(SITES + 1, 1),
                of: ResourceKindId::from("line"),
                site: Some(site(1)),
                name: "Evening line".to_owned(),
            },
        ),
        artera.about(
            "rename resource",
            None,
            Edit::RenameResource {
                resource: resource(1, 1),
                name: "Evening line".to_owned(),
            },
        ),
        artera
            .about(
                "archive resource",
                None,
                Edit::ArchiveResource {
                    resource: resource(1, 1),
                },
            )
            .counting(Headcount::default()),
    ]
}

impl Example {
    fn knowing(mut self, email: &str, found: EmailUse) -> Self {
        self.facts.login_emails = BTreeMap::from([(email.to_owned(), found)]);
        self
    }

    fn counting(mut self, people: Headcount) -> Self {
        self.facts.headcount = Some(people);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_judged_as_it_is_meant() {
        for Example { name, facts, edit } in examples() {
            let verdict = decide(&facts, &edit);
            let refusals = if name.contains("refusals") { 5 } else { 0 };
            assert_eq!(verdict.refusals.len(), refusals, "{name}: {:?}", verdict.refusals);
            assert_eq!(verdict.undecided, [], "{name}");
            assert_eq!(facts.policy.roles.len(), clinic::ROLES, "{name}");
        }
    }
}
