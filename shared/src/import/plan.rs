//! What importing a file would do: row by row, judged by the one decision.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access;
use super::choices::Choices;
use super::column::{self, Column, ColumnUse};
use super::fold::fold;
use super::identity::{Claim, claims};
use super::mapping::{Lexicon, Mapping, Standing};
use super::person::{Person, Reader, column_of};
use super::rows::{Finding, Note, RowOutcome, RowPlan, Why};
use super::table::Table;
use crate::edit::Edit;
use crate::facts::{Facts, Known};
use crate::ids::{Revision, UserId};
use crate::lifecycle::Status;
use crate::policy::Leaving;
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation, Field, Verdict};

/// What importing a file would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    pub columns: Vec<ColumnUse>,
    /// Columns that must be there and are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_columns: Vec<Column>,
    /// Every word about roles, sites and standings; those without a meaning first.
    pub mappings: Vec<Mapping>,
    pub counts: Counts,
    /// What must be confirmed before it can be carried out, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmations: Vec<Confirmation>,
    /// In the order of the file.
    pub rows: Vec<RowPlan>,
}

impl Plan {
    /// The choices with the nearest proposal taken for every word that has one and no meaning yet: what a person does
    /// who looks at the proposals and accepts them all.
    pub fn with_near_matches(&self, choices: Choices) -> Choices {
        let open = self.mappings.iter().filter(|mapping| !mapping.is_settled());
        open.fold(choices, |choices, mapping| match mapping.proposals.first() {
            Some(target) => choices.with_word(mapping.about, &mapping.word, Some(target.clone())),
            None => choices,
        })
    }
}

/// How many rows come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    pub needs_you: u32,
    pub create: u32,
    pub change: u32,
    pub deactivate: u32,
    pub skip: u32,
}

impl Counts {
    pub fn of(&self, outcome: RowOutcome) -> u32 {
        match outcome {
            RowOutcome::NeedsYou => self.needs_you,
            RowOutcome::Create => self.create,
            RowOutcome::Change => self.change,
            RowOutcome::Deactivate => self.deactivate,
            RowOutcome::Skip => self.skip,
        }
    }

    /// How many rows change something.
    pub fn to_do(&self) -> u32 {
        self.create.saturating_add(self.change).saturating_add(self.deactivate)
    }

    fn count(rows: &[RowPlan]) -> Self {
        let of = |outcome| u32::try_from(rows.iter().filter(|row| row.outcome == outcome).count()).unwrap_or(u32::MAX);
        Self {
            needs_you: of(RowOutcome::NeedsYou),
            create: of(RowOutcome::Create),
            change: of(RowOutcome::Change),
            deactivate: of(RowOutcome::Deactivate),
            skip: of(RowOutcome::Skip),
        }
    }
}

/// What a plan looks at, besides the file and the choices.
pub struct World {
    /// Without a subject; `login_emails` has every one of [`addresses`](super::addresses).
    pub facts: Facts,
    /// The organisation's accounts that have one of those addresses, by it.
    pub accounts: BTreeMap<String, Account>,
}

/// An account that there is.
pub struct Account {
    pub user: User,
    /// As in [`Facts`], with this user as the subject.
    pub other_administrators: Known<u32>,
}

/// A plan, and the edits that carry it out.
#[derive(Clone)]
pub struct Planned {
    pub plan: Plan,
    /// In the order of the file.
    pub steps: Vec<Step>,
}

/// One edit of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub row: u32,
    pub edit: Edit,
    /// The revision of the account that there is.
    pub seen_revision: Option<Revision>,
    /// What it asks to be confirmed.
    pub confirmations: Vec<Confirmation>,
}

/// Plans the import of a file. `new_user` gives the id of a new account from its login address, the same one each time.
pub fn plan(table: &Table, choices: &Choices, mut world: World, new_user: impl Fn(&str) -> UserId) -> Planned {
    let policy = world.facts.policy.clone();
    let columns = column::recognise(table, &policy, choices);
    let (people, mappings) = {
        let lexicon = Lexicon::new(&world.facts, choices);
        let mut reader = Reader {
            facts: &world.facts,
            columns: &columns,
            choices,
            lexicon,
        };
        let people: Vec<Person> = table.rows().map(|(row, cells)| reader.read(row, cells)).collect();
        (people, reader.lexicon.into_mappings())
    };
    let claims = claims(&people, &columns, &choices.left_out);

    let mut rows = Vec::with_capacity(people.len());
    let mut steps = Vec::new();
    for (person, claim) in people.into_iter().zip(claims) {
        let account = world.accounts.get(&person.login_email);
        world.facts.subject = account.map(|account| account.user.clone());
        world.facts.other_administrators = account.map_or(Known::Unknown, |account| account.other_administrators);
        let left_out = choices.left_out.contains(&person.row);
        let judged = Judge {
            facts: &world.facts,
            columns: &columns,
            new_user: &new_user,
        }
        .row(person, claim, left_out);
        steps.extend(judged.step);
        rows.push(judged.row);
    }

    let mut confirmations: Vec<Confirmation> = Vec::new();
    for wanted in steps.iter().flat_map(|step| &step.confirmations) {
        if !confirmations.contains(wanted) {
            confirmations.push(wanted.clone());
        }
    }
    let missing_columns = column::missing(&columns, &policy);
    let counts = Counts::count(&rows);
    Planned {
        plan: Plan {
            columns,
            missing_columns,
            mappings,
            counts,
            confirmations,
            rows,
        },
        steps,
    }
}

struct Judge<'a> {
    facts: &'a Facts,
    columns: &'a [ColumnUse],
    new_user: &'a dyn Fn(&str) -> UserId,
}

struct Judged {
    row: RowPlan,
    step: Option<Step>,
}

impl Judge<'_> {
    fn row(&self, mut person: Person, claim: Claim, left_out: bool) -> Judged {
        let account = self.facts.subject.as_ref();
        let skipped = match claim {
            _ if left_out => Some(Why::LeftOut),
            Claim::DuplicateOf(row) => Some(Why::DuplicateOf { row }),
            Claim::Contested(findings) => {
                person.findings.extend(findings);
                None
            }
            Claim::Clear => match (person.standing, account) {
                (Some(Standing::Left), None) => Some(Why::LeftWithoutAccount),
                (Some(Standing::Left), Some(user)) if user.status == Status::Inactive => Some(Why::LeftAndInactive),
                _ => None,
            },
        };
        if let Some(why) = skipped {
            return skip(person, account, why);
        }
        if let Some(user) = account {
            person.findings.extend(self.account_of_another(&person, user));
        }
        let edit = match account {
            Some(user) if person.standing == Some(Standing::Left) => self.leaving(&mut person, user),
            Some(user) => Some(self.change(&mut person, user)),
            None => Some(self.invitation(&mut person)),
        };
        let Some(edit) = edit else {
            return finish(person, account, RowOutcome::NeedsYou, Verdict::default(), None);
        };
        self.judge(person, account, edit)
    }

    /// Asks the decision, and adds what it says to the row.
    fn judge(&self, mut person: Person, account: Option<&User>, edit: Edit) -> Judged {
        let verdict = crate::decide::judge(self.facts, &edit);
        let access_is_open = person.is_access_open();
        for refusal in &verdict.refusals {
            // While a word has no meaning, that a role or a site is missing only repeats it.
            if access_is_open && !matches!(refusal.field, Field::Profile(_)) {
                continue;
            }
            let column = self.column_of(&refusal.field);
            person.findings.push(Finding {
                column,
                why: Why::Refused {
                    refusal: refusal.clone(),
                },
            });
        }
        for undecided in &verdict.undecided {
            person.findings.push(Finding {
                column: None,
                why: Why::Undecided {
                    undecided: undecided.clone(),
                },
            });
        }
        if !person.findings.is_empty() {
            return finish(person, account, RowOutcome::NeedsYou, verdict, None);
        }
        if verdict.changes.is_empty() {
            return skip(person, account, Why::AlreadyAsInFile);
        }
        let outcome = match &edit {
            Edit::Invite { .. } => RowOutcome::Create,
            Edit::Change { .. } => RowOutcome::Change,
            _ => RowOutcome::Deactivate,
        };
        let step = Step {
            row: person.row,
            edit: only_what_differs(edit, &verdict),
            seen_revision: account.map(|user| user.revision),
            confirmations: verdict.confirmations.clone(),
        };
        finish(person, account, outcome, verdict, Some(step))
    }

    fn invitation(&self, person: &mut Person) -> Edit {
        self.find_unmatched_resources(person);
        Edit::Invite {
            user: (self.new_user)(&person.login_email),
            profile: person.profile.clone(),
            access: access::for_new(self.facts, person),
        }
    }

    fn change(&self, person: &mut Person, user: &User) -> Edit {
        self.find_unmatched_resources(person);
        let (access, kept) = access::for_existing(self.facts, person, user);
        if !kept.is_empty() {
            person.notes.push(Note::SitesKept { sites: kept });
        }
        if user.status == Status::Inactive {
            person.notes.push(Note::StaysInactive);
        }
        let differing = person
            .profile
            .iter()
            .filter(|(field, text)| user.profile.text(**field) != **text);
        let profile = differing.map(|(field, text)| (*field, text.clone())).collect();
        Edit::Change {
            user: user.id,
            profile,
            access,
        }
    }

    /// Ends the account of someone who has left. A file never deletes anyone for good.
    fn leaving(&self, person: &mut Person, user: &User) -> Option<Edit> {
        let rules = &self.facts.policy.lifecycle;
        // What the row says about access does not matter any more.
        person
            .findings
            .retain(|f| !matches!(f.why, Why::RoleUnmatched { .. } | Why::SiteUnmatched { .. }));
        if user.status == Status::Invited && rules.withdraw_invitation {
            Some(Edit::WithdrawInvitation { user: user.id })
        } else if rules.leaving.contains(&Leaving::Deactivate) {
            Some(Edit::Deactivate { user: user.id })
        } else {
            person.findings.push(Finding {
                column: None,
                why: Why::DeletionByHand,
            });
            None
        }
    }

    /// An address that went from one person to another: the names have no word in common.
    fn account_of_another(&self, person: &Person, user: &User) -> Option<Finding> {
        let theirs = user.profile.display_name();
        let (ours, held) = (fold(&person.name), fold(&theirs));
        let strangers =
            !ours.is_empty() && !held.is_empty() && !ours.split(' ').any(|word| held.split(' ').any(|w| w == word));
        strangers.then(|| Finding {
            column: column_of(self.columns, ProfileField::LoginEmail),
            why: Why::AccountOfAnother {
                user: user.id,
                name: theirs,
            },
        })
    }

    fn find_unmatched_resources(&self, person: &mut Person) {
        let column = self.place_of(Column::Resources);
        let unmatched = access::unmatched_resources(self.facts, person);
        person
            .findings
            .extend(unmatched.into_iter().map(|why| Finding { column, why }));
    }

    /// The cell in which something refused can be put right.
    fn column_of(&self, field: &Field) -> Option<u32> {
        match field {
            Field::Profile(field) => column_of(self.columns, *field),
            Field::Role(_) | Field::Roles(_) => self.place_of(Column::Role),
            Field::PrimarySite => self.place_of(Column::PrimarySite),
            Field::Resources(_) => self.place_of(Column::Resources),
            Field::Whole
            | Field::Membership(_)
            | Field::Product(_)
            | Field::Permission(_)
            | Field::Name
            | Field::Note
            | Field::Origin
            | Field::Provider(_)
            | Field::Elements => None,
        }
    }

    fn place_of(&self, wanted: Column) -> Option<u32> {
        let place = self.columns.iter().position(|column| column.meaning == wanted);
        place.and_then(|place| u32::try_from(place).ok())
    }
}

/// An edit of an account without the texts that come to what is there already (a phone number with other spaces).
fn only_what_differs(mut edit: Edit, verdict: &Verdict) -> Edit {
    if let Edit::Change { profile, .. } = &mut edit {
        profile.retain(|field, _| {
            verdict
                .changes
                .iter()
                .any(|change| matches!(change, Change::ProfileChanged { field: f, .. } if f == field))
        });
    }
    edit
}

fn skip(mut person: Person, account: Option<&User>, why: Why) -> Judged {
    person.findings = vec![Finding { column: None, why }];
    finish(person, account, RowOutcome::Skip, Verdict::default(), None)
}

fn finish(
    mut person: Person,
    account: Option<&User>,
    outcome: RowOutcome,
    verdict: Verdict,
    step: Option<Step>,
) -> Judged {
    person
        .findings
        .sort_by_key(|finding| finding.column.unwrap_or(u32::MAX));
    let changes = if account.is_some() && step.is_some() {
        verdict.changes
    } else {
        Vec::new()
    };
    let row = RowPlan {
        row: person.row,
        cells: person.cells,
        corrected: person.corrected,
        outcome,
        findings: person.findings,
        notes: person.notes,
        name: person.name,
        login_email: person.login_email,
        roles: person.roles,
        sites: person.sites,
        user: account.map(|user| user.id),
        changes,
    };
    Judged { row, step }
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests;
