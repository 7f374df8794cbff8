//! Profile fields: which are used, needed and well-formed (A14, D2, D7, D10, D11, M3, M6).

use crate::clinical::{Npi, Taxonomy};
use crate::effective::is_clinical;
use crate::plan::Plan;
use crate::policy::{FieldRule, Need};
use crate::user::{Profile, ProfileField};
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Some((typed, _)), Some(after)) = (plan.edit.parts(), plan.after.as_ref()) else {
        return;
    };
    let policy = &plan.facts.policy;
    let clinical = is_clinical(policy, &after.assignments);
    for (field, text) in typed {
        let at = Field::Profile(*field);
        match policy.field(*field) {
            Some(rule) if rule.need != Need::Unused => {
                if rule.clinical_only && !clinical && !text.trim().is_empty() {
                    verdict.refuse("D7", at, Reason::ClinicalOnly { field: *field });
                }
            }
            _ if text.trim().is_empty() => {}
            _ => verdict.refuse(rule_of(*field), at, Reason::FieldUnused { field: *field }),
        }
        if *field == ProfileField::SchedulingStep
            && let Some(minutes) = after.profile.scheduling_step
            && !policy.identity.scheduling_steps.contains(&minutes)
        {
            let steps = policy.identity.scheduling_steps.clone();
            verdict.refuse(
                "D11",
                Field::Profile(*field),
                Reason::SchedulingStepUnknown { minutes, steps },
            );
        }
        if *field == ProfileField::Language
            && !after.profile.language.is_empty()
            && !policy.languages.contains(&after.profile.language)
        {
            let language = after.profile.language.clone();
            verdict.refuse("M6", Field::Profile(*field), Reason::LanguageUnknown { language });
        }
    }
    for rule in policy.fields.iter().filter(|rule| is_needed(rule, clinical)) {
        let cleared = typed.contains_key(&rule.id);
        // Someone who lacks a field that became required later can still be edited otherwise.
        let asked = cleared || plan.edit.makes_account();
        let at = Field::Profile(rule.id);
        if asked && after.profile.text(rule.id).is_empty() && verdict.refusals_at(&at).next().is_none() {
            verdict.refuse(rule_of(rule.id), at, Reason::FieldMissing { field: rule.id });
        }
    }
}

fn is_needed(rule: &FieldRule, clinical: bool) -> bool {
    rule.need == Need::Required && (clinical || !rule.clinical_only)
}

/// The behaviour that a field comes from.
pub(crate) fn rule_of(field: ProfileField) -> &'static str {
    match field {
        ProfileField::Name => "D2",
        ProfileField::FirstName | ProfileField::LastName | ProfileField::Phone => "A14",
        ProfileField::LoginEmail | ProfileField::CommunicationEmail => "M3",
        ProfileField::Language => "M6",
        ProfileField::Npi | ProfileField::Taxonomies | ProfileField::Bio => "D7",
        ProfileField::Capacity => "D10",
        ProfileField::SchedulingStep => "D11",
    }
}

/// RFC 5321 §4.5.3.1.3: a path has 256 octets with its angle brackets.
const EMAIL_AT_MOST: usize = 254;

/// Parses what was typed into the profile; an empty text clears the field.
pub(crate) fn parse_into(profile: &mut Profile, field: ProfileField, text: &str) -> Result<(), Reason> {
    let text = text.trim();
    match field {
        ProfileField::Name => profile.name = plain(field, text)?,
        ProfileField::FirstName => profile.first_name = plain(field, text)?,
        ProfileField::LastName => profile.last_name = plain(field, text)?,
        ProfileField::LoginEmail => profile.login_email = email(text)?,
        ProfileField::CommunicationEmail => profile.communication_email = email(text)?,
        ProfileField::Phone => profile.phone = phone(text)?,
        ProfileField::Language => profile.language = text.to_ascii_lowercase(),
        ProfileField::Npi => profile.npi = optional(text, Npi::parse)?,
        ProfileField::Taxonomies => profile.taxonomies = taxonomies(text)?,
        ProfileField::Bio => {
            fits(field, text)?;
            text.clone_into(&mut profile.bio);
        }
        ProfileField::Capacity => {
            profile.capacity = optional(text, number)?;
            if profile.capacity == Some(0) {
                return Err(Reason::CapacityTooSmall);
            }
        }
        ProfileField::SchedulingStep => profile.scheduling_step = optional(text, number)?,
    }
    Ok(())
}

fn optional<T>(text: &str, parse: impl Fn(&str) -> Result<T, Reason>) -> Result<Option<T>, Reason> {
    if text.is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

fn fits(field: ProfileField, text: &str) -> Result<(), Reason> {
    match field.at_most() {
        Some(at_most) if text.chars().count() > at_most as usize => Err(Reason::FieldTooLong { field, at_most }),
        _ => Ok(()),
    }
}

/// One line of text: runs of white space become one space.
fn plain(field: ProfileField, text: &str) -> Result<String, Reason> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(Reason::FieldHasControlCharacters { field });
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    fits(field, &text)?;
    Ok(text)
}

/// A mailbox as people write it (RFC 5321's `local@domain` without quoting), in lower case. Whether it exists only a
/// mail can tell, so nothing more is asked.
fn email(text: &str) -> Result<String, Reason> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let malformed = || Reason::EmailMalformed { text: text.to_owned() };
    let (local, domain) = text.rsplit_once('@').ok_or_else(malformed)?;
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| !c.is_control() && !c.is_whitespace() && !"\"(),:;<>@[\\]".contains(c));
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
    if local_fits && domain_fits && text.len() <= EMAIL_AT_MOST {
        Ok(text.to_lowercase())
    } else {
        Err(malformed())
    }
}

/// A telephone number as typed: 7 to 15 digits (ITU-T E.164) and the usual signs between them.
fn phone(text: &str) -> Result<String, Reason> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let signs = text.chars().all(|c| c.is_ascii_digit() || " ()+-./".contains(c));
    if text.is_empty() || (signs && (7..=15).contains(&digits)) {
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Err(Reason::PhoneMalformed { text: text.to_owned() })
    }
}

fn number(text: &str) -> Result<u16, Reason> {
    text.parse()
        .map_err(|_| Reason::NumberMalformed { text: text.to_owned() })
}

fn taxonomies(text: &str) -> Result<Vec<Taxonomy>, Reason> {
    let mut codes: Vec<Taxonomy> = Vec::new();
    for part in Taxonomy::split(text) {
        let code = Taxonomy::parse(part)?;
        if codes.contains(&code) {
            return Err(Reason::TaxonomyTwice {
                code: code.as_str().to_owned(),
            });
        }
        codes.push(code);
    }
    Ok(codes)
}
