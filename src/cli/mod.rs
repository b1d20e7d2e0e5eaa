//! The command line: a file per command, each doing one thing and saying what came of it.
//!
//! Answers go to standard output, everything else to standard error. A command ends with 0 when its work
//! is done, 1 when it failed, 64 when it was asked wrongly or the configuration is at fault.

mod args;
mod backup;
mod connections;
mod demo;
mod doctor;
mod events;
mod failure;
mod keys;
mod meta;
mod migrate;
mod openapi;
mod output;
pub mod replay;
mod retention;
mod run;
mod sandbox;
mod serve;
mod subscriptions;
mod verify;

pub use args::{Arguments, Command};
pub use failure::Failure;
pub use output::{Row, line, rows};
pub use run::run;
