//! Following a remedy: the change that a refusal's link names is made in the form, or the way to it is taken.

use leptos::prelude::*;
use shared::form::UserForm;
use shared::verdict::Remedy;

use crate::edit_session::EditSession;
use crate::navigation::use_navigation;
use crate::route::Route;

/// What a refusal's link does in a form of a person.
pub(crate) fn follow_remedy(form: RwSignal<UserForm>, session: EditSession) -> Callback<Remedy> {
    let navigation = use_navigation();
    Callback::new(move |remedy: Remedy| match remedy {
        Remedy::Instead(edit) => {
            let facts = session.facts().get_untracked();
            let mut next = UserForm::from_edit(facts.subject.as_ref(), &edit);
            // What was typed into fields that the form does not show now is in no edit; it is kept all the same.
            form.update(|form| {
                for (field, text) in std::mem::take(&mut form.profile) {
                    if !form.shows(&facts.policy, field) {
                        next.profile.entry(field).or_insert(text);
                    }
                }
                *form = next;
            });
        }
        Remedy::AddSite | Remedy::AddResource(_) => navigation.go(Route::Sites),
        // Only the person can do these; they are told in words, not offered as a link. An account is made anew on its own
        // screen (A12).
        Remedy::Recreate(_)
        | Remedy::Retype(_)
        | Remedy::AskAdministrator(_)
        | Remedy::AnotherAdministrator
        | Remedy::Choose(_) => {}
    })
}
