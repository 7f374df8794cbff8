//! The words of the import, made where they are shown.

use super::column::{Column, ColumnUse};
use super::mapping::{About, Standing, Target};
use super::plan::Plan;
use super::rows::{Finding, Note, RowOutcome, Why};
use super::table::{Delimiter, TableError};
use super::wire::{Encoding, RowDone};
use crate::ids::SiteId;
use crate::organisation::Organisation;
use crate::policy::Policy;
use crate::text::{self, Teller, say};
use crate::verdict::Confirmation;

/// Tells about an import in one organisation's words: what [`crate::text`] is for the rest.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    policy: &'a Policy,
    teller: Teller<'a>,
}

impl<'a> Words<'a> {
    pub fn new(policy: &'a Policy, organisation: &'a Organisation, words: &'a text::Words) -> Self {
        Self {
            policy,
            teller: Teller::new(policy, organisation, words),
        }
    }

    /// For what a verdict says.
    pub fn teller(&self) -> Teller<'a> {
        self.teller
    }

    /// Why a row is skipped, or what stands against it and what would help.
    pub fn finding(&self, finding: &Finding) -> String {
        let (w, words) = (self.teller.words(), &self.policy.words);
        match &finding.why {
            Why::DuplicateOf { row } => say!(w, import::duplicate_of, row = row.to_string()),
            Why::AlreadyAsInFile => say!(w, import::already_as_in_file),
            Why::LeftWithoutAccount => say!(w, import::left_without_account),
            Why::LeftAndInactive => say!(w, import::left_and_inactive),
            Why::LeftOut => say!(w, import::left_out_by_you),
            Why::SamePersonDiffers { row } => say!(w, import::same_person_differs, row = row.to_string()),
            Why::SameAddress { rows } => {
                let rows: Vec<String> = rows.iter().map(u32::to_string).collect();
                say!(w, import::same_address, rows = w.list(&rows))
            }
            Why::AccountOfAnother { name, .. } => {
                say!(w, import::account_of_another, name = name, users = &words.users)
            }
            Why::RoleUnmatched { word, proposals } => {
                let names = proposals.iter().map(|role| self.teller.role(role)).collect();
                self.perhaps(say!(w, import::role_unmatched, word = word, role = &words.role), names)
            }
            Why::SiteUnmatched { word, proposals } => {
                let names = proposals.iter().map(|site| self.teller.site(*site)).collect();
                self.perhaps(say!(w, import::site_unmatched, word = word, site = &words.site), names)
            }
            Why::StandingUnmatched { word } => say!(w, import::standing_unmatched, word = word),
            Why::ResourceUnmatched { word } => match self.policy.site_resource_kind() {
                Some(kind) => say!(w, import::resource_unmatched, word = word, kind = &kind.name),
                None => say!(w, import::word_unknown, word = word),
            },
            Why::FormulaLooking => say!(w, import::formula_looking),
            Why::DeletionByHand => say!(w, import::deletion_by_hand, users = &words.users),
            Why::Refused { refusal } => self.teller.reason(&refusal.reason),
            Why::Undecided { undecided } => self.teller.undecided(undecided),
        }
    }

    /// The same, with the name of the cell's column in front where the reason alone does not say which cell is meant.
    pub fn finding_in(&self, columns: &[ColumnUse], finding: &Finding) -> String {
        let column = finding
            .column
            .and_then(|column| columns.get(usize::try_from(column).ok()?));
        match (&finding.why, column) {
            (Why::Refused { .. } | Why::FormulaLooking, Some(column)) => {
                self.headed(&column.name, self.finding(finding))
            }
            _ => self.finding(finding),
        }
    }

    /// What was done with a cell.
    pub fn note(&self, note: &Note) -> String {
        let w = self.teller.words();
        match note {
            Note::SpacesRemoved { .. } => say!(w, import::spaces_removed),
            Note::AddressLowered { .. } => say!(w, import::address_lowered),
            Note::OnLeave => say!(w, import::on_leave_note),
            Note::ClinicalOnly { field, .. } => say!(
                w,
                import::field_not_taken,
                field = self.teller.field(*field),
                clinical = &self.policy.words.clinical
            ),
            Note::NameParted => say!(w, import::name_parted),
            Note::SitesKept { sites } => say!(w, import::sites_kept, sites = self.sites(sites)),
            Note::StaysInactive => say!(w, import::stays_inactive),
        }
    }

    /// What is confirmed, with the name of whom it is about.
    pub fn confirmation(&self, plan: &Plan, wanted: &Confirmation) -> String {
        let text = self.teller.confirmation(wanted);
        let about = match wanted {
            Confirmation::Deactivation { user }
            | Confirmation::Deletion { user }
            | Confirmation::Recreation { user, .. } => plan
                .rows
                .iter()
                .find(|row| row.user == Some(*user))
                .map(|row| row.name.as_str()),
            Confirmation::AccessEnds { .. }
            | Confirmation::OtherDomain { .. }
            | Confirmation::Terms { .. }
            | Confirmation::Archiving { .. }
            | Confirmation::Breach { .. } => None,
        };
        match about {
            Some(name) => self.headed(name, text),
            None => text,
        }
    }

    /// What will happen with a row.
    pub fn outcome(&self, outcome: RowOutcome) -> String {
        let w = self.teller.words();
        match outcome {
            RowOutcome::NeedsYou => say!(w, import::outcome_needs_you),
            RowOutcome::Create => say!(w, import::outcome_create),
            RowOutcome::Change => say!(w, import::outcome_change),
            RowOutcome::Deactivate => say!(w, import::outcome_deactivate),
            RowOutcome::Skip => say!(w, import::outcome_skip),
        }
    }

    /// What was done with a row.
    pub fn done(&self, done: RowDone) -> String {
        let w = self.teller.words();
        match done {
            RowDone::Created => say!(w, import::done_created),
            RowDone::Changed => say!(w, import::done_changed),
            RowDone::Deactivated => say!(w, import::done_deactivated),
            RowDone::Skipped => say!(w, import::done_skipped),
            RowDone::LeftOut => say!(w, import::done_left_out),
        }
    }

    /// What a column holds.
    pub fn column(&self, column: Column) -> String {
        let (w, words) = (self.teller.words(), &self.policy.words);
        match column {
            Column::Ignored => say!(w, import::column_ignored),
            Column::EmployeeId => say!(w, import::column_employee_id),
            Column::Profile(field) => self.teller.field(field),
            Column::Role => words.role.clone(),
            Column::PrimarySite => words.primary_site.clone(),
            Column::OtherSites => say!(w, import::column_other_sites, sites = &words.sites),
            Column::Resources => match self.policy.site_resource_kind() {
                Some(kind) => kind.plural.clone(),
                None => say!(w, import::column_resources),
            },
            Column::Standing => say!(w, import::standing_working),
        }
    }

    /// What kind of word it is.
    pub fn about(&self, about: About) -> String {
        match about {
            About::Role => self.policy.words.role.clone(),
            About::Site => self.policy.words.site.clone(),
            About::Standing => say!(self.teller.words(), import::standing_working),
        }
    }

    /// What a word stands for.
    pub fn target(&self, target: &Target) -> String {
        let w = self.teller.words();
        match target {
            Target::Role(role) => self.teller.role(role),
            Target::Site(site) => self.teller.site(*site),
            Target::Standing(Standing::Working) => say!(w, import::standing_working),
            Target::Standing(Standing::OnLeave) => say!(w, import::standing_on_leave),
            Target::Standing(Standing::Left) => say!(w, import::standing_left),
            Target::Nothing => say!(w, import::pass_over),
        }
    }

    pub fn sites(&self, sites: &[SiteId]) -> String {
        let names: Vec<String> = sites.iter().map(|site| self.teller.site(*site)).collect();
        self.teller.words().list(&names)
    }

    fn headed(&self, heading: &str, text: String) -> String {
        say!(self.teller.words(), import::in_column, column = heading, text = text)
    }

    /// The finding, with what was perhaps meant.
    fn perhaps(&self, finding: String, names: Vec<String>) -> String {
        let w = self.teller.words();
        if names.is_empty() {
            say!(w, import::choose_meaning, finding = finding)
        } else {
            say!(w, import::perhaps, finding = finding, names = w.either(&names))
        }
    }
}

/// Why a file cannot be read, and what would help.
pub fn table_error(w: &text::Words, error: &TableError) -> String {
    match error {
        TableError::NotText => say!(w, import::not_text),
        TableError::Empty => say!(w, import::empty),
        TableError::NoHeader => say!(w, import::no_header),
        TableError::Ragged { row, cells, expected } => say!(
            w,
            import::ragged,
            row = row.to_string(),
            cells = *cells,
            expected = *expected
        ),
        TableError::QuoteOpen { row } => say!(w, import::quote_open, row = row.to_string()),
        TableError::TooManyRows { at_most } => say!(w, import::too_many_rows, at_most = *at_most),
        TableError::TooLarge { at_most } => say!(w, import::too_large, megabytes = at_most / (1024 * 1024)),
    }
}

pub fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8WithMark => "UTF-8",
        Encoding::Utf16 => "UTF-16",
        Encoding::Windows1252 => "Windows-1252",
    }
}

pub fn delimiter(w: &text::Words, delimiter: Delimiter) -> String {
    match delimiter {
        Delimiter::Comma => say!(w, import::comma),
        Delimiter::Semicolon => say!(w, import::semicolon),
        Delimiter::Tab => say!(w, import::tab),
    }
}
