//! What floats above the screen: menus and filters. The browser's own popovers, which no scrolling list can clip; under
//! the button where the container is wide, a sheet from below where it is narrow.

use leptos::{ev::Event, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::unique_id;

/// A button and what it opens.
#[derive(Clone, Copy)]
pub(super) struct Floating {
    pub(super) trigger: NodeRef<html::Button>,
    pub(super) panel: NodeRef<html::Div>,
    pub(super) open: RwSignal<bool>,
    id: StoredValue<String>,
}

impl Floating {
    pub(super) fn new() -> Self {
        Self {
            trigger: NodeRef::new(),
            panel: NodeRef::new(),
            open: RwSignal::new(false),
            id: StoredValue::new(unique_id("panel")),
        }
    }

    /// The panel's id, for `popovertarget`: opened that way, a second press closes it.
    pub(super) fn id(self) -> String {
        self.id.get_value()
    }

    /// For the panel's `beforetoggle`: contents are made as it opens.
    pub(super) fn before(self, event: &Event) {
        if is_own(event) && new_state(event) == "open" {
            self.open.set(true);
            self.place();
        }
    }

    /// For the panel's `toggle`: its size is known now. Contents stay until it is closed, because the browser gives the
    /// focus back only from an element that is still there.
    pub(super) fn after(self, event: &Event) {
        if !is_own(event) {
            return;
        }
        if new_state(event) == "open" {
            self.place();
            self.focus_first();
        } else {
            self.open.set(false);
        }
    }

    pub(super) fn close(self) {
        if let Some(panel) = self.panel.get_untracked() {
            // It may have been closed meanwhile, which is as good.
            let _ = panel.hide_popover();
        }
        if let Some(trigger) = self.trigger.get_untracked() {
            let _ = trigger.focus();
        }
    }

    fn place(self) {
        if let (Some(trigger), Some(panel)) = (self.trigger.get_untracked(), self.panel.get_untracked()) {
            place(&trigger, &panel);
        }
    }

    /// Gives the focus back to the panel when contents that had it were made anew.
    pub(super) fn keep_focus(self) {
        request_animation_frame(move || {
            let lost = self.panel.try_get_untracked().flatten().filter(|panel| {
                let is = |state| panel.matches(state).unwrap_or(true);
                is(":popover-open") && !is(":focus-within")
            });
            if lost.is_some() {
                self.focus_first();
            }
        });
    }

    pub(super) fn focus_first(self) {
        let Some(panel) = self.panel.get_untracked() else {
            return;
        };
        let first = panel
            .query_selector("[data-first], [role^='menuitem'], input, button")
            .ok()
            .flatten();
        if let Some(first) = first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    }

    /// Moves the focus among the elements that `selector` finds, with the arrow keys, Home and End.
    pub(super) fn steer(self, event: &leptos::ev::KeyboardEvent, selector: &str) {
        let Some(panel) = self.panel.get_untracked() else {
            return;
        };
        let Ok(found) = panel.query_selector_all(selector) else {
            return;
        };
        let items: Vec<HtmlElement> = (0..found.length())
            .filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok())
            .collect();
        let Some(last) = items.len().checked_sub(1) else { return };
        let at = items.iter().position(|item| item.matches(":focus").unwrap_or(false));
        let next = match (event.key().as_str(), at) {
            ("ArrowDown", Some(at)) if at < last => at + 1,
            ("ArrowDown" | "Home", _) => 0,
            ("ArrowUp", Some(at)) if at > 0 => at - 1,
            ("ArrowUp" | "End", _) => last,
            _ => return,
        };
        event.prevent_default();
        if let Some(item) = items.get(next) {
            let _ = item.focus();
        }
    }
}

/// Pixels kept free at the window's edge.
const MARGIN: f64 = 8.0;
/// Pixels between the button and what it opens.
const GAP: f64 = 4.0;

/// Puts `panel` under `trigger`, or over it where there is more room.
pub(super) fn place(trigger: &Element, panel: &HtmlElement) {
    let Some(window) = web_sys::window() else { return };
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (from, own) = (trigger.get_bounding_client_rect(), panel.get_bounding_client_rect());
    let left = if from.left() + own.width() + MARGIN > width {
        from.right() - own.width()
    } else {
        from.left()
    };
    let below = from.bottom() + GAP;
    let above = from.top() - GAP - own.height();
    let top = if below + own.height() + MARGIN > height && above > MARGIN {
        above
    } else {
        below
    };
    let style = HtmlElement::style(panel);
    let set = |name: &str, px: f64| {
        // Through the style object: a strict Content-Security-Policy forbids style attributes.
        let _ = style.set_property(name, &format!("{}px", px.round()));
    };
    set("--float-left", left.max(MARGIN));
    set("--float-top", top.max(MARGIN));
    set("--float-room", (height - top - MARGIN).max(160.0));
    if let Some(root) = trigger.closest(".lanyard").ok().flatten() {
        let root = root.get_bounding_client_rect();
        set("--root-left", root.left());
        set("--root-width", root.width());
    }
}

/// The new state that a toggle event tells.
fn new_state(event: &Event) -> String {
    js_sys::Reflect::get(event, &"newState".into())
        .ok()
        .and_then(|state| state.as_string())
        .unwrap_or_default()
}

/// Toggle events do not bubble, but one of a nested panel must not be taken for one's own either.
fn is_own(event: &Event) -> bool {
    let as_element = |target: Option<web_sys::EventTarget>| target.and_then(|t| t.dyn_into::<Element>().ok());
    as_element(event.target()) == as_element(event.current_target())
}
