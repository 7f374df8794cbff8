//! Requests end: when their time is up, or when nobody waits for them any more.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use web_sys::{AbortController, AbortSignal};

use super::ApiError;

/// Aborts its request when the time is up, and when it is dropped before the answer came.
pub(super) struct Deadline {
    controller: Option<AbortController>,
    timer: Option<TimeoutHandle>,
    passed: Rc<Cell<bool>>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        let controller = AbortController::new().ok();
        let passed = Rc::new(Cell::new(false));
        let timer = {
            let (controller, passed) = (controller.clone(), Rc::clone(&passed));
            let end = move || {
                passed.set(true);
                if let Some(controller) = &controller {
                    controller.abort();
                }
            };
            set_timeout_with_handle(end, time).ok()
        };
        Self {
            controller,
            timer,
            passed,
        }
    }

    pub(super) fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    /// Why there is no answer.
    pub(super) fn error(&self) -> ApiError {
        if self.passed.get() {
            ApiError::TooSlow
        } else {
            ApiError::Unreachable
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            timer.clear();
        }
        // Aborting a request that has been answered does nothing.
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
