//! One import on the screen: what the server planned, what the person settles, and how far it is.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::import::{Choices, ImportRun, ImportState, ImportView, Progress, RowPlan};
use shared::verdict::Confirmation;

use crate::api::{Api, ApiError, sleep, use_api};
use crate::session::{Session, use_session};

/// How often a running import is looked at.
const LOOK: Duration = Duration::from_millis(400);

/// What the screen is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// For the person.
    Waiting,
    /// For the file to arrive and be planned.
    Reading,
    /// For the plan to be carried out.
    Running,
}

#[derive(Clone, Copy)]
pub(super) struct Import {
    api: StoredValue<Api>,
    session: Session,
    view: RwSignal<Option<Arc<ImportView>>>,
    /// What is settled, a little ahead of the view while the server plans anew.
    choices: RwSignal<Choices>,
    phase: RwSignal<Phase>,
    /// Whether the server is planning anew.
    planning: RwSignal<bool>,
    progress: RwSignal<Option<Progress>>,
    error: RwSignal<Option<ApiError>>,
}

impl Import {
    pub(super) fn new() -> Self {
        Self {
            api: StoredValue::new(use_api()),
            session: use_session(),
            view: RwSignal::new(None),
            choices: RwSignal::new(Choices::default()),
            phase: RwSignal::new(Phase::Waiting),
            planning: RwSignal::new(false),
            progress: RwSignal::new(None),
            error: RwSignal::new(None),
        }
    }

    pub(super) fn view(self) -> Signal<Option<Arc<ImportView>>> {
        self.view.into()
    }

    pub(super) fn state(self) -> Memo<Option<ImportState>> {
        Memo::new(move |_| self.view.with(|view| view.as_ref().map(|view| view.state)))
    }

    pub(super) fn file_name(self) -> Memo<Option<String>> {
        Memo::new(move |_| self.view.with(|view| view.as_ref().map(|view| view.file_name.clone())))
    }

    pub(super) fn phase(self) -> Signal<Phase> {
        self.phase.into()
    }

    pub(super) fn planning(self) -> Signal<bool> {
        self.planning.into()
    }

    pub(super) fn progress(self) -> Signal<Option<Progress>> {
        self.progress.into()
    }

    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        self.error.into()
    }

    /// Whether the person has settled something that is not carried out yet.
    pub(super) fn has_choices(self) -> Signal<bool> {
        let state = self.state();
        Signal::derive(move || {
            state.get() == Some(ImportState::Planned) && self.choices.with(|choices| *choices != Choices::default())
        })
    }

    /// The row of this number.
    pub(super) fn row(self, number: u32) -> Option<RowPlan> {
        self.view.with(|view| {
            let rows = &view.as_ref()?.plan.rows;
            let at = rows.binary_search_by_key(&number, |row| row.row).ok()?;
            rows.get(at).cloned()
        })
    }

    /// The address of the file with the results.
    pub(super) fn result_address(self) -> Option<String> {
        let id = self.view.with(|view| view.as_ref().map(|view| view.id))?;
        Some(
            self.api
                .with_value(|api| api.address(&format!("/imports/{id}/result.csv"))),
        )
    }

    /// Back to choosing a file.
    pub(super) fn forget(self) {
        self.view.set(None);
        self.choices.set(Choices::default());
        self.error.set(None);
        self.progress.set(None);
        self.phase.set(Phase::Waiting);
    }

    /// Sends a file and shows what importing it would do.
    pub(super) fn upload(self, file: web_sys::File) {
        if self.phase.get_untracked() != Phase::Waiting {
            return;
        }
        self.error.set(None);
        let form = web_sys::FormData::new().and_then(|form| {
            form.append_with_blob_and_filename("file", &file, &file.name())
                .map(|()| form)
        });
        let Ok(form) = form else {
            self.error.set(Some(ApiError::Unreadable));
            return;
        };
        self.phase.set(Phase::Reading);
        let api = self.api.get_value();
        spawn_local(async move {
            match api.upload::<ImportView>("/imports", &form).await {
                Ok(view) => self.take(view),
                Err(error) => self.error.set(Some(error)),
            }
            self.phase.set(Phase::Waiting);
        });
    }

    /// Settles something and has the server plan anew. What is settled meanwhile is sent after it.
    pub(super) fn settle(self, change: impl FnOnce(Choices) -> Choices) {
        self.choices
            .update(|choices| *choices = change(std::mem::take(choices)));
        if self.planning.get_untracked() {
            return;
        }
        let Some(id) = self.view.with_untracked(|view| view.as_ref().map(|view| view.id)) else {
            return;
        };
        self.planning.set(true);
        self.error.set(None);
        let api = self.api.get_value();
        spawn_local(async move {
            // Until everything that was settled has arrived, or the screen is left.
            while let Some(sent) = self.choices.try_get_untracked() {
                match api.put::<_, ImportView>(&format!("/imports/{id}/choices"), &sent).await {
                    Ok(view) => self.view.set(Some(Arc::new(view))),
                    Err(error) => {
                        self.error.set(Some(error));
                        break;
                    }
                }
                if self.choices.try_get_untracked().is_none_or(|now| now == sent) {
                    break;
                }
            }
            self.planning.set(false);
        });
    }

    /// Carries the plan out that is on the screen.
    pub(super) fn carry_out(self, leave_out_unready: bool, confirmations: Vec<Confirmation>) {
        let Some(view) = self.view.get_untracked() else { return };
        if self.planning.get_untracked() || self.phase.get_untracked() != Phase::Waiting {
            return;
        }
        self.phase.set(Phase::Running);
        self.progress.set(None);
        self.error.set(None);
        let asked = ImportRun {
            fingerprint: view.fingerprint.clone(),
            leave_out_unready,
            confirmations,
        };
        let id = view.id;
        let (api, looking) = (self.api.get_value(), self.api.get_value());
        spawn_local(async move {
            while self.phase.try_get_untracked() == Some(Phase::Running) {
                if let Ok(progress) = looking.get::<Progress>(&format!("/imports/{id}/progress")).await
                    && progress.state == ImportState::Running
                {
                    self.progress.set(Some(progress));
                }
                sleep(LOOK).await;
            }
        });
        spawn_local(async move {
            match api.post::<_, ImportView>(&format!("/imports/{id}/run"), &asked).await {
                Ok(view) => self.take(view),
                // It may still be running, or done.
                Err(error) if error.leaves_open() => self.wait_for_end(&api, id, error).await,
                Err(error) => {
                    self.error.set(Some(error));
                    self.look_again(&api, id).await;
                }
            }
            self.phase.set(Phase::Waiting);
            self.session.refresh_soon();
        });
    }

    async fn wait_for_end(self, api: &Api, id: uuid::Uuid, error: ApiError) {
        loop {
            match api.get::<Progress>(&format!("/imports/{id}/progress")).await {
                Ok(progress) if progress.state == ImportState::Running => sleep(LOOK).await,
                Ok(progress) => {
                    if progress.state == ImportState::Planned {
                        self.error.set(Some(error));
                    }
                    self.look_again(api, id).await;
                    return;
                }
                Err(lost) if lost.is_passing() => sleep(LOOK).await,
                Err(lost) => {
                    self.error.set(Some(lost));
                    return;
                }
            }
        }
    }

    /// The import as it is now; what was on the screen stays when it cannot be had.
    async fn look_again(self, api: &Api, id: uuid::Uuid) {
        if let Ok(view) = api.get::<ImportView>(&format!("/imports/{id}")).await {
            self.take(view);
        }
    }

    fn take(self, view: ImportView) {
        self.choices.set(view.choices.clone());
        self.view.set(Some(Arc::new(view)));
    }
}
