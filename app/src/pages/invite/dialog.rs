//! An invitation in a dialog over the list: for organisations whose form is short (O2, O3).

use leptos::prelude::*;
use shared::verdict::Field;

use super::Invitation;
use crate::pages::parts::{AccessFields, AskFirst, AskFirstDialog, Confirming, JudgementPanel, ProfileFields};
use crate::pages::screens::Over;
use crate::widgets::{Button, ButtonKind, Dialog};
use crate::words::text;

#[component]
pub(crate) fn InviteDialog(over: Over) -> impl IntoView {
    let invitation = Invitation::begin(over.done);
    let (model, session) = (invitation.model, invitation.session());
    let ask = AskFirst::new(session, invitation.accepted);
    let actions = move || {
        view! {
            <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=over.close />
            <Button
                label=invitation.send
                kind=ButtonKind::Primary
                busy=session.is_busy()
                on_press=Callback::new(move |()| ask.save())
            />
        }
    };
    let has_clinical = invitation.has_clinical;
    view! {
        <Dialog open=Signal::stored(true) title=invitation.title on_close=over.close actions=ViewFn::from(actions)>
            <div class="dialog--form form">
                {invitation.offer()}
                <ProfileFields model clinical=false />
                <AccessFields model />
                <Show when=move || has_clinical.get()><ProfileFields model clinical=true /></Show>
                <div class="dialog__judgement">
                    <JudgementPanel
                        session
                        elsewhere=Callback::new(move |field: Field| matches!(field, Field::Profile(_)) || model.has_place_for(&field))
                        on_remedy=model.on_remedy
                        nothing=text!(screen::fill_in)
                        confirming=Confirming::ByButton
                    />
                </div>
            </div>
        </Dialog>
        <AskFirstDialog ask confirm=invitation.send />
    }
    .into_any()
}
