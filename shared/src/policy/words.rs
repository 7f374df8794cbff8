//! The words of an organisation.

use serde::{Deserialize, Serialize};

/// What this organisation calls things, as people see it on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// The product that people sign in to: "Optra Portal".
    pub portal: String,
    /// Who sells it: in the licence terms (T12).
    pub vendor: String,
    pub organisation: String,
    pub site: String,
    pub sites: String,
    /// The drop-down that scopes the list to one site (A4).
    pub selected_site: String,
    pub primary_site: String,
    pub role: String,
    pub roles: String,
    /// The heading over the roles of kind additional (M8).
    pub additional_roles: String,
    pub users: String,
    pub clinical: String,
    pub not_clinical: String,
    pub access_rules: String,
    pub invited: String,
    pub active: String,
    pub inactive: String,
    pub locked: String,
    /// The name of someone who has not signed in yet, where names are not asked for (O6).
    pub unnamed: String,
    pub invite: String,
    pub send_invitation: String,
    pub resend_invitation: String,
    pub withdraw_invitation: String,
    pub edit: String,
    pub save: String,
    pub delete: String,
    pub deactivate: String,
    pub activate: String,
    pub activate_selected: String,
    pub unlock: String,
    pub add_products: String,
    /// The list of people who hold a role in the whole organisation, where it is a list of its own (A13); else empty.
    pub organisation_users: String,
    /// What invites such a person (A13).
    pub invite_organisation: String,
    /// What saves such a person (A15).
    pub save_organisation: String,
    /// The title over an invitation's form (O2).
    pub invite_title: String,
    /// The title over the form of a clinical person, with `{name}` in it (T10).
    pub edit_clinical: String,
    /// The lists of people by status (M11, T3); a single person has the status word.
    pub active_users: String,
    pub invited_users: String,
    pub inactive_users: String,
    pub locked_users: String,
    /// The box that searches people (T5).
    pub search: String,
    /// The heading of the filter for locked people (T8).
    pub locked_filter: String,
    /// The heading of the filter for clinical staff and others (T8).
    pub clinical_filter: String,
    /// The title and the button of the question before unlocking (T9).
    pub unlock_title: String,
    /// The title over the terms of products (T12), and the button that agrees.
    pub confirm_products: String,
    pub submit_products: String,
    /// The link on the sign-in page (T7).
    pub forgot_password: String,
}

impl Default for Words {
    fn default() -> Self {
        let word = str::to_owned;
        Self {
            portal: word("portal"),
            vendor: word("vendor"),
            organisation: word("Organization"),
            site: word("Location"),
            sites: word("Locations"),
            selected_site: word("Selected location"),
            primary_site: word("Primary location"),
            role: word("Role"),
            roles: word("Roles"),
            additional_roles: word("Additional Permissions"),
            users: word("Users"),
            clinical: word("Clinical staff"),
            not_clinical: word("Other staff"),
            access_rules: word("Access"),
            invited: word("Pending"),
            active: word("Active"),
            inactive: word("Inactive"),
            locked: word("Locked"),
            unnamed: word("Invited User"),
            invite: word("Invite"),
            send_invitation: word("Send invitation"),
            resend_invitation: word("Resend invitation"),
            withdraw_invitation: word("Delete invitation"),
            edit: word("Edit User"),
            save: word("Save"),
            delete: word("Delete User"),
            deactivate: word("Deactivate"),
            activate: word("Activate"),
            activate_selected: word("Activate selected users"),
            unlock: word("Unlock"),
            add_products: word("Add Products"),
            organisation_users: String::new(),
            invite_organisation: word("Invite"),
            save_organisation: word("Save"),
            invite_title: word("Invite people"),
            edit_clinical: word("Edit {name}"),
            active_users: word("Active"),
            invited_users: word("Pending"),
            inactive_users: word("Inactive"),
            locked_users: word("Locked"),
            search: word("Search name or e-mail"),
            locked_filter: word("Locked status"),
            clinical_filter: word("Staff"),
            unlock_title: word("Unlock user"),
            confirm_products: word("Confirm added products"),
            submit_products: word("Submit"),
            forgot_password: word("Forgot your password?"),
        }
    }
}
