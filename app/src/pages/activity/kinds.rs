//! Kinds of edits to filter by.

use shared::Policy;

use crate::widgets::Choice;

/// The kinds as the wire names them, with the organisation's words where it has some.
pub(super) fn choices(policy: &Policy) -> Vec<Choice> {
    let words = &policy.words;
    let site = words.site.to_lowercase();
    let names: Vec<String> = policy
        .resource_kinds
        .iter()
        .map(|kind| kind.name.to_lowercase())
        .collect();
    let resource = names.join(" or ");
    let mut kinds = vec![
        ("invite", words.send_invitation.clone()),
        ("change", words.edit.clone()),
        ("resend_invitation", words.resend_invitation.clone()),
        ("withdraw_invitation", words.withdraw_invitation.clone()),
        ("deactivate", words.deactivate.clone()),
        ("activate", words.activate.clone()),
        ("delete", words.delete.clone()),
        ("lock", "Lock".to_owned()),
        ("unlock", words.unlock.clone()),
        ("set_temporary_password", "Temporary password".to_owned()),
        ("set_role_permissions", format!("{} permissions", words.role)),
        ("create_site", format!("Add {site}")),
        ("rename_site", format!("Rename {site}")),
        ("archive_site", format!("Archive {site}")),
    ];
    if !resource.is_empty() {
        kinds.extend([
            ("create_resource", format!("Add {resource}")),
            ("rename_resource", format!("Rename {resource}")),
            ("archive_resource", format!("Archive {resource}")),
        ]);
    }
    if !policy.products.is_empty() {
        kinds.extend([
            ("add_products", words.add_products.clone()),
            ("open_case", "Support case".to_owned()),
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
