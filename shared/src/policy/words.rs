//! The words of an organisation.

use serde::{Deserialize, Serialize};

use crate::text::{self, say};

/// The struct, its defaults, and a walk over its fields, from one list. A word with a message of its name in the
/// catalogues has a default in every language.
macro_rules! words {
    ($($(#[$doc:meta])* $field:ident: $default:literal $(, say ($($name:ident = $value:literal)?))?;)+) => {
        /// What this organisation calls things, as people see it on the screen.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(default, deny_unknown_fields)]
        pub struct Words {
            $($(#[$doc])* pub $field: String,)+
        }

        impl Default for Words {
            fn default() -> Self {
                Self { $($field: $default.to_owned(),)+ }
            }
        }

        impl Words {
            /// Every word with its key.
            pub(super) fn each(&mut self, visit: &mut dyn FnMut(&str, &mut String)) {
                $(visit(stringify!($field), &mut self.$field);)+
            }

            /// Every word with its key, in the order in which they are declared.
            pub fn pairs(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($field), self.$field.clone()),)+]
            }

            /// What things are called where an organisation does not say so, in this language.
            pub fn of_language(words: &text::Words) -> Self {
                Self {
                    $($field: words!(@default words, $field, $default $(, say ($($name = $value)?))?),)+
                }
            }
        }
    };
    (@default $words:ident, $field:ident, $default:literal) => { $default.to_owned() };
    (@default $words:ident, $field:ident, $default:literal, say ($($name:ident = $value:literal)?)) => {
        say!($words, policy::$field $(, $name = $value)?)
    };
}

words! {
    /// The product that people sign in to: "Optra Portal".
    portal: "portal", say ();
    /// Who sells it: in the licence terms (T12).
    vendor: "vendor", say ();
    organisation: "Organization", say ();
    site: "Location", say ();
    sites: "Locations", say ();
    /// The drop-down that scopes the list to one site (A4).
    selected_site: "Selected location", say ();
    primary_site: "Primary location", say ();
    role: "Role", say ();
    roles: "Roles", say ();
    /// The heading over the roles of kind additional (M8).
    additional_roles: "Additional Permissions", say ();
    /// What leads to the console's sections in its navigation, where they stand under a name (M2); else empty.
    settings: "";
    users: "Users", say ();
    clinical: "Clinical staff", say ();
    not_clinical: "Other staff", say ();
    access_rules: "Access", say ();
    invited: "Pending", say ();
    active: "Active", say ();
    inactive: "Inactive", say ();
    locked: "Locked", say ();
    /// The name of someone who has not signed in yet, where names are not asked for (O6).
    unnamed: "Invited User", say ();
    invite: "Invite", say ();
    send_invitation: "Send invitation", say ();
    resend_invitation: "Resend invitation", say ();
    withdraw_invitation: "Delete invitation", say ();
    edit: "Edit User", say ();
    save: "Save", say ();
    delete: "Delete User", say ();
    deactivate: "Deactivate", say ();
    activate: "Activate", say ();
    activate_selected: "Activate selected users", say ();
    unlock: "Unlock", say ();
    add_products: "Add Products", say ();
    /// The list of people who hold a role in the whole organisation, where it is a list of its own (A13); else empty.
    organisation_users: "";
    /// What is set for the whole organisation: such people, and what belongs to it (A13); else empty.
    organisation_settings: "";
    /// What invites such a person (A13).
    invite_organisation: "Invite", say ();
    /// What saves such a person (A15).
    save_organisation: "Save", say ();
    /// The title over an invitation's form (O2).
    invite_title: "Invite people", say ();
    /// The title over the form of a clinical person, with `{name}` in it (T10).
    edit_clinical: "Edit {name}", say (name = "{name}");
    /// The lists of people by status (M11, T3); a single person has the status word.
    active_users: "Active", say ();
    invited_users: "Pending", say ();
    inactive_users: "Inactive", say ();
    locked_users: "Locked", say ();
    /// The box that searches people (T5).
    search: "Search name or e-mail", say ();
    /// The heading of the filter for locked people (T8).
    locked_filter: "Locked status", say ();
    /// The heading of the filter for clinical staff and others (T8).
    clinical_filter: "Staff", say ();
    /// The title and the button of the question before unlocking (T9).
    unlock_title: "Unlock user", say ();
    /// The title over the terms of products (T12), and the button that agrees.
    confirm_products: "Confirm added products", say ();
    submit_products: "Submit", say ();
    /// The link on the sign-in page (T7).
    forgot_password: "Forgot your password?", say ();
    /// The subject of the mail that invites, with `{portal}` in it (O4).
    invitation_subject: "You've been invited to the {portal}", say (portal = "{portal}");
    /// The button in the mail that invites (O4).
    accept_invitation: "Accept Invitation", say ();
}
