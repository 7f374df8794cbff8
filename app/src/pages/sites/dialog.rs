//! The one dialog of the page: a name to type or something to put away, judged as one types.

use leptos::prelude::*;
use shared::ids::SiteId;
use shared::organisation::Organisation;
use shared::policy::Policy;
use shared::text::lower;
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;

use super::asked::{Asked, What};
use super::who::Who;
use crate::pages::parts::{Confirming, JudgementPanel, say_done};
use crate::verdict_words;
use crate::widgets::{Button, ButtonKind, Dialog, FieldSetup, TextField, Toasts};
use crate::words::{tell, text};

#[component]
pub(super) fn PlaceDialog(asked: Asked, on_done: Callback<()>) -> impl IntoView {
    let toasts = Toasts::get();
    let Asked {
        what, touched, session, ..
    } = asked;
    let facts = session.facts();
    let open = Signal::derive(move || what.with(Option::is_some));
    let has_name = Memo::new(move |_| what.with(|what| what.as_ref().is_some_and(What::has_name)));
    let words = Memo::new(move |_| {
        facts
            .with(|facts| {
                what.with(|what| {
                    what.as_ref()
                        .map(|what| Words::of(what, &facts.policy, &facts.organisation))
                })
            })
            .unwrap_or_default()
    });
    let close = Callback::new(move |()| asked.close());
    let undone = Callback::new(move |_| on_done.run(()));
    let accepted = Callback::new(move |accepted: Accepted| {
        let text = words.with_untracked(|words| words.done.clone());
        say_done(toasts, move || text.clone(), session.way_back(&accepted), undone);
        asked.close();
        on_done.run(());
    });
    let save = Callback::new(move |()| {
        // The dialog names what is confirmed; its button confirms it.
        session.confirm_all();
        session.save(accepted);
    });
    let refused = Signal::derive(move || {
        let says_why = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        says_why.then(|| tell!(screen::not_saved_see_above))
    });
    let kind = move || {
        if has_name.get() {
            ButtonKind::Primary
        } else {
            ButtonKind::Danger
        }
    };
    let actions = ViewFn::from(move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=close />
            {move || {
                let label = Signal::derive(move || words.with(|words| words.button.clone()));
                view! { <Button label kind=kind() busy=session.is_busy() refused=refused on_press=save /> }
            }}
        }
    });
    let shows_refusals = move || touched.get() || session.attempted().get();
    let objections = Signal::derive(move || {
        if !shows_refusals() {
            return Vec::new();
        }
        let refusals = session.refusals_at(Field::Name).get();
        facts.with(|facts| verdict_words::objections(facts, &refusals))
    });
    let type_name = move |text: String| {
        touched.set(true);
        asked.name.set(text);
    };
    let follow = move |remedy: Remedy| {
        if let Remedy::Instead(edit) = remedy {
            use shared::edit::Edit::{CreateResource, CreateSite, RenameResource, RenameSite};
            if let CreateSite { name, .. }
            | RenameSite { name, .. }
            | CreateResource { name, .. }
            | RenameResource { name, .. } = *edit
            {
                asked.name.set(name);
            }
        }
    };
    let nothing = Signal::derive(move || {
        session.verdict().with(|verdict| {
            if !verdict.refusals.is_empty() {
                return String::new();
            }
            // The button confirms it: so the dialog says what.
            let wanted = facts.with(|facts| verdict_words::wanted(facts, verdict, &[]));
            if wanted.is_empty() {
                return words.with(|words| words.nothing.clone());
            }
            let texts: Vec<_> = wanted.into_iter().map(|one| one.text).collect();
            texts.join(" ")
        })
    });
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || words.with(|words| words.title.clone()))
            on_close=close
            actions=actions
        >
            <Show when=move || has_name.get()>
                <form
                    class="form"
                    on:submit=move |event: leptos::ev::SubmitEvent| {
                        event.prevent_default();
                        save.run(());
                    }
                >
                    <TextField
                        label=text!(screen::name)
                        value=asked.name
                        on_input=type_name
                        setup=FieldSetup { required: true, ..FieldSetup::default() }
                        objections=objections
                        on_remedy=follow
                    />
                </form>
            </Show>
            <Show when=move || !has_name.get() || session.edit().with(Option::is_some)>
                <JudgementPanel
                    session
                    elsewhere=Callback::new(|field: Field| field == Field::Name)
                    on_remedy=follow
                    nothing=nothing
                    confirming=Confirming::ByButton
                />
                <Who asked />
            </Show>
        </Dialog>
    }
    .into_any()
}

/// What the dialog says, in the organisation's own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    title: String,
    button: String,
    /// What to say while nobody is touched by it.
    nothing: String,
    done: String,
}

impl Words {
    fn of(what: &What, policy: &Policy, organisation: &Organisation) -> Self {
        let site_name = |id: &SiteId| organisation.site(*id).map(|site| site.name.clone()).unwrap_or_default();
        let site = lower(&policy.words.site);
        let words = |title: String, button: String, nothing: String, done: String| Self {
            title,
            button,
            nothing,
            done,
        };
        match what {
            What::AddSite => {
                let title = tell!(screen::add, what = site);
                words(
                    title.clone(),
                    title,
                    tell!(screen::nobody_reaches),
                    tell!(screen::added),
                )
            }
            What::RenameSite(id) => words(
                tell!(screen::rename_named, name = site_name(id)),
                tell!(screen::rename_button),
                tell!(screen::nobodys_access_changes),
                tell!(screen::renamed),
            ),
            What::ArchiveSite(id) => {
                let title = tell!(screen::archive_named, name = site_name(id));
                words(
                    title.clone(),
                    title,
                    tell!(screen::nobody_loses_access),
                    tell!(screen::archived),
                )
            }
            What::AddResource { of, site } => {
                let kind = policy
                    .resource_kind(of)
                    .map(|kind| lower(&kind.name))
                    .unwrap_or_default();
                let title = match site {
                    Some(id) => tell!(screen::add_at, what = &kind, site = site_name(id)),
                    None => tell!(screen::add, what = &kind),
                };
                words(
                    title,
                    tell!(screen::add, what = &kind),
                    tell!(screen::nobodys_choice_changes),
                    tell!(screen::added),
                )
            }
            What::RenameResource(id) => {
                let name = organisation
                    .resource(*id)
                    .map(|resource| resource.name.clone())
                    .unwrap_or_default();
                words(
                    tell!(screen::rename_named, name = name),
                    tell!(screen::rename_button),
                    tell!(screen::nobodys_access_changes),
                    tell!(screen::renamed),
                )
            }
            What::ArchiveResource(id) => {
                let name = organisation
                    .resource(*id)
                    .map(|resource| resource.name.clone())
                    .unwrap_or_default();
                let title = tell!(screen::archive_named, name = name);
                words(
                    title.clone(),
                    title,
                    tell!(screen::nobody_left_without),
                    tell!(screen::archived),
                )
            }
        }
    }
}
