//! The draft: what is written, what is wrong with it, what publishing it would mean, and publishing it. It is kept
//! whatever goes wrong.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::ids::Revision;
use shared::policy::check::{Finding, Path};
use shared::policy::{
    Policy, PolicyAsk, PolicyEdit, PolicyPreview, PolicyProposal, PolicyRevision, PolicyValue, PolicyView,
};
use shared::verdict::{Change, Confirmation, Verdict};
use shared::wire::{Accepted, Problem};

use crate::api::{Api, ApiError, sleep, use_api};
use crate::session::use_reader;
use crate::words::words;

/// How long a pause in typing is before the draft is checked.
const PAUSE: Duration = Duration::from_millis(400);
/// People in breach that are told at once.
const PAGE: u32 = 500;

/// What is known of the draft as it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Checked {
    /// It is what is in force.
    Same,
    Checking,
    Findings(Arc<Vec<Finding>>),
    /// Nothing contradicts itself; who would not fit is being looked for.
    Counting,
    Previewed(Arc<Preview>),
    Failed(ApiError),
}

/// What publishing would mean, with facts that have the draft's own names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Preview {
    pub(super) preview: PolicyPreview,
    pub(super) facts: Facts,
}

/// Why the draft was not published.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// Another version was published meanwhile: this one, by this person.
    ChangedMeanwhile(Revision, Option<String>),
    /// The same, heard of before publishing was asked for.
    HeardOf(Revision, Option<String>),
    Failed(ApiError),
}

/// The draft on this screen.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    api: StoredValue<Api>,
    reader_facts: Memo<Arc<Facts>>,
    base: RwSignal<Arc<PolicyView>>,
    source: RwSignal<String>,
    /// What the source says, as it could last be read.
    policy: RwSignal<Arc<Policy>>,
    /// Counts the texts that were taken whole.
    epoch: RwSignal<u32>,
    /// Changes by forms that are not in the source yet, and those of them that nobody has asked the server for.
    wishes: RwSignal<Vec<PolicyEdit>>,
    pending: StoredValue<Vec<PolicyEdit>>,
    /// Counts those changes; and whether some are being made.
    pace: StoredValue<u32>,
    revising: StoredValue<bool>,
    note: RwSignal<String>,
    checked: RwSignal<Checked>,
    /// The server judged it otherwise than in the preview.
    judged: RwSignal<Option<Arc<Verdict>>>,
    given: RwSignal<Vec<Confirmation>>,
    trouble: RwSignal<Option<Trouble>>,
    busy: RwSignal<bool>,
    is_changed: Memo<bool>,
    /// Counts what was written: an answer about an older text is not taken.
    turn: StoredValue<u32>,
    sent: StoredValue<Option<PolicyProposal>>,
}

impl Draft {
    pub(super) fn new(view: Arc<PolicyView>) -> Self {
        let source = RwSignal::new(view.source.clone());
        let policy = RwSignal::new(Arc::new(view.policy.clone()));
        let base = RwSignal::new(view);
        Self {
            api: StoredValue::new(use_api()),
            reader_facts: use_reader().facts(),
            base,
            source,
            policy,
            epoch: RwSignal::new(0),
            wishes: RwSignal::new(Vec::new()),
            pending: StoredValue::new(Vec::new()),
            pace: StoredValue::new(0),
            revising: StoredValue::new(false),
            note: RwSignal::new(String::new()),
            checked: RwSignal::new(Checked::Same),
            judged: RwSignal::new(None),
            given: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            is_changed: Memo::new(move |_| source.with(|source| base.with(|base| *source != base.source))),
            turn: StoredValue::new(0),
            sent: StoredValue::new(None),
        }
    }

    /// The version in force that the draft is held against.
    pub(super) fn base(self) -> Signal<Arc<PolicyView>> {
        self.base.into()
    }

    pub(super) fn source(self) -> Signal<String> {
        self.source.into()
    }

    pub(super) fn policy(self) -> Signal<Arc<Policy>> {
        self.policy.into()
    }

    pub(super) fn epoch(self) -> Signal<u32> {
        self.epoch.into()
    }

    pub(super) fn note(self) -> RwSignal<String> {
        self.note
    }

    pub(super) fn checked(self) -> Signal<Checked> {
        self.checked.into()
    }

    pub(super) fn given(self) -> Signal<Vec<Confirmation>> {
        self.given.into()
    }

    pub(super) fn trouble(self) -> Signal<Option<Trouble>> {
        self.trouble.into()
    }

    pub(super) fn is_busy(self) -> Signal<bool> {
        self.busy.into()
    }

    pub(super) fn is_changed(self) -> Memo<bool> {
        self.is_changed
    }

    /// The verdict that counts: the server's on publishing, else the preview's.
    pub(super) fn verdict(self) -> Option<Arc<Verdict>> {
        self.judged.get().or_else(|| {
            self.checked.with(|checked| match checked {
                Checked::Previewed(found) => Some(Arc::new(found.preview.verdict.clone())),
                _ => None,
            })
        })
    }

    /// Takes what is written now, and checks it after a pause.
    pub(super) fn write(self, text: String) {
        self.source.set(text);
        self.check_after(PAUSE);
    }

    /// Makes a change in the source after a pause, together with others that come meanwhile.
    pub(super) fn change(self, edit: PolicyEdit, pause: Duration) {
        self.wishes.update(|wishes| {
            wishes.retain(|other| other.path != edit.path);
            wishes.push(edit.clone());
        });
        self.pending.update_value(|pending| {
            pending.retain(|other| other.path != edit.path);
            pending.push(edit);
        });
        let turn = self.pace.get_value().wrapping_add(1);
        self.pace.set_value(turn);
        // Nothing is published meanwhile that the person does not mean any more: an answer on its way is about an older text.
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.judged.set(None);
        self.checked.set(Checked::Checking);
        spawn_local(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            if self.pace.try_get_value() == Some(turn) {
                self.revise().await;
            }
        });
    }

    /// What a form has asked for at a path and the source does not say yet.
    pub(super) fn wish(self, path: &Path) -> Option<PolicyValue> {
        self.wishes.with(|wishes| {
            let wish = wishes.iter().find(|wish| wish.path == *path);
            wish.and_then(|wish| wish.value.clone())
        })
    }

    /// One request at a time: each is about the source that the one before left.
    async fn revise(self) {
        if self.revising.try_get_value() != Some(false) {
            return;
        }
        self.revising.set_value(true);
        loop {
            let changes = self.pending.try_get_value().unwrap_or_default();
            if changes.is_empty() {
                break;
            }
            self.pending.set_value(Vec::new());
            let (api, epoch) = (self.api.get_value(), self.epoch.get_untracked());
            let source = self.source.get_untracked();
            let (made, asked) = (changes.clone(), source.clone());
            let answer = api.revise_policy(&PolicyRevision { source, changes }).await;
            if self.epoch.try_get_untracked() != Some(epoch) {
                break;
            }
            let is_typed = self.source.with_untracked(|now| *now != asked);
            match answer {
                // What has been typed meanwhile stays; the same changes are asked for in it.
                _ if is_typed => self.pending.update_value(|pending| {
                    let is_newer = |edit: &PolicyEdit| pending.iter().any(|newer| newer.path == edit.path);
                    let mut again: Vec<PolicyEdit> = made.into_iter().filter(|edit| !is_newer(edit)).collect();
                    again.append(pending);
                    *pending = again;
                }),
                Ok(revised) => {
                    self.policy.set(Arc::new(revised.policy));
                    self.source.set(revised.source);
                    self.wishes.update(|wishes| wishes.retain(|wish| !made.contains(wish)));
                }
                Err(error) => {
                    self.wishes.set(Vec::new());
                    self.revising.set_value(false);
                    self.checked.set(Checked::Failed(error));
                    return;
                }
            }
        }
        if self.revising.try_set_value(false).is_none() {
            self.check_again();
        }
    }

    /// Takes another text whole: an earlier version, or what is in force.
    pub(super) fn replace(self, text: String, note: String) {
        self.pending.set_value(Vec::new());
        self.wishes.set(Vec::new());
        self.source.set(text);
        self.epoch.update(|epoch| *epoch += 1);
        self.note.set(note);
        self.trouble.set(None);
        self.check_after(Duration::ZERO);
    }

    pub(super) fn discard(self) {
        let source = self.base.with_untracked(|base| base.source.clone());
        self.replace(source, String::new());
    }

    /// Checks again, after something went wrong.
    pub(super) fn check_again(self) {
        self.check_after(Duration::ZERO);
    }

    pub(super) fn confirm(self, at: usize, on: bool) {
        let wanted = untrack(|| self.verdict()).and_then(|verdict| verdict.confirmations.get(at).cloned());
        let Some(wanted) = wanted else { return };
        self.given.update(|given| {
            given.retain(|other| *other != wanted);
            if on {
                given.push(wanted);
            }
        });
    }

    fn check_after(self, pause: Duration) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.judged.set(None);
        self.given.set(Vec::new());
        if !self.is_changed.get_untracked() {
            self.policy
                .set(Arc::new(self.base.with_untracked(|base| base.policy.clone())));
            self.checked.set(Checked::Same);
            return;
        }
        // What was found stays on the screen until something newer is known.
        if !self
            .checked
            .with_untracked(|checked| matches!(checked, Checked::Findings(_)))
        {
            self.checked.set(Checked::Checking);
        }
        let api = self.api.get_value();
        spawn_local(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let is_current = move || self.turn.try_get_value() == Some(turn);
            if !is_current() {
                return;
            }
            let source = self.source.get_untracked();
            let policy = match api.check_policy(source.clone()).await {
                _ if !is_current() => return,
                Ok(checked) => {
                    if let Some(policy) = &checked.policy {
                        self.policy.set(Arc::new(policy.clone()));
                    }
                    match checked.policy {
                        Some(policy) if checked.findings.is_empty() => policy,
                        _ => return self.checked.set(Checked::Findings(Arc::new(checked.findings))),
                    }
                }
                Err(error) => return self.checked.set(Checked::Failed(error)),
            };
            self.checked.set(Checked::Counting);
            let ask = PolicyAsk {
                source,
                offset: 0,
                limit: Some(PAGE),
            };
            let answer = api.preview_policy(&ask).await;
            if is_current() {
                self.checked.set(match answer {
                    Ok(preview) => Checked::Previewed(Arc::new(self.with_facts(preview, policy))),
                    Err(error) => Checked::Failed(error),
                });
            }
        });
    }

    fn with_facts(self, preview: PolicyPreview, mut policy: Policy) -> Preview {
        policy.speak(words());
        let mut facts = self.reader_facts.with_untracked(|facts| Facts::clone(facts));
        facts.policy = Arc::new(policy);
        Preview { preview, facts }
    }

    /// Reads more of the people who would not fit.
    pub(super) fn more_people(self) {
        let Checked::Previewed(found) = self.checked.get_untracked() else {
            return;
        };
        let (turn, api) = (self.turn.get_value(), self.api.get_value());
        let ask = PolicyAsk {
            source: self.source.get_untracked(),
            offset: u32::try_from(found.preview.people.len()).unwrap_or(u32::MAX),
            limit: Some(PAGE),
        };
        spawn_local(async move {
            let answer = api.preview_policy(&ask).await;
            if let (Ok(more), true) = (answer, self.turn.try_get_value() == Some(turn)) {
                let mut found = Preview::clone(&found);
                found.preview.people.extend(more.people);
                self.checked.set(Checked::Previewed(Arc::new(found)));
            }
        });
    }

    /// Whether it can be published: it was previewed, nothing stands against it, all that is asked is confirmed.
    pub(super) fn can_publish(self) -> bool {
        let previewed = self.checked.with(|checked| matches!(checked, Checked::Previewed(_)));
        previewed
            && self.verdict().is_some_and(|verdict| {
                verdict.refusals.is_empty() && self.given.with(|given| verdict.missing(given).next().is_none())
            })
    }

    /// Publishes; `done` gets the number of the new version.
    pub(super) fn publish(self, done: Callback<Revision>) {
        if self.busy.get_untracked() || !untrack(|| self.can_publish()) {
            return;
        }
        let proposal = self.proposal();
        let api = self.api.get_value();
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let answer = api.publish_policy(&proposal).await;
            match answer {
                Ok(accepted) => {
                    let version = version_of(&accepted).unwrap_or(Revision(proposal.seen_version.0 + 1));
                    self.take_published(&api, version).await;
                    let _ = self.busy.try_set(false);
                    done.try_run(version);
                }
                Err(error) => {
                    let trouble = self.after(&api, error).await;
                    let _ = self.trouble.try_set(trouble);
                    let _ = self.busy.try_set(false);
                }
            }
        });
    }

    /// Somebody has published another version: it takes the place of what was only looked at, and whoever has a draft is told.
    pub(super) fn hear(self) {
        let Some(api) = self.api.try_get_value() else { return };
        spawn_local(async move {
            let Ok(view) = api.by_itself().policy().await else {
                return;
            };
            let is_newer = self.base.try_with_untracked(|base| base.version < view.version) == Some(true);
            if !is_newer || self.busy.get_untracked() {
                return;
            }
            let source = view.source.clone();
            if self.is_changed.get_untracked() {
                // Publishing is still refused once: only then is the draft held against what is in force now.
                let by = view.versions.first().and_then(|newest| newest.published_by.clone());
                let meanwhile = Trouble::HeardOf(view.version, by.map(|person| person.name));
                self.trouble.set(Some(meanwhile));
            } else {
                self.base.set(Arc::new(view));
                self.replace(source, String::new());
            }
        });
    }

    /// The same publication asked for again after a lost answer keeps its key.
    fn proposal(self) -> PolicyProposal {
        let wanted = untrack(|| self.verdict()).map(|verdict| verdict.confirmations.clone());
        let given = self.given.get_untracked();
        let mut proposal = PolicyProposal {
            source: self.source.get_untracked(),
            note: self.note.get_untracked().trim().to_owned(),
            seen_version: self.base.with_untracked(|base| base.version),
            confirmations: wanted.into_iter().flatten().filter(|one| given.contains(one)).collect(),
            idempotency_key: crate::fresh::id(),
        };
        if let Some(sent) = self.sent.get_value() {
            let same = PolicyProposal {
                idempotency_key: sent.idempotency_key,
                ..proposal.clone()
            };
            if same == sent {
                proposal = sent;
            }
        }
        self.sent.set_value(Some(proposal.clone()));
        proposal
    }

    /// What was published is what is in force now; should reading it fail, the screen knows as much as it needs.
    async fn take_published(self, api: &Api, version: Revision) {
        let _ = self.sent.try_set_value(None);
        let view = match api.policy().await {
            Ok(view) => view,
            Err(_) => {
                let Some(before) = self.base.try_get_untracked() else {
                    return;
                };
                let source = self.source.get_untracked();
                PolicyView {
                    version,
                    source,
                    ..PolicyView::clone(&before)
                }
            }
        };
        if self.base.try_set(Arc::new(view)).is_none() {
            self.note.set(String::new());
            self.check_again();
        }
    }

    async fn after(self, api: &Api, error: ApiError) -> Option<Trouble> {
        if error.is("policy-changed") {
            // The draft stays as it is, and is held against what is in force now (X6).
            return match api.policy().await {
                Ok(view) => {
                    let version = view.version;
                    let by = view.versions.first().and_then(|newest| newest.published_by.clone());
                    if self.base.try_set(Arc::new(view)).is_none() {
                        self.check_again();
                    }
                    Some(Trouble::ChangedMeanwhile(version, by.map(|person| person.name)))
                }
                Err(error) => Some(Trouble::Failed(error)),
            };
        }
        let judged = match &error {
            ApiError::Problem(told) => told.whole::<Problem>().and_then(|problem| problem.verdict),
            _ => None,
        };
        let Some(verdict) = judged else {
            return Some(Trouble::Failed(error));
        };
        let _ = self.judged.try_set(Some(Arc::new(*verdict)));
        None
    }
}

fn version_of(accepted: &Accepted) -> Option<Revision> {
    accepted.verdict.changes.iter().find_map(|change| match change {
        Change::PolicyPublished { version, .. } => Some(*version),
        _ => None,
    })
}
