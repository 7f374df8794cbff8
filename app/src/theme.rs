//! Light, dark, or as the device says; remembered where the browser lets us.

use leptos::prelude::*;

use crate::words::tell;

const KEY: &str = "lanyard.theme";

/// Which colours are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Colours {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Colours {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn label(self) -> String {
        match self {
            Self::Auto => tell!(screen::colours_auto),
            Self::Light => tell!(screen::colours_light),
            Self::Dark => tell!(screen::colours_dark),
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|colours| colours.word() == word)
            .unwrap_or_default()
    }
}

/// The choice of colours of this application.
#[derive(Clone, Copy)]
pub(crate) struct Theme {
    colours: RwSignal<Colours>,
}

impl Theme {
    /// Makes it, as it was last chosen, and provides it as a context.
    pub(crate) fn provide() -> Self {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let theme = Self {
            colours: RwSignal::new(kept.as_deref().map(Colours::parse).unwrap_or_default()),
        };
        provide_context(theme);
        theme
    }

    pub(crate) fn colours(self) -> Colours {
        self.colours.get()
    }

    pub(crate) fn word(self) -> &'static str {
        self.colours.get().word()
    }

    pub(crate) fn choose(self, colours: Colours) {
        self.colours.set(colours);
        if let Some(storage) = storage() {
            // Where nothing can be kept, the choice lasts as long as the page.
            let _ = storage.set_item(KEY, colours.word());
        }
    }
}

/// What the browser keeps for this origin; nothing where it keeps nothing.
pub(crate) fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
