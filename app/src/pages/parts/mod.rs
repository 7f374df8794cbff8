//! Parts of screens that know the application: more than widgets, less than pages.

mod action;
mod activity_list;
mod ask_first;
mod begun;
mod chosen_password;
mod export;
mod factors;
mod fetched;
mod judgement;
mod offered;
mod organisation;
mod person;
mod remedy;
mod sessions;
mod shared_browser;
mod support_case;
mod undo;
mod user_form;

pub(crate) use action::{ActionDialog, Actions, Changed, Wording, action_label, copy_text, is_danger};
pub(crate) use activity_list::ActivityList;
pub(crate) use ask_first::{AskFirst, AskFirstDialog};
pub(crate) use begun::{Begun, BegunOffer, HalfMade, take_up, take_up_invitation};
pub(crate) use chosen_password::ChosenPassword;
pub(crate) use export::ExportMenu;
pub(crate) use factors::{FactorsOf, FactorsToSetUp, PasskeyAlone, PasskeyOffered, SecondStepForm, SignInAndSecurity};
pub(crate) use fetched::{fetched, not_read};
pub(crate) use judgement::{Confirming, JudgementPanel, SaveProblem};
pub(crate) use offered::{action_chosen, action_items};
pub(crate) use organisation::{OrganisationParts, is_of_organisation, organisation_people, section_of};
pub(crate) use person::{
    assign_words, called, delivery_line, facts_of_row, lock_words, name_or_unnamed, reaches_nothing_words, role_names,
    roles_line, sees_nothing_mark, short_lock_words, sites_line, status_word,
};
pub(crate) use remedy::follow_remedy;
pub(crate) use sessions::{Sessions, Someone};
pub(crate) use shared_browser::{Desk, OwnPin, SharedBrowsers};
pub(crate) use support_case::{CaseLine, CloseCaseDialog, ClosingCase};
pub(crate) use undo::say_done;
pub(crate) use user_form::{AccessFields, FormModel, PlacesOfRole, ProfileFields, Touched, ask_whether_free};
