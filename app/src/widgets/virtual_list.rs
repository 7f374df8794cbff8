//! A list of any length of which only what is in sight exists. Rows have one height, which `style/` sets as
//! `--row-height` and which may differ by container and pointer.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};

use super::unique_id;

/// Rows that exist beyond what is in sight, before and after: a flick shows rows, not emptiness.
const SPARE: usize = 8;

/// Rows to draw: from, until.
type Span = (usize, usize);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Window {
    top: f64,
    height: f64,
    row: f64,
}

impl Window {
    fn rows(self, count: usize) -> Span {
        if self.row <= 0.0 {
            return (0, count.min(SPARE));
        }
        // Pixels of a list on a screen: far below 2^53 and not negative.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at = |pixels: f64| (pixels / self.row).floor().max(0.0) as usize;
        let first = at(self.top).saturating_sub(SPARE);
        let last = at(self.top + self.height).saturating_add(SPARE + 1).min(count);
        (first.min(last), last)
    }
}

/// How the list on the screen is being used, for those who change its rows of their own accord; and the way to keep
/// everything where it is.
#[derive(Clone, Copy)]
pub(crate) struct Grip {
    frame: NodeRef<html::Div>,
    window: RwSignal<Window>,
    active: RwSignal<Option<usize>>,
    is_down: StoredValue<bool>,
    /// When somebody last did something in it.
    used: StoredValue<i64>,
}

/// What is being touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hold {
    /// A finger is down, or a menu is open.
    pub(crate) is_held: bool,
    /// The row that has the focus, while somebody is at it.
    pub(crate) row: Option<usize>,
}

/// So long after the last touch somebody is taken to be still at the row that has the focus.
const AT_IT: i64 = 4_000;

impl Grip {
    pub(crate) fn new() -> Self {
        Self {
            frame: NodeRef::new(),
            window: RwSignal::new(Window::default()),
            active: RwSignal::new(None),
            is_down: StoredValue::new(false),
            used: StoredValue::new(0),
        }
    }

    pub(crate) fn touched(self) -> Hold {
        let Some(frame) = self.frame.try_get_untracked().flatten() else {
            return Hold::default();
        };
        let find = |selector: &str| frame.query_selector(selector).ok().flatten();
        let is_open = find("[aria-expanded=true]").is_some();
        let is_recent = crate::fresh::now().0 - self.used.get_value() < AT_IT;
        let row = find(".vlist__row:focus-within").filter(|_| is_open || is_recent);
        Hold {
            is_held: is_open || self.is_down.get_value(),
            row: row.and_then(|row| {
                row.get_attribute("aria-rowindex")?
                    .parse::<usize>()
                    .ok()?
                    .checked_sub(1)
            }),
        }
    }

    /// The rows are about to be others; `place` says where a row of now will be. The first row in sight stays where it
    /// is, unless it is the first of all: there, what is new is to be seen.
    pub(crate) fn keep_place(self, place: impl Fn(usize) -> Option<usize>, count: usize) {
        if let Some(at) = self.active.get_untracked() {
            self.active.set(place(at));
        }
        let Some(frame) = self.frame.try_get_untracked().flatten() else {
            return;
        };
        // A focus that stayed would be on somebody else.
        if let Some(focused) = frame.query_selector(".vlist__row :focus").ok().flatten()
            && let Ok(focused) = focused.dyn_into::<HtmlElement>()
        {
            let _ = focused.blur();
        }
        let Window { top, row, .. } = self.window.get_untracked();
        if row <= 0.0 || top <= 0.0 {
            return;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let first = (top / row).floor() as usize;
        // Who has gone from the list cannot hold it; the next one can.
        let Some((at, to)) = (first..count).find_map(|at| Some((at, place(at)?))) else {
            return;
        };
        let moved = to_pixels(to, row) - to_pixels(at, row);
        if moved != 0.0 {
            request_animation_frame(move || {
                #[allow(clippy::cast_possible_truncation)]
                frame.set_scroll_top((f64::from(frame.scroll_top()) + moved) as i32);
            });
        }
    }
}

/// A grid of rows that scrolls in its own frame. `row` draws the cells of a row once and must read what it shows
/// reactively. The arrow keys, Page Up, Page Down, Home and End move through the rows; Enter opens one.
#[component]
pub(crate) fn VirtualList(
    /// Read out: what the list shows.
    #[prop(into)]
    label: Signal<String>,
    /// Chooses the columns, in `style/`.
    class: &'static str,
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] row: Callback<usize, AnyView>,
    #[prop(into)] on_open: Callback<usize>,
    /// Called with the first row in sight and the one after the last, whenever they change: for loading more.
    #[prop(optional, into)]
    on_range: Option<Callback<(usize, usize)>>,
    /// The head of the columns.
    #[prop(optional, into)]
    head: ViewFn,
    /// The rows above what is in sight when the list appears; where the person was before, say.
    #[prop(optional)]
    start: f64,
    /// Called with the rows above what is in sight, whenever it scrolls.
    #[prop(optional, into)]
    on_scroll: Option<Callback<f64>>,
    /// For whoever changes the rows of their own accord.
    #[prop(optional)]
    grip: Option<Grip>,
) -> impl IntoView {
    let grip = grip.unwrap_or_else(Grip::new);
    let Grip {
        frame,
        window,
        active,
        is_down,
        used,
    } = grip;
    let hold = move |down: bool| {
        is_down.set_value(down);
        used.set_value(crate::fresh::now().0);
    };
    let prefix = unique_id("row");
    let started = StoredValue::new(false);
    let measure = move || {
        let Some(frame) = frame.get_untracked() else { return };
        let now = Window {
            top: f64::from(frame.scroll_top()),
            height: f64::from(frame.client_height()),
            row: row_height(&frame),
        };
        if window.get_untracked() != now {
            window.set(now);
            if let Some(on_scroll) = on_scroll.filter(|_| started.get_value() && now.row > 0.0) {
                on_scroll.run(now.top / now.row);
            }
        }
    };
    observe_size(frame, measure);
    Effect::new(move |_| {
        let row = window.with(|window| window.row);
        if row <= 0.0 || started.get_value() {
            return;
        }
        // In the next frame the rows have their height, and there is something to scroll.
        request_animation_frame(move || {
            let frame = frame.try_get_untracked().flatten();
            if let Some(frame) = frame.filter(|_| started.try_set_value(true).is_none()) {
                #[allow(clippy::cast_possible_truncation)]
                frame.set_scroll_top((start * row) as i32);
            }
        });
    });
    let span = Memo::new(move |_| window.get().rows(count.get()));
    if let Some(on_range) = on_range {
        Effect::new(move |_| on_range.run(span.get()));
    }
    let go = move |to: usize| {
        let Some(frame) = frame.get_untracked() else { return };
        let (Window { top, height, row }, last) = (window.get_untracked(), count.get_untracked().saturating_sub(1));
        let to = to.min(last);
        active.set(Some(to));
        let head = f64::from(
            frame
                .query_selector(".vlist__head")
                .ok()
                .flatten()
                .map_or(0, |head| head.client_height()),
        );
        let start = to_pixels(to, row);
        let scrolled = if start < top {
            start
        } else if start + row + head > top + height {
            start + row + head - height
        } else {
            return;
        };
        #[allow(clippy::cast_possible_truncation)]
        frame.set_scroll_top(scrolled as i32);
    };
    let key = move |event: ev::KeyboardEvent| {
        // Keys pressed in a control of a row are that control's.
        if event.target() != event.current_target() {
            return;
        }
        let at = active.get_untracked();
        let page = {
            let Window { height, row, .. } = window.get_untracked();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let rows = (height / row.max(1.0)) as usize;
            rows.saturating_sub(1).max(1)
        };
        match event.key().as_str() {
            "ArrowDown" => go(at.map_or(0, |at| at + 1)),
            "ArrowUp" => go(at.map_or(0, |at| at.saturating_sub(1))),
            "PageDown" => go(at.unwrap_or(0) + page),
            "PageUp" => go(at.unwrap_or(0).saturating_sub(page)),
            "Home" => go(0),
            "End" => go(usize::MAX),
            "Enter" => {
                if let Some(at) = at {
                    on_open.run(at);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let focus = move |event: ev::FocusEvent| {
        if event.target() == event.current_target() && active.get_untracked().is_none() {
            active.set(Some(span.get_untracked().0));
        }
    };
    let id_of = {
        let prefix = prefix.clone();
        move |at: usize| format!("{prefix}-{at}")
    };
    let active_id = {
        let id_of = id_of.clone();
        // Only a row that exists can be pointed at.
        move || {
            let (from, until) = span.get();
            active.get().filter(|at| (from..until).contains(at)).map(&id_of)
        }
    };
    let draw = move |at: usize| {
        view! {
            <div
                role="row"
                class="vlist__row"
                part="row"
                id=id_of(at)
                class:is-active=move || active.get() == Some(at)
                aria-rowindex=(at + 1).to_string()
                style:transform=move || format!("translateY({}px)", to_pixels(at, window.get().row))
            >
                {row.run(at)}
            </div>
        }
    };
    view! {
        <div
            class=format!("vlist {class}")
            part="list"
            role="grid"
            tabindex="0"
            aria-label=move || label.get()
            aria-rowcount=move || count.get().to_string()
            aria-activedescendant=active_id
            node_ref=frame
            on:scroll=move |_| measure()
            on:keydown=move |event| {
                used.set_value(crate::fresh::now().0);
                key(event);
            }
            on:pointerdown=move |_| hold(true)
            on:pointerup=move |_| hold(false)
            on:pointercancel=move |_| hold(false)
            on:pointerleave=move |_| hold(false)
            on:focus=focus
        >
            <div class="vlist__head" role="row">{head.run()}</div>
            <div
                class="vlist__space"
                role="rowgroup"
                style:height=move || format!("{}px", to_pixels(count.get(), window.get().row))
            >
                <For each=move || { let (from, until) = span.get(); from..until } key=|at| *at children=draw />
            </div>
        </div>
    }
    .into_any()
}

fn to_pixels(rows: usize, height: f64) -> f64 {
    f64::from(u32::try_from(rows).unwrap_or(u32::MAX)) * height
}

fn row_height(frame: &HtmlElement) -> f64 {
    web_sys::window()
        .and_then(|window| window.get_computed_style(frame).ok().flatten())
        .and_then(|style| style.get_property_value("--row-height").ok())
        // By the browser: reading decimal numbers takes tables that nothing else in the first load needs.
        .map(|text| js_sys::parse_float(&text))
        .filter(|pixels| pixels.is_finite())
        .unwrap_or(48.0)
}

/// Calls `changed` when the element appears and whenever its size changes.
pub(crate) fn observe_size(frame: NodeRef<html::Div>, changed: impl Fn() + Copy + 'static) {
    Effect::new(move |seen: Option<Option<()>>| {
        let element = frame.get()?;
        if seen.flatten().is_some() {
            return Some(());
        }
        let callback = Closure::<dyn Fn()>::new(changed);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        changed();
        let kept = StoredValue::new_local((observer, callback));
        on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
        Some(())
    });
}

#[cfg(test)]
mod tests {
    use super::{SPARE, Window};

    #[test]
    fn only_rows_in_sight_and_a_few_around_exist() {
        let window = Window {
            top: 4_800.0,
            height: 480.0,
            row: 48.0,
        };
        assert_eq!(window.rows(10_000), (100 - SPARE, 110 + SPARE + 1));
        assert_eq!(Window { top: 0.0, ..window }.rows(3), (0, 3));
        assert_eq!(Window { top: 9_600.0, ..window }.rows(5), (5, 5));
        assert_eq!(Window::default().rows(100), (0, SPARE));
    }
}
