//! The screens: one folder each. Pages never import pages; what they share is in `parts` and in `widgets`.

mod account;
pub(crate) mod activity;
mod application;
mod cases;
pub(crate) mod embedding;
pub(crate) mod identity;
mod import;
mod invite;
mod mail;
mod my_account;
mod parts;
mod policy;
pub(crate) mod resource;
mod roles;
mod screens;
mod shell;
mod sign_in;
pub(crate) mod sites;
mod switcher;
mod user;
mod users;
mod widget;

pub(crate) use application::Application;
pub(crate) use screens::Screen;
pub(crate) use widget::WidgetScreens;
