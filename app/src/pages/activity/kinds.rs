//! Kinds of edits to filter by.

use shared::Policy;
use shared::policy::Way;
use shared::text::lower;

use crate::widgets::Choice;
use crate::words::{tell, words};

/// The kinds as the wire names them, with the organisation's words where it has some.
pub(super) fn choices(policy: &Policy) -> Vec<Choice> {
    let terms = &policy.words;
    let site = lower(&terms.site);
    let names: Vec<String> = policy.resource_kinds.iter().map(|kind| lower(&kind.name)).collect();
    let resource = words().either(&names);
    let mut kinds = vec![
        ("invite", terms.send_invitation.clone()),
        ("change", terms.edit.clone()),
        ("resend_invitation", terms.resend_invitation.clone()),
        ("withdraw_invitation", terms.withdraw_invitation.clone()),
        ("deactivate", terms.deactivate.clone()),
        ("activate", terms.activate.clone()),
        ("delete", terms.delete.clone()),
        ("lock", tell!(screen::lock)),
        ("unlock", terms.unlock.clone()),
        ("set_temporary_password", tell!(screen::temporary_password)),
        ("end_sessions", tell!(session::end_all)),
        ("reset_factors", tell!(factors::reset)),
        ("change_factors", tell!(factors::second_factors)),
        (
            "set_role_permissions",
            tell!(screen::role_permissions, role = &terms.role),
        ),
        ("create_site", tell!(screen::add, what = &site)),
        ("rename_site", tell!(screen::rename, what = &site)),
        ("archive_site", tell!(screen::archive, what = &site)),
    ];
    if policy
        .transitions
        .iter()
        .any(|transition| transition.way == Way::Recreate)
    {
        kinds.push(("recreate", tell!(screen::account_made_anew)));
    }
    if !resource.is_empty() {
        kinds.extend([
            ("create_resource", tell!(screen::add, what = &resource)),
            ("rename_resource", tell!(screen::rename, what = &resource)),
            ("archive_resource", tell!(screen::archive, what = &resource)),
        ]);
    }
    if !policy.products.is_empty() {
        kinds.extend([
            ("add_products", terms.add_products.clone()),
            ("open_case", tell!(screen::support_case)),
            ("close_case", tell!(screen::close_case)),
        ]);
    }
    kinds
        .into_iter()
        .map(|(kind, label)| Choice::new(kind, label))
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::edit::Edit;

    #[test]
    fn every_kind_is_one_that_the_wire_knows() {
        for kind in super::choices(&with_everything())
            .into_iter()
            .map(|choice| choice.value)
        {
            // Of a known kind only fields can be missing.
            let error = serde_json::from_value::<Edit>(serde_json::json!({ kind.as_str(): {} })).unwrap_err();
            assert!(error.to_string().contains("missing field"), "{kind}: {error}");
        }
    }

    fn with_everything() -> shared::Policy {
        serde_json::from_value(serde_json::json!({
            "name": "Test",
            "resource_kind": [{ "id": "line", "name": "Line", "plural": "Lines", "level": "site" }],
            "product": [{ "id": "billing", "name": "Billing" }],
        }))
        .unwrap()
    }
}
