//! One edit on its way: the facts it is judged by, the judgement at every keystroke, what is confirmed, and saving.
//! Every screen that changes something goes through here.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::edit::Edit;
use shared::ids::Revision;
use shared::text::Language;
use shared::undo::{Undo, inverse};
use shared::verdict::{Confirmation, Field, Refusal, Verdict};
use shared::wire::{Accepted, AuditEntry, Difference, Problem, Proposal, differences};
use shared::{Facts, decide};
use uuid::Uuid;

use crate::api::{Api, ApiError, sleep, use_api};
use crate::words::{speak_facts as speak, spoken};

/// Where saving stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Saving {
    Idle,
    Sending,
    /// There is no connection; the same request is sent again by itself until it is answered.
    Waiting,
    /// It was sent and no answer came: whether it was carried out is asked about, with the same idempotency key, so that
    /// nothing is done twice.
    Asking,
    /// The server judged this edit otherwise than it was judged here; its judgement counts (X1).
    Refused(Edit, Arc<Verdict>),
    /// Someone else has changed the same user since (X6). The edit is kept.
    Changed(Arc<Meanwhile>),
    Failed(ApiError),
}

impl Saving {
    fn is_under_way(&self) -> bool {
        matches!(self, Self::Sending | Self::Waiting | Self::Asking)
    }

    fn speak(&mut self) {
        if let Self::Changed(meanwhile) = self {
            let meanwhile = Arc::make_mut(meanwhile);
            speak(Arc::make_mut(&mut meanwhile.facts));
        }
    }
}

/// What happened to a user while someone else was editing them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meanwhile {
    pub(crate) facts: Arc<Facts>,
    /// The changes since, newest first.
    pub(crate) since: Vec<AuditEntry>,
    /// How the user that was seen differs from the one there is now.
    pub(crate) differences: Vec<Difference>,
}

/// One edit on its way.
#[derive(Clone, Copy)]
pub(crate) struct EditSession {
    api: StoredValue<Api>,
    facts: RwSignal<Arc<Facts>>,
    edit: Signal<Option<Edit>>,
    verdict: Memo<Arc<Verdict>>,
    given: RwSignal<Vec<Confirmation>>,
    saving: RwSignal<Saving>,
    attempted: RwSignal<bool>,
    is_busy: Memo<bool>,
    can_save: Memo<bool>,
    intent: StoredValue<Option<Intent>>,
    undo: StoredValue<Option<Undo>>,
    ahead: RwSignal<Option<Arc<Meanwhile>>>,
}

/// The way back from an edit that was accepted, ready to be taken whatever screen is there by then.
#[derive(Clone)]
pub(crate) struct WayBack {
    api: Api,
    proposal: Proposal,
}

impl WayBack {
    /// Asks the server for it. A lost answer is asked for again with the same key, so that nothing is done twice.
    pub(crate) async fn go(&self) -> Result<Accepted, ApiError> {
        match self.api.propose(&self.proposal).await {
            Err(error) if error.leaves_open() => self.api.propose(&self.proposal).await,
            answer => answer,
        }
    }
}

/// What was meant when saving began. Sent again after a lost answer it keeps its key, so nothing is done twice.
#[derive(Clone, Debug, PartialEq)]
struct Intent {
    edit: Edit,
    seen_revision: Option<Revision>,
    key: Uuid,
}

impl EditSession {
    /// `edit` is what the screen's form amounts to; nothing while it amounts to no change.
    pub(crate) fn new(facts: RwSignal<Arc<Facts>>, edit: Signal<Option<Edit>>) -> Self {
        let saving = RwSignal::new(Saving::Idle);
        // Its names follow the language, those of what has come meanwhile too.
        Effect::new(move |before: Option<Option<Language>>| {
            let language = spoken();
            if before.is_some_and(|before| before != language) {
                facts.update(|facts| speak(Arc::make_mut(facts)));
                if saving.with_untracked(|saving| matches!(saving, Saving::Changed(_))) {
                    saving.update(Saving::speak);
                }
            }
            language
        });
        let verdict = Memo::new(move |_| {
            edit.with(|edit| match edit {
                None => Arc::default(),
                Some(edit) => saving.with(|saving| match saving {
                    Saving::Refused(judged, verdict) if judged == edit => Arc::clone(verdict),
                    _ => Arc::new(facts.with(|facts| decide(facts, edit))),
                }),
            })
        });
        let given = RwSignal::new(Vec::new());
        let can_save = Memo::new(move |_| {
            edit.with(Option::is_some)
                && verdict.with(|verdict: &Arc<Verdict>| {
                    verdict.refusals.is_empty()
                        && given.with(|given: &Vec<Confirmation>| verdict.missing(given).next().is_none())
                })
        });
        Self {
            api: StoredValue::new(use_api()),
            facts,
            edit,
            verdict,
            given,
            saving,
            is_busy: Memo::new(move |_| saving.with(|saving| saving.is_under_way())),
            can_save,
            attempted: RwSignal::new(false),
            intent: StoredValue::new(None),
            undo: StoredValue::new(None),
            ahead: RwSignal::new(None),
        }
    }

    pub(crate) fn api(self) -> Api {
        self.api.get_value()
    }

    pub(crate) fn facts(self) -> RwSignal<Arc<Facts>> {
        self.facts
    }

    pub(crate) fn edit(self) -> Signal<Option<Edit>> {
        self.edit
    }

    /// The judgement of the edit as it stands; empty while there is none.
    pub(crate) fn verdict(self) -> Memo<Arc<Verdict>> {
        self.verdict
    }

    pub(crate) fn saving(self) -> Signal<Saving> {
        self.saving.into()
    }

    /// Whether saving waits, or did not work: something to be seen now.
    pub(crate) fn has_problem(self) -> Signal<bool> {
        let saving = self.saving;
        Signal::derive(move || {
            saving.with(|saving| matches!(saving, Saving::Waiting | Saving::Asking | Saving::Failed(_)))
        })
    }

    /// Whether a request is under way.
    pub(crate) fn is_busy(self) -> Memo<bool> {
        self.is_busy
    }

    /// Whether someone has tried to save: from then on every refusal is shown, touched or not.
    pub(crate) fn attempted(self) -> Signal<bool> {
        self.attempted.into()
    }

    /// Whether the edit can be sent: nothing known stands against it, and all that is asked is confirmed.
    pub(crate) fn can_save(self) -> Memo<bool> {
        self.can_save
    }

    /// The refusals at a field of the form.
    pub(crate) fn refusals_at(self, field: Field) -> Memo<Vec<Refusal>> {
        Memo::new(move |_| {
            self.verdict
                .with(|verdict| verdict.refusals_at(&field).cloned().collect())
        })
    }

    /// What is confirmed.
    pub(crate) fn given(self) -> Signal<Vec<Confirmation>> {
        self.given.into()
    }

    pub(crate) fn confirm(self, confirmation: Confirmation) {
        self.given.update(|given| {
            if !given.contains(&confirmation) {
                given.push(confirmation);
            }
        });
    }

    pub(crate) fn take_back(self, confirmation: &Confirmation) {
        self.given.update(|given| given.retain(|other| other != confirmation));
    }

    /// Confirms everything that the judgement asks for: a dialog's button that names all of it.
    pub(crate) fn confirm_all(self) {
        let wanted = self.verdict.with_untracked(|verdict| verdict.confirmations.clone());
        self.given.set(wanted);
    }

    /// Sends the edit; `done` gets the answer when it is accepted. What stands against it is shown instead of sent.
    pub(crate) fn save(self, done: Callback<Accepted>) {
        spawn_local(async move {
            if let Some(accepted) = self.saved().await {
                done.try_run(accepted);
            }
        });
    }

    /// Sends the edit; the answer when it is accepted. Otherwise why not is shown, and the edit stays.
    pub(crate) async fn saved(self) -> Option<Accepted> {
        self.attempted.try_set(true);
        let busy = self.saving.with_untracked(|saving| saving.is_under_way());
        if busy || !self.can_save().get_untracked() {
            return None;
        }
        let edit = self.edit.get_untracked()?;
        let proposal = self.proposal(edit);
        let api = self.api.get_value();
        self.saving.set(Saving::Sending);
        let answer = self.send(&api, &proposal).await?;
        // The screen may be gone by now; then there is nobody to tell.
        match answer {
            Ok(accepted) => {
                let _ = self.intent.try_update_value(|intent| *intent = None);
                // By the facts that the edit was made on: what is done next may replace them.
                let undo = self.facts.try_with_untracked(|facts| inverse(facts, &proposal.edit));
                let _ = self.undo.try_set_value(undo.flatten());
                let _ = self.ahead.try_set(None);
                let _ = self.given.try_set(Vec::new());
                let _ = self.attempted.try_set(false);
                let _ = self.saving.try_set(Saving::Idle);
                Some(accepted)
            }
            Err(error) => {
                let after = self.after(proposal.edit, error);
                let _ = self.saving.try_set(after);
                None
            }
        }
    }

    /// The way back from the edit that was accepted just now, if there is one.
    pub(crate) fn way_back(self, accepted: &Accepted) -> Option<WayBack> {
        let undo = self.undo.try_update_value(Option::take).flatten()?;
        let proposal = Proposal {
            seen_revision: accepted.subject.as_ref().map(|subject| subject.revision),
            edit: undo.edit,
            confirmations: undo.confirmations,
            idempotency_key: crate::fresh::id(),
        };
        let api = self.api.try_get_value()?;
        Some(WayBack { api, proposal })
    }

    /// Stops waiting for a connection. Whether the edit arrived is not known; saving it again asks with the same key.
    pub(crate) fn stop_waiting(self) {
        if self
            .saving
            .with_untracked(|saving| matches!(saving, Saving::Waiting | Saving::Asking))
        {
            self.saving.set(Saving::Failed(ApiError::Unreachable));
        }
    }

    /// What somebody else has saved while something is changed here, heard of before saving.
    pub(crate) fn ahead(self) -> Signal<Option<Arc<Meanwhile>>> {
        self.ahead.into()
    }

    /// The subject is newer than the one that the edit is made on; nothing of the edit changes.
    pub(crate) fn hear_of(self, newer: Arc<Facts>) {
        let meanwhile = self.facts.try_with_untracked(|facts| {
            let (seen, now) = (facts.subject.as_ref()?, newer.subject.as_ref()?);
            (now.revision > seen.revision).then(|| Meanwhile {
                differences: differences(seen, now),
                since: Vec::new(),
                facts: Arc::clone(&newer),
            })
        });
        if let Some(meanwhile) = meanwhile.flatten() {
            let _ = self.ahead.try_set(Some(Arc::new(meanwhile)));
        }
    }

    /// Shows it beside one's own now.
    pub(crate) fn compare(self) {
        let busy = self.is_busy.get_untracked();
        if let Some(meanwhile) = self.ahead.get_untracked().filter(|_| !busy) {
            self.saving.set(Saving::Changed(meanwhile));
        }
    }

    /// Goes on with the newer state of the user, the edit kept as it is.
    pub(crate) fn take_newer(self, facts: Arc<Facts>) {
        self.ahead.set(None);
        self.facts.set(facts);
        self.saving.set(Saving::Idle);
    }

    /// Forgets what went wrong and what was confirmed: a dialog opens anew.
    pub(crate) fn reset(self) {
        self.given.set(Vec::new());
        self.attempted.set(false);
        self.saving.set(Saving::Idle);
    }

    fn proposal(self, edit: Edit) -> Proposal {
        let seen_revision = self.facts.with_untracked(|facts| seen_revision(facts, &edit));
        let kept = self.intent.with_value(|intent| {
            intent
                .as_ref()
                .filter(|kept| kept.edit == edit && kept.seen_revision == seen_revision)
                .cloned()
        });
        let intent = kept.unwrap_or_else(|| Intent {
            edit: edit.clone(),
            seen_revision,
            key: crate::fresh::id(),
        });
        let key = intent.key;
        self.intent.set_value(Some(intent));
        let wanted = self.verdict.with_untracked(|verdict| verdict.confirmations.clone());
        let confirmations = self
            .given
            .with_untracked(|given| wanted.into_iter().filter(|one| given.contains(one)).collect());
        Proposal {
            edit,
            seen_revision,
            confirmations,
            idempotency_key: key,
        }
    }

    /// Sends until there is an answer; `None` when the person stopped waiting or left.
    async fn send(self, api: &Api, proposal: &Proposal) -> Option<Result<Accepted, ApiError>> {
        let mut pause = Duration::from_secs(1);
        loop {
            let error = match api.propose(proposal).await {
                Err(error) if error.leaves_open() => error,
                answer => return Some(answer),
            };
            if self.saving.try_with_untracked(Saving::is_under_way) != Some(true) {
                return None;
            }
            // The line broke under way, or there is none.
            let state = match error {
                ApiError::Unreachable if !api.reach().await => Saving::Waiting,
                _ => Saving::Asking,
            };
            self.saving.try_set(state);
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(8));
            if self.saving.try_with_untracked(Saving::is_under_way) != Some(true) {
                return None;
            }
        }
    }

    fn after(self, edit: Edit, error: ApiError) -> Saving {
        let whole = match &error {
            ApiError::Problem(told) => told.whole::<Problem>(),
            _ => None,
        };
        let Some(Problem {
            verdict, facts, since, ..
        }) = whole
        else {
            return Saving::Failed(error);
        };
        match (verdict, facts) {
            (_, Some(mut facts)) => {
                self.api.with_value(|api| api.tongue().telling(|| speak(&mut facts)));
                let seen = self.facts.with_untracked(|facts| facts.subject.clone());
                let differences = match (&seen, &facts.subject) {
                    (Some(seen), Some(now)) => differences(seen, now),
                    _ => Vec::new(),
                };
                Saving::Changed(Arc::new(Meanwhile {
                    facts: Arc::from(facts),
                    since,
                    differences,
                }))
            }
            (Some(verdict), None) => Saving::Refused(edit, Arc::from(verdict)),
            (None, None) => Saving::Failed(error),
        }
    }
}

/// What a form is judged by, as it is now: the user stays as they were when the edit was begun, and what was asked about typed
/// addresses stays answered.
pub(crate) fn renew(facts: &mut Arc<Facts>, now: Facts) {
    let (subject, login_emails) = (facts.subject.clone(), facts.login_emails.clone());
    *facts = Arc::new(Facts {
        subject,
        login_emails,
        ..now
    });
}

/// The revision that an edit of an existing user was made on; the server refuses to overwrite a newer one (X6).
pub(crate) fn seen_revision(facts: &Facts, edit: &Edit) -> Option<Revision> {
    match edit {
        Edit::Invite { .. } => None,
        _ => facts
            .subject
            .as_ref()
            .filter(|user| edit.user() == Some(user.id))
            .map(|user| user.revision),
    }
}
