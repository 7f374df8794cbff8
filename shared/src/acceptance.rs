//! What an invited person is asked for when they accept, besides a password, and what their answers change (M10, O6).

use crate::policy::{Need, Policy};
use crate::rules::profile;
use crate::user::{ProfileField, ProfileText, User};
use crate::verdict::{Change, Reason};

/// A field that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub field: ProfileField,
    pub required: bool,
}

const NAMES: [ProfileField; 3] = [ProfileField::Name, ProfileField::FirstName, ProfileField::LastName];

/// The fields that are asked for: the names and the telephone number that the policy uses. Where it uses no names, the whole
/// name all the same: "Invited User" becomes theirs (O6).
pub fn asked(policy: &Policy) -> Vec<Asked> {
    let used = |field: ProfileField| {
        policy
            .field(field)
            .filter(|rule| rule.need != Need::Unused && !rule.clinical_only)
            .map(|rule| Asked {
                field,
                required: rule.need == Need::Required,
            })
    };
    let mut fields: Vec<Asked> = NAMES.into_iter().filter_map(used).collect();
    if fields.is_empty() {
        fields.push(Asked {
            field: ProfileField::Name,
            required: true,
        });
    }
    fields.extend(used(ProfileField::Phone));
    fields
}

/// The languages that there are to choose from; none where there is no choice.
pub fn languages(policy: &Policy) -> &[String] {
    match policy.languages.as_slice() {
        [_] | [] => &[],
        several => several,
    }
}

/// What the answers change about the user.
///
/// # Errors
/// Everything that is missing or cannot be used.
pub fn changes(policy: &Policy, user: &User, answers: &ProfileText) -> Result<Vec<Change>, Vec<Reason>> {
    let (mut after, asked, mut reasons) = (user.profile.clone(), asked(policy), Vec::new());
    for (field, text) in answers {
        let is_asked = match field {
            ProfileField::Language => !languages(policy).is_empty(),
            _ => asked.iter().any(|one| one.field == *field),
        };
        if !is_asked {
            reasons.push(Reason::FieldUnused { field: *field });
        } else if let Err(reason) = profile::parse_into(&mut after, *field, text) {
            reasons.push(reason);
        }
    }
    for Asked { field, .. } in asked.iter().filter(|one| one.required) {
        if after.text(*field).is_empty() {
            reasons.push(Reason::FieldMissing { field: *field });
        }
    }
    if !after.language.is_empty()
        && after.language != user.profile.language
        && !policy.languages.contains(&after.language)
    {
        reasons.push(Reason::LanguageUnknown {
            language: after.language.clone(),
        });
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Ok(ProfileField::ALL
        .into_iter()
        .filter_map(|field| {
            let (from, to) = (user.profile.text(field), after.text(field));
            (from != to).then_some(Change::ProfileChanged { field, from, to })
        })
        .collect())
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::*;
    use crate::policy::preset;

    #[test]
    fn o6_everyone_is_asked_for_a_name_in_the_fields_of_their_organisation() {
        let asked_by = |id: &str| -> Vec<(ProfileField, bool)> {
            let policy = preset::find(id).unwrap().policy();
            asked(&policy)
                .into_iter()
                .map(|one| (one.field, one.required))
                .collect()
        };
        assert_eq!(asked_by("optra"), [(ProfileField::Name, true)]);
        assert_eq!(asked_by("decoda").first(), Some(&(ProfileField::Name, true)));
        assert_eq!(
            asked_by("artera"),
            [
                (ProfileField::FirstName, true),
                (ProfileField::LastName, true),
                (ProfileField::Phone, false)
            ]
        );
    }
}
