//! The one dialog of the page: a name to type or something to put away, judged as one types.

use leptos::prelude::*;
use shared::ids::SiteId;
use shared::organisation::Organisation;
use shared::policy::Policy;
use shared::verdict::{Field, Remedy};
use shared::wire::Accepted;

use super::asked::{Asked, What};
use crate::pages::parts::{Confirming, JudgementPanel, say_done};
use crate::verdict_words;
use crate::widgets::{Button, ButtonKind, Dialog, FieldSetup, TextField, Toasts};

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
        say_done(toasts, text, session.way_back(&accepted), undone);
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
        says_why.then(|| "This cannot be saved yet; the reason is above.".to_owned())
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
            <Button label="Cancel" kind=ButtonKind::Quiet on_press=close />
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
        let is_refused = session.verdict().with(|verdict| !verdict.refusals.is_empty());
        if is_refused {
            String::new()
        } else {
            words.with(|words| words.nothing.clone())
        }
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
                        label="Name"
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
        let site = policy.words.site.to_lowercase();
        let words = |title: String, button: &str, nothing: &str, done: &str| Self {
            title,
            button: button.to_owned(),
            nothing: nothing.to_owned(),
            done: done.to_owned(),
        };
        match what {
            What::AddSite => {
                let title = format!("Add {site}");
                words(
                    title.clone(),
                    &title,
                    "Nobody reaches it until they are given access.",
                    "Added",
                )
            }
            What::RenameSite(id) => words(
                format!("Rename {}", site_name(id)),
                "Rename",
                "Nobody's access changes.",
                "Renamed",
            ),
            What::ArchiveSite(id) => {
                let title = format!("Archive {}", site_name(id));
                words(
                    title.clone(),
                    &title,
                    "Nobody loses access. History is kept.",
                    "Archived",
                )
            }
            What::AddResource { of, site } => {
                let kind = policy
                    .resource_kind(of)
                    .map(|kind| kind.name.to_lowercase())
                    .unwrap_or_default();
                let title = match site {
                    Some(id) => format!("Add {kind} at {}", site_name(id)),
                    None => format!("Add {kind}"),
                };
                words(
                    title,
                    &format!("Add {kind}"),
                    "Nobody's choice changes until it is given to them.",
                    "Added",
                )
            }
            What::RenameResource(id) => {
                let name = organisation
                    .resource(*id)
                    .map(|resource| resource.name.clone())
                    .unwrap_or_default();
                words(
                    format!("Rename {name}"),
                    "Rename",
                    "Nobody's access changes.",
                    "Renamed",
                )
            }
            What::ArchiveResource(id) => {
                let name = organisation
                    .resource(*id)
                    .map(|resource| resource.name.clone())
                    .unwrap_or_default();
                let title = format!("Archive {name}");
                words(
                    title.clone(),
                    &title,
                    "Nobody is left without. History is kept.",
                    "Archived",
                )
            }
        }
    }
}
