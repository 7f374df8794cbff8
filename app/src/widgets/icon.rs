//! The few icons that the screens need, drawn as one path each: no icon font, no pack.

use leptos::prelude::*;

/// A 16 × 16 line drawing in the colour of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Add,
    Alert,
    Back,
    Case,
    Device,
    Check,
    ChevronDown,
    ChevronRight,
    Clear,
    Download,
    Info,
    Lock,
    More,
    Offline,
    People,
    Record,
    Roles,
    Search,
    Site,
    Trash,
    Upload,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Add => "M8 3v10M3 8h10",
            Self::Alert => "M8 2.2 14.4 13.3H1.6zM8 6.4v3.1M8 11.3v.1",
            Self::Case => "M2.2 5h11.6v8.2H2.2zM5.6 5V3h4.8v2M2.2 8.6h4.4m2.8 0h4.4M6.6 7.4h2.8v2.4H6.6z",
            Self::Device => "M2.2 3h11.6v7.6H2.2zM5.4 13.4h5.2M8 10.6v2.8",
            Self::Back => "M13 8H3M7 4 3 8l4 4",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::ChevronDown => "m4 6.2 4 4 4-4",
            Self::ChevronRight => "m6.2 4 4 4-4 4",
            Self::Clear => "m4 4 8 8M12 4l-8 8",
            Self::Download => "M8 2.5v7.6M4.8 7 8 10.2 11.2 7M2.8 13.2h10.4",
            Self::Info => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.3v3.8M8 4.9V5",
            Self::Lock => "M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
            Self::More => {
                "M3.1 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M7.6 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M12.1 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0"
            }
            Self::Offline => "M2 2l12 12M3 7.2A8 8 0 0 1 6 5.4M9.4 5A8 8 0 0 1 13 7.2M5.4 10A4 4 0 0 1 8 9M8 12.6v.1",
            Self::People => {
                "M6 7.4a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13.2c0-2.4 2-4 4.5-4s4.5 1.6 4.5 4M10.6 2.7a2.3 2.3 0 0 1 0 4.4M12 9.6c1.6.5 2.5 1.8 2.5 3.6"
            }
            Self::Record => "M3.5 2h9v12h-9zM6 5.2h4M6 8h4M6 10.8h2.4",
            Self::Roles => "M8 1.8l5.4 1.8v4.2c0 3-2.2 5.4-5.4 6.4-3.2-1-5.4-3.4-5.4-6.4V3.6zM5.6 8l1.8 1.8 3.2-3.4",
            Self::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.4 10.4l3.4 3.4",
            Self::Site => "M3 14V2.5h7V14M10 6.5h3.2V14M1.5 14h13M5.5 5.4h2M5.5 8h2M5.5 10.6h2",
            Self::Trash => "M2.8 4.2h10.4M6.2 4V2.4h3.6V4M4.2 4.4l.6 9.2h6.4l.6-9.2M6.7 7v4M9.3 7v4",
            Self::Upload => "M8 10.2V2.6M4.8 5.7 8 2.5l3.2 3.2M2.8 13.2h10.4",
        }
    }
}

/// Draws an icon. It is decoration: the word beside it (or the label of its button) carries the meaning.
#[component]
pub(crate) fn IconView(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}
