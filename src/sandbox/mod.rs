//! Meta, simulated: both logins with their dialogs, Graph on both hosts, webhooks, limits, errors and a small public Instagram.
//!
//! A second, independent description of Meta, taken from `reference/` alone: Belino speaks to it over HTTP
//! as to Meta, by configuration. It uses the domain's words and the clock, and no other room.
//! It never leaves the machine but to call the addresses that it was given.

mod answer;
mod apps;
mod budget;
mod calls;
mod config;
mod control;
mod crawler;
mod dialog;
mod errors;
mod faults;
mod fields;
mod grants;
mod graph;
mod html;
mod journal;
mod json;
mod manners;
mod meta;
mod outbox;
mod publishing;
mod run;
mod seed;
mod settings;
mod world;

pub use config::{AppCredentials, Callback, SandboxConfig, SandboxError};
pub use journal::JournalError;
pub use run::{Running, Sandbox};
