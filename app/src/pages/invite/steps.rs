//! An invitation in two steps: who it is, then what they may do (M3, M7). The first is judged before the second comes;
//! going back keeps everything.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::user::ProfileField;
use shared::verdict::Field;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Invitation;
use crate::pages::parts::ask_whether_free;
use crate::widgets::{Button, ButtonKind, Icon, IconView};
use crate::words::{tell, text};

const STEPS: u32 = 2;

/// Where the invitation stands.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    invitation: Invitation,
    is_first: RwSignal<bool>,
    /// Whether the first step is being judged by the server.
    asking: RwSignal<bool>,
    form: NodeRef<html::Form>,
}

impl Steps {
    pub(super) fn new(invitation: Invitation) -> Self {
        Self {
            invitation,
            is_first: RwSignal::new(true),
            asking: RwSignal::new(false),
            form: NodeRef::new(),
        }
    }

    pub(super) fn is_first(self) -> bool {
        self.is_first.get()
    }

    /// "Step 1 of 2"
    pub(super) fn place(self) -> String {
        tell!(
            screen::step_of,
            step = if self.is_first() { 1_u32 } else { STEPS },
            steps = STEPS
        )
    }

    fn title(self, is_first: bool) -> String {
        if is_first {
            tell!(screen::person)
        } else {
            self.invitation.model.policy().with(|policy| policy.words.role.clone())
        }
    }

    /// Goes on when nothing of this step is refused; else shows what is, at its fields.
    fn go_on(self) {
        if self.asking.get_untracked() {
            return;
        }
        let model = self.invitation.model;
        let fields: Vec<ProfileField> = model.policy().with_untracked(|policy| {
            let of_step = policy.fields.iter().filter(|rule| !rule.clinical_only);
            of_step.map(|rule| rule.id).collect()
        });
        model
            .touched
            .update(|touched| touched.fields.extend(fields.iter().copied()));
        let is_refused = move || {
            model.session.verdict().with_untracked(|verdict| {
                let mut refusals = verdict.refusals.iter();
                refusals.any(|refusal| matches!(&refusal.field, Field::Profile(field) if fields.contains(field)))
            })
        };
        if is_refused() {
            self.focus("[aria-invalid=true]");
            return;
        }
        self.asking.set(true);
        spawn_local(async move {
            ask_whether_free(model).await;
            if self.asking.try_set(false).is_some() {
                return;
            }
            if is_refused() {
                self.focus("[aria-invalid=true]");
            } else {
                self.show(false);
            }
        });
    }

    fn show(self, is_first: bool) {
        self.is_first.set(is_first);
        self.focus(".steps__place");
    }

    /// Puts the focus where the next thing is to be done, once it is drawn.
    fn focus(self, selector: &'static str) {
        request_animation_frame(move || {
            let form = self.form.try_get_untracked().flatten();
            let found = form.and_then(|form| form.query_selector(selector).ok().flatten());
            if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                // A focus that fails leaves it where it was.
                let _ = element.focus();
            }
        });
    }

    pub(super) fn form(self) -> AnyView {
        let step = move |is_first: bool| {
            let is_over = move || is_first && !self.is_first();
            view! {
                <li class="steps__step" aria-current=move || (self.is_first() == is_first).then_some("step")>
                    <span class="steps__number" aria-hidden="true">
                        {move || if is_over() { view! { <IconView icon=Icon::Check /> }.into_any() } else if is_first { "1".into_any() } else { "2".into_any() }}
                    </span>
                    {move || self.title(is_first)}
                </li>
            }
        };
        let key = move |event: leptos::ev::KeyboardEvent| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if event.key() == "Enter" && target.is_some() && self.is_first.get_untracked() {
                event.prevent_default();
                self.go_on();
            }
        };
        let invitation = self.invitation;
        view! {
            <form class="form" novalidate node_ref=self.form on:submit=|event| event.prevent_default() on:keydown=key>
                <div class="steps">
                    <p class="steps__place" tabindex="-1">
                        {move || self.place()}
                        <span class="visually-hidden">": " {move || self.title(self.is_first())}</span>
                    </p>
                    <ol class="steps__list" aria-label=text!(screen::steps)>{step(true)}{step(false)}</ol>
                </div>
                <Show when=move || self.is_first() fallback=move || invitation.what()>{move || invitation.who()}</Show>
            </form>
        }
        .into_any()
    }

    /// Back and Next, with `last` in the place of Next at the end.
    pub(super) fn buttons(self, last: impl Fn() -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
        let next = Signal::derive(move || tell!(screen::step_next, title = self.title(false)));
        let shown = move || {
            if self.is_first() {
                view! {
                    <Button
                        label=next
                        kind=ButtonKind::Primary
                        busy=self.asking
                        on_press=Callback::new(move |()| self.go_on())
                    />
                }
                .into_any()
            } else {
                view! {
                    <Button label=text!(screen::step_back) on_press=Callback::new(move |()| self.show(true)) />
                    {last()}
                }
                .into_any()
            }
        };
        shown.into_any()
    }
}
