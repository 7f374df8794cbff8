//! Properties of the rules, over random histories of small organisations: whoever asks for whatever in whatever order,
//! sensible or malicious, these hold at every step.

#[path = "rules_properties/history.rs"]
mod history;
#[path = "rules_properties/laws.rs"]
mod laws;

use history::{Moment, Step, play, steps};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/rules_properties.txt",
        ))),
        ..ProptestConfig::default()
    }
}

fn hold(
    policy: usize,
    steps: &[Step],
    law: impl Fn(&Moment) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    play(policy, steps, law)
}

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        proptest! {
            #![proptest_config(config())]
            $(
                $(#[$doc])*
                #[test]
                fn $name(policy in history::policy(), steps in steps()) {
                    hold(policy, &steps, laws::$name)?;
                }
            )+
        }
    };
}

laws! {
    /// X4: what the subject gains at a place, in rights and in resources, is among what the actor holds there.
    x4_nobody_ends_with_more_than_the_granter_holds,
    /// X4: what changes is where the actor administers users, or ends elsewhere as the policy says (A10).
    x4_nothing_changes_where_the_actor_has_no_say,
    /// X5: there is always someone who administers users and can sign in.
    x5_the_last_administrator_remains,
    /// O8: roles that exclude each other are never held together.
    o8_exclusive_roles_are_never_held_together,
    /// X1: what the browser calls allowed, with the facts that it gets, the server allows with the same confirmations.
    x1_what_the_browser_allows_the_server_allows,
    /// With facts missing the answer is never "allowed" where the full facts refuse.
    x1_what_is_not_known_is_never_allowed,
    /// The same edit once more changes nothing more, or is refused.
    x1_an_edit_made_twice_is_an_edit_made_once,
    /// X3: a remedy, when it is followed, is allowed, and it changes something.
    x3_a_remedy_is_allowed_and_changes_something,
    /// What is refused stores nothing.
    x1_what_is_refused_changes_nothing,
    /// M9: what an actor may not see is not in the facts that their browser gets, nor in its verdicts.
    m9_what_is_hidden_is_not_told,
    /// X4: an edit of somebody whom the actor may not see tells nothing of them.
    x4_whoever_is_out_of_sight_is_nobody,
    /// X8: with a token nothing is allowed that is not allowed without it, and what is allowed does the same.
    x8_a_token_allows_nothing_more,
    /// Facts, edits and verdicts survive the wire.
    x1_everything_survives_the_wire,
}
