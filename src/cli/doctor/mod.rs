//! `belino doctor`: what is wrong with an installation, why that matters, and what to do about it.
//!
//! A file per thing that is looked at; each gives findings and changes nothing. What one look cannot do without
//! is handed to it, so that a fault in one place leaves the others to be looked at.

mod app_subscription;
mod apps;
mod backlog;
mod callback;
mod clock;
mod code;
mod command;
mod connections;
mod disk;
mod finding;
mod keys;
mod refusals;
mod report;
mod settings;
mod store;
mod trip;
mod versions;
mod web;

pub use command::{Options, run};
