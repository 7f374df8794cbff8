//! Reusable parts of a screen. They know no page, call no server and touch nothing outside the element that they are
//! mounted in, so that they work in a shadow root as well as on a page. Their looks are in `style/`.

mod avatar;
mod button;
mod check_list;
mod choice;
mod consequences;
mod dialog;
mod diff;
mod field;
mod filter_menu;
mod floating;
mod icon;
mod id;
mod menu;
mod note;
mod objection;
mod page;
mod save_panel;
mod search;
mod sign;
mod switch;
mod table;
mod tabs;
mod toast;
mod virtual_list;

pub(crate) use avatar::Avatar;
pub(crate) use button::{Button, ButtonKind, IconButton};
pub(crate) use check_list::{CheckList, PickItem};
pub(crate) use choice::{Choice, RadioCards, SegmentedChoice};
pub(crate) use consequences::{
    ConfirmationList, ConsequenceGroup, ConsequenceLine, ConsequencePanel, Effect, Wanted,
};
pub(crate) use dialog::{ConfirmDialog, Dialog};
pub(crate) use diff::{DiffRow, DiffTable, Side};
pub(crate) use field::{FieldSetup, InputKind, Select, TextArea, TextField};
pub(crate) use filter_menu::FilterMenu;
pub(crate) use icon::{Icon, IconView};
pub(crate) use id::unique_id;
pub(crate) use menu::{Menu, MenuItem};
pub(crate) use note::{EmptyState, ErrorNote, Note, Skeleton, SkeletonShape};
pub(crate) use objection::{Objection, RefusalList, RemedyLink};
pub(crate) use page::{DefinitionList, PageHeader, Section};
pub(crate) use save_panel::SavePanel;
pub(crate) use search::SearchField;
pub(crate) use sign::{Badge, StatusSign, Tone};
pub(crate) use switch::{Checkbox, Toggle};
pub(crate) use table::Table;
pub(crate) use tabs::{Tab, Tabs};
pub(crate) use toast::{ToastStack, Toasts};
pub(crate) use virtual_list::VirtualList;
