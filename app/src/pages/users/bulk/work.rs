//! One action on its way: what is chosen, the plan, what is confirmed, how far it is, what came of it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::bulk::{BulkAction, BulkAsk, BulkJob, BulkPlan, BulkResult, BulkRun, BulkSelection, BulkState, BulkWhy};
use uuid::Uuid;

use super::{Ask, Asked};
use crate::api::{Api, ApiError, sleep, use_api};
use crate::widgets::Toasts;
use crate::words::tell;

/// People of a plan that are told at once.
const PAGE: u32 = 1_000;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Tells the name of an action.
pub(super) type Named = Arc<dyn Fn() -> String + Send + Sync>;

/// One action on its way.
#[derive(Clone, Copy)]
pub(super) struct Work {
    api: StoredValue<Api>,
    whom: StoredValue<BulkSelection>,
    /// What it is called, in the language that is read.
    named: StoredValue<Named>,
    action: RwSignal<Option<BulkAction>>,
    plan: RwSignal<Option<Arc<BulkPlan>>>,
    /// The confirmations that are given, by their place among those of the plan.
    given: RwSignal<Vec<usize>>,
    job: RwSignal<Option<Arc<BulkJob>>>,
    results: RwSignal<Vec<BulkResult>>,
    next: RwSignal<Option<u32>>,
    error: RwSignal<Option<ApiError>>,
    /// Whether the plan became another one after it was looked at.
    changed: RwSignal<bool>,
    busy: RwSignal<bool>,
    shown: RwSignal<bool>,
    /// Counts the plans that were asked for: an older answer is not taken.
    turn: StoredValue<u32>,
    run: StoredValue<Option<BulkRun>>,
    toasts: Toasts,
    asked: StoredValue<Asked>,
}

impl Work {
    /// Begins with what was asked; an action that is complete is planned at once.
    pub(super) fn new(asked: Asked, named: Named) -> Self {
        let action = match &asked.ask {
            Ask::Action(action) => Some(action.clone()),
            Ask::Roles | Ask::Sites => None,
        };
        let work = Self {
            api: StoredValue::new(use_api()),
            whom: StoredValue::new(asked.whom.clone()),
            named: StoredValue::new(named),
            action: RwSignal::new(action),
            plan: RwSignal::new(None),
            given: RwSignal::new(Vec::new()),
            job: RwSignal::new(None),
            results: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            error: RwSignal::new(None),
            changed: RwSignal::new(false),
            busy: RwSignal::new(false),
            shown: RwSignal::new(true),
            turn: StoredValue::new(0),
            run: StoredValue::new(None),
            toasts: Toasts::get(),
            asked: StoredValue::new(asked),
        };
        work.ask();
        work
    }

    pub(super) fn action(self) -> Signal<Option<BulkAction>> {
        self.action.into()
    }

    pub(super) fn plan(self) -> Signal<Option<Arc<BulkPlan>>> {
        self.plan.into()
    }

    pub(super) fn given(self) -> Signal<Vec<usize>> {
        self.given.into()
    }

    pub(super) fn job(self) -> Signal<Option<Arc<BulkJob>>> {
        self.job.into()
    }

    pub(super) fn results(self) -> Signal<Vec<BulkResult>> {
        self.results.into()
    }

    /// Whether there are results that have not been read yet.
    pub(super) fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }

    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        self.error.into()
    }

    pub(super) fn changed(self) -> Signal<bool> {
        self.changed.into()
    }

    pub(super) fn is_busy(self) -> Signal<bool> {
        self.busy.into()
    }

    pub(super) fn is_shown(self) -> Signal<bool> {
        self.shown.into()
    }

    pub(super) fn state(self) -> Option<BulkState> {
        self.job.with(|job| job.as_ref().map(|job| job.state))
    }

    /// Takes an action, and asks what it would come to; nothing where the choice is not complete.
    pub(super) fn choose(self, action: Option<BulkAction>) {
        if self.action.with_untracked(|before| *before != action) {
            self.changed.set(false);
            self.action.set(action);
            self.ask();
        }
    }

    /// Asks what the action would come to.
    pub(super) fn ask(self) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.plan.set(None);
        self.given.set(Vec::new());
        self.error.set(None);
        let Some(action) = self.action.get_untracked() else {
            return;
        };
        let (api, selection) = (self.api.get_value(), self.whom.get_value());
        spawn_local(async move {
            let ask = BulkAsk {
                action,
                selection,
                offset: 0,
                limit: Some(PAGE),
            };
            let answer = api.plan(&ask).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(plan) => self.plan.set(Some(Arc::new(plan))),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Reads the next people of the plan.
    pub(super) fn ask_more(self) {
        let (Some(action), Some(plan)) = (self.action.get_untracked(), self.plan.get_untracked()) else {
            return;
        };
        let turn = self.turn.get_value();
        let (api, selection) = (self.api.get_value(), self.whom.get_value());
        self.busy.set(true);
        spawn_local(async move {
            let ask = BulkAsk {
                action,
                selection,
                offset: u32::try_from(plan.people.len()).unwrap_or(u32::MAX),
                limit: Some(PAGE),
            };
            let answer = api.plan(&ask).await;
            if self.busy.try_set(false).is_some() || self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(more) if more.fingerprint == plan.fingerprint => {
                    let mut whole = BulkPlan::clone(&plan);
                    whole.people.extend(more.people);
                    self.plan.set(Some(Arc::new(whole)));
                }
                Ok(_) => {
                    self.changed.set(true);
                    self.ask();
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// What the plan wants confirmed: its places are those of [`Work::given`].
    pub(super) fn wanted(plan: &BulkPlan) -> impl Iterator<Item = (&shared::verdict::Confirmation, u32)> {
        plan.groups.iter().filter_map(|group| match &group.why {
            BulkWhy::Confirm(wanted) => Some((wanted, group.people)),
            BulkWhy::Refused(_) => None,
        })
    }

    pub(super) fn confirm(self, at: usize, on: bool) {
        self.given.update(|given| {
            given.retain(|other| *other != at);
            if on {
                given.push(at);
            }
        });
    }

    /// Carries the plan out that is on the screen.
    pub(super) fn begin(self) {
        let (Some(action), Some(plan)) = (self.action.get_untracked(), self.plan.get_untracked()) else {
            return;
        };
        // The same plan asked for again after a lost answer keeps its key.
        let before = self.run.get_value();
        let same = before.filter(|run| run.fingerprint == plan.fingerprint && run.action == action);
        let run = same.unwrap_or_else(|| BulkRun {
            action,
            selection: self.whom.get_value(),
            fingerprint: plan.fingerprint.clone(),
            confirmed: plan.counts.needs_confirmation > 0,
            idempotency_key: crate::fresh::id(),
        });
        self.run.set_value(Some(run));
        self.go_on();
    }

    /// Sends the request, also once more after the server was stopped midway.
    pub(super) fn go_on(self) {
        let Some(run) = self.run.get_value().filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        let api = self.api.get_value();
        self.busy.set(true);
        self.error.set(None);
        self.changed.set(false);
        spawn_local(async move {
            let answer = api.begin(&run).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(job) => self.follow(api, job).await,
                Err(error) if error.is("plan-changed") => {
                    let _ = self.run.try_set_value(None);
                    if self.changed.try_set(true).is_none() {
                        self.ask();
                    }
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    /// Looks again how far it is, after that could not be seen.
    pub(super) fn look_again(self) {
        let Some(job) = self.job.get_untracked() else { return };
        let api = self.api.get_value();
        self.error.set(None);
        spawn_local(async move { self.follow(api, BulkJob::clone(&job)).await });
    }

    /// Watches until it is done; goes on doing so when the dialog or the screen is gone.
    async fn follow(self, api: Api, mut job: BulkJob) {
        let (toasts, done, named) = (self.toasts, self.asked.try_get_value(), self.named.try_get_value());
        let mut pause = FIRST_PAUSE;
        loop {
            let _ = self.job.try_set(Some(Arc::new(job.clone())));
            if job.state != BulkState::Running {
                break;
            }
            sleep(pause).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
            match api.job(job.id).await {
                Ok(now) => job = now,
                Err(error) => {
                    let _ = self.error.try_set(Some(error));
                    let _ = self.shown.try_set(true);
                    return;
                }
            }
        }
        if job.state == BulkState::Stopped {
            let _ = self.shown.try_set(true);
            return;
        }
        if let Some(Asked { selection, on_done, .. }) = done
            && on_done.try_run(()).is_some()
        {
            selection.leave();
        }
        let changed = job.tally.changed;
        if let Some(host) = api.host() {
            host.tell(
                "change",
                Some(format!("{{\"bulk\":\"{}\",\"people\":{changed}}}", job.id)),
            );
        }
        let told = move || {
            let action = named.as_ref().map(|named| named()).unwrap_or_default();
            tell!(bulk::finished, action = action, count = changed)
        };
        match self.shown.try_get_untracked() {
            Some(true) => {}
            Some(false) => {
                let show = Callback::new(move |()| {
                    let _ = self.shown.try_set(true);
                });
                toasts.offer(told, || tell!(bulk::show_result), show);
            }
            None => toasts.say(told),
        }
        self.read_results(api, job.id, None).await;
    }

    /// Reads more of what came of it, person by person.
    pub(super) fn more_results(self) {
        if let (Some(job), Some(after)) = (self.job.get_untracked(), self.next.get_untracked()) {
            let api = self.api.get_value();
            spawn_local(async move { self.read_results(api, job.id, Some(after)).await });
        }
    }

    async fn read_results(self, api: Api, id: Uuid, after: Option<u32>) {
        match api.results(id, after).await {
            Ok(page) => {
                let _ = self.next.try_set(page.next);
                let _ = self.results.try_update(|results| results.extend(page.people));
            }
            Err(error) => drop(self.error.try_set(Some(error))),
        }
    }

    /// Puts the dialog away; what is under way goes on, and says so when it is done.
    pub(super) fn close(self) {
        self.shown.set(false);
        if self.state_untracked() == Some(BulkState::Running) || self.busy.get_untracked() {
            return;
        }
        // In the next frame the dialog has given the focus back.
        let asked = self.asked.with_value(|asked| asked.asked);
        request_animation_frame(move || drop(asked.try_set(None)));
    }

    fn state_untracked(self) -> Option<BulkState> {
        self.job.with_untracked(|job| job.as_ref().map(|job| job.state))
    }
}
