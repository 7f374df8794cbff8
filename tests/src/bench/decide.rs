//! How long `decide` takes for every kind of edit, in an organisation of 10,000 people, 50 sites and 40 roles: natively,
//! and in the browser by `tests/bench_decide.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::access::{Assignment, Place, Resources, Scope};
use shared::facts::{Actor, ActorKind, EmailUse, Headcount, Holders, Known};
use shared::ids::{
    OrganisationId, PermissionId, ProductId, ResourceId, ResourceKindId, Revision, RoleId, SiteId, Timestamp, UserId,
};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::organisation::{Organisation, Resource, Site};
use shared::policy::{Level, Need, Permissions, Policy, Power, RoleResources, preset};
use shared::user::{Profile, ProfileField, ProfileText, User};
use shared::{AccessPatch, Edit, Facts, Outcome, decide};
use uuid::Uuid;

use super::samples::Summary;

const PEOPLE: u32 = 10_000;
const SITES: u128 = 50;
const ROLES: usize = 40;
const RESOURCES_PER_SITE: u128 = 3;
const NOW: Timestamp = Timestamp(1_760_000_000_000);

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

/// The sites that a typical person works at: the first one, one in the middle, the last one.
const OWN_SITES: [u128; 3] = [1, 25, 50];

/// A large organisation under one of the presets.
struct Clinic {
    policy: Arc<Policy>,
    organisation: Organisation,
}

impl Clinic {
    fn new(policy: &str) -> Self {
        let policy = preset::find(policy).expect("a preset of this name").policy();
        let sites = (1..=SITES).map(|number| Site {
            id: site(number),
            name: format!("Site {number:03}"),
            archived: false,
            products: policy.products.iter().map(|product| product.id.clone()).collect(),
        });
        let kind = policy.site_resource_kind().map(|kind| kind.id.clone());
        let resources = (1..=SITES).flat_map(|at| (1..=RESOURCES_PER_SITE).map(move |number| (at, number)));
        let resources = resources.filter_map(|(at, number)| {
            Some(Resource {
                id: resource(at, number),
                kind: kind.clone()?,
                site: Some(site(at)),
                name: format!("Resource {number} of site {at:03}"),
                archived: false,
            })
        });
        let organisation = Organisation {
            id: OrganisationId(id(1, 1)),
            name: "Large".to_owned(),
            sites: sites.collect(),
            resources: resources.collect(),
        };
        Self {
            policy: Arc::new(with_roles(policy)),
            organisation,
        }
    }

    fn about(&self, name: &'static str, subject: Option<User>, edit: Edit) -> Example {
        let chief = self.policy.roles.iter().find(|role| {
            role.scope == Level::Organisation
                && [Power::Users, Power::Roles, Power::Sites]
                    .iter()
                    .all(|power| role.administers.contains(power))
        });
        let chief = chief.expect("somebody administers everything");
        let facts = Facts {
            now: NOW,
            policy: Arc::clone(&self.policy),
            organisation: self.organisation.clone(),
            actor: Actor {
                user: UserId(id(2, 1)),
                kind: ActorKind::Member,
                status: Status::Active,
                locked: false,
                assignments: vec![Assignment::new(chief.id.clone(), Scope::Organisation)],
                email_domain: "clinic.example".to_owned(),
            },
            subject,
            login_emails: BTreeMap::new(),
            other_administrators: Known::Known(PEOPLE / 1_000),
            headcount: None,
            reduced: false,
        };
        Example { name, facts, edit }
    }

    /// Someone with this role at three sites.
    fn person(&self, role: &str, status: Status) -> User {
        self.holder(self.held_at_three_sites(role), status)
    }

    /// Someone with the first role that does not administer.
    fn anyone(&self) -> User {
        let role = self.policy.roles.iter().find(|role| role.administers.is_empty());
        let role = role.expect("not everybody administers");
        match role.scope {
            Level::Site => self.person(role.id.as_str(), Status::Active),
            Level::Organisation => {
                let held = Assignment::new(role.id.clone(), Scope::Organisation);
                self.holder(vec![held], Status::Active)
            }
        }
    }

    fn holder(&self, mut assignments: Vec<Assignment>, status: Status) -> User {
        assignments.sort();
        let mut profile = Profile {
            login_email: "jordan.lee@clinic.example".to_owned(),
            ..Profile::default()
        };
        if self.policy.field(ProfileField::Name).is_some() {
            profile.name = "Jordan Lee".to_owned();
        } else {
            (profile.first_name, profile.last_name) = ("Jordan".to_owned(), "Lee".to_owned());
        }
        User {
            id: UserId(id(2, 2)),
            revision: Revision(7),
            profile,
            status,
            locked: None,
            assignments,
            primary_site: (self.policy.assignment.primary_site != Need::Unused).then(|| site(1)),
            memberships: BTreeSet::new(),
            products: BTreeSet::new(),
            deactivated_at: (status == Status::Inactive).then_some(NOW),
        }
    }

    fn held_at_three_sites(&self, role: &str) -> Vec<Assignment> {
        OWN_SITES.iter().map(|at| self.held(role, *at)).collect()
    }

    fn held(&self, role: &str, at: u128) -> Assignment {
        let role = self.policy.role(&RoleId::from(role)).expect("a role of the policy");
        let resources = match role.resources {
            RoleResources::All => Resources::All,
            RoleResources::AtLeast(_) => Resources::Only([1, 2].map(|number| resource(at, number)).into()),
        };
        Assignment::new(
            role.id.clone(),
            Scope::Site {
                site: site(at),
                resources,
            },
        )
    }

    /// One role given up and another one taken at these sites.
    fn instead(&self, old: &str, new: &str, sites: &[u128]) -> AccessPatch {
        AccessPatch {
            grant: sites.iter().map(|at| self.held(new, *at)).collect(),
            revoke: sites.iter().map(|at| self.held(old, *at).holding()).collect(),
            ..AccessPatch::default()
        }
    }
}

/// The policy with copies of a role added until it has so many.
fn with_roles(mut policy: Policy) -> Policy {
    let permissions: Vec<PermissionId> = policy.permissions.iter().map(|one| one.id.clone()).collect();
    let pattern = policy.roles.iter().find(|role| role.administers.is_empty()).cloned();
    let pattern = pattern.expect("not everybody administers");
    for number in policy.roles.len()..ROLES {
        let mut role = pattern.clone();
        role.id = RoleId(format!("role_{number}"));
        role.name = format!("Role {number}");
        let permitted = permissions.iter().enumerate().filter(|(at, _)| (at + number) % 3 != 0);
        role.permissions = Permissions::Only(permitted.map(|(_, id)| id.clone()).collect());
        policy.roles.push(role);
    }
    policy
}

/// As many holders of a role at every site.
fn holders(role: &str) -> Headcount {
    let at = |number| Holders {
        role: RoleId::from(role),
        place: Place::Site(site(number)),
        people: PEOPLE / 100,
    };
    Headcount {
        holders: (1..=SITES).map(at).collect(),
        people: PEOPLE / 4,
        ..Headcount::default()
    }
}

fn texts_of(texts: &[(ProfileField, &str)]) -> ProfileText {
    texts.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

fn site(number: u128) -> SiteId {
    SiteId(id(3, number))
}

fn resource(site: u128, number: u128) -> ResourceId {
    ResourceId(id(4, site * 1_000 + number))
}

/// Ids as the server makes them: alike at the front, where their time stands.
fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128(0x0199_c1d0_0000_7000_8000_0000_0000_0000 | (kind << 48) | number)
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) use native::report;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::fmt::Write as _;
    use std::time::Instant;

    use super::super::Outcome as Reported;
    use super::super::table::{markdown, micros};
    use super::{Judged, Rounds, measure};

    /// Where the measurements in WebAssembly are, if they were made: one [`Judged`] as JSON in each line.
    const WASM: &str = "LANYARD_BENCH_WASM";

    pub(in super::super) fn report() -> Reported<String> {
        let begin = Instant::now();
        let each = Rounds {
            samples: 10_000,
            sample_micros: 0.0,
        };
        let native = measure(each, || begin.elapsed().as_secs_f64() * 1e6);
        let wasm = in_webassembly()?;
        let rows: Vec<Vec<String>> = native
            .iter()
            .map(|judged| {
                let mut row = vec![judged.name.clone(), format!("{:?}", judged.outcome)];
                let other = wasm.iter().find(|other| other.name == judged.name);
                for measured in [Some(judged), other] {
                    let cells = measured.map(|judged| {
                        let time = judged.micros;
                        let spread = format!("{:.1}–{:.1}", time.quarter, time.three_quarters);
                        [micros(time.median), micros(time.p99), spread]
                    });
                    row.extend(cells.unwrap_or_else(|| ["–", "–", "–"].map(str::to_owned)));
                }
                row
            })
            .collect();
        let mut text =
            "### One judgement: `decide` in an organisation of 10,000 people, 50 sites and 40 roles\n\n".to_owned();
        text.push_str(&markdown(
            &[
                "edit",
                "verdict",
                "native: median",
                "p99",
                "middle half, µs",
                "WebAssembly: median",
                "p99",
                "middle half, µs",
            ],
            &rows,
        ));
        write!(
            text,
            "\nNatively each of 10,000 judgements is timed by itself. The browser's clock counts tenths of a millisecond: \
             there, a sample is the mean of as many judgements as take 5 ms, and the p99 is that of 200 samples.\n"
        )?;
        Ok(text)
    }

    fn in_webassembly() -> Reported<Vec<Judged>> {
        let Ok(path) = std::env::var(WASM) else {
            return Ok(Vec::new());
        };
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
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
            assert_eq!(facts.policy.roles.len(), ROLES, "{name}");
        }
    }
}
