//! `belino post`: publishing from a shell, with the same journal as over HTTP.

mod action;
mod asked;
mod files;
mod rows;
mod watch;

pub use action::{Action, run};
